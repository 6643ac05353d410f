"""Measure text to five calibrated questions: ``python -m tests.benchmarks.classifier_speed``.

Masking, features, heads and calibration of every complaint, on one core, by the model in use.
Texts are the real complaints under ``DISPOSISI_REAL_DATA``; without it the seed corpus, its words
strung to the lengths of real complaints (mean 60 words). No text is read twice in a round, and
words that came before are known, as in a service that runs. Bars: at least 8,000 complaints a
second in batch, at most 0.6 ms for one. Seconds are the processor's; those of the clock beside.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence

import numpy as np

from classifier.artifacts import find_model, load_model
from classifier.dataset import SEED_CORPUS, read_examples
from service.loading import real_data
from tests.benchmarks.results import QUICK, ROUNDS, Figure, load_now, report

BATCH = 1_000
TEXTS = 500 if QUICK else 4_000
FEWEST_A_SECOND, MOST_MS_FOR_ONE = 8_000, 0.6
# Words of real complaints, from the shortest to the longest in steps of 5 %.
LENGTHS = (
    3, 9, 13, 16, 18, 21, 24, 28, 32, 37, 41, 48, 54, 61, 69, 79, 91, 110, 139, 183, 289,
)  # fmt: skip


def texts_to_read() -> tuple[str, list[str]]:
    """Return what is read and where it is from."""
    folder = real_data()
    if folder is not None:
        frame = read_examples([folder / "complaints_gold.csv"])
        return "real complaints", list(frame["text"])
    words = " ".join(read_examples([SEED_CORPUS])["text"]).split()
    rng = np.random.default_rng(0)
    spots = rng.uniform(0, len(LENGTHS) - 1, TEXTS)
    lengths = np.interp(spots, range(len(LENGTHS)), LENGTHS).astype(int)
    starts = rng.integers(0, len(words) - max(LENGTHS), len(lengths))
    return "seed corpus at real lengths", [
        " ".join(words[start : start + n]) for start, n in zip(starts, lengths, strict=True)
    ]


def per_text(read: Callable[[], object], count: int) -> tuple[float, float]:
    """Return the processor's and the clock's seconds a text, of the quickest of some rounds."""
    found = []
    for _ in range(ROUNDS):
        cpu, clock = time.process_time(), time.perf_counter()
        read()
        found.append((time.process_time() - cpu, time.perf_counter() - clock))
    cpu, clock = min(found)
    return cpu / count, clock / count


def main() -> int:
    load = load_now()
    model, manifest = load_model(find_model())
    origin, texts = texts_to_read()
    model.predict(texts)  # words are known from here on; texts are not kept

    def batches() -> None:
        for start in range(0, len(texts), BATCH):
            model.predict(texts[start : start + BATCH])

    def alone(some: Sequence[str] = texts[:1_000]) -> None:
        for text in some:
            model.predict([text])

    cpu, clock = per_text(batches, len(texts))
    one_cpu, one_clock = per_text(alone, min(len(texts), 1_000))
    words = np.mean([len(text.split()) for text in texts])
    report(
        "classifier_speed",
        "Text to five calibrated questions",
        [
            Figure("in batch", 1 / cpu, "texts a second", ">= 8,000"),
            Figure("in batch, by the clock", 1 / clock, "texts a second"),
            Figure("one text", one_cpu * 1e3, "ms", "<= 0.6"),
            Figure("one text, by the clock", one_clock * 1e3, "ms"),
        ],
        load=load,
        note=f"{len(texts):,} texts ({origin}, {words:.0f} words on the mean), model {manifest.id};"
        " seconds of the processor.",
    )
    met = 1 / cpu >= FEWEST_A_SECOND and one_cpu * 1e3 <= MOST_MS_FOR_ONE
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
