"""What can go wrong with a system, sorted by what the pull has to do about it.

Every text is one line: what, in which source, why, how to mend it. None of them quotes an answer,
a credential or a value of a record.
"""

from __future__ import annotations

from assets.raw.errors import FileError


class SourceError(FileError):
    """A system cannot be read; what was landed before stays."""


class Retryable(SourceError):  # noqa: N818 - an order to the pull, as its siblings
    """Busy, overloaded, unreachable or cut off: ask again after a while."""

    def __init__(self, message: str, after: float | None = None) -> None:
        """`after`: seconds that the system asks us to wait; None when it does not say."""
        super().__init__(message)
        self.after = after


class TokenRejected(SourceError):  # noqa: N818
    """The access token counts no more: get another and ask again, once."""


class StopForToday(SourceError):  # noqa: N818
    """The quota of the day is used up: the pull goes on where it stopped, tomorrow."""


class Fatal(SourceError):  # noqa: N818
    """A person must mend something; asking again is no use."""


class PositionExpired(SourceError):  # noqa: N818
    """A page token counts no more: the listing starts again from its beginning."""
