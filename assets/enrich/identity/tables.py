"""What identity resolution leaves in the vault, beside the keys: identifiers, links, review."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assets.enrich.identity.keys.changes import count_changes
from assets.enrich.identity.keys.hashes import PADS_TABLE, identifier_hash, key_text
from assets.enrich.identity.link.fuzzy import SCORE
from assets.enrich.identity.rules import Rules
from assets.enrich.identity.storage import create_table

if TYPE_CHECKING:
    import duckdb


def write_links(con: duckdb.DuckDBPyConnection) -> None:
    """Write `links`; the identifier leaves as a keyed hash only."""
    create_table(con, "links")
    con.execute(
        f"""
        insert into vault.identity.links
        with linked as materialized (
            select node, source, source_record_id
            from identity_nodes
            where node in (select a from identity_links union all select b from identity_links)
        ),
        evidence as (
            select
                one.source as source_a,
                one.source_record_id as source_record_id_a,
                other.source as source_b,
                other.source_record_id as source_record_id_b,
                links.rule,
                links.identifier_type,
                {identifier_hash("links.identifier_type", "links.identifier_value")}
                    as identifier_hash,
                links.agreement,
                links.score,
                links.is_accepted,
                links.reason
            from identity_links as links
            inner join linked as one on links.a = one.node
            inner join linked as other on links.b = other.node
            cross join {PADS_TABLE} as pads
        )
        select
            md5(concat_ws(
                '|', source_a, source_record_id_a, source_b, source_record_id_b,
                rule, identifier_hash
            )) as link_id,
            *
        from evidence
        """
    ).fetchall()


def write_rules(con: duckdb.DuckDBPyConnection, rules: Rules) -> None:
    """Write `rules`: what each rule of the links means, in plain words."""
    con.execute(
        "create or replace table vault.identity.rules"
        " (rule varchar, weight double, meaning varchar)"
    ).fetchall()
    con.executemany(
        "insert into vault.identity.rules values (?, ?, ?)",
        [[rule.name, rule.weight, rule.meaning] for rule in rules.rules]
        + [
            ["fuzzy_splink", SCORE, "A trained matcher (Splink) finds the two records probable."],
            ["always_link", 1.0, "A steward says that the two records are one person."],
            ["do_not_link", 1.0, "A steward says that the two records are two people."],
        ],
    ).fetchall()


def write_review(con: duckdb.DuckDBPyConnection, rules: Rules) -> None:
    """Write `review`: customers that a steward should look at, and why."""
    con.execute(
        f"""
        create or replace table vault.identity.review as
        with refused as (
            select clusters.founder, links.reason, count(*) as link_count
            from identity_links as links
            inner join identity_clusters as clusters on links.a = clusters.node
            where links.reason in ('conflict_in_cluster', 'over_cap', 'ambiguous')
            group by clusters.founder, links.reason
        ),
        sizes as (
            select founder, count(*) + 1 as record_count
            from identity_clusters
            where node <> founder
            group by founder
        ),
        reviewed as (
            select
                sizes.founder,
                case
                    when sizes.record_count > {rules.clusters.maximum} then 'over_maximum'
                    else 'large'
                end as reason,
                sizes.record_count,
                0::bigint as refused_link_count
            from sizes
            where sizes.record_count > {rules.clusters.review_above}
            union all
            select
                refused.founder,
                refused.reason,
                coalesce(sizes.record_count, 1) as record_count,
                refused.link_count
            from refused
            left join sizes on refused.founder = sizes.founder
        )
        select
            {key_text("given.key")} as customer_key,
            reviewed.reason,
            reviewed.record_count,
            reviewed.refused_link_count
        from reviewed
        inner join identity_key_given as given on reviewed.founder = given.founder
        """
    ).fetchall()


def write_night_report(con: duckdb.DuckDBPyConnection, rules: Rules) -> None:
    """Write `night_report`: the dry run that the gate judges before the keys are committed."""
    changes = count_changes(con)
    [(records, customers, over)] = con.execute(
        """
        select
            (select count(*) from identity_clusters),
            (select count(*) from identity_clusters where node = founder),
            count(*) filter (others >= $maximum)
        from (
            select count(*) as others from identity_clusters where node <> founder group by founder
        )
        """,
        {"maximum": rules.clusters.maximum},
    ).fetchall()
    # Against the last commit, not the night before: the same night run again must not pass unseen.
    changed = changes.changed_commits
    compared = records - changes.first_commits
    figures: list[tuple[str, float, float | None]] = [
        ("customers", customers, None),
        ("new_customers", changes.new, None),
        ("joined_records", changes.joined, None),
        ("merged_keys", changes.merged, None),
        ("split_keys", changes.split, None),
        ("moved_pairs", changes.moved, None),
        ("restored_keys", changes.restored, None),
        ("returned_keys", changes.returned, None),
        ("retired_keys", changes.retired, None),
        ("compared_records", compared, None),
        ("changed_records", changed, None),
        (
            "changed_records_ratio",
            changed / compared if compared else 0.0,
            rules.gate.changed_records_ratio,
        ),
        (
            "largest_customer",
            max(changes.largest_clusters, default=0),
            rules.gate.largest_customer,
        ),
        ("customers_over_maximum", over, rules.gate.customers_over_maximum),
    ]
    con.execute(
        "create or replace table vault.identity.night_report"
        " (position integer, measure varchar, figure double, upper_limit double)"
    ).fetchall()
    con.executemany(
        "insert into vault.identity.night_report values (?, ?, ?, ?)",
        [[position, *figure] for position, figure in enumerate(figures, 1)],
    ).fetchall()


def accept_changes(con: duckdb.DuckDBPyConnection) -> None:
    """Lift the limits of tonight's report: somebody said that the changes are meant."""
    con.execute("update vault.identity.night_report set upper_limit = null").fetchall()


def drop_scratch(con: duckdb.DuckDBPyConnection) -> None:
    """Drop what identity resolution made for itself, not what the caller made or still reads."""
    made = con.execute(
        """
        select kind, name
        from (
            select 'view' as kind, view_name as name from duckdb_views() where temporary
            union all
            select 'table' as kind, table_name as name from duckdb_tables() where temporary
        )
        where
            starts_with(name, 'identity_')
            and name not in ('identity_ledger', 'identity_changes')
        order by kind desc, name
        """
    ).fetchall()
    for kind, name in made:
        con.execute(f"drop {kind} {name}").fetchall()
