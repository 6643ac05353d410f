"""Read the cues of the rule data strictly."""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import Path

from rules.cues import Cue, normalised
from rules.errors import RuleFileError
from rules.loading import Item, read_yaml

_CODE = re.compile(r"[a-z][a-z0-9_]*")


def load_cues(folder: Path, topics: Collection[str] = ()) -> tuple[Cue, ...]:
    """Return the cues of every file ``cues*.yaml`` of the rule data.

    Parameters
    ----------
    topics : collection of str, default=()
        Codes that a cue may speak for.

    Raises
    ------
    RuleFileError
        If a file is broken, a code is used twice, a topic is unknown, or a phrase can never match.
    """
    paths = sorted(folder.glob("cues*.yaml"))
    if not paths:
        raise RuleFileError(folder / "cues.yaml", 0, "cannot be read: no such file")
    cues: dict[str, Cue] = {}
    for path in paths:
        for item in read_yaml(path).sequence("cues"):
            cue = _read_cue(item, topics)
            if (other := cues.get(cue.code)) is not None:
                where = f"{other.path.name if other.path else ''}:{other.line}"
                item.refuse(f"cue {cue.code!r} stands twice, first at {where}")
            cues[cue.code] = cue
    return tuple(cues.values())


def _read_cue(item: Item, topics: Collection[str]) -> Cue:
    entry = item.fields(
        required=["code", "phrases"], optional=["not_after", "topics", "note"], what="a cue"
    )
    code = entry["code"].code()
    if not _CODE.fullmatch(code):
        entry["code"].refuse(f"expected small letters, digits and _ as a code, got {code!r}")
    return Cue(
        code=code,
        phrases=_read_phrases(entry["phrases"], "phrases", open_end=True),
        not_after=(
            _read_phrases(entry["not_after"], "not_after", open_end=False)
            if "not_after" in entry
            else ()
        ),
        topics=_read_topics(entry["topics"], topics) if "topics" in entry else (),
        note=entry["note"].text() if "note" in entry else None,
        path=item.path,
        line=item.line,
    )


def _read_topics(item: Item, known: Collection[str]) -> tuple[str, ...]:
    for member in item.sequence("topics"):
        if (code := member.code()) not in known:
            member.refuse(f"unknown topic code {code!r}")
    return tuple(member.code() for member in item.sequence("topics"))


def _read_phrases(item: Item, what: str, *, open_end: bool) -> tuple[str, ...]:
    phrases: dict[bytes, str] = {}
    for member in item.sequence(what):
        phrase = member.code()
        if phrase != phrase.lower() or not phrase.isascii():
            member.refuse(f"expected small ASCII letters in a phrase, got {phrase!r}")
        body = phrase[:-1] if open_end and phrase.endswith("*") else phrase
        if "*" in body:
            member.refuse(f"a * may only end a phrase of `phrases`, got {phrase!r}")
        key = normalised(body) + (b"*" if body != phrase else b"")
        if key in {b"", b"*"}:
            member.refuse(f"expected letters or digits in a phrase, got {phrase!r}")
        if key in phrases:
            member.refuse(f"phrase {phrase!r} stands twice, also as {phrases[key]!r}")
        phrases[key] = phrase
    if not phrases:
        item.refuse(f"{what}: expected at least one phrase, got none")
    return tuple(phrases.values())
