"""An invented Zoho CRM, a clock that waits for nobody, and a connection to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from assets.raw.connector.model import Connection
from demo.servers.zoho import ZohoServer, credentials
from tests.integration.connectors import clock

START = datetime(2025, 3, 1, 8, 0, 0, tzinfo=UTC)
OWNER = {"id": "3652397000000000011", "name": "王芳 Wang Fang", "email": "wang.fang@example.com"}


class Time(clock.Time):
    """The clock of these tests."""

    def __init__(self, start: datetime = START + timedelta(days=30)) -> None:
        super().__init__(start)


def connection(server: ZohoServer, home: Path, time: Time, **settings: Any) -> Connection:
    """A connection that never waits in earnest."""
    http = {"calls": 100_000, "attempts": 6, "timeout_seconds": 2}
    return Connection(
        source="crm_zoho",
        settings={"http": http, "poll_seconds": 5} | credentials(server) | settings,
        home=home,
        clock=time,
        sleep=time.sleep,
    )


def contact(number: int, **changes: Any) -> dict[str, Any]:
    """One contact in the shape of the API; every kind of value occurs."""
    moment = (START + timedelta(seconds=number // 3)).isoformat()
    return {
        "id": str(3_652_397_010_000_000_000 + number),
        "Owner": OWNER,
        "Created_By": OWNER,
        "Modified_By": OWNER,
        "Last_Name": f"李{number}",
        "First_Name": None if number % 7 == 0 else f'"{number}", né',
        "Full_Name": f"李 {number}",
        "Email": f"p{number}@example.com",
        "Mobile": f"+86 138-0000-{number:04}",
        "Account_Name": None if number % 5 else {"id": "3652397020000000001", "name": "蓝天公司"},
        "Date_of_Birth": "1980-05-17" if number % 2 else None,
        "Email_Opt_Out": number % 11 == 0,
        "Visitor_Score": number % 100,
        "Average_Time_Spent_Minutes": number / 4,
        "Description": f"line one\nline two, {number}" if number % 13 == 0 else None,
        "Tag": [{"id": "3652397080000000001", "name": "VIP", "color_code": "#57B1FD"}]
        if number % 17 == 0
        else [],
        "Created_Time": moment,
        "Modified_Time": moment,
    } | changes


def fill(server: ZohoServer, count: int, module: str = "Contacts", **changes: Any) -> None:
    """Put invented records into a module."""
    for number in range(count):
        server.upsert(module, contact(number, **changes), touch=False)


def pages_of(
    connector: Any, request: Any, between: Callable[[int], None] = lambda page: None
) -> Iterator[list[bytes]]:
    """The pages of a pull, without the kernel; `between` is called after each."""
    state = connector.first(request)
    number = 0
    while state is not None:
        page = connector.page(request, state)
        yield list(page.records)
        number += 1
        between(number)
        state = page.next
