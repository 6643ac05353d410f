"""Train a model, measure it end to end with the rules, and save it as a folder."""

from __future__ import annotations

import itertools
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

import numpy as np

from classifier.artifacts import Manifest, save_model, write_card
from classifier.dataset import SEED_CORPUS, fingerprint, read_examples
from classifier.errors import ModelError
from classifier.evaluate import head_report
from classifier.frozen import figures_of, write_evaluation
from classifier.train import TrainConfig, Trained, train
from rules.ruleset import load_ruleset
from service.end_to_end import measure_end_to_end
from service.evidence import levels_by_topic
from service.model_card import card
from service.public_words import public_words


@dataclass(frozen=True, slots=True, kw_only=True)
class Training:
    """A model that was trained, measured and saved.

    Attributes
    ----------
    folder : Path
        Of the model.
    manifest : Manifest
    card : str
        Markdown.
    trained : Trained
        With what the model said of held-out complaints.
    """

    folder: Path
    manifest: Manifest
    card: str
    trained: Trained


def train_and_save(
    *,
    data: Sequence[Path],
    models: Path,
    model_id: str | None,
    now: datetime,
    config: TrainConfig | None = None,
    corpus: Path = SEED_CORPUS,
) -> Training:
    """Train on the corpus and the given files, measure the model and save its folder.

    Progress goes to standard error. The same data gives the same weights.

    Raises
    ------
    ClassifierError, RulesError
        If the data or the rules cannot be used, or the folder exists.
    """
    started = time.monotonic()
    config = config or TrainConfig()
    ruleset = load_ruleset()
    frame = read_examples([corpus, *data])
    mark = fingerprint(frame)
    folder = models / (model_id or free_name(models, f"{now:%Y%m%d}-{mark[:8]}"))
    if folder.exists():  # said before the work, not after it
        msg = f"{folder}: exists, and a model is never overwritten"
        raise ModelError(msg)
    _say(f"{len(frame):,} labelled complaints; training and holding out {config.folds} parts")
    trained = train(frame, config, public_words=public_words(ruleset))
    heads = head_report(trained, frame)
    measured = measure_end_to_end(trained, frame, ruleset, today=now.date(), config=config)
    details = {
        "created_at": now.isoformat(timespec="seconds"),
        "data": {
            "fingerprint": mark,
            "rows": len(frame),
            "groups": len(np.unique(trained.groups)),
            "levels_by_topic": levels_by_topic(frame["topic"], frame["level"]),
            "by_source": {str(k): int(v) for k, v in frame["source"].value_counts().items()},
        },
        "config": asdict(config),
        "metrics": {
            "heads": heads,
            "end_to_end": measured.figures,
            "frozen": {"data": measured.evaluation.data, **figures_of(measured.evaluation)},
        },
        "risk": tuple(measured.risk),
        "confidence": asdict(measured.confidence),
        "category_weights": measured.category_weights,
    }
    manifest = save_model(folder, trained.model, manifest=details)
    text = card(manifest)
    write_card(folder, text)
    write_evaluation(folder, measured.evaluation, model_sha256=manifest.sha256)
    _say(f"saved {folder}; {time.monotonic() - started:.0f} s")
    return Training(folder=folder, manifest=manifest, card=text, trained=trained)


def free_name(models: Path, name: str) -> str:
    """Return the name, with a number where a model of the same day and data has it."""
    others = (f"{name}-{number}" for number in itertools.count(2))
    names = itertools.chain([name], others)
    return next(free for free in names if not (models / free).exists())


def _say(text: str) -> None:
    print(text, file=sys.stderr)  # noqa: T201  # progress of a command
