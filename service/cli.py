"""The command ``disposisi``: one complaint, a file, or a server."""

from __future__ import annotations

import argparse
import functools
import json
import sys
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from classifier.errors import ClassifierError
from rules.errors import RulesError
from service.account_commands import add_account_commands
from service.complaint import InputError
from service.errors import ServiceError

NOTHING_SCORED, WRONG_USAGE = 1, 2


class UsageError(ServiceError):
    """What was asked for cannot be done; the message says what would be right."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    arguments = build_parser().parse_args(argv)
    try:
        return int(arguments.run(arguments))
    except (InputError, ClassifierError, RulesError, ServiceError) as error:
        _say(str(error))
        return WRONG_USAGE
    except BrokenPipeError:  # the reader of our output has gone, as in `| head`
        sys.stderr.close()
        return 0
    except KeyboardInterrupt:
        return 130


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of all commands."""
    parser = argparse.ArgumentParser(
        prog="disposisi",
        description="Decides class, deadline and responsible body of citizen complaints.",
    )
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    classify = commands.add_parser("classify", help="one complaint, readable answer")
    classify.add_argument("isi", help="the complaint; '-' reads standard input")
    classify.add_argument("--judul", default="", help="its title")
    classify.add_argument("--json", action="store_true", help="the whole answer as JSON")
    _add_place_and_day(classify)
    classify.set_defaults(run=_classify)

    score = commands.add_parser("score", help="a file of complaints, one disposition a row")
    score.add_argument("input", type=Path, help=".xlsx export of LAPOR!, .csv, .jsonl, .parquet")
    score.add_argument(
        "-o", "--output", type=Path, help=".jsonl, .csv, .xlsx, .parquet (default: JSONL to stdout)"
    )
    score.add_argument("--jobs", type=int, default=None, help="processes (default: by size)")
    score.add_argument(
        "--timezone",
        metavar="ZONE",
        help="zone of times without offset (default: Asia/Jakarta; UTC for LAPOR!'s own layout)",
    )
    _add_place_and_day(score)
    score.set_defaults(run=_score)

    sample = commands.add_parser("sample", help="score the bundled invented complaints")
    sample.set_defaults(run=_sample)

    serve = commands.add_parser("serve", help="API and its docs")
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=int, default=8000)
    serve.add_argument("--workers", type=int, default=1)
    serve.set_defaults(run=_serve)

    add_account_commands(commands)
    _add_rules(commands.add_parser("rules", help="look at the rules and check them"))

    train = commands.add_parser("train", help="train a model and save it as a folder")
    train.add_argument(
        "--data", type=Path, nargs="*", default=[], help="labelled complaints beside the corpus"
    )
    train.add_argument("--models", type=Path, default=Path("models"), help="folder of the models")
    train.add_argument("--id", default=None, help="name of the model (default: date and data)")
    train.add_argument("--promote", action="store_true", help="make it the model in use")
    train.set_defaults(run=_train)
    return parser


def _add_rules(parser: argparse.ArgumentParser) -> None:
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    lint = commands.add_parser("lint", help="conflicts, gaps, shadowed rows, unused cues")
    lint.add_argument("--rules", type=Path, help="folder of rule files (default: the shipped ones)")
    lint.add_argument("--json", action="store_true")
    lint.set_defaults(run=_rules_lint)
    show = commands.add_parser("show", help="the routing of one topic as a person reads it")
    show.add_argument("--topic", required=True, help="such as jalan_jembatan")
    show.set_defaults(run=_rules_show)


def _add_place_and_day(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--region", metavar="CODE", help="home of a regional desk: where no place is named (32.04)"
    )
    parser.add_argument(
        "--received-on",
        metavar="DATE",
        type=_day,
        help="day of receipt where the complaint names none (2026-11-24)",
    )


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        message = f"expected a day like 2026-11-24, got {text!r}"
        raise argparse.ArgumentTypeError(message) from None


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        message = f"--timezone: expected a zone like Asia/Jakarta, got {name!r}"
        raise UsageError(message) from None


def _now() -> datetime:
    return datetime.now(UTC)


def _classify(arguments: argparse.Namespace) -> int:
    from service.complaint import parse_complaint
    from service.loading import load_scorer
    from service.readable import describe

    isi = sys.stdin.read() if arguments.isi == "-" else arguments.isi
    scorer = load_scorer(home=arguments.region)
    now = _now()
    complaint = parse_complaint({"isi": isi, "judul": arguments.judul}, timezone=None)
    [answer] = scorer.score(
        [complaint],
        today=now.date(),
        received_on=arguments.received_on,
        assume_now=None if arguments.received_on else now,
    )
    print(json.dumps(answer, ensure_ascii=False, indent=2) if arguments.json else describe(answer))
    return 0


def _score(arguments: argparse.Namespace) -> int:
    from service.batch import score_file
    from service.loading import load_scorer
    from service.progress import ProgressLine

    progress = ProgressLine(sys.stderr)
    try:
        summary = score_file(
            functools.partial(load_scorer, home=arguments.region),
            arguments.input,
            arguments.output,
            today=_now().date(),
            jobs=arguments.jobs,
            timezone=_zone(arguments.timezone) if arguments.timezone else None,
            received_on=arguments.received_on,
            progress=progress,
            notice=_say,
        )
    finally:
        progress.close()
    _say(f"{summary.rows:,} rows: {summary.scored:,} scored, {summary.bad:,} with an error")
    return 0 if summary.scored else NOTHING_SCORED


def _say(line: str) -> None:
    print(f"disposisi: {line}", file=sys.stderr)


def _sample(arguments: argparse.Namespace) -> int:  # every command gets them
    from service.complaint import parse_complaint
    from service.loading import load_scorer
    from service.readable import table

    path = Path(__file__).parent / "data" / "contoh.jsonl"
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    complaints = [parse_complaint(row, timezone=None) for row in rows]
    answers = load_scorer().score(complaints, today=_now().date())
    print(table(complaints, answers))
    print("\nSemua aduan di atas rekaan. Lanjut: make serve, lalu buka http://127.0.0.1:8000/docs")
    return 0


def _serve(arguments: argparse.Namespace) -> int:
    import uvicorn

    from service.auth.start import say_who_is_served
    from service.settings import load_settings

    # What is wrong is said here, in a line, and not by a traceback of the server.
    say_who_is_served(load_settings(), host=arguments.host, say=_say)

    uvicorn.run(
        "service.app:create_app",
        factory=True,
        host=arguments.host,
        port=arguments.port,
        workers=arguments.workers,
        http="httptools",
        access_log=False,
        server_header=False,
        date_header=True,
    )
    return 0


def _rules_lint(arguments: argparse.Namespace) -> int:
    from service.rules_view import lint_report

    report, clean = lint_report(arguments.rules, as_json=arguments.json)
    print(report)
    return 0 if clean else 1


def _rules_show(arguments: argparse.Namespace) -> int:
    from rules.ruleset import load_ruleset
    from service.rules_view import show_topic

    print(show_topic(load_ruleset(), arguments.topic, _now().date()))
    return 0


def _train(arguments: argparse.Namespace) -> int:
    from service.training import train_and_save

    train_and_save(
        data=arguments.data,
        models=arguments.models,
        model_id=arguments.id,
        promote=arguments.promote,
        now=_now(),
    )
    return 0
