"""Two workers under full load while rules and model change: does any request fail?

Run ``python -m tests.benchmarks.reload``: for a minute the rules change every second and the model
every five. Exits with 1 if a request failed, if an answer carries versions that never existed, or
if no change was taken. The suite runs it for a few seconds.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import shutil
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

from api import free_port, running

from classifier.artifacts import CHAMPION_FILE, MANIFEST_FILE, find_model
from rules.ruleset import DATA, load_ruleset

VARIANTS = 4  # of the rules
BODY = json.dumps({"isi": "Lampu jalan di depan pasar mati sejak kemarin, Kota Kediri"})


def main() -> int:
    """Load the server, change what it uses, and say what was seen."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--connections", type=int, default=16)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        rules, models = make_rules(folder), make_models(folder)
        link = folder / "rules"
        move_link(link, rules[0][0])
        promote(folder, models[0])
        environment = {
            **os.environ,
            "DISPOSISI_DATABASE_URL": f"sqlite:///{folder}/uji.sqlite3",
            "DISPOSISI_RULES_DIR": str(link),
            "DISPOSISI_MODELS_DIR": str(folder / "models"),
            "DISPOSISI_AUTH": "off",
        }
        port = free_port()
        program = str(Path(sys.executable).with_name("disposisi"))
        command = [program, "serve", "--workers", "2", "--port", str(port)]
        load = Load(port, arguments.connections)
        with running(command, environment, port, "/readyz"):
            load.start()
            end, turn = time.monotonic() + arguments.seconds, 0
            # A machine that is busy with other things gets some time more for the first changes.
            while time.monotonic() < end or (not load.saw_both and time.monotonic() < end + 60):
                time.sleep(1)
                turn += 1
                move_link(link, rules[turn % VARIANTS][0])
                if turn % 5 == 2:
                    promote(folder, models[turn // 5 % 2 - 1])
            time.sleep(2)
            load.stop()
    known = {(model, version) for model in models for _, version in rules}
    strange = [pair for pair in load.seen if pair not in known]
    print(f"{sum(load.seen.values()):,} answers, {len(load.failures)} failed {load.failures[:3]}")
    print(f"{len(load.seen)} pairs of model and rules seen, {len(strange)} never existed")
    if not load.saw_both:
        print("no change of both was taken")
    return int(bool(load.failures or strange) or not load.saw_both)


class Load:
    """Clients that ask again as soon as they have an answer, each over one connection."""

    def __init__(self, port: int, connections: int) -> None:
        self.port = port
        self.seen: Counter[tuple[str, str]] = Counter()
        self.failures: list[str] = []
        self._ended, self._mutex = threading.Event(), threading.Lock()
        self._threads = [threading.Thread(target=self._ask) for _ in range(connections)]

    @property
    def saw_both(self) -> bool:
        """Whether answers came from more than one model and more than one set of rules."""
        with self._mutex:
            return all(len(set(column)) > 1 for column in zip(*self.seen, strict=True)) and bool(
                self.seen
            )

    def start(self) -> None:
        """Begin."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """End after the answers that are under way."""
        self._ended.set()
        for thread in self._threads:
            thread.join()

    def _ask(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {"content-type": "application/json"}
        while not self._ended.is_set():
            try:
                connection.request("POST", "/v1/classifications", BODY, headers)
                answer = connection.getresponse()
                found = json.loads(answer.read())
            except (OSError, http.client.HTTPException, ValueError) as error:
                self.failures.append(type(error).__name__)
                connection.close()
                continue
            if answer.status != 200:
                self.failures.append(str(answer.status))
                continue
            pair = found["versions"]["model"], found["versions"]["rules"]
            with self._mutex:
                self.seen[pair] += 1
        connection.close()


def make_rules(folder: Path) -> list[tuple[Path, str]]:
    """Return folders of rules that differ, each with its version."""
    found = []
    for i in range(VARIANTS):
        own = folder / f"rules-{i}"
        shutil.copytree(DATA, own)
        with (own / "topics.yaml").open("a", encoding="utf-8") as file:
            file.write(f"\n# {i}\n")
        found.append((own, load_ruleset(own).version))
    return found


def make_models(folder: Path) -> list[str]:
    """Return the ids of two models: the champion under two names."""
    champion, names = find_model(), ["uji-a", "uji-b"]
    for name in names:
        own = folder / "models" / name
        shutil.copytree(champion, own)
        manifest = json.loads((own / MANIFEST_FILE).read_text(encoding="utf-8"))
        text = json.dumps({**manifest, "id": name})
        (own / MANIFEST_FILE).write_text(text, encoding="utf-8")
    return names


def move_link(link: Path, to: Path) -> None:
    """Point a link at another folder, in one step."""
    new = link.with_name(f"{link.name}.new")
    new.symlink_to(to)
    new.replace(link)


def promote(folder: Path, name: str) -> None:
    """Make a model the champion, in one step."""
    new = folder / "models" / "CHAMPION.new"
    new.write_text(name, encoding="utf-8")
    new.replace(folder / "models" / CHAMPION_FILE)


if __name__ == "__main__":
    sys.exit(main())
