"""Whatever the purchases are: finite amounts, none negative, probabilities from 0 to 1."""

from __future__ import annotations

import math
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assets.enrich.lifetime_value.fit import MODELS
from tests.unit.enrich.lifetime_value.worlds import UNTIL, Purchase, company, predict, rows

MAY_BE_NULL = {"next_order_date"}
purchases = st.lists(
    st.tuples(
        st.sampled_from("abcdefgh"),
        st.integers(min_value=-5, max_value=900),
        st.floats(min_value=-10, max_value=1e6).map(lambda value: round(value, 2)),
        st.none() | st.floats(min_value=-1e4, max_value=1e6).map(lambda value: round(value, 2)),
    ),
    max_size=40,
    unique_by=lambda purchase: purchase[:2],
)


def check(con: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    predicted = rows(con)
    for row in predicted:
        for name, value in row.items():
            if name not in MAY_BE_NULL:
                assert value is not None, name
            if isinstance(value, int | float) or name.startswith(("expected", "clv")):
                assert math.isfinite(value), name
                assert value >= 0, name
            if name.startswith("p_") or name == "margin_ratio":
                assert 0 <= value <= 1, name
        assert row["next_order_date"] is None or row["next_order_date"] > UNTIL
    [(buyers,)] = con.execute(
        f"select count(distinct customer_key) from purchase_days where purchased_on <= '{UNTIL}'"
    ).fetchall()
    assert len(predicted) == buyers
    return predicted


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(purchases, st.sampled_from(sorted(MODELS)))
def test_any_purchases(listed: list[Purchase], model: str) -> None:
    con = company(listed)
    predict(con, model)
    check(con)
    con.close()


EDGES: dict[str, list[Purchase]] = {
    "nobody": [],
    "only the future": [("a", -1, 5, 1)],
    "one customer, one order": [("a", 100, 5, 1)],
    "one customer, today": [("a", 0, 5, 1)],
    "all today": [(f"c{number}", 0, 10, 3) for number in range(30)],
    "all one-time buyers": [(f"c{number}", number, 10 + number, 3) for number in range(30)],
    "no amounts": [(f"c{number}", days, 0, 0) for number in range(20) for days in (3, 40)],
    "losses only": [(f"c{number}", days, -7, -9) for number in range(20) for days in (3, 40)],
    "all alike": [(f"c{number}", days, 10, 3) for number in range(40) for days in (3, 40, 77)],
    "daily for a year": [("a", days, 10, 3) for days in range(365)],
}


@pytest.mark.parametrize("model", list(MODELS))
@pytest.mark.parametrize("name", list(EDGES))
def test_edges(name: str, model: str) -> None:
    con = company(EDGES[name])
    fit, _ = predict(con, model)
    check(con)
    assert not fit.converged, "no parameters can be learnt from this"
    assert fit.message.endswith(".")
    assert len(fit.message) > 20


def test_a_fit_that_fails_says_why() -> None:
    fit, spend = predict(company(EDGES["all one-time buyers"]))
    assert (
        fit.message == "Nobody has bought on a second day: how often customers return is unknown."
    )
    assert spend.customers == 30
    fit, spend = predict(company(EDGES["nobody"]))
    assert fit.message == "There are no customers with a purchase."
    assert not spend.converged


@pytest.mark.parametrize("model", list(MODELS))
def test_a_million_orders_of_one_customer(model: str) -> None:
    """On one day; and on a million days, which no calendar has but a model must bear."""
    con = company([("a", 400, 5, 1), ("b", 300, 5, 1), ("b", 200, 5, 1)])
    con.execute(
        "update purchase_days set order_count = 1000000 where customer_key = 'a'"
    ).fetchall()
    predict(con, model)
    check(con)
    from assets.enrich.lifetime_value.fallback import fallback_purchases
    from assets.enrich.lifetime_value.fit import fit_purchases
    from assets.enrich.lifetime_value.group_scores import score_fit
    from assets.enrich.lifetime_value.settings import ValueSettings
    from tests.unit.enrich.lifetime_value.test_likelihood import GROUPS

    for fit in (
        fit_purchases(MODELS[model], GROUPS),
        fallback_purchases(GROUPS, "For a test."),
    ):
        assert fit.usable
        scores = score_fit(fit, GROUPS.x, GROUPS.t_x * 7, GROUPS.t * 7, settings=ValueSettings())
        for name, values in scores.items():
            assert all(math.isfinite(value) and value >= 0 for value in values.tolist()), name
