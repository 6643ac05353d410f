"""The plain lists of the rule data: topics, and LAPOR! categories."""

from __future__ import annotations

import hashlib
from pathlib import Path

from rules.loading import read_yaml


def load_topics(path: Path) -> dict[str, str]:
    """Return the label of each topic by its code, in the order of the file.

    Raises
    ------
    RuleFileError
        If the file is broken or a code stands twice.
    """
    topics: dict[str, str] = {}
    for item in read_yaml(path).sequence("topics"):
        entry = item.fields(required=["code", "label"], what="a topic")
        code = entry["code"].code()
        if code in topics:
            item.refuse(f"topic {code!r} stands twice")
        topics[code] = entry["label"].text()
    return topics


def load_lapor_topics(path: Path, topics: frozenset[str]) -> dict[str, str]:
    """Return the topic of each LAPOR! category, which is in capitals.

    Raises
    ------
    RuleFileError
        If the file is broken or a topic is unknown.
    """
    found: dict[str, str] = {}
    for name, item in read_yaml(path).mapping("LAPOR! categories").items():
        topic = item.code()
        if topic not in topics:
            item.refuse(f"unknown topic code {topic!r}")
        if name != category_key(name):
            item.refuse(f"expected the category in capitals, got {name!r}")
        found[name] = topic
    return found


def category_key(name: str) -> str:
    """Return a LAPOR! category as it is looked up.

    Examples
    --------
    >>> category_key(" Jalan  berlubang ")
    'JALAN BERLUBANG'
    """
    return " ".join(name.upper().split())


def data_version(folder: Path) -> str:
    """Return the first 12 hex digits of the SHA-256 over names and contents of the data files."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.suffix in {".yaml", ".csv"}:
            content = path.read_bytes()
            name = path.relative_to(folder).as_posix()
            digest.update(f"{name}\0{len(content)}\0".encode())
            digest.update(content)
    return digest.hexdigest()[:12]
