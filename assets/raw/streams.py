"""Objects that come from a system: bring their stream up to date, and say which pulls count."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from assets.raw.connector.errors import Fatal
from assets.raw.connector.fields import declared_fields, optional_fields
from assets.raw.connector.model import Connection
from assets.raw.connector.pages import LandedStream, counting_pulls, usual_records
from assets.raw.connector.pull import Wanted, pull
from assets.raw.connector.pulls import PullStore
from assets.raw.connector.registry import connector_class
from assets.raw.connector.variables import Lookup, is_configured, resolved
from assets.raw.contract_model import ObjectContract, SourceContract

Clock = Callable[[], datetime]


def open_connection(
    home: Path, contract: SourceContract, lookup: Lookup, clock: Clock
) -> Connection:
    """The connection of a source, its variables resolved.

    Args:
        home: Folder of the instance.
        contract: The source; it has a `connection`.
        lookup: Gives the value of a variable.
        clock: Gives now, UTC without time zone.

    Raises:
        Fatal: a variable is not set.
    """
    assert contract.connection is not None
    return Connection(
        source=contract.source,
        settings=resolved(contract.connection.settings, lookup, contract.source),
        home=home,
        clock=lambda: clock().replace(tzinfo=UTC),
        sleep=time.sleep,
        written=contract.connection.settings,
    )


def pull_object(
    home: Path, contract: SourceContract, name: str, lookup: Lookup, clock: Clock
) -> LandedStream:
    """Pull what is new in the stream of an object, and return the pulls to load it from.

    Raises:
        SourceError: the system cannot be read; what was landed before stays.
    """
    obj = contract.objects[name]
    assert contract.connection is not None
    assert obj.stream is not None
    if not is_configured(contract.connection.settings, lookup):
        refuse_lost(home, contract, obj)
        return LandedStream([], is_configured=False)
    connection = open_connection(home, contract, lookup, clock)
    with closing(connector_class(contract.connection.system)(connection)) as connector:
        pull(connection, connector, wanted(contract, obj))
    return landed_stream(home, contract.source, obj)


def landed_stream(home: Path, source: str, obj: ObjectContract) -> LandedStream:
    """The pulls of an object's stream that count, as they have landed."""
    done = PullStore(home, source, str(obj.stream)).done()
    before = done[-2].fields if len(done) > 1 else None
    return LandedStream(
        counting_pulls(done, obj.delivery),
        fields_before=before,
        usual_records=usual_records(done, obj.delivery),
    )


def refuse_lost(home: Path, contract: SourceContract, obj: ObjectContract) -> None:
    """Raise Fatal when a source that is not configured was pulled before: it got lost."""
    if PullStore(home, contract.source, str(obj.stream)).pulls():
        raise Fatal(
            f"{contract.source}: none of its variables is set any more, but it was pulled "
            "before; set them again, or remove its contract and its landing folder"
        )


def wanted(contract: SourceContract, obj: ObjectContract) -> Wanted:
    """What the contract wants of the stream of an object; all objects of one stream want the same.

    Raises:
        Fatal: they do not.
    """
    sharing = [other for other in contract.objects.values() if other.stream == obj.stream]
    for other in sharing:
        if (other.delivery, other.options) != (obj.delivery, obj.options):
            raise Fatal(
                f"{contract.source}: the objects of the stream {obj.stream} differ in delivery or "
                "options; give them the same, they are pulled once"
            )
    return Wanted(
        stream=str(obj.stream),
        delivery=obj.delivery,
        fields=declared_fields(sharing),
        optional=optional_fields(sharing),
        # As the pull keeps them: YAML knows dates, and keys that are numbers.
        options=json.loads(json.dumps(obj.options, default=str)),
        overlap=timedelta(seconds=max(other.overlap_seconds for other in sharing)),
        every=timedelta(days=max(other.every_days for other in sharing)),
    )
