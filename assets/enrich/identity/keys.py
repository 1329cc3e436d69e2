"""Keyed hashes in SQL: the customer key and the pseudonyms of identifiers.

The key itself never enters SQL: raw landing writes its two HMAC pads to the vault's accounting.
"""

from __future__ import annotations

PADS_TABLE = "vault.accounting.pseudonym_pads"


def keyed_hash(expression: str) -> str:
    """HMAC-SHA256 of a text expression as 64 hex digits; `pads` must be in the FROM clause."""
    inner = f"sha256(pads.ipad || encode({expression}))"
    return f"sha256(pads.opad || unhex({inner}))"


def customer_key(source: str, record_id: str) -> str:
    """The key of the customer that a record founds: 'C' and 64 bits of the keyed hash."""
    founder = f"{source} || ':' || {record_id}"
    return f"'C' || left({keyed_hash(founder)}, 16)"


def identifier_hash(identifier_type: str, value: str) -> str:
    """Pseudonym of an identifier, so that evidence can be kept without the value."""
    return keyed_hash(f"{identifier_type} || ':' || {value}")
