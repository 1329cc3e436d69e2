"""Listings below the records of another stream: which records count, and what they pass on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from assets.raw.connector import strict_json
from assets.raw.connector.errors import Fatal
from assets.raw.rest import paths
from assets.raw.rest.settings import Stream
from assets.raw.rest.texts import parent_fields

MEMBER = "_parent"
"""Name of the member that says in each record which record it stands below."""


def waiting(stream: Stream, records: Iterable[bytes]) -> list[dict[str, Any]]:
    """The values that each parent passes on, of those that count.

    Raises:
        Fatal: a parent lacks one.
    """
    assert stream.parent is not None
    names = parent_fields([stream.path, stream.params, stream.body])
    found = []
    for record in records:
        if stream.parent.when is not None and not paths.value_at(record, stream.parent.when):
            continue
        values = {name: paths.value_at(record, name) for name in names}
        missing = [name for name, value in values.items() if not _is_scalar(value)]
        if missing:
            raise Fatal(
                f"sends records of {stream.parent.stream} without {missing[0]!r}; "
                "mend {parent.…} in the stream"
            )
        found.append(values)
    return found


def below(values: dict[str, Any], records: Iterable[bytes]) -> list[bytes]:
    """The records, each with the values of its parent as the member `_parent` before the rest."""
    member = b'{"%s":%s' % (MEMBER.encode(), strict_json.dumps(values))
    return [_joined(member, record) for record in records]


def _joined(member: bytes, record: bytes) -> bytes:
    rest = record[1:].lstrip()
    return member + (b"}" if rest.startswith(b"}") else b"," + rest)


def _is_scalar(value: Any) -> bool:
    return isinstance(value, str | int) and not isinstance(value, bool) and value != ""
