"""Did every order arrive, and do the gate's rules of the results hold?"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

from pipelines.value_eval.errors import ValueEvalError
from pipelines.value_eval.instance import TryOut
from pipelines.value_eval.landing import LIST

if TYPE_CHECKING:
    import duckdb


def audit(
    con: duckdb.DuckDBPyConnection,
    tryout: TryOut,
    manifest: Mapping[str, Any],
    results: Collection[str],
) -> list[str]:
    """Sentences of the gate's rules that do not hold for the results; empty when all do.

    Raises:
        ValueEvalError: orders, money or customers were lost on the way, a fault of this program.
    """
    [(orders, amount, customers)] = con.execute(
        f"""
        select count(*), coalesce(sum(amount), 0), count(distinct customer_id)
        from {LIST}
        where order_date::date <= $as_of
        """,
        {"as_of": tryout.as_of},
    ).fetchall()
    [(lines, net_amount, counted)] = con.execute(
        """
        select count(*), coalesce(sum(net_amount), 0), (select count(*) from warehouse.marts.rfm)
        from warehouse.core.fct_order_lines
        """
    ).fetchall()
    if (orders, amount, customers) != (lines, net_amount, counted):
        raise ValueEvalError(
            f"the list has {orders:,} orders of {amount:,} by {customers:,} customers, the "
            f"warehouse {lines:,} of {net_amount:,} by {counted:,}: please report this"
        )
    return _gate(con, tryout, manifest, results)


def _gate(
    con: duckdb.DuckDBPyConnection,
    tryout: TryOut,
    manifest: Mapping[str, Any],
    results: Collection[str],
) -> list[str]:
    from expectations.engine.day import Day
    from expectations.engine.gate import run_suites
    from expectations.engine.models import models_of
    from expectations.enrich import suites as enrich
    from expectations.marts import suites as marts

    models = [model for model in models_of(manifest, "marts") if model.name in results]
    day = Day(tryout.as_of, tryout.settings.timezone, tryout.settings.first_date)
    outcomes = run_suites(
        con,
        [*enrich.suites(day), *marts.suites(models, day)],
        run_name=tryout.build.run_id,
        as_of=tryout.as_of,
    )
    return [f"{one.subject}: {failure.message}" for one in outcomes for failure in one.failures]
