"""What an answer means: errors stand in answers with status 200, beside what queries cost.

Errors and costs: https://shopify.dev/docs/api/usage/limits
"""

from __future__ import annotations

import re
from typing import Any

import httpx

from assets.raw.connector import strict_json
from assets.raw.connector.errors import Fatal, Retryable
from assets.raw.connector.http import judge_status

BUSY = {"INTERNAL_SERVER_ERROR", "TIMEOUT", "SERVICE_UNAVAILABLE"}
STATUSES = {
    402: "has frozen the shop (status 402); its bills are not paid",
    404: "knows no such shop or API version (status 404); check shop and api_version",
    423: "has locked the shop (status 423); ask Shopify's support",
}


class TooExpensive(Fatal):
    """The query costs more than any query may; a smaller page costs less."""


def judge(response: httpx.Response) -> None:
    """Raise what is wrong with an answer; return when it is good."""
    if response.status_code in STATUSES:
        raise Fatal(STATUSES[response.status_code])
    judge_status(response)
    parts = strict_json.parts(response.content)
    if "errors" not in parts:
        if "data" not in parts:
            raise Retryable("answers without data")
        return
    errors = strict_json.loads(parts["errors"])
    details = [_extensions(error) for error in (errors if isinstance(errors, list) else [errors])]
    codes = [str(detail.get("code", "")) for detail in details]
    cost = Cost(response.content)
    if "MAX_COST_EXCEEDED" in codes or ("THROTTLED" in codes and cost.requested > cost.most):
        raise TooExpensive("refuses the query as too expensive; lower page_size and nested_size")
    if "THROTTLED" in codes:
        raise Retryable("is throttling", after=cost.wait)
    if BUSY & set(codes):
        raise Retryable("answers with an internal error")
    for code, detail in zip(codes, details, strict=True):
        raise Fatal(_advice(code, detail))
    raise Fatal("answers with an error that it does not name")


class Cost:
    """What a query was estimated at, and the points that are left for the next.

    Attributes:
        requested: Points that the query had to have.
        left: Points that are there now.
        most: Points that can ever be there.
        wait: Seconds until the same query can be paid.
    """

    def __init__(self, body: bytes) -> None:
        """Read `extensions.cost` of an answer; without it there is nothing to wait for."""
        extensions = strict_json.parts(body).get("extensions")
        cost: Any = strict_json.loads(extensions).get("cost") if extensions is not None else None
        cost = cost or {}
        status = cost.get("throttleStatus") or {}
        self.requested = float(cost.get("requestedQueryCost") or 0)
        self.left = float(status.get("currentlyAvailable", self.requested))
        self.most = float(status.get("maximumAvailable") or self.requested)
        self._rate = float(status.get("restoreRate") or 50)

    @property
    def wait(self) -> float:
        """Seconds until a query of the same cost can be paid; 0 at once."""
        return self.wait_for(self.requested)

    def wait_for(self, points: float) -> float:
        """Seconds until so many points are there."""
        return max(0.0, (points - self.left) / self._rate)


def _extensions(error: object) -> dict[str, Any]:
    found = error.get("extensions") if isinstance(error, dict) else None
    return found if isinstance(found, dict) else {}


def _advice(code: str, detail: dict[str, Any]) -> str:
    if code == "ACCESS_DENIED":
        named = re.findall(r"`(\w+)`", str(detail.get("requiredAccess", "")))
        wanted = " and ".join(named) or "the access that the query needs"
        return (
            f"denies access; give the app {wanted} and install it again (customer data also need "
            "Shopify's approval of the app)"
        )
    field = str(detail.get("fieldName") or detail.get("nodeName") or "")
    if re.fullmatch(r"\w{1,80}", field):
        return (
            f"cannot give the field {field} ({_word(code)}); mend the header in the contract, the "
            "api_version, or write its selection under connection.selections"
        )
    return f"answers with the error {_word(code)}; look it up in Shopify's documentation"


def _word(code: str) -> str:
    return code if re.fullmatch(r"\w{1,60}", code) else "without a code"
