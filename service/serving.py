"""Run the server: workers, logs, figures over all workers, an end that finishes what has begun."""

from __future__ import annotations

import os
import signal
import sys
import tempfile
from types import FrameType
from typing import Final

from service.logs import log_config

# prometheus-client reads it when it is imported: it must be set before.
SHARED_FOLDER: Final = "PROMETHEUS_MULTIPROC_DIR"
GRACE_S: Final = 30  # for requests under way; then they are cut


def serve(*, host: str, port: int, workers: int) -> None:
    """Serve until SIGTERM or SIGINT; requests under way are finished first."""
    import uvicorn

    # uvicorn ends by the signal that it got, which would leave the folder behind.
    signal.signal(signal.SIGTERM, _end)
    with tempfile.TemporaryDirectory(prefix="disposisi-metrics-") as folder:
        os.environ[SHARED_FOLDER] = folder  # workers inherit it
        uvicorn.run(
            "service.app:create_app",
            factory=True,
            host=host,
            port=port,
            workers=workers,
            http="service.wire:GuardedProtocol",
            access_log=False,
            server_header=False,
            date_header=True,
            timeout_graceful_shutdown=GRACE_S,
            log_config=log_config(as_json=not sys.stderr.isatty()),
        )


def _end(number: int, frame: FrameType | None) -> None:
    raise SystemExit(0)
