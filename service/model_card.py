"""What a reader should know of a model before using it, as Markdown."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from classifier.artifacts import Manifest, read_manifest, write_card
from classifier.calibration import MIN_AUTOMATIC, choose_threshold
from classifier.experiments import RANKED_BY, VARIANTS_FILE
from service.left_out import TOLERATED
from service.left_out_file import LeftOut, read_left_out


def card(manifest: Manifest, left_out: Sequence[LeftOut] = ()) -> str:
    """Return the model card.

    Parameters
    ----------
    left_out : sequence of LeftOut
        What came of models made the same way of parts that they had not seen.
    """
    parts = (
        _what(manifest),
        _questions(manifest),
        _end_to_end(manifest),
        _automatic(manifest),
        _left_out(left_out),
        _steps(VARIANTS_FILE),
    )
    return "\n".join([f"# Model {manifest.id}", "", *(line for part in parts for line in part)])


def rewrite_card(folder: Path) -> str:
    """Write a model's card again from all that stands beside it, and return it.

    Raises
    ------
    ModelError
        If something beside it is damaged or of another model.
    """
    manifest = read_manifest(folder)
    text = card(manifest, read_left_out(folder, model_sha256=manifest.sha256))
    write_card(folder, text)
    return text


def _what(manifest: Manifest) -> Iterator[str]:
    data = manifest.data
    yield "Answers five questions about a complaint in Indonesian: what the reporter wants,"
    yield "whether an official's conduct is alleged, whether facts must be settled on site, the"
    yield "subject, and the level of government. Class and agency follow by rules, not by it."
    yield ""
    yield "Linear heads on stemmed words and pairs of words; plain arrays, no code in the file."
    yield "Made by `disposisi train`. All figures are held-out: a complaint, and whatever nearly"
    yield "repeats it, was not in the training part when it was scored."
    yield ""
    yield f"Trained on {data['rows']:,} complaints ({data['groups']:,} after near-duplicates are"
    yield f"merged), fingerprint `{data['fingerprint']}`:"
    yield ""
    yield from _table(("source", "complaints"), data["by_source"].items())
    yield ""


def _questions(manifest: Manifest) -> Iterator[str]:
    yield "## Questions"
    yield ""
    yield "Calibration error: top label, 15 bins of equal mass."
    yield ""
    yield from _table(
        ("question", "complaints", "accuracy", "macro-F1", "calibration error"),
        (
            (f"{head} ({part})", m["rows"], m["accuracy"], m["macro_f1"], m["ece"])
            for head, parts in manifest.metrics["heads"].items()
            for part, m in parts.items()
        ),
    )
    yield ""


def _end_to_end(manifest: Manifest) -> Iterator[str]:
    frozen = manifest.metrics["frozen"]
    yield "## End to end, with the rules"
    yield ""
    yield from _table(("figure", "value"), manifest.metrics["end_to_end"].items())
    yield ""
    yield "## On the frozen complaints"
    yield ""
    yield f"The same complaints as above, `{frozen['data']}`. A model that is worse on"
    yield "them beyond the interval is not promoted. Misconduct is caught from its threshold on."
    yield ""
    yield from _table(
        ("figure", "value", "95 % interval"),
        (
            (name, f["value"], f"{f['low']} to {f['high']}")
            for name, f in frozen.items()
            if name != "data"
        ),
    )
    yield ""


def _automatic(manifest: Manifest) -> Iterator[str]:
    yield "## Automatic answers"
    yield ""
    yield "Error: wrong category or wrong agency (a regional government counts as right when the"
    yield "level is right and the text names one place). The threshold of a tolerated error is the"
    yield "loosest before the first whose one-sided Clopper-Pearson bound at 95 % exceeds it;"
    yield f"thresholds with fewer than {MIN_AUTOMATIC} complaints are passed over."
    yield ""
    yield "**The bound holds for** complaints drawn like the measured ones: held-out complaints of"
    yield "the sources above, in their proportions, for which the rules see no other reason that a"
    yield "person should look. It holds for each tolerated error by itself, at its threshold."
    yield "**It does not hold for** a town, channel or year that is not among them, nor for matters"
    yield "of the whole government that towns seldom hear of, as in the seed corpus: see the parts"
    yield "left out below, and watch the audit sample."
    yield ""
    chosen = [(e, choose_threshold(manifest.risk, tolerated_error=e)) for e in TOLERATED]
    points = {point.threshold: point for point in manifest.risk}
    yield from _table(
        ("tolerated error", "threshold", "automatic", "wrong", "upper bound"),
        (
            (f"{e:.0%}", t, points[t].automatic, points[t].wrong, round(points[t].bound, 4))
            if t is not None
            else (f"{e:.0%}", "none", 0, 0, "")
            for e, t in chosen
        ),
    )
    yield ""
    yield "Every fifth candidate, from strict to loose:"
    yield ""
    yield from _table(
        ("threshold", "automatic", "wrong", "upper bound"),
        ((p.threshold, p.automatic, p.wrong, round(p.bound, 4)) for p in manifest.risk[::5]),
    )
    yield ""


def _left_out(parts: Sequence[LeftOut]) -> Iterator[str]:
    yield "## On towns, years and channels that were left out"
    yield ""
    if not parts:
        yield "Not measured: `disposisi evaluate --data FILE --model ID` does it."
        yield ""
        return
    yield "Measured by `disposisi evaluate --data FILE --model ID`: models made the same way, each"
    yield "from all other complaints. ± is one bootstrap standard error; recall of misconduct is at"
    yield "precision 0.6."
    yield ""
    names = list(parts[0].figures)
    yield from _table(
        ("left out", "complaints", *(name.replace("_", " ") for name in names)),
        (
            (
                part.name,
                part.rows,
                *(f"{part.figures[n]:.3f} ±{part.errors[n]:.3f}" for n in names),
            )
            for part in parts
        ),
    )
    yield ""
    yield "Calibration error, and in brackets that of a perfectly calibrated model of this size:"
    yield ""
    heads = list(parts[0].calibration)
    yield from _table(
        ("left out", *heads),
        (
            (part.name, *(f"{part.calibration[h]:.3f} ({part.perfect[h]:.3f})" for h in heads))
            for part in parts
        ),
    )
    yield ""
    yield "Realised error of automatic answers, their number and coverage, at a tolerated error of:"
    yield ""
    yield from _table(
        ("left out", *(f"{error:.0%}" for error in TOLERATED)),
        ((part.name, *map(_went_out, part.automatic)) for part in parts),
    )
    yield ""
    yield "Share of complaints whose class changes when they are written another way:"
    yield ""
    ways = list(parts[0].changed)
    yield from _table(
        ("left out", *(way.replace("_", " ") for way in ways)),
        ((part.name, *(f"{part.changed[way]:.2%}" for way in ways)) for part in parts),
    )
    yield ""


def _went_out(found: Mapping[str, Any]) -> str:
    if not found["automatic"]:
        return "none go out"
    return f"{found['error']:.1%} of {found['automatic']} ({found['coverage']:.1%})"


def _steps(path: Path) -> Iterator[str]:
    yield "## What each step brings"
    yield ""
    yield "Grouped cross-validation in three parts, on the real complaints of the training data, by"
    yield "`disposisi variants --data FILE -o classifier/data/variants.csv`. Gain: mean of the five"
    yield "figures of the kept way minus this one's, ± one standard error on the same complaints. A"
    yield "gain above zero says that the removed step helps, or that the way tried is worse; a way"
    yield "replaces the kept one only where it is better by more than one standard error."
    yield ""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    shown = (*RANKED_BY, "topic_ece")
    yield from _table(
        ("way", *(name.replace("_", " ") for name in shown), "mean", "gain"),
        (
            (
                row["recipe"],
                *(row[name] for name in shown),
                row["mean"],
                f"{float(row['gain']):+.4f} ±{row['error']}" if float(row["error"]) else "",
            )
            for row in rows
        ),
    )
    yield ""


def _table(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> list[str]:
    body = [f"| {' | '.join(str(cell) for cell in row)} |" for row in rows]
    return [f"| {' | '.join(head)} |", "|---" * len(head) + "|", *body]
