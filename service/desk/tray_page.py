"""The tray of the national admins, *Meja Disposisi*: what waits, filters, look-alikes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

from starlette.responses import Response

from service.actors import Actor
from service.api.answers import parse_id
from service.complaint import InputError
from service.desk.due import due_of
from service.desk.forms import Form, FormDep
from service.desk.person import Desk, opens
from service.desk.routes import make_router
from service.desk.tray_query import (
    parse_filters,
    read_filters,
    read_place,
    write_filters,
    write_place,
)
from service.errors import ServiceError
from service.life.step import Request
from service.store.reading import may_quote
from service.store.saved_views import delete_view, read_views, save_view
from service.store.tray import (
    PAGE,
    Place,
    TrayFilters,
    check_viewer,
    count_groups,
    count_newer,
    count_tray,
    last_seq,
    read_facets,
    read_tray,
)

PATH = "/meja"
_EXCERPT = 160
# A look-alike that carries one of these is looked at by itself.
_ALONE = frozenset({"emergency", "whistleblower", "misconduct_suspected"})

router = make_router()
Reader = Annotated[Desk, opens("read")]
Worker = Annotated[Desk, opens("act")]


@router.get(PATH)
def get_tray(desk: Reader) -> Response:
    """Return one page of what waits, the most urgent first."""
    check_viewer(desk.actor)
    query = dict(desk.request.query_params)
    filters, after = read_filters(query), read_place(query)
    today = desk.now.date()
    with desk.store.reading() as connection:
        found = read_tray(connection, filters, today=today, after=after)
        counts = count_tray(connection, filters, today=today)
        facets = read_facets(connection)
        groups = count_groups(connection, [row["group_id"] for row in found])
        views = read_views(connection, desk.actor.id)
        newest = last_seq(connection)
    shown = found[:PAGE]
    rows = [_row_of(row, groups, desk.actor, today) for row in shown]
    rows = _folded(rows) if filters.group is None else _with_picks(rows)
    more = None
    if len(found) > len(shown):
        more = write_place(Place(urgency=shown[-1]["urgency"], seq=shown[-1]["seq"]))
    return desk.render(
        "tray.html",
        title="Meja Disposisi",
        rows=rows,
        counts=counts,
        facets=facets,
        filters=filters,
        query=write_filters(filters),
        views=views,
        newest=newest,
        more=more,
        after=after,
        bulk={name: query.get(name, "") for name in ("diterima", "gagal", "tindakan")},
        may_act="act" in desk.actor.scopes,
    )


@router.get(f"{PATH}/baru")
def get_newer(desk: Reader, sejak: str = "0") -> Response:
    """Say how many have come in since the page was opened; nothing while there is none."""
    check_viewer(desk.actor)
    since = int(sejak) if sejak.isdecimal() and len(sejak) < 18 else 0
    with desk.store.reading() as connection:
        count = count_newer(connection, since)
    if not count:
        return Response(status_code=204)
    return desk.render("newer.html", title="Aduan baru", count=count)


@router.post(f"{PATH}/simpan")
def post_view(desk: Reader, form: FormDep) -> Response:
    """Save the filters of the page under a name."""
    check_viewer(desk.actor)
    query = write_filters(parse_filters(form.get("query")))
    save_view(desk.store, desk.actor.id, name=form.get("nama"), query=query, now=desk.now)
    return desk.go(f"{PATH}?{query}")


@router.post(f"{PATH}/hapus")
def post_delete_view(desk: Reader, form: FormDep) -> Response:
    """Forget saved filters."""
    check_viewer(desk.actor)
    delete_view(desk.store, desk.actor.id, parse_id(form.get("id")))
    return desk.go(f"{PATH}?{write_filters(parse_filters(form.get('query')))}")


@router.post(f"{PATH}/terima-bersama")
def post_accept_together(desk: Worker, form: FormDep) -> Response:
    """Accept the look-alikes that were picked, or ask for what they lack; the others stay."""
    check_viewer(desk.actor)
    filters = parse_filters(form.get("query"))
    if filters.group is None:
        field = "kelompok"
        raise InputError(field, "expected a group of complaints that repeat each other")
    together = form.get("tindakan")
    action = "request_completion" if together == "kelengkapan" else "accept"
    done = failed = 0
    with desk.store.reading() as connection:
        rows = read_tray(connection, TrayFilters(group=filters.group), today=desk.now.date())
    waiting = {str(row["complaint_id"]) for row in rows}
    for picked, version in _picks(form):
        try:
            if str(picked) not in waiting:
                failed += 1
                continue
            desk.act(picked, Request(action=action, version=version))
            done += 1
        except (ServiceError, InputError):
            failed += 1
    query = write_filters(replace(filters, group=None) if not failed else filters)
    told = urlencode({"diterima": done, "gagal": failed, "tindakan": together})
    return desk.go(f"{PATH}?{query}{'&' if query else ''}{told}")


def _picks(form: Form) -> list[tuple[UUID, int]]:
    found = []
    for value in form.all("pilih")[:PAGE]:
        complaint_id, _, version = value.partition(":")
        found.append((parse_id(complaint_id), int(version) if version.isdecimal() else 0))
    return found


def _row_of(
    row: Mapping[Any, Any], groups: Mapping[UUID, int], viewer: Actor, today: date
) -> dict[str, Any]:
    answer = row["answer"]
    quotes = may_quote(row, viewer)
    text = " ".join((row["isi"] if quotes else "").split())
    codes = {note["code"] for note in (*answer["flags"], *answer["review_reasons"])}
    return {
        "id": row["complaint_id"],
        "version": row["version"],
        "tracking_id": row["tracking_id"],
        "source": row["source"],
        "judul": row["judul"] if quotes else "",
        "excerpt": text if len(text) <= _EXCERPT else f"{text[:_EXCERPT]}…",
        "protected": row["protected"],
        "quotes": quotes,
        "risk": int(row["urgency"][0]),
        "category": row["category"],
        "topic": row["topic"],
        "region": row["region"],
        "agency": row["agency"],
        "unit": row["unit"],
        "level": answer["agency"]["level"],
        "probability": min(answer["agency"]["probability"], answer["category_probability"]),
        "returned": row["status"] == "returned",
        "due": due_of(row["due_on"], today=today),
        "flags": [code for code in row["flags"].split("|") if code],
        "reasons": [code for code in row["reasons"].split("|") if code],
        "group": row["group_id"],
        "alike": groups.get(row["group_id"], 1) - 1,
        "alone": bool(codes & _ALONE),
        "picked": False,
    }


def _folded(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Leave one row, the most urgent, of those on the page that repeat each other."""
    first: dict[UUID, dict[str, Any]] = {}
    for row in rows:
        first.setdefault(row["group"], row)
    return list(first.values())


def _with_picks(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Pick those whose proposal is the one that most of the group have."""
    proposals = [(row["agency"], row["category"]) for row in rows]
    usual = max(proposals, key=proposals.count, default=None)
    return [
        {**row, "picked": proposal == usual and row["agency"] is not None and not row["alone"]}
        for row, proposal in zip(rows, proposals, strict=True)
    ]
