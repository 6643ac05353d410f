"""The command ``disposisi``: one complaint, a file, or a server."""

from __future__ import annotations

import argparse
import functools
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from classifier.errors import ClassifierError
from rules.errors import RulesError
from service.account_commands import add_account_commands
from service.batch_commands import add_batch_commands
from service.complaint import InputError
from service.console import UsageError, parse_day, parse_zone, say, utc_now
from service.demo_commands import add_demo_command
from service.errors import ServiceError
from service.evaluation_commands import add_evaluate
from service.history_commands import add_history_commands
from service.models_cli import add_models, add_train
from service.monitor_commands import add_monitor_commands
from service.report_commands import add_report_commands
from service.rule_commands import add_rules
from service.variants_commands import add_variants
from service.webhook_commands import add_webhook_commands

NOTHING_SCORED, WRONG_USAGE = 1, 2


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    arguments = build_parser().parse_args(argv)
    try:
        return int(arguments.run(arguments))
    except (InputError, ClassifierError, RulesError, ServiceError) as error:
        say(str(error))
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
        "--resume", action="store_true", help="go on where the same run was stopped; needs -o"
    )
    score.add_argument(
        "--rejects", type=Path, metavar="FILE", help="bad rows apart too: a .jsonl or .csv"
    )
    score.add_argument(
        "--timezone",
        metavar="ZONE",
        help="zone of times without offset (default: Asia/Jakarta; UTC for LAPOR!'s own layout)",
    )
    _add_place_and_day(score)
    score.set_defaults(run=_score)

    add_batch_commands(commands.add_parser("batch", help="the outputs of whole runs"))

    sample = commands.add_parser("sample", help="score the bundled invented complaints")
    sample.set_defaults(run=_sample)

    serve = commands.add_parser("serve", help="API and its docs")
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=int, default=8000)
    serve.add_argument("--workers", type=int, default=1)
    serve.set_defaults(run=_serve)
    add_demo_command(commands)

    doctor = commands.add_parser("doctor", help="what is wrong here, and what to do about it")
    doctor.add_argument("--host", default="127.0.0.1", help="the address that serve will be given")
    doctor.set_defaults(run=_doctor)

    from service.db_arguments import add_db_commands

    add_db_commands(commands.add_parser("db", help="the database: check, copy, verify"), _db)

    export = commands.add_parser("export", help="what people corrected, for training")
    exports = export.add_subparsers(title="commands", required=True, metavar="COMMAND")
    training = exports.add_parser("training", help="masked texts with the labels people gave")
    training.add_argument(
        "--since", type=parse_day, required=True, metavar="DATE", help="first day"
    )
    training.add_argument("-o", "--output", type=Path, required=True, help="a .jsonl file")
    training.set_defaults(run=_export_training)
    add_account_commands(commands)
    add_history_commands(commands)
    add_monitor_commands(commands)
    add_report_commands(commands)
    add_webhook_commands(commands)
    add_rules(commands.add_parser("rules", help="look at the rules and check them"))

    add_train(commands.add_parser("train", help="train a model, log the run, save its folder"))
    add_evaluate(commands.add_parser("evaluate", help="how good on towns and years it never saw"))
    add_variants(commands.add_parser("variants", help="what each step of the classifier brings"))
    add_models(commands.add_parser("models", help="list, compare, promote and export models"))
    return parser


def _add_place_and_day(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--region", metavar="CODE", help="home of a regional desk: where no place is named (32.04)"
    )
    parser.add_argument(
        "--received-on",
        metavar="DATE",
        type=parse_day,
        help="day of receipt where the complaint names none (2026-11-24)",
    )


def _classify(arguments: argparse.Namespace) -> int:
    from service.complaint import parse_complaint
    from service.loading import load_scorer
    from service.readable import describe

    isi = sys.stdin.read() if arguments.isi == "-" else arguments.isi
    scorer = load_scorer(home=arguments.region)
    now = utc_now()
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

    if arguments.resume and arguments.output is None:
        message = "--resume: expected -o FILE too; what went to standard output is gone"
        raise UsageError(message)
    progress = ProgressLine(sys.stderr)
    try:
        summary = score_file(
            functools.partial(load_scorer, home=arguments.region),
            arguments.input,
            arguments.output,
            today=utc_now().date(),
            jobs=arguments.jobs,
            timezone=parse_zone(arguments.timezone) if arguments.timezone else None,
            received_on=arguments.received_on,
            rejects=arguments.rejects,
            resume=arguments.resume,
            progress=progress,
            notice=say,
        )
    finally:
        progress.close()
    say(f"{summary.rows:,} rows: {summary.scored:,} scored, {summary.bad:,} with an error")
    return 0 if summary.scored else NOTHING_SCORED


def _sample(arguments: argparse.Namespace) -> int:  # every command gets them
    from service.complaint import parse_complaint
    from service.loading import load_scorer
    from service.readable import table

    path = Path(__file__).parent / "data" / "contoh.jsonl"
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    complaints = [parse_complaint(row, timezone=None) for row in rows]
    answers = load_scorer().score(complaints, today=utc_now().date())
    print(table(complaints, answers))
    print("\nSemua aduan di atas rekaan. Lanjut: make serve, lalu buka http://127.0.0.1:8000/docs")
    return 0


def _serve(arguments: argparse.Namespace) -> int:
    from service.auth.start import say_who_is_served
    from service.serving import serve
    from service.settings import load_settings

    # What is wrong is said here, in a line, and not by a traceback of the server.
    say_who_is_served(load_settings(), host=arguments.host, say=say)

    serve(host=arguments.host, port=arguments.port, workers=arguments.workers)
    return 0


def _doctor(arguments: argparse.Namespace) -> int:
    from service.doctor import run

    return run(utc_now(), arguments.host, print)


def _db(arguments: argparse.Namespace) -> int:
    from service import db_commands
    from service.settings import load_settings

    settings = load_settings()
    return db_commands.run(arguments, settings, now=utc_now(), say=print)


def _export_training(arguments: argparse.Namespace) -> int:
    from service.api.exports import training_lines
    from service.settings import load_settings
    from service.store.repository import open_store

    if arguments.output.suffix != ".jsonl":
        message = f"{arguments.output}: expected a name that ends in .jsonl"
        raise UsageError(message)
    count = 0
    with (
        open_store(load_settings().database_url) as store,
        arguments.output.open("w", encoding="utf-8") as file,
    ):
        for line in training_lines(store, arguments.since):
            file.write(line)
            count += 1
    say(f"{count:,} corrections")
    return 0
