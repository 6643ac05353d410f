"""Words are found where they stand, and are the same for cues and places."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from rules.text_words import TextWords

texts = st.text(alphabet="aZ9 .,_-\n\u00e9\u0130", max_size=40)


@given(text=texts)
def test_words_are_runs_of_ascii_letters_and_digits_where_they_stand(text: str) -> None:
    expected = [(m.group().lower(), *m.span()) for m in re.finditer("[0-9A-Za-z]+", text)]

    found = TextWords(text)

    ends, parts = found.layout
    until = [ends[part] + part for part in parts]
    assert [
        (word, end - len(word), end) for word, end in zip(found.words, until, strict=True)
    ] == expected
