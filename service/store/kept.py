"""What is kept of a complaint: the masked text, and the answer with its spans moved to it.

The store takes only a ``KeptComplaint``, so no text reaches it unmasked.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from datetime import UTC
from typing import TypeVar

from classifier.masking import Masked, mask
from service.complaint import Complaint
from service.disposition import CueOut, Disposition, FieldSpan, TermOut

_Quoted = TypeVar("_Quoted", TermOut, CueOut)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptComplaint:
    """A complaint without personal data.

    Attributes
    ----------
    complaint : Complaint
        Every free text in it is masked.
    judul, isi : Masked
        The ways from the sent offsets of each field to the kept ones.
    """

    complaint: Complaint
    judul: Masked
    isi: Masked

    @property
    def sha256(self) -> str:
        """Hash of everything that is kept.

        Over the masked text on purpose: a hash over a text with a NIK would let anyone who holds
        the masked text find the NIK by trying.
        """
        return kept_sha256(self.complaint)

    @property
    def text_sha256(self) -> str:
        """Hash of the masked text, blanks normalised: what the audit chain covers of it."""
        return text_sha256(self.complaint.judul, self.complaint.isi)

    def move(self, disposition: Disposition) -> Disposition:
        """Return the disposition with every span over the kept text.

        What touches a masked part is left out, and every quotation is cut from the masked text.
        """
        explanation = disposition["explanation"]
        return {
            **disposition,
            "complaint_sha256": self.text_sha256,
            "region": {
                **disposition["region"],
                "evidence": [
                    moved
                    for span in disposition["region"]["evidence"]
                    if (moved := self._move_span(span)) is not None
                ],
            },
            "explanation": {
                **explanation,
                "terms": self._move_quoted(explanation["terms"]),
                "cues": self._move_quoted(explanation["cues"]),
            },
        }

    def _move_span(self, span: FieldSpan) -> FieldSpan | None:
        masked = self.judul if span["field"] == "judul" else self.isi
        moved = masked.remap(span["start"], span["end"])
        if moved is None:
            return None
        return {"field": span["field"], "start": moved[0], "end": moved[1]}

    def _move_quoted(self, quoted: list[_Quoted]) -> list[_Quoted]:
        result: list[_Quoted] = []
        for item in quoted:
            moved = self._move_span(item)
            if moved is None:
                continue
            masked = self.judul if moved["field"] == "judul" else self.isi
            text = masked.text[moved["start"] : moved["end"]]
            copy = item.copy()
            copy["start"], copy["end"], copy["text"] = moved["start"], moved["end"], text
            result.append(copy)
        return result


def kept_sha256(complaint: Complaint) -> str:
    """Return the hash of every field of a masked complaint."""
    values = asdict(complaint)
    moment = complaint.received_at
    values["received_at"] = moment.astimezone(UTC).isoformat() if moment else None
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()


def text_sha256(judul: str, isi: str) -> str:
    """Return the hash of a masked title and body, white space normalised."""
    return hashlib.sha256(" ".join(f"{judul}\n{isi}".split()).encode()).hexdigest()


def keep(complaint: Complaint) -> KeptComplaint:
    """Return what may be kept of the complaint."""
    judul, isi = _mask_fields(complaint)
    kept = replace(
        complaint,
        judul=judul.text,
        isi=isi.text,
        requested_agency=_mask_short(complaint.requested_agency),
        lapor_category=_mask_short(complaint.lapor_category),
        channel=_mask_short(complaint.channel),
    )
    return KeptComplaint(complaint=kept, judul=judul, isi=isi)


def _mask_short(text: str | None) -> str | None:
    return text if text is None else mask(text).text


def _mask_fields(complaint: Complaint) -> tuple[Masked, Masked]:
    """Return title and body, masked together: a cue in the title masks a number in the body."""
    if not complaint.judul:
        return mask(""), mask(complaint.isi)
    whole = mask(complaint.text)
    at = len(complaint.judul)
    seam = whole.remap(at, at + 1)
    if seam is None:  # one masked part runs over the line feed between them
        return mask(complaint.judul), mask(complaint.isi)
    judul = tuple(span for span in whole.spans if span[1] <= at)
    isi = tuple((s - at - 1, e - at - 1, token) for s, e, token in whole.spans if s > at)
    return (
        Masked(text=whole.text[: seam[0]], blanked=whole.blanked[:at], spans=judul),
        Masked(text=whole.text[seam[1] :], blanked=whole.blanked[at + 1 :], spans=isi),
    )
