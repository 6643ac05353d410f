"""Where models are kept: folders here, the registry behind them."""

from __future__ import annotations

import re
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from classifier import tracking
from classifier.artifacts import (
    CHAMPION_FILE,
    MANIFEST_FILE,
    Manifest,
    load_model,
    read_manifest,
)
from service.errors import ServiceError

_ID = re.compile(r"[A-Za-z0-9][\w.-]{0,99}")


class ModelStoreError(ServiceError):
    """A model cannot be found or handed on; says why and what to do."""


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
        ModelStoreError
            If neither has it.
        TrackingError, ModelError
            If the registry cannot be used, or what it gives is no sound model.
        """
        if not _ID.fullmatch(model_id):
            msg = f"expected the id of a model, got {model_id!r}"
            raise ModelStoreError(msg)
        folder = self.models / model_id
        if not folder.is_dir() and not (self.registry and self._fetch(folder, self.registry)):
            here = ", ".join(manifest.id for manifest in self.manifests()) or "none"
            msg = f"no model {model_id} in {self.models} or the registry; there are: {here}"
            raise ModelStoreError(msg)
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


def replace_champion(models: Path, model_id: str) -> None:
    """Write ``CHAMPION``; readers see the old or the new name, never half of one."""
    draft = models / f".{CHAMPION_FILE}.new"
    draft.write_text(model_id + "\n", encoding="utf-8")
    draft.replace(models / CHAMPION_FILE)


def export(store: Store, model_id: str, into: Path) -> Path:
    """Copy a verified model to ``into / model_id`` and return that folder.

    Raises
    ------
    ModelStoreError
        If something stands there already.
    """
    folder = store.folder(model_id)
    load_model(folder)
    target = into / model_id
    if target.exists():
        msg = f"{target}: exists, and a model is never overwritten"
        raise ModelStoreError(msg)
    into.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=into, prefix=".export-") as draft:
        copy = Path(shutil.copytree(folder, Path(draft) / model_id))
        copy.rename(target)
    return target
