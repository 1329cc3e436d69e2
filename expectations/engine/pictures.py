"""A series of days as a picture and as a table, for the check's page in the Dagster UI.

Drawn as SVG by hand: a few kilobytes, no library to load in the middle of a gate. What is drawn are
totals of days, names of rules and dates; nothing of a person can be in it.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from math import isfinite

import duckdb

from expectations.engine.measured import kept_as
from expectations.engine.rules import MEASURED, Suite

SHOWN_DAYS = 56
"""Eight weeks are drawn: those from which the expected value comes."""

TABLE_DAYS = 14
"""Two weeks are written out."""

_WIDTH, _HEIGHT = 720, 190
_LEFT, _RIGHT, _TOP, _BOTTOM = 70, 20, 26, 24

_GREY, _BLUE, _GREEN, _RED = "#8c8c8c", "#4c72b0", "#55a868", "#c44e52"


@dataclass(frozen=True)
class DayValue:
    """A value of a business date; of the last one, what was expected and the band too."""

    day: date
    value: float
    expected: float | None = None
    lower: float | None = None
    upper: float | None = None

    @property
    def is_outside(self) -> bool:
        """Whether the value lies outside its band."""
        above = self.upper is not None and self.value > self.upper
        return above or (self.lower is not None and self.value < self.lower)


def pictures_of(connection: duckdb.DuckDBPyConnection, suite: Suite) -> dict[str, str]:
    """Picture and table, as Markdown, of each rule with a band of a suite that was run.

    A series that cannot be read has no picture; that its rule could not be asked is told by the
    rule. What the database says of it may quote a value.
    """
    found: dict[str, str] = {}
    for rule in suite.rules:
        if rule.days:
            try:
                query = rule.days.replace(MEASURED, kept_as(suite, rule).sql)
                rows = connection.execute(query).fetchall()
            except duckdb.Error:
                continue
            said = days_as_markdown(
                rule.name, [DayValue(row[0], row[1] or 0.0, *row[2:]) for row in rows]
            )
            if said:
                found[rule.name] = said
    return found


def days_as_markdown(rule: str, days: Sequence[DayValue]) -> str:
    """Picture and table of one rule with a band; empty without days.

    Args:
        rule: Its name.
        days: In order; the last one is the run's business date.
    """
    if not days:
        return ""
    # A blank line before and after: Markdown would take the table for part of the picture's line.
    return f"![{rule}]({_data_uri(days_as_svg(rule, days))})\n\n{_table(days[-TABLE_DAYS:])}\n"


def days_as_svg(rule: str, days: Sequence[DayValue]) -> str:
    """The last eight weeks, and what was expected of the last day."""
    shown = list(days[-SHOWN_DAYS:])
    first, today = shown[0].day, shown[-1]
    ceiling = _ceiling(shown)
    step = (_WIDTH - _LEFT - _RIGHT) / max((today.day - first).days, 1)

    def across(day: date) -> float:
        return _LEFT + (day - first).days * step

    def up(value: float) -> float:
        share = min(max(value / ceiling, 0.0), 1.0)
        return _HEIGHT - _BOTTOM - share * (_HEIGHT - _BOTTOM - _TOP)

    x, y = across(today.day), up(today.value)
    points = " ".join(f"{across(d.day):.1f},{up(d.value):.1f}" for d in shown)
    band = ""
    if today.lower is not None and today.upper is not None:
        low, high = up(today.lower), up(today.upper)
        band = (
            f'<path d="M{x:.1f} {low:.1f}V{high:.1f}" stroke="{_GREEN}" stroke-width="9"'
            ' opacity=".45"/>'
        )
    if today.expected is not None:
        band += f'<path d="M{x - 7:.1f} {up(today.expected):.1f}h14" stroke="{_GREY}"/>'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{_HEIGHT}"'
        ' font-family="sans-serif" font-size="11" fill="#333">'
        '<rect width="100%" height="100%" fill="#fff"/>'
        f'<text x="{_LEFT}" y="15">{escape(rule)} by day; of {today.day} with its band (green)'
        " and what was expected (grey)</text>"
        f"{_scale(ceiling)}"
        f'<polyline points="{points}" fill="none" stroke="{_BLUE}" stroke-width="1.5"/>'
        f'{band}<circle cx="{x:.1f}" cy="{y:.1f}" r="4"'
        f' fill="{_RED if today.is_outside else _BLUE}"/>'
        f'<text x="{_LEFT}" y="{_HEIGHT - 8}">{first}</text>'
        f'<text x="{_WIDTH - _RIGHT}" y="{_HEIGHT - 8}" text-anchor="end">{today.day}</text>'
        "</svg>"
    )


def _ceiling(days: Sequence[DayValue]) -> float:
    """The top of the picture: room above what is drawn, but not for a bound far away."""
    drawn = [day.value for day in days] + [day.expected or 0.0 for day in days]
    bounds = [
        day.upper for day in days if day.upper is not None and day.upper <= 3 * max(*drawn, 0.0)
    ]
    return 1.05 * max([*drawn, *bounds]) or 1.0


def _scale(ceiling: float) -> str:
    bottom = _HEIGHT - _BOTTOM
    return "".join(
        f'<path d="M{_LEFT} {y:.1f}H{_WIDTH - _RIGHT}" stroke="#ddd"/>'
        f'<text x="{_LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{_number(share * ceiling)}</text>'
        for share in (0.0, 0.5, 1.0)
        for y in [bottom - share * (bottom - _TOP)]
    )


def _data_uri(svg: str) -> str:
    return "data:image/svg+xml;base64," + b64encode(svg.encode()).decode()


def _table(days: Sequence[DayValue]) -> str:
    lines = ["| day | value | expected | band |", "|---|--:|--:|--:|"]
    for day in reversed(days):
        band = ""
        if day.lower is not None and day.upper is not None:
            band = f"{_number(day.lower)} to {_number(day.upper)}"
        expected = "" if day.expected is None else _number(day.expected)
        mark = " (outside)" if day.is_outside else ""
        lines.append(f"| {day.day} | {_number(day.value)}{mark} | {expected} | {band} |")
    return "\n".join(lines)


def _number(value: float) -> str:
    if not isfinite(value):
        return "any"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:,.4g}"
