"""Records without a usable name: they belong to somebody only where one customer alone fits.

A telephone number may be a household's. A named record shows which of its members is meant; a
nameless one (a nickname, only 王先生 or J. Smith) does not. So it is given to the one customer that
its contact details lead to, or, if they lead to several, to the one that more of them lead to, or
to nobody. It never joins two customers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assets.enrich.identity.link.decide import NAME_UNKNOWN, levels_shown
from assets.enrich.identity.rules import Nameless

if TYPE_CHECKING:
    import duckdb

AMBIGUOUS = "ambiguous"
"""Why a nameless record was not linked: several customers fit."""

_ROUNDS = 2
"""Nameless records that lead only to other nameless ones may find a customer through them, once."""


def attach(con: duckdb.DuckDBPyConnection, nameless: Nameless) -> None:
    """Accept the links of `identity_links` that give a nameless record to its one customer.

    Reads `identity_clusters` of the links that were accepted before, and leaves it as it is.
    """
    _find_open_links(con, nameless)
    _find_groups(con)
    for _ in range(_ROUNDS):
        _find_targets(con)
        _move_to_best_target(con)
    _find_targets(con)
    _join_among_nameless(con, nameless.max_carriers)
    con.execute(
        f"""
        update identity_links
        set is_accepted = true, reason = null, score = {nameless.weight}
        from identity_attached as attached
        where
            identity_links.a = attached.a
            and identity_links.b = attached.b
            and identity_links.value_id = attached.value_id
        """
    ).fetchall()
    con.execute(
        f"""
        update identity_links set reason = '{AMBIGUOUS}'
        where
            reason = '{NAME_UNKNOWN}'
            and (
                a in (select node from identity_targets where target_count > 1)
                or b in (select node from identity_targets where target_count > 1)
            )
        """
    ).fetchall()
    for name in ("open", "groups", "targets", "attached"):
        con.execute(f"drop table identity_{name}").fetchall()


def _find_open_links(con: duckdb.DuckDBPyConnection, nameless: Nameless) -> None:
    """Make `identity_open` (a, b, value_id): contact details that lead to a nameless record.

    And `identity_attached`, empty as yet: those of them that hold.
    """
    wanted = levels_shown(nameless.needs)
    vetoes = [levels_shown({feature: levels}) for feature, levels in nameless.vetoes.items()]
    refused = " or ".join(vetoes) or "false"
    con.execute(
        f"""
        create or replace temp table identity_open as
        select links.a, links.b, links.value_id
        from identity_links as links
        inner join identity_compared as compared
            on links.a = compared.a and links.b = compared.b
        where
            links.reason = '{NAME_UNKNOWN}'
            and links.identifier_type in (
                select identifier_type from identity_types where strength = 'contact'
            )
            and {wanted}
            and not ({refused})
        """
    ).fetchall()
    con.execute(
        "create or replace temp table identity_attached as from identity_open limit 0"
    ).fetchall()


def _find_groups(con: duckdb.DuckDBPyConnection) -> None:
    """Make `identity_groups` (node, group_id, is_named): the customers of the open links' ends.

    Named is a group of which any record is, open link or not.
    """
    con.execute(
        """
        create or replace temp table identity_groups as
        with ends as (
            select clusters.node, clusters.founder
            from identity_clusters as clusters
            semi join (
                select a as node from identity_open union all select b as node from identity_open
            ) as open on clusters.node = open.node
        ),
        named as (
            select distinct clusters.founder
            from identity_clusters as clusters
            semi join ends on clusters.founder = ends.founder
            anti join (select node from identity_profiles where not is_named) as unnamed
                on clusters.node = unnamed.node
        )
        select ends.node, ends.founder as group_id, named.founder is not null as is_named
        from ends
        left join named on ends.founder = named.founder
        """
    ).fetchall()


def _find_targets(con: duckdb.DuckDBPyConnection) -> None:
    """Make `identity_targets`: the open links between a nameless group and a named one, its target.

    With how many contact details speak for the target, for the one that most speak for, and how
    many targets the group has.
    """
    con.execute(
        """
        create or replace temp table identity_targets as
        with ends as (
            select
                open.*,
                one.group_id as group_a,
                other.group_id as group_b,
                one.is_named as is_named_a
            from identity_open as open
            inner join identity_groups as one on open.a = one.node
            inner join identity_groups as other on open.b = other.node
            where one.is_named <> other.is_named
        ),
        directed as (
            select
                a,
                b,
                value_id,
                case when is_named_a then b else a end as node,
                case when is_named_a then group_b else group_a end as group_id,
                case when is_named_a then group_a else group_b end as target
            from ends
        ),
        votes as (
            select group_id, target, count(distinct value_id) as vote_count
            from directed
            group by group_id, target
        ),
        standings as (
            select
                *,
                max(vote_count) over (partition by group_id) as most_votes,
                count(*) over (partition by group_id) as target_count
            from votes
        )
        select
            directed.*,
            standings.vote_count,
            standings.most_votes,
            standings.target_count
        from directed
        inner join standings
            on directed.group_id = standings.group_id and directed.target = standings.target
        """
    ).fetchall()


def _move_to_best_target(con: duckdb.DuckDBPyConnection) -> None:
    """Make each nameless group with one best target a part of it, and note the links that hold.

    A group joins one target only, so that this is all the clustering that the rounds need.
    """
    con.execute(
        """
        create or replace temp table identity_best as
        select group_id, any_value(target) as target
        from identity_targets
        where vote_count = most_votes
        group by group_id
        having count(distinct target) = 1
        """
    ).fetchall()
    con.execute(
        """
        insert into identity_attached
        select targets.a, targets.b, targets.value_id
        from identity_targets as targets
        inner join identity_best as best
            on targets.group_id = best.group_id and targets.target = best.target
        """
    ).fetchall()
    con.execute(
        """
        update identity_groups set group_id = best.target, is_named = true
        from identity_best as best
        where identity_groups.group_id = best.group_id
        """
    ).fetchall()
    con.execute("drop table identity_best").fetchall()


def _join_among_nameless(con: duckdb.DuckDBPyConnection, max_carriers: int) -> None:
    """Nameless records that lead to no customer are one where few of them share a contact detail.

    Names are what shows a shared detail; where nobody has one, many carriers are a shared detail.
    """
    con.execute(
        f"""
        insert into identity_attached
        with alone as (
            select node
            from identity_groups
            where
                not is_named
                and group_id not in (select group_id from identity_targets)
        )
        select open.a, open.b, open.value_id
        from identity_open as open
        inner join identity_values as known
            on open.value_id = known.value_id and known.records <= {max_carriers}
        semi join alone as one on open.a = one.node
        semi join alone as other on open.b = other.node
        """
    ).fetchall()
