"""What model and rules together say of complaints that neither the model nor a copy has seen.

The rules are the ones in use: people wrote them, so they are not left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from classifier.calibration import RiskPoint, choose_threshold
from classifier.predict import Predictions
from classifier.robustness import changed_shares
from classifier.train import TrainConfig, train
from rules.ruleset import RuleSet
from service.chances import categories_of
from service.checks import check_answers
from service.complaint import Complaint
from service.disposition import AgencyOut, Disposition
from service.end_to_end import measure_end_to_end, unmeasured
from service.evidence import levels_by_topic
from service.parts import Part
from service.public_words import public_words
from service.scoring import Policy, Scorer

TOLERATED = (0.02, 0.05, 0.1)
AMONG = 3
_REGIONAL = ("PROV", "KABKOTA")
_NEVER = 1.01  # no probability reaches it


@dataclass(frozen=True, slots=True, kw_only=True)
class PartAnswers:
    """Answers to one part, row by row.

    Attributes
    ----------
    name : str
    frame : DataFrame
        The complaints with their labels; see ``dataset.read_examples``.
    predictions : Predictions
        Of the classifier alone.
    checks : DataFrame
        As from ``check_answers``; besides ``among``, whether the right body is one of three, and
        ``lapor``, LAPOR!'s label.
    flags : tuple of frozenset of str
        Codes, for each complaint.
    thresholds : dict of float to float
        For each tolerated error the chance that an automatic answer needs.
    misconduct_threshold : float
    yes_from : mapping of str to float
        See ``Model``.
    risk : tuple of RiskPoint
        Measured in the training part.
    changed : dict of str to float
        For each way of writing in ``robustness.BARS`` the share of complaints whose class changes.
    """

    name: str
    frame: pd.DataFrame
    predictions: Predictions
    checks: pd.DataFrame
    flags: tuple[frozenset[str], ...]
    thresholds: dict[float, float]
    misconduct_threshold: float
    yes_from: Mapping[str, float]
    risk: tuple[RiskPoint, ...]
    changed: dict[str, float]

    def only(self, rows: NDArray[np.bool_]) -> PartAnswers:
        """Return the answers to some of the complaints."""
        at = np.flatnonzero(rows)
        return replace(
            self,
            frame=self.frame.iloc[at].reset_index(drop=True),
            predictions=self.predictions.rows(at),
            checks=self.checks.iloc[at].reset_index(drop=True),
            flags=tuple(self.flags[i] for i in at),
        )

    @property
    def sureness(self) -> NDArray[np.float64]:
        """Chance that class and body are right, by the weaker of the two; shape (n,)."""
        chances = self.checks[["category_chance", "chance"]].to_numpy(dtype=np.float64)
        return np.asarray(chances.min(axis=1))

    def automatic(self, threshold: float) -> NDArray[np.bool_]:
        """Return which answers would go out by themselves."""
        clear = self.checks["clear"].to_numpy(dtype=np.bool_)
        return np.asarray(clear & (self.sureness >= threshold))

    @property
    def right(self) -> NDArray[np.bool_]:
        """Whether class and body are both right; a body without a label counts as right."""
        body = self.checks["agency"] | ~self.checks["known"]
        return np.asarray(self.checks["category"] & body, dtype=np.bool_)


def answer_part(
    frame: pd.DataFrame,
    part: Part,
    ruleset: RuleSet,
    *,
    today: date,
    config: TrainConfig | None = None,
) -> PartAnswers:
    """Train on the rest and return what model and rules say of the part.

    Parameters
    ----------
    frame : DataFrame
        As from ``dataset.read_examples``.
    today : date
        Day whose rules count.

    Raises
    ------
    DatasetError
        If too little is left to train on.
    """
    config = config or TrainConfig()
    rest = frame[part.learned].reset_index(drop=True)
    trained = train(rest, config, public_words=public_words(ruleset))
    measured = measure_end_to_end(trained, rest, ruleset, today=today, config=config)
    manifest = replace(
        unmeasured(levels_by_topic(rest["topic"], rest["level"])),
        category_weights=measured.category_weights,
        confidence=asdict(measured.confidence),
        risk=tuple(measured.risk),
    )
    scorer = Scorer(
        model=trained.model, manifest=manifest, ruleset=ruleset, policy=Policy(audit_share=0)
    )
    tested = frame[part.tested].reset_index(drop=True)
    texts = list(tested["text"])
    answers = scorer.score([Complaint(isi=text) for text in texts], today=today)
    checks = check_answers(tested, answers, scorer=scorer, today=today)
    chosen = {e: choose_threshold(measured.risk, tolerated_error=e) for e in TOLERATED}
    predictions = trained.model.predict(texts)
    day = ruleset.on(today)

    def classes(texts: Sequence[str]) -> list[str]:
        outcomes = trained.model.predict(texts).rounded().outcomes()
        return [code for code, _ in categories_of(day, outcomes, measured.category_weights)]

    return PartAnswers(
        name=part.name,
        frame=tested,
        predictions=predictions.rows(np.arange(len(texts))),
        checks=checks.assign(
            among=among_three(tested["agency"], answers),
            lapor=[answer["lapor_classification"] for answer in answers],
        ),
        flags=tuple(frozenset(flag["code"] for flag in answer["flags"]) for answer in answers),
        thresholds={error: _NEVER if t is None else t for error, t in chosen.items()},
        misconduct_threshold=trained.model.misconduct_threshold,
        yes_from=trained.model.yes_from,
        risk=tuple(measured.risk),
        changed=changed_shares(texts, classes),
    )


def among_three(agencies: Iterable[Any], answers: Sequence[Disposition]) -> list[bool]:
    """Return whether the right body is the proposed one or one of the first two others.

    A regional government is right when its level is, so the places of one level count once.
    """
    bodies = [[answer["agency"], *answer["alternatives"]] for answer in answers]
    codes = [list(dict.fromkeys(_code(body) for body in row)) for row in bodies]
    return [agency in row[:AMONG] for agency, row in zip(agencies, codes, strict=True)]


def _code(body: AgencyOut) -> str | None:
    return body["level"] if body["level"] in _REGIONAL else body["code"]
