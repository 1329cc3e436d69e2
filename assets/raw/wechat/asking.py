"""Asking 微信 WeChat: the access token and the calls that need it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import msgspec

from assets.raw.connector import strict_json
from assets.raw.connector.errors import Fatal, Retryable, TokenRejected
from assets.raw.connector.http import Api
from assets.raw.connector.model import Connection
from assets.raw.connector.tokens import Token, TokenStore
from assets.raw.wechat.answers import judge
from assets.raw.wechat.settings import WeChatSettings


class Asking:
    """Calls the official account's API; the token travels in the query, as WeChat wants it."""

    def __init__(self, connection: Connection, settings: WeChatSettings) -> None:
        self._settings = settings
        self._source = connection.source
        self._clock = connection.clock
        self._api = Api(connection, settings.api_url.rstrip("/"), judge=judge, http={"calls": 5})
        secret = settings.app_secret.get_secret_value()
        self._tokens = TokenStore(
            connection, "\n".join((settings.api_url, settings.token, settings.app_id, secret))
        )

    @property
    def server_time(self) -> datetime | None:
        """The system's clock in its last answer."""
        return self._api.server_time

    def close(self) -> None:
        """Close the connections."""
        self._api.close()

    def get(self, path: str, **params: str) -> dict[str, msgspec.Raw]:
        """The members of the answer, each as it was sent.

        Raises:
            SourceError: there is none, and why.
        """
        return self._call("GET", path, params, None)

    def post(self, path: str, body: Mapping[str, Any]) -> dict[str, msgspec.Raw]:
        """The members of the answer, each as it was sent.

        Raises:
            SourceError: there is none, and why.
        """
        return self._call("POST", path, {}, body)

    def _call(
        self, method: str, path: str, params: Mapping[str, str], body: Mapping[str, Any] | None
    ) -> dict[str, msgspec.Raw]:
        return self._tokens.used(
            lambda token: self._send(method, path, params, body, token), self._fetch_token
        )

    def _send(
        self,
        method: str,
        path: str,
        params: Mapping[str, str],
        body: Mapping[str, Any] | None,
        token: Token,
    ) -> dict[str, msgspec.Raw]:
        query = {"access_token": token.value, **params}
        return strict_json.parts(self._api.send(method, path, params=query, json=body).content)

    def _fetch_token(self, rejected: str | None) -> Token:
        answer = self._ask_for_token(is_forced=False)
        if answer.get("access_token") == rejected:
            # The stable way gives the same token while it lives; only force makes a new one.
            answer = self._ask_for_token(is_forced=True)
        if not answer.get("access_token"):
            raise Fatal(f"{self._source}: the system gives no access token; check app_id")
        lives = timedelta(seconds=float(answer.get("expires_in", 7200)))
        return Token(answer["access_token"], self._clock() + lives)

    def _ask_for_token(self, is_forced: bool) -> dict[str, Any]:
        given = {
            "grant_type": "client_credential",
            "appid": self._settings.app_id,
            "secret": self._settings.app_secret.get_secret_value(),
        }
        try:
            if self._settings.token == "classic":
                response = self._api.send("GET", "/cgi-bin/token", params=given)
            else:
                body = {**given, "force_refresh": is_forced}
                response = self._api.send("POST", "/cgi-bin/stable_token", json=body)
        except TokenRejected:
            raise Fatal(
                f"{self._source}: the system refuses app_secret; check it in the contract"
            ) from None
        answer: dict[str, Any] = strict_json.loads(response.content)
        return answer


def member(answer: Mapping[str, msgspec.Raw], name: str) -> msgspec.Raw:
    """One member of an answer.

    Raises:
        Retryable: it is not there, although the system says that all is well.
    """
    if name not in answer:
        raise Retryable(f"the answer holds no {name}")
    return answer[name]
