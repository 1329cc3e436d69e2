"""Which key each cluster of tonight gets.

The graph is recomputed every night, so clusters have no memory; records have. A cluster keeps
the key that most of its records remember. Only what is left may take back a key that died in a
merge, and only what is left after that gets a new key.
"""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

from assets.enrich.identity.keys.aliases import write_key_aliases
from assets.enrich.identity.keys.changes import count_tonight
from assets.enrich.identity.keys.claims import find_claims, keep_uncontested
from assets.enrich.identity.keys.events import write_key_events
from assets.enrich.identity.keys.hashes import PADS_TABLE, customer_key_number
from assets.enrich.identity.keys.history import (
    find_steps,
    write_customers_map,
    write_ledger_changes,
)
from assets.enrich.identity.keys.ledger import number_ledger
from assets.enrich.identity.keys.memory import fold_ledger
from assets.enrich.identity.keys.unmerge import BEST, settle_unmerged, take_won

if TYPE_CHECKING:
    from datetime import date

    import duckdb

_SCRATCH = (
    *("chosen", "claims", "contest", "days", "deaths", "dead", "disputed", "drafts", "endings"),
    *("founding", "fresh", "gone", "last_members", "memory", "moves", "now", "rows", "shifts"),
    *("steps", "transfers", "undone", "won"),
)


class KeyCollisionError(Exception):
    """Two customers were given one key."""


def assign_keys(con: duckdb.DuckDBPyConnection, as_of: date, timezone: str) -> None:
    """Write customers_map, key_events, key_aliases and ledger_changes into the vault.

    Reads `identity_nodes`, `identity_clusters` and `identity_ledger`; `ledger.append` commits.
    Leaves `identity_key_given` (founder, key as a number).

    Args:
        con: connection with the vault attached as `vault`.
        as_of: business date of the run. Before the newest date of the ledger it is a look back:
            it shows the past as far as tonight's records tell, and changes nothing.
        timezone: business time zone of `valid_from`.

    Raises:
        KeyCollisionError: two founding records hash to the same new key.
        LedgerError: the ledger holds what is no customer key.
    """
    number_ledger(con)
    fold_ledger(con)
    find_claims(con)
    keep_uncontested(con)
    settle_unmerged(con)
    _settle_contest(con)
    _restore(con)
    _issue(con)
    find_steps(con, as_of)
    write_customers_map(con, timezone)
    write_ledger_changes(con, as_of)
    write_key_events(con)
    write_key_aliases(con, as_of)
    count_tonight(con, as_of)
    for name in _SCRATCH:
        con.execute(f"drop table if exists identity_key_{name}").fetchall()


def _settle_contest(con: duckdb.DuckDBPyConnection) -> None:
    """Give contested keys by mutual best, round after round, until no pair is left."""
    while con.execute("select count(*) from identity_key_contest").fetchall() != [(0,)]:
        con.execute(
            f"""
            create or replace temp table identity_key_won as
            with ranked as (
                select
                    founder,
                    key,
                    row_number() over (partition by founder order by {BEST}) as place_of_key,
                    row_number() over (partition by key order by {BEST}) as place_of_cluster
                from identity_key_contest
            )

            select founder, key from ranked where place_of_key = 1 and place_of_cluster = 1
            """
        ).fetchall()
        take_won(con)


def _restore(con: duckdb.DuckDBPyConnection) -> None:
    """Give dead keys back to clusters without one that hold most of the key's last members.

    More than half: so no two clusters can ask for one key, and no key comes back for others.
    """
    con.execute(
        """
        insert into identity_key_given
        with shares as (
            select
                clusters.founder,
                members.key,
                count(*) as shared,
                min(clusters.node) as anchor
            from identity_key_last_members as members
            inner join identity_clusters as clusters on members.record = clusters.node
            anti join identity_key_given as given on clusters.founder = given.founder
            group by clusters.founder, members.key
        )

        select shares.founder, shares.key
        from shares
        inner join identity_key_deaths as deaths on shares.key = deaths.key
        anti join identity_key_given as given on shares.key = given.key
        where 2 * shares.shared > deaths.member_count
        qualify
            row_number() over (
                partition by shares.founder
                order by shares.shared desc, shares.anchor, deaths.died desc, shares.key
            ) = 1
        """
    ).fetchall()


def _issue(con: duckdb.DuckDBPyConnection) -> None:
    """Give every other cluster the first key of its founding record that was never issued."""
    con.execute(
        """
        create or replace temp table identity_key_fresh as
        with candidates as materialized (
            select founder
            from identity_key_claims
            where
                node = founder
                and (key is null or key in (select key from identity_key_disputed))
        )

        select candidates.founder
        from candidates
        anti join identity_key_given as given on candidates.founder = given.founder
        """
    ).fetchall()
    for attempt in count():
        [(waiting,)] = con.execute("select count(*) from identity_key_fresh").fetchall()
        if not waiting:
            return
        key = customer_key_number("nodes.source", "nodes.source_record_id", attempt)
        con.execute(
            f"""
            create or replace temp table identity_key_drafts as
            select fresh.founder, {key} as key
            from identity_key_fresh as fresh
            inner join identity_nodes as nodes on fresh.founder = nodes.node
            cross join {PADS_TABLE} as pads
            """
        ).fetchall()
        [(doubles,)] = con.execute(
            "select count(*) - count(distinct key) from identity_key_drafts"
        ).fetchall()
        if doubles:
            raise KeyCollisionError(
                f"{doubles} customers would share a customer_key with another one; use more "
                "digits of the keyed hash in assets/enrich/identity/keys/hashes.py"
            )
        for statement in (
            """
            create or replace temp table identity_key_fresh as
            select drafts.founder
            from identity_key_drafts as drafts
            semi join (
                select key from identity_key_rows
                union all
                select key from identity_key_given
            ) as issued
                on drafts.key = issued.key
            """,
            """
            insert into identity_key_given
            select founder, key
            from identity_key_drafts
            where founder not in (select founder from identity_key_fresh)
            """,
        ):
            con.execute(statement).fetchall()
