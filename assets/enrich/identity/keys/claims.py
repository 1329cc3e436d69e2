"""Which key each record of tonight claims, and the clusters to which nobody contests theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb


def find_claims(con: duckdb.DuckDBPyConnection) -> None:
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
            memory.is_single,
            memory.first_as_of
        from identity_clusters as clusters
        left join identity_key_memory as memory on clusters.node = memory.record
        """
    ).fetchall()


def keep_uncontested(con: duckdb.DuckDBPyConnection) -> None:
    """Where cluster and key have nobody but each other they stay together; the rest contests.

    To see that, only what founding records claim is grouped, and other records are held against
    it: a cluster whose founding record claims nothing contests too, and wins if nobody else does.
    """
    for statement in (
        """
        create or replace temp table identity_key_founding as
        select founder, key
        from identity_key_claims
        where node = founder and key is not null
        """,
        """
        create or replace temp table identity_key_disputed as
        with torn as (
            select claims.key, founding.key as founding_key
            from identity_key_claims as claims
            left join identity_key_founding as founding on claims.founder = founding.founder
            where
                claims.node <> claims.founder
                and claims.key is not null
                and claims.key is distinct from founding.key
        )

        select key from identity_key_founding group by key having count(*) > 1
        union
        select key from torn
        union
        select founding_key as key from torn where founding_key is not null
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
        where key in (select key from identity_key_disputed)
        group by founder, key
        """,
        """
        create or replace temp table identity_key_given as
        select founder, key
        from identity_key_founding
        where key not in (select key from identity_key_disputed)
        """,
    ):
        con.execute(statement).fetchall()
