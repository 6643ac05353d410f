"""How long an input is, and whether it is the same as before."""

from __future__ import annotations

import hashlib
from pathlib import Path

from service.tables_in import reading

_BLOCK_BYTES = 1 << 20


def about_rows(path: Path) -> int | None:
    """Return about how many rows a file holds, None where that is not known before reading it.

    Lines of CSV and JSONL are counted, so that a text of several lines counts as several rows.
    """
    suffix = path.suffix.lower()
    if suffix == ".parquet":
        from pyarrow import parquet  # the file has been opened before: it is there

        return int(parquet.read_metadata(path).num_rows)
    if suffix not in {".csv", ".jsonl"}:
        return None
    lines, last = 0, b"\n"
    with reading(path), path.open("rb") as file:
        while block := file.read(_BLOCK_BYTES):
            lines += block.count(b"\n")
            last = block[-1:]
    return lines + (last != b"\n") - (suffix == ".csv")


def fingerprint(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with reading(path), path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
