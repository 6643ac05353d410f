"""Models side by side, and what each tolerated error would let go out by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from markupsafe import Markup

from classifier.artifacts import Manifest
from classifier.calibration import RiskPoint, choose_threshold
from service.charts import curve_chart

TOLERATED: Final = (0.01, 0.02, 0.03, 0.05, 0.08, 0.1)
_FIGURES: Final = (
    ("category_accuracy", "Kelas benar"),
    ("agency_accuracy", "Instansi benar"),
    ("level_accuracy", "Tingkat benar"),
    ("topic_accuracy", "Topik benar"),
    ("misconduct_caught", "Pelanggaran petugas terjaring"),
    ("category_macro_f1", "F1 makro kelas"),
)
_NAMES: Final = {
    "kind": "Jenis laporan",
    "misconduct": "Berkadar pengawasan",
    "inspection": "Pemeriksaan lapangan",
    "topic": "Topik",
    "level": "Tingkat kewenangan",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A figure of one model; ``low`` and ``high`` are its interval at 95 %, where measured."""

    value: float | None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelView:
    """One model of the folder.

    Attributes
    ----------
    id, created_at : str
    is_champion : bool
        Whether it is the one in use.
    rows : int or None
        Complaints that it was trained on.
    figures : sequence of Figure
        In the order of ``FIGURE_NAMES``.
    """

    id: str
    created_at: str
    is_champion: bool
    rows: int | None
    figures: Sequence[Figure]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What one tolerated error lets go out by itself, on the held-out complaints.

    Attributes
    ----------
    error : float
        Tolerated share of wrong answers among the automatic ones.
    point : RiskPoint or None
        The loosest threshold that keeps it; None where none does.
    share : float
        Of all held-out complaints, 0 to 1.
    """

    error: float
    point: RiskPoint | None
    share: float


FIGURE_NAMES: Final = tuple(label for _, label in _FIGURES)


def view_of(manifest: Manifest, *, is_champion: bool) -> ModelView:
    """Return what is known of a model."""
    frozen = manifest.metrics.get("frozen", {})
    whole = manifest.metrics.get("end_to_end", {})
    return ModelView(
        id=manifest.id,
        created_at=manifest.created_at,
        is_champion=is_champion,
        rows=manifest.data.get("rows"),
        figures=[_figure(name, frozen, whole) for name, _ in _FIGURES],
    )


def _figure(name: str, frozen: dict[str, Any], whole: dict[str, Any]) -> Figure:
    found = frozen.get(name)
    if isinstance(found, dict):
        return Figure(value=found["value"], low=found["low"], high=found["high"])
    return Figure(value=whole.get(name))


def heads_of(manifest: Manifest) -> list[tuple[str, dict[str, Any]]]:
    """Return each question with its figures on real complaints, where there are any."""
    found = []
    for head, groups in manifest.metrics.get("heads", {}).items():
        figures = groups.get("real") or groups.get("all")
        if figures:
            found.append((_NAMES.get(head, head), figures))
    return found


def held_out(manifest: Manifest) -> int:
    """Return on how many complaints the risk was measured."""
    return int(manifest.metrics.get("end_to_end", {}).get("rows", 0))


def choices_of(manifest: Manifest, in_use: float) -> list[Choice]:
    """Return what each tolerated error would let go out, the one in use among them."""
    errors = sorted({*TOLERATED, in_use})
    return [choice_of(manifest, error) for error in errors]


def choice_of(manifest: Manifest, error: float) -> Choice:
    """Return what one tolerated error lets go out."""
    threshold = choose_threshold(manifest.risk, tolerated_error=error)
    point = next((p for p in manifest.risk if p.threshold == threshold), None)
    rows = held_out(manifest)
    share = point.automatic / rows if point is not None and rows else 0.0
    return Choice(error=error, point=point, share=share)


def risk_chart(manifest: Manifest, error: float) -> Markup | None:
    """Return error over coverage with the tolerated error, None where it was not measured."""
    rows = held_out(manifest)
    points = [point for point in manifest.risk if point.automatic and rows]
    if not points:
        return None
    chosen = choice_of(manifest, error)
    return curve_chart(
        "risiko",
        {
            "Kesalahan terukur": [(p.automatic / rows, p.wrong / p.automatic) for p in points],
            "Batas atas 95 %": [(p.automatic / rows, p.bound) for p in points],
        },
        title="Kesalahan menurut bagian yang keluar otomatis",
        x_name="bagian yang keluar otomatis",
        y_name="kesalahan di antaranya",
        limit=("kesalahan yang ditoleransi", error),
        chosen=("yang berlaku", chosen.share) if chosen.point else None,
    )
