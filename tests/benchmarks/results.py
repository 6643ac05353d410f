"""What a benchmark hands back: figures, and the machine and load they were measured under.

Every script here has a ``main()`` that measures and calls ``report``, which prints the figures
and writes ``build/benchmarks/<name>.json``; ``run_all.py`` runs the scripts and makes the table.
``BENCH_QUICK=1`` shortens all of them, to see that they work.
"""

from __future__ import annotations

import json
import os
import platform
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[2] / "build" / "benchmarks"
QUICK = os.environ.get("BENCH_QUICK") == "1"
ROUNDS = 1 if QUICK else 5
_PACKAGES = (
    "numpy",
    "scipy",
    "scikit-learn",
    "pandas",
    "PySastrawi",
    "mlflow",
    "pyarrow",
    "pyspark",
)
_VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "PYTHONHASHSEED")


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured figure.

    Attributes
    ----------
    what : str
        What was measured.
    value : float
    unit : str
    bar : str
        What it must reach; empty where nothing is asked.
    """

    what: str
    value: float
    unit: str
    bar: str = ""


def report(
    name: str, title: str, figures: Sequence[Figure], *, load: float, note: str = ""
) -> None:
    """Print the figures and keep them as JSON.

    Parameters
    ----------
    name : str
        Of the JSON file.
    title : str
        What they are about, in a line.
    load : float
        Load average before the measurement: ``load_now()``.
    note : str, default=""
        How it was measured, in a sentence or two.
    """
    print(f"{title} (load {load:.1f} before, {load_now():.1f} after)")
    for figure in figures:
        bar = f"   [{figure.bar}]" if figure.bar else ""
        print(f"  {figure.what}: {shown(figure.value)} {figure.unit}{bar}")
    found = {
        "title": title,
        "note": note,
        "figures": [asdict(figure) for figure in figures],
        "load_before": round(load, 2),
        "load_after": round(load_now(), 2),
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "environment": environment(),
    }
    FOLDER.mkdir(parents=True, exist_ok=True)
    text = json.dumps(found, indent=1, ensure_ascii=False)
    (FOLDER / f"{name}.json").write_text(text + "\n", encoding="utf-8")


def environment() -> dict[str, Any]:
    """Return machine, versions and the environment variables that matter."""
    cpu = "unknown"
    info = Path("/proc/cpuinfo")
    if info.exists():
        lines = info.read_text(encoding="utf-8").splitlines()
        cpu = next((line.split(": ")[1] for line in lines if line.startswith("model name")), cpu)
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return {
        "machine": f"{cpu}, {os.cpu_count()} cores, {pages / 2**30:.0f} GB, {platform.system()}",
        "python": sys.version.split()[0],
        "packages": {name: _version(name) for name in _PACKAGES},
        "variables": {name: os.environ.get(name, "not set") for name in _VARIABLES},
        "quick": QUICK,
    }


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"


def load_now() -> float:
    """Return the load average of the last minute."""
    return os.getloadavg()[0]


def best_of(action: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Return the seconds of the fastest of several rounds."""
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        action()
        times.append(time.perf_counter() - start)
    return min(times)


def shown(value: float) -> str:
    """Return a figure with as many digits as it deserves.

    Examples
    --------
    >>> shown(12345.6), shown(0.123456), shown(12.3456)
    ('12,346', '0.123', '12.3')
    """
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.3g}"
