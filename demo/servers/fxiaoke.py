"""A 纷享销客 Fxiaoke (ShareCRM) that answers on this machine, by what its open API v2 documents.

HTTP status is always 200; what is wrong stands in errorCode. Records are kept in memory.
"""

from __future__ import annotations

import json
import uuid
from bisect import insort
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

from demo.servers import fxiaoke_access as access
from demo.servers.base import Answer, Clock, LocalServer, Request, json_answer, utc_now
from demo.servers.fxiaoke_describe import describe, object_row
from demo.servers.fxiaoke_query import WRONG_PARAMETER, QueryError, Record, select

STANDARD = "/cgi/crm/v2"
CUSTOM = "/cgi/crm/custom/v2"
DESCRIBE_FILE = "_describe.json"


class FxiaokeServer(LocalServer):
    """One tenant of Fxiaoke.

    Args:
        clock: Clock of the system.
        calls: Calls allowed in each window of `per_seconds`, for each interface; None: no limit.
        per_seconds: Length of that window.
        day_quota: Calls allowed until midnight in Beijing; None: no limit.
        largest_page: Largest `limit` of a query.
        lists_voided: Whether a query that does not ask for voided records (作废) gets them.
    """

    def __init__(
        self,
        clock: Clock = utc_now,
        *,
        calls: int | None = 100,
        per_seconds: float = 20,
        day_quota: int | None = None,
        largest_page: int = 100,
        lists_voided: bool = True,
    ) -> None:
        super().__init__(clock)
        self.tokens = access.Tokens(clock)
        self.rates = access.Rates(clock, calls, per_seconds, day_quota)
        self.largest_page = largest_page
        self.lists_voided = lists_voided
        self.records: dict[str, dict[str, Record]] = defaultdict(dict)
        self.describes: dict[str, dict[str, Record]] = {}
        self.codes: Counter[int] = Counter()
        self._ids: dict[str, list[str]] = defaultdict(list)
        self._removed: dict[tuple[str, str], Record] = {}
        self._trace_ids: set[str] = set()

    def load(self, folder: Path) -> None:
        """Read `<ObjectApiName>.jsonl`, one record a line, and `_describe.json`."""
        described = folder / DESCRIBE_FILE
        if described.exists():
            self.describes |= json.loads(described.read_text(encoding="utf-8"))
        for file in sorted(folder.glob("*.jsonl")):
            with file.open(encoding="utf-8") as lines:
                self.put(file.stem, *(json.loads(line) for line in lines))

    def put(self, object_name: str, *records: Record) -> None:
        """Add records, or put them in place of those with the same `_id`."""
        with self.lock:
            known, ids = self.records[object_name], self._ids[object_name]
            before = len(known)
            known.update((record["_id"], dict(record)) for record in records)
            if len(known) > before:
                ids[:] = sorted(known)

    def edit(self, object_name: str, record_id: str, **values: Any) -> None:
        """Change a record now, unless last_modified_time says when."""
        with self.lock:
            record = self.records[object_name][record_id]
            record["last_modified_time"] = int(self.clock().timestamp() * 1000)
            record["version"] = str(int(record.get("version", "0")) + 1)
            record.update(values)

    def void(self, object_name: str, record_id: str) -> None:
        """作废: the record stays, marked as invalid."""
        self.edit(object_name, record_id, life_status="invalid")

    def delete(self, object_name: str, record_id: str) -> None:
        """删除: the record is gone from every answer; nothing tells so."""
        with self.lock:
            self._removed[object_name, record_id] = self.records[object_name].pop(record_id)
            self._ids[object_name].remove(record_id)

    def restore(self, object_name: str, record_id: str) -> None:
        """恢复: bring a voided or deleted record back."""
        with self.lock:
            removed = self._removed.pop((object_name, record_id), None)
            if removed is not None:
                self.records[object_name][record_id] = removed
                insort(self._ids[object_name], record_id)
            self.edit(object_name, record_id, life_status="normal")

    def revoke_token(self) -> None:
        """Make the living token worthless."""
        self.tokens.revoke()

    def respond(self, request: Request) -> Answer:
        """Answer with HTTP 200, whatever happens."""
        trace = {"traceId": f"E-O.demo.{len(self.requests)}"}
        try:
            body = json.loads(request.body or b"{}")
            answer = self._answer(request, body)
        except (access.RefusedError, QueryError) as error:
            self.codes[error.code] += 1
            return error_answer(error.code, str(error), **trace)
        except (ValueError, KeyError, TypeError):
            return error_answer(access.WRONG_CALL, "the request is wrong", **trace)
        return json_answer(trace | {"errorCode": 0, "errorMessage": "OK"} | answer)

    def _answer(self, request: Request, body: dict[str, Any]) -> dict[str, Any]:
        if request.method != "POST":
            raise access.RefusedError(access.WRONG_CALL, "use POST")
        path = request.path
        if path == "/cgi/corpAccessToken/get/V2":
            token = self.tokens.give(body)
            return {
                "corpAccessToken": token,
                "corpId": access.DEMO_CORP_ID,
                "expiresIn": access.TOKEN_SECONDS,
                "errorMessage": "success",
            }
        # Clients of the older way send no thirdTraceId and are answered all the same.
        if path == "/oauth2.0/token" or "authorization" in request.headers:
            access.check_trace_id(request, self._trace_ids)
        if path == "/oauth2.0/token":
            if body.get("grantType") != "app_secret":
                raise access.RefusedError(access.WRONG_CALL, "grantType is wrong")
            return {
                "accessToken": self.tokens.give(body),
                "expiresIn": access.TOKEN_SECONDS,
                "ea": access.DEMO_ENTERPRISE,
            }
        access.authorize(request, body, self.tokens)
        self.rates.count(path)
        return self._call(path, body) | {"errorDescription": "success"}

    def _call(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        if path == "/cgi/user/getByMobile":
            return self._employees(body)
        if path == f"{STANDARD}/object/list":
            names = sorted({*self.records, *self.describes})
            return {"data": {"objects": [object_row(name) for name in names]}}
        if path == f"{STANDARD}/object/describe":
            name = str((body.get("data") or body).get("apiName"))
            self._check_object(name)
            declared, records = self.describes.get(name, {}), self.records[name].values()
            return {"data": {"describe": describe(name, declared, records)}}
        for root in (STANDARD, CUSTOM):
            if path in (f"{root}/data/query", f"{root}/data/get"):
                asked = body["data"]
                name = asked["dataObjectApiName"]
                self._check_object(name)
                if name.endswith("__c") != (root == CUSTOM):
                    raise access.RefusedError(access.WRONG_CALL, f"{name} has another path")
                return (
                    self._query(name, asked) if path.endswith("query") else self._get(name, asked)
                )
        raise access.RefusedError(access.UNKNOWN_PATH, "the path is unknown")

    def _check_object(self, name: str) -> None:
        if name not in self.records and name not in self.describes:
            raise access.RefusedError(WRONG_PARAMETER, "the object is unknown")

    def _employees(self, body: dict[str, Any]) -> dict[str, Any]:
        if body.get("mobile") != access.DEMO_MOBILE:
            return {"empList": []}
        return {"empList": [{"openUserId": access.DEMO_OPEN_USER_ID, "name": "Demo"}]}

    def _get(self, name: str, asked: Record) -> dict[str, Any]:
        record = self.records[name].get(asked["objectDataId"])
        if record is None:
            raise access.RefusedError(WRONG_PARAMETER, "the record does not exist")
        return {"data": {key: value for key, value in record.items() if value is not None}}

    def _query(self, name: str, asked: Record) -> dict[str, Any]:
        query = dict(asked["search_query_info"])
        filters = query.get("filters") or []
        if not self.lists_voided and all(f["field_name"] != "life_status" for f in filters):
            hidden = {"field_name": "life_status", "operator": "N", "field_values": ["invalid"]}
            query["filters"] = [*filters, hidden]
        counts = asked.get("find_explicit_total_num", True)
        page, total = select(
            self.records[name], self._ids[name], query, self.largest_page, bool(counts)
        )
        return {
            "data": {
                "total": total,
                "offset": query["offset"],
                "limit": query["limit"],
                "dataList": page,
            }
        }


def error_answer(code: int, message: str = "error", **more: str) -> Answer:
    """What Fxiaoke answers when something is wrong: HTTP 200 with an errorCode; for faults too."""
    more.setdefault("traceId", f"E-O.demo.{uuid.uuid4()}")
    return json_answer(more | {"errorCode": code, "errorMessage": message})
