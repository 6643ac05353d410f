"""The command ``disposisi evaluate``."""

from __future__ import annotations

import argparse
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from service.console import UsageError, say

if TYPE_CHECKING:
    import pandas as pd

    from classifier.train import TrainConfig
    from service.evaluation import PartResult


def add_evaluate(parser: argparse.ArgumentParser) -> None:
    """Describe ``disposisi evaluate``."""
    parser.add_argument(
        "--data", type=Path, nargs="*", default=[], help="labelled complaints beside the corpus"
    )
    parser.add_argument("--config", type=Path, help="TOML file with the keys of TrainConfig")
    parser.add_argument(
        "--model",
        metavar="ID",
        help="measure the way this model was made, and put the figures on its card",
    )
    parser.add_argument("--details", action="store_true", help="intervals, classes, slices as well")
    parser.add_argument("--json", action="store_true", help="every figure as JSON")
    parser.add_argument(
        "-o", "--output", type=Path, metavar="FOLDER", help="write evaluation.json and PNG pictures"
    )
    parser.set_defaults(run=_evaluate)


def _evaluate(arguments: argparse.Namespace) -> int:
    from classifier import pictures
    from classifier.config_file import read_config
    from classifier.dataset import SEED_CORPUS, read_examples
    from rules.ruleset import load_ruleset
    from service.evaluation import judge
    from service.evaluation_files import RESULT_FILE, as_json, write_pictures
    from service.evaluation_text import describe
    from service.left_out import answer_part
    from service.parts import parts_of

    started = time.monotonic()
    frame, ruleset = read_examples([SEED_CORPUS, *arguments.data]), load_ruleset()
    config = read_config(arguments.config) if arguments.config else None
    measured = _model(arguments, frame) if arguments.model else None
    if measured is not None:
        config = measured[1]
    today = datetime.now(UTC).date()
    folder: Path | None = arguments.output
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
    results = []
    for part in parts_of(frame):
        say(f"leaving out {part.name}: {part.tested.sum():,}; {part.learned.sum():,} learned from")
        answers = answer_part(frame, part, ruleset, today=today, config=config)
        results.append(judge(answers))
        if folder is not None and pictures.can_draw():
            write_pictures(folder, answers)
    if folder is not None:
        (folder / RESULT_FILE).write_text(as_json(results) + "\n", encoding="utf-8")
        say(f"wrote {folder}" + ("" if pictures.can_draw() else ", no pictures: no matplotlib"))
    if measured is not None:
        _keep(measured[0], results)
    print(as_json(results) if arguments.json else describe(results, details=arguments.details))
    say(f"{time.monotonic() - started:.0f} s")
    return 0


def _model(arguments: argparse.Namespace, frame: pd.DataFrame) -> tuple[Path, TrainConfig]:
    """Return the folder and configuration of a model that was trained on these complaints."""
    from classifier.artifacts import find_model, read_manifest
    from classifier.dataset import fingerprint
    from classifier.train import TrainConfig
    from service.model_store import Store
    from service.settings import load_settings

    if arguments.config:
        msg = "--model takes the model's own configuration: leave --config out"
        raise UsageError(msg)
    models = find_model(models=load_settings().models_dir).parent
    folder = Store(models=models).folder(arguments.model)
    manifest = read_manifest(folder)
    if (trained_on := manifest.data["fingerprint"]) != (found := fingerprint(frame)):
        msg = f"{manifest.id} was trained on {trained_on}, corpus and --data are {found}"
        raise UsageError(msg)
    return folder, TrainConfig(**manifest.config)


def _keep(folder: Path, results: list[PartResult]) -> None:
    """Put the figures beside the model and on its card."""
    from classifier.artifacts import read_manifest
    from service.left_out_file import write_left_out
    from service.model_card import rewrite_card

    write_left_out(folder, results, model_sha256=read_manifest(folder).sha256)
    rewrite_card(folder)
    say(f"wrote the figures into {folder}")
