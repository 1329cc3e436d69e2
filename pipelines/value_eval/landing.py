"""From the order list to the raw tables that the dbt models read.

The list is landed like any delivered file: copied, typed, judged row by row. What passes becomes
the shop's order lines; every other raw table is landed from no file, and is empty.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from assets.raw.accounting import quarantined_by_reason
from assets.raw.calendar.days import load_calendar
from assets.raw.errors import FileError
from assets.raw.landing import land_object
from assets.raw.loading import load_object
from assets.raw.pseudonyms import write_pads
from assets.raw.retention import Horizon
from assets.raw.tables import quarantine_table, raw_table
from pipelines.value_eval.dates import judge_dates
from pipelines.value_eval.errors import ValueEvalError
from pipelines.value_eval.instance import RUN_ID, TryOut
from pipelines.value_eval.order_file import OrderFile, write_copy
from pipelines.value_eval.shapes import (
    LIST_OBJECT,
    LIST_PATH,
    LIST_SOURCE,
    empty_objects,
    order_list_contract,
)

if TYPE_CHECKING:
    import duckdb

LANDED_AT = datetime.fromisoformat("2000-01-01")
"""When the list counts as landed: no clock is read, so that equal files give equal bytes."""

LIST = raw_table(LIST_SOURCE, LIST_OBJECT)
REFUSED = quarantine_table(LIST_SOURCE, LIST_OBJECT)
ORDER_LINES = raw_table("orders", "order_lines")

CUSTOMER_IDS = f"select distinct customer_id, sha256(customer_id) as shop_customer_id from {LIST}"
"""Every customer id of the list, and the number under which the shop knows it."""


@dataclass(frozen=True)
class Landed:
    """What became of the rows of the list.

    Attributes:
        rows_read: records of the file.
        quarantined: rule, reason and number of rows, commonest first.
        rows_used: rows up to the business date.
        rows_later: rows after it; nothing looks at them.
        date_form: how the file writes its dates.
        first_date: first order of the list.
        last_date: last order of the list up to the business date.
    """

    rows_read: int
    quarantined: list[tuple[str, str, int]]
    rows_used: int
    rows_later: int
    date_form: str
    first_date: date
    last_date: date


def land(tryout: TryOut, file: OrderFile, needed: Iterable[tuple[str, str]]) -> Landed:
    """Write the raw tables of a try-out.

    Args:
        tryout: its instance.
        file: the order list.
        needed: source and object of every raw table that the dbt models read.

    Raises:
        ValueEvalError: the file is no sound CSV, no row can be used, or none up to AS_OF.
    """
    data = tryout.settings.data
    write_copy(file, data / LIST_PATH)
    contract = order_list_contract(file.columns)
    scratch = tryout.build.folder / "scratch"
    scratch.mkdir(mode=0o700, exist_ok=True)
    with tryout.build.connect() as con:
        write_pads(con, tryout.settings.key_file)
        try:
            files = land_object(
                tryout.settings.home, data, LIST_SOURCE, LIST_OBJECT, contract, LANDED_AT
            )
            load = load_object(con, LIST_SOURCE, LIST_OBJECT, contract, files, RUN_ID, scratch)
        except FileError as error:
            raise ValueEvalError(str(error).replace(LIST_PATH, str(file.path), 1)) from None
        date_form = judge_dates(con, LIST, REFUSED, file.columns)
        landed = _count(con, tryout.as_of, load.rows_read, date_form)
        for source, name, obj in empty_objects(needed):
            horizon = Horizon(tryout.as_of, tryout.settings.timezone)
            load_object(con, source.source, name, obj, [], RUN_ID, scratch, horizon=horizon)
        _write_order_lines(con, file.has_order_ids)
        load_calendar(con, landed.first_date, tryout.as_of, RUN_ID)
    return landed


def _count(con: duckdb.DuckDBPyConnection, as_of: date, read: int, date_form: str) -> Landed:
    [(used, later, first, last)] = con.execute(
        f"""
        select
            count(*) filter (where order_date::date <= $as_of),
            count(*) filter (where order_date::date > $as_of),
            min(order_date::date),
            max(order_date::date) filter (where order_date::date <= $as_of)
        from {LIST}
        """,
        {"as_of": as_of},
    ).fetchall()
    quarantined = quarantined_by_reason(con, LIST_SOURCE, LIST_OBJECT)
    if used + later == 0:
        reasons = "; ".join(f"{reason}: {count:,}" for _, reason, count in quarantined)
        raise ValueEvalError(f"ORDERS: no row can be used ({reasons or 'it has none'})")
    if used == 0:
        raise ValueEvalError(
            f"AS_OF={as_of}: the first order is of {first}; name a date on or after it"
        )
    return Landed(read, quarantined, used, later, date_form, first, last)


def _write_order_lines(con: duckdb.DuckDBPyConnection, has_order_ids: bool) -> None:
    """Make each row of the list an order of one line.

    A customer crosses as the hash of its id: identity resolution tidies the ids of shops, and would
    take `7` and `7.0` for one customer. Rows that share an order id, customer and day are lines of
    one order. A shop sells whole units; no figure of a try-out depends on how many.
    """
    order_id = "_position::varchar"
    if has_order_ids:
        order_id = "concat_ws(' ', trim(order_id), order_date, sha256(customer_id))"
    con.execute(
        f"""
        insert into {ORDER_LINES} by name
        select
            sha256(customer_id) as household_id,
            {order_id} as basket_id,
            _position::varchar as product_id,
            ceil(quantity)::bigint as quantity,
            amount as sales_value,
            order_date::timestamp as transaction_timestamp,
            _source,
            _load_id,
            _loaded_at,
            _row_hash,
            _file,
            _position
        from {LIST}
        order by _position
        """
    ).fetchall()
