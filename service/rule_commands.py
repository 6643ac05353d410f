"""``disposisi rules ...``: look at the rules, test them, and what a draft of them would change."""

from __future__ import annotations

import argparse
import functools
import json
from datetime import datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

from service.console import parse_day, utc_now


def add_rules(parser: argparse.ArgumentParser) -> None:
    """Add ``rules lint``, ``show``, ``test``, ``lock``, ``backtest`` and ``figures``."""
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    lint = commands.add_parser("lint", help="conflicts, gaps, shadowed rows, unused cues")
    lint.add_argument("--rules", type=Path, help="folder of rule files (default: the shipped ones)")
    lint.add_argument("--json", action="store_true")
    lint.set_defaults(run=_rules_lint)
    show = commands.add_parser("show", help="the routing of one topic as a person reads it")
    show.add_argument("--topic", required=True, help="such as jalan_jembatan")
    show.set_defaults(run=_rules_show)
    test = commands.add_parser("test", help="run the cases that rule owners wrote")
    test.add_argument(
        "cases", type=Path, nargs="*", help="files or folders of cases (default: tests/cases)"
    )
    test.add_argument("--rules", type=Path, help="folder of rule files (default: those in use)")
    test.add_argument("--json", action="store_true")
    test.set_defaults(run=_rules_test)
    lock = commands.add_parser("lock", help="keep every row as it stands: done with a release")
    lock.add_argument("--rules", type=Path, help="folder of rule files (default: the shipped ones)")
    lock.set_defaults(run=_rules_lock)
    replay = commands.add_parser("backtest", help="who would go elsewhere under a draft")
    replayed = replay.add_mutually_exclusive_group(required=True)
    replayed.add_argument("--file", type=Path, help="complaints, as for score")
    replayed.add_argument(
        "--since", type=parse_day, metavar="DATE", help="stored ones, from that day"
    )
    replay.add_argument("--rules", type=Path, required=True, help="folder of the draft")
    replay.add_argument("--json", action="store_true", help="every complaint that would move")
    replay.set_defaults(run=_rules_backtest)
    figures = commands.add_parser("figures", help="places and flags read off labelled texts")
    figures.add_argument(
        "--data", type=Path, nargs="*", default=[], help="labelled complaints beside the corpus"
    )
    figures.add_argument("--rules", type=Path, help="folder of rule files (default: shipped)")
    figures.add_argument("--json", action="store_true", help="counts instead of shares")
    figures.set_defaults(run=_rules_figures)


def _rules_lint(arguments: argparse.Namespace) -> int:
    from service.rules_view import lint_report

    report, clean = lint_report(arguments.rules, as_json=arguments.json)
    print(report)
    return 0 if clean else 1


def _rules_show(arguments: argparse.Namespace) -> int:
    from rules.ruleset import load_ruleset
    from service.rules_view import show_topic

    print(show_topic(load_ruleset(), arguments.topic, utc_now().date()))
    return 0


def _rules_test(arguments: argparse.Namespace) -> int:
    from rules.ruleset import load_ruleset
    from service.loading import load_scorer
    from service.rule_cases import CASES, report, run_cases
    from service.settings import load_settings

    folder = arguments.rules or load_settings().rules_dir
    outcomes = run_cases(
        arguments.cases or [CASES],
        load_ruleset(folder),
        today=utc_now().date(),
        scorer=functools.partial(load_scorer, rules=folder),
    )
    print(report(outcomes, as_json=arguments.json))
    return 1 if any(outcome.differences for outcome in outcomes) else 0


def _rules_lock(arguments: argparse.Namespace) -> int:
    from rules.lock import write_lock
    from rules.ruleset import load_ruleset

    ruleset = load_ruleset(arguments.rules)
    print(write_lock(ruleset.folder, ruleset.tables))
    return 0


def _rules_backtest(arguments: argparse.Namespace) -> int:
    from service.backtest import as_json, backtest, describe, of_file, of_store
    from service.clock import HOME_ZONE
    from service.loading import load_scorer
    from service.settings import load_settings
    from service.store.repository import open_store

    now, draft = load_scorer(), load_scorer(rules=arguments.rules)
    ask = functools.partial(backtest, now=now, draft=draft, today=utc_now().date())
    if arguments.file:
        result = ask(of_file(arguments.file, now.ruleset))
    else:
        since = datetime.combine(arguments.since, time(), ZoneInfo(HOME_ZONE))
        with open_store(load_settings().database_url) as store:
            result = ask(of_store(store, since))
    print(as_json(result) if arguments.json else describe(result))
    return 0


def _rules_figures(arguments: argparse.Namespace) -> int:
    from dataclasses import asdict

    from classifier.dataset import SEED_CORPUS, read_examples
    from rules.ruleset import load_ruleset
    from service.rule_figures import describe, rule_figures

    frame = read_examples([SEED_CORPUS, *arguments.data])
    found = rule_figures(frame, load_ruleset(arguments.rules), today=utc_now().date())
    print(json.dumps([asdict(f) for f in found], indent=1) if arguments.json else describe(found))
    return 0
