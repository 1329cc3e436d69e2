"""A server in a process of its own that hands out pages made beforehand, as fast as it can."""

from __future__ import annotations

import json
import multiprocessing
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection as Pipe

from demo.servers.base import Answer, LocalServer, Request, json_answer

TOKEN = "1000.benchmark"
BEGINNING = datetime(2017, 1, 1, tzinfo=UTC)
"""One record is modified every second from here on."""


def record(number: int) -> dict[str, object]:
    """A contact in the shape of Zoho CRM, about 900 bytes; nobody real."""
    return {
        "id": f"36523970{number:011}",
        "Last_Name": f"王{number}",
        "First_Name": "小明",
        "Full_Name": f"王{number} 小明",
        "Email": f"person{number}@example.com",
        "Mobile": f"+86 138 0000 {number % 10_000:04}",
        "Phone": None,
        "Date_of_Birth": f"19{number % 90 + 10}-0{number % 9 + 1}-11",
        "Mailing_City": "杭州",
        "Mailing_State": "浙江省",
        "Mailing_Country": "中国",
        "Mailing_Street": "文三路 100 号",
        "Account_Name": {"name": f"示例公司{number % 500}", "id": f"36523970200{number % 500:08}"},
        "Owner": {"name": "李娜", "id": "3652397000000000001", "email": "staff@example.com"},
        "Email_Opt_Out": number % 7 == 0,
        "Annual_Value": number + 0.1,
        "Description": "回访过两次，对团购有兴趣。 " * 6,
        "Created_Time": "2017-01-02T10:20:30+08:00",
        "Modified_Time": (BEGINNING + timedelta(seconds=number)).isoformat(),
    }


class PagesServer(LocalServer):
    """Zoho's token and Get Records, without any of its rules: each record is ready to be sent."""

    def __init__(self, records: int, page_size: int) -> None:
        super().__init__()
        self.page_size = page_size
        self.records = [as_bytes(number) for number in range(records)]
        kinds = {"Date_of_Birth": "date", "Email_Opt_Out": "boolean", "Annual_Value": "currency"}
        kinds |= {"Created_Time": "datetime", "Modified_Time": "datetime", "id": "bigint"}
        kinds |= {"Account_Name": "lookup", "Owner": "ownerlookup"}
        self.fields = [
            {"api_name": name, "data_type": kinds.get(name, "text"), "field_label": name}
            for name in record(0)
        ]

    def respond(self, request: Request) -> Answer:
        if request.path.endswith("/token"):
            token = {"access_token": TOKEN, "api_domain": self.url, "expires_in": 3600}
            return json_answer({**token, "token_type": "Bearer"})
        if request.path.endswith("/settings/fields"):
            return json_answer({"fields": self.fields})
        start = int(request.query.get("page_token") or 0)
        if since := request.headers.get("if-modified-since"):
            start = max(0, int((datetime.fromisoformat(since) - BEGINNING).total_seconds()))
        end = start + self.page_size
        more = b"true" if end < len(self.records) else b"false"
        data = b",".join(self.records[start:end])
        info = b'{"more_records":%s,"next_page_token":"%d"}' % (more, end)
        return Answer(200, b'{"data":[%s],"info":%s}' % (data, info))


def _serve(pipe: Pipe, records: int, page_size: int) -> None:
    with PagesServer(records, page_size) as server:
        pipe.send(server.url)
        pipe.recv()


@contextmanager
def pages_server(records: int, page_size: int) -> Iterator[str]:
    """The address of a running server; its CPU time is not ours."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(
        target=_serve, args=(theirs, records, page_size), daemon=True
    )
    process.start()
    yield ours.recv()
    ours.send("stop")
    process.join()


def as_bytes(number: int) -> bytes:
    """One record as it is sent."""
    return json.dumps(record(number), ensure_ascii=False, separators=(",", ":")).encode()
