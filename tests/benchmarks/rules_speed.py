"""Measure text to decision without the model: ``python -m tests.benchmarks.rules_speed``.

Cues, places, class, route, flags, reasons and deadline of every complaint, on one core. Lengths are
those of the real complaints under ``DISPOSISI_REAL_DATA``, else of the seed corpus. Bars: at least
10,000 complaints a second; a text of 20,000 characters that is built to hurt in under 50 ms.
Seconds are the processor's, which other work lengthens less; those of the clock stand beside.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from datetime import date

from classifier.dataset import SEED_CORPUS, read_examples
from classifier.labels import TOPICS
from rules.decide import ReviewFacts, place_state
from rules.facts import Facts
from rules.ruleset import RuleSet, load_ruleset
from rules.sla import sla_for
from service.loading import real_data
from tests.benchmarks.results import ROUNDS, Figure, load_now, report

DAY = date(2026, 11, 24)
LENGTH = 20_000
LEVELS = ("KABKOTA", "PUSAT", "PROV", "KABKOTA")
# Near-matches without end, no spaces, combining characters, names of places and of cues.
HOSTILE = {
    "near-matches": "jalan berlubanh kabupaten bandun kecamatan soreanh ",
    "no spaces": "jalanberlubangkabupatenbandung",
    "combining": "a\u0301\u0327k\u0336o\u0308",
    "places": "bandung malang pati batu taman kota bogor semarang kupang ",
    "cues": "kebakaran jalan tol pln bpjs kesehatan tilang oknum polisi ",
    "one letter": "a",
    "prefixes": "kab kab. kabupaten kota kota kec kecamatan desa ",
}


def decide(ruleset: RuleSet, text: str, number: int) -> None:
    """Do all that the rules do for one complaint; topic and level change from one to the next."""
    rules = ruleset.on(DAY)
    found = ruleset.reader.read(text)
    misconduct = number % 8 == 0
    facts = Facts(
        topic=TOPICS[number % len(TOPICS)],
        level=LEVELS[number % len(LEVELS)],
        kind="complaint",
        misconduct=misconduct,
        inspection=number % 2 == 0,
        cues=found.codes,
        region=found.place.code,
        on=DAY,
    )
    category, _ = rules.category(facts.kind, facts.misconduct, facts.inspection)
    route = rules.route(facts)
    place = place_state(route, found.place.ambiguous)
    rules.reviews(
        ReviewFacts(
            category_probability=0.9,
            agency_probability=0.9,
            category_threshold_met=True,
            agency_threshold_met=True,
            topic=facts.topic,
            kind=facts.kind,
            level=route.level,
            category=category,
            agency=route.agency,
            misconduct=misconduct,
            place=place,
            flags=rules.flags(facts, place=place),
            cues=facts.cues,
        )
    )
    sla_for(category, DAY, ruleset.regulations.on(DAY), ruleset.calendar)


def rates(ruleset: RuleSet, texts: Sequence[str]) -> tuple[float, float]:
    """Return complaints a second of the processor and of the clock, the best of several rounds."""
    busy, passed = [], []
    for _ in range(ROUNDS):
        start, moment = time.process_time(), time.perf_counter()
        for number, text in enumerate(texts):
            decide(ruleset, text, number)
        busy.append(time.process_time() - start)
        passed.append(time.perf_counter() - moment)
    return len(texts) / min(busy), len(texts) / min(passed)


def slowest_hostile(ruleset: RuleSet) -> dict[str, float]:
    """Return the milliseconds of each hostile text, the worst of several rounds but the first."""
    found = {}
    for name, part in HOSTILE.items():
        text = (part * (LENGTH // len(part) + 1))[:LENGTH]
        times = []
        for _ in range(ROUNDS):
            start = time.process_time()
            decide(ruleset, text, 1)
            times.append(1000 * (time.process_time() - start))
        found[name] = max(times[1:], default=times[0])
    return found


def main() -> int:
    load = load_now()
    folder = real_data()
    frame = read_examples([folder / "complaints_gold.csv" if folder else SEED_CORPUS])
    ruleset, texts = load_ruleset(), list(frame["text"])
    words = sum(len(text.split()) for text in texts) / len(texts)
    busy, passed = rates(ruleset, texts)
    hostile = slowest_hostile(ruleset)
    report(
        "rules_speed",
        "Text to decision by the rules alone",
        [
            Figure("complaints", busy, "a second", ">= 10,000"),
            Figure("complaints, by the clock", passed, "a second"),
            *(
                Figure(f"hostile text, {name}", milliseconds, "ms", "< 50")
                for name, milliseconds in hostile.items()
            ),
        ],
        load=load,
        note=f"{len(texts):,} complaints of {words:.0f} words on the mean; hostile texts of"
        f" {LENGTH:,} characters; seconds of the processor.",
    )
    return int(busy < 10_000 or max(hostile.values()) >= 50)


if __name__ == "__main__":
    sys.exit(main())
