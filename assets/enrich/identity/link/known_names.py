"""Names for nameless records that a strong identifier ties to a named one.

A WeChat profile with the unionid of a CRM contact is that contact: its telephone number is then
judged under the contact's name, so that it cannot bring another person in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assets.enrich.identity.cluster.interface import Method, cluster

if TYPE_CHECKING:
    import duckdb


def find_strong_groups(con: duckdb.DuckDBPyConnection, method: Method) -> None:
    """Make `identity_strong` (node, founder): records that strong identifiers alone make one."""
    con.execute(
        """
        create or replace temp table identity_accepted as
        select carriers.node as a, known.center::integer as b
        from identity_carriers as carriers
        inner join identity_values as known on carriers.value_id = known.value_id
        inner join identity_types as types on known.identifier_type = types.identifier_type
        where types.strength = 'strong' and not known.is_hub and carriers.node <> known.center
        """
    ).fetchall()
    cluster(con, method)
    con.execute(
        """
        create or replace temp table identity_strong as
        select clusters.node, clusters.founder
        from identity_clusters as clusters
        semi join (
            select founder from identity_clusters where node <> founder
        ) as joined on clusters.founder = joined.founder
        """
    ).fetchall()


def lend_names(con: duckdb.DuckDBPyConnection) -> None:
    """Make `identity_profiles`: the attributes, with names lent to nameless members of a group.

    The senior named member lends its name to those without one, and the senior member with a birth
    date lends that.
    """
    con.execute(
        """
        create or replace temp table identity_lent as
        with members as (
            select strong.founder, attributes.*
            from identity_strong as strong
            inner join identity_attributes as attributes on strong.node = attributes.node
        ),
        lenders as (
            select
                founder,
                arg_min(
                    (name_han, name_key, name_family, name_given, name_kind), node
                ) filter (is_named) as name,
                arg_min(birth_date, node) filter (birth_date is not null) as birth_date
            from members
            group by founder
        ),
        borrowing as (
            select
                members.*,
                lenders.birth_date as lent_birth_date,
                case when not members.is_named then lenders.name end as lent
            from members
            inner join lenders on members.founder = lenders.founder
        )
        select
            node,
            coalesce(lent[1], name_han) as name_han,
            coalesce(lent[2], name_key) as name_key,
            coalesce(lent[3], name_family) as name_family,
            coalesce(lent[4], name_given) as name_given,
            coalesce(lent[5], name_kind) as name_kind,
            is_named or lent is not null as is_named,
            coalesce(birth_date, lent_birth_date) as birth_date,
            region_key,
            city_key,
            street_key,
            number_key,
            postcode
        from borrowing
        where lent is not null or (birth_date is null and lent_birth_date is not null)
        """
    ).fetchall()
    con.execute(
        """
        create or replace temp view identity_profiles as
        select * from identity_lent
        union all by name
        select attributes.* exclude (record_hash)
        from identity_attributes as attributes
        anti join identity_lent as lent on attributes.node = lent.node
        """
    ).fetchall()
