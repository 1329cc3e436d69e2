"""Turning pages: what to send for a position, and which position comes after an answer.

A position is what the checkpoint keeps of a listing: a token, a page number, an address, a key.
None stands for the first page.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from math import ceil
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from assets.raw.connector.errors import Fatal, Retryable
from assets.raw.rest import paths
from assets.raw.rest.paging_settings import (
    Counted,
    Flags,
    Keyset,
    LinkHeader,
    NextUrl,
    Offset,
    PageNumber,
    PageToken,
    Paging,
    Sized,
)

Position = dict[str, Any]


@dataclass(frozen=True)
class Call:
    """One request: path or address, parameters, body, headers."""

    url: str
    params: Mapping[str, Any] = field(default_factory=dict)
    body: dict[str, Any] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Answer:
    """What paging looks at: body, headers, the next address of the Link header, the records."""

    body: bytes
    headers: Mapping[str, str]
    link: str | None
    records: list[bytes]


def placed(paging: Paging, position: Position | None, call: Call, base_url: str) -> Call:
    """The request for a position.

    Raises:
        Fatal: the address of the next page leads to another system.
    """
    if isinstance(paging, PageToken) and position:
        kept = {key: value for key, value in call.params.items() if key not in paging.drop}
        return _put(replace(call, params=kept), paging.parameter, position["token"], paging.place)
    if isinstance(paging, NextUrl | LinkHeader) and position:
        parts = urlsplit(own_url(position["url"], base_url))
        address = f"{parts.scheme}://{parts.netloc}{parts.path}"
        return replace(call, url=address, params=_parameters(parts.query))
    if isinstance(paging, Sized):
        if paging.size_parameter:
            call = _put(call, paging.size_parameter, paging.size, paging.place)
        if isinstance(paging, PageNumber):
            number = position["page"] if position else paging.first
            return _put(call, paging.parameter, number, paging.place)
        if isinstance(paging, Offset):
            offset = position["offset"] if position else 0
            return _put(call, paging.parameter, offset, paging.place)
        if isinstance(paging, Keyset) and position:
            return _put(call, paging.parameter, position["key"], paging.place)
    return call


def following(paging: Paging, position: Position | None, answer: Answer) -> Position | None:
    """The position after an answer; None when it was the last page.

    Raises:
        Fatal: the listing goes in circles, or on where the system does not serve it.
        Retryable: the answer says that there is more, but not where.
    """
    found: Position | None = None
    if isinstance(paging, PageToken):
        found = _flagged(paging, answer, "token", paths.value_at(answer.body, paging.token))
    elif isinstance(paging, NextUrl):
        found = _flagged(paging, answer, "url", paths.value_at(answer.body, paging.url))
    elif isinstance(paging, LinkHeader):
        found = {"url": answer.link} if answer.link else None
    elif isinstance(paging, PageNumber | Offset):
        return _counted(paging, position, answer)
    elif isinstance(paging, Keyset):
        return _keyset(paging, position, answer)
    if found is not None and found == position:
        raise Fatal("gives the same page as the next again and again; check paging")
    return found


def own_url(url: str, base_url: str) -> str:
    """An address of the same system; https stays https behind a proxy that forgets it.

    Raises:
        Fatal: the address leads to another host, where our credentials must not go.
    """
    base = urlsplit(base_url)
    if url.startswith("/") and not url.startswith("//"):
        return f"{base.scheme}://{base.netloc}{url}"
    parts = urlsplit(url)
    same_port = parts.port == base.port or {parts.port, base.port} <= {None, 80, 443}
    if parts.hostname != base.hostname or not same_port:
        raise Fatal("names a next page on another host than base_url; credentials stay here")
    return parts._replace(scheme=base.scheme, netloc=base.netloc).geturl()


def without_parameter(url: str, name: str) -> str:
    """The address without a parameter that holds a credential."""
    parts = urlsplit(url)
    kept = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0] != name]
    return parts._replace(query=urlencode(kept)).geturl()


def _put(call: Call, name: str, value: Any, place: str) -> Call:
    if place == "body":
        return replace(call, body=paths.put(call.body or {}, name, value))
    return replace(call, params={**call.params, name: value})


def _parameters(query: str) -> dict[str, Any]:
    """Parameters of an address; one that comes twice is a list."""
    found: dict[str, Any] = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        if name not in found:
            found[name] = value
        elif isinstance(found[name], list):
            found[name].append(value)
        else:
            found[name] = [found[name], value]
    return found


def _flagged(paging: Flags, answer: Answer, name: str, pointer: Any) -> Position | None:
    there_is_more = paging.more is not None and bool(paths.value_at(answer.body, paging.more))
    said_end = None if paging.end is None else paths.value_at(answer.body, paging.end)
    if said_end is True or (paging.more is not None and not there_is_more):
        return None
    if pointer is None or pointer == "":
        # Where neither the end is told nor anything follows, nothing says that there is more.
        if there_is_more or said_end is not None:
            raise Retryable("says that there is more, but not where")
        return None
    return {name: pointer}


def _counted(
    paging: PageNumber | Offset, position: Position | None, answer: Answer
) -> Position | None:
    key = "page" if isinstance(paging, PageNumber) else "offset"
    start = paging.first if isinstance(paging, PageNumber) else 0
    here = position[key] if position else start
    seen = position.get("total") if position else None
    total = total_of(paging, answer)
    if total is not None and seen is not None and total < seen:
        return _stepped_back(paging, key, here, start, seen - total, total)
    done = (here - start) * paging.size if isinstance(paging, PageNumber) else here
    count = len(answer.records)
    if count == 0 or (paging.stop == "short_page" and count < paging.size):
        return None
    if paging.stop == "total":
        assert total is not None, "total_of() is never None for stop: total"
        if done + count >= total:
            return None
        if isinstance(paging, PageNumber) and count < paging.size:
            raise Fatal(
                f"gives {count} records a page where {paging.size} were asked for; "
                "lower paging.size, or use stop: empty_page"
            )
    step = 1 if isinstance(paging, PageNumber) else count
    if paging.last is not None and here + step > paging.last:
        raise Fatal(
            f"serves this listing only up to {key} {paging.last}, and it goes on; "
            "shorten window_days or narrow the listing"
        )
    return {key: here + step} | ({"total": total} if total is not None else {})


def _stepped_back(
    paging: Counted, key: str, here: int, start: int, gone: int, total: int
) -> Position:
    """Records before this page vanished: what stood here slid to an earlier page."""
    step = ceil(gone / paging.size) if key == "page" else gone
    return {key: max(start, here - step), "total": total}


def total_of(paging: Paging, answer: Answer) -> int | None:
    """The number of records in the whole listing, where the answer says it.

    Raises:
        Fatal: it should, and does not.
    """
    if not isinstance(paging, Counted) or paging.total is None:
        return None
    if paging.total.header is not None:
        found: Any = answer.headers.get(paging.total.header)
    else:
        found = paths.value_at(answer.body, paging.total.path or "")
    if isinstance(found, int | str) and str(found).isdigit():
        return int(found)
    raise Fatal("does not say how many records there are; mend paging.total")


def _keyset(paging: Keyset, position: Position | None, answer: Answer) -> Position | None:
    count = len(answer.records)
    if count == 0 or (paging.stop == "short_page" and count < paging.size):
        return None
    keys = [paths.value_at(record, paging.field) for record in answer.records]
    if any(isinstance(key, bool | float | dict | list) or key is None for key in keys):
        raise Fatal(f"sends records without a usable {paging.field}; mend paging.field")
    key = keys[-1] if paging.take == "last" else _extreme(keys, paging.take)
    if position is not None and str(key) == str(position["key"]):
        if paging.inclusive and count == 1:
            return None
        raise Fatal("gives the same page as the next again and again; check paging")
    return {"key": key}


def _extreme(keys: list[Any], take: str) -> Any:
    numbers = all(str(key).isdigit() for key in keys)
    ordered = sorted(keys, key=lambda key: int(key) if numbers else str(key))
    return ordered[0] if take == "min" else ordered[-1]
