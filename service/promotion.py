"""Which model is in use: compare two, promote one, hand one on."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from classifier import tracking
from classifier.artifacts import (
    CHAMPION_FILE,
    MANIFEST_FILE,
    Manifest,
    load_model,
    read_manifest,
)
from classifier.dataset import read_examples
from classifier.errors import ComparisonError
from classifier.frozen import Difference, compare, read_evaluation
from rules.ruleset import load_ruleset
from service.checks import evaluate_on
from service.errors import ServiceError
from service.scoring import Policy, Scorer

RECORD_FILE = "PROMOTIONS.md"
_RECORD_HEAD = """# Promotions

One line each, oldest first, written by `disposisi models promote`.

| when | model | before | why it was allowed |
|---|---|---|---|
"""
_ID = re.compile(r"[A-Za-z0-9][\w.-]{0,99}")


class PromotionError(ServiceError):
    """A model cannot be found, handed on or promoted; says why and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """Where models are kept.

    Attributes
    ----------
    models : Path
        Folder with ``CHAMPION`` and one folder a model.
    registry : str or None
        Address of MLflow's registry, where there is one.
    """

    models: Path
    registry: str | None = None

    def champion(self) -> str | None:
        """Return the id of the model in use."""
        path = self.models / CHAMPION_FILE
        return path.read_text(encoding="utf-8").strip() if path.is_file() else None

    def manifests(self) -> list[Manifest]:
        """Return what is known of every model here, oldest first."""
        found = [read_manifest(path.parent) for path in self.models.glob(f"*/{MANIFEST_FILE}")]
        return sorted(found, key=lambda manifest: (manifest.created_at, manifest.id))

    def folder(self, model_id: str) -> Path:
        """Return the folder of a model; one that only the registry has is fetched from there.

        Raises
        ------
        PromotionError
            If neither has it.
        TrackingError, ModelError
            If the registry cannot be used, or what it gives is no sound model.
        """
        if not _ID.fullmatch(model_id):
            msg = f"expected the id of a model, got {model_id!r}"
            raise PromotionError(msg)
        folder = self.models / model_id
        if not folder.is_dir() and not (self.registry and self._fetch(folder, self.registry)):
            here = ", ".join(manifest.id for manifest in self.manifests()) or "none"
            msg = f"no model {model_id} in {self.models} or the registry; there are: {here}"
            raise PromotionError(msg)
        return folder

    def _fetch(self, folder: Path, registry: str) -> bool:
        self.models.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=self.models, prefix=".fetch-") as draft:
            found = tracking.fetch_model(folder.name, Path(draft), uri=registry)
            if found is None:
                return False
            load_model(found)
            found.rename(folder)
        return True


def compare_models(
    store: Store, champion: str, challenger: str, *, data: Sequence[Path], now: datetime
) -> list[Difference]:
    """Return how two models differ on the same complaints.

    Parameters
    ----------
    data : sequence of Path
        Frozen evaluation set, which neither was trained on; without one the held-out answers
        count that were kept when each was trained.

    Raises
    ------
    ComparisonError
        If there is nothing that both answered.
    """
    folders = [store.folder(champion), store.folder(challenger)]
    if not data:
        return compare(
            *(read_evaluation(one, model_sha256=read_manifest(one).sha256) for one in folders)
        )
    frame = read_examples(data)
    ruleset = load_ruleset()
    answers = []
    for folder in folders:
        model, manifest = load_model(folder)
        policy = Policy(audit_share=0)
        scorer = Scorer(model=model, manifest=manifest, ruleset=ruleset, policy=policy)
        answers.append(evaluate_on(frame, scorer=scorer, today=now.date()))
    return compare(*answers)


def seen_in_training(store: Store, model_id: str, data: Sequence[Path]) -> list[str]:
    """Return the sources of an evaluation set that a model's training data also had."""
    known = read_manifest(store.folder(model_id)).data.get("by_source", {})
    return sorted(set(read_examples(data)["source"]) & set(known)) if data else []


