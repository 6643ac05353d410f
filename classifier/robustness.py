"""Whether an answer holds when the same complaint is written another way."""

from __future__ import annotations

import random
import re
import string
from collections.abc import Callable, Sequence

GREETINGS = (
    "Assalamualaikum wr. wb.",
    "Selamat pagi Bapak/Ibu,",
    "Selamat siang admin,",
    "Selamat sore min,",
    "Selamat malam,",
    "Yth. Bapak Bupati,",
    "Yth. Bapak Wali Kota,",
    "Yth. Ibu Gubernur,",
    "Kepada Yth. Admin LAPOR,",
    "Kepada yang terhormat Bapak Kepala Dinas,",
    "Halo min,",
    "Halo kak,",
    "Hai admin,",
    "Permisi pak,",
    "Punten,",
    "Salam sejahtera untuk kita semua.",
    "Dengan hormat,",
    "Mohon izin, min.",
    "Pagi pak,",
    "Om swastiastu,",
)
_WORD = re.compile(r"[^\W\d_]{4,}")
_VOWEL = re.compile(r"[aiueo]")
_PUNCTUATION = re.compile(f"[{re.escape(string.punctuation)}]")

# The largest share of complaints whose class may change.
BARS = {
    "upper_case": 0.005,
    "without_punctuation": 0.01,
    "letters_lengthened": 0.02,
    "greeting_in_front": 0.03,
    "edits": 0.06,
}


def variants(text: str, *, seed: int) -> dict[str, str]:
    """Return the text written in each way of ``BARS``; the same seed gives the same.

    Examples
    --------
    >>> variants("Jalan rusak, tolong!", seed=0)["without_punctuation"]
    'Jalan rusak  tolong '
    """
    draw = random.Random(seed)  # noqa: S311  # nosec B311  # no secret hangs on it
    return {
        "upper_case": text.upper(),
        "without_punctuation": _PUNCTUATION.sub(" ", text),
        "letters_lengthened": _WORD.sub(lambda word: _lengthened(word[0], draw), text),
        "greeting_in_front": f"{draw.choice(GREETINGS)} {text}",
        "edits": _edited(text, draw),
    }


def changed_shares(
    texts: Sequence[str], answer: Callable[[Sequence[str]], Sequence[str]]
) -> dict[str, float]:
    """Return for each way of writing the share of texts that get another answer.

    Parameters
    ----------
    answer : callable
        One answer for each text.
    """
    if not texts:
        return dict.fromkeys(BARS, 0.0)
    before = answer(texts)
    written = [variants(text, seed=i) for i, text in enumerate(texts)]
    shares = {}
    for name in BARS:
        after = answer([ways[name] for ways in written])
        changed = sum(old != new for old, new in zip(before, after, strict=True))
        shares[name] = round(changed / len(texts), 4)
    return shares


def _lengthened(word: str, draw: random.Random) -> str:
    """Write one vowel of a word three to five times, as in "tolooong"."""
    vowels = list(_VOWEL.finditer(word))
    if not vowels:
        return word
    at = draw.choice(vowels)
    return word[: at.start()] + at[0] * draw.randint(3, 5) + word[at.end() :]


def _edited(text: str, draw: random.Random) -> str:
    """Make one slip of the finger in every tenth word, the first one drawn."""
    words = list(re.finditer(r"\S+", text))
    parts, end = [], 0
    for word in words[draw.randrange(10) :: 10] if len(words) > 10 else words[-1:]:
        parts += [text[end : word.start()], _slip(word[0], draw)]
        end = word.end()
    return "".join([*parts, text[end:]])


def _slip(word: str, draw: random.Random) -> str:
    """Leave out, double, swap or replace one letter."""
    i = draw.randrange(len(word))
    letter = draw.choice(string.ascii_lowercase)
    swapped = word[:i] + word[i + 1 : i + 2] + word[i] + word[i + 2 :]
    left_out = word[:i] + word[i + 1 :]
    return draw.choice(
        [left_out, word[:i] + word[i] + word[i:], swapped, word[:i] + letter + word[i + 1 :]]
    )
