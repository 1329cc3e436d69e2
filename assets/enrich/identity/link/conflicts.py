"""What may not be in one customer, however it came together: the steward's word, and two names.

Two links may each be sound and still join strangers: the pinyin `zhang wei` fits 张伟 and 张玮
alike. So every cluster is looked at once more as a whole. Where two of its members contradict each
other, or a steward keeps them apart, its links are taken again from the strongest down, and the
one that would bring the two together is refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assets.enrich.arrays import read_arrays, shown
from assets.enrich.identity.cluster.constrained import constrained_components
from assets.enrich.identity.cluster.interface import Method, cluster
from assets.enrich.identity.link.levels import BIRTH_LEVEL, NAME_LEVEL
from assets.enrich.identity.link.prints import Prints
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
_OF_ONE_PERSON = ("name_key", "name_han", "name_family", "birth_date")
"""A cluster that knows one of these twice, and differently, is looked at closer."""


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


def resolve_conflicts(
    con: duckdb.DuckDBPyConnection, rules: Rules, method: Method, prints: Prints
) -> None:
    """Make `identity_clusters` for good; refused links keep their reason in `identity_links`."""
    strong = ", ".join(f"'{name}'" for name in (ALWAYS_LINK, *rules.strong_rules))
    _find_voices(con, strong, method)
    _cluster_accepted(con, method)
    if _refuse_over_cap(con, rules.clusters.maximum, strong):
        _cluster_accepted(con, method)
    _find_suspects(con, prints)
    _find_cannot_pairs(con)
    if _refuse_conflicts(con):
        _cluster_accepted(con, method)


def _find_voices(con: duckdb.DuckDBPyConnection, strong: str, method: Method) -> None:
    """Make `identity_voices` (node, founder): records that strong links alone make one."""
    con.execute(
        f"""
        create or replace temp table identity_accepted as
        select a, b
        from identity_links
        where is_accepted and rule in ({strong})
        """
    ).fetchall()
    cluster(con, method)
    con.execute("drop table if exists identity_voices").fetchall()
    con.execute("alter table identity_clusters rename to identity_voices").fetchall()


def _cluster_accepted(con: duckdb.DuckDBPyConnection, method: Method) -> None:
    con.execute(
        "create or replace temp table identity_accepted as"
        " select a, b from identity_links where is_accepted"
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


def _find_suspects(con: duckdb.DuckDBPyConnection, prints: Prints) -> None:
    """Make `identity_suspects`: founder, voice and profile of the members of mixed clusters.

    Mixed is a cluster that has two names, two family names or two birth dates. Members that strong
    links tie are one voice; two voices alone are always linked, and so weighed already.
    """
    import numpy as np

    members = read_arrays(
        con,
        """
        with larger as (
            select founder
            from identity_clusters
            where node <> founder
            group by founder
            having count(*) >= 2
        )
        select clusters.node, clusters.founder, voices.founder as voice
        from identity_clusters as clusters
        semi join larger on clusters.founder = larger.founder
        inner join identity_voices as voices on clusters.node = voices.node
        """,
    )
    node, founder, voice = members["node"], members["founder"], members["voice"]
    # A voice is called after its most senior record, which is in the same cluster.
    voices = np.bincount(founder[node == voice], minlength=len(prints.is_named))
    is_mixed = np.zeros(len(voices), dtype=np.bool_)
    for detail in _OF_ONE_PERSON:
        knows = prints.known(detail)[node]
        seen = prints.details[detail][node[knows]]
        # Whichever member of the cluster is written last: the others must be like it.
        example = np.empty(len(voices), dtype=seen.dtype)
        example[founder[knows]] = seen
        is_mixed[founder[knows][seen != example[founder[knows]]]] = True
    suspect = is_mixed[founder] & (voices[founder] > 2)
    with shown(con, "identity_mixed", {name: each[suspect] for name, each in members.items()}):
        con.execute(
            """
            create or replace temp table identity_suspects as
            select mixed.founder, mixed.voice, profiles.*
            from identity_profiles as profiles
            inner join identity_mixed as mixed on profiles.node = mixed.node
            """
        ).fetchall()


def _find_cannot_pairs(con: duckdb.DuckDBPyConnection) -> None:
    """Make `identity_cannot` (a, b): pairs of one cluster that must not be one.

    Members that strong links tie are one voice: their names are compared with another
    member's together, and one agreement among them outweighs a contradiction.
    """
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
    flagged = read_arrays(
        con,
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
                ::double as weight
        from identity_links as links
        inner join identity_clusters as clusters on links.a = clusters.node
        semi join flagged on clusters.founder = flagged.founder
        where links.is_accepted
        group by links.a, links.b
        """,
    )
    if len(flagged["a"]) == 0:
        return False
    cannot = read_arrays(con, "select a, b from identity_cannot")
    found = constrained_components(
        flagged["a"], flagged["b"], flagged["weight"], cannot["a"], cannot["b"]
    )
    parted = {"node": found.nodes, "founder": found.founders}
    with shown(con, "identity_parted", parted):
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
    return True
