"""From a masked text to normal words, each with its place in the text."""

from __future__ import annotations

import csv
import functools
import re
from collections.abc import Iterator
from pathlib import Path

from classifier.greetings import blank_greetings
from classifier.masking import FILLER
from classifier.stemming import MAX_WORD_CHARS, root_words, stem

MASK_WORD = "xdisensor"  # one neutral word for every mask token, else tokens tell the source
URL_WORD = "xtautan"
NUMBER_WORD = "xangka"

_DATA = Path(__file__).parent / "data"
_MASK_TOKENS = "nama|akun|nomor|no|telp|telepon|plat|email|nik|kk|nip|rekening|alamat"
_LONG_MASK_TOKEN = re.compile(r"\[(?:nomor ktp|nomor telepon|email) disensor\]")
# No token holds a space: a text can be cut at its spaces first.
_TOKEN = re.compile(
    rf"{FILLER}+|\[(?:{_MASK_TOKENS})\]|(?:https?://|www\.)\S+|@\w+|[^\W\d_]+2?|\d[\d.,]*"
)
_LENGTHENED = re.compile(r"([^\W\d_])\1{2,}")
_CACHE_SIZE = 131_072


def fold(text: str) -> str:
    """Return the text in lower case, every offset kept.

    A few letters grow when lowered (Turkish dotted capital I); they stay as they are.
    """
    lower = text.lower()
    if len(lower) == len(text):
        return lower
    return "".join(low if len(low := char.lower()) == 1 else char for char in text)


def pieces(text: str) -> list[str]:
    """Return a masked text without its greetings, cut at every space; no token goes over one.

    Examples
    --------
    >>> pieces("Jalan  rusak!")
    ['jalan', '', 'rusak!']
    """
    folded = blank_greetings(fold(text))
    if "disensor]" in folded:
        folded = _LONG_MASK_TOKEN.sub(lambda mask: FILLER * len(mask[0]), folded)
    return folded.split(" ")


def tokens(piece: str) -> Iterator[re.Match[str]]:
    """Give the surface tokens of a piece, each with its place.

    Examples
    --------
    >>> [(token.group(), token.span()) for token in tokens("(rusak/bolong)")]
    [('rusak', (1, 6)), ('bolong', (7, 13))]
    """
    return _TOKEN.finditer(piece)


def surfaces(text: str) -> list[str]:
    """Return the surface tokens of a masked text without its greetings."""
    return [token for piece in pieces(text) for token in _TOKEN.findall(piece)]


@functools.lru_cache(maxsize=_CACHE_SIZE)
def normal_words(surface: str) -> tuple[str, ...]:
    """Return the normal words that one surface token stands for: none, one or several.

    Lengthened letters are shortened, chat spelling is written out, the rest is stemmed.

    Examples
    --------
    >>> normal_words("diperbaikiiii"), normal_words("blm"), normal_words("[nama]")
    (('baik',), ('belum',), ('xdisensor',))
    """
    first = surface[0]
    if first == FILLER or first == "[" or first == "@":
        return (MASK_WORD,)
    if first.isdigit():
        return (NUMBER_WORD,)
    if surface.startswith(("http:", "https:", "www.")):
        return (URL_WORD,)
    word = surface.removesuffix("2")
    if len(word) > MAX_WORD_CHARS:
        return ()
    spelled = chat_spelling()
    if found := spelled.get(word):
        return found
    word = _shorten(word)
    return spelled.get(word) or (stem(word),)


@functools.cache
def chat_spelling() -> dict[str, tuple[str, ...]]:
    """Return chat spelling -> normal words, written from the seed corpus."""
    with (_DATA / "chat_spelling.csv").open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(line for line in file if not line.startswith("#"))
        return {
            row["spelling"]: tuple(stem(word) for word in row["normal"].split()) for row in rows
        }


def _shorten(word: str) -> str:
    """Write a letter that stands three times or more once, or twice where that is a root word."""
    if not _LENGTHENED.search(word):
        return word
    once = _LENGTHENED.sub(r"\1", word)
    twice = _LENGTHENED.sub(r"\1\1", word)
    return twice if stem(twice) in root_words() and once not in root_words() else once
