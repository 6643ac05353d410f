"""How good model and rules together are on complaints that neither the model nor a copy has seen.

Each part is left out in turn, with whatever nearly repeats it; a model is trained on the rest and
answers the part. The rules are the ones in use: people wrote them, so they are not left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from classifier.dataset import SEED_CORPUS, near_duplicate_groups
from classifier.evaluate import question_figures
from classifier.labels import HEADS
from classifier.train import TrainConfig, assign_folds, labels_of, train
from rules.ruleset import RuleSet
from service.checks import check_answers
from service.complaint import Complaint
from service.disposition import AgencyOut, Disposition
from service.evidence import levels_by_topic
from service.scoring import Policy, Scorer
from service.training import (
    category_macro_f1,
    measure_end_to_end,
    public_words,
    unmeasured,
)

_REGIONAL = ("PROV", "KABKOTA")
AMONG = 3
# Sources of real complaints that are left out whole, and the last year of the largest.
SOURCES = ("sp4n-kab-bandung", "surabaya-media-center", "purbalingga", "surabaya-sapawarga")
LAST_YEAR = ("sp4n-kab-bandung", "2024")
SEED_FIFTH = "seed fifth"
TOLERATED = (0.02, 0.05, 0.1)


@dataclass(frozen=True, slots=True, kw_only=True)
class PartResult:
    """What came of one part.

    Attributes
    ----------
    name : str
    rows, judged : int
        Complaints of the part, and those whose level is labelled.
    level, agency, among_three : float
        Shares of the judged ones, 0 to 1. A regional government is right when its level is; the
        last one counts the proposed body and the first two other ones.
    emergencies, emergencies_found : int
        Complaints that describe an emergency, and those of them that are flagged.
    others, others_flagged : int
        The same of all other complaints.
    out_of_scope, out_of_scope_right : int
        Complaints flagged as no public service, and those of them that are none.
    category, category_macro_f1 : float
        Of the proposed class.
    automatic : tuple of (float, int, int)
        For each tolerated error how many would go out by themselves, and how many wrongly.
    questions : dict
        See ``classifier.evaluate.question_figures``.
    """

    name: str
    rows: int
    judged: int
    level: float
    agency: float
    among_three: float
    emergencies: int
    emergencies_found: int
    others: int
    others_flagged: int
    out_of_scope: int
    out_of_scope_right: int
    category: float
    category_macro_f1: float
    automatic: tuple[tuple[float, int, int], ...] = ()
    questions: dict[str, float] = field(default_factory=dict)


def parts_of(frame: pd.DataFrame) -> Iterator[tuple[str, NDArray[np.bool_]]]:
    """Yield the parts that the frame has, each with its name and its rows."""
    source = frame["source"].to_numpy(dtype=object)
    received = frame["received_on"].fillna("").astype(str)
    for name in SOURCES:
        if (source == name).any():
            yield name, source == name
    name, year = LAST_YEAR
    last = (source == name) & received.str.startswith(year).to_numpy()
    if last.any():
        yield f"{name} {year}", last
    seed = source == SEED_CORPUS.stem
    if seed.any():
        groups = near_duplicate_groups(list(frame["text"]))
        yield SEED_FIFTH, seed & (assign_folds(groups, n_folds=5, seed=0) == 0)


def evaluate_part(
    frame: pd.DataFrame,
    left_out: NDArray[np.bool_],
    ruleset: RuleSet,
    *,
    name: str,
    today: date,
    config: TrainConfig | None = None,
) -> PartResult:
    """Train on all other complaints and return what model and rules say of the part.

    Parameters
    ----------
    frame : DataFrame
        As from ``dataset.read_examples``.
    left_out : ndarray of bool, shape (n,)
        The part; near-duplicates of it are taken out of the training as well.
    today : date
        Day whose rules count.

    Raises
    ------
    DatasetError
        If too little is left to train on.
    """
    groups = near_duplicate_groups(list(frame["text"]))
    inside = ~left_out & ~np.isin(groups, groups[left_out])
    rest = frame[inside].reset_index(drop=True)
    config = config or TrainConfig()
    trained = train(rest, config, public_words=public_words(ruleset))
    measured = measure_end_to_end(trained, rest, ruleset, today=today, config=config)
    manifest = replace(
        unmeasured(levels_by_topic(rest["topic"], rest["level"])),
        category_weights=measured.category_weights,
        confidence=asdict(measured.confidence),
        risk=tuple(measured.risk),
    )
    part = frame[left_out]
    complaints = [Complaint(isi=text) for text in part["text"]]
    scorers = {
        error: Scorer(
            model=trained.model,
            manifest=manifest,
            ruleset=ruleset,
            policy=Policy(audit_share=0, tolerated_error=error),
        )
        for error in TOLERATED
    }
    answers = {error: scorer.score(complaints, today=today) for error, scorer in scorers.items()}
    checks = check_answers(part, answers[TOLERATED[0]], scorer=scorers[TOLERATED[0]], today=today)
    wrong = ~(checks["category"] & checks["agency"]) & checks["known"]
    automatic = []
    for error, found in answers.items():
        goes = np.array([answer["decision"] == "auto" for answer in found])
        automatic.append((error, int(goes.sum()), int((goes & wrong).sum())))
    predictions = trained.model.predict(list(part["text"]))
    return replace(
        judge(name, part, answers[TOLERATED[0]]),
        category=round(float(checks["category"][checks["labelled"]].mean()), 4),
        category_macro_f1=category_macro_f1(checks[checks["labelled"]]),
        automatic=tuple(automatic),
        questions=question_figures(predictions, labels_of(part)),
    )


def judge(name: str, part: pd.DataFrame, answers: Sequence[Disposition]) -> PartResult:
    """Compare answers with the labels of their complaints."""
    checks = pd.DataFrame(
        [_check(row, answer) for row, answer in zip(part.to_dict("records"), answers, strict=True)]
    )
    known = checks[checks["known"]]
    urgent, calm = checks[checks["urgent"]], checks[checks["calm"]]
    told = checks[checks["told"]]
    return PartResult(
        name=name,
        rows=len(checks),
        judged=len(known),
        level=_share(known["level"]),
        agency=_share(known["agency"]),
        among_three=_share(known["among"]),
        emergencies=len(urgent),
        emergencies_found=int(urgent["emergency"].sum()),
        others=len(calm),
        others_flagged=int(calm["emergency"].sum()),
        out_of_scope=int(told["outside"].sum()),
        out_of_scope_right=int((told["outside"] & ~told["in_scope"]).sum()),
        category=0.0,
        category_macro_f1=0.0,
    )


def _check(row: dict[Any, Any], answer: Disposition) -> dict[str, bool]:
    bodies = [answer["agency"], *answer["alternatives"]]
    codes = list(dict.fromkeys(_code(body) for body in bodies))
    flags = {flag["code"] for flag in answer["flags"]}
    return {
        "known": row["level"] is not None,
        "level": answer["agency"]["level"] == row["level"],
        "agency": codes[0] == row["agency"],
        "among": row["agency"] in codes[:AMONG],
        "urgent": row["emergency"] is True,
        "calm": row["emergency"] is False,
        "emergency": "emergency" in flags,
        "told": row["in_scope"] is not None,
        "in_scope": row["in_scope"] is not False,
        "outside": "out_of_scope" in flags,
    }


def _code(body: AgencyOut) -> str | None:
    return body["level"] if body["level"] in _REGIONAL else body["code"]


def _share(values: Any) -> float:
    return round(float(np.mean(values)), 4) if len(values) else 0.0


def describe(results: Sequence[PartResult]) -> str:
    """Return tables of the parts: class and questions, calibration, level and agency, automatic."""
    lines = [f"{'left out':<28}" + "".join(f"{head:>13}" for head, _ in _COLUMNS)]
    rows = {found.name: [get(found) for _, get in _COLUMNS] for found in results}
    lines += [_row(name, values) for name, values in rows.items()]
    real = [values for name, values in rows.items() if name != SEED_FIFTH]
    if real:
        lines.append(_row("mean of the real parts", np.mean(real, axis=0).tolist()))
    lines += ["", "automatic (and wrong) at a tolerated error of:"]
    for found in results:
        cells = (f"{error:.0%}: {n:>5} ({bad})" for error, n, bad in found.automatic)
        lines.append(f"{found.name:<28}" + "   ".join(cells))
    once = [found for found in results if found.name != " ".join(LAST_YEAR)]
    return "\n".join([*lines, "", _flags(once)])


def _question(name: str) -> Callable[[PartResult], float]:
    return lambda found: found.questions.get(name, 0.0)


_COLUMNS: tuple[tuple[str, Callable[[PartResult], float]], ...] = (
    ("rows", lambda found: found.rows),
    ("class", lambda found: found.category),
    ("class F1", lambda found: found.category_macro_f1),
    ("topic", _question("topic_accuracy")),
    ("topic F1", _question("topic_macro_f1")),
    ("misc. recall", _question("misconduct_recall")),
    ("misc. F1", _question("misconduct_macro_f1")),
    ("insp. F1", _question("inspection_macro_f1")),
    *((f"{head[:5]} ECE", _question(f"{head}_ece")) for head in HEADS),
    ("level", lambda found: found.level),
    ("agency", lambda found: found.agency),
    ("of three", lambda found: found.among_three),
)


def _row(name: str, values: Sequence[float]) -> str:
    return f"{name:<28}{values[0]:>13,.0f}" + "".join(f"{value:>13.3f}" for value in values[1:])


def _flags(results: Sequence[PartResult]) -> str:
    """Return the totals of the flags; a complaint that stands in two parts counts once."""
    total = pd.DataFrame([asdict(found) for found in results]).sum(numeric_only=True)
    found = total["emergencies_found"] / max(total["emergencies"], 1)
    false = total["others_flagged"] / max(total["others"], 1)
    right = total["out_of_scope_right"] / max(total["out_of_scope"], 1)
    return (
        f"emergency found {found:.1%}, flagged among others {false:.2%}; outside right {right:.1%}"
    )
