"""Asking Zoho: one shared access token, the host that it names, and the credits that are left."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, BinaryIO

import httpx

from assets.raw.connector.errors import StopForToday
from assets.raw.connector.http import Api
from assets.raw.connector.model import Connection
from assets.raw.connector.tokens import Token, TokenStore
from assets.raw.zoho_crm.answers import credits_left, judge, judge_token
from assets.raw.zoho_crm.settings import HTTP, ZohoSettings


class Access:
    """One organisation of Zoho CRM, asked as one user.

    Attributes:
        credits: Calls left in these 24 hours, by the last answer that told it.
    """

    def __init__(self, connection: Connection, settings: ZohoSettings) -> None:
        """Open connections; nothing is asked yet."""
        self._source = connection.source
        self._clock = connection.clock
        self._settings = settings
        secret = settings.refresh_token.get_secret_value()
        self._tokens = TokenStore(connection, f"{settings.accounts}|{settings.client_id}|{secret}")
        self._accounts = Api(connection, judge=judge_token, http=HTTP)
        self._api = Api(connection, authorize=self._authorize, judge=self._judge, http=HTTP)
        self.credits: int | None = None

    @property
    def server_time(self) -> datetime | None:
        """Zoho's clock by its last answer."""
        return self._api.server_time

    def get(
        self,
        path: str,
        params: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        """A good answer to GET; its body is empty when there is nothing to tell (204, 304).

        Raises:
            SourceError: there is none, and why.
        """
        return self._api.send("GET", self._address(path), params=params, headers=headers)

    def post(self, path: str, body: Mapping[str, Any]) -> httpx.Response:
        """A good answer to POST.

        Raises:
            SourceError: there is none, and why.
        """
        return self._api.send("POST", self._address(path), json=body)

    def download(self, path: str, target: BinaryIO) -> None:
        """Write a file of Zoho to an open file.

        Raises:
            SourceError: there is none, and why.
        """
        self._api.stream_to("GET", self._address(path), target)

    def scopes(self) -> frozenset[str]:
        """What the token may do, by Zoho's own words; empty when it does not say."""
        text = self._token().extra.get("scope", "")
        return frozenset(text.replace(",", " ").split())

    def close(self) -> None:
        """Close the connections."""
        self._api.close()
        self._accounts.close()

    def _address(self, path: str) -> str:
        if self.credits is not None and self.credits <= self._settings.credits_reserve:
            raise StopForToday(
                f"{self._source}: {self.credits} calls are left in these 24 hours and "
                f"{self._settings.credits_reserve} are kept for others "
                "(connection.credits_reserve); the next run goes on from here"
            )
        host = self._settings.api_url or self._token().extra.get("api_domain")
        return f"{(host or self._settings.default_api).rstrip('/')}{path}"

    def _judge(self, response: httpx.Response) -> None:
        left = credits_left(response)
        if left is not None:
            self.credits = left
        judge(response)

    def _authorize(self, rejected: str | None) -> dict[str, str]:
        return {"Authorization": f"Zoho-oauthtoken {self._token(rejected).value}"}

    def _token(self, rejected: str | None = None) -> Token:
        return self._tokens.get(self._fetch, rejected)

    def _fetch(self) -> Token:
        response = self._accounts.send(
            "POST",
            f"{self._settings.accounts}{self._settings.paths.token}",
            # In the body: addresses end up in logs of proxies.
            data={
                "refresh_token": self._settings.refresh_token.get_secret_value(),
                "client_id": self._settings.client_id,
                "client_secret": self._settings.client_secret.get_secret_value(),
                "grant_type": "refresh_token",
            },
        )
        body = json.loads(response.content)
        told = str(body.get("expires_in"))
        lives = timedelta(seconds=int(told) if re.fullmatch(r"[1-9]\d{0,8}", told) else 3600)
        extra = {name: str(body[name]) for name in ("api_domain", "scope") if body.get(name)}
        return Token(body["access_token"], self._clock() + lives, extra)
