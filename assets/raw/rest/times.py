"""Times in records, for listings that are read from the newest backwards."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from assets.raw.connector.errors import Fatal
from assets.raw.rest import paths
from assets.raw.rest.settings import NewestFirst


def all_older(rule: NewestFirst, records: Sequence[bytes], lower: datetime) -> bool:
    """Whether the whole page lies before the lower bound; one old record alone may be pinned.

    Raises:
        Fatal: a record has no such time.
    """
    if not records:
        return False
    return all(_moment(rule, record) < lower for record in records)


def _moment(rule: NewestFirst, record: bytes) -> datetime:
    value: Any = paths.value_at(record, rule.field)
    try:
        if rule.format in ("epoch_s", "epoch_ms"):
            seconds = int(value) / (1000 if rule.format == "epoch_ms" else 1)
            return datetime.fromtimestamp(seconds, UTC)
        if rule.format == "iso":
            moment = datetime.fromisoformat(str(value))
        else:
            moment = datetime.strptime(str(value), rule.format)  # noqa: DTZ007 - see next line
    except (TypeError, ValueError, OverflowError):
        raise Fatal(
            f"sends records whose {rule.field} is no time in the format {rule.format}; "
            "mend newest_first"
        ) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
