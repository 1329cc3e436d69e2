"""Records without a usable name: they belong to somebody only where one customer alone fits.

A telephone number may be a household's. A named record shows which of its members is meant; a
nameless one (a nickname, only 王先生 or J. Smith) does not. So it is given to the one customer that
its contact details lead to, or, if they lead to several, to the one that more of them lead to, or
to nobody. It never joins two customers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assets.enrich.identity.cluster.interface import Method, cluster
from assets.enrich.identity.link.decide import NAME_UNKNOWN, levels_shown
from assets.enrich.identity.rules import Nameless

if TYPE_CHECKING:
    import duckdb

AMBIGUOUS = "ambiguous"
"""Why a nameless record was not linked: several customers fit."""

_ROUNDS = 2
"""Nameless records that lead only to other nameless ones may find a customer through them, once."""


def attach(con: duckdb.DuckDBPyConnection, nameless: Nameless, method: Method) -> None:
    """Accept the links of `identity_links` that give a nameless record to its one customer.

    Reads and writes `identity_links`; leaves `identity_clusters` as of before the last round.
    """
    wanted = levels_shown(nameless.needs)
    vetoes = [levels_shown({feature: levels}) for feature, levels in nameless.vetoes.items()]
    refused = " or ".join(vetoes) or "false"
    con.execute(
        f"""
        create or replace temp table identity_open as
        select links.a, links.b, links.identifier_type, links.identifier_value
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
        """
        create or replace temp table identity_unnamed as
        select node from identity_profiles where not is_named
        """
    ).fetchall()
    for _ in range(_ROUNDS):
        _find_targets(con, method)
        _accept(con, nameless.weight, "identity_chosen")
    _find_targets(con, method)
    _accept_among_nameless(con, nameless)
    con.execute(
        f"""
        update identity_links set reason = '{AMBIGUOUS}'
        from (select distinct node from identity_targets where target_count > 1) as torn
        where identity_links.reason = '{NAME_UNKNOWN}'
            and (identity_links.a = torn.node or identity_links.b = torn.node)
        """
    ).fetchall()
    for name in ("open", "targets", "chosen", "named", "unnamed", "open_nodes"):
        con.execute(f"drop table identity_{name}").fetchall()


def _find_targets(con: duckdb.DuckDBPyConnection, method: Method) -> None:
    """Make `identity_targets` (nameless cluster's node, target) and `identity_chosen`."""
    con.execute(
        "create or replace temp table identity_accepted as"
        " select distinct a, b from identity_links where is_accepted"
    ).fetchall()
    cluster(con, method)
    con.execute(
        """
        create or replace temp table identity_open_nodes as
        select clusters.node, clusters.founder
        from identity_clusters as clusters
        semi join (
            select a as node from identity_open union all select b as node from identity_open
        ) as open on clusters.node = open.node
        """
    ).fetchall()
    con.execute(
        """
        create or replace temp table identity_named as
        select distinct clusters.founder
        from identity_clusters as clusters
        semi join identity_open_nodes as open on clusters.founder = open.founder
        anti join identity_unnamed as unnamed on clusters.node = unnamed.node
        """
    ).fetchall()
    con.execute(
        """
        create or replace temp table identity_targets as
        with ends as (
            select
                open.a,
                open.b,
                open.identifier_type,
                open.identifier_value,
                one.founder as founder_a,
                other.founder as founder_b,
                named_one.founder is not null as is_named_a,
                named_other.founder is not null as is_named_b
            from identity_open as open
            inner join identity_open_nodes as one on open.a = one.node
            inner join identity_open_nodes as other on open.b = other.node
            left join identity_named as named_one on one.founder = named_one.founder
            left join identity_named as named_other on other.founder = named_other.founder
            where one.founder <> other.founder
        ),
        directed as (
            select a, b, a as node, founder_a as group_id, founder_b as target,
                identifier_type, identifier_value
            from ends
            where not is_named_a and is_named_b
            union all
            select a, b, b as node, founder_b as group_id, founder_a as target,
                identifier_type, identifier_value
            from ends
            where is_named_a and not is_named_b
        ),
        votes as (
            select
                group_id,
                target,
                count(distinct (identifier_type, identifier_value)) as vote_count
            from directed
            group by group_id, target
        ),
        standings as (
            select
                group_id,
                target,
                vote_count,
                max(vote_count) over (partition by group_id) as most_votes,
                count(*) over (partition by group_id) as target_count
            from votes
        )
        select
            directed.a,
            directed.b,
            directed.node,
            directed.identifier_type,
            standings.target_count,
            directed.group_id,
            standings.target,
            standings.vote_count,
            standings.most_votes
        from directed
        inner join standings
            on directed.group_id = standings.group_id and directed.target = standings.target
        """
    ).fetchall()
    con.execute(
        """
        create or replace temp table identity_chosen as
        with best as (
            select group_id, any_value(target) as target
            from identity_targets
            where vote_count = most_votes
            group by group_id
            having count(distinct target) = 1
        )
        select targets.a, targets.b, targets.identifier_type
        from identity_targets as targets
        inner join best on targets.group_id = best.group_id and targets.target = best.target
        """
    ).fetchall()


def _accept(con: duckdb.DuckDBPyConnection, weight: float, chosen: str) -> None:
    con.execute(
        f"""
        update identity_links
        set is_accepted = true, reason = null, score = {weight}
        from {chosen} as chosen
        where
            identity_links.a = chosen.a
            and identity_links.b = chosen.b
            and identity_links.identifier_type = chosen.identifier_type
            and not identity_links.is_accepted
        """
    ).fetchall()


def _accept_among_nameless(con: duckdb.DuckDBPyConnection, nameless: Nameless) -> None:
    """Nameless records that lead to no customer are one where few of them share a contact detail.

    Names are what shows a shared detail; where nobody has one, many carriers are a shared detail.
    """
    con.execute(
        f"""
        create or replace temp table identity_chosen as
        select open.a, open.b, open.identifier_type
        from identity_open as open
        inner join identity_values as known
            on open.identifier_type = known.identifier_type
            and open.identifier_value = known.identifier_value
            and known.records <= {nameless.max_carriers}
        inner join identity_open_nodes as one on open.a = one.node
        inner join identity_open_nodes as other on open.b = other.node
        anti join identity_named as named_one on one.founder = named_one.founder
        anti join identity_named as named_other on other.founder = named_other.founder
        anti join identity_targets as torn_one on one.founder = torn_one.group_id
        anti join identity_targets as torn_other on other.founder = torn_other.group_id
        """
    ).fetchall()
    _accept(con, nameless.weight, "identity_chosen")
