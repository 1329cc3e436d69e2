"""CDNOW, the order file of the published examples: from the data folder of the wheel `lifetimes`.

The package itself cannot be imported any more, and need not be: only its text files are read.
"""

from __future__ import annotations

import importlib.util
from datetime import date, datetime
from pathlib import Path

import duckdb

CUT = date(1997, 9, 30)
"""The end of the 39 weeks that the published fits are of."""
END = date(1998, 6, 30)
MISSING = "The CDNOW order file is missing: make setup"


def file(name: str) -> Path:
    found = importlib.util.find_spec("lifetimes")
    assert found is not None, MISSING
    assert found.origin is not None, MISSING
    path = Path(found.origin).parent / "datasets" / name
    assert path.exists(), MISSING
    return path


def orders(sample: bool = True) -> list[tuple[str, date, int, str]]:
    """Customer, day, number of discs and dollars of each order; the 1/10 sample or everybody."""
    lines = file("CDNOW_sample.txt" if sample else "CDNOW_master.txt").read_text().splitlines()
    rows = [line.split() for line in lines if line.strip()[:1].isdigit()]
    return [
        (row[0], datetime.strptime(row[-3], "%Y%m%d").date(), int(row[-2]), row[-1])  # noqa: DTZ007
        for row in rows
    ]


def create_purchase_days(
    con: duckdb.DuckDBPyConnection, name: str = "customer_purchase_days", sample: bool = True
) -> None:
    """A table of the shape of core.customer_purchase_days; margin is a third of the amount."""
    listed = orders(sample)
    columns = [list(column) for column in zip(*listed, strict=True)]
    con.execute(
        f"""
        create or replace table {name} as
        with orders as (
            select
                unnest($1::varchar[]) as customer_key,
                unnest($2::date[]) as purchased_on,
                unnest($3::varchar[])::decimal(18, 2) as amount
        )
        select
            customer_key,
            date '{END}' as as_of_date,
            purchased_on,
            count(*)::integer as order_count,
            sum(amount)::decimal(18, 2) as net_amount,
            round(sum(amount) / 3, 2)::decimal(18, 2) as margin_amount,
            'shop' as channel_id
        from orders
        group by customer_key, purchased_on
        """,
        [columns[0], columns[1], columns[3]],
    ).fetchall()
