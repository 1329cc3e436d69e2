"""OAuth of Zoho: access tokens for a refresh token, with the limits of the real thing."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from demo.servers.base import Answer, Clock, json_answer
from demo.servers.zoho_answers import Refused, refuse

# Of a local server that anybody can start: no secrets.
CLIENT_ID = "1000.DEMOCLIENT"
CLIENT_SECRET = "demo-client-secret"  # allowlist secret: of the demo's own server
REFRESH_TOKEN = "1000.demo-refresh-token"  # allowlist secret: of the demo's own server
EVERY_SCOPE = (
    "ZohoCRM.modules.ALL ZohoCRM.settings.ALL ZohoCRM.coql.READ ZohoCRM.bulk.READ "
    "ZohoCRM.org.READ ZohoCRM.users.READ"
)
_LIFE = timedelta(hours=1)
_LIVE_TOKENS = 15
_REFRESHES, _REFRESH_WINDOW = 10, timedelta(minutes=10)


@dataclass
class Tokens:
    """The tokens that were given out.

    Attributes:
        scope: What new tokens may do; scopes separated by spaces.
        live: Expiry and scopes by token, oldest first.
        revoked: The refresh token was taken back.
    """

    clock: Clock
    scope: str = EVERY_SCOPE
    revoked: bool = False
    live: dict[str, tuple[datetime, frozenset[str]]] = field(default_factory=dict)
    issued: int = 0
    _refreshes: deque[datetime] = field(default_factory=deque)

    def refresh(self, form: dict[str, str], api_domain: str) -> Answer:
        """`POST /oauth/v2/token`; errors come with status 200, as they do there."""
        if form.get("client_id") != CLIENT_ID:
            return json_answer({"error": "invalid_client"})
        if form.get("client_secret") != CLIENT_SECRET:
            return json_answer({"error": "invalid_client_secret"})
        if form.get("grant_type") != "refresh_token":
            return json_answer({"error": "invalid_grant"})
        if form.get("refresh_token") != REFRESH_TOKEN or self.revoked:
            return json_answer({"error": "invalid_code"})
        now = self.clock()
        while self._refreshes and self._refreshes[0] <= now - _REFRESH_WINDOW:
            self._refreshes.popleft()
        if len(self._refreshes) >= _REFRESHES:
            words = "You have made too many requests continuously. Please try again after some time"
            denied = {"error_description": words, "error": "Access Denied", "status": "failure"}
            return json_answer(denied, 400)
        self._refreshes.append(now)
        self.issued += 1
        token = f"1000.{self.issued:032x}"
        self.live[token] = (now + _LIFE, frozenset(self.scope.replace(",", " ").split()))
        while len(self.live) > _LIVE_TOKENS:
            del self.live[next(iter(self.live))]
        return json_answer(
            {
                "access_token": token,
                "scope": self.scope,
                "api_domain": api_domain,
                "token_type": "Bearer",
                "expires_in": int(_LIFE.total_seconds()),
            }
        )

    def revoke_refresh_token(self, form: dict[str, str]) -> Answer:
        """`POST /oauth/v2/token/revoke`: the refresh token and all of its access tokens die."""
        if form.get("token") != REFRESH_TOKEN:
            return json_answer({"error": "invalid_token"}, 400)
        self.revoked = True
        self.live.clear()
        return json_answer({"status": "success"})

    def scopes(self, authorization: str) -> frozenset[str]:
        """What the token of a request may do; raises Refused (401)."""
        kind, _, token = authorization.partition(" ")
        if kind != "Zoho-oauthtoken" or not token:
            raise refuse("AUTHENTICATION_FAILURE", "Authentication failed", 401)
        expires_at, scopes = self.live.get(token, (None, frozenset[str]()))
        if expires_at is None or expires_at <= self.clock():
            raise refuse("INVALID_TOKEN", "invalid oauth token", 401)
        return scopes


def need(scopes: frozenset[str], group: str, part: str = "") -> None:
    """Refuse a request whose token lacks the scope (`modules.Leads.READ`, `coql.READ` …)."""
    good = {f"ZohoCRM.{group}.{right}" for right in ("ALL", "READ")}
    if part:
        good |= {f"ZohoCRM.{group}.{part}.{right}" for right in ("ALL", "READ")}
    if not good & scopes:
        raise missing_scope()


def missing_scope() -> Refused:
    """The token is good but was not made for this."""
    return refuse(
        "OAUTH_SCOPE_MISMATCH", "invalid oauth scope to access this URL", 401, {"permissions": []}
    )
