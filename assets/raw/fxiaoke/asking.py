"""Asking 纷享销客 Fxiaoke: both ways to prove who asks, and the calls that everything else uses."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

import msgspec

from assets.raw.connector import strict_json
from assets.raw.connector.errors import Fatal
from assets.raw.connector.http import Api
from assets.raw.connector.model import Connection
from assets.raw.connector.tokens import Token, TokenStore
from assets.raw.fxiaoke.answers import judge
from assets.raw.fxiaoke.settings import FxiaokeSettings

CALLS = {"calls": 90, "per_seconds": 20}
"""100 are allowed in 20 seconds; the rest is for delays on the way and for a second program."""

SAME_TOKEN = timedelta(seconds=600)
"""In its last ten minutes a token still counts, but only then is a new one handed out."""

OPEN_USER_ID = "FSUID_"


class NewTraceId(Mapping[str, str]):
    """The parameter thirdTraceId: another one each time it is read, so each attempt has its own."""

    def __getitem__(self, name: str) -> str:
        """A new random identifier."""
        if name != "thirdTraceId":
            raise KeyError(name)
        return str(uuid.uuid4())

    def __iter__(self) -> Iterator[str]:
        """The one name."""
        return iter(("thirdTraceId",))

    def __len__(self) -> int:
        """One."""
        return 1


class Asking:
    """Calls the tenant in the name of one application and one user."""

    def __init__(self, connection: Connection, settings: FxiaokeSettings) -> None:
        self._settings = settings
        self._source = connection.source
        self._clock = connection.clock
        self._api = Api(connection, settings.host, judge=judge, http=CALLS)
        credentials = (
            settings.host,
            settings.auth,
            settings.app_id,
            settings.app_secret.get_secret_value(),
            settings.permanent_code.get_secret_value(),
        )
        self._tokens = TokenStore(connection, "\n".join(credentials))
        self._user = settings.user

    @property
    def server_time(self) -> datetime | None:
        """The system's clock in its last answer."""
        return self._api.server_time

    def close(self) -> None:
        """Close the connections."""
        self._api.close()

    def call(self, path: str, body: Mapping[str, Any]) -> msgspec.Raw:
        """The `data` of the answer, as it was sent.

        Raises:
            SourceError: there is none, and why.
        """
        if self._user is None:
            self._user = self._find_user()
        members = self._authorized(path, body, self._user)
        if "data" not in members:
            raise Fatal(f"{self._source}: the system answers {path} without data; report it")
        return members["data"]

    def _authorized(
        self, path: str, body: Mapping[str, Any], user: str | None
    ) -> dict[str, msgspec.Raw]:
        return self._tokens.used(
            lambda token: self._send(path, body, user, token), self._fetch_token
        )

    def _send(
        self, path: str, body: Mapping[str, Any], user: str | None, token: Token
    ) -> dict[str, msgspec.Raw]:
        headers: dict[str, str] = {}
        proof: dict[str, Any] = {}
        if self._settings.auth == "app_secret":
            headers = {"Authorization": f"Bearer {token.value}", "x-fs-ea": token.extra["ea"]}
            if user is not None:
                headers["x-fs-userid"] = user
            if user is not None and user.startswith(OPEN_USER_ID):
                # The newer way takes staff numbers, unless it is told that these are openUserIds.
                proof["convertUserId"] = True
        else:
            proof = {"corpAccessToken": token.value, "corpId": token.extra["corp_id"]}
            if user is not None:
                proof["currentOpenUserId"] = user
        response = self._api.send(
            "POST", path, params=NewTraceId(), json={**proof, **body}, headers=headers
        )
        return strict_json.parts(response.content)

    def _fetch_token(self, _rejected: str | None) -> Token:
        settings = self._settings
        is_new = settings.auth == "app_secret"
        body = {
            "appId": settings.app_id,
            "appSecret": settings.app_secret.get_secret_value(),
            "permanentCode": settings.permanent_code.get_secret_value(),
        }
        if is_new:
            body["grantType"] = "app_secret"
        path = "/oauth2.0/token" if is_new else "/cgi/corpAccessToken/get/V2"
        response = self._api.send("POST", path, params=NewTraceId(), json=body)
        answer = strict_json.loads(response.content)
        value = answer.get("accessToken" if is_new else "corpAccessToken")
        company = answer.get("ea" if is_new else "corpId")
        if not value or not company:
            raise Fatal(f"{self._source}: the system gives no access token; check auth")
        lives = timedelta(seconds=float(answer.get("expiresIn", 7200))) - SAME_TOKEN
        return Token(value, self._clock() + lives, {"ea" if is_new else "corp_id": company})

    def _find_user(self) -> str:
        assert self._settings.user_mobile is not None
        mobile = self._settings.user_mobile.get_secret_value()
        members = self._authorized("/cgi/user/getByMobile", {"mobile": mobile}, None)
        found = strict_json.loads(members["empList"]) if "empList" in members else []
        if not found or not found[0].get("openUserId"):
            raise Fatal(f"{self._source}: nobody has connection.user_mobile; mend it or give user")
        return str(found[0]["openUserId"])
