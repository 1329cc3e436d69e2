"""The seed of special days is what the calendar library says, not what somebody typed."""

from __future__ import annotations

import csv
from datetime import date

from tests.dbt.manifest import DBT_PROJECT

SEED = DBT_PROJECT / "seeds" / "service" / "business_special_days.csv"


def test_days_of_the_united_states_are_the_federal_holidays() -> None:
    import holidays

    with SEED.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["holiday_calendar"] == "us"]
    listed = {date.fromisoformat(row["date_day"]): row["day_name"] for row in rows}
    years = range(min(listed).year, max(listed).year + 1)
    assert listed == dict(holidays.country_holidays("US", years=years, language="en_US"))
    assert {row["day_kind"] for row in rows} == {"holiday"}
