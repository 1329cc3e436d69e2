"""Delivery manifests (交付清单): what the sender of a file says of it, in `<file>.manifest.json`.

    {"rows": 1200, "sha256": "9f86d0…", "totals": {"sales_value": "84120.50"}}

Every key may be left out. `rows` counts the records, without the header; `totals` are sums over all
records, by the name of the column in the contract or in the file. Only a manifest shows that a file
was cut between two records, or that a figure changed on its way.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assets.raw.errors import FileError

if TYPE_CHECKING:
    from assets.raw.landing import Landed

SUFFIX = ".manifest.json"
KEYS = {"rows", "sha256", "totals"}


@dataclass(frozen=True)
class Claim:
    """What a manifest says; None where it says nothing.

    Attributes:
        rows: Number of records.
        sha256: Of the bytes of the file, 64 hexadecimal digits.
        totals: Decimal number as text, by column.
    """

    rows: int | None = None
    sha256: str | None = None
    totals: dict[str, str] | None = None


def manifest_of(file: Path) -> Path:
    """Where the manifest of a file lies, whether it is there or not."""
    return file.with_name(file.name + SUFFIX)


def read_claim(file: Path, path: str) -> Claim | None:
    """What the manifest beside a file says; None without one.

    Args:
        file: The delivered file.
        path: Its path for messages.

    Raises:
        FileError: there is one, and it is no valid manifest.
    """
    try:
        text = manifest_of(file).read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        return None
    except UnicodeDecodeError:
        raise _refusal(path, "is not UTF-8") from None
    try:
        content = json.loads(text, parse_float=Decimal, object_pairs_hook=_unique)
    except (ValueError, RecursionError):
        raise _refusal(path, "is no valid JSON object, or has a key twice") from None
    if not isinstance(content, dict):
        raise _refusal(path, "is no JSON object")
    if unknown := sorted(set(content) - KEYS):
        raise _refusal(path, f"has the unknown key {unknown[0][:60]!r}")
    rows, digest, totals = (content.get(key) for key in ("rows", "sha256", "totals"))
    if rows is not None and (not isinstance(rows, int) or isinstance(rows, bool) or rows < 0):
        raise _refusal(path, "rows is no whole number")
    if digest is not None:
        if not isinstance(digest, str) or not re.fullmatch(r"[0-9a-fA-F]{64}", digest):
            raise _refusal(path, "sha256 has no 64 hexadecimal digits")
        digest = digest.lower()
    return Claim(rows, digest, None if totals is None else _totals(totals, path))


def _totals(totals: Any, path: str) -> dict[str, str]:
    if not isinstance(totals, dict):
        raise _refusal(path, "totals is no object of column names and sums")
    found = {}
    for column, total in totals.items():
        try:
            number = Decimal(total if isinstance(total, str) else str(total))
        except InvalidOperation:
            number = Decimal("NaN")
        if isinstance(total, bool) or not number.is_finite():
            raise _refusal(path, f"the total of {column[:60]!r} is no number")
        found[column] = str(number)
    return found


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError
    return found


def _refusal(path: str, words: str) -> FileError:
    return FileError(
        f"{path}{SUFFIX}: {words}; a manifest looks like "
        '{"rows": 1200, "sha256": "…", "totals": {"sales_value": "84120.50"}}'
    )


def check_digest(delivery: Landed, claim: Claim | None) -> None:
    """Compare the content with the manifest's SHA-256.

    Raises:
        FileError: they differ.
    """
    if claim is not None and claim.sha256 not in (None, delivery.sha256):
        raise FileError(
            f"{delivery.path}: its SHA-256 is {delivery.sha256[:12]}…, by its manifest "
            f"{str(claim.sha256)[:12]}…; deliver the file again with its own manifest"
        )
