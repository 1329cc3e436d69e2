"""The objects of the source contracts, as far as gates need to know them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True)
class RawObject:
    """What the gate needs to know of one object of a source contract."""

    source: str
    name: str
    required_columns: tuple[str, ...] = ()
    money_columns: tuple[str, ...] = ()
    optional: bool = False
    max_quarantined_ratio: float = 0.0
    event_column: str = ""
    event_is_date: bool = False
    is_stream: bool = False
    is_snapshot: bool = False

    @property
    def subject(self) -> str:
        """How sentences call it."""
        return f"{self.source}.{self.name}"

    @property
    def table(self) -> str:
        """Name of its tables in the schemas raw and quarantine."""
        return f"{self.source}__{self.name}"


CALENDAR = RawObject("calendar", "days", required_columns=("date_day",))
"""Computed, not delivered: it has no contract."""


class ObjectLike(Protocol):
    """An object of a source contract, as far as the gate reads it."""

    @property
    def columns(self) -> Sequence[Any]: ...  # noqa: D102
    @property
    def money(self) -> Sequence[str]: ...  # noqa: D102
    @property
    def optional(self) -> bool: ...  # noqa: D102
    @property
    def max_quarantined_ratio(self) -> float: ...  # noqa: D102
    @property
    def event_at(self) -> str | None: ...  # noqa: D102
    @property
    def stream(self) -> str | None: ...  # noqa: D102
    @property
    def delivery(self) -> str: ...  # noqa: D102

    def is_required(self, column: Any, /) -> bool: ...  # noqa: D102
    def column(self, name: str, /) -> Any: ...  # noqa: D102


class ContractLike(Protocol):
    """A source contract; `assets` cannot be imported here."""

    @property
    def source(self) -> str: ...  # noqa: D102
    @property
    def objects(self) -> Mapping[str, ObjectLike]: ...  # noqa: D102


def raw_objects(contracts: Iterable[ContractLike]) -> list[RawObject]:
    """The objects of the contracts, and the calendar, as the gate wants them."""
    return [
        CALENDAR,
        *_contracted(contracts),
    ]


def _contracted(contracts: Iterable[ContractLike]) -> list[RawObject]:
    return [
        RawObject(
            source=contract.source,
            name=name,
            required_columns=tuple(
                column.name for column in declared.columns if declared.is_required(column)
            ),
            money_columns=tuple(declared.money),
            optional=declared.optional,
            max_quarantined_ratio=declared.max_quarantined_ratio,
            event_column=declared.event_at or "",
            event_is_date=bool(declared.event_at)
            and declared.column(declared.event_at or "").type == "date",
            is_stream=declared.stream is not None,
            is_snapshot=declared.delivery == "snapshot",
        )
        for contract in contracts
        for name, declared in contract.objects.items()
    ]
