from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier.labels import KINDS
from rules.ruleset import load_ruleset
from service.chances import categories_of, category_table, reading_of

DAY = load_ruleset().on(date(2026, 11, 24))


@given(
    st.lists(st.floats(1e-6, 1), min_size=16, max_size=16),
    st.sampled_from(category_table(DAY)[0]),
    st.tuples(st.sampled_from(KINDS), st.booleans(), st.booleans()),
)
def test_what_stands_behind_a_class_leads_to_that_class(
    chances: list[float], category: str, likely: tuple[str, bool, bool]
) -> None:
    reading = reading_of(DAY, np.array(chances), category, likely)

    assert DAY.category(*reading)[0] == category
    if DAY.category(*likely)[0] == category:
        assert reading == likely


def test_a_weighed_class_brings_the_likeliest_outcome_that_has_it() -> None:
    outcomes = np.zeros(16)
    complaint = 4 * KINDS.index("complaint")
    outcomes[complaint : complaint + 4] = (0.5, 0.1, 0.11, 0.29)

    [(category, chance)] = categories_of(DAY, outcomes[None], {"field_inspection": 3.0})

    assert (category, chance) == ("field_inspection", pytest.approx(0.29))
    assert reading_of(DAY, outcomes, category, ("complaint", False, False)) == (
        "complaint",
        True,
        True,
    )
