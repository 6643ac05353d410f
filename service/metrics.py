"""Figures for Prometheus: what this server does, over all its workers.

Workers count in files that they share (prometheus-client's multiprocess mode, set up by ``disposisi
serve``), so whichever worker is asked gives the sum of all. What the database knows is read from it
when asked: see ``service.figures``. Labels are codes and templates, never what somebody sent.
"""

from __future__ import annotations

import os
from collections.abc import Iterable

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from service.disposition import Disposition
from service.serving import SHARED_FOLDER

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 1, 5)
_CHANCES = (0.2, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 1)


class Metrics:
    """The counters of one application."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._requests = Histogram(
            "disposisi_http_request_seconds",
            "How long requests took, by template of the path.",
            ("method", "route", "status"),
            buckets=_SECONDS,
            registry=self.registry,
        )
        self._answers = Counter(
            "disposisi_dispositions",
            "Complaints that were answered; stored=yes: and kept.",
            ("stored", "category", "level", "decision"),
            registry=self.registry,
        )
        self._confidence = Histogram(
            "disposisi_confidence",
            "Probability of the proposed category and agency.",
            ("question",),
            buckets=_CHANCES,
            registry=self.registry,
        )
        self._reasons = Counter(
            "disposisi_review_reasons",
            "Why a person must look first.",
            ("reason",),
            registry=self.registry,
        )
        self._unmatched = Counter(
            "disposisi_unmatched",
            "Complaints for which no agency was found.",
            registry=self.registry,
        )
        self._reloads = Counter(
            "disposisi_reloads",
            "Changes of model or rules while running: taken, or refused and the old ones kept.",
            ("outcome",),
            registry=self.registry,
        )
        self._category = self._confidence.labels("category")
        self._agency = self._confidence.labels("agency")

    def note_request(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count a request."""
        self._requests.labels(method, route, str(status)).observe(seconds)

    def note_answers(self, answers: Iterable[Disposition], *, stored: bool) -> None:
        """Count what the machine answered."""
        kept = "yes" if stored else "no"
        for answer in answers:
            agency = answer["agency"]
            labels = (kept, answer["category"], agency["level"], answer["decision"])
            self._answers.labels(*labels).inc()
            self._category.observe(answer["category_probability"])
            self._agency.observe(agency["probability"])
            if agency["code"] is None:
                self._unmatched.inc()
            for reason in answer["review_reasons"]:
                self._reasons.labels(reason["code"]).inc()

    def note_reload(self, *, taken: bool) -> None:
        """Count a change of model or rules."""
        self._reloads.labels("taken" if taken else "refused").inc()

    def render(self, *others: Collector) -> bytes:
        """Return everything in Prometheus' text format, with what other collectors know."""
        parts = [generate_latest(self._own())]
        for other in others:
            registry = CollectorRegistry()
            registry.register(other)
            parts.append(generate_latest(registry))
        return b"".join(parts)

    def _own(self) -> CollectorRegistry:
        if SHARED_FOLDER not in os.environ:
            return self.registry
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # it has no types
        return registry
