"""How time and memory grow with the rows: ``disposisi score`` of 1,000 to 2,000,000 to Parquet.

The rows are sampled from the seed corpus with replacement and differ in number and place.
"""

from __future__ import annotations

import json
import math
import os
import resource
import subprocess
import sys
import tempfile
import time
from itertools import islice, pairwise
from pathlib import Path

from tests.benchmarks.corpus import make_texts
from tests.benchmarks.results import QUICK, Figure, load_now, report

SIZES = (1_000, 10_000) if QUICK else (1_000, 10_000, 100_000, 1_000_000, 2_000_000)
DISPOSISI = str(Path(sys.executable).parent / "disposisi")


def write_input(path: Path, rows: int) -> None:
    with path.open("w", encoding="utf-8") as file:
        for number, text in enumerate(islice(make_texts(seed=3), rows)):
            file.write(json.dumps({"isi": text, "tracking_id": number}, ensure_ascii=False) + "\n")


def score(source: Path, target: Path) -> tuple[float, float, float]:
    """Return seconds, seconds of the processors, and MB of the largest process so far."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    command = [DISPOSISI, "score", str(source), "-o", str(target), "--jobs", "2"]
    subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
    seconds = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    busy = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    return seconds, busy, after.ru_maxrss / 1024


def main() -> int:
    load = load_now()
    figures, runs = [], []
    with tempfile.TemporaryDirectory() as name:
        source, target = Path(name) / "in.jsonl", Path(name) / "out.parquet"
        for rows in SIZES:
            write_input(source, rows)
            seconds, busy, megabytes = score(source, target)
            runs.append((rows, seconds))
            bar = "<= 240" if rows == 1_000_000 else ""
            figures += [
                Figure(f"{rows:,} rows to Parquet, 2 processes", seconds, "s", bar),
                Figure(f"{rows:,} rows, processor time a row", 1e6 * busy / rows, "us"),
                Figure(f"{rows:,} rows, largest process", megabytes, "MB", "<= 700"),
            ]
    for (rows, seconds), (more, longer) in pairwise(runs):
        slope = math.log(longer / seconds) / math.log(more / rows)
        figures.append(Figure(f"slope from {rows:,} to {more:,}", slope, "(1 is linear)"))
    report(
        "growth",
        "Growth of `score`",
        figures,
        load=load,
        note="One run each, start-up included, which is most of the smallest one.",
    )
    return 0


if __name__ == "__main__":
    os.environ.pop("DISPOSISI_REAL_DATA", None)
    sys.exit(main())
