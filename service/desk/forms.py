"""The fields of a form as it was sent."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import parse_qs

from fastapi import Depends, Request


class Form:
    """Fields by name; a field that is missing is an empty text."""

    def __init__(self, fields: dict[str, list[str]]) -> None:
        self._fields = fields

    def get(self, name: str) -> str:
        """Return the trimmed text of a field, empty if there is none."""
        return self._fields.get(name, [""])[0].strip()

    def raw(self, name: str) -> str:
        """Return a field as it was typed: passwords may begin with a space."""
        return self._fields.get(name, [""])[0]

    def all(self, name: str) -> list[str]:
        """Return every value of a field that may be sent more than once."""
        return self._fields.get(name, [])


async def read_form(request: Request) -> Form:
    """Return the fields of a form; the application has limited the body's size before."""
    body = (await request.body()).decode("utf-8", "replace")
    return Form(parse_qs(body, keep_blank_values=True))


FormDep = Annotated[Form, Depends(read_form)]
