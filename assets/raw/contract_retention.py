"""How long a contract lets rows and values be kept, and what of it makes no sense."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from assets.raw.contract_columns import Days, Strict

if TYPE_CHECKING:
    from assets.raw.contract_model import ObjectContract


class Retention(Strict):
    """How long the rows of an object are kept, by its `event_at`.

    Attributes:
        days: A row that is older than so many days at the business date goes; one that is exactly
            so old stays.
    """

    days: Days


def check_retention(obj: ObjectContract) -> None:
    """Refuse limits that cannot be kept.

    Raises:
        ValueError: why, in one line.
    """
    limited = [column for column in obj.columns if column.retention_days is not None]
    if not obj.event_at and (obj.retention or limited):
        what = "retention" if obj.retention else f"retention_days of column {limited[0].name!r}"
        raise ValueError(
            f"{what} needs event_at: the column that tells how old a row is; name it, or remove "
            "the limit (an object without a time is kept as long as its source delivers it)"
        )
    needed = {obj.valid_from, *obj.money, *_named_by(obj)}
    for column in limited:
        if obj.is_required(column) or column.name in needed:
            raise ValueError(
                f"retention_days would empty the column {column.name!r}, which the row needs (key, "
                "version, time, money, required, or what another column's kind depends on); remove "
                "it, or give the rows a shorter retention"
            )
        if obj.retention and (column.retention_days or 0) >= obj.retention.days:
            raise ValueError(
                f"column {column.name!r} is kept for {column.retention_days} days, but its row "
                f"only for {obj.retention.days}; give the value less, or remove its limit"
            )


def with_default(
    objects: Mapping[str, ObjectContract], days: int | None
) -> dict[str, ObjectContract]:
    """The objects with the limit of their source, where they have a time and no own limit.

    Raises:
        ValueError: the limits do not fit one another.
    """
    found: dict[str, ObjectContract] = {}
    for name, obj in objects.items():
        found[name] = obj
        if days is not None and obj.event_at and obj.retention is None:
            found[name] = obj.model_copy(update={"retention": Retention(days=days)})
            try:
                check_retention(found[name])
            except ValueError as error:
                raise ValueError(f"object {name}: {error}") from None
    _check_streams(found)
    return found


def _check_streams(objects: Mapping[str, ObjectContract]) -> None:
    """A record that several objects are made of can only go at one time."""
    first: dict[str, tuple[str, int | None]] = {}
    for name, obj in objects.items():
        if obj.stream is None:
            continue
        days = obj.retention.days if obj.retention else None
        other, said = first.setdefault(obj.stream, (name, days))
        if said != days:
            raise ValueError(
                f"objects {other} and {name} are made of the stream {obj.stream}, but their rows "
                f"are kept for {_spoken(said)} and {_spoken(days)}; give them the same retention"
            )


def _spoken(days: int | None) -> str:
    return "ever" if days is None else f"{days} days"


def _named_by(obj: ObjectContract) -> set[str]:
    said = [kinds for column in obj.columns for kinds in (column.identifier, column.person)]
    return {kinds["by"] for kinds in said if isinstance(kinds, dict)}
