"""The silence that the chosen rule allows after every purchase day."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from assets.enrich.churn.candidates import (
    PROBABILITY,
    basis_sql,
    silence_sql,
)
from assets.enrich.churn.inputs import Defaults
from assets.enrich.churn.probability import write_silences
from assets.enrich.churn.rhythms import days_at, write_references
from assets.enrich.churn.tables import CHURN_THRESHOLDS

if TYPE_CHECKING:
    import duckdb

    from assets.enrich.churn.calibrate import Calibration


def write_thresholds(
    con: duckdb.DuckDBPyConnection,
    defaults: Defaults,
    as_of: date,
    calibration: Calibration,
) -> None:
    """Write `churn_thresholds`: one row per customer and purchase day until `as_of`.

    Rhythms of others and the fit are those of `calibration.calibrated_on`; the own rhythm is that
    of the day.
    """
    candidate, until = calibration.choice.candidate, calibration.calibrated_on
    write_references(con, defaults, until)
    days = days_at("churn_days")
    if calibration.model is not None and candidate.rule == PROBABILITY:
        write_silences(
            con, calibration.model, calibration.model.threshold(candidate.threshold_basis)
        )
        silence, basis = "silences.churn_after_days", f"'{PROBABILITY}'"
        source = (
            f"({days}) as days inner join churn_silences as silences"
            " on days.purchase_day_number - 1 = silences.x"
            " and days.t_x_days = silences.t_x_days"
        )
    else:
        silence, basis = silence_sql(candidate), basis_sql(candidate)
        source = f"({days}) as days"
    CHURN_THRESHOLDS.create(con)
    con.execute(
        f"""
        insert into {CHURN_THRESHOLDS.relation}
        select
            days.customer_key,
            $as_of,
            days.purchased_on,
            {silence},
            {basis},
            days.category,
            days.reference_gap_days
        from {source}
        order by days.customer_key, days.purchased_on
        """,
        {"as_of": as_of},
    ).fetchall()
