"""Which digits identify somebody: NIK, KK, NIP, telephone, account, other long numbers."""

from __future__ import annotations

import re

from classifier.spans import Span

# People write a zero as the letter O; such an O has no other letter behind it. Between digits may
# stand up to two of space, dot, hyphen, bracket.
_O = r"[Oo](?=[Oo]{0,6}(?![^\W\dOo_]))"
_GAP = r"[ .\-()\u00a0\u2010-\u2015]{0,2}"
# Possessive, and nothing behind the repetition: every character is read once.
_RUN = re.compile(rf"[+\d](?<!\d[+\d])\d*+(?:{_GAP}(?:\d++|{_O}))*+")
_MIN_DIGITS = 7
# In the shape, a digit and the sixth of its run, as far apart as gaps allow; a passport has six.
_RUN_SHAPE = re.compile(rb"0[0Ao .\-()]{4,14}[0Ao]")
_O_BEFORE = re.compile(r"(?<![^\W_])[Oo][ .\-]?$")
_GROUP = re.compile(r"[\dOo]+")
_NOT_DIGIT = re.compile(r"[^\d]+")
_AMOUNT = re.compile(r"\d{1,3}(?:\.\d{3})+(?: ?-? ?\d{1,3}(?:\.\d{3})+)*")
_YEARS = re.compile(r"(?:19|20)\d\d(?:[ .\-]{1,2}(?:19|20)\d\d)+")
_TIME = r"\d{1,2}[.]\d\d(?:[.]\d\d)?"
_DATE = re.compile(
    r"(?:(?:0?[1-9]|[12]\d|3[01])([.\-])(?:0?[1-9]|1[0-2])\1(?:19|20)\d\d"
    rf"|(?:19|20)\d\d-(?:0[1-9]|1[0-2])-(?:[0-2]\d|3[01]))(?:[ \-]{{1,2}}{_TIME}){{0,2}}"
)
_RUPIAH_BEFORE = re.compile(r"(?:rp|idr)[. ]{0,3}$", re.IGNORECASE)
_ACCOUNT_BEFORE = re.compile(
    r"(?:rek(?:ening)?|norek|bank|bri|brimo|bca|bni|mandiri|bsi|btn|bjb|cimb|danamon|permata|"
    r"jago|seabank)\.?(?: (?:bri|bca|bni|mandiri|bsi|btn|bjb|saya|kami|tabungan))?"
    r"(?: (?:no|nomor|nomer))?\.?[ .:\-]{0,3}$",
    re.IGNORECASE,
)
_PHONE_BEFORE = re.compile(
    r"(?:telp?|telepon|tlpn?|hp|wa|whatsapp|handphone|ponsel|kontak|hubungi)\.?"
    r"(?: (?:saya|kami|di|ke|no|nomor|nomer))?\.?[ .:\-]{0,3}$",
    re.IGNORECASE,
)
_NUMBER_BEFORE = re.compile(r"(?:nik|ktp|kk|nip|paspor)\.?[ .:\-]{0,3}$", re.IGNORECASE)
_LOOK_BACK_CHARS = 40
_MOBILE = ("08", "628", "6208", "00628", "006208")
_BY_LENGTH = {16: "[NIK]", 18: "[NIP]"}
_PASSPORT = re.compile(r"(?i:paspor|passport)(?: (?:no|nomor))?[ .:]{0,3}([A-Za-z] ?\d{6,8})\b")


def find_numbers(text: str, small: str, shape: bytes) -> list[Span]:
    """Return the runs of digits that identify somebody, with their mark."""
    if not _RUN_SHAPE.search(shape) and "+" not in text:
        return []
    result: list[Span] = []
    for match in _RUN.finditer(text):
        start, end = match.span()
        if end - start < _MIN_DIGITS:
            continue
        before = text[max(0, start - _LOOK_BACK_CHARS) : start]
        run = match.group()
        if run[0] in "28" and (zero := _O_BEFORE.search(before)):
            run, start = zero.group() + run, start - len(zero.group())
            before = before[: zero.start()]
        if mark := _mark_of(run, before):
            result.append((start, end, mark))
    if "paspor" in small or "passport" in small:
        result += [(m.start(1), m.end(1), "[PASPOR]") for m in _PASSPORT.finditer(text)]
    return result


def _mark_of(run: str, before: str) -> str | None:
    has_plus = run.startswith("+")
    digits = _NOT_DIGIT.sub("", run.replace("O", "0").replace("o", "0"))
    size = len(digits)
    if size < _MIN_DIGITS:
        return None
    if not has_plus and _is_no_identity(run, before):
        return None
    if _is_phone(digits, before, has_plus=has_plus):
        return "[TELEPON]"
    if _ACCOUNT_BEFORE.search(before):
        return "[REKENING]"
    if _YEARS.fullmatch(run):
        return None
    if mark := _BY_LENGTH.get(size):
        return mark
    if size in {32, 48} and not has_plus:
        return "[NIK]"  # of a family, one behind the other
    if digits.startswith("0") and 9 <= size <= 12:
        return "[TELEPON]"
    if size >= 10 and max(map(len, _GROUP.findall(run))) >= 4:
        return "[NOMOR]"
    return "[NOMOR]" if size >= 10 and _NUMBER_BEFORE.search(before) else None


def _is_no_identity(run: str, before: str) -> bool:
    if _AMOUNT.fullmatch(run) or _DATE.fullmatch(run):
        return True
    return _RUPIAH_BEFORE.search(before) is not None


def _is_phone(digits: str, before: str, *, has_plus: bool) -> bool:
    size = len(digits)
    if digits.startswith(_MOBILE) and 9 <= size <= 17:
        return size != 16 or not _NUMBER_BEFORE.search(before)
    if has_plus and 9 <= size <= 15:
        return True
    return 7 <= size <= 15 and _PHONE_BEFORE.search(before) is not None
