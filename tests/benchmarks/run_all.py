"""Run the benchmarks that are here and make the table of them: ``make bench``.

Each script runs in a process of its own. ``run_all.py NAME...`` runs some alone; the table is made
of all results that there are. Run it on an otherwise idle machine.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from tests.benchmarks.results import FOLDER, shown

HERE = Path(__file__).parent
# One thread a process: more of them only wait for each other.
THREADS = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")

ORDER = (
    "same_answers",
    "classifier_speed",
    "rules_speed",
    "pipeline",
    "served",
    "growth",
    "start_and_export",
    "api",
    "stored_posts",
    "monitor",
    "reports",
    "desk",
)
BEGIN, END = "<!-- figures: made by run_all.py -->", "<!-- end of figures -->"


def table(found: dict[str, dict[str, Any]]) -> str:
    """Return all results as Markdown."""
    lines = []
    for name, result in found.items():
        lines += [f"### {result['title']}", ""]
        if result["note"]:
            lines += [result["note"], ""]
        lines += ["| measured | value | bar |", "|---|---:|---|"]
        lines += [
            f"| {figure['what']} | {shown(figure['value'])} {figure['unit']} | {figure['bar']} |"
            for figure in result["figures"]
        ]
        when, load = result["measured_at"], f"{result['load_before']}-{result['load_after']}"
        lines += ["", f"`{name}.py`, {when}, load average {load}.", ""]
    return "\n".join(lines)


def surroundings(results: list[dict[str, Any]]) -> str:
    """Return machine, versions and variables; each once, as all results say the same."""
    lines = []
    for where in {json.dumps(result["environment"]): result["environment"] for result in results}:
        values = json.loads(where)
        packages = ", ".join(f"{name} {number}" for name, number in values["packages"].items())
        variables = ", ".join(f"`{name}` {value}" for name, value in values["variables"].items())
        quick = " Short runs (`BENCH_QUICK=1`)." if values["quick"] else ""
        lines.append(
            f"{values['machine']}; Python {values['python']}; {packages}; {variables}.{quick}\n"
        )
    return "\n".join(lines)


def main(names: list[str]) -> int:
    failed = []
    for name in names or ORDER:
        script = HERE / f"{name}.py"
        if not script.exists():
            continue
        print(f"== {name}", flush=True)
        environment = os.environ | THREADS | {"PYTHONPATH": str(HERE.parents[1])}
        done = subprocess.run([sys.executable, str(script)], env=environment, check=False)
        if done.returncode:
            failed.append(name)
        time.sleep(2)  # what was started comes to rest
    paths = [FOLDER / f"{name}.json" for name in ORDER]
    found = {
        path.stem: json.loads(path.read_text(encoding="utf-8")) for path in paths if path.exists()
    }
    readme = HERE / "README.md"
    text = readme.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    after = rest.partition(END)[2]
    made = f"{BEGIN}\n\n{surroundings(list(found.values()))}\n{table(found)}{END}"
    readme.write_text(f"{before}{made}{after}", encoding="utf-8")
    if failed:
        print(f"failed: {', '.join(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
