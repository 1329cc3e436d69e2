"""Bulk Read: whole modules as zipped CSV files, for the back-fill of many records."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from assets.raw.connector import strict_json
from assets.raw.connector.errors import Fatal, Retryable
from assets.raw.connector.model import Connection, Page, State
from assets.raw.zoho_crm.access import Access
from assets.raw.zoho_crm.csv_records import records
from assets.raw.zoho_crm.metadata import Field
from assets.raw.zoho_crm.settings import ZohoSettings
from pipelines.runtime.private_files import make_private_folder

BULK = "bulk"
_JOBS = 3
"""How many jobs may fail before a page is given up."""


def beginning() -> State:
    """Where a bulk read begins: no job yet, first page of rows."""
    return {"by": BULK, "number": 1, "job": None}


class Bulk:
    """Bulk Read of one module."""

    def __init__(
        self,
        access: Access,
        settings: ZohoSettings,
        connection: Connection,
        module: str,
        fields: Sequence[Field],
    ) -> None:
        """`fields`: those that a CSV file can hold."""
        self._access = access
        self._settings = settings
        self._connection = connection
        self._module = module
        self._fields = {field.name: field for field in fields}

    def step(self, state: State, after: Callable[[], State | None]) -> Page:
        """The page at a state: first a job is made, then its result is fetched.

        The job is part of the state, so that a run after a kill waits for the same one.

        Args:
            state: From `beginning`, or from the page before.
            after: Gives where the pull goes on when all rows are there.

        Raises:
            NotInBulk: Bulk Read does not give this module.
            SourceError: it cannot be read now, and why.
        """
        if state["job"] is None:
            return Page([], {**state, "job": self._create(state["number"])})
        result = self._await(state["job"])
        if result is None:
            failed = state.get("failed", 0) + 1
            if failed >= _JOBS:
                raise Fatal(
                    f"{self._connection.source}: {_JOBS} Bulk Read jobs of {self._module} failed; "
                    "set connection.bulk_above to null to do without"
                )
            return Page([], {**state, "job": None, "failed": failed})
        more = bool(result.get("more_records"))
        following = {"by": BULK, "number": state["number"] + 1, "job": None} if more else after()
        return Page(self._download(state["job"], int(result["count"])), following)

    def _create(self, number: int) -> str:
        asked = {
            "query": {
                "module": {"api_name": self._module},
                "fields": list(self._fields),
                "page": number,
            },
            "file_type": "csv",
        }
        body = strict_json.loads(self._access.post(self._settings.paths.bulk, asked).content)
        return str(_details(body)["details"]["id"])

    def _await(self, job: str) -> dict[str, Any] | None:
        """What a job says of its result; None when it failed."""
        waited = 0.0
        while True:
            answer = self._access.get(f"{self._settings.paths.bulk}/{job}")
            told = _details(strict_json.loads(answer.content))
            if told.get("state") == "COMPLETED":
                return dict(told["result"])
            if told.get("state") in ("FAILURE", "FAILED"):
                return None
            if waited > self._settings.limits.poll_minutes * 60:
                raise Fatal(
                    f"{self._connection.source}: Bulk Read of {self._module} is not done after "
                    f"{self._settings.limits.poll_minutes:g} minutes; the next run waits on"
                )
            # Small jobs are done in seconds, large ones take minutes.
            pause = min(self._settings.poll_seconds, max(1.0, waited))
            self._connection.sleep(pause)
            waited += pause or 0.1

    def _download(self, job: str, expected: int) -> Iterator[bytes]:
        folder = make_private_folder(
            self._connection.home / "landing" / self._connection.source / ".bulk"
        )
        archive = folder / f"{self._module}.zip"
        for leftover in folder.glob(f".{self._module}.zip*"):
            leftover.unlink(missing_ok=True)
        self._access.download(f"{self._settings.paths.bulk}/{job}/result", archive)
        try:
            yield from records(archive, self._fields, expected)
        finally:
            remove(archive)


def remove(archive: Path) -> None:
    """Delete a downloaded file, and its folder when nothing else is in it."""
    archive.unlink(missing_ok=True)
    with suppress(OSError):
        archive.parent.rmdir()


def _details(body: Any) -> dict[str, Any]:
    try:
        return dict(body["data"][0])
    except (KeyError, IndexError, TypeError):
        raise Retryable("the answer of Bulk Read has another form than documented") from None
