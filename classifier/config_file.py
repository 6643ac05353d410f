"""A TOML file -> ``TrainConfig``; whatever cannot be meant is refused with file and key."""

from __future__ import annotations

import tomllib
from dataclasses import fields
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

from classifier.errors import ConfigError
from classifier.train import TrainConfig

# What a right type alone does not say: lowest and highest value that training can use.
_RANGES: dict[str, tuple[float, float]] = {
    "C": (1e-6, 1e6),
    "folds": (2, 100),
    "seed": (0, 2**32 - 1),
    "min_reports": (1, 1_000_000),
    "min_reports_private": (1, 1_000_000),
    "misconduct_recall": (0.0, 1.0),
}


def read_config(path: Path) -> TrainConfig:
    """Return the configuration of a file; a key that is not there keeps its default.

    Raises
    ------
    ConfigError
        If the file cannot be read, or a key is unknown, of another type or out of range.
    """
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        msg = f"{path}: cannot be read ({error.strerror or type(error).__name__})"
        raise ConfigError(msg) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        msg = f"{path}: expected TOML in UTF-8: {error}"
        raise ConfigError(msg) from error
    known = [field.name for field in fields(TrainConfig)]
    if unknown := sorted(set(values) - set(known)):
        msg = f"{path}: {unknown[0]}: unknown key; expected one of {', '.join(known)}"
        raise ConfigError(msg)
    hints = get_type_hints(TrainConfig)
    return TrainConfig(**{key: _checked(path, key, hints[key], v) for key, v in values.items()})


def _checked(path: Path, key: str, hint: Any, value: object) -> Any:
    if get_origin(hint) is tuple and isinstance(value, list):
        value = tuple(value)
    if hint is float and type(value) is int:  # 1 is a number as good as 1.0
        value = float(value)
    if not _fits(hint, value):
        name = getattr(hint, "__name__", str(hint)) if not get_args(hint) else str(hint)
        msg = f"{path}: {key}: expected {name}, got {type(value).__name__} {value!r}"
        raise ConfigError(msg)
    low, high = _RANGES.get(key, (float("-inf"), float("inf")))
    if isinstance(value, (int, float)) and not low <= value <= high:
        msg = f"{path}: {key}: expected {low:g} to {high:g}, got {value!r}"
        raise ConfigError(msg)
    return value


def _fits(hint: Any, value: object) -> bool:
    if get_origin(hint) is tuple:
        inner = get_args(hint)[0]
        return isinstance(value, tuple) and all(_fits(inner, item) for item in value)
    if isinstance(hint, type):
        return type(value) is hint  # a bool is no int here
    return any(_fits(part, value) for part in get_args(hint))
