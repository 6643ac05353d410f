"""The README is a contract: every setting and every command stands in it."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

import pytest

from service.cli import build_parser
from service.settings import Settings

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")


def commands(parser: argparse.ArgumentParser, path: str = "") -> Iterator[tuple[str, str | None]]:
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            helps = {choice.dest: choice.help for choice in action._choices_actions}
            for name, inner in action.choices.items():
                deeper = list(commands(inner, f"{path}{name} "))
                yield from deeper or [(f"{path}{name}", helps.get(name))]


COMMANDS = dict(commands(build_parser()))


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_documented(command: str) -> None:
    assert f"`disposisi {command}" in README
    assert COMMANDS[command]


@pytest.mark.parametrize("field", Settings.model_fields)
def test_every_setting_is_documented_with_its_default(field: str) -> None:
    [line] = [
        row for row in README.splitlines() if row.startswith(f"| `DISPOSISI_{field.upper()}`")
    ]
    default = Settings.model_fields[field].default

    assert default is None or f"`{default}`" in line


def test_every_file_of_the_layout_exists() -> None:
    root = Path(__file__).parents[2]

    for folder in ("classifier/", "rules/", "service/", "models/"):
        assert folder in README
        assert (root / folder).is_dir()
