"""Rows: doubled, multiplied, missing, under keys that were there before."""

from __future__ import annotations

from benchmarks.gate_score.delivered import Delivered
from benchmarks.gate_score.faults.registry import FAULTS, share

LINES = ("orders", "order_lines")
HEADERS = ("orders", "order_headers")
EVENTS = ("web", "events")


@FAULTS.into_files("rows_again_under_new_keys")
def rows_again_under_new_keys(files: Delivered) -> int:
    """The orders of the day came twice, the second time with new numbers."""
    files.read(*LINES, "lines")
    files.read(*HEADERS, "headers")
    count = 0
    for table, column in (("lines", "transaction_timestamp"), ("headers", "placed_at")):
        today = files.today(column)
        count += files.one(f"select count(*) from {table} where {today}")
        files.sql(
            f"insert into {table} select * replace (basket_id + 900000000000 as basket_id)"
            f" from {table} where {today}"
        )
    files.write(*LINES, "lines")
    files.write(*HEADERS, "headers")
    return count


@FAULTS.into_files("keys_with_two_contents")
def keys_with_two_contents(files: Delivered) -> int:
    """One refund of ten came a second time under its number, with half of its amount."""
    files.read("orders", "refunds")
    chosen = share("refund_id", 100)
    count = files.one(f"select count(*) from t where {chosen}")
    half = "cast(cast(cast(refund_amount as double) / 2 as decimal(18, 2)) as varchar)"
    files.sql(f"insert into t select * replace ({half} as refund_amount) from t where {chosen}")
    files.write("orders", "refunds")
    return 2 * count


@FAULTS.into_files("volume_fivefold")
def volume_fivefold(files: Delivered) -> int:
    """The web tracker counts every event of the day five times."""
    files.read(*EVENTS)
    today = files.today("occurred_at")
    count = files.one(f"select count(*) from t where {today}")
    files.sql(
        "insert into t select * exclude (number) replace (event_id || '-' || number as event_id)"
        f" from (select * from t where {today})"
        " cross join (select unnest([2, 3, 4, 5]) as number)"
    )
    files.write(*EVENTS)
    return 4 * count


@FAULTS.into_files("one_robot")
def one_robot(files: Delivered) -> int:
    """Nine of ten web events of the day are of one device."""
    files.read(*EVENTS)
    chosen = f"{files.today('occurred_at')} and {share('event_id', 900)}"
    count = files.one(f"select count(*) from t where {chosen}")
    files.sql(
        f"update t set device_id = (select min(device_id) from t), user_id = null where {chosen}"
    )
    files.write(*EVENTS)
    return count


@FAULTS.into_files("half_a_catalogue")
def half_a_catalogue(files: Delivered) -> int:
    """Half of the products are missing."""
    files.read("orders", "products")
    files.sql(f"delete from t where {share('product_id', 500)}")
    files.write("orders", "products")
    return 0


@FAULTS.into_files("headers_missing")
def headers_missing(files: Delivered) -> int:
    """A tenth of the order headers are missing."""
    files.read(*HEADERS)
    files.sql(f"delete from t where {share('basket_id', 100)}")
    files.write(*HEADERS)
    return 0


@FAULTS.into_files("statuses_back_to_pending")
def statuses_back_to_pending(files: Delivered) -> int:
    """A third of the completed orders are pending again, since this evening."""
    files.read(*HEADERS)
    chosen = f"status = 'completed' and {share('basket_id', 333)}"
    count = files.one(f"select count(*) from t where {chosen}")
    files.sql(
        "insert into t select * replace ('pending' as status,"
        f" timestamp '{files.as_of} 23:30:00' as updated_at) from t where {chosen}"
        " qualify row_number() over (partition by basket_id order by updated_at desc) = 1"
    )
    files.write(*HEADERS)
    return count
