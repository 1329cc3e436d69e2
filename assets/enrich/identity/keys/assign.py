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
    *("claims", "contest", "days", "deaths", "dead", "endings", "gone", "fresh", "drafts"),
    *("last_members", "memory", "moves", "now", "rows", "span", "steps", "transfers", "won"),
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
    fold_ledger(con, as_of)
    _find_claims(con)
    _keep_uncontested(con)
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


def _find_claims(con: duckdb.DuckDBPyConnection) -> None:
    """Make `identity_key_claims`: every record of tonight, and the key it remembers as `key`.

    A record that was away claims a key only if nobody held that key since: otherwise the key
    could pass from the people who hold it, or took it along in a merge, to others.
    """
    con.execute(
        """
        create or replace temp table identity_key_claims as
        select
            clusters.node,
            clusters.founder,
            case
                when memory.current is not null then memory.current
                when memory.memory in (select key from identity_key_deaths where moved_count = 0)
                    then memory.memory
            end as key,
            memory.current,
            memory.row_count,
            memory.earlier_count,
            memory.first_as_of
        from identity_clusters as clusters
        left join identity_key_memory as memory on clusters.node = memory.record
        """
    ).fetchall()


def _keep_uncontested(con: duckdb.DuckDBPyConnection) -> None:
    """Where cluster and key have nobody but each other they stay together; the rest contests."""
    for statement in (
        """
        create or replace temp table identity_key_span as
        select founder, min(key) as low, max(key) as high
        from identity_key_claims
        where key is not null
        group by founder
        """,
        """
        create or replace temp table identity_key_contest as
        select
            founder,
            key,
            count(current) as overlap_now,
            count(*) as overlap,
            min(node) as anchor
        from identity_key_claims
        where
            key is not null
            and (
                founder in (select founder from identity_key_span where low <> high)
                or key in (
                    select key
                    from identity_key_claims
                    where key is not null
                    group by key
                    having min(founder) <> max(founder)
                )
            )
        group by founder, key
        """,
        """
        create or replace temp table identity_key_given as
        select founder, low as key
        from identity_key_span
        where founder not in (select founder from identity_key_contest)
        """,
    ):
        con.execute(statement).fetchall()


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
        with homeless as (
            select clusters.node, clusters.founder
            from identity_clusters as clusters
            anti join identity_key_given as given on clusters.founder = given.founder
        ),

        shares as (
            select
                homeless.founder,
                members.key,
                count(*) as shared,
                min(homeless.node) as anchor
            from identity_key_last_members as members
            inner join homeless on members.record = homeless.node
            group by homeless.founder, members.key
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
        select clusters.founder
        from identity_clusters as clusters
        anti join identity_key_given as given on clusters.founder = given.founder
        where clusters.node = clusters.founder
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
            insert into identity_key_given
            select drafts.founder, drafts.key
            from identity_key_drafts as drafts
            anti join identity_key_rows as issued on drafts.key = issued.key
            anti join identity_key_given as given on drafts.key = given.key
            """,
            """
            delete from identity_key_fresh
            where founder in (select founder from identity_key_given)
            """,
        ):
            con.execute(statement).fetchall()
