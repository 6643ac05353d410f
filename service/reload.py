"""Take a changed model or changed rules while requests go on; keep the old ones if it is broken."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from classifier.artifacts import find_model
from classifier.errors import ClassifierError
from rules.errors import RulesError
from rules.ruleset import DATA
from service.deps import Scorer
from service.errors import ServiceError
from service.guards import trace_without_text
from service.metrics import Metrics
from service.settings import Settings

EVERY_S: Final = 0.25
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """What a scorer is made from: two folders, links followed, and the state of their files."""

    model: Path
    rules: Path
    files: tuple[tuple[str, int, int, int], ...]

    def settings(self, settings: Settings) -> Settings:
        """Return the settings that name exactly these folders."""
        return settings.model_copy(update={"model": self.model, "rules_dir": self.rules})


def find_sources(settings: Settings) -> Sources:
    """Return what a scorer would be made from now.

    Raises
    ------
    ClassifierError, OSError
        If there is no model, or a folder cannot be read.
    """
    model = find_model(model=settings.model, models=settings.models_dir).resolve()
    return look_at(model, (settings.rules_dir or DATA).resolve())


def look_at(model: Path, rules: Path) -> Sources:
    """Return the state of the files of two folders."""
    files = tuple(sorted([*_files(model), *_files(rules)]))
    return Sources(model=model, rules=rules, files=files)


def _files(folder: Path) -> Iterator[tuple[str, int, int, int]]:
    for entry in os.scandir(folder):
        if entry.is_dir():
            yield from _files(Path(entry.path))
        elif not entry.name.startswith("."):
            found = entry.stat()
            yield entry.path, found.st_mtime_ns, found.st_size, found.st_ino


class Reloader:
    """Looks four times a second and loads what has changed and has come to rest.

    A folder that is being copied is not at rest. Replace a folder by moving a link (``ln -sfn``) or
    edit files in place; both work, the first never shows a mixture.

    Parameters
    ----------
    settings : Settings
    load : callable
        Makes a scorer, as at the start.
    use : callable
        Puts it to use: requests that have the old one keep it to their end.
    refuse : callable
        Is told why a change cannot be used, and None once nothing is wrong any more.
    in_use : Sources
        What the scorer in use was made from.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        load: Callable[[Settings], Scorer],
        use: Callable[[Scorer], None],
        refuse: Callable[[str | None], None],
        in_use: Sources,
    ) -> None:
        self._settings, self._load, self._use, self._refuse = settings, load, use, refuse
        self._in_use: Sources = in_use
        self._seen: Sources | str = in_use
        self._refused: Sources | str | None = None
        self._ended = threading.Event()

    def run(self, every_s: float = EVERY_S) -> None:
        """Look until ``stop``."""
        while not self._ended.wait(every_s):
            self.look()

    def stop(self) -> None:
        """End before the next look."""
        self._ended.set()

    def look(self) -> None:
        """Look once; a change is taken at the second look that finds it unchanged."""
        found: Sources | str
        try:
            found = find_sources(self._settings)
        except (ClassifierError, OSError) as error:
            found = _say(error)
        seen, self._seen = self._seen, found
        if found == self._in_use:
            self._take_back()
        elif found == seen and found != self._refused:
            self._change(found)

    def _change(self, found: Sources | str) -> None:
        if isinstance(found, str):
            self._turn_down(found, found)
            return
        try:
            scorer = self._load(found.settings(self._settings))
            if look_at(found.model, found.rules) != found:
                return  # changed meanwhile: it may be a mixture
        except Exception as error:  # noqa: BLE001  # the thread's edge: the old ones must go on
            self._turn_down(found, _say(error))
            return
        self._use(scorer)
        self._in_use = found
        self._take_back()

    def _turn_down(self, found: Sources | str, why: str) -> None:
        self._refused = found
        self._refuse(why)

    def _take_back(self) -> None:
        if self._refused is not None:
            self._refused = None
            self._refuse(None)


def _say(error: Exception) -> str:
    if isinstance(error, ClassifierError | RulesError | ServiceError):
        return str(error)
    return trace_without_text(error)


@contextmanager
def reloading(
    settings: Settings, *, load: Callable[[Settings], Scorer], state: Any, metrics: Metrics
) -> Iterator[None]:
    """Load model and rules into ``state.scorer`` and watch them in the background.

    ``state.refused`` says why the newest ones are not in use; None where they are.
    """
    sources = find_sources(settings)
    state.scorer, state.refused = load(sources.settings(settings)), None

    def use(scorer: Scorer) -> None:
        state.scorer = scorer
        metrics.note_reload(taken=True)
        _log.info("model or rules changed", extra={"fields": dict(scorer.versions)})

    def refuse(why: str | None) -> None:
        state.refused = why
        if why is not None:
            metrics.note_reload(taken=False)
            _log.error("a change of model or rules is refused, the old ones stay: %s", why)

    reloader = Reloader(settings, load=load, use=use, refuse=refuse, in_use=sources)
    thread = threading.Thread(target=reloader.run, name="reloader", daemon=True)
    thread.start()
    try:
        yield
    finally:
        reloader.stop()
        thread.join()
