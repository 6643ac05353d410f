"""Settings from the environment; a wrong one stops the start and says what was expected."""

from __future__ import annotations

import difflib
import os
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from service.errors import ServiceError

PREFIX = "DISPOSISI_"

# Read by the tests and by the leak check, never by the service.
_OTHER_NAMES = frozenset({"DISPOSISI_REAL_DATA"})
# May hold a password: never printed.
_SECRET_FIELDS = frozenset({"database_url"})
_EXPECTED = {
    "model": "a folder",
    "models_dir": "a folder",
    "rules_dir": "a folder",
    "database_url": "sqlite:///FILE or postgresql://USER@HOST/NAME",
    "auto": "on or off",
    "auth": "on or off",
    "tolerated_error": "a share from 0 to below 1 like 0.05",
    "audit_share": "a share from 0 to 1 like 0.02",
    "region": "a region code like 32 or 32.04",
    "targets": "a YAML file",
    "text_retention_days": "a number of days from 1 to 36500",
    "events": "on or off",
    "webhook_private": "on or off",
    "webhook_http": "on or off",
    "requests_per_minute": "a number from 0 to 10000000",
}


class SettingsError(ServiceError):
    """The environment holds settings that cannot be used; one line for each."""


class Settings(BaseSettings):
    """What an operator can change; each is an environment variable ``DISPOSISI_<NAME>``."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, extra="forbid", frozen=True
    )

    model: Path | None = Field(
        default=None, description="Folder of the model to use instead of the champion."
    )
    models_dir: Path | None = Field(
        default=None, description="Folder that holds CHAMPION and the models."
    )
    rules_dir: Path | None = Field(
        default=None, description="Folder of rule files to use instead of the shipped ones."
    )
    database_url: str = Field(
        default="sqlite:///disposisi.sqlite3",
        pattern=r"^(sqlite:///[^:?]|postgresql(\+psycopg)?://)",
        description="Where dispositions are kept: sqlite:///FILE or postgresql://...",
    )
    auth: Literal["on", "off"] | None = Field(
        default=None,
        description=(
            "on asks for a key or a login; off serves this machine alone, without. Not set: off "
            "until the first user or key exists, on from then."
        ),
    )
    auto: Literal["on", "off"] = Field(
        default="on", description="off sends everything to review: the stop button."
    )
    tolerated_error: float = Field(
        default=0.05,
        ge=0,
        lt=1,
        description="Share of automatic dispositions with a wrong category or agency, accepted.",
    )
    audit_share: float = Field(
        default=0.02,
        ge=0,
        le=1,
        description="Share of automatic dispositions that a person checks afterwards.",
    )
    region: str | None = Field(
        default=None,
        pattern=r"^\d{2}(\.\d{2})?$",
        description="Code of a regional desk's home, used where a complaint names no place.",
    )
    text_retention_days: int = Field(
        default=90,
        ge=1,
        le=36_500,
        description="Days that the masked text of a finished complaint is kept.",
    )
    targets: Path | None = Field(
        default=None, description="YAML file of dated targets that reports compare with."
    )
    events: Literal["on", "off"] = Field(
        default="on", description="off: another process delivers, `disposisi events deliver`."
    )
    webhook_private: Literal["on", "off"] = Field(
        default="off", description="on lets webhooks lead into the own network."
    )
    webhook_http: Literal["on", "off"] = Field(
        default="off", description="on lets webhooks be plain http."
    )
    requests_per_minute: int = Field(
        default=6000,
        ge=0,
        le=10_000_000,
        description="What a key or a person may ask one worker for in a minute; 0: no limit.",
    )


def load_settings() -> Settings:
    """Return the settings that the environment gives.

    Raises
    ------
    SettingsError
        If a name is unknown or a value cannot be used; names every one of them.
    """
    problems = [_say_unknown(name) for name in sorted(_unknown_names())]
    settings = None
    try:
        settings = Settings()
    except ValidationError as error:
        problems += [_say_wrong(str(e["loc"][0]), e["input"]) for e in error.errors()]
    if settings is None or problems:
        raise SettingsError("\n".join(problems))
    return settings


def _known_names() -> list[str]:
    return sorted({f"{PREFIX}{field.upper()}" for field in Settings.model_fields} | _OTHER_NAMES)


def _unknown_names() -> set[str]:
    return {n for n in os.environ if n.upper().startswith(PREFIX)}.difference(_known_names())


def _say_unknown(name: str) -> str:
    close = difflib.get_close_matches(name, _known_names(), n=1)
    return f"{name}: unknown setting; " + (
        f"did you mean {close[0]}?" if close else f"there are {', '.join(_known_names())}"
    )


def _say_wrong(field: str, value: object) -> str:
    got = "another value" if field in _SECRET_FIELDS else repr(value)
    return f"{PREFIX}{field.upper()}: expected {_EXPECTED[field]}, got {got}"
