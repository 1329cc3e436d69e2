"""The ways to turn pages (分页), as a contract writes them."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from assets.raw.contract_columns import Strict

Place = Literal["query", "body"]


class Total(Strict):
    """Where an answer says how many records the whole listing has: a header or a JSON path."""

    header: str | None = None
    path: str | None = None

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        if (self.header is None) == (self.path is None):
            raise ValueError("give header or path, one of them")
        return self


class NoPaging(Strict):
    """Everything comes in one answer."""

    kind: Literal["none"] = "none"


class Flags(Strict):
    """The end of a listing where the answer says it.

    Attributes:
        more: JSON path; there is more when it is neither missing nor empty nor false.
        end: JSON path; the listing ends when it is true, or when it and the next page are missing.
    """

    more: str | None = None
    end: str | None = None


class PageToken(Flags):
    """The answer holds a token (cursor, 游标) for the next page.

    Attributes:
        token: JSON path of the token.
        parameter: Name that it is sent under; dots go down into the body.
        drop: Parameters that are left out once there is a token.
    """

    kind: Literal["page_token"]
    token: str
    parameter: str
    place: Place = Field(default="query", alias="in")
    drop: list[str] = Field(default_factory=list)


class NextUrl(Flags):
    """The answer holds the address of the next page."""

    kind: Literal["next_url"]
    url: str = Field(description="JSON path of the address")


class LinkHeader(Strict):
    """The header `Link` holds the address of the next page (RFC 8288, rel=next)."""

    kind: Literal["link_header"]


class Sized(Strict):
    """Pages of a size that we name."""

    size: int = Field(default=100, ge=1)
    size_parameter: str | None = None
    place: Place = Field(default="query", alias="in")


class Counted(Sized):
    """Pages that are counted, so that records slip across their edges when some vanish.

    Attributes:
        stop: empty_page: after a page without records. short_page: after a page that is not full.
            total: when all records that `total` announces were read.
        total: When given, a listing that shrinks while it is read is stepped back, so that no
            record slips through.
    """

    stop: Literal["empty_page", "short_page", "total"] = "empty_page"
    total: Total | None = None

    @model_validator(mode="after")
    def _total_where_needed(self) -> Self:
        if self.stop == "total" and self.total is None:
            raise ValueError("total is missing: the header or JSON path of the number of records")
        return self


class PageNumber(Counted):
    """Pages with numbers (页码).

    Attributes:
        last: The highest number that the system serves; a longer listing is an error.
    """

    kind: Literal["page_number"]
    parameter: str = "page"
    first: int = 1
    last: int | None = None


class Offset(Counted):
    """Pages by the number of records before them (偏移量).

    Attributes:
        last: The highest offset that the system serves; a longer listing is an error.
    """

    kind: Literal["offset"]
    parameter: str = "offset"
    last: int | None = None


class Keyset(Sized):
    """Each page begins after (or at) a key of the page before.

    Attributes:
        field: JSON path of the key in a record.
        parameter: Name that it is sent under.
        take: Which record's key: of the last one, or the greatest or smallest of the page.
        inclusive: The record of the key comes again at the start of the next page.
    """

    kind: Literal["keyset"]
    field: str
    parameter: str
    take: Literal["last", "max", "min"] = "last"
    inclusive: bool = False
    stop: Literal["empty_page", "short_page"] = "empty_page"


Paging = Annotated[
    NoPaging | PageToken | NextUrl | LinkHeader | PageNumber | Offset | Keyset,
    Field(discriminator="kind"),
]
