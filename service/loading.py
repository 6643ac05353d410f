"""Open the model and the rules that the settings name."""

from __future__ import annotations

import os
from pathlib import Path

from classifier.artifacts import find_model, load_model
from rules.ruleset import load_ruleset
from service.scoring import Policy, Scorer
from service.settings import Settings, load_settings


def load_scorer(
    settings: Settings | None = None, *, home: str | None = None, rules: Path | None = None
) -> Scorer:
    """Return a scorer; a broken rule file or model stops here.

    Parameters
    ----------
    settings : Settings, optional
        Default: from the environment.
    home : str, optional
        Overrides the settings' region.
    rules : Path, optional
        Overrides the settings' folder of rule files.

    Raises
    ------
    ClassifierError, RulesError, SettingsError
        If something cannot be used; the message says what and where.
    """
    settings = settings or load_settings()
    folder = find_model(model=settings.model, models=settings.models_dir)
    model, manifest = load_model(folder)
    policy = Policy(
        auto=settings.auto == "on",
        tolerated_error=settings.tolerated_error,
        audit_share=settings.audit_share,
        home=home or settings.region,
    )
    return Scorer(
        model=model,
        manifest=manifest,
        ruleset=load_ruleset(rules or settings.rules_dir),
        policy=policy,
    )


def real_data() -> Path | None:
    """Return the folder of real labelled complaints, where ``DISPOSISI_REAL_DATA`` names one."""
    name = os.environ.get("DISPOSISI_REAL_DATA")
    return Path(name) if name else None
