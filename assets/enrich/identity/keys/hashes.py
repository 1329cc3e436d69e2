"""Keyed hashes in SQL: the customer key and the pseudonyms of identifiers.

The key itself never enters SQL: raw landing writes its two HMAC pads to the vault's accounting.
"""

from __future__ import annotations

PADS_TABLE = "vault.accounting.pseudonym_pads"
_FILLS_16_DIGITS = 16**15


def keyed_hash(expression: str) -> str:
    """HMAC-SHA256 of a text expression as 64 hex digits; `pads` must be in the FROM clause."""
    inner = f"sha256(pads.ipad || encode({expression}))"
    return f"sha256(pads.opad || unhex({inner}))"


def customer_key(source: str, record_id: str, attempt: int = 0) -> str:
    """The key of the customer that a record founds: 'C' and 64 bits of the keyed hash.

    Args:
        source: SQL expression of the founding record's source.
        record_id: SQL expression of its id.
        attempt: 0 at first; 1, 2, … where the keys before were issued already.
    """
    return f"'C' || {_digits(source, record_id, attempt)}"


def customer_key_number(source: str, record_id: str, attempt: int = 0) -> str:
    """The number that `customer_key` spells."""
    return f"cast('0x' || {_digits(source, record_id, attempt)} as ubigint)"


def _digits(source: str, record_id: str, attempt: int) -> str:
    founder = f"{source} || ':' || {record_id}"
    if attempt:
        founder = f"{founder} || '|{attempt}'"
    return f"left({keyed_hash(founder)}, 16)"


def identifier_hash(identifier_type: str, value: str) -> str:
    """Pseudonym of an identifier, so that evidence can be kept without the value."""
    return keyed_hash(f"{identifier_type} || ':' || {value}")


def key_number(key: str) -> str:
    """A customer key as the 64-bit number it spells: null where the text is no such key.

    Numbers make grouping and joining a million keys several times cheaper than texts.
    """
    return (
        f"case when length({key}) = 17 and left({key}, 1) = 'C' "
        f"then try_cast('0x' || substr({key}, 2) as ubigint) end"
    )


def key_text(number: str) -> str:
    """The customer key that a number spells; the inverse of `key_number`."""
    # Filling up with zeros takes longer than all the rest, and one in sixteen needs it.
    digits = f"lower(to_hex({number}))"
    return (
        f"'C' || case when {number} >= {_FILLS_16_DIGITS} then {digits} "
        f"else lpad({digits}, 16, '0') end"
    )
