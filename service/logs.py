"""Logs as JSON, one object a line; none holds a body, a query or a citizen's words."""

from __future__ import annotations

import json
import logging
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

from service.guards import trace_without_text

request_id: ContextVar[str | None] = ContextVar("request_id", default=None)


class JsonFormatter(logging.Formatter):
    """Writes a record with the id of its request; of an error only where it came from."""

    def format(self, record: logging.LogRecord) -> str:
        """Return one line of JSON; ``extra={"fields": {...}}`` adds to it."""
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if (current := request_id.get()) is not None:
            line["request_id"] = current
        line.update(getattr(record, "fields", {}))
        if record.exc_info and record.exc_info[1] is not None:
            line["error"] = trace_without_text(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False, separators=(",", ":"), default=str)


def log_config(*, as_json: bool) -> dict[str, Any]:
    """Return the set-up of logging: to standard error, JSON or, for a terminal, plain lines."""
    plain = {"format": "%(levelname)s: %(message)s"}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": "service.logs.JsonFormatter"} if as_json else plain},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["stderr"], "level": "WARNING"},
        "loggers": {"service": {"level": "INFO"}, "uvicorn": {"level": "INFO"}},
    }
