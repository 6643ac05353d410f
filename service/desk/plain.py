"""Citizens' texts as plain text: characters that turn or hide others are made visible."""

from __future__ import annotations

import re

# Direction overrides, embeddings, isolates and marks; zero-width characters; soft hyphen;
# line separators; tags; variation selectors beyond those of emoji.
_TRICKS = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u2028-\u202e"
    "\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e01ef]"
)


def visible(text: str) -> str:
    """Return the text with every such character as its code; what is read is what was written.

    Examples
    --------
    >>> visible("abc\u202edef")
    'abc[U+202E]def'
    """
    return _TRICKS.sub(lambda found: f"[U+{ord(found.group()):04X}]", text)
