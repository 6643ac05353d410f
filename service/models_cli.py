"""The commands ``disposisi train`` and ``disposisi models``."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from classifier.errors import TrackingError
from service.console import UsageError, say

if TYPE_CHECKING:
    from service.model_store import Store

_MODELS = Path("models")


def add_train(parser: argparse.ArgumentParser) -> None:
    """Describe ``disposisi train``."""
    parser.add_argument(
        "--data", type=Path, nargs="*", default=[], help="labelled complaints beside the corpus"
    )
    parser.add_argument("--config", type=Path, help="TOML file with the keys of TrainConfig")
    _add_models(parser)
    parser.add_argument("--id", default=None, help="name of the model (default: date and data)")
    parser.add_argument("--promote", action="store_true", help="use it, unless it is worse")
    parser.set_defaults(run=_train)


def add_models(parser: argparse.ArgumentParser) -> None:
    """Describe ``disposisi models``."""
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    listing = commands.add_parser("list", help="what there is, and which is in use")
    listing.set_defaults(run=_list)

    compare = commands.add_parser("compare", help="two models on the same complaints")
    compare.add_argument("champion", metavar="A")
    compare.add_argument("challenger", metavar="B")
    compare.set_defaults(run=_compare)

    promote = commands.add_parser("promote", help="use a model, unless it is worse")
    promote.add_argument("id", metavar="ID")
    promote.add_argument("--force", action="store_true", help="even if worse; needs --reason")
    promote.add_argument("--reason", help="recorded in PROMOTIONS.md")
    promote.set_defaults(run=_promote)

    export = commands.add_parser("export", help="copy a verified model to FOLDER/ID")
    export.add_argument("id", metavar="ID")
    export.add_argument("folder", metavar="FOLDER", type=Path)
    export.set_defaults(run=_export)

    rewrite = commands.add_parser("card", help="write a model's card again and print it")
    rewrite.add_argument("id", metavar="ID")
    rewrite.set_defaults(run=_card)

    for one in (compare, promote):
        one.add_argument(
            "--data",
            type=Path,
            nargs="+",
            default=[],
            help="frozen evaluation set (default: the held-out answers kept at training)",
        )
    for one in (listing, compare, promote, export, rewrite):
        _add_models(one)


def _add_models(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--models", type=Path, help="folder of the models (default: DISPOSISI_MODELS_DIR, models)"
    )


def _train(arguments: argparse.Namespace) -> int:
    from classifier.config_file import read_config
    from service.promotion import promote
    from service.runs import log_training
    from service.training import train_and_save

    now = datetime.now(UTC)
    training = train_and_save(
        data=arguments.data,
        models=_models_folder(arguments),
        model_id=arguments.id,
        config=read_config(arguments.config) if arguments.config else None,
        now=now,
    )
    with _database_errors():
        say(log_training(training, folder=Path.cwd()))
        if arguments.promote:
            say(promote(_store(arguments), training.folder.name, now=now))
    return 0


def _list(arguments: argparse.Namespace) -> int:
    store = _store(arguments)
    champion = store.champion()
    rows = [
        (
            "*" if manifest.id == champion else "",
            manifest.id,
            manifest.created_at[:16],
            f"{manifest.data.get('rows', 0):,}",
            *(
                f"{manifest.metrics.get('end_to_end', {}).get(name, float('nan')):.4f}"
                for name in ("category_accuracy", "agency_accuracy")
            ),
        )
        for manifest in store.manifests()
    ]
    _print_table(("", "model", "trained (UTC)", "complaints", "class right", "agency right"), rows)
    return 0


def _compare(arguments: argparse.Namespace) -> int:
    from service.promotion import compare_models

    store, data = _store(arguments), arguments.data
    names = (arguments.champion, arguments.challenger)
    with _database_errors():
        _warn_of_seen(store, names, data)
        found = compare_models(store, *names, data=data, now=datetime.now(UTC))
    rows = [
        (
            d.name,
            f"{d.champion:.4f}",
            f"{d.challenger:.4f}",
            f"{d.low:+.4f} .. {d.high:+.4f}",
            "worse" if d.is_worse else "better" if d.low > 0 else "",
        )
        for d in found
    ]
    _print_table(("figure", *names, "difference, 95 %", ""), rows)
    return 0


def _promote(arguments: argparse.Namespace) -> int:
    from service.promotion import promote

    reason = (arguments.reason or "").strip()
    if arguments.force != bool(reason):
        msg = '--force and --reason "..." go together: who promotes a worse model says why'
        raise UsageError(msg)
    store = _store(arguments)
    now = datetime.now(UTC)
    data = arguments.data
    with _database_errors():
        _warn_of_seen(store, (store.champion() or arguments.id, arguments.id), data)
        say(promote(store, arguments.id, data=data, forced_because=reason or None, now=now))
    return 0


def _export(arguments: argparse.Namespace) -> int:
    from service.model_store import export

    with _database_errors():
        print(export(_store(arguments), arguments.id, arguments.folder))
    return 0


def _card(arguments: argparse.Namespace) -> int:
    from service.model_card import rewrite_card

    with _database_errors():
        print(rewrite_card(_store(arguments).folder(arguments.id)))
    return 0


@contextmanager
def _database_errors() -> Iterator[None]:
    """Say in a line what MLflow lets through from its database; the address may hold a password."""
    from sqlalchemy.exc import SQLAlchemyError

    try:
        yield
    except SQLAlchemyError as error:
        msg = f"the tracking database cannot be used ({type(error).__name__})"
        raise TrackingError(msg) from error


def _warn_of_seen(store: Store, names: Iterable[str], data: Sequence[Path]) -> None:
    from service.promotion import seen_in_training

    for name in dict.fromkeys(names):
        if seen := seen_in_training(store, name, data):
            say(f"{name} was trained on complaints of {', '.join(seen)}: it may know some of them")


def _store(arguments: argparse.Namespace) -> Store:
    from classifier import tracking
    from service.model_store import Store

    here = Path.cwd()
    registry = tracking.tracking_uri(here) if tracking.has_registry(here) else None
    return Store(models=_models_folder(arguments), registry=registry)


def _models_folder(arguments: argparse.Namespace) -> Path:
    from service.settings import load_settings

    chosen: Path | None = arguments.models or load_settings().models_dir
    return chosen or _MODELS


def _print_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    lines = [head, *rows]
    widths = [max(len(line[i]) for line in lines) for i in range(len(head))]
    for line in lines:
        print(
            "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        )
