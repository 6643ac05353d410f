"""Greetings and forms of address at the start of a line: they say nothing of the matter."""

from __future__ import annotations

import re

_BREAK = r"[\s.,:;!/()'’\"-]*"
_TIME = "pagi|siang|sore|malam|malem"
_ADDRESSEE = (
    r"bapak|ibu|bapa|pak|bu|bpk|ibuk|kak|kakak|mas|mbak|bang|min|mimin|gan"
    r"|(?:admin|tim)(?:\s(?:sp4n|lapor))*"
)
_OFFICE = (
    r"bupati|wali\s?kota|walkot|gubernur|presiden|menteri|camat|lurah|pimpinan"
    r"|(?:kepala\s)?(?:dinas|daerah|desa|kantor)|kadis|kades"
)
_OPENING = (
    rf"(?:assalamu?\W?\s?alaikum|asalamu?\W?alaikum|samlekum|ass?\b\.?\s?wr|aslm"
    rf"|(?:selamat|slamat|slmt|met)\s(?:{_TIME})"
    rf"|(?:{_TIME})(?={_BREAK}(?:{_ADDRESSEE})\b)"
    r"|salam(?:\s(?:sejahtera|sehat|hormat|hangat|damai|kebajikan|sukses|kenal|lapor))*"
    r"|hall?o+w?|hai+|hi|hei|helo|permisi|punten|dengan\shormat|dear|tabik|shalom|syalom"
    rf"|(?:{_ADDRESSEE})(?:{_BREAK}(?:{_OFFICE}))?(?=\s*[,.:!]|\syang\s(?:saya\s|kami\s)?hormati)"
    r"|yang\s(?:saya\s|kami\s)?hormati"
    r"|om\sswastiastu|namo\sbudd?haya|mohon\s(?:izin|ijin)|nuwun\ssewu|kulo\snuwun|sampurasun)\b"
)
_MORE = (
    rf"(?:wr|wb|wbr|warahmatullahi|wabarakatuh|(?:untuk|bagi|buat)\s(?:kita\s)?semua(?:nya)?"
    rf"|(?:{_ADDRESSEE})(?:{_BREAK}(?:{_OFFICE})(?=\s*[,.:;!\n]|$))?)\b"
)
_RESPECTED = rf"(?:kepada|kpd|yth|yang\sterhormat)\b(?:{_BREAK}(?:{_ADDRESSEE}|{_OFFICE})\b)*"
_GREETING = re.compile(
    rf"[^\S\n]*(?:{_OPENING}|{_RESPECTED})(?:{_BREAK}(?:{_OPENING}|{_RESPECTED}|{_MORE}))*"
)


def blank_greetings(folded: str) -> str:
    """Return a lower-case text with spaces where a line greets somebody; every offset is kept.

    Who is accused is no greeting: an office counts as addressed only after "yth", or between a
    form of address and a mark.

    Examples
    --------
    >>> blank_greetings("selamat pagi pak bupati, jalan rusak")
    '                       , jalan rusak'
    >>> blank_greetings("pak lurah minta uang")
    'pak lurah minta uang'
    """
    start = 0
    while True:  # at each start of a line; a search would try every letter
        if match := _GREETING.match(folded, start):
            start = match.end()
            folded = folded[: match.start()] + " " * len(match[0]) + folded[start:]
        start = folded.find("\n", start) + 1
        if not start:
            return folded
