"""Mistakes of our own in staging and identity."""

from __future__ import annotations

from benchmarks.gate_score.faults.registry import FAULTS, Built, share

MAP = "vault.identity.customers_map"
REFERENCES = "vault.identity.references_map"


def _joined(table: str) -> str:
    return share(f"{table}.customer_key", 200)


@FAULTS.into("staging_rows_lost", "vault.staging.stg_loyalty__points_ledger")
def staging_rows_lost(build: Built) -> None:
    """One row of fifty is lost."""
    build.sql(f"delete from {{t}} where {share('entry_id', 20)}")


@FAULTS.into("staging_rows_doubled", "vault.staging.stg_orders__order_lines")
def staging_rows_doubled(build: Built) -> None:
    """A join with two rows for the largest store doubles its lines."""
    build.sql("insert into {t} select * from {t} where store_id = (select mode(store_id) from {t})")


@FAULTS.into("staging_amounts_rounded", "vault.staging.stg_orders__order_lines")
def staging_amounts_rounded(build: Built) -> None:
    """Amounts are whole dollars."""
    build.sql(
        "update {t} set gross_amount = round(gross_amount, 0), net_amount = round(net_amount, 0)"
    )


@FAULTS.into("staging_clock_twice", "vault.staging.stg_orders__order_lines")
def staging_clock_twice(build: Built) -> None:
    """The time zone was applied a second time."""
    build.sql("update {t} set ordered_at = ordered_at - interval 5 hour")


@FAULTS.into("identity_strangers_joined", MAP)
def identity_strangers_joined(build: Built) -> None:
    """A fifth of the customers got the key of another, in the maps of records and references."""
    build.sql(f"""
        create or replace temp table joined as
        select
            customer_key,
            (select min(customer_key) from {{t}} as others
             where others.customer_key > map.customer_key and not {_joined("others")}) as other_key
        from (select distinct customer_key from {{t}}) as map
        where {_joined("map")}
    """)
    for table in (MAP, REFERENCES):
        build.sql(
            f"update {table} as map set customer_key = joined.other_key from joined"
            " where map.customer_key = joined.customer_key and joined.other_key is not null"
        )
    build.sql("drop table joined")
    build.beside.add(REFERENCES)


@FAULTS.into("identity_customers_torn", MAP)
def identity_customers_torn(build: Built) -> None:
    """A tenth of the records got keys of their own; references follow where nobody is left."""
    record = "source || source_record_id"
    build.sql(f"""
        create or replace temp table torn as
        select customer_key, min('C' || left(md5({record}), 16)) as new_key
        from {{t}}
        where {share(record, 100)}
        group by customer_key
    """)
    build.sql(
        f"update {{t}} set customer_key = 'C' || left(md5({record}), 16) where {share(record, 100)}"
    )
    build.sql(
        f"update {REFERENCES} as map set customer_key = torn.new_key from torn"
        " where map.customer_key = torn.customer_key"
        " and torn.customer_key not in (select customer_key from {t})"
    )
    build.sql("drop table torn")
    build.beside.add(REFERENCES)


@FAULTS.into("identity_records_lost", MAP)
def identity_records_lost(build: Built) -> None:
    """One record of twenty has no customer."""
    build.sql(f"delete from {{t}} where {share('source || source_record_id', 50)}")
