from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import duckdb
import pytest

from assets.enrich.lifetime_value.fit import Fit
from assets.enrich.lifetime_value.parameters import DatedFit, read_last_good, write_parameters
from assets.enrich.lifetime_value.tables import PARAMETERS
from assets.enrich.tables import create_all

MONDAY, TUESDAY, WEDNESDAY = date(2017, 1, 2), date(2017, 1, 3), date(2017, 1, 4)

FIT = Fit(
    "bg_nbd",
    "all",
    ("r", "alpha"),
    (0.243, 4.414),
    (0.01, 0.3),
    -9582.4,
    True,
    "converged",
    2357,
    946,
    1016,
)
FAILED = replace(FIT, parameters=(), standard_errors=(), converged=False, message="no maximum")


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("attach ':memory:' as warehouse").fetchall()
        create_all(connection, [PARAMETERS])
        yield connection


def dated(fit: Fit, day: date) -> DatedFit:
    return DatedFit(fit, day, date(2016, 1, 1), day)


def nights(con: duckdb.DuckDBPyConnection, *fits: DatedFit, as_of: date, used: DatedFit) -> None:
    con.execute(f"create or replace table last as from {PARAMETERS.relation}").fetchall()
    write_parameters(con, fits, [used], as_of, "last")


def rows(con: duckdb.DuckDBPyConnection) -> list[tuple]:
    return con.execute(
        "select as_of_date, fitted_on, parameter_name, estimate, is_converged, is_used"
        f" from {PARAMETERS.relation} order by fitted_on, parameter_number"
    ).fetchall()


def test_parameters_of_earlier_nights_stay_and_only_tonights_are_in_use(
    con: duckdb.DuckDBPyConnection,
) -> None:
    nights(con, dated(FIT, MONDAY), as_of=MONDAY, used=dated(FIT, MONDAY))
    tonight = dated(replace(FIT, parameters=(0.25, 4.5)), TUESDAY)
    nights(con, tonight, as_of=TUESDAY, used=tonight)
    assert rows(con) == [
        (TUESDAY, MONDAY, "r", 0.243, True, False),
        (TUESDAY, MONDAY, "alpha", 4.414, True, False),
        (TUESDAY, TUESDAY, "r", 0.25, True, True),
        (TUESDAY, TUESDAY, "alpha", 4.5, True, True),
    ]


def test_a_night_run_again_gives_the_same_rows(con: duckdb.DuckDBPyConnection) -> None:
    for _ in range(2):
        nights(con, dated(FIT, MONDAY), as_of=MONDAY, used=dated(FIT, MONDAY))
    assert len(rows(con)) == 2


def test_a_fit_that_failed_is_told_and_the_last_good_one_is_found(
    con: duckdb.DuckDBPyConnection,
) -> None:
    good = dated(FIT, MONDAY)
    nights(con, good, as_of=MONDAY, used=good)
    nights(con, dated(FAILED, TUESDAY), as_of=TUESDAY, used=good)
    assert [row for row in rows(con) if row[1] == TUESDAY] == [
        (TUESDAY, TUESDAY, "r", None, False, False),
        (TUESDAY, TUESDAY, "alpha", None, False, False),
    ]
    assert [row[-1] for row in rows(con)] == [True, True, False, False]
    found = read_last_good(con, PARAMETERS.relation, WEDNESDAY)
    assert found == {("bg_nbd", "all"): replace(good, fit=replace(FIT, repeat_buyers=0))}


def test_a_past_date_knows_no_later_fit(con: duckdb.DuckDBPyConnection) -> None:
    nights(con, dated(FIT, TUESDAY), as_of=TUESDAY, used=dated(FIT, TUESDAY))
    assert read_last_good(con, PARAMETERS.relation, TUESDAY) == {}
    nights(con, dated(FIT, MONDAY), as_of=MONDAY, used=dated(FIT, MONDAY))
    assert {row[1] for row in rows(con)} == {MONDAY}


def test_the_first_night_has_no_night_before(con: duckdb.DuckDBPyConnection) -> None:
    write_parameters(con, [dated(FIT, MONDAY)], [], MONDAY)
    assert [row[-1] for row in rows(con)] == [False, False]
