"""Pulling from the local Zoho CRM through the kernel, and looking at what was landed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from assets.raw.connector.pull import Wanted, pull
from assets.raw.connector.pulls import PullStore
from assets.raw.zoho_crm.client import ZohoCrm
from demo.servers.zoho import ZohoServer
from tests.integration.connectors.zoho_world import Time, connection


class Puller:
    """Pulls streams of one server into one folder; every pull is a new connector."""

    def __init__(self, server: ZohoServer, home: Path, time: Time, **settings: Any) -> None:
        self.server, self.home, self.time = server, home, time
        self.settings = settings

    def pull(
        self, stream: str = "Contacts", delivery: str = "increment", **options: Any
    ) -> list[dict[str, Any]]:
        """What one more pull of the stream landed, in order."""
        made = connection(self.server, self.home, self.time, **self.settings)
        connector = ZohoCrm(made)
        try:
            done = pull(made, connector, Wanted(stream, delivery, ("Last_Name",), options))
        finally:
            connector.close()
        return [json.loads(line) for page in done.pages for line in page.lines()]

    def state(self, stream: str = "Contacts") -> dict[str, dict[str, Any]]:
        """The newest version of every record over all pulls that are done."""
        newest: dict[str, dict[str, Any]] = {}
        for done in PullStore(self.home, "crm_zoho", stream).done():
            for page in done.pages:
                for line in page.lines():
                    record = json.loads(line)
                    newest[record["id"]] = record
        return newest


def truth(server: ZohoServer, module: str = "Contacts") -> dict[str, str]:
    """The names that the server holds, by id."""
    return {row["id"]: row["Last_Name"] for row in server.store.modules[module].rows.values()}


def names(records: dict[str, dict[str, Any]]) -> dict[str, str]:
    """The names of records, by id."""
    return {record_id: record["Last_Name"] for record_id, record in records.items()}
