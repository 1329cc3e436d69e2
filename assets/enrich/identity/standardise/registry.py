"""The standardisers by name; which identifier type uses which one is data (`rules.yml`)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa

HANDLES = (
    *("handle", "unionid", "openid", "weibo_uid", "device_id", "shop_customer_id"),
    *("loyalty_id", "national_id"),
)
IDENTIFIERS = ("phone", "email", *HANDLES)
"""Standardisers of identifiers; they give identifier_value, is_valid and invalid_reason."""

STANDARDISERS = (*IDENTIFIERS, "name", "address")


def standardise(standardiser: str, raw: pa.Array, default_region: str = "CN") -> pa.Table:
    """Standardise raw values; of names and addresses give distinct ones, for speed.

    Args:
        standardiser: one of STANDARDISERS.
        raw: the values as the sources wrote them. Names: full name, or given name, U+001F and
            family name. Addresses: region, city, address, house number and postcode, U+001F
            between them.
        default_region: region of phone numbers that give no hint themselves.

    Returns:
        One row per value in the same order, raw_value first. Identifiers: `identifier_value` (an
        invalid one keeps its cleaned text), `is_valid`, `invalid_reason` (null where valid).
        Names and addresses: see `names.standardise_names` and `addresses.standardise_addresses`.

    Raises:
        ValueError: there is no standardiser of that name.
    """
    return _function(standardiser, default_region)(raw)


def _function(standardiser: str, default_region: str) -> Callable[[pa.Array], pa.Table]:
    # Each is imported when it is used: a night without new names need not load pypinyin.
    if standardiser == "phone":
        from assets.enrich.identity.standardise.phones import standardise_phones

        return lambda raw: standardise_phones(raw, default_region)
    if standardiser == "email":
        from assets.enrich.identity.standardise.emails import standardise_emails

        return standardise_emails
    if standardiser == "name":
        from assets.enrich.identity.standardise.names import standardise_names

        return standardise_names
    if standardiser == "address":
        from assets.enrich.identity.standardise.addresses import standardise_addresses

        return standardise_addresses
    if standardiser in HANDLES:
        from assets.enrich.identity.standardise.handles import standardise_handles

        return lambda raw: standardise_handles(raw, standardiser)
    known = ", ".join(STANDARDISERS)
    raise ValueError(f"there is no standardiser {standardiser!r}; known: {known}")
