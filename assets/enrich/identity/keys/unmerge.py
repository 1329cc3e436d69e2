"""Undo a merge: both customers get back the keys they had.

Overlap alone would not do it. Say a new record bridged two people, and a steward took them apart
again: the key that survived may then be remembered by more records on the side that had lost its
own key. It belongs to the side that held it before the merge; the other takes its old key back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

# A total order that does not depend on the side one looks from, so the best pair left is always
# the best of both its cluster and its key, and the rounds end. No two pairs share an anchor.
# Records that hold the key now count before records that were away: so a customer whose records
# stayed together never loses its key to one that comes back.
BEST = "overlap_now desc, overlap desc, anchor"


def take_won(con: duckdb.DuckDBPyConnection) -> None:
    """Move the pairs of `identity_key_won` from what is contested to what is given."""
    for statement in (
        "insert into identity_key_given select founder, key from identity_key_won",
        """
        delete from identity_key_contest
        where
            founder in (select founder from identity_key_won)
            or key in (select key from identity_key_won)
        """,
    ):
        con.execute(statement).fetchall()


def settle_unmerged(con: duckdb.DuckDBPyConnection) -> None:
    """Give a contested key to the cluster that held it before it absorbed another.

    Only where the absorbed key can go back to another of the contesting clusters (it has more
    than half of that key's last members), where both clusters hold the contested key now and
    would choose it first, and where one cluster has more than half of the records that held it
    before the merge and are still here. Of several merges the earliest decides.
    """
    con.execute(
        f"""
        create or replace temp table identity_key_chosen as
        select founder, key
        from identity_key_contest
        where overlap_now > 0
        qualify row_number() over (partition by founder order by {BEST}) = 1
        """
    ).fetchall()
    con.execute(
        """
        create or replace temp table identity_key_undone as
        select members.key, clusters.founder, chosen.key as heir, members.died
        from identity_key_last_members as members
        inner join identity_clusters as clusters on members.record = clusters.node
        inner join identity_key_chosen as chosen
            on clusters.founder = chosen.founder and members.next_key = chosen.key
        inner join identity_key_deaths as deaths on members.key = deaths.key
        group by members.key, clusters.founder, chosen.key, members.died, deaths.member_count
        having 2 * count(*) > deaths.member_count
        """
    ).fetchall()
    if con.execute("select count(*) from identity_key_undone").fetchall() == [(0,)]:
        return
    con.execute(
        """
        create or replace temp table identity_key_won as
        with held as materialized (
            select record, key, sequence
            from identity_key_rows
            where key in (select heir from identity_key_undone)
        ),

        stays as (
            select record, key, started, ended
            from identity_key_moves
            where key in (select heir from identity_key_undone)
            union all
            select held.record, held.key, held.sequence as started, null as ended
            from held
            anti join identity_key_moves as moves on held.record = moves.record
        ),

        merges as (
            select distinct heir, died from identity_key_undone
        ),

        before as (
            select merges.heir, merges.died, clusters.founder, count(*) as shared
            from merges
            inner join stays
                on
                    merges.heir = stays.key
                    and stays.started < merges.died
                    and (stays.ended is null or stays.ended >= merges.died)
            inner join identity_clusters as clusters on stays.record = clusters.node
            group by merges.heir, merges.died, clusters.founder
        ),

        homes as (
            select heir, died, founder
            from before
            qualify 2 * shared > sum(shared) over (partition by heir, died)
        )

        select homes.founder, homes.heir as key
        from homes
        inner join identity_key_chosen as chosen
            on homes.founder = chosen.founder and homes.heir = chosen.key
        inner join identity_key_undone as undone
            on
                homes.heir = undone.heir
                and homes.died = undone.died
                and homes.founder <> undone.founder
        qualify row_number() over (partition by homes.heir order by homes.died) = 1
        """
    ).fetchall()
    take_won(con)
