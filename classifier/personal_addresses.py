"""Where somebody can be reached: e-mail, handle, plate, and the house behind an own-address cue."""

from __future__ import annotations

import re

from classifier.spans import Span, join_overlapping

_EMAIL = re.compile(r"[\w.+\-]{1,64}@[\w\-]{1,63}(?:\.[\w\-]{1,63}){1,4}")
_EMAIL_GAPPED = re.compile(r"[\w.+\-]{1,64} ?@ ?[\w\-]{1,63} ?\. ?(?:com|co\.id|id|net|org)\b")
_HANDLE = re.compile(r"@\w{3,30}")
_AT = re.compile(r" ?(?:\((?:at|@)\)|\[(?:at|@)\]) ?| at ", re.IGNORECASE)
_AT_CUES = ("(at)", "[at]", "(@)", "[@]")
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
_PLATE_SHAPE = re.compile(rb"00(?:(?<=A00)|(?<=A[ \-]00))0{0,2}[ \-]?A")
_PREFIXES = frozenset(
    "A B D E F G H K L M N P R S T W Z AA AB AD AE AG BA BB BD BE BG BH BK BL BM BN BP DA DB DC DD "
    "DE DG DH DK DL DM DN DR DS DT DW EA EB ED KB KH KT KU PA PB PG PS".split()
)
_PLATE_CUE = re.compile(
    r"(?:plat|nopol|nomor polisi|no\.? pol)(?: nomor| no)?[ .:]{0,4}"
    r"([a-z]{1,2}[ -]?\d{1,4}[ -]?[a-z]{1,3})\b",
    re.IGNORECASE,
)
# Between the cue's own letters and the plate's digits stand at most 20 characters.
_PLATE_CUE_AND_DIGIT = re.compile(r"p(?:ol|lat)\D{0,20}+\d")
_LIVE_IN = r"(?:ber)?(?:tinggal|alamat|domisili) di"
_DOMICILE = r"(?: saya| kami)?(?: di| ?:)"
# Each begins with its letters, so that the search can jump.
_OWN_CUES = (
    r"(?:alamat(?<!\walamat)(?: rumah| lengkap| tinggal| domisili| ktp)?"
    r"(?: saya| kami| pelapor| ?:)"
    r"|rumah(?<!\wrumah) (?:saya|kami|orang tua saya)(?: yang)?"
    r"(?: ada| berada| terletak| beralamat)?(?: di| ?:)"
    rf"|saya(?<!\wsaya) {_LIVE_IN}|kami(?<!\wkami) {_LIVE_IN}"
    rf"|domisili(?<!\wdomisili){_DOMICILE}|berdomisili(?<!\wberdomisili){_DOMICILE}"
    r"|tempat(?<!\wtempat) tinggal (?:saya|kami))(?!\w)"
)
_OWN_IN_SMALL = re.compile(_OWN_CUES)
_OWN_ADDRESS = re.compile(_OWN_CUES, re.IGNORECASE)
_OWN_HOUSE = re.compile(r"rumah (?:saya|kami|orang tua saya)")
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


def find_addresses(text: str, small: str, _: bytes) -> list[Span]:
    """Return e-mail addresses, spelled-out ones too, and handles."""
    found: list[Span] = []
    if "@" in text:
        for pattern, mark in ((_EMAIL, "[EMAIL]"), (_EMAIL_GAPPED, "[EMAIL]"), (_HANDLE, "[AKUN]")):
            found += [(m.start(), m.end(), mark) for m in pattern.finditer(text)]
    if " at " in small or (("(" in small or "[" in small) and any(c in small for c in _AT_CUES)):
        found += _spelled_out(text)
    return join_overlapping(found) if found else found


def _spelled_out(text: str) -> list[Span]:
    found: list[Span] = []
    for match in _AT.finditer(text):
        host = _HOST_SPELLED.match(text, match.end())
        if host is None:
            continue
        local = _LOCAL_PART.search(text, max(0, match.start() - 64), match.start())
        if local is not None:
            found.append((local.start(), host.end(), "[EMAIL]"))
    return found


def find_plates(text: str, small: str, shape: bytes) -> list[Span]:
    """Return the plates of vehicles; in small letters behind a cue only."""
    found = _in_capitals(text) if _PLATE_SHAPE.search(shape) else []
    if _PLATE_CUE_AND_DIGIT.search(small):
        found += _after_plate_cues(text)
    return join_overlapping(found) if found else found


def _in_capitals(text: str) -> list[Span]:
    found: list[Span] = []
    for match in _PLATE.finditer(text):
        start = match.start()
        prefix = text[start : start + 2] if text[start + 1].isupper() else text[start]
        if prefix in _PREFIXES and (start == 0 or not text[start - 1].isalnum()):
            found.append((start, match.end(), "[PLAT]"))
    return found


def _after_plate_cues(text: str) -> list[Span]:
    return [(m.start(1), m.end(1), "[PLAT]") for m in _PLATE_CUE.finditer(text)]


def find_houses(text: str, small: str, _: bytes) -> list[Span]:
    """Return house number, block, RT and RW behind an own-address cue, up to the line's end.

    Everywhere else they stay: "jalan rusak di RT 03 RW 12" says where, and not who.
    """
    if not (
        "alamat" in small or "tinggal" in small or "domisili" in small or _OWN_HOUSE.search(small)
    ):
        return []
    found: list[Span] = []
    done = 0
    for cue in _OWN_IN_SMALL.finditer(small) if text.isascii() else _OWN_ADDRESS.finditer(text):
        if cue.start() < done:
            continue  # inside an address that was read
        end = _ADDRESS_ENDS.search(text, cue.end())
        done = end.start() if end else len(text)
        found += [(m.start(), m.end(), "[ALAMAT]") for m in _HOUSE.finditer(text, cue.end(), done)]
    return found
