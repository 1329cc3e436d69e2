"""Bulk Read of the local Zoho CRM: jobs that take a while, results as a zipped CSV file."""

from __future__ import annotations

import csv
import io
import zipfile
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from demo.servers.base import Answer, Clock, json_answer
from demo.servers.zoho_answers import refuse_wrapped, written
from demo.servers.zoho_store import Module, Record, Store

_STATES = ("ADDED", "QUEUED", "IN PROGRESS", "COMPLETED")
_CLOSED_TO_BULK = ("Notes", "Attachments", "Emails")
_TYPES_LEFT_OUT = ("subform", "profileimage", "multiselectlookup")
_DOWNLOADS, _DOWNLOAD_WINDOW = 10, timedelta(minutes=1)


@dataclass
class _Job:
    id: str
    module: Module
    names: list[str]
    page: int
    created_at: datetime
    state: int = 0
    rows: list[Record] | None = None


@dataclass
class Bulk:
    """The jobs.

    Attributes:
        rows_a_page: 200,000 there; small in tests.
        fails: How many of the next jobs end with FAILURE.
    """

    clock: Clock
    store: Store
    rows_a_page: int = 200_000
    fails: int = 0
    _jobs: dict[str, _Job] = field(default_factory=dict)
    _downloads: deque[datetime] = field(default_factory=deque)

    def create(self, body: dict[str, Any]) -> Answer:
        """`POST /crm/bulk/v8/read`; raises Refused."""
        query = body.get("query") or {}
        name = (query.get("module") or {}).get("api_name", "")
        if name in _CLOSED_TO_BULK or name not in self.store.modules:
            raise refuse_wrapped(
                "INVALID_DATA", "module is not supported", details={"module": name}
            )
        module = self.store.modules[name]
        names = query.get("fields") or [
            each for each, kind in module.fields.items() if kind not in _TYPES_LEFT_OUT
        ]
        for each in names:
            if module.fields.get(each) in (None, *_TYPES_LEFT_OUT):
                words, details = "field is not supported", {"api_name": each}
                raise refuse_wrapped("FIELD_NOT_SUPPORTED", words, details=details)
        job = _Job(self.store.new_id(), module, names, query.get("page", 1), self.clock())
        self._jobs[job.id] = job
        details = {
            "id": job.id,
            "operation": "read",
            "state": "ADDED",
            "created_by": {"id": "3652397900000000001", "name": "Demo Admin"},
            "created_time": written(job.created_at),
        }
        success = {"status": "success", "code": "ADDED_SUCCESSFULLY", "details": details}
        return json_answer(
            {"data": [success | {"message": "Added successfully."}], "info": {}}, 201
        )

    def job(self, job_id: str) -> Answer:
        """`GET /crm/bulk/v8/read/{id}`; every look moves the job one state on."""
        job = self._find(job_id)
        if self.fails and job.state == 0:
            self.fails -= 1
            job.state = -1
        if 0 <= job.state < len(_STATES) - 1:
            job.state += 1
        shown: dict[str, Any] = {
            "id": job.id,
            "operation": "read",
            "state": "FAILURE" if job.state < 0 else _STATES[job.state],
            "query": {
                "module": {"api_name": job.module.name},
                "fields": job.names,
                "page": job.page,
            },
            "created_by": {"id": "3652397900000000001", "name": "Demo Admin"},
            "created_time": written(job.created_at),
            "file_type": "csv",
        }
        if shown["state"] == "COMPLETED":
            rows = self._rows(job)
            end = job.page * self.rows_a_page
            shown["result"] = {
                "page": job.page,
                "count": len(rows),
                "download_url": f"/crm/bulk/v8/read/{job.id}/result",
                "per_page": self.rows_a_page,
                "more_records": end < len(job.module.rows),
            }
        return json_answer({"data": [shown]})

    def result(self, job_id: str) -> Answer:
        """`GET /crm/bulk/v8/read/{id}/result`: a zip file; at most ten a minute."""
        now = self.clock()
        while self._downloads and self._downloads[0] <= now - _DOWNLOAD_WINDOW:
            self._downloads.popleft()
        if len(self._downloads) >= _DOWNLOADS:
            raise refuse_wrapped("TOO_MANY_REQUESTS", "too many downloads", 429)
        self._downloads.append(now)
        job = self._find(job_id)
        if job.state != len(_STATES) - 1:
            raise refuse_wrapped("INVALID_DATA", "the job is not completed", details={"id": job_id})
        text = io.StringIO()
        writer = csv.writer(text)
        writer.writerow(job.names)
        writer.writerows([_cell(row.get(name)) for name in job.names] for row in self._rows(job))
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(f"{job.id}.csv", text.getvalue())
        disposition = f"attachment;filename*=UTF-8''{job.id}.zip"
        headers = {"Content-Type": "application/zip", "Content-Disposition": disposition}
        return Answer(200, packed.getvalue(), headers)

    def _find(self, job_id: str) -> _Job:
        if job_id not in self._jobs:
            raise refuse_wrapped("RESOURCE_NOT_FOUND", "no such job", 404, {"id": job_id})
        return self._jobs[job_id]

    def _rows(self, job: _Job) -> list[Record]:
        if job.rows is None:
            start = (job.page - 1) * self.rows_a_page
            job.rows = job.module.ordered("id")[start : start + self.rows_a_page]
        return job.rows


def _cell(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case dict():
            return str(value.get("id", ""))
        case list():
            return ";".join(_cell(part) for part in value)
        case _:
            return str(value)
