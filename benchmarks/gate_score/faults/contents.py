"""What stands in columns: nothing, one value, words that nobody knows, other people's values."""

from __future__ import annotations

from benchmarks.gate_score.delivered import Delivered
from benchmarks.gate_score.faults.registry import FAULTS, share

LINES = ("orders", "order_lines")
HEADERS = ("orders", "order_headers")


def _headers_of_today(files: Delivered, change: str, per_thousand: int) -> int:
    files.read(*HEADERS)
    chosen = f"{files.today('placed_at')} and {share('basket_id', per_thousand)}"
    count = files.one(f"select count(*) from t where {chosen}")
    files.sql(f"update t set {change} where {chosen}")
    files.write(*HEADERS)
    return count


@FAULTS.into_files("null_flood")
def null_flood(files: Delivered) -> int:
    """Four of five orders of the day have no payment method."""
    return _headers_of_today(files, "payment_method = null", 800)


@FAULTS.into_files("unknown_words")
def unknown_words(files: Delivered) -> int:
    """A fifth of the orders of the day are paid with something that nobody declared."""
    return _headers_of_today(files, "payment_method = 'octopus'", 200)


@FAULTS.into_files("null_flood_of_customers")
def null_flood_of_customers(files: Delivered) -> int:
    """A third of the orders of the day name no customer."""
    files.read(*LINES, "lines")
    files.read(*HEADERS, "headers")
    count = 0
    for table, column in (("lines", "transaction_timestamp"), ("headers", "placed_at")):
        chosen = f"{files.today(column)} and {share('basket_id', 333)}"
        count += files.one(f"select count(*) from {table} where {chosen}")
        files.sql(f"update {table} set household_id = null where {chosen}")
    files.write(*LINES, "lines")
    files.write(*HEADERS, "headers")
    return count


@FAULTS.into_files("constant_column")
def constant_column(files: Delivered) -> int:
    """All order lines of the day are of one store."""
    files.read(*LINES)
    today = files.today("transaction_timestamp")
    count = files.one(f"select count(*) from t where {today}")
    files.sql(f"update t set store_id = (select min(store_id) from t) where {today}")
    files.write(*LINES)
    return count


def _shuffle(files: Delivered, *, only_today: bool) -> int:
    """Give the orders' customers to one another, in lines and headers alike."""
    files.read(*LINES, "lines")
    files.read(*HEADERS, "headers")
    today = files.today("min(transaction_timestamp)") if only_today else "true"
    files.sql(f"""
        create or replace table swapped as
        with baskets as (
            select
                basket_id,
                any_value(household_id) as household_id,
                row_number() over (order by basket_id) as number,
                row_number() over (order by hash(basket_id)) as other
            from lines
            group by basket_id
            having {today}
        )

        select baskets.basket_id, others.household_id
        from baskets
        inner join baskets as others on baskets.number = others.other
    """)
    count = files.one(
        "select count(*) from lines inner join swapped using (basket_id)"
        " where lines.household_id <> swapped.household_id"
    )
    for table in ("lines", "headers"):
        files.sql(
            f"update {table} set household_id = swapped.household_id from swapped"
            f" where {table}.basket_id = swapped.basket_id"
        )
    files.write(*LINES, "lines")
    files.write(*HEADERS, "headers")
    return count


@FAULTS.into_files("customers_shuffled_today")
def customers_shuffled_today(files: Delivered) -> int:
    """The orders of the day belong to one another's customers."""
    return _shuffle(files, only_today=True)


@FAULTS.into_files("customers_shuffled_always")
def customers_shuffled_always(files: Delivered) -> int:
    """All orders belong to one another's customers."""
    return _shuffle(files, only_today=False)
