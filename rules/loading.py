"""Read a YAML file strictly: every value knows its line, and nothing is guessed.

Plain YAML keeps the last of two equal keys, reads ``32.10`` as 32.1 and ``NO`` as False, all
without a word. Each of these would send a complaint astray, so here they stop the file.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, NoReturn, cast

import yaml

from rules.errors import RuleFileError

_MAX_DEPTH = 12
_STR = "tag:yaml.org,2002:str"
_SCALARS = yaml.constructor.SafeConstructor()


@dataclass(frozen=True, slots=True)
class Item:
    """One value of a YAML file and where it stands.

    Attributes
    ----------
    path : Path
        The file.
    line : int
        Line of the value, from 1.
    value : object
        ``dict`` of str to Item, ``tuple`` of Item, or a scalar (str, int, float, bool, date, None).
    """

    path: Path
    line: int
    value: object

    def error(self, problem: str) -> RuleFileError:
        """Return the error that says what is wrong with this value."""
        return RuleFileError(self.path, self.line, problem)

    def refuse(self, problem: str) -> NoReturn:
        """Stop and say what is wrong with this value."""
        raise self.error(problem)

    def fields(
        self, *, required: Collection[str] = (), optional: Collection[str] = (), what: str
    ) -> dict[str, Item]:
        """Return the entries of a mapping that must have exactly these keys.

        Parameters
        ----------
        required, optional : collection of str
            Keys that must, and that may, stand there.
        what : str
            What the mapping is, for the message, as in ``"a row"``.

        Raises
        ------
        RuleFileError
            If this is no mapping, or a key is unknown or missing.
        """
        entries = self.mapping(what)
        known = [*required, *optional]
        for key, item in entries.items():
            if key not in known:
                item.refuse(f"unknown key {key!r}; {what} has {known}")
        if missing := [key for key in required if key not in entries]:
            self.refuse(f"missing key {missing[0]!r}; {what} needs {list(required)}")
        return entries

    def mapping(self, what: str) -> dict[str, Item]:
        """Return the entries of a mapping with any keys."""
        if not isinstance(self.value, dict):
            self.refuse(f"{what}: expected a mapping, got {self.got}")
        return cast("dict[str, Item]", self.value)

    def sequence(self, what: str) -> tuple[Item, ...]:
        """Return the members of a list."""
        if not isinstance(self.value, tuple):
            self.refuse(f"{what}: expected a list, got {self.got}")
        return cast("tuple[Item, ...]", self.value)

    def code(self) -> str:
        """Return a code; numbers and booleans are refused, because YAML mangles them."""
        if not isinstance(self.value, str):
            self.refuse(f"expected a code in quotes, got {self.got}")
        if self.value != self.value.strip() or not self.value:
            self.refuse(f"expected a code without blanks at its ends, got {self.value!r}")
        return self.value

    def text(self) -> str:
        """Return a text that is not blank, without blanks at its ends."""
        if not isinstance(self.value, str) or not self.value.strip():
            self.refuse(f"expected a text, got {self.got}")
        return " ".join(self.value.split())

    def day(self) -> date:
        """Return a day, written as 2024-10-21."""
        if not isinstance(self.value, date) or isinstance(self.value, datetime):
            self.refuse(f"expected a date like 2024-10-21, got {self.got}")
        return self.value

    def boolean(self) -> bool:
        """Return true or false."""
        if not isinstance(self.value, bool):
            self.refuse(f"expected true or false, got {self.got}")
        return self.value

    def integer(self) -> int:
        """Return a whole number."""
        if isinstance(self.value, bool) or not isinstance(self.value, int):
            self.refuse(f"expected a whole number, got {self.got}")
        return self.value

    def number(self) -> float:
        """Return a number."""
        if isinstance(self.value, bool) or not isinstance(self.value, (int, float)):
            self.refuse(f"expected a number, got {self.got}")
        return float(self.value)

    @property
    def got(self) -> str:
        """What stands there, for an error message."""
        match self.value:
            case None:
                return "nothing"
            case dict():
                return "a mapping"
            case tuple():
                return f"a list of {len(self.value)}"
            case date():
                return f"date {self.value.isoformat()}"
            case _:
                return f"{type(self.value).__name__} {self.value!r}"


def read_yaml(path: Path) -> Item:
    """Return the content of a YAML file with line numbers.

    Raises
    ------
    RuleFileError
        If the file cannot be read, is empty, is no YAML, repeats a key, uses an alias, or holds
        an impossible date.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "a.yaml"
    >>> _ = path.write_text("city: 32.10")
    >>> read_yaml(path).fields(required=["city"], what="a test")["city"].code()
    Traceback (most recent call last):
    ...
    rules.errors.RuleFileError: ...a.yaml:1: expected a code in quotes, got float 32.1
    """
    try:
        node = yaml.compose(path.read_text("utf-8"), Loader=yaml.CSafeLoader)
    except OSError as error:
        raise RuleFileError(path, 0, f"cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        problem = f"expected UTF-8, got another byte at position {error.start}"
        raise RuleFileError(path, 0, problem) from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise RuleFileError(path, line, f"not YAML: {error.problem}") from error
    except yaml.YAMLError as error:
        raise RuleFileError(path, 0, "not YAML: a character that may not stand there") from error
    if node is None:
        raise RuleFileError(path, 0, "expected rules, got an empty file")
    return _Reader(path).item(node, 0)


class _Reader:
    """Turns the nodes of one file into items."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen: set[int] = set()

    def item(self, node: yaml.Node, depth: int) -> Item:
        line = node.start_mark.line + 1
        if id(node) in self._seen:
            raise RuleFileError(self._path, line, "an alias is refused: write the value out")
        self._seen.add(id(node))
        if depth > _MAX_DEPTH:
            raise RuleFileError(self._path, line, f"nested deeper than {_MAX_DEPTH} levels")
        if isinstance(node, yaml.ScalarNode):
            return Item(self._path, line, self._scalar(node, line))
        if isinstance(node, yaml.SequenceNode):
            members = tuple(self.item(child, depth + 1) for child in node.value)
            return Item(self._path, line, members)
        return Item(self._path, line, self._entries(node, depth))

    def _entries(self, node: yaml.Node, depth: int) -> dict[str, Item]:
        entries: dict[str, Item] = {}
        for key_node, child in node.value:
            line = key_node.start_mark.line + 1
            if key_node.tag != _STR:
                problem = f"expected a key in quotes, got {str(key_node.value)!r}"
                raise RuleFileError(self._path, line, problem)
            if key_node.value in entries:
                first = entries[key_node.value].line
                problem = f"key {key_node.value!r} stands here twice, first on line {first}"
                raise RuleFileError(self._path, line, problem)
            entries[key_node.value] = self.item(child, depth + 1)
        return entries

    def _scalar(self, node: yaml.ScalarNode, line: int) -> Any:
        if node.tag == _STR:
            return node.value
        try:
            return _SCALARS.construct_object(node)
        except (ValueError, yaml.YAMLError) as error:
            problem = f"expected a plain value, got {node.value!r}, which is none"
            raise RuleFileError(self._path, line, problem) from error