def promote(
    store: Store,
    model_id: str,
    *,
    data: Sequence[Path] = (),
    forced_because: str | None = None,
    now: datetime,
) -> str:
    """Make a model the one in use and return a line that says so.

    First it is verified and compared with the present one; then the registry's alias is set; last
    ``CHAMPION`` is replaced, so that whatever fails leaves the present model in use.

    Parameters
    ----------
    data : sequence of Path
        See ``compare_models``.
    forced_because : str, optional
        Promote even a worse one; the reason is recorded in ``PROMOTIONS.md``.

    Raises
    ------
    PromotionError
        If it is worse, or cannot be compared, and no reason is given.
    """
    folder = store.folder(model_id)
    load_model(folder)
    before = store.champion()
    verdict = _verdict(store, before, model_id, data, forced_because, now)
    version = tracking.set_champion(model_id, uri=store.registry) if store.registry else None
    _record(store, f"{now:%Y-%m-%d %H:%M}Z", model_id, before or "none", verdict)
    replace_champion(store.models, model_id)
    said = f"{model_id} is in use, before: {before or 'none'} ({verdict})"
    if store.registry is None:
        return said
    if version is None:
        return f"{said}; the registry does not know it, its alias {tracking.CHAMPION} stays"
    return f"{said}; alias {tracking.CHAMPION} on version {version}"


def replace_champion(models: Path, model_id: str) -> None:
    """Write ``CHAMPION``; readers see the old or the new name, never half of one."""
    draft = models / f".{CHAMPION_FILE}.new"
    draft.write_text(model_id + "\n", encoding="utf-8")
    draft.replace(models / CHAMPION_FILE)


def export(store: Store, model_id: str, into: Path) -> Path:
    """Copy a verified model to ``into / model_id`` and return that folder.

    Raises
    ------
    PromotionError
        If something stands there already.
    """
    folder = store.folder(model_id)
    load_model(folder)
    target = into / model_id
    if target.exists():
        msg = f"{target}: exists, and a model is never overwritten"
        raise PromotionError(msg)
    into.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=into, prefix=".export-") as draft:
        copy = Path(shutil.copytree(folder, Path(draft) / model_id))
        copy.rename(target)
    return target


def _verdict(
    store: Store,
    champion: str | None,
    challenger: str,
    data: Sequence[Path],
    forced_because: str | None,
    now: datetime,
) -> str:
    """Return why the promotion is allowed; raise where it is not."""
    if champion is None or champion == challenger:
        return "no other model in use"
    how = f'disposisi models promote {challenger} --force --reason "..."'
    try:
        differences = compare_models(store, champion, challenger, data=data, now=now)
    except ComparisonError as error:
        if forced_because is None:
            msg = f"{challenger} cannot be compared with {champion}: {error}, or {how}"
            raise PromotionError(msg) from error
        return f"forced, not compared: {forced_because}"
    worse = [
        f"{d.name} {d.challenger:.4f} instead of {d.champion:.4f} ({d.low:+.4f} to {d.high:+.4f})"
        for d in differences
        if d.is_worse
    ]
    if not worse:
        because = f": {forced_because}" if forced_because else ""
        return f"not worse on the same complaints{because}"
    if forced_because is None:
        msg = f"{challenger} is worse than {champion}: {'; '.join(worse)}; to promote it: {how}"
        raise PromotionError(msg)
    return f"forced though worse in {'; '.join(worse)}: {forced_because}"


def _record(store: Store, *cells: str) -> None:
    path = store.models / RECORD_FILE
    line = " | ".join(" ".join(cell.split()).replace("|", "/") for cell in cells)
    if not path.exists():
        path.write_text(_RECORD_HEAD, encoding="utf-8")
    with path.open("a", encoding="utf-8") as file:
        file.write(f"| {line} |\n")
