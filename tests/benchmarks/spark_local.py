"""100,000 complaints on a local Spark: every answer must be that of the command line.

``python -m tests.benchmarks.spark_local`` logs the champion to a throw-away MLflow,
scores on two Python workers, compares row by row, scores a tenth again in other partitions, and
prints what a million costs. Needs the extra ``spark`` and Java; it takes minutes and so is no part
of the test suite.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from datetime import date, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyarrow import parquet

from classifier.artifacts import find_model
from classifier.tracking import Run, log_run, refuse_telemetry
from tests.benchmarks.corpus import make_texts

ROWS, AGAIN, WORKERS, OTHER_PARTITIONS = 100_000, 10_000, 2, 7
TODAY = date(2026, 11, 24)
REGIONS = ("32.04", "35.78", "11", None, None, None, "00.00")  # the last one does not exist


def make_input(path: Path) -> None:
    """Write complaints: some without a moment, some with a hint, some that cannot be read."""
    start = datetime.fromisoformat("2026-01-05T08:00:00+07:00")
    columns: dict[str, list[Any]] = {"row": [], "isi": [], "received_at": [], "region": []}
    for row, text in enumerate(islice(make_texts(seed=7), ROWS)):
        columns["row"].append(row)
        columns["isi"].append("" if row % 997 == 0 else text)
        moment = (start + timedelta(minutes=row)).isoformat() if row % 3 else None
        columns["received_at"].append(moment)
        columns["region"].append(REGIONS[row % len(REGIONS)])
    strings = [("isi", pa.string()), ("received_at", pa.string()), ("region", pa.string())]
    schema = pa.schema([("row", pa.int64()), *strings])
    parquet.write_table(pa.table(columns, schema=schema), path, row_group_size=10_000)


def local_answers(source: Path, target: Path) -> list[dict[str, Any]]:
    """Return what the command line answers, with the same day for all."""
    code = (
        "import sys, functools; from datetime import date; from pathlib import Path;"
        "from service.batch import score_file; from service.loading import load_scorer;"
        "score_file(load_scorer, Path(sys.argv[1]), Path(sys.argv[2]),"
        " today=date.fromisoformat(sys.argv[3]), jobs=2)"
    )
    command = [sys.executable, "-c", code, str(source), str(target), TODAY.isoformat()]
    subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
    with target.open(encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def spark_answers(target: Path) -> dict[int, dict[str, Any]]:
    """Return what Spark wrote, by row."""
    table = parquet.read_table(target, columns=["row", "category", "agency_code", "disposition"])
    answers = {}
    for cells in table.to_pylist():
        answer = json.loads(cells["disposition"])
        if "error" not in answer:
            assert cells["category"] == answer["category"]
            assert cells["agency_code"] == answer["agency"]["code"]
        answers[cells["row"]] = answer
    return answers


def differing(answers: dict[int, dict[str, Any]], expected: list[dict[str, Any]]) -> list[int]:
    """Return the rows whose answer is another one; the words of an error may be."""
    return [
        row
        for row, answer in answers.items()
        if answer != expected[row] and not ("error" in answer and "error" in expected[row])
    ]


def main() -> int:
    refuse_telemetry()
    from pyspark.sql import SparkSession

    from service.mlflow_model import model_to_log
    from service.spark import score_parquet

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.chdir(folder)
        source = folder / "in.parquet"
        make_input(source)
        expected = local_answers(source, folder / "local.jsonl")
        model = find_model()
        run = Run(name=model.name, params={}, metrics={})
        uri = f"sqlite:///{folder / 'mlflow.db'}"
        os.environ["MLFLOW_TRACKING_URI"] = uri
        os.environ["PYSPARK_PYTHON"] = sys.executable  # else another one without our packages
        logged = log_run(run, model_to_log(model), uri=uri)
        spark = (
            SparkSession.builder.master(f"local[{WORKERS}]")
            .config("spark.ui.enabled", "false")
            .config("spark.sql.shuffle.partitions", str(WORKERS))
            .getOrCreate()
        )
        spark.sparkContext.setLogLevel("ERROR")
        options = {"model_uri": logged.model_uri, "today": TODAY}
        some = folder / "some.parquet"
        parquet.write_table(parquet.read_table(source).slice(0, AGAIN), some)
        start = time.perf_counter()
        score_parquet(spark, str(some), str(folder / "b"), partitions=OTHER_PARTITIONS, **options)
        middle = time.perf_counter()
        score_parquet(spark, str(source), str(folder / "a"), partitions=WORKERS, **options)
        first, seconds = middle - start, time.perf_counter() - middle
        spark.stop()
        whole, again = spark_answers(folder / "a"), spark_answers(folder / "b")
        wrong = differing(whole, expected) + differing(again, expected)
        bad = sum("error" in answer for answer in whole.values())
        print(f"{len(whole):,} rows on Spark, {bad:,} with an error, {len(wrong):,} differ")
        print(f"{len(again):,} again in {OTHER_PARTITIONS} partitions")
        print(
            f"the {ROWS:,} in {seconds:.0f} s, load {os.getloadavg()[0]:.1f}; the first {AGAIN:,}"
        )
        print(f"in {first:.0f} s with the start of the workers")
        print(f"a million on {WORKERS} workers: {seconds * 1e6 / ROWS / 60:.1f} minutes")
        complete = len(whole) == ROWS and len(again) == AGAIN and 0 < bad < ROWS / 5
        return 0 if complete and not wrong else 1


if __name__ == "__main__":
    sys.exit(main())
