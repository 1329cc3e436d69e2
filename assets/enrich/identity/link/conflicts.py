"""What may not be in one customer, however it came together: the steward's word, and two names.

Two links may each be sound and still join strangers: the pinyin `zhang wei` fits 张伟 and 张玮
alike. So every cluster is looked at once more as a whole. Where two of its members contradict each
other, or a steward keeps them apart, its links are taken again from the strongest down, and the
one that would bring the two together is refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assets.enrich.identity.cluster.constrained import constrained_components
from assets.enrich.identity.cluster.interface import Method, cluster
from assets.enrich.identity.link.compare import BIRTH_LEVEL, NAME_LEVEL
from assets.enrich.identity.rules import Rules

if TYPE_CHECKING:
    import duckdb

DO_NOT_LINK = "do_not_link"
ALWAYS_LINK = "always_link"
CONFLICT = "conflict_in_cluster"
OVER_CAP = "over_cap"
_ALWAYS_WEIGHT = 2.0
"""Above every rule; below do-not-link, which is no weight but a bar."""
_DIFFERENT_NAMES = 0.75
"""Western names with a part less alike than this (Jaro-Winkler) are two people's."""


def add_decisions(con: duckdb.DuckDBPyConnection) -> None:
    """Add the steward's pairs to `identity_links`, and refuse every direct link he forbids."""
    con.execute(
        f"""
        insert into identity_links by name
        select
            a,
            b,
            decision as rule,
            '' as agreement,
            1.0 as score,
            decision = '{ALWAYS_LINK}' as is_accepted,
            case when decision = '{DO_NOT_LINK}' then '{DO_NOT_LINK}' end as reason
        from identity_decisions
        """
    ).fetchall()
    con.execute(
        f"""
        update identity_links set is_accepted = false, reason = '{DO_NOT_LINK}'
        from identity_decisions as decisions
        where
            decisions.decision = '{DO_NOT_LINK}'
            and identity_links.a = decisions.a
            and identity_links.b = decisions.b
        """
    ).fetchall()


def resolve_conflicts(con: duckdb.DuckDBPyConnection, rules: Rules, method: Method) -> None:
    """Make `identity_clusters` for good; refused links keep their reason in `identity_links`."""
    strong = ", ".join(f"'{name}'" for name in (ALWAYS_LINK, *rules.strong_rules))
    _find_voices(con, strong, method)
    _cluster_accepted(con, method)
    if _refuse_over_cap(con, rules.clusters.maximum, strong):
        _cluster_accepted(con, method)
    _find_cannot_pairs(con)
    if _refuse_conflicts(con):
        _cluster_accepted(con, method)


def _find_voices(con: duckdb.DuckDBPyConnection, strong: str, method: Method) -> None:
    """Make `identity_voices` (node, founder): records that strong links alone make one."""
    con.execute(
        f"""
        create or replace temp table identity_accepted as
        select distinct a, b
        from identity_links
        where is_accepted and rule in ({strong})
        """
    ).fetchall()
    cluster(con, method)
    con.execute(
        "create or replace temp table identity_voices as select * from identity_clusters"
    ).fetchall()


def _cluster_accepted(con: duckdb.DuckDBPyConnection, method: Method) -> None:
    con.execute(
        "create or replace temp table identity_accepted as"
        " select distinct a, b from identity_links where is_accepted"
    ).fetchall()
    cluster(con, method)


def _refuse_over_cap(con: duckdb.DuckDBPyConnection, maximum: int, strong: str) -> bool:
    """Hold clusters of more than `maximum` records together by strong links only."""
    con.execute(
        f"""
        create or replace temp table identity_over_cap as
        select founder
        from identity_clusters
        where node <> founder
        group by founder
        having count(*) >= {maximum}
        """
    ).fetchall()
    refused = con.execute(
        f"""
        update identity_links set is_accepted = false, reason = '{OVER_CAP}'
        from identity_clusters as clusters, identity_over_cap as over_cap
        where
            identity_links.a = clusters.node
            and clusters.founder = over_cap.founder
            and identity_links.is_accepted
            and identity_links.rule not in ({strong})
        """
    ).fetchall()
    return bool(refused and refused[0][0])


