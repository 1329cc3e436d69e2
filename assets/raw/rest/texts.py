"""Texts of a contract with places to fill in: `{lower}`, `{upper:epoch_s}`, `{parent.id}`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

PLACE = re.compile(r"\{([\w.:]*)\}")
BOUND = re.compile(r"(lower|upper)(?::(\w+))?")
ABSENT = object()

FORMATS: Mapping[str, Callable[[datetime], str | int]] = {
    "iso": lambda moment: moment.isoformat(timespec="seconds").replace("+00:00", "Z"),
    "iso_naive": lambda moment: moment.replace(tzinfo=None).isoformat(timespec="seconds"),
    "datetime": lambda moment: f"{moment:%Y-%m-%d %H:%M:%S}",
    "date": lambda moment: f"{moment:%Y-%m-%d}",
    "epoch_s": lambda moment: int(moment.timestamp()),
    "epoch_ms": lambda moment: int(moment.timestamp()) * 1000,
    "http": lambda moment: format_datetime(moment.astimezone(UTC), usegmt=True),
}
"""How a bound is written. Parts of a second are cut off: the overlap of a pull is longer."""


def check_texts(value: Any) -> None:
    """Refuse places that nothing will ever fill.

    Raises:
        ValueError: an unknown name or format.
    """
    for name in _places(value):
        bound = BOUND.fullmatch(name)
        if bound and (bound[2] is None or bound[2] in FORMATS):
            continue
        if re.fullmatch(r"parent\.[\w.]+", name):
            continue
        raise ValueError(
            f"{{{name}}} is unknown; use {{lower}}, {{upper}} (with :{', :'.join(FORMATS)}) "
            "or {parent.<field>}"
        )


def names_in(value: Any) -> set[str]:
    """What is filled in: `lower`, `upper`, `parent.<field>`."""
    return {name.partition(":")[0] for name in _places(value)}


def parent_fields(value: Any) -> list[str]:
    """JSON paths of the parent's values that are filled in, sorted."""
    return sorted(
        name.removeprefix("parent.") for name in names_in(value) if name.startswith("parent.")
    )


class Filling:
    """The values of one request.

    Args:
        lower: Start of the changes, None from the beginning.
        upper: End of the changes.
        zone: Time zone of the formats that write local time.
        parent: Values of the record above.
    """

    def __init__(
        self,
        lower: datetime | None,
        upper: datetime,
        zone: str = "UTC",
        parent: Mapping[str, Any] | None = None,
    ) -> None:
        self._bounds = {"lower": lower, "upper": upper}
        self._zone = UTC if zone == "UTC" else ZoneInfo(zone)
        self._parent = parent or {}

    def path(self, text: str) -> str:
        """A path with its places filled in, safe in an address."""
        return PLACE.sub(lambda found: quote(str(self._value(found[1])), safe=""), text)

    def value(self, value: Any) -> Any:
        """Parameters, headers or a body, filled in; what needs a missing lower bound is left out.

        A value that is nothing but a place keeps its type: `{lower:epoch_ms}` is a number in JSON.
        """
        filled = self._fill(value)
        return {} if filled is ABSENT else filled

    def _fill(self, value: Any) -> Any:
        if isinstance(value, Mapping):
            filled = {key: self._fill(item) for key, item in value.items()}
            return {key: item for key, item in filled.items() if item is not ABSENT}
        if isinstance(value, list):
            return [item for item in map(self._fill, value) if item is not ABSENT]
        if not isinstance(value, str) or not PLACE.search(value):
            return value
        if "lower" in names_in(value) and self._bounds["lower"] is None:
            return ABSENT
        if whole := PLACE.fullmatch(value):
            return self._value(whole[1])
        return PLACE.sub(lambda found: str(self._value(found[1])), value)

    def _value(self, name: str) -> Any:
        if bound := BOUND.fullmatch(name):
            moment = self._bounds[bound[1]]
            assert moment is not None, "settings make sure that there is a bound"
            return FORMATS[bound[2] or "iso"](moment.astimezone(self._zone))
        return self._parent[name.removeprefix("parent.")]


def _places(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield from PLACE.findall(value)
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _places(item)
    elif isinstance(value, list):
        for item in value:
            yield from _places(item)
