"""Personal data out: before anything is stored, logged, exported or trained on."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

FILLER = "\x1a"  # SUBSTITUTE: stands for a masked character where offsets must stay

_DIGITS = re.compile(r"(?<!\d)\+?\d(?:[ .\-]{0,2}\d){6,24}")
_AMOUNT = re.compile(r"\d{1,3}(?:\.\d{3})+(?!\d)")
_RUPIAH_BEFORE = re.compile(r"(?:rp|idr)\.?\s*$", re.IGNORECASE)
_ACCOUNT_BEFORE = re.compile(
    r"(?:rek(?:ening)?|norek|bri|bca|bni|mandiri|bsi|btn)\.?(?:\s+(?:no|nomor))?[ .:\-]*$",
    re.IGNORECASE,
)
_EMAIL = re.compile(r"[\w.+\-]{1,64}@[\w\-]{1,63}(?:\.[\w\-]{1,63}){1,4}")
_HANDLE = re.compile(r"@\w{3,30}")
_PLATE = re.compile(
    r"(?<![A-Za-z0-9])(?:AA|AB|AD|AE|AG|BA|BB|BD|BE|BG|BH|BK|BL|BM|BN|BP|DA|DB|DC|DD|DE|DG|DH|DK|DL"
    r"|DM|DN|DR|DS|DT|DW|EA|EB|ED|KB|KH|KT|KU|PA|PB|PG|PS|[ABDEFGHKLMNPRSTWZ])"
    r"[ -]?\d{2,4}[ -]?[A-Z]{1,3}(?![A-Za-z0-9])"
)
_PLATE_CUE = re.compile(
    r"(?:plat|nopol|nomor polisi|no\.? pol)(?: nomor| no)?[ .:]*"
    r"([a-z]{1,2} ?\d{1,4} ?[a-z]{1,3})\b",
    re.IGNORECASE,
)
# A name is up to four capitalised words (PDAM and PT are none); in lower case only after a colon.
_CAPITALISED = r"[A-Z][a-z'’]+(?: [A-Z](?:[a-z'’]+|\.?(?![\w'’]))){0,3}"
_NAME_SURE = re.compile(
    r"\b(?i:nama(?: saya| lengkap| pelapor| anak| istri| suami| ibu| bapak)?(?: adalah)?|a\.?n\.?"
    r"|atas nama|perkenalkan(?: saya)?)(?:(?: ?: ?| )(?P<name>"
    + _CAPITALISED
    + r")| ?: ?(?P<lower>[a-z]{3,}(?: [a-z]{3,})?))"
)
_NAME_TITLE = re.compile(
    r"\b(?:[Bb]pk\.?|[Bb]apak|[Pp]ak|[Ii]bu|[Bb]u|[Ss]dri?\.?|[Ss]audara|[Ss]audari|[Hh]j\.) "
    r"(?P<name>" + _CAPITALISED + r")"
)
# Words after a title that name an office, a relation or a greeting, never a private person.
_OFFICE = re.compile(
    r"(?:Lurah|Camat|Bupati|Wali|Walikota|Gubernur|Presiden|Wakil|Menteri|Kades|Kepala|Kapolres|"
    r"Kapolsek|Kapolri|Kapolda|RT|RW|Ketua|Dirut|Direktur|Kadis|Kadus|Polisi|Guru|Dokter|Sekda|"
    r"Dan|Yang|Yth|Saya|Kami|Kita|Ibu|Bapak|Tolong|Mohon|Admin|Pimpinan|Hakim|Jaksa|Dinas|Kasi|"
    r"Kota|Kabupaten|Hamil|Rumah|Di|Ke|Dari|Untuk|Selamat|Apakah|Kapan|Sekolah|Carik|Sekdes|PKK|Sudah|Anak|Haji|Dukuh|Almarhum|Pelapor|Program|Desa|Jalan|"
    r"Indonesia|Pemerintah|Salam|Dosen|Pendeta|Ustad|Kiai|Danramil|Babinsa|Bhabin)\b"
)
_YEARS = re.compile(r"(?:19|20)\d\d(?:[ .\-]{1,2}(?:19|20)\d\d)+")
_KINDS_BY_LENGTH = {16: "NIK", 18: "NIP"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Masked:
    """A text without personal data, and the way from the sent text's offsets to its own.

    Attributes
    ----------
    text : str
        Masked parts stand as ``[NIK]``, ``[TELEPON]``, ``[NAMA]`` and so on.
    blanked : str
        Masked parts are overwritten by ``FILLER``, so that every offset is that of the sent text.
        This is what the classifier reads.
    spans : tuple of (int, int, str)
        What was masked in the text as sent: start, end, mark; in order, without overlap.
    """

    text: str
    blanked: str
    spans: tuple[tuple[int, int, str], ...]

    def remap(self, start: int, end: int) -> tuple[int, int] | None:
        """Return the span in the masked text, or None where it touches a masked part."""
        if not self.spans:
            return start, end
        i = bisect_right(self.spans, (start, start, "\U0010ffff")) - 1
        if i >= 0 and self.spans[i][1] > start:
            return None
        if i + 1 < len(self.spans) and self.spans[i + 1][0] < end:
            return None
        shift = sum(len(mark) - (stop - begin) for begin, stop, mark in self.spans[: i + 1])
        return start + shift, end + shift


def mask(text: str) -> Masked:
    """Return the text without personal data.

    Examples
    --------
    >>> mask("Hubungi saya di 0812-3456-7890").text
    'Hubungi saya di [TELEPON]'
    """
    spans = find_personal(text)
    if not spans:
        return Masked(text=text, blanked=text, spans=())
    masked: list[str] = []
    blanked: list[str] = []
    done = 0
    for start, end, mark in spans:
        kept = text[done:start]
        masked += (kept, mark)
        blanked += (kept, FILLER * (end - start))
        done = end
    rest = text[done:]
    return Masked(text="".join([*masked, rest]), blanked="".join([*blanked, rest]), spans=spans)


def find_personal(text: str) -> tuple[tuple[int, int, str], ...]:
    """Return what must not be kept: start, end and the mark that replaces it, in order.

    Each search sees the text without what the ones before it found, so that masking a masked
    text finds nothing more.
    """
    found: list[tuple[int, int, str]] = []
    for search in (_addresses, _numbers, _plates, _names):
        if spans := search(text):
            found += spans
            for start, end, _ in spans:
                text = f"{text[:start]}{FILLER * (end - start)}{text[end:]}"
    found.sort()
    return tuple(found)


def _addresses(text: str) -> list[tuple[int, int, str]]:
    if "@" not in text:
        return []
    found = [(m.start(), m.end(), "[EMAIL]") for m in _EMAIL.finditer(text)]
    found += [(m.start(), m.end(), "[AKUN]") for m in _HANDLE.finditer(text)]
    return _apart(found)


def _plates(text: str) -> list[tuple[int, int, str]]:
    found = [(m.start(), m.end(), "[PLAT]") for m in _PLATE.finditer(text)]
    found += [(m.start(1), m.end(1), "[PLAT]") for m in _PLATE_CUE.finditer(text)]
    return _apart(found)


def _names(text: str) -> list[tuple[int, int, str]]:
    found: list[tuple[int, int, str]] = []
    for pattern in (_NAME_SURE, _NAME_TITLE):
        for match in pattern.finditer(text):
            group = match.lastgroup or "name"
            if not _OFFICE.match(match[group]):
                found.append((match.start(group), match.end(group), "[NAMA]"))
    return _apart(found)


def _apart(found: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """Join spans that overlap."""
    found.sort()
    joined = found[:1]
    for start, end, mark in found[1:]:
        if start >= joined[-1][1]:
            joined.append((start, end, mark))
        elif end > joined[-1][1]:
            joined[-1] = (joined[-1][0], end, mark)
    return joined


def _numbers(text: str) -> list[tuple[int, int, str]]:
    """Return runs of digits that identify somebody, with their mark."""
    result: list[tuple[int, int, str]] = []
    for match in _DIGITS.finditer(text):
        run = match.group()
        digits = "".join(filter(str.isdigit, run))
        before = text[max(0, match.start() - 24) : match.start()]
        if _AMOUNT.fullmatch(run) or _RUPIAH_BEFORE.search(before):
            continue
        if digits.startswith(("08", "628")) and 9 <= len(digits) <= 15:
            mark = "[TELEPON]"
        elif _ACCOUNT_BEFORE.search(before):
            mark = "[REKENING]"
        elif _YEARS.fullmatch(run):
            continue
        elif kind := _KINDS_BY_LENGTH.get(len(digits)):
            mark = f"[{kind}]"
        elif digits.startswith("0") and 9 <= len(digits) <= 12:
            mark = "[TELEPON]"
        elif len(digits) >= 10:
            mark = "[NOMOR]"
        else:
            continue
        result.append((match.start(), match.end(), mark))
    return result
