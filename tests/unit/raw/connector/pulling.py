"""What the tests of pulls want of a stream, and how it fails."""

from __future__ import annotations

from collections.abc import Callable

from assets.raw.connector.model import Request, State
from assets.raw.connector.pull import Wanted
from assets.raw.connector.pulls import Pull

WANTED = Wanted("books", fields=("id", "title"), options={"shelf": "a"})
OVERLAP = WANTED.overlap
Puller = Callable[..., Pull]


def failing(error: Exception, times: int = 1, page: int = 2) -> Callable[[Request, State], None]:
    """From that page on, so many requests fail."""
    seen = {"pages": 0, "failed": 0}

    def fail(request: Request, state: State) -> None:
        seen["pages"] += 1
        if seen["pages"] >= page and seen["failed"] < times:
            seen["failed"] += 1
            raise error

    return fail
