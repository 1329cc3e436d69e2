"""Days and times: rows that are not there yet or any more, clocks that are wrong."""

from __future__ import annotations

from benchmarks.gate_score.delivered import Delivered
from benchmarks.gate_score.faults.registry import FAULTS, share

LINES = ("orders", "order_lines")
HEADERS = ("orders", "order_headers")
SOLD = "transaction_timestamp"


def _orders(files: Delivered) -> None:
    files.read(*LINES, "lines")
    files.read(*HEADERS, "headers")


def _write_orders(files: Delivered) -> None:
    files.write(*LINES, "lines")
    files.write(*HEADERS, "headers")


def _move(files: Delivered, interval: str, *, only_today: bool) -> int:
    """Move orders, lines and headers alike, as a wrong clock of the shop does."""
    _orders(files)
    moved = files.today(SOLD) if only_today else "true"
    count = files.one(f"select count(*) from lines where {moved}")
    files.sql(f"update lines set {SOLD} = {SOLD} + {interval} where {moved}")
    moved = files.today("placed_at") if only_today else "true"
    files.sql(
        f"update headers set placed_at = placed_at + {interval},"
        f" updated_at = updated_at + {interval} where {moved}"
    )
    _write_orders(files)
    return count


@FAULTS.into_files("truncated_day")
def truncated_day(files: Delivered) -> int:
    """The orders of the day end at noon."""
    return _without(files, "extract(hour from timezone('America/New_York', {utc})) >= 12")


@FAULTS.into_files("missing_day")
def missing_day(files: Delivered) -> int:
    """There are no orders of the day."""
    return _without(files, "true")


def _without(files: Delivered, condition: str) -> int:
    _orders(files)
    for table, column in (("lines", SOLD), ("headers", "placed_at")):
        late = condition.format(utc=f"timezone('UTC', cast({column} as timestamp))")
        files.sql(f"delete from {table} where {files.today(column)} and {late}")
    _write_orders(files)
    return 0


@FAULTS.into_files("midnight_times")
def midnight_times(files: Delivered) -> int:
    """The order lines of the day came without their times, as midnight in UTC."""
    files.read(*LINES)
    today = files.today(SOLD)
    count = files.one(f"select count(*) from t where {today}")
    files.sql(f"update t set {SOLD} = date_trunc('day', {SOLD}) where {today}")
    files.write(*LINES)
    return count


@FAULTS.into_files("shifted_clock_today")
def shifted_clock_today(files: Delivered) -> int:
    """The orders of the day are eight hours late."""
    return _move(files, "interval 8 hour", only_today=True)


@FAULTS.into_files("shifted_clock_always")
def shifted_clock_always(files: Delivered) -> int:
    """All orders are eight hours late."""
    return _move(files, "interval 8 hour", only_today=False)


@FAULTS.into_files("dated_a_day_early")
def dated_a_day_early(files: Delivered) -> int:
    """The orders of the day carry the date of the day before."""
    return _move(files, "to_days(-1)", only_today=True)


@FAULTS.into_files("future_dates")
def future_dates(files: Delivered) -> int:
    """One order line of twenty is dated next year."""
    chosen = share("basket_id || '-' || product_id", 50)
    files.read(*LINES)
    count = files.one(f"select count(*) from t where {chosen}")
    files.sql(f"update t set {SOLD} = {SOLD} + interval 1 year where {chosen}")
    files.write(*LINES)
    return count


@FAULTS.into_files("ancient_dates")
def ancient_dates(files: Delivered) -> int:
    """One web event of twenty is dated 1970, as by a device without a clock."""
    chosen = share("event_id", 50)
    files.read("web", "events")
    count = files.one(f"select count(*) from t where {chosen}")
    files.sql(f"update t set occurred_at = '1970-01-01 00:00:00' where {chosen}")
    files.write("web", "events")
    return count


@FAULTS.into_files("orders_before_the_customer")
def orders_before_the_customer(files: Delivered) -> int:
    """A third of the shop accounts with orders were registered five days ago, by a migration."""
    files.read("orders", "customers")
    files.read(*LINES, "lines")
    chosen = (
        f"{share('customer_id', 333)} and customer_id in"
        " (select cast(household_id as varchar) from lines)"
    )
    count = files.one(f"select count(*) from t where {chosen}")
    files.sql(
        f"update t set registered_at = date '{files.as_of}' - 5 || ' 03:00:00',"
        f" updated_at = greatest(updated_at, date '{files.as_of}' - 5 || ' 03:00:00')"
        f" where {chosen}"
    )
    files.write("orders", "customers")
    return count


@FAULTS.into_files("refunds_before_the_order")
def refunds_before_the_order(files: Delivered) -> int:
    """A third of the refunds are dated ninety days before their time."""
    chosen = share("refund_id", 333)
    files.read("orders", "refunds")
    count = files.one(f"select count(*) from t where {chosen}")
    files.sql(
        f"update t set refunded_at = {files.later('refunded_at', 'to_days(-90)')} where {chosen}"
    )
    files.write("orders", "refunds")
    return count


@FAULTS.into_files("solved_before_opened")
def solved_before_opened(files: Delivered) -> int:
    """A third of the solved tickets were solved a day before they were opened."""
    chosen = f"resolved_at is not null and {share('ticket_id', 333)}"
    files.read("service", "tickets")
    count = files.one(f"select count(*) from t where {chosen}")
    files.sql(
        f"update t set resolved_at = {files.later('opened_at', 'to_days(-1)')} where {chosen}"
    )
    files.write("service", "tickets")
    return count


@FAULTS.into_files("stale_rates")
def stale_rates(files: Delivered) -> int:
    """Exchange rates ended a month ago."""
    files.read("finance", "exchange_rates")
    files.sql(f"delete from t where cast(rate_date as date) > date '{files.as_of}' - 30")
    files.write("finance", "exchange_rates")
    return 0
