"""What a status, a header or a broken connection means, whatever the system."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx

from assets.raw.connector.errors import Fatal, Retryable, TokenRejected


def judge_status(response: httpx.Response) -> None:
    """Judge an answer by its status alone; returns when it is good."""
    status = response.status_code
    if 200 <= status < 300 or status == 304:
        return
    if status in (408, 425, 429) or status >= 500:
        raise Retryable(f"answers with status {status}", after=retry_after(response))
    if status == 401:
        raise TokenRejected("rejects the credentials (status 401); check them in the contract")
    if status == 403:
        raise Fatal("forbids the request (status 403); give the credentials the scope for it")
    if status in (301, 302, 307, 308):
        raise Fatal(f"has moved (status {status}); mend the address in the contract")
    raise Fatal(f"refuses the request (status {status}); check address and options in the contract")


def retry_after(response: httpx.Response) -> float | None:
    """Seconds of the Retry-After header, which may also be a date (RFC 9110); None without one."""
    text = response.headers.get("Retry-After")
    if not text:
        return None
    if text.isascii() and text.isdecimal():
        return float(text)
    until, sent = moment(text), moment(response.headers.get("Date", ""))
    return max(0.0, (until - sent).total_seconds()) if until and sent else None


def moment(text: str) -> datetime | None:
    """The UTC time of an HTTP date; None when the text is none."""
    try:
        found = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    # The zone "-0000" gives a time without one: it is UTC, too.
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


@contextmanager
def transport_errors() -> Iterator[None]:
    """Errors of the network in our words: their own texts hold addresses with tokens."""
    try:
        yield
    except (httpx.UnsupportedProtocol, httpx.InvalidURL):
        raise Fatal("has no usable address; write it as https://… in the contract") from None
    except httpx.TooManyRedirects:
        raise Fatal("sends us from address to address; mend the address in the contract") from None
    except (httpx.LocalProtocolError, UnicodeEncodeError):
        raise Fatal(
            "cannot be asked: a header would hold a line break or a letter that is not ASCII; "
            "write the credentials again as the system gave them"
        ) from None
    except httpx.TimeoutException:
        raise Retryable("does not answer in time") from None
    except httpx.ConnectError:
        raise Retryable("cannot be reached; check the address and the network") from None
    except (httpx.TransportError, httpx.DecodingError):
        raise Retryable("broke the connection off") from None