def _find_cannot_pairs(con: duckdb.DuckDBPyConnection) -> None:
    """Make `identity_cannot` (a, b): pairs of one cluster that must not be one.

    Members that strong links tie are one voice: their names are compared with another
    member's together, and one agreement among them outweighs a contradiction.
    """
    con.execute(
        """
        create or replace temp table identity_suspects as
        with larger as (
            select founder from identity_clusters where node <> founder group by founder
        ),
        joined as (
            select clusters.node, clusters.founder, voices.founder as voice
            from identity_clusters as clusters
            semi join larger on clusters.founder = larger.founder
            inner join identity_voices as voices on clusters.node = voices.node
        ),
        -- Two voices alone are always linked with each other, and so weighed already.
        many_voiced as (
            select founder from joined group by founder having count(distinct voice) > 2
        ),
        members as (
            select joined.founder, profiles.*, joined.voice
            from joined
            semi join many_voiced on joined.founder = many_voiced.founder
            inner join identity_profiles as profiles on joined.node = profiles.node
        )
        select members.*
        from members
        semi join (
            select founder
            from members
            group by founder
            having
                min(name_key) <> max(name_key)
                or min(name_han) <> max(name_han)
                or min(name_family) <> max(name_family)
                or min(birth_date) <> max(birth_date)
        ) as mixed on members.founder = mixed.founder
        """
    ).fetchall()
    con.execute(
        f"""
        create or replace temp table identity_cannot as
        with compared as (
            select
                one.voice as voice_a,
                other.voice as voice_b,
                {NAME_LEVEL} as name_level,
                {BIRTH_LEVEL} as birth_level,
                one.name_kind = 'latin' and other.name_kind = 'latin' and greatest(
                    least(
                        jaro_winkler_similarity(one.name_family, other.name_family),
                        jaro_winkler_similarity(one.name_given, other.name_given)
                    ),
                    least(
                        jaro_winkler_similarity(one.name_family, other.name_given),
                        jaro_winkler_similarity(one.name_given, other.name_family)
                    )
                ) >= {_DIFFERENT_NAMES} as is_spelling
            from identity_suspects as one
            inner join identity_suspects as other
                on one.founder = other.founder and one.voice < other.voice
        ),
        -- Two that a rule or a steward joined although they differ were weighed and found one.
        linked as (
            select distinct
                least(one.voice, other.voice) as a,
                greatest(one.voice, other.voice) as b
            from identity_links as links
            inner join identity_suspects as one on links.a = one.node
            inner join identity_suspects as other on links.b = other.node
            where links.is_accepted
        )
        select voices.a, voices.b
        from (
            select
                voice_a as a,
                voice_b as b,
                bool_or(name_level in ('conflict', 'kin', 'han_conflict') and not is_spelling)
                    and not bool_or(name_level in ('same', 'close')) as is_other_name,
                bool_or(birth_level = 'conflict')
                    and not bool_or(birth_level in ('same', 'close')) as is_other_birth
            from compared
            group by voice_a, voice_b
        ) as voices
        anti join linked on voices.a = linked.a and voices.b = linked.b
        where voices.is_other_name or voices.is_other_birth

        union
        select a, b from identity_decisions where decision = '{DO_NOT_LINK}'
        """
    ).fetchall()
    con.execute("drop table identity_suspects").fetchall()


def _refuse_conflicts(con: duckdb.DuckDBPyConnection) -> bool:
    """Refuse the weakest links between records that must not be one; whether there were any."""
    import numpy as np
    import pyarrow as pa

    flagged = con.sql(
        f"""
        with flagged as (
            select distinct one.founder
            from identity_cannot as cannot
            inner join identity_clusters as one on cannot.a = one.node
            inner join identity_clusters as other on cannot.b = other.node
            where one.founder = other.founder
        )
        select
            links.a,
            links.b,
            max(case when links.rule = '{ALWAYS_LINK}' then {_ALWAYS_WEIGHT} else links.score end)
                as weight
        from identity_links as links
        inner join identity_clusters as clusters on links.a = clusters.node
        semi join flagged on clusters.founder = flagged.founder
        where links.is_accepted
        group by links.a, links.b
        """
    ).to_arrow_table()
    if len(flagged) == 0:
        return False
    cannot = con.sql("select a, b from identity_cannot").to_arrow_table()
    columns = {name: np.array(flagged.column(name).to_pylist()) for name in ("a", "b", "weight")}
    bars = {name: np.array(cannot.column(name).to_pylist(), dtype=np.int64) for name in ("a", "b")}
    found = constrained_components(
        columns["a"], columns["b"], columns["weight"], bars["a"], bars["b"]
    )
    founders = dict(zip(found.nodes.tolist(), found.founders.tolist(), strict=True))
    con.register(
        "identity_parted",
        pa.table({"node": list(founders), "founder": list(founders.values())}),
    )
    con.execute(
        f"""
        update identity_links set is_accepted = false, reason = '{CONFLICT}'
        from identity_parted as one, identity_parted as other
        where
            identity_links.a = one.node
            and identity_links.b = other.node
            and one.founder <> other.founder
            and identity_links.is_accepted
        """
    ).fetchall()
    con.unregister("identity_parted")
    return True
