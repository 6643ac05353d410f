"""A text on its way to the decision, every step shown; nothing is stored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from classifier.labels import KINDS, LEVELS, TOPICS
from classifier.masking import mask
from service.answer import dispositions_of
from service.chances import category_table
from service.complaint import Complaint
from service.desk.marks import Piece, pieces_of
from service.disposition import Disposition
from service.store.kept import keep

_MOST_TOPICS = 6
_MOST_BODIES = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicStep:
    """A topic by the model alone, with the cues, and with the reporter's own category."""

    code: str
    by_words: float
    with_cues: float


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyStep:
    """A body that may have to answer: the likeliest way to it, and all ways together."""

    code: str | None
    level: str
    unit: str | None
    topic: str
    chance: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """Every step from a text to its decision.

    Attributes
    ----------
    judul, isi : sequence of Piece
        The masked text with the marks of what counted.
    masked : sequence of str
        What was masked, by its marks such as ``[NIK]``.
    answer : Disposition
        The whole answer, over the masked text.
    cues : sequence of (str, str)
        Code of each cue, and the words in which it was found.
    kinds, levels, classes : sequence of (str, float)
        Chances by code: of the heads, and of the follow-up classes.
    misconduct, inspection : float
        Chances of yes.
    topics : sequence of TopicStep
        Likeliest first.
    bodies : sequence of BodyStep
        Likeliest first.
    threshold : float
        From this certainty of class and body on an answer goes out by itself; above 1 none does.
    sureness : float
        How sure the proposed body is.
    """

    judul: Sequence[Piece]
    isi: Sequence[Piece]
    masked: Sequence[str]
    answer: Disposition
    cues: Sequence[tuple[str, str]]
    kinds: Sequence[tuple[str, float]]
    levels: Sequence[tuple[str, float]]
    classes: Sequence[tuple[str, float]]
    misconduct: float
    inspection: float
    topics: Sequence[TopicStep]
    bodies: Sequence[BodyStep]
    threshold: float
    sureness: float


def try_text(scorer: Any, complaint: Complaint, *, now: datetime) -> Trial:
    """Return the way of a complaint that comes now.

    Parameters
    ----------
    scorer : Scorer
    complaint : Complaint
        Has passed ``scorer.check``.
    now : datetime
        Taken as the moment of receipt.
    """
    [weighed] = scorer.weigh([complaint], today=now.date(), assume_now=now)
    kept = keep(complaint)
    [answered] = dispositions_of([weighed])
    answer = kept.move(answered)
    row, predictions = weighed.row, weighed.predictions
    by_words, with_cues = predictions.topic[row], weighed.topic_chances
    order = sorted(range(len(TOPICS)), key=lambda i: (-with_cues[i], -by_words[i]))
    codes, table = category_table(weighed.day)
    classes = (predictions.outcomes()[row] @ table).tolist()
    found = mask(complaint.text)
    return Trial(
        judul=pieces_of(kept.complaint.judul, "judul", answer),
        isi=pieces_of(kept.complaint.isi, "isi", answer),
        masked=[mark for _, _, mark in found.spans],
        answer=answer,
        cues=[(cue["code"], cue["text"]) for cue in answer["explanation"]["cues"]],
        kinds=_ordered(KINDS, predictions.kind[row].tolist()),
        levels=_ordered(LEVELS, predictions.level[row].tolist()),
        classes=_ordered(codes, classes),
        misconduct=weighed.misconduct,
        inspection=weighed.inspection,
        topics=[
            TopicStep(code=TOPICS[i], by_words=float(by_words[i]), with_cues=float(with_cues[i]))
            for i in order[:_MOST_TOPICS]
        ],
        bodies=[
            BodyStep(
                code=one.route.agency,
                level=one.route.level,
                unit=one.route.unit,
                topic=one.topic,
                chance=min(one.total, 1.0),
            )
            for one in weighed.candidates[:_MOST_BODIES]
        ],
        threshold=scorer.threshold,
        sureness=answer["agency"]["probability"],
    )


def _ordered(codes: Sequence[str], chances: Sequence[float]) -> list[tuple[str, float]]:
    return sorted(zip(codes, chances, strict=True), key=lambda pair: -pair[1])
