"""Compare two models on the same complaints, and promote one unless it is worse."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from classifier import tracking
from classifier.artifacts import load_model, read_manifest
from classifier.dataset import read_examples
from classifier.errors import ComparisonError
from classifier.frozen import Difference, compare, read_evaluation
from rules.ruleset import load_ruleset
from service.checks import evaluate_on
from service.errors import ServiceError
from service.model_store import Store, replace_champion
from service.scoring import Policy, Scorer

RECORD_FILE = "PROMOTIONS.md"
_RECORD_HEAD = """# Promotions

One line each, oldest first, written by `disposisi models promote`.

| when | model | before | why it was allowed |
|---|---|---|---|
"""


class PromotionError(ServiceError):
    """A model may not replace the one in use; says why and what to do."""


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
