"""The packages have names that others use too: notice a clash before it hides."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

PACKAGES = ["classifier", "rules", "service"]


@pytest.mark.parametrize("name", PACKAGES)
def test_no_other_distribution_owns_the_name(name: str) -> None:
    owners = set(packages_distributions().get(name, ())) - {"disposisi"}

    assert not owners, f"{owners} also installs a top-level package {name!r}"


@pytest.mark.parametrize("name", PACKAGES)
def test_the_name_is_ours_from_another_folder(name: str, tmp_path: Path) -> None:
    program = f"import {name}; print({name}.__doc__.splitlines()[0])"

    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=True
    )

    ours = {
        "classifier": "Turn the text of a complaint into calibrated probabilities.",
        "rules": "Decide category, agency and deadline from declarative, dated, sourced rules.",
        "service": "The outside: command line, HTTP, files and the store.",
    }
    assert done.stdout.strip() == ours[name]
