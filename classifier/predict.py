"""What the model says of complaints: calibrated probabilities."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classifier.calibration import Calibration
from classifier.features import Vocabulary
from classifier.heads import LinearHeads
from classifier.masking import Masked, mask

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Predictions:
    """Calibrated answers to the five questions, for many complaints.

    Attributes
    ----------
    kind : ndarray of shape (n, 4)
        Columns as in ``labels.KINDS``.
    misconduct, inspection : ndarray of shape (n,)
        Probability of yes.
    topic : ndarray of shape (n, 52)
        Columns as in ``labels.TOPICS``.
    level : ndarray of shape (n, 3)
        Columns as in ``labels.LEVELS``.
    matrix : sparse array of shape (n, n_columns) or None
        The features, for explanations; None where only the answers were kept.
    """

    kind: Floats
    misconduct: Floats
    inspection: Floats
    topic: Floats
    level: Floats
    matrix: Any = None

    def __len__(self) -> int:
        return len(self.misconduct)

    def rounded(self) -> Predictions:
        """Return the answers with 4 decimals, as they are shown and meet thresholds."""
        return Predictions(
            kind=self.kind.round(4),
            misconduct=self.misconduct.round(4),
            inspection=self.inspection.round(4),
            topic=self.topic.round(4),
            level=self.level.round(4),
            matrix=self.matrix,
        )

    def rows(self, rows: NDArray[np.int64]) -> Predictions:
        """Return the answers of some complaints, without their features."""
        return Predictions(
            kind=self.kind[rows],
            misconduct=self.misconduct[rows],
            inspection=self.inspection[rows],
            topic=self.topic[rows],
            level=self.level[rows],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """A trained classifier; holds arrays and strings only.

    Attributes
    ----------
    vocabulary : Vocabulary
    heads : LinearHeads
    calibration : Calibration
    misconduct_threshold : float
        From this probability on a suspected misconduct goes to a person.
    """

    vocabulary: Vocabulary
    heads: LinearHeads
    calibration: Calibration
    misconduct_threshold: float

    def predict(self, texts: Sequence[str]) -> Predictions:
        """Return the answers for complaints, each given as title, line feed and body."""
        return self.predict_masked([mask(text) for text in texts])

    def predict_masked(self, texts: Sequence[Masked]) -> Predictions:
        """Return the answers for texts whose personal data has been found already."""
        matrix = self.vocabulary.matrix([text.blanked for text in texts])
        chances = self.calibration.probabilities(self.heads.scores(matrix))
        return Predictions(**chances, matrix=matrix)
