"""The connector of 纷享销客 Fxiaoke: objects by API name, field_options and live_ids."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec

from assets.raw.connector import strict_json
from assets.raw.connector.errors import Fatal, Retryable
from assets.raw.connector.model import (
    Connection,
    Connector,
    Page,
    Request,
    State,
    SystemField,
)
from assets.raw.connector.settings import checked_settings
from assets.raw.fxiaoke import describing, queries
from assets.raw.fxiaoke.asking import Asking
from assets.raw.fxiaoke.settings import FxiaokeSettings, StreamOptions

FIELD_OPTIONS = "field_options"
LIVE_IDS = "live_ids"


class _Row(msgspec.Struct):
    id: str = msgspec.field(name="_id")


_ROWS = msgspec.json.Decoder(list[_Row])


class Fxiaoke(Connector):
    """One tenant of Fxiaoke.

    Streams: the API name of any object (`LeadsObj`, `object_abc__c` …), in the order of `_id`;
    `field_options`: every option of the objects in `options.objects`; `live_ids`: the ids that
    these objects have now, from which deletes are seen, because the system has no list of them.
    """

    harmless_settings = Connector.harmless_settings | {
        *("host", "auth", "app_id", "app_secret", "permanent_code"),
        *("standard_path", "custom_path", "page_size"),
    }
    """Not `user`, whose rights count."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self._settings = checked_settings(FxiaokeSettings, connection.settings, connection.source)
        self.asks_for_declared_fields = self._settings.fields == "declared"
        self._asking = Asking(connection, self._settings)
        self._described: dict[str, describing.Described] = {}

    def increments(self, stream: str) -> bool:
        """Objects have a time of change; the two derived streams are always whole."""
        return stream not in (FIELD_OPTIONS, LIVE_IDS)

    def first(self, request: Request) -> State:
        """The first object, its first listing, before its first record."""
        self._objects(request)
        return {"object": 0, "pass": 0, "after": None}

    def page(self, request: Request, state: State) -> Page:
        """One answer of the system.

        Raises:
            SourceError: the system cannot be read.
        """
        name = self._objects(request)[state["object"]]
        if request.stream == FIELD_OPTIONS:
            rows = describing.option_rows(name, self._describe(name))
            return Page([strict_json.dumps(row) for row in rows], self._next_object(request, state))
        if request.stream == LIVE_IDS:
            _, ids, following = self._listing(request, name, state, ["_id"])
            return Page(
                [strict_json.dumps({"object": name, "record_id": id}) for id in ids], following
            )
        fields = queries.projection(self._settings, self._fields_of(name), request.fields)
        records, _, following = self._listing(request, name, state, fields)
        return Page(records, following)

    def fields(self, request: Request) -> list[SystemField] | None:
        """The object's fields by its describe."""
        objects = self._objects(request)
        if request.stream == FIELD_OPTIONS:
            return describing.OPTION_FIELDS
        if request.stream == LIVE_IDS:
            # Asked all the same: with the answer comes the system's clock.
            self._describe(objects[0])
            return describing.ID_FIELDS
        fields = describing.system_fields(self._describe(request.stream), request.fields)
        if self._settings.fields == "declared":
            # The others are never fetched: as columns they would only look empty.
            return [field for field in fields if field.name in request.fields]
        return fields

    def probe(self, request: Request) -> str:
        """Count fields and records of each object of the stream."""
        found = []
        for name in self._objects(request):
            fields = self._describe(name)
            words = f"{len(fields)} fields"
            if request.stream != FIELD_OPTIONS:
                body = queries.query_body(name, [], ["_id"], 1, counts=True)
                answer = strict_json.loads(self._asking.call(self._query_path(name), body))
                words += f", about {answer.get('total') or 0:,} records"
            found.append(words if name == request.stream else f"{name}: {words}")
        return "; ".join(found)

    def now(self) -> datetime | None:
        """The system's clock in its last answer."""
        return self._asking.server_time

    def close(self) -> None:
        """Close the connections."""
        self._asking.close()

    def _options(self, request: Request) -> StreamOptions:
        place = f"options of {request.stream}"
        return checked_settings(StreamOptions, request.options, self.connection.source, place)

    def _objects(self, request: Request) -> Sequence[str]:
        options = self._options(request)
        if request.stream not in (FIELD_OPTIONS, LIVE_IDS):
            return (request.stream,)
        if not options.objects:
            raise Fatal(
                f"{self.connection.source}: options.objects of {request.stream} is empty; "
                "name the objects it shall cover"
            )
        return options.objects

    def _query_path(self, object_name: str) -> str:
        is_custom = object_name.endswith("__c")
        root = self._settings.custom_path if is_custom else self._settings.standard_path
        return f"{root}/data/query"

    def _fields_of(self, object_name: str) -> describing.Described:
        return self._described.get(object_name) or self._describe(object_name)

    def _describe(self, object_name: str) -> describing.Described:
        # The documentation shows apiName in both places, and either one is read.
        body = {"includeDetail": False, "apiName": object_name, "data": {"apiName": object_name}}
        path = f"{self._settings.standard_path}/object/describe"
        answer = strict_json.loads(self._asking.call(path, body))
        described: describing.Described | None = (answer.get("describe") or {}).get("fields")
        if not described:
            raise Fatal(
                f"{self.connection.source}: the system describes no fields of {object_name}; check "
                "its API name, and whether the user sees it"
            )
        self._described[object_name] = described
        return described

    def _listing(
        self, request: Request, name: str, state: State, fields: Sequence[str]
    ) -> tuple[list[bytes], list[str], State | None]:
        """The next records of an object with their ids, and where it goes on."""
        options = self._options(request)
        passes = queries.passes(self._settings, options)
        if state["pass"] >= len(passes):
            # The contract wanted a second pass when this pull began, and wants it no more.
            return [], [], self._next_object(request, state)
        filters = [*queries.after_filters(state), *passes[state["pass"]], *options.filters]
        if request.stream != LIVE_IDS:
            filters += queries.window_filters(request.window, self._settings)
        asked = self._settings.page_size
        body = queries.query_body(name, filters, fields, asked)
        answer = strict_json.parts(self._asking.call(self._query_path(name), body))
        if "dataList" not in answer:
            raise Retryable("the answer holds no dataList")
        ids = _ids(answer["dataList"])
        if state["after"] in ids:
            raise Retryable("the system answers with a page that was there before")
        # A system that gives less at once than it is asked for says so in `limit`.
        granted = strict_json.loads(answer["limit"]) if "limit" in answer else asked
        following: State | None
        if len(ids) >= min(asked, granted or asked):
            following = {**state, "after": ids[-1]}
        elif state["pass"] + 1 < len(passes):
            following = {**state, "pass": state["pass"] + 1, "after": None}
        else:
            following = self._next_object(request, state)
        return strict_json.records(answer["dataList"]), ids, following

    def _next_object(self, request: Request, state: State) -> State | None:
        number = state["object"] + 1
        if number == len(self._objects(request)):
            return None
        return {"object": number, "pass": 0, "after": None}


def _ids(rows: msgspec.Raw) -> list[str]:
    try:
        return [row.id for row in _ROWS.decode(rows)]
    except msgspec.DecodeError:
        raise Retryable("the answer holds records without a usable _id") from None
