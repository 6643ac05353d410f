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

    Two locks make it fair: who has the lock and wants it again must queue at the gate, where the
    next one stands already. With one, a busy process would keep the others out for seconds.

    Parameters
    ----------
    path : Path or None
        File that the processes share, and beside it one for the gate; None locks the threads of
        this process only.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._thread = threading.Lock()
        self._path = path
        self._files: tuple[int, int] | None = None
        self._pid = 0

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the lock."""
        with self._thread:
            files = self._open()
            if files is None:
                yield
                return
            gate, lock = files
            fcntl.flock(gate, fcntl.LOCK_EX)
            fcntl.flock(lock, fcntl.LOCK_EX)
            fcntl.flock(gate, fcntl.LOCK_UN)
            try:
                yield
            finally:
                fcntl.flock(lock, fcntl.LOCK_UN)

    def close(self) -> None:
        """Close the shared files; they stay in the folder, removing them would split the lock."""
        with self._thread:
            for file in self._files or ():
                os.close(file)
            self._files = None

    def _open(self) -> tuple[int, int] | None:
        if self._path is None or fcntl is None:
            return None
        if self._files is None or self._pid != os.getpid():
            gate = self._path.with_name(f"{self._path.name}-gate")
            try:
                self._files = _open_file(gate), _open_file(self._path)
            except OSError:  # a read-only folder: the database itself will say so
                return None
            self._pid = os.getpid()
        return self._files


def _open_file(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
