"""The official Python client of Zoho CRM, pointed at a local server; its files in one folder."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("zohocrmsdk", reason="the official client is a test extra")

from zohocrmsdk.src.com.zoho.api.authenticator.oauth_token import OAuthToken
from zohocrmsdk.src.com.zoho.api.authenticator.store import FileStore
from zohocrmsdk.src.com.zoho.crm.api import HeaderMap, ParameterMap
from zohocrmsdk.src.com.zoho.crm.api.bulk_read import (
    BodyWrapper,
    BulkReadOperations,
    Query,
)
from zohocrmsdk.src.com.zoho.crm.api.coql import BodyWrapper as CoqlBody
from zohocrmsdk.src.com.zoho.crm.api.coql import CoqlOperations
from zohocrmsdk.src.com.zoho.crm.api.dc import DataCenter
from zohocrmsdk.src.com.zoho.crm.api.initializer import Initializer
from zohocrmsdk.src.com.zoho.crm.api.modules import MinifiedModule
from zohocrmsdk.src.com.zoho.crm.api.record import (
    DeletedRecord,
    GetDeletedRecordsHeader,
    GetDeletedRecordsParam,
    GetRecordsHeader,
    GetRecordsParam,
    Record,
    RecordOperations,
)
from zohocrmsdk.src.com.zoho.crm.api.related_records import (
    GetRelatedRecordsParam,
    RelatedRecordsOperations,
)
from zohocrmsdk.src.com.zoho.crm.api.sdk_config import SDKConfig
from zohocrmsdk.src.com.zoho.crm.api.users import GetUsersParam, UsersOperations
from zohocrmsdk.src.com.zoho.crm.api.util import Choice

from demo.servers.zoho import CLIENT_ID, CLIENT_SECRET, REFRESH_TOKEN, ZohoServer


class OfficialClient:
    """What Zoho's own client reads; raw answers come as it received them, parsed by it."""

    def __init__(self, server: ZohoServer, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        environment = DataCenter.Environment(
            server.url, f"{server.url}/oauth/v2/token", f"{server.url}/upload"
        )
        Initializer.initialize(
            environment=environment,
            token=OAuthToken(
                client_id=CLIENT_ID,
                client_secret=CLIENT_SECRET,
                refresh_token=REFRESH_TOKEN,
                find_user=False,
            ),
            store=FileStore(str(folder / "tokens.csv")),
            sdk_config=SDKConfig(update_api_domain=False, pick_list_validation=False),
            resource_path=str(folder),
        )
        self._folder = folder

    def call(self, module: str, since: datetime | None = None, **params: Any) -> Any:
        """One call of Get Records: the client's APIResponse."""
        given, headers = ParameterMap(), HeaderMap()
        for name, value in params.items():
            given.add(getattr(GetRecordsParam, name), value)
        if since is not None:
            headers.add(GetRecordsHeader.if_modified_since, since)
        return RecordOperations(module).get_records(given, headers)

    def records(
        self, module: str, fields: list[str], since: datetime | None = None, **params: Any
    ) -> Iterator[Record]:
        """All records of a module by page token, as objects of the client."""
        params |= {"fields": ",".join(fields), "per_page": 200}
        token: str | None = None
        while True:
            more = {"page_token": token} if token else {}
            response = self.call(module, since, **params, **more)
            if response.get_status_code() in (204, 304):
                return
            wrapper = response.get_object()
            yield from wrapper.get_data()
            token = wrapper.get_info().get_next_page_token()
            if not wrapper.get_info().get_more_records():
                return

    def deleted(self, module: str, since: datetime | None = None) -> Iterator[DeletedRecord]:
        """All deleted records of a module."""
        for page in range(1, 1_000):
            params, headers = ParameterMap(), HeaderMap()
            params.add(GetDeletedRecordsParam.type, "all")
            params.add(GetDeletedRecordsParam.page, page)
            params.add(GetDeletedRecordsParam.per_page, 200)
            if since is not None:
                headers.add(GetDeletedRecordsHeader.if_modified_since, since)
            response = RecordOperations(module).get_deleted_records(params, headers)
            if response.get_status_code() in (204, 304):
                return
            wrapper = response.get_object()
            yield from wrapper.get_data()
            if not wrapper.get_info().get_more_records():
                return

    def query(self, text: str) -> Any:
        """One COQL query: the client's answer object."""
        body = CoqlBody()
        body.set_select_query(text)
        return CoqlOperations().get_records(body).get_object()

    def count(self, module: str) -> int:
        """How many records a module has."""
        return int(RecordOperations(module).record_count().get_object().get_count())

    def staff(self) -> list[Any]:
        """All members of staff on the first page."""
        params = ParameterMap()
        params.add(GetUsersParam.type, "AllUsers")
        params.add(GetUsersParam.per_page, 200)
        return list(UsersOperations().get_users(params).get_object().get_users())

    def stages(self, deal: str) -> list[dict[str, Any]]:
        """The stages of a deal."""
        params = ParameterMap()
        params.add(GetRelatedRecordsParam.fields, "id,Stage,Amount,Modified_Time")
        operations = RelatedRecordsOperations("Stage_History", "Deals")
        answer = operations.get_related_records(int(deal), params).get_object()
        return [plain(record) for record in answer.get_data()]

    def bulk(self, module: str, fields: list[str]) -> Iterator[dict[str, str]]:
        """All records of a module by Bulk Read, as rows of the downloaded CSV files."""
        page, more = 1, True
        while more:
            details, query, body = MinifiedModule(), Query(), BodyWrapper()
            details.set_api_name(module)
            query.set_module(details)
            query.set_fields(fields)
            query.set_page(page)
            body.set_query(query)
            body.set_file_type("csv")
            operations = BulkReadOperations()
            created = operations.create_bulk_read_job(body).get_object()
            job_id = int(created.get_data()[0].get_details()["id"])
            for _ in range(10):
                job = operations.get_bulk_read_job_details(job_id).get_object().get_data()[0]
                if job.get_state().get_value() == "COMPLETED":
                    break
            stream = operations.download_result(job_id).get_object().get_file().get_stream()
            packed = b"".join(stream.iter_content(1 << 16))
            with zipfile.ZipFile(io.BytesIO(packed)) as archive:
                text = archive.read(archive.namelist()[0]).decode()
            yield from csv.DictReader(io.StringIO(text, newline=""))
            more, page = job.get_result().get_more_records(), page + 1


def plain(value: Any) -> Any:
    """A value of the client's object model as the JSON that it was made from, as far as it tells.

    Times are compared as moments: the client parses them.
    """
    match value:
        case Choice():
            return plain(value.get_value())
        case Record():
            return {name: plain(part) for name, part in value.get_key_values().items()}
        case dict():
            return {name: plain(part) for name, part in value.items()}
        case list():
            return [plain(part) for part in value]
    if hasattr(value, "get_email") and hasattr(value, "get_name"):
        person = {"id": value.get_id(), "name": value.get_name(), "email": value.get_email()}
        return {name: plain(part) for name, part in person.items()}
    if hasattr(value, "get_color_code"):
        tag = {"id": value.get_id(), "name": value.get_name(), "color": value.get_color_code()}
        return {name: plain(part) for name, part in tag.items()}
    return value
