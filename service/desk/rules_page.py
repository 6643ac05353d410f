"""The rules as an official reads them: what counts, what lint finds, each row, a search."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Final

from starlette.responses import Response

from rules.regulations import NoRegulationError
from rules.ruleset import RuleSet
from service.api.rules import lint_of
from service.complaint import MAX_ISI_CHARS, MAX_JUDUL_CHARS, Complaint, InputError, check_text
from service.desk.forms import Form, FormDep
from service.desk.person import Desk, opens
from service.desk.routes import make_router
from service.desk.rule_rows import ABOUT, TABLES, fact_text, find_rows
from service.desk.trial import try_text

PATH: Final = "/aturan"
# Replaced the profile in use; its figures are not published to us yet.
AWAITED: Final = ("permenpan-5-2025", "Permen PANRB 5/2025")
_PAGE: Final = 25
_MESSAGES: Final = {
    "isi": "Tulis isi laporan, paling banyak 20.000 karakter.",
    "judul": "Judul paling banyak 500 karakter.",
    "region": "Wilayah itu tidak ada.",
}

router = make_router()
Reader = Annotated[Desk, opens("read", "score")]
Tester = Annotated[Desk, opens("score")]


@router.get(PATH)
def get_rules_page(
    desk: Reader,
    tabel: str = "routing",
    cari: str = "",
    topik: str = "",
    berakhir: str = "",
    halaman: str = "1",
) -> Response:
    """Return one table of the rules, searched, with what counts today."""
    ruleset: RuleSet = desk.scorer.ruleset
    today = desk.now.date()
    table = tabel if tabel in TABLES else "routing"
    topic = topik if topik in ruleset.topics and "topic" in ruleset.tables[table].inputs else ""
    rows = find_rows(
        ruleset, desk.names, today, table=table, text=cari[:100], topic=topic, ended=bool(berakhir)
    )
    page = int(halaman) if halaman.isdecimal() and len(halaman) < 4 else 1
    page = max(1, min(page, -(-len(rows) // _PAGE)))
    return desk.render(
        "rules.html",
        title="Aturan",
        ruleset=ruleset,
        table=table,
        tables=TABLES,
        about=ABOUT[table],
        rows=rows[(page - 1) * _PAGE : page * _PAGE],
        count=len(rows),
        page=page,
        pages=max(1, -(-len(rows) // _PAGE)),
        text=cari[:100],
        topic=topic,
        has_topics="topic" in ruleset.tables[table].inputs,
        topics=sorted(ruleset.topics.items(), key=lambda pair: pair[1]),
        ended=bool(berakhir),
        lint=lint_of(ruleset),
        regulation=_regulation(ruleset, today),
        awaited=None if knows_awaited(ruleset) else AWAITED[1],
        may_try="score" in desk.actor.scopes,
    )


@router.get(f"{PATH}/coba")
def get_trial(desk: Tester) -> Response:
    """Return the box for a text."""
    return _trial_page(desk, Form({}))


@router.post(f"{PATH}/coba")
def post_trial(desk: Tester, form: FormDep) -> Response:
    """Show every step from a text to the decision; nothing is stored."""
    try:
        complaint = Complaint(
            isi=check_text("isi", form.get("isi"), max_chars=MAX_ISI_CHARS),
            judul=check_text("judul", form.get("judul"), max_chars=MAX_JUDUL_CHARS, required=False),
            region=form.get("region") or None,
            secret=form.get("rahasia") == "ya",
        )
        desk.scorer.check(complaint)
    except InputError as error:
        message = _MESSAGES.get(error.field, "Ada isian yang tidak dapat dipakai.")
        return _trial_page(desk, form, status=422, message=message)
    trial = try_text(desk.scorer, complaint, now=desk.now)
    return _trial_page(desk, form, trial=trial)


def _trial_page(
    desk: Desk, form: Form, *, status: int = 200, message: str | None = None, trial: Any = None
) -> Response:
    typed = {name: form.get(name) for name in ("judul", "isi", "rahasia")}
    names = desk.names
    return desk.render(
        "trial.html",
        status=status,
        title="Coba teks",
        typed=typed,
        message=message,
        trial=trial,
        fact=lambda value: fact_text(names, value),
    )


def _regulation(ruleset: RuleSet, today: date) -> Any:
    try:
        return ruleset.regulations.on(today)
    except NoRegulationError:
        return None


def knows_awaited(ruleset: RuleSet) -> bool:
    """Return whether the profile that is awaited has come."""
    return any(
        profile.id == AWAITED[0] or "5/2025" in profile.reference
        for profile in ruleset.regulations.profiles
    )
