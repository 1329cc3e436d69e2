"""The nightly engine, called as the nightly run calls it, on a scratch vault in memory."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from assets.enrich.identity.evaluate.errors import EvaluationError
from assets.enrich.identity.evaluate.state import Made

if TYPE_CHECKING:
    import duckdb

    from assets.enrich.identity.keys.changes import KeyChanges
    from assets.enrich.identity.link.fuzzy import FuzzyEvidence

PUBLISHED_KEY = b"identity-eval: a published key, so that equal files give equal customer keys"
"""Stands in for the secret of an instance; a try-out's keys protect nobody and need not."""

TIMEZONE = "UTC"


@dataclass(frozen=True)
class Tonight:
    """What the engine is asked.

    Attributes:
        people: wide relation of records.
        decisions: relation of a steward's pairs.
        as_of: business date.
        default_region: region of phone numbers that give no hint.
        caches: schema with last night's caches, or None.
        fuzzy: a matcher beside the rules, or None.
    """

    people: str
    decisions: str
    as_of: date
    default_region: str
    caches: str | None
    fuzzy: FuzzyEvidence | None = None


def make_vault(con: duckdb.DuckDBPyConnection) -> None:
    """Attach an empty vault in memory whose keyed hashes use the published key."""
    import hashlib

    for statement in (
        "attach ':memory:' as vault",
        "create schema vault.identity",
        "create schema vault.accounting",
    ):
        con.execute(statement).fetchall()
    # As HMAC has it: a key longer than a block is hashed first.
    block = hashlib.sha256(PUBLISHED_KEY).digest().ljust(64, b"\0")
    pads = {
        name: bytes(byte ^ pad for byte in block) for name, pad in (("ipad", 0x36), ("opad", 0x5C))
    }
    con.execute(
        "create table vault.accounting.pseudonym_pads as select $ipad::blob as ipad, "
        "$opad::blob as opad",
        pads,
    ).fetchall()


def resolve_tonight(con: duckdb.DuckDBPyConnection, tonight: Tonight) -> tuple[Made, KeyChanges]:
    """Run the engine; say where it left what the next night needs, and what changed.

    Raises:
        EvaluationError: the engine refuses its input.
    """
    from assets.enrich.identity.inputs import IdentityInputError, Inputs
    from assets.enrich.identity.keys.changes import count_changes
    from assets.enrich.identity.keys.ledger import CHANGES_TABLE
    from assets.enrich.identity.resolve import resolve
    from assets.enrich.identity.standards import CACHES

    try:
        resolve(
            con,
            Inputs(people=tonight.people, decisions=tonight.decisions),
            tonight.as_of,
            TIMEZONE,
            default_region=tonight.default_region,
            cache_schema=tonight.caches,
            fuzzy=tonight.fuzzy,
        )
    except IdentityInputError as error:
        raise EvaluationError(str(error)) from None
    return Made(CHANGES_TABLE, {name: f"vault.identity.{name}" for name in CACHES}), count_changes(
        con
    )
