"""The parameters of value models as a table: tonight's fits beside those of the nights before."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assets.enrich.lifetime_value.tables import PARAMETERS

if TYPE_CHECKING:
    from datetime import date

    import duckdb

    from assets.enrich.lifetime_value.fit import Fit


@dataclass(frozen=True)
class DatedFit:
    """A fit and when it was made.

    Attributes:
        fit: the fit.
        fitted_on: business date of the run that made it.
        data_from: first purchase day that it saw; None without purchases.
        data_until: last day that it saw.
    """

    fit: Fit
    fitted_on: date
    data_from: date | None
    data_until: date


def read_last_good(
    con: duckdb.DuckDBPyConnection, table: str, as_of: date
) -> dict[tuple[str, str], DatedFit]:
    """The newest converged fit of each model and segment before a date.

    Args:
        con: open connection.
        table: a table of the shape of value_model_parameters.
        as_of: fits of this date or later do not count.
    """
    from assets.enrich.lifetime_value.fit import Fit

    rows = con.execute(
        f"""
        select
            model_name,
            segment,
            list(parameter_name order by parameter_number),
            list(estimate order by parameter_number),
            list(standard_error order by parameter_number),
            any_value(log_likelihood),
            any_value(message),
            any_value(customers_count),
            any_value(group_count),
            fitted_on,
            any_value(data_from),
            any_value(data_until)
        from {table}
        where is_converged and fitted_on < $as_of
        group by model_name, segment, fitted_on
        qualify row_number() over (partition by model_name, segment order by fitted_on desc) = 1
        order by model_name, segment
        """,
        {"as_of": as_of},
    ).fetchall()
    return {
        (model, segment): DatedFit(
            Fit(
                model,
                segment,
                tuple(names),
                tuple(estimates),
                tuple(errors) if None not in errors else (),
                likelihood,
                True,
                message,
                customers,
                0,
                groups,
            ),
            fitted_on,
            data_from,
            data_until,
        )
        for (
            model,
            segment,
            names,
            estimates,
            errors,
            likelihood,
            message,
            customers,
            groups,
            fitted_on,
            data_from,
            data_until,
        ) in rows
    }


def write_parameters(
    con: duckdb.DuckDBPyConnection,
    tonight: Sequence[DatedFit],
    used: Iterable[DatedFit],
    as_of: date,
    last_night: str | None = None,
) -> None:
    """Write value_model_parameters: tonight's fits, and last night's table up to the day before.

    Args:
        con: open connection to the build.
        tonight: every fit of this run, also those that found nothing.
        used: the fits that tonight's predictions rest on; some may be of a night before.
        as_of: business date of the run.
        last_night: last night's table, or None on the first night.
    """
    PARAMETERS.create(con)
    if last_night is not None:
        con.execute(
            f"""
            insert into {PARAMETERS.relation} by name
            select * replace ($as_of::date as as_of_date, false as is_used)
            from {last_night}
            where fitted_on < $as_of
            """,
            {"as_of": as_of},
        ).fetchall()
    rows = [row for fitted in tonight for row in _rows(fitted, as_of)]
    if rows:
        places = ", ".join("?" for _ in PARAMETERS.columns)
        con.executemany(f"insert into {PARAMETERS.relation} values ({places})", rows)
    for fitted in used:
        con.execute(
            f"""
            update {PARAMETERS.relation} set is_used = true
            where model_name = $model and segment = $segment and fitted_on = $fitted_on
            """,
            {
                "model": fitted.fit.model,
                "segment": fitted.fit.segment,
                "fitted_on": fitted.fitted_on,
            },
        ).fetchall()


def _rows(fitted: DatedFit, as_of: date) -> list[tuple[object, ...]]:
    """One row for each parameter, empty where the fit found none."""
    fit = fitted.fit
    count = len(fit.parameter_names)
    estimates = fit.parameters or (None,) * count
    errors = fit.standard_errors or (None,) * count
    return [
        (
            as_of,
            fitted.fitted_on,
            fit.model,
            fit.segment,
            name,
            number,
            _finite(estimate),
            _finite(error),
            "none" if fit.model.startswith("gamma_gamma") else "week",
            _finite(fit.log_likelihood) if fit.parameters else None,
            fit.customers,
            fit.groups,
            fitted.data_from,
            fitted.data_until,
            fit.converged,
            fit.message,
            False,
        )
        for number, (name, estimate, error) in enumerate(
            zip(fit.parameter_names, estimates, errors, strict=True), 1
        )
    ]


def _finite(value: float | None) -> float | None:
    """A number of twelve digits that repeats to the byte, or nothing."""
    import math

    return None if value is None or not math.isfinite(value) else float(f"{value:.12g}")
