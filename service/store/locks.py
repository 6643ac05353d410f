"""One writer at a time over all processes of a machine: SQLite's own waiting is sleeping."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows: SQLite's own waiting must do
    fcntl = None  # type: ignore[assignment]


class WriteLock:
    """Lets one thread of one process in; the others sleep in the kernel and are woken in turn.

    Parameters
    ----------
    path : Path or None
        File that the processes share; None locks the threads of this process only.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._thread = threading.Lock()
        self._path = path
        self._file: int | None = None
        self._pid = 0

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the lock."""
        with self._thread:
            file = self._open()
            if file is None:
                yield
                return
            fcntl.flock(file, fcntl.LOCK_EX)
            try:
                yield
            finally:
                fcntl.flock(file, fcntl.LOCK_UN)

    def close(self) -> None:
        """Close the shared file; the file itself stays, removing it would split the lock."""
        with self._thread:
            if self._file is not None:
                os.close(self._file)
            self._file = None

    def _open(self) -> int | None:
        if self._path is None or fcntl is None:
            return None
        if self._file is None or self._pid != os.getpid():
            try:
                self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            except OSError:  # a read-only folder: the database itself will say so
                return None
            self._pid = os.getpid()
        return self._file
