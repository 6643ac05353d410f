"""Lines of JSON to a stream, such as standard output; bad rows apart in a file."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TextIO

from service.files_out import writing
from service.rejects import RejectFormat


class StreamOut:
    """Takes the lines of rows; a stream that is not UTF-8 gets escapes that mean the same.

    Parameters
    ----------
    stream : file
    rejects : tuple of (Path, RejectFormat), optional
        Where bad rows go beside their place; not resumable, for what a pipe has read is gone.
    """

    def __init__(self, stream: TextIO, rejects: tuple[Path, RejectFormat] | None = None) -> None:
        self._stream, self._rejects = stream, rejects
        encoding = (getattr(stream, "encoding", None) or "utf-8").lower().replace("-", "")
        self._ascii_only = encoding != "utf8"
        self._bad: TextIO | None = None

    def __enter__(self) -> StreamOut:
        if self._rejects is not None:
            path, form = self._rejects
            with writing(path):
                self._bad = path.open("w", encoding="utf-8", newline="")
                self._bad.write(form.head)
        return self

    def __exit__(self, *error: object) -> None:
        if self._bad is not None:
            self._bad.close()
        self._stream.flush()

    def add(self, lines: str, rejects: str, *, rows: int, bad: int) -> None:
        """Write the lines of some rows."""
        if self._ascii_only and not lines.isascii():
            lines = re.sub(r"[^\x00-\x7f]", _escape, lines)
        self._stream.write(lines)
        if self._bad is not None:
            self._bad.write(rejects)


def _escape(found: re.Match[str]) -> str:
    units = found.group().encode("utf-16-be")
    return "".join(f"\\u{units[i]:02x}{units[i + 1]:02x}" for i in range(0, len(units), 2))
