"""Access tokens, cached on disk: every process of an instance uses the same one.

Systems count the tokens that they hand out (Zoho: ten in ten minutes), so a token is asked for
under a lock and kept until it expires or is rejected.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

from assets.raw.connector.errors import TokenRejected
from assets.raw.connector.model import Connection
from pipelines.runtime.private_files import locked, make_private_folder, written_whole

MARGIN = timedelta(seconds=60)
"""A token that expires while a request is under way is worth nothing."""


Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Token:
    """An access token; `extra` is what the system gave with it, such as its address."""

    value: str = field(repr=False)
    expires_at: datetime
    extra: dict[str, str] = field(default_factory=dict)


class TokenStore:
    """The cached token of one source: `<home>/secrets/tokens/<source>/token.json`, 0600."""

    def __init__(self, connection: Connection, fingerprint: str) -> None:
        """`fingerprint`: of the credentials; with other credentials the token counts no more."""
        self._clock = connection.clock
        self._folder = connection.home / "secrets" / "tokens" / connection.source
        self._file = self._folder / "token.json"
        self._fingerprint = hashlib.sha256(fingerprint.encode()).hexdigest()[:16]
        self._known: Token | None = None

    def get(self, fetch: Callable[[], Token], rejected: str | None = None) -> Token:
        """The token in force; a new one when there is none, it expires, or it was rejected.

        Raises:
            SourceError: no token can be had.
        """
        if self._known is not None and self._is_good(self._known, rejected):
            return self._known
        make_private_folder(self._folder)
        with locked(self._folder):
            token = self._read()
            if token is None or not self._is_good(token, rejected):
                token = fetch()
                self._write(token)
        self._known = token
        return token

    def used(self, ask: Callable[[Token], Answer], fetch: Callable[[str | None], Token]) -> Answer:
        """Ask with the token in force; when it is rejected, once more with a new one.

        For systems whose token goes into the body or the address; Api does it for headers.

        Args:
            ask: Asks with a token.
            fetch: Gets a new token; called with None, or with the value that was rejected.

        Raises:
            SourceError: there is no good answer, and why.
        """
        token = self.get(lambda: fetch(None))
        try:
            return ask(token)
        except TokenRejected:
            bad = token.value
            return ask(self.get(lambda: fetch(bad), rejected=bad))

    def _is_good(self, token: Token, rejected: str | None) -> bool:
        return token.value != rejected and token.expires_at - MARGIN > self._clock()

    def _read(self) -> Token | None:
        if not self._file.exists():
            return None
        kept = json.loads(self._file.read_text(encoding="utf-8"))
        if kept["fingerprint"] != self._fingerprint:
            return None
        return Token(kept["value"], datetime.fromisoformat(kept["expires_at"]), kept["extra"])

    def _write(self, token: Token) -> None:
        kept = {
            "fingerprint": self._fingerprint,
            "value": token.value,
            "expires_at": token.expires_at.isoformat(),
            "extra": token.extra,
        }
        with written_whole(self._file) as handle:
            handle.write(json.dumps(kept).encode())
