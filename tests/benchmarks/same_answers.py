"""5,000 texts by command line, API, `/invocations`, MLflow model and Python call: one answer.

``spark_local.py`` compares Spark with the command line. Every text has a moment of receipt, since
without one the API alone uses its own clock.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from classifier.tracking import refuse_telemetry
from service.complaint import parse_complaint
from service.loading import load_scorer
from tests.benchmarks.corpus import make_texts
from tests.benchmarks.results import QUICK, Figure, load_now, report

TEXTS = 500 if QUICK else 5_000
DISPOSISI = str(Path(sys.executable).parent / "disposisi")
REGIONS = ("32.04", "35.78", "11", None, None)
Answers = list[dict[str, Any]]
Rows = list[dict[str, Any]]


def make_rows() -> Rows:
    first = datetime.fromisoformat("2026-02-02T07:00:00+07:00")
    return [
        {
            "isi": text,
            "judul": "Laporan warga" if row % 4 == 0 else None,
            "received_at": (first + timedelta(hours=row)).isoformat(),
            "region": REGIONS[row % len(REGIONS)],
        }
        for row, text in enumerate(islice(make_texts(seed=8), TEXTS))
    ]


def by_call(rows: Rows) -> Answers:
    complaints = [parse_complaint(row, timezone=None) for row in rows]
    scorer = load_scorer()
    today = datetime.now(UTC).date()
    # One by one: an answer must not depend on what stands beside it.
    return [dict(scorer.score([complaint], today=today)[0]) for complaint in complaints]


def by_command(rows: Rows) -> Answers:
    with tempfile.TemporaryDirectory() as name:
        source, target = Path(name) / "in.jsonl", Path(name) / "out.jsonl"
        source.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
        command = [DISPOSISI, "score", str(source), "-o", str(target), "--jobs", "2"]
        subprocess.run(command, check=True, capture_output=True)
        return [json.loads(line) for line in target.read_text("utf-8").splitlines()]


def post(path: str, parts: Rows, key: str) -> Answers:
    """Return what the service answers to some requests, without what stands around the answers."""
    from fastapi.testclient import TestClient

    from service.app import create_app
    from service.settings import load_settings

    with tempfile.TemporaryDirectory() as name:
        url = f"sqlite:///{Path(name) / 'same.sqlite3'}"
        settings = load_settings().model_copy(update={"database_url": url, "auth": "off"})
        answers: Answers = []
        with TestClient(
            create_app(settings), base_url="http://127.0.0.1", client=("127.0.0.1", 1)
        ) as client:
            for part in parts:
                response = client.post(path, json=part)
                assert response.status_code == 200, response.status_code
                answers += response.json()[key]
        return answers


def by_api(rows: Rows) -> Answers:
    given = [{key: value for key, value in row.items() if value} for row in rows]
    parts = [{"complaints": given[i : i + 500]} for i in range(0, len(given), 500)]
    return post("/v1/classifications", parts, "results")


def by_invocations(rows: Rows) -> Answers:
    parts = [{"dataframe_records": rows[i : i + 500]} for i in range(0, len(rows), 500)]
    found = post("/invocations", parts, "predictions")
    return [json.loads(answer["disposition"]) for answer in found]


def by_model(rows: Rows) -> Answers:
    """What Spark asks: ``predict`` of the MLflow model."""
    refuse_telemetry()
    import pandas as pd

    from service.mlflow_model import answer_table

    table = answer_table(load_scorer(), pd.DataFrame(rows), now=datetime.now(UTC))
    return [json.loads(text) for text in table["disposition"]]


WAYS: dict[str, Callable[[Rows], Answers]] = {
    "command line": by_command,
    "API": by_api,
    "`/invocations`": by_invocations,
    "MLflow model": by_model,
}


def main() -> int:
    load = load_now()
    rows = make_rows()
    expected = [json.loads(json.dumps(answer)) for answer in by_call(rows)]
    figures, wrong = [], 0
    for name, ask in WAYS.items():
        answers = ask(rows)
        differ = sum(a != b for a, b in zip(answers, expected, strict=True))
        wrong += differ
        figures.append(Figure(f"{name}: answers unlike the Python call's", differ, "texts", "0"))
    report("same_answers", f"{TEXTS:,} texts by every way: one answer", figures, load=load)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
