"""The one place where the classifier and the rules meet: complaints in, dispositions out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from classifier.artifacts import Manifest
from classifier.calibration import choose_threshold
from classifier.masking import mask
from classifier.predict import Model, Predictions
from rules.ruleset import RuleSet
from service.answer import dispositions_of
from service.clock import Clock
from service.complaint import Complaint, InputError
from service.confidence import read_confidence
from service.disposition import Disposition, Versions
from service.evidence import Evidence
from service.life.law import RulesLaw, law_of
from service.weighed import Weighed, weigh_all

_LONGEST_CASE = timedelta(days=200)  # 60 working days and the longest holidays end well before
_NEVER = 1.01  # no probability reaches it


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What the operator decides.

    Attributes
    ----------
    auto : bool
        Whether clear dispositions go out by themselves.
    tolerated_error : float
        Share of automatic dispositions with a wrong category or agency that is accepted, 0 to 1.
    audit_share : float
        Share of the automatic ones that is checked afterwards, 0 to 1.
    home : str or None
        Region of a regional desk, used where neither text nor hint names a place.
    """

    auto: bool = True
    tolerated_error: float = 0.05
    audit_share: float = 0.02
    home: str | None = None


class Scorer:
    """Scores complaints with one model and one rule set.

    Parameters
    ----------
    model : Model
    manifest : Manifest
        Of the model; it tells how sure an agency is, and its risk curve gives the threshold.
    ruleset : RuleSet
    policy : Policy, optional
    """

    def __init__(
        self, *, model: Model, manifest: Manifest, ruleset: RuleSet, policy: Policy | None = None
    ) -> None:
        self.model, self.manifest, self.ruleset = model, manifest, ruleset
        self.policy = policy or Policy()
        if self.policy.home is not None:
            _known_region(ruleset, self.policy.home)
        self.evidence = Evidence(manifest.data.get("levels_by_topic", {}))
        self.confidence = read_confidence(manifest.confidence)
        chosen = choose_threshold(manifest.risk, tolerated_error=self.policy.tolerated_error)
        self.threshold = _NEVER if chosen is None else chosen
        self.versions: Versions = {
            "model": manifest.id,
            "rules": ruleset.version,
            "calendar": ruleset.calendar.version,
        }

    def stopped(self) -> Scorer:
        """Return the same scorer with the stop button pressed: everything goes to a person."""
        other = copy(self)
        other.policy = replace(self.policy, auto=False)
        return other

    def check(self, complaint: Complaint) -> None:
        """Refuse what no rule can answer.

        Raises
        ------
        InputError
            If the region does not exist, or no regulation or calendar covers the day.
        """
        if complaint.region is not None:
            _known_region(self.ruleset, complaint.region)
        if complaint.received_at is not None:
            self._check_moment(complaint.received_at)

    def _check_moment(self, moment: datetime) -> None:
        first = self.ruleset.regulations.first_day
        last = self.ruleset.calendar.last - _LONGEST_CASE
        # A zone may move the day by one; years 1 and 9999 have no day beside them.
        if not first < moment.date() < last:
            problem = f"expected a day between {first} and {last}, got {moment.date()}"
            raise InputError(field="received_at", problem=problem)

    def law(self, answer: Disposition, received_at: datetime) -> RulesLaw:
        """Return the rules for what a person decides about a complaint."""
        return law_of(self.ruleset, answer["sla"]["starts_on"], received_at)

    def score(
        self,
        complaints: Sequence[Complaint],
        *,
        today: date,
        received_on: date | None = None,
        assume_now: datetime | None = None,
        home: str | None = None,
        earlier: Sequence[Mapping[str | None, str]] = (),
    ) -> list[Disposition]:
        """Return one disposition for each complaint, in order.

        Parameters
        ----------
        complaints : sequence of Complaint
            Each has passed ``check``.
        today : date
            Day whose rules count for a complaint without a moment of receipt.
        received_on : date, optional
            Day of receipt of such complaints; without it they get no deadline.
        assume_now : datetime, optional
            Moment of receipt of such complaints; the answer says that it was assumed.
        home : str, optional
            Overrides the policy's.
        earlier : sequence of mapping, optional
            For each complaint: what it nearly repeats, by region.
        """
        weighed = self.weigh(
            complaints,
            today=today,
            received_on=received_on,
            assume_now=assume_now,
            home=home,
            earlier=earlier,
        )
        return list(dispositions_of(weighed))

    def answers(
        self,
        complaints: Sequence[Complaint],
        *,
        today: date,
        received_on: date | None = None,
        home: str | None = None,
        explained: bool = True,
    ) -> Iterator[Disposition]:
        """Give one disposition for each complaint, in order, each when it is asked for.

        Who uses up an answer before the next one is made finds it in the processor's caches.

        Parameters
        ----------
        complaints, today, received_on, home
            See ``score``.
        explained : bool, default=True
            Whether the answers say which words, cues and rows decided.
        """
        weighed = self.weigh(complaints, today=today, received_on=received_on, home=home)
        return dispositions_of(weighed, with_reasons=explained)

    def weigh(
        self,
        complaints: Sequence[Complaint],
        *,
        today: date,
        received_on: date | None = None,
        assume_now: datetime | None = None,
        home: str | None = None,
        earlier: Sequence[Mapping[str | None, str]] = (),
    ) -> list[Weighed]:
        """Return all that is known of each complaint before it is answered; see ``score``."""
        if not complaints:
            return []
        masked = [mask(complaint.text) for complaint in complaints]
        return weigh_all(
            self,
            complaints,
            self.model.predict_masked(masked),
            masked,
            [Clock.of(c, today, received_on, assume_now) for c in complaints],
            home=home or self.policy.home,
            earlier=earlier,
        )

    def decide(
        self, complaints: Sequence[Complaint], predictions: Predictions, *, today: date
    ) -> list[Disposition]:
        """Return dispositions for predictions that were made elsewhere, as for held-out texts.

        Parameters
        ----------
        predictions : Predictions
            One for each complaint; without features the answers name no deciding words.
        today : date
            Day whose rules count.
        """
        weighed = weigh_all(
            self,
            complaints,
            predictions,
            [mask(complaint.text) for complaint in complaints],
            [Clock.of(complaint, today, None, None) for complaint in complaints],
            home=self.policy.home,
        )
        return list(dispositions_of(weighed))


def _known_region(ruleset: RuleSet, code: str) -> None:
    region = ruleset.regions.get(code)
    if region is None or region.kind == "district":
        problem = "expected the Kemendagri code of a province, regency or city such as 32.04"
        raise InputError(field="region", problem=f"{problem}, got an unknown one")
