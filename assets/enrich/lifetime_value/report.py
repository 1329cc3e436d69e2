"""The night's report on the value models 价值模型报告: one page that opens without a network.

Counts, totals and parameters only; no customer is on it.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING, Any

from assets.enrich.lifetime_value.tables import BACKTESTS, PARAMETERS, PREDICTIONS

if TYPE_CHECKING:
    from datetime import date

    import duckdb

_STYLE = """
body { font: 15px/1.5 sans-serif; max-width: 72rem; margin: 2rem auto; padding: 0 1rem }
table { border-collapse: collapse; margin: 1rem 0 }
th, td { padding: .25rem .75rem; text-align: right; border-bottom: 1px solid #ddd }
th:first-child, td:first-child { text-align: left }
tr.chosen { background: #eef4ff; font-weight: 600 }
tr.naive { color: #666 }
img { max-width: 100% }
"""

_BACKTESTS = f"""
select
    candidate, kind, is_chosen, order_calibration, net_calibration, mae, rmse, normalised_gini,
    top_decile_capture, auc, brier, interval_coverage
from {BACKTESTS.relation}
where split_number = $split
order by kind, rmse, candidate
"""

_BACKTEST_HEADER = (
    "candidate 候选",
    "orders: predicted / actual",
    "amount: predicted / actual 校准",
    "MAE",
    "RMSE",
    "normalised Gini 基尼",
    "top tenth found",
    "AUC",
    "Brier",
    "80 % interval holds",
)

_PARAMETERS = f"""
select model_name || ' (' || segment || ')', parameter_name, estimate, standard_error,
    log_likelihood, customers_count, cast(fitted_on as varchar), message
from {PARAMETERS.relation}
where is_used or fitted_on = as_of_date
order by model_name, segment, fitted_on, parameter_number
"""

_PARAMETER_HEADER = (
    "fit 拟合",
    "parameter 参数",
    "estimate",
    "standard error",
    "log-likelihood",
    "customers",
    "fitted on",
    "it says",
)

_TOTALS = f"""
select count(*), sum(expected_orders_12m), sum(expected_net_amount_12m), sum(expected_margin_12m),
    sum(clv), any_value(model_name), any_value(spend_model_name), any_value(horizon_days)
from {PREDICTIONS.relation}
"""


def write_report(
    con: duckdb.DuckDBPyConnection, as_of: date, reason: str, pictures: Mapping[str, bytes]
) -> str:
    """The page as HTML.

    Args:
        con: connection to a build whose enrich tables are written.
        as_of: business date of the run.
        reason: why the model in use was chosen.
        pictures: PNG by caption.
    """
    splits = con.execute(
        "select distinct split_number, cut_date, horizon_days, is_horizon_shortened,"
        f" actual_order_count, actual_net_amount from {BACKTESTS.relation} order by split_number"
    ).fetchall()
    parts = [
        f"<h1>Value models 价值模型, {as_of}</h1>",
        _totals(con),
        f"<p>{escape(reason)}</p>",
        *(_picture(caption, png) for caption, png in pictures.items()),
        *(_split(con, split) for split in splits),
        "<h2>Parameters 参数</h2>",
        _table(_PARAMETER_HEADER, con.execute(_PARAMETERS).fetchall()),
    ]
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Value models {as_of}</title>'
        f"<style>{_STYLE}</style><body>{''.join(parts)}</body></html>\n"
    )


def _totals(con: duckdb.DuckDBPyConnection) -> str:
    [(buyers, orders, net, margin, clv, model, spend_model, horizon)] = con.execute(
        _TOTALS
    ).fetchall()
    if not buyers:
        return "<p>Nobody has bought yet: there is nothing to predict.</p>"
    return (
        f"<p>{buyers:,} buyers 购买客户; in the next 12 months {orders:,.0f} orders, "
        f"{net:,.2f} net amount and {margin:,.2f} margin are expected; their lifetime value "
        f"客户终身价值 is {clv:,.2f}. Model in use: <b>{escape(model)}</b> with "
        f"{escape(spend_model)}; horizon {horizon} days.</p>"
    )


def _split(con: duckdb.DuckDBPyConnection, split: Sequence[Any]) -> str:
    number, cut, days, is_shortened, orders, net = split
    short = " (the history is too short for the horizon of the settings)" if is_shortened else ""
    rows = con.execute(_BACKTESTS, {"split": number}).fetchall()
    body = [(candidate, *figures) for candidate, _, _, *figures in rows]
    classes = ["chosen" if chosen else kind for _, kind, chosen, *_ in rows]
    return (
        f"<h2>Back-test 回测 {number}: fitted up to {cut}, the {days} days after it{short}</h2>"
        f"<p>{orders:,} orders and {net:,.2f} came. The row in bold is in use; naive rules are "
        "grey.</p>" + _table(_BACKTEST_HEADER, body, classes)
    )


def _picture(caption: str, png: bytes) -> str:
    data = base64.b64encode(png).decode()
    return f'<p><img alt="{escape(caption)}" src="data:image/png;base64,{data}"></p>'


def _table(
    header: Sequence[str], rows: Sequence[Sequence[Any]], classes: Sequence[str] = ()
) -> str:
    lines = ["<tr>" + "".join(f"<th>{escape(name)}</th>" for name in header) + "</tr>"]
    for number, row in enumerate(rows):
        kind = f' class="{classes[number]}"' if classes else ""
        lines.append(f"<tr{kind}>" + "".join(f"<td>{_cell(value)}</td>" for value in row) + "</tr>")
    return f"<table>{''.join(lines)}</table>"


def _cell(value: Any) -> str:
    if value is None:
        return "–"
    return f"{value:,.4g}" if isinstance(value, float) else escape(str(value))
