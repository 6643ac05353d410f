"""The command ``disposisi variants``."""

from __future__ import annotations

import argparse
import time
from datetime import UTC, datetime
from pathlib import Path

from service.console import say

_FOLDS = 3  # half the time of training's five


def add_variants(parser: argparse.ArgumentParser) -> None:
    """Describe ``disposisi variants``."""
    parser.add_argument(
        "--data", type=Path, nargs="*", default=[], help="labelled complaints beside the corpus"
    )
    parser.add_argument(
        "--config", type=Path, help="TOML file with the keys of TrainConfig (default: three folds)"
    )
    parser.add_argument("--only", nargs="*", default=[], metavar="NAME", help="these ways alone")
    parser.add_argument(
        "--without", default=None, metavar="SOURCE", help="leave a source out of the training data"
    )
    parser.add_argument("-o", "--output", type=Path, help="a .csv file; the card is made from it")
    parser.set_defaults(run=_variants)


def _variants(arguments: argparse.Namespace) -> int:
    import pandas as pd

    from classifier.config_file import read_config
    from classifier.dataset import SEED_CORPUS, read_examples
    from classifier.experiments import HEADING, as_row, compare_recipes, describe
    from classifier.recipes import KEPT, chosen_recipes
    from classifier.train import TrainConfig
    from rules.ruleset import load_ruleset
    from service.chances import category_table
    from service.public_words import public_words

    started = time.monotonic()
    recipes = chosen_recipes([KEPT, *arguments.only] if arguments.only else [])
    frame, ruleset = read_examples([SEED_CORPUS, *arguments.data]), load_ruleset()
    frame = frame[frame["source"] != arguments.without].reset_index(drop=True)
    _, table = category_table(ruleset.on(datetime.now(UTC).date()))
    rows = []
    print(HEADING)
    for outcome in compare_recipes(
        frame,
        public_words=public_words(ruleset),
        class_table=table,
        config=read_config(arguments.config) if arguments.config else TrainConfig(folds=_FOLDS),
        recipes=recipes,
    ):
        print(describe(outcome), flush=True)
        rows.append(as_row(outcome))
        if arguments.output is not None:  # after each: a long run may be cut short
            pd.DataFrame(rows).to_csv(arguments.output, index=False)
    say(f"{time.monotonic() - started:.0f} s")
    return 0
