"""What the model says of complaints: calibrated probabilities."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from classifier.calibration import CONDITIONAL, Calibration
from classifier.features import Features, Vocabulary
from classifier.heads import LinearHeads
from classifier.labels import HEADS, KINDS, YES_NO
from classifier.masking import Masked, mask

Floats = NDArray[np.float64]
_COMPLAINT = KINDS.index("complaint")
_CHANCES = (*HEADS, *CONDITIONAL)


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
    kind_otherwise : ndarray of shape (n, 4)
        Kind where no misconduct is alleged.
    inspection_alleged : ndarray of shape (n,)
        Inspection where misconduct is alleged.
    features : Features or None
        For explanations; None where only the answers were kept.
    """

    kind: Floats
    misconduct: Floats
    inspection: Floats
    topic: Floats
    level: Floats
    kind_otherwise: Floats
    inspection_alleged: Floats
    features: Features | None = None

    def __len__(self) -> int:
        return len(self.misconduct)

    def outcomes(self) -> Floats:
        """Return the joint chances of kind, misconduct and inspection, shape (n, 16).

        Alleged misconduct is always a complaint, and whether it must be examined on site is a
        question of its own; so the three are weighed as they hang together. Order: for each kind
        no misconduct without and with inspection, then misconduct without and with it.
        """
        m, s, alleged = self.misconduct, self.inspection, self.inspection_alleged
        joint = np.zeros((len(m), len(KINDS), 4))
        joint[:, :, 0] = self.kind_otherwise * ((1 - m) * (1 - s))[:, None]
        joint[:, :, 1] = self.kind_otherwise * ((1 - m) * s)[:, None]
        joint[:, _COMPLAINT, 2] = m * (1 - alleged)
        joint[:, _COMPLAINT, 3] = m * alleged
        return joint.reshape(len(m), -1)

    def rounded(self) -> Predictions:
        """Return the answers with 4 decimals, as they are shown and meet thresholds."""
        chances = {name: getattr(self, name).round(4) for name in _CHANCES}
        return Predictions(**chances, features=self.features)

    def rows(self, rows: NDArray[np.int64]) -> Predictions:
        """Return the answers of some complaints, without their features."""
        return Predictions(**{name: getattr(self, name)[rows] for name in _CHANCES})


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
    yes_from : mapping of str to float
        From which probability on the answer to a yes/no question is yes.
    """

    vocabulary: Vocabulary
    heads: LinearHeads
    calibration: Calibration
    misconduct_threshold: float
    yes_from: Mapping[str, float] = field(default_factory=lambda: dict.fromkeys(YES_NO, 0.5))

    def predict(self, texts: Sequence[str]) -> Predictions:
        """Return the answers for complaints, each given as title, line feed and body."""
        return self.predict_masked([mask(text) for text in texts])

    def predict_masked(self, texts: Sequence[Masked]) -> Predictions:
        """Return the answers for texts whose personal data has been found already."""
        features = self.vocabulary.features([text.blanked for text in texts])
        chances = self.calibration.probabilities(self.heads.scores(features))
        return Predictions(**chances, features=features)
