"""Where somebody can be reached: e-mail, handle, plate, and the house behind an own-address cue."""

from __future__ import annotations

import re

from classifier.spans import Span, join_overlapping

_EMAIL = re.compile(r"[\w.+\-]{1,64}@[\w\-]{1,63}(?:\.[\w\-]{1,63}){1,4}")
_EMAIL_GAPPED = re.compile(r"[\w.+\-]{1,64} ?@ ?[\w\-]{1,63} ?\. ?(?:com|co\.id|id|net|org)\b")
_HANDLE = re.compile(r"@\w{3,30}")
_AT = re.compile(r" ?(?:\((?:at|@)\)|\[(?:at|@)\]) ?| at ", re.IGNORECASE)
_AT_CUES = (" at ", "(at)", "[at]", "(@)", "[@]")
_LOCAL_PART = re.compile(r"[\w.+\-]{1,64}\Z")
_HOST_SPELLED = re.compile(
    r"[\w\-]{2,63}(?: ?(?:\(dot\)|\[dot\]|\.) ?| (?:dot|titik) )"
    r"(?:com|co(?: ?\. ?| dot | titik )id|co|id|net|org|go|ac)\b(?: ?(?:\.| dot | titik )id\b)?",
    re.IGNORECASE,
)
# Begins with what every plate begins with, so that the search can jump; the prefix is looked up.
_PLATE = re.compile(
    r"[ABDEFGHKLMNPRSTWZ][A-Z]?[ -]?\d{2,4}[ -]?(?!RT\b|RW\b|KM\b|KK\b|WIB\b)[A-Z]{1,3}"
    r"(?![A-Za-z0-9])"
)
_PREFIXES = frozenset(
    "A B D E F G H K L M N P R S T W Z AA AB AD AE AG BA BB BD BE BG BH BK BL BM BN BP DA DB DC DD "
    "DE DG DH DK DL DM DN DR DS DT DW EA EB ED KB KH KT KU PA PB PG PS".split()
)
_PLATE_CUE = re.compile(
    r"(?:plat|nopol|nomor polisi|no\.? pol)(?: nomor| no)?[ .:]{0,4}"
    r"([a-z]{1,2}[ -]?\d{1,4}[ -]?[a-z]{1,3})\b",
    re.IGNORECASE,
)
_OWN_ADDRESS = re.compile(
    r"\b(?:alamat(?: rumah| lengkap| tinggal| domisili| ktp)?(?: saya| kami| pelapor| ?:)"
    r"|rumah (?:saya|kami|orang tua saya)(?: yang)?"
    r"(?: ada| berada| terletak| beralamat)?(?: di| ?:)"
    r"|(?:saya|kami) (?:ber)?(?:tinggal|alamat|domisili) di"
    r"|(?:ber)?domisili(?: saya| kami)?(?: di| ?:)|tempat tinggal (?:saya|kami))(?!\w)",
    re.IGNORECASE,
)
_OWN_CUES = ("alamat", "tinggal", "domisili", "rumah saya", "rumah kami", "rumah orang tua saya")
# The end of a line or sentence; the dot of "Jl. Melati" ends none.
_ADDRESS_ENDS = re.compile(
    r"[\n!?;]|\.(?<![Jj]l\.)(?<![Jj]ln\.)(?<![Gg]g\.)(?<![Kk]ec\.)(?<![Kk]el\.)(?<![Kk]ab\.)"
    r"(?<![Dd]s\.)(?<![Dd]sn\.)(?<![Nn]o\.)(?<!R[TW]\.)(?<!Perum\.) (?=[A-Z])"
)
_HOUSE = re.compile(
    r"\bRT\.? ?\d{1,3}(?: ?[/,.\-]? ?(?:RW\.? ?)?\d{1,3})?(?!\w)"
    r"|\bRW\.? ?\d{1,3}(?!\w)"
    r"|\b(?:no|nomor|nomer|nmr)\b\.? ?\d{1,4} ?[A-Za-z]?(?:/\d{1,3})?(?![\w])"
    r"|\b(?:blok|blk)\.? ?[A-Za-z]{1,2} ?[\-/.]? ?\d{0,3}(?:[\-/]\d{1,3})?(?![\w])",
    re.IGNORECASE,
)


def find_addresses(text: str) -> list[Span]:
    """Return e-mail addresses, spelled-out ones too, and handles."""
    found: list[Span] = []
    if "@" in text:
        for pattern, mark in ((_EMAIL, "[EMAIL]"), (_EMAIL_GAPPED, "[EMAIL]"), (_HANDLE, "[AKUN]")):
            found += [(m.start(), m.end(), mark) for m in pattern.finditer(text)]
    small = text.lower()
    if not any(cue in small for cue in _AT_CUES):
        return join_overlapping(found)
    for match in _AT.finditer(text):
        host = _HOST_SPELLED.match(text, match.end())
        if host is None:
            continue
        local = _LOCAL_PART.search(text, max(0, match.start() - 64), match.start())
        if local is not None:
            found.append((local.start(), host.end(), "[EMAIL]"))
    return join_overlapping(found)


def find_plates(text: str) -> list[Span]:
    """Return the plates of vehicles; in small letters behind a cue only."""
    found: list[Span] = []
    for match in _PLATE.finditer(text):
        start = match.start()
        prefix = text[start : start + 2] if text[start + 1].isupper() else text[start]
        if prefix in _PREFIXES and (start == 0 or not text[start - 1].isalnum()):
            found.append((start, match.end(), "[PLAT]"))
    small = text.lower()
    if "pol" in small or "plat" in small:
        found += _after_plate_cues(text)
    return join_overlapping(found)


def _after_plate_cues(text: str) -> list[Span]:
    return [(m.start(1), m.end(1), "[PLAT]") for m in _PLATE_CUE.finditer(text)]


def find_houses(text: str) -> list[Span]:
    """Return house number, block, RT and RW behind an own-address cue, up to the line's end.

    Everywhere else they stay: "jalan rusak di RT 03 RW 12" says where, and not who.
    """
    small = text.lower()
    if not any(cue in small for cue in _OWN_CUES):
        return []
    found: list[Span] = []
    done = 0
    for cue in _OWN_ADDRESS.finditer(text):
        if cue.start() < done:
            continue  # inside an address that was read
        end = _ADDRESS_ENDS.search(text, cue.end())
        done = end.start() if end else len(text)
        found += [(m.start(), m.end(), "[ALAMAT]") for m in _HOUSE.finditer(text, cue.end(), done)]
    return found
