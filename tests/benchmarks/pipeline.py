"""Text to heads and to dispositions, beside a plain script and the limit, in one run.

- (a) the plain script: pandas ``apply`` with Sastrawi stemming each text, and one scikit-learn
  pipeline a head called row by row; it decides no agency and explains nothing.
- (c) the limit: reading, stemming and vectorising alone.

All read the same texts, which have the lengths of real complaints (``corpus.py``); nothing is
cached by a whole text. NumPy gets one thread, as ``score`` gives it in its processes.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np

from classifier.dataset import SEED_CORPUS, read_examples
from classifier.labels import HEADS
from service.batch import score_file
from service.complaint import parse_complaint
from service.loading import load_scorer
from tests.benchmarks.corpus import make_texts
from tests.benchmarks.results import QUICK, ROUNDS, Figure, best_of, load_now, report

DAY = date(2026, 11, 24)
TEXTS = 2_000 if QUICK else 20_000
MANY = 4_000 if QUICK else 200_000  # a file that is worth two processes
PLAIN = 100 if QUICK else 400
SINGLE = 500 if QUICK else 5_000
JOBS = 2
CHUNK = 512


def timed_vectorise(path: Path, part: int, parts: int) -> tuple[int, float]:
    """(c) in one process, every n-th chunk: return texts and seconds without loading the model."""
    scorer = load_scorer()  # warm: what is loaded once does not count
    scorer.model.vocabulary.features(["jalan rusak"])
    start = time.perf_counter()
    texts: list[str] = []
    done = 0
    with path.open("rb") as file:
        for number, line in enumerate(file):
            if number // CHUNK % parts == part:
                texts.append(json.loads(line)["isi"])
            if len(texts) == CHUNK:
                scorer.model.vocabulary.features(texts)
                done += len(texts)
                texts.clear()
    scorer.model.vocabulary.features(texts)
    return done + len(texts), time.perf_counter() - start


def limit(path: Path, jobs: int) -> float:
    """Return texts a second of (c) on some processes."""
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        asked = [pool.submit(timed_vectorise, path, part, jobs) for part in range(jobs)]
        found = [future.result() for future in asked]
    return sum(done for done, _ in found) / max(seconds for _, seconds in found)


def whole_run(path: Path, target: Path) -> tuple[float, float]:
    """Return texts a second of ``score --jobs 2``: once the processes run, and start included."""
    moments: list[tuple[float, int]] = []
    start = time.perf_counter()
    summary = score_file(
        load_scorer,
        path,
        target,
        today=DAY,
        jobs=JOBS,
        progress=lambda rows, bad, of: moments.append((time.perf_counter(), rows)),
    )
    whole = summary.rows / (time.perf_counter() - start)
    # The first chunks wait for the processes to load.
    first, last = moments[1 + 2 * JOBS], moments[-1]
    return (last[1] - first[1]) / (last[0] - first[0]), whole


def plain_script(texts: list[str]) -> float:
    """(a): return texts a second."""
    import pandas as pd
    from Sastrawi.Stemmer.StemmerFactory import StemmerFactory
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    stemmer = StemmerFactory().create_stemmer()
    frame = read_examples([SEED_CORPUS])
    stemmed = frame["text"].map(stemmer.stem)
    pipelines: dict[str, Any] = {}
    for head in HEADS:
        known = frame[head].notna()
        pipeline = make_pipeline(
            TfidfVectorizer(ngram_range=(1, 2), min_df=2), LogisticRegression(max_iter=300)
        )
        pipelines[head] = pipeline.fit(stemmed[known], frame[head][known].astype(str))
    table = pd.DataFrame({"isi": texts})

    def classify(text: str) -> pd.Series[Any]:
        row = [stemmer.stem(text)]
        return pd.Series({head: p.predict_proba(row).max() for head, p in pipelines.items()})

    seconds = best_of(lambda: table["isi"].apply(classify), rounds=min(ROUNDS, 3))
    return len(texts) / seconds


def main() -> int:
    load = load_now()
    scorer = load_scorer()
    texts = list(islice(make_texts(seed=1), TEXTS))
    complaints = [parse_complaint({"isi": text}, timezone=None) for text in texts]

    def heads() -> None:
        for i in range(0, TEXTS, CHUNK):
            scorer.model.predict(texts[i : i + CHUNK])

    def dispositions() -> None:
        for i in range(0, TEXTS, CHUNK):
            scorer.score(complaints[i : i + CHUNK], today=DAY)

    def each() -> list[float]:
        times = []
        for complaint in complaints[:SINGLE]:
            start = time.perf_counter()
            scorer.score([complaint], today=DAY)
            times.append(1000 * (time.perf_counter() - start))
        return times

    scorer.score(complaints, today=DAY)  # the words are known from here on, as in any long run
    single = [each() for _ in range(ROUNDS)]
    median = min(float(np.quantile(times, 0.5)) for times in single)
    slow = min(float(np.quantile(times, 0.99)) for times in single)
    to_heads, to_answers = TEXTS / best_of(heads), TEXTS / best_of(dispositions)
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "in.jsonl"
        with path.open("w", encoding="utf-8") as file:
            for text in islice(make_texts(seed=2), MANY):
                file.write(json.dumps({"isi": text}, ensure_ascii=False) + "\n")
        runs = [whole_run(path, Path(name) / "out.jsonl") for _ in range(min(ROUNDS, 5))]
        limits = {jobs: max(limit(path, jobs) for _ in range(min(ROUNDS, 3))) for jobs in (1, JOBS)}
    plain = plain_script(texts[:PLAIN])
    steady, whole = (max(run[i] for run in runs) for i in (0, 1))
    a_second = "texts a second"
    report(
        "pipeline",
        "Text to heads, text to disposition",
        [
            Figure("one complaint through `service/scoring.py`, median", median, "ms", "<= 1.0"),
            Figure("one complaint, 99 of 100 within", slow, "ms", "<= 3"),
            Figure("text to heads, 1 process", to_heads, a_second),
            Figure("text to disposition with explanation, 1 process", to_answers, a_second),
            Figure(
                f"`score --jobs {JOBS}`, JSONL to JSONL, once it runs", steady, a_second, ">= 6,500"
            ),
            Figure(f"the same with its start, {MANY:,} rows", whole, a_second),
            Figure("(a) plain script, 1 process, heads only", plain, a_second),
            Figure("`score` / (a), 2 processes to 1", steady / plain, "times", ">= 10"),
            Figure("`score` / (a), 1 process each", to_answers / plain, "times"),
            Figure("(c) reading, stemming, vectorising, 1 process", limits[1], a_second),
            Figure(f"(c), {JOBS} processes", limits[JOBS], a_second),
            Figure("`score` / (c), 2 processes each", steady / limits[JOBS], "times"),
        ],
        load=load,
        note=f"Best of {ROUNDS}. One BLAS thread a process.",
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
