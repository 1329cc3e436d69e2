"""The dates that rules may know: the run's business date, and the first one of the instance."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Day:
    """The run's business date, the time zone that makes it one, and C360_FIRST_DATE."""

    as_of: date
    timezone: str
    first_date: date

    def date_of(self, column: str) -> str:
        """SQL: the business date of a UTC timestamp."""
        return f"cast({self.local(column)} as date)"

    def local(self, column: str) -> str:
        """SQL: a UTC timestamp as the clock on the wall showed it."""
        return f"timezone('{self.timezone}', timezone('UTC', cast({column} as timestamp)))"

    @property
    def sql(self) -> str:
        """SQL: the business date."""
        return f"date '{self.as_of.isoformat()}'"
