"""Zoho CRM v8 as a connector: which stream is read in which way."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from assets.raw.connector.errors import Fatal
from assets.raw.connector.model import Connection, Connector, Page, Request, State, SystemField
from assets.raw.connector.settings import checked_settings
from assets.raw.zoho_crm import lists
from assets.raw.zoho_crm.access import Access
from assets.raw.zoho_crm.answers import NotInBulk
from assets.raw.zoho_crm.bulk import BULK, Bulk
from assets.raw.zoho_crm.bulk import beginning as bulk_beginning
from assets.raw.zoho_crm.listings import seconds
from assets.raw.zoho_crm.metadata import ModuleFields, read_fields
from assets.raw.zoho_crm.probing import Probe
from assets.raw.zoho_crm.records import Records
from assets.raw.zoho_crm.settings import ModuleOptions, ModulesOptions, NoOptions, ZohoSettings
from assets.raw.zoho_crm.walk import BY_TIME, Walk, beginning, count

CHOOSE = "choose"
CATCH_UP = timedelta(hours=1)
"""After a bulk read, what was modified since this long before the pull is read again."""


class ZohoCrm(Connector):
    """One organisation of Zoho CRM.

    Streams: every module by its API name, `Users`, `deal_stage_history`, `deletions`, `live_ids`.
    """

    harmless_settings = Connector.harmless_settings | {
        *("data_center", "accounts_url", "api_url", "client_id", "client_secret", "refresh_token"),
        *("increments", "full_by", "bulk_above", "closed_to_bulk", "closed_to_coql"),
        *("credits_reserve", "poll_seconds", "paths", "limits"),
    }

    def __init__(self, connection: Connection) -> None:
        """Take the settings, and refuse wrong ones.

        Raises:
            Fatal: a setting is missing or wrong.
        """
        super().__init__(connection)
        given = {name: value for name, value in connection.settings.items() if name != "http"}
        self._settings = checked_settings(ZohoSettings, given, connection.source)
        self._access = Access(connection, self._settings)
        self._probe = Probe(self._access, self._settings)
        self._modules: dict[str, ModuleFields] = {}

    def first(self, request: Request) -> State:
        """Where a pull of the stream begins."""
        self._options(request)
        if request.stream == lists.USERS:
            return {"page": 1}
        if request.stream == lists.DELETIONS:
            return {"module": 0, "page": 1}
        if request.stream == lists.LIVE_IDS:
            return {"module": 0, "after": "0"}
        if request.stream == lists.STAGES:
            return beginning(self._settings, request.window, has_modified_time=True)
        return {"by": CHOOSE} if request.window.lower is None else self._walk_beginning(request)

    def page(self, request: Request, state: State) -> Page:
        """One page of the stream.

        Raises:
            SourceError: it cannot be read, and why.
        """
        if request.stream == lists.USERS:
            return lists.users(self._access, self._settings, state)
        if request.stream == lists.DELETIONS:
            return lists.deletions(self._access, self._settings, request, state)
        if request.stream == lists.LIVE_IDS:
            return lists.live_ids(self._access, self._settings, request, state)
        if request.stream == lists.STAGES:
            return lists.stages(self._access, self._settings, request, state)
        if state["by"] == CHOOSE:
            return self.page(request, self._chosen(request))
        if state["by"] == BULK:
            return self._bulk_page(request, state)
        return self._walk_page(request, state)

    def fields(self, request: Request) -> list[SystemField] | None:
        """The fields of a module; None of the streams that are none.

        Raises:
            SourceError: they cannot be read, and why.
        """
        self._options(request)
        if request.stream in lists.NO_MODULES:
            return None
        self._modules.pop(request.stream, None)
        return self._module(request.stream).system_fields()

    def increments(self, stream: str) -> bool:
        """Ids come whole every time; staff do too, and each pull of them adds their versions."""
        return stream != lists.LIVE_IDS

    def probe(self, request: Request) -> str:
        """What is there, by real calls of the kinds that a pull makes; three at most.

        Raises:
            SourceError: the stream cannot be read, and why.
        """
        options = self._options(request)
        stream = request.stream
        if stream == lists.USERS:
            words = self._probe.staff()
        elif isinstance(options, ModulesOptions):
            words = self._probe.modules(stream, options.modules)
        elif stream == lists.STAGES:
            words = self._probe.stages()
        else:
            module = self._module(stream)
            about = self._probe.module(
                stream,
                has_modified_time=module.has_modified_time,
                may_be_bulk=self._may_be_bulk(request),
            )
            words = f"{len(module.fields)} fields, {about}"
        missing = self._probe.missing_scopes(stream)
        return f"{words}; scopes that are missing: {', '.join(missing)}" if missing else words

    def now(self) -> datetime | None:
        """Zoho's clock by its last answer."""
        return self._access.server_time

    def close(self) -> None:
        """Close the connections."""
        self._access.close()

    def _options(self, request: Request) -> ModuleOptions | ModulesOptions | NoOptions:
        model: Any = ModuleOptions
        if request.stream in (lists.DELETIONS, lists.LIVE_IDS):
            model = ModulesOptions
        elif request.stream in lists.NO_MODULES:
            model = NoOptions
        place = f"options of the stream {request.stream}"
        checked: ModuleOptions | ModulesOptions | NoOptions = checked_settings(
            model, request.options, self.connection.source, place
        )
        return checked

    def _module(self, name: str) -> ModuleFields:
        if name not in self._modules:
            body = self._access.get(self._settings.paths.fields, {"module": name}).content
            found = read_fields(name, body)
            if not found.fields:
                raise Fatal(
                    f"{self.connection.source}: Zoho tells no fields of the module {name}; mend "
                    "'stream' or remove the object"
                )
            self._modules[name] = found
        return self._modules[name]

    def _walk_beginning(self, request: Request) -> State:
        has_time = self._module(request.stream).has_modified_time
        try:
            return beginning(self._settings, request.window, has_time)
        except Fatal as error:
            name = f"{self.connection.source}: {request.stream}"
            raise Fatal(f"{name} {error}") from None

    def _may_be_bulk(self, request: Request) -> bool:
        """Whether Bulk Read can give all that is wanted of a module, if it has many records."""
        settings, options = self._settings, self._options(request)
        return (
            settings.bulk_above is not None
            # Whether Bulk Read gives converted records is told nowhere.
            and request.stream not in (*settings.closed_to_bulk, *settings.converted_modules)
            and isinstance(options, ModuleOptions)
            and options.bulk == "auto"
            and not options.subforms
            and self._module(request.stream).bulk_fields(request.fields) is not None
        )

    def _chosen(self, request: Request) -> State:
        """Bulk Read for many records; a walk for few, or where Bulk Read cannot give them."""
        above = self._settings.bulk_above
        if above is not None and self._may_be_bulk(request):
            expected = count(self._access, self._settings, request.stream)
            if expected is not None and expected > above:
                return bulk_beginning()
        return self._walk_beginning(request)

    def _bulk_page(self, request: Request, state: State) -> Page:
        module = self._module(request.stream)
        fields = module.bulk_fields(request.fields) or []
        bulk = Bulk(self._access, self._settings, self.connection, request.stream, fields)
        try:
            return bulk.step(state, after=self._catching_up(request, module))
        except NotInBulk:
            return self._walk_page(request, self._walk_beginning(request))

    def _catching_up(self, request: Request, module: ModuleFields) -> Callable[[], State | None]:
        """After a bulk read: what was modified while it went on."""
        if not module.has_modified_time:
            return lambda: None
        since = seconds(request.window.upper - CATCH_UP)
        return lambda: {"by": BY_TIME, "since": since, "token": None}

    def _walk_page(self, request: Request, state: State) -> Page:
        groups = self._module(request.stream).groups(
            self._settings.limits.fields_per_call, request.fields
        )
        records = Records(self._access, self._settings, request.stream, groups)
        walk = Walk(self._access, self._settings, request.stream, records)
        listing, following = walk.step(state, request.window)
        options = self._options(request)
        found = listing.records
        if isinstance(options, ModuleOptions) and options.subforms:
            found = records.with_subforms(found, listing.heads, options.subforms)
        return Page(found, following)
