"""Showing credentials: headers and parameters of a request, and OAuth 2.0 tokens."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import httpx

from assets.raw.connector.errors import Fatal
from assets.raw.connector.http import Api, judge_status
from assets.raw.connector.model import Connection
from assets.raw.connector.tokens import Token, TokenStore
from assets.raw.rest import paths
from assets.raw.rest.auth_settings import Auth, Basic, Bearer, Header, OAuth2, Query
from pipelines.runtime.private_files import make_private_folder, written_whole

Authorize = Callable[[str | None], dict[str, str]]


def authorization(connection: Connection, auth: Auth) -> Authorize | None:
    """What gives the headers of a request; None when it needs none."""
    if isinstance(auth, OAuth2):
        return OAuth2Tokens(connection, auth).headers
    headers = fixed_headers(auth)
    return (lambda _rejected: headers) if headers else None


def fixed_headers(auth: Auth) -> dict[str, str]:
    """Headers of the ways that know no expiry."""
    if isinstance(auth, Bearer):
        return {"Authorization": f"Bearer {auth.token}"}
    if isinstance(auth, Basic):
        return {"Authorization": basic(auth.username, auth.password)}
    if isinstance(auth, Header):
        return {auth.name: auth.value}
    return {}


def parameters(auth: Auth) -> dict[str, str]:
    """Parameters of the way that shows the credential in the address."""
    return {auth.name: auth.value} if isinstance(auth, Query) else {}


def basic(user: str, password: str) -> str:
    """Value of the header for Basic authentication (RFC 7617)."""
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


class OAuth2Tokens:
    """Access tokens by OAuth 2.0, cached for all processes.

    A system that gives a new refresh token with every access token has it kept beside the cache:
    the one in the environment is then worth nothing any more.
    """

    def __init__(self, connection: Connection, auth: OAuth2) -> None:
        self._connection = connection
        self._auth = auth
        self._api = Api(connection, judge=_judge_token)
        given = "\n".join((auth.token_url, auth.client_id, auth.client_secret, auth.scope or ""))
        self._fingerprint = f"{given}\n{auth.refresh_token or ''}"
        self._store = TokenStore(connection, self._fingerprint)
        self._used: str | None = None

    def headers(self, rejected: str | None) -> dict[str, str]:
        """The header with a token in force, another than the rejected one."""
        # The token in use is known here as a whole, whatever prefix and header it was sent with.
        token = self._store.get(self._fetch, self._used if rejected is not None else None)
        self._used = token.value
        return {self._auth.header: f"{self._auth.prefix}{token.value}"}

    def _fetch(self) -> Token:
        auth = self._auth
        form = {"grant_type": auth.grant, **auth.fields}
        headers: dict[str, str] = {}
        if auth.scope:
            form["scope"] = auth.scope
        if auth.client_in == "header":
            headers["Authorization"] = basic(auth.client_id, auth.client_secret)
        else:
            form |= {"client_id": auth.client_id, "client_secret": auth.client_secret}
        if auth.refresh_token is not None:
            form["refresh_token"] = self._kept_refresh_token() or auth.refresh_token
        response = self._api.send("POST", auth.token_url, data=form, headers=headers)
        value = paths.value_at(response.content, auth.token)
        if not isinstance(value, str) or not value:
            raise Fatal(f"gives no token at auth.token {auth.token!r}; mend that path")
        lifetime = paths.value_at(response.content, auth.expires_in)
        seconds = int(lifetime) if str(lifetime).isdigit() else auth.lifetime_seconds
        renewed = paths.value_at(response.content, auth.renewed)
        if auth.refresh_token is not None and isinstance(renewed, str) and renewed:
            self._keep_refresh_token(renewed)
        return Token(value, self._connection.clock() + timedelta(seconds=seconds))

    @property
    def _file(self) -> Path:
        return self._connection.home / "secrets" / "refresh_tokens" / self._connection.source

    def _kept_refresh_token(self) -> str | None:
        if not self._file.exists():
            return None
        kept = json.loads(self._file.read_text(encoding="utf-8"))
        return str(kept["value"]) if kept["fingerprint"] == self._hash() else None

    def _keep_refresh_token(self, value: str) -> None:
        make_private_folder(self._file.parent)
        with written_whole(self._file) as handle:
            handle.write(json.dumps({"fingerprint": self._hash(), "value": value}).encode())

    def _hash(self) -> str:
        return hashlib.sha256(self._fingerprint.encode()).hexdigest()[:16]


def _judge_token(response: httpx.Response) -> None:
    if response.status_code in (400, 401, 403):
        raise Fatal(
            f"gives no access token (status {response.status_code}); check client_id, "
            "client_secret, scope and refresh_token under connection.auth"
        )
    judge_status(response)
