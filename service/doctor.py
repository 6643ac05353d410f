"""What is wrong with an installation, and what to do about it: looks and changes nothing."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from importlib.metadata import version
from importlib.util import find_spec
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from classifier.artifacts import find_model, load_model
from classifier.errors import ClassifierError
from rules.errors import RulesError
from rules.ruleset import RuleSet, load_ruleset
from service.doctor_database import examine_database
from service.findings import BAD, OK, WARN, Finding
from service.scoring import Policy, Scorer
from service.settings import Settings, SettingsError, load_settings

ZONES: Final = ("Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura")
EXTRAS: Final = {
    "parquet": ("pyarrow",),
    "postgres": ("psycopg",),
    "train": ("mlflow", "matplotlib", "pyarrow"),
}
_LONGEST_CASE: Final = timedelta(days=90)
_ENOUGH_DAYS: Final = 365  # of calendar ahead


def examine(now: datetime, *, host: str = "127.0.0.1") -> Iterator[Finding]:
    """Yield everything that was found, as far as it could be looked at.

    Parameters
    ----------
    now : datetime
        The moment, with a zone.
    host : str
        The address that ``serve`` will be given.
    """
    try:
        settings = load_settings()
    except SettingsError as error:
        for line in str(error).splitlines():
            yield Finding(state=BAD, what=line, do="correct it or unset it")
        return
    yield Finding(state=OK, what="settings can be read")
    yield from _runtime()
    yield from _answers(settings, now)
    yield from examine_database(settings, now, host)


def describe(findings: list[Finding]) -> str:
    """Return the findings as lines, what must be done first, and a last line that sums up."""
    order = {BAD: 0, WARN: 1, OK: 2}
    lines = [
        f"{found.state:<8} {found.what}" + (f"\n         -> {found.do}" if found.do else "")
        for found in sorted(findings, key=lambda found: order[found.state])
    ]
    counts = {state: sum(found.state == state for found in findings) for state in order}
    lines.append(f"{counts[BAD]} wrong, {counts[WARN]} warnings, {counts[OK]} ok")
    return "\n".join(lines)


def _runtime() -> Iterator[Finding]:
    release = ".".join(map(str, sys.version_info[:3]))
    yield Finding(state=OK, what=f"Python {release}, Disposisi {version('disposisi')}")
    for zone in ZONES:
        try:
            ZoneInfo(zone)
        except (ZoneInfoNotFoundError, OSError):
            yield Finding(state=BAD, what=f"no time zone {zone}", do="pip install tzdata")
    for extra, modules in EXTRAS.items():
        missing = [name for name in modules if find_spec(name) is None]
        if missing and len(missing) < len(modules):
            what = f"extra {extra}: {', '.join(missing)} is missing"
            yield Finding(state=WARN, what=what, do=f"pip install 'disposisi[{extra}]'")
        else:
            yield Finding(state=OK, what=f"extra {extra}: {'not ' if missing else ''}installed")


def _answers(settings: Settings, now: datetime) -> Iterator[Finding]:
    ruleset: RuleSet | None = None
    try:
        ruleset = load_ruleset(settings.rules_dir)
        yield Finding(state=OK, what=f"rules {ruleset.version} from {ruleset.folder}")
        yield from _days(ruleset, now.date())
    except RulesError as error:
        do = "correct the line, or unset DISPOSISI_RULES_DIR; then disposisi rules lint"
        yield Finding(state=BAD, what=f"rules: {error}", do=do)
    try:
        folder = find_model(model=settings.model, models=settings.models_dir)
        model, manifest = load_model(folder)
    except (ClassifierError, OSError) as error:
        do = "disposisi models list, then models promote; or unset DISPOSISI_MODEL"
        yield Finding(state=BAD, what=f"model: {error}", do=do)
        return
    yield Finding(state=OK, what=f"model {manifest.id} from {folder}")
    yield _clock(manifest.created_at, now)
    if ruleset is None:
        return
    policy = Policy(tolerated_error=settings.tolerated_error)
    try:
        scorer = Scorer(model=model, manifest=manifest, ruleset=ruleset, policy=policy)
    except ClassifierError as error:
        yield Finding(state=BAD, what=f"model: {error}", do="disposisi train")
        return
    if settings.region is not None and ruleset.regions.get(settings.region) is None:
        what = f"DISPOSISI_REGION: {settings.region} is in no region table"
        yield Finding(state=BAD, what=what, do="a code such as 32.04 of rules/data/regions")
    if settings.auto == "off":
        what = "DISPOSISI_AUTO=off: every complaint waits for a person"
        yield Finding(state=WARN, what=what, do="unset it to let clear ones go out again")
    elif scorer.threshold > 1:
        what = f"nothing is automatic: no threshold keeps the error at {settings.tolerated_error}"
        yield Finding(state=WARN, what=what, do="raise DISPOSISI_TOLERATED_ERROR or train anew")


def _days(ruleset: RuleSet, today: date) -> Iterator[Finding]:
    last = ruleset.calendar.last
    ahead = (last - today).days
    state = BAD if ahead < 200 else WARN if ahead < _ENOUGH_DAYS else OK
    do = "" if state == OK else "take a newer release, or add them to calendar/overrides.yaml"
    yield Finding(state=state, what=f"holidays are known until {last}", do=do)
    if ruleset.calendar.rests_on_estimate(today, min(last, today + _LONGEST_CASE)):
        what = "shared leave of the next months is not decreed yet: deadlines may move"
        yield Finding(state=WARN, what=what, do="add it to calendar/overrides.yaml once it is")
    profile = ruleset.regulations.on(today)
    yield Finding(state=OK, what=f"regulation in force: {profile.id}")


def _clock(created_at: str, now: datetime) -> Finding:
    made = datetime.fromisoformat(created_at)
    made = made if made.tzinfo else made.replace(tzinfo=UTC)
    if now < made:
        what = f"the clock says {now:%Y-%m-%d %H:%M}, before the model was made ({made:%Y-%m-%d})"
        return Finding(state=BAD, what=what, do="set the clock (timedatectl set-ntp true)")
    return Finding(state=OK, what=f"the clock says {now.astimezone(UTC):%Y-%m-%d %H:%M} UTC")


def run(now: datetime, host: str, say: Callable[[str], None]) -> int:
    """Say what was found and return 1 if anything is wrong."""
    findings = list(examine(now, host=host))
    say(describe(findings))
    return int(any(found.state == BAD for found in findings))
