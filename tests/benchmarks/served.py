"""(b): what a user would serve instead: `mlflow models serve` of a scikit-learn pipeline.

The pipeline answers one of the five questions, the topic; it stems nothing, decides nothing. Both
servers get the same texts, one a request, one after the other on one connection.
"""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from classifier.dataset import SEED_CORPUS, read_examples
from classifier.tracking import refuse_telemetry
from tests.benchmarks.corpus import make_texts
from tests.benchmarks.results import QUICK, Figure, load_now, report

TEXTS = 100 if QUICK else 1_000
BIN = Path(sys.executable).parent


def log_pipeline(uri: str) -> str:
    """Train and log the pipeline; return its address."""
    refuse_telemetry()
    import mlflow
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    frame = read_examples([SEED_CORPUS])
    known = frame["topic"].notna()
    pipeline = make_pipeline(
        TfidfVectorizer(ngram_range=(1, 2), min_df=2), LogisticRegression(max_iter=300)
    ).fit(frame["text"][known], frame["topic"][known])

    class Topics(mlflow.pyfunc.PythonModel):  # type: ignore[misc]
        """mlflow.sklearn takes a table of three texts for one text; this takes its column."""

        def predict(self, context, model_input, params=None):  # type: ignore[no-untyped-def]
            return pipeline.predict(model_input["isi"])

    mlflow.set_tracking_uri(uri)
    with mlflow.start_run():
        logged = mlflow.pyfunc.log_model(
            name="model", python_model=Topics(), pip_requirements=["scikit-learn"]
        )
    return str(logged.model_uri)


def wait(port: int, process: subprocess.Popen[bytes], path: str) -> None:
    for _ in range(1_200):
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", path)
            if connection.getresponse().status == 200:
                return
        except OSError:
            pass
        if process.poll() is not None:
            break
        time.sleep(0.1)
    msg = "the server does not answer"
    raise RuntimeError(msg)


def measure(port: int, path: str, bodies: list[bytes]) -> tuple[float, float]:
    """Return milliseconds of the median and of the slowest hundredth."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    times = []
    for body in bodies[:20] + bodies:
        start = time.perf_counter()
        connection.request("POST", path, body, {"Content-Type": "application/json"})
        response = connection.getresponse()
        answer = response.read()
        times.append(1000 * (time.perf_counter() - start))
        assert response.status == 200, answer[:200]
    return float(np.quantile(times[20:], 0.5)), float(np.quantile(times[20:], 0.99))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def served(command: list[str], folder: Path, live: str, path: str, bodies: list[bytes]) -> Any:
    port = free_port()
    environment = os.environ | {
        "DISPOSISI_DATABASE_URL": f"sqlite:///{folder / 'served.sqlite3'}",
        "MLFLOW_TRACKING_URI": f"sqlite:///{folder / 'mlflow.db'}",
        "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
    }
    process = subprocess.Popen(
        [*command, "--port", str(port)],
        env=environment,
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,  # MLflow starts a server of its own
    )
    try:
        wait(port, process, live)
        return measure(port, path, bodies)
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait()


def main() -> int:
    load = load_now()
    texts = list(islice(make_texts(seed=4), TEXTS))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.chdir(folder)
        uri = log_pipeline(f"sqlite:///{folder / 'mlflow.db'}")
        ours = served(
            [str(BIN / "disposisi"), "serve"],
            folder,
            "/readyz",
            "/v1/classifications",
            [json.dumps({"isi": text}).encode() for text in texts],
        )
        theirs = served(
            [str(BIN / "mlflow"), "models", "serve", "-m", uri, "--env-manager", "local"],
            folder,
            "/ping",
            "/invocations",
            [json.dumps({"dataframe_records": [{"isi": text}]}).encode() for text in texts],
        )
    report(
        "served",
        "One complaint over HTTP, beside `mlflow models serve`",
        [
            Figure("`disposisi serve`, whole disposition, median", ours[0], "ms"),
            Figure("`disposisi serve`, 99 of 100 within", ours[1], "ms"),
            Figure("(b) `mlflow models serve`, topic alone, median", theirs[0], "ms"),
            Figure("(b) `mlflow models serve`, 99 of 100 within", theirs[1], "ms"),
            Figure("(b) / ours, median", theirs[0] / ours[0], "times"),
        ],
        load=load,
        note="One connection, one worker, one request after the other.",
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
