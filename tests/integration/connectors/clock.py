"""A clock of its own for systems and connectors: sleeping moves it, and nothing else does."""

from __future__ import annotations

from datetime import datetime, timedelta


class Time:
    """Gives the same moment until somebody sleeps or time passes by."""

    def __init__(self, start: datetime) -> None:
        self.now = start
        self.slept: list[float] = []

    def __call__(self) -> datetime:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.pass_by(seconds=seconds)

    def pass_by(self, **length: float) -> None:
        self.now += timedelta(**length)

    @property
    def milliseconds(self) -> int:
        return int(self.now.timestamp() * 1000)
