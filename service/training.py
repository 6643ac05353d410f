"""Train a model, measure it end to end with the rules, and save it as a folder."""

from __future__ import annotations

import itertools
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from classifier.artifacts import Manifest, save_model
from classifier.calibration import RiskPoint, expected_calibration_error, risk_curve
from classifier.dataset import SEED_CORPUS, fingerprint, read_examples
from classifier.evaluate import head_report, macro_f1
from classifier.frozen import FrozenEvaluation, figures_of, write_evaluation
from classifier.stemming import root_words
from classifier.text import normal_words, surfaces
from classifier.train import TrainConfig, Trained, assign_folds, train
from rules.decide import CompiledRules
from rules.ruleset import RuleSet, load_ruleset
from service.chances import category_table
from service.checks import check_answers, freeze
from service.complaint import Complaint
from service.confidence import AgencyConfidence, fit_confidence
from service.evidence import levels_by_topic
from service.scoring import Policy, Scorer

_WEIGHTS = (0.8, 1.0, 1.25, 1.5, 2.0, 2.5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Training:
    """A model that was trained, measured and saved.

    Attributes
    ----------
    folder : Path
        Of the model.
    manifest : Manifest
    card : str
        Markdown.
    trained : Trained
        With what the model said of held-out complaints.
    """

    folder: Path
    manifest: Manifest
    card: str
    trained: Trained


def train_and_save(
    *,
    data: Sequence[Path],
    models: Path,
    model_id: str | None,
    now: datetime,
    config: TrainConfig | None = None,
    corpus: Path = SEED_CORPUS,
) -> Training:
    """Train on the corpus and the given files, measure the model and save its folder.

    Progress goes to standard error. The same data gives the same weights.

    Raises
    ------
    ClassifierError, RulesError
        If the data or the rules cannot be used, or the folder exists.
    """
    config = config or TrainConfig()
    ruleset = load_ruleset()
    frame = read_examples([corpus, *data])
    _say(f"{len(frame):,} labelled complaints; training and holding out {config.folds} parts")
    trained = train(frame, config, public_words=public_words(ruleset))
    heads = head_report(trained, frame)
    measured = measure_end_to_end(trained, frame, ruleset, today=now.date(), config=config)
    mark = fingerprint(frame)
    folder = models / (model_id or f"{now:%Y%m%d}-{mark[:8]}")
    details = {
        "created_at": now.isoformat(timespec="seconds"),
        "data": {
            "fingerprint": mark,
            "rows": len(frame),
            "groups": len(np.unique(trained.groups)),
            "levels_by_topic": levels_by_topic(frame["topic"], frame["level"]),
            "by_source": {str(k): int(v) for k, v in frame["source"].value_counts().items()},
        },
        "config": asdict(config),
        "metrics": {
            "heads": heads,
            "end_to_end": measured.figures,
            "frozen": {"data": measured.evaluation.data, **figures_of(measured.evaluation)},
        },
        "risk": tuple(measured.risk),
        "confidence": asdict(measured.confidence),
        "category_weights": measured.category_weights,
    }
    text = card(folder.name, details, measured.risk)
    manifest = save_model(folder, trained.model, manifest=details, card=text)
    write_evaluation(folder, measured.evaluation, model_sha256=manifest.sha256)
    _say(f"saved {folder}")
    return Training(folder=folder, manifest=manifest, card=text, trained=trained)


def public_words(ruleset: RuleSet) -> frozenset[str]:
    """Return normal words that stand in public lists, so that a model may hold them.

    These are the words of the seed corpus, of the cues, of place names and Sastrawi's roots.
    """
    seed = pd.read_json(SEED_CORPUS, lines=True)["text"]
    phrases = (phrase for cue in ruleset.cues for phrase in cue.phrases)
    places = (region.name for region in ruleset.regions)
    return root_words() | _words(seed) | _words(phrases) | _words(places)


def _words(texts: Iterable[str]) -> frozenset[str]:
    return frozenset(w for text in texts for s in surfaces(text) for w in normal_words(s))


@dataclass(frozen=True, slots=True, kw_only=True)
class EndToEnd:
    """What model and rules together are worth on held-out complaints.

    Attributes
    ----------
    figures : dict
        Accuracy of class, level and agency, and how many may go out by themselves.
    category_weights : dict
        Fitted on all of them; see ``choose_category_weights``.
    confidence : AgencyConfidence
        Fitted on all of them.
    risk : list of RiskPoint
        With the confidence of each complaint fitted on the others.
    evaluation : FrozenEvaluation
        The held-out answers row by row, for comparing with another model.
    """

    figures: dict[str, Any]
    category_weights: dict[str, float]
    confidence: AgencyConfidence
    risk: list[RiskPoint]
    evaluation: FrozenEvaluation


def measure_end_to_end(
    trained: Trained, frame: pd.DataFrame, ruleset: RuleSet, *, today: date, config: TrainConfig
) -> EndToEnd:
    """Return what model and rules together are worth.

    Real complaints count where there are any; else the seed corpus. A region that only the
    source knows is not given: the text must name the place. A regional government is right when
    its level is. An automatic answer needs everything but the threshold.
    """
    real = frame["source"].ne(SEED_CORPUS.stem).to_numpy()
    chosen = np.flatnonzero(real if real.any() else ~real)
    day = ruleset.on(today)
    weights = choose_category_weights(trained, frame, chosen, day)
    scorer = Scorer(
        model=trained.model,
        manifest=replace(
            unmeasured(levels_by_topic(frame["topic"], frame["level"])), category_weights=weights
        ),
        ruleset=ruleset,
        policy=Policy(audit_share=0),
    )
    complaints = [Complaint(isi=text) for text in frame["text"].iloc[chosen]]
    answers = scorer.decide(complaints, trained.held_out.rows(chosen), today=today)
    checks = check_answers(frame.iloc[chosen], answers, scorer=scorer, today=today)
    known = checks[checks["known"]].reset_index(drop=True)
    evidence = known[["chance", "level_chance", "topic_chance"]].to_numpy()
    right = known["agency"].to_numpy()
    sure = np.zeros(len(known))
    groups = trained.groups[chosen][checks["known"].to_numpy()]
    folds = assign_folds(groups, n_folds=config.folds, seed=config.seed)
    for fold in range(config.folds):
        others = fit_confidence(evidence[folds != fold], right[folds != fold])
        sure[folds == fold] = [others.of(*row) for row in evidence[folds == fold].tolist()]
    may_go = known["clear"].to_numpy()
    both = np.minimum(known["category_chance"].to_numpy(), sure)
    correct = known["category"].to_numpy() & right
    figures = {
        "rows": len(checks),
        "real": bool(real.any()),
        "category_accuracy": _share(checks["category"][checks["labelled"]]),
        "category_macro_f1": category_macro_f1(checks[checks["labelled"]]),
        "level_accuracy": _share(known["level"]),
        "agency_accuracy": _share(known["agency"]),
        "agency_calibration_error": round(expected_calibration_error(sure, right), 4),
        "rows_that_may_go_out": int(may_go.sum()),
    }
    return EndToEnd(
        figures=figures,
        category_weights=weights,
        confidence=fit_confidence(evidence, right),
        evaluation=freeze(frame.iloc[chosen], checks),
        risk=risk_curve(both[may_go], correct[may_go]),
    )


def choose_category_weights(
    trained: Trained, frame: pd.DataFrame, chosen: NDArray[np.int64], day: CompiledRules
) -> dict[str, float]:
    """Return how much the chance of each class must count so that rare classes are found too.

    The most frequent class counts 1; the others' weights give the best macro-F1 on held-out
    complaints. They move only the choice, never a probability.
    """
    codes, table = category_table(day)
    labelled = frame[["kind", "misconduct", "inspection"]].notna().all(axis=1).to_numpy()
    chosen = chosen[labelled[chosen]]
    if not len(chosen):
        return {}
    chances = trained.held_out.rows(chosen).outcomes() @ table
    labels = frame.iloc[chosen][["kind", "misconduct", "inspection"]].itertuples(index=False)
    truth = np.array([codes.index(day.category(*row)[0]) for row in labels])
    most = int(np.bincount(truth, minlength=len(codes)).argmax())
    best, best_score = np.ones(len(codes)), -1.0
    for choice in itertools.product(_WEIGHTS, repeat=len(codes) - 1):
        weights = np.insert(np.array(choice), most, 1.0)
        score = macro_f1(truth, (chances * weights).argmax(axis=1))
        if score > best_score + 1e-9:
            best, best_score = weights, score
    return dict(zip(codes, best.tolist(), strict=True))


def unmeasured(levels: dict[str, list[int]]) -> Manifest:
    """Return a manifest for a model that is being measured: nothing goes out by itself.

    Parameters
    ----------
    levels : dict
        As from ``levels_by_topic``.
    """
    return Manifest(
        format=0, id="held-out", created_at="", sha256="", versions={},
        data={"levels_by_topic": levels}, config={},
        metrics={},
    )  # fmt: skip


def category_macro_f1(checks: pd.DataFrame) -> float:
    """Return the mean F1 of the classes that occur; see ``check_answers``."""
    truth, answer = checks["category_truth"].to_numpy(), checks["category_answer"].to_numpy()
    return round(macro_f1(truth.astype(str), answer.astype(str)), 4) if len(checks) else 0.0


def _share(values: Any) -> float:
    return round(float(np.mean(values)), 4) if len(values) else 0.0


def card(name: str, details: dict[str, Any], risk: Sequence[RiskPoint]) -> str:
    """Return the model card."""
    data, metrics = details["data"], details["metrics"]
    lines = [
        f"# Model {name}",
        "",
        "Answers five questions about a complaint in Indonesian: what the reporter wants, whether",
        "an official's conduct is alleged, whether facts must be settled on site, the subject, and",
        "the level of government. Class and agency follow by rules, not by this model.",
        "",
        "Linear heads on stemmed words and pairs of words; plain arrays, no code in the file.",
        "Made by `disposisi train`. All figures are held-out: a complaint, and whatever nearly",
        "repeats it, was not in the training part when it was scored.",
        "",
        f"Trained on {data['rows']:,} complaints ({data['groups']:,} after near-duplicates are",
        f"merged), fingerprint `{data['fingerprint']}`:",
        "",
        *_table(("source", "complaints"), data["by_source"].items()),
        "",
        "## Questions",
        "",
        "Calibration error: 15 bins of equal mass.",
        "",
        *_table(
            ("question", "complaints", "accuracy", "macro-F1", "calibration error"),
            (
                (f"{head} ({part})", m["rows"], m["accuracy"], m["macro_f1"], m["ece"])
                for head, parts in metrics["heads"].items()
                for part, m in parts.items()
            ),
        ),
        "",
        "## End to end, with the rules",
        "",
        *_table(("figure", "value"), metrics["end_to_end"].items()),
        "",
        "## On the frozen complaints",
        "",
        f"The same complaints as above, `{metrics['frozen']['data']}`. A model that is worse on",
        "them beyond the interval is not promoted. Misconduct is caught from its threshold on.",
        "",
        *_table(
            ("figure", "value", "95 % interval"),
            (
                (name, f["value"], f"{f['low']} to {f['high']}")
                for name, f in metrics["frozen"].items()
                if name != "data"
            ),
        ),
        "",
        "## Automatic answers",
        "",
        "Error: wrong category or wrong agency (a regional government counts as right when the",
        "level is right and the text names one place). The bound holds at 95 % for complaints",
        "like the measured ones; other towns and channels can be worse, so watch the audit sample.",
        "",
        *_table(
            ("threshold", "automatic", "wrong", "upper bound"),
            ((p.threshold, p.automatic, p.wrong, round(p.bound, 4)) for p in risk[::5]),
        ),
        "",
    ]
    return "\n".join(lines)


def _table(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> list[str]:
    body = [f"| {' | '.join(str(cell) for cell in row)} |" for row in rows]
    return [f"| {' | '.join(head)} |", "|---" * len(head) + "|", *body]


def _say(text: str) -> None:
    print(text, file=sys.stderr)  # noqa: T201  # progress of a command
