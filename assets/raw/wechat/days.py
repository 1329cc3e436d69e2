"""Days of the daily figures (数据统计): they are days in Beijing, and there the morning after."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

from assets.raw.connector.model import State, Window
from assets.raw.wechat.settings import WeChatSettings

BEIJING = timezone(timedelta(hours=8))
ONE_DAY = timedelta(days=1)


def last_ready_day(moment: datetime, ready_hour: int) -> date:
    """The newest day whose figures are there at that moment."""
    return (moment.astimezone(BEIJING) - timedelta(hours=ready_hour)).date() - ONE_DAY


def first_state(window: Window, settings: WeChatSettings) -> State:
    """The days of a pull: what became ready in the window, and the days that may be corrected."""
    begin = settings.since
    if window.lower is not None:
        seen = last_ready_day(window.lower, settings.ready_hour)
        begin = max(begin, seen + ONE_DAY - settings.restated_days * ONE_DAY)
    end = last_ready_day(window.upper, settings.ready_hour)
    return {"begin": begin.isoformat(), "end": end.isoformat()}


def span(state: State, window_days: int) -> tuple[date, date] | None:
    """First and last day of the next call; None when no day is left."""
    begin, end = date.fromisoformat(state["begin"]), date.fromisoformat(state["end"])
    if begin > end:
        return None
    return begin, min(end, begin + (window_days - 1) * ONE_DAY)


def after(state: State, last: date) -> State | None:
    """The state after a call; None when all days were asked for."""
    if last >= date.fromisoformat(state["end"]):
        return None
    return {**state, "begin": (last + ONE_DAY).isoformat()}
