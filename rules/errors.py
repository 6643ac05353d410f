"""What can be wrong with rules, with the place where it is wrong."""

from __future__ import annotations

from pathlib import Path


class RulesError(Exception):
    """Root of every error that this package raises."""


class RuleFileError(RulesError):
    """A rule file cannot be used; says which file, which line and why.

    Parameters
    ----------
    path : Path
        The file.
    line : int
        Line in it, counted from 1; 0 when the whole file is meant.
    problem : str
        What is wrong, what was expected, what was got.
    """

    def __init__(self, path: Path, line: int, problem: str) -> None:
        super().__init__(f"{path}:{line}: {problem}" if line else f"{path}: {problem}")
        self.path, self.line, self.problem = path, line, problem
