"""How values are written: encodings, formats of numbers, keys and texts."""

from __future__ import annotations

import re

from benchmarks.gate_score.delivered import Delivered
from benchmarks.gate_score.faults.registry import FAULTS, share

ACCOUNTS = ("orders", "customers")
MEMBERS = ("loyalty", "members")


def _update(files: Delivered, source: str, name: str, change: str, where: str = "true") -> int:
    files.read(source, name)
    rows = files.one(f"select count(*) from t where {where}")
    files.sql(f"update t set {change} where {where}")
    files.write(source, name)
    return rows


@FAULTS.into_files("decimal_comma")
def decimal_comma(files: Delivered) -> int:
    """Refunds are written 12,50."""
    return _update(files, "orders", "refunds", "refund_amount = replace(refund_amount, '.', ',')")


@FAULTS.into_files("currency_signs")
def currency_signs(files: Delivered) -> int:
    """Costs of campaigns are written ¥1,250.00."""
    return _update(
        files,
        "marketing",
        "campaign_details",
        "cost_amount = format('¥{:,.2f}', cast(cost_amount as double))",
    )


@FAULTS.into_files("ids_as_floats")
def ids_as_floats(files: Delivered) -> int:
    """The loyalty programme writes numbers of customers as 123.0."""
    return _update(files, *MEMBERS, "customer_id = customer_id || '.0'", "customer_id is not null")


@FAULTS.into_files("ids_cut")
def ids_cut(files: Delivered) -> int:
    """The loyalty programme's numbers of customers lost their last digit."""
    return _update(
        files,
        *MEMBERS,
        "customer_id = nullif(left(customer_id, length(customer_id) - 1), '')",
        "customer_id is not null",
    )


@FAULTS.into_files("ids_prefixed")
def ids_prefixed(files: Delivered) -> int:
    """The web tracker writes numbers of customers as C-123."""
    return _update(files, "web", "events", "user_id = 'C-' || user_id", "user_id is not null")


@FAULTS.into_files("keys_padded")
def keys_padded(files: Delivered) -> int:
    """The ledger's numbers of members have a blank behind them."""
    return _update(files, "loyalty", "points_ledger", "member_id = member_id || ' '")


@FAULTS.into_files("other_encoding")
def other_encoding(files: Delivered) -> int:
    """The shop accounts are GBK."""
    files.write_bytes(*ACCOUNTS, files.text(*ACCOUNTS).encode("gbk", errors="replace"))
    return 0


@FAULTS.into_files("mojibake")
def mojibake(files: Delivered) -> int:
    """The shop accounts were read as Latin-1 and saved again as UTF-8."""
    files.write_bytes(
        *ACCOUNTS, files.path(*ACCOUNTS).read_bytes().decode("latin-1").encode("utf-8")
    )
    return 0


@FAULTS.into_files("question_marks")
def question_marks(files: Delivered) -> int:
    """The Chinese characters of the tickets became question marks."""
    tickets = ("service", "tickets")
    broken = re.sub(r"[一-鿿]", "?", files.text(*tickets))
    files.write_bytes(*tickets, broken.encode(files.objects[tickets].encoding))
    return 0


@FAULTS.into_files("texts_cut")
def texts_cut(files: Delivered) -> int:
    """The comments of the feedback were cut to ten characters."""
    return _update(
        files, "feedback", "responses", "comment = left(comment, 10)", "length(comment) > 10"
    )


@FAULTS.into_files("nul_bytes")
def nul_bytes(files: Delivered) -> int:
    """One shop account of twenty has a NUL in its address."""
    return _update(
        files,
        *ACCOUNTS,
        "address = coalesce(address, '') || chr(0) || 'x'",
        share("customer_id", 50),
    )


@FAULTS.into_files("days_and_months_swapped")
def days_and_months_swapped(files: Delivered) -> int:
    """Birthdays of the shop accounts are written with the day before the month."""
    swapped = "strftime(cast(birth_date as date), '%Y-%d-%m')"
    return _update(
        files,
        *ACCOUNTS,
        f"birth_date = {swapped}",
        f"birth_date is not null and birth_date <> {swapped}",
    )


@FAULTS.into_files("personal_data_in_a_label")
def personal_data_in_a_label(files: Delivered) -> int:
    """The name of a campaign holds the phone number and the name of a customer."""
    files.read(*ACCOUNTS, "accounts")
    [(name, mobile)] = files.sql(
        "select full_name, mobile from accounts"
        " where regexp_full_match(mobile, '1[0-9]{10}') and full_name is not null"
        " order by customer_id limit 1"
    )
    return _update(
        files,
        "marketing",
        "campaign_details",
        f"campaign_name = '回访 {name} {mobile}'",
        "campaign_id = (select min(campaign_id) from t)",
    )
