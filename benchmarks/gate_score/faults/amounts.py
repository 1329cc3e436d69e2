"""Amounts: units, currencies, signs, scales."""

from __future__ import annotations

from benchmarks.gate_score.delivered import Delivered
from benchmarks.gate_score.faults.registry import FAULTS

LINES = ("orders", "order_lines")
HEADERS = ("orders", "order_headers")
OF_LINES = ("sales_value", "retail_disc", "coupon_disc", "coupon_match_disc")
OF_HEADERS = ("discount_amount", "shipping_amount", "tax_amount", "total_amount")


def _times(files: Delivered, factor: str, *, only_today: bool) -> int:
    """Multiply what the shop says of its orders: the amounts of lines and headers alike."""
    files.read(*LINES, "lines")
    files.read(*HEADERS, "headers")
    today = files.today("transaction_timestamp") if only_today else "true"
    count = files.one(f"select count(*) from lines where {today}")
    for table, columns, moved in (
        ("lines", OF_LINES, today),
        ("headers", OF_HEADERS, files.today("placed_at") if only_today else "true"),
    ):
        changed = ", ".join(
            f"{column} = cast(round({column} * {factor}, 2) as decimal(18, 2))"
            for column in columns
        )
        for column in columns:
            files.sql(f"alter table {table} alter {column} type decimal(18, 2)")
        files.sql(f"update {table} set {changed} where {moved}")
    files.write(*LINES, "lines")
    files.write(*HEADERS, "headers")
    return count


@FAULTS.into_files("cents_today")
def cents_today(files: Delivered) -> int:
    """The orders of the day are in cents."""
    return _times(files, "100", only_today=True)


@FAULTS.into_files("cents_always")
def cents_always(files: Delivered) -> int:
    """All orders and refunds are in cents."""
    count = _times(files, "100", only_today=False)
    files.read("orders", "refunds")
    files.sql("update t set refund_amount = cast(refund_amount as decimal(18, 2)) * 100")
    files.write("orders", "refunds")
    return count


@FAULTS.into_files("other_currency_today")
def other_currency_today(files: Delivered) -> int:
    """The amounts of the day are in renminbi, and nothing says so."""
    return _times(files, "6.6", only_today=True)


@FAULTS.into_files("other_currency_said")
def other_currency_said(files: Delivered) -> int:
    """The orders of the day say that they are in renminbi, and are in dollars."""
    files.read(*HEADERS)
    today = files.today("placed_at")
    count = files.one(f"select count(*) from t where {today}")
    files.sql(f"update t set currency = 'CNY' where {today}")
    files.write(*HEADERS)
    return count


@FAULTS.into_files("sign_flipped_today")
def sign_flipped_today(files: Delivered) -> int:
    """The sales of the day are negative, their totals too."""
    files.read(*LINES, "lines")
    files.read(*HEADERS, "headers")
    today = files.today("transaction_timestamp")
    count = files.one(f"select count(*) from lines where {today} and sales_value > 0")
    files.sql(f"update lines set sales_value = -sales_value where {today}")
    files.sql(f"update headers set total_amount = -total_amount where {files.today('placed_at')}")
    files.write(*LINES, "lines")
    files.write(*HEADERS, "headers")
    return count


@FAULTS.into_files("sign_flipped_refunds")
def sign_flipped_refunds(files: Delivered) -> int:
    """Refunds are negative."""
    files.read("orders", "refunds")
    files.sql("update t set refund_amount = '-' || refund_amount")
    files.write("orders", "refunds")
    return files.one("select count(*) from t")


@FAULTS.into_files("points_tenfold")
def points_tenfold(files: Delivered) -> int:
    """Points earned on the day are ten times too many."""
    files.read("loyalty", "points_ledger")
    earned = f"kind = 'earn' and {files.today('occurred_at')}"
    files.sql(f"update t set points = points || '0' where {earned}")
    files.write("loyalty", "points_ledger")
    return files.one(f"select count(*) from t where {earned}")


@FAULTS.into_files("score_of_another_scale")
def score_of_another_scale(files: Delivered) -> int:
    """NPS scores of 0 to 10 became 1 to 5."""
    files.read("feedback", "responses")
    files.sql("update t set score = 1 + cast(round(score * 0.4) as bigint) where kind = 'nps'")
    files.write("feedback", "responses")
    return files.one("select count(*) from t where kind = 'nps'")


@FAULTS.into_files("inverted_rates")
def inverted_rates(files: Delivered) -> int:
    """Exchange rates are the other way round."""
    files.read("finance", "exchange_rates")
    files.sql(
        "update t set rate = cast(cast(1 / cast(rate as double) as decimal(20, 10)) as varchar)"
    )
    files.write("finance", "exchange_rates")
    return files.one("select count(*) from t")
