"""A small publication made by hand: a few customers, their consents, and values of every type."""

from __future__ import annotations

from pathlib import Path

import duckdb

from assets.publish.exports import READER_STORAGE_VERSION
from assets.publish.postgres.access import Access, load_access
from assets.publish.switch import Publication, publishing, staging_folder, switch_to

CUSTOMERS = """
    ('C-cn-yes', 'CN'), ('C-cn-no', 'CN'), ('C-cn-withdrew', 'CN'), ('C-us-yes', 'US'),
    ('C-us-service', 'US'), ('C-lost-yes', null), ('unknown', null)
"""
CONSENTED = {"C-cn-yes", "C-us-yes", "C-lost-yes"}
OF_COUNTRY = {
    "CN": {"C-cn-yes", "C-cn-no", "C-cn-withdrew"},
    "US": {"C-us-yes", "C-us-service"},
}
EVERYBODY = {*CONSENTED, *OF_COUNTRY["CN"], *OF_COUNTRY["US"], "unknown"}

TABLES = {
    "dim_customers": f"from (values {CUSTOMERS}) as customer(customer_key, country)",
    "bridge_customer_consents": """
        from (values
            ('C-cn-yes', 'marketing', 'sms', true), ('C-cn-yes', 'marketing', 'email', false),
            ('C-cn-yes', 'service', 'sms', true), ('C-cn-withdrew', 'marketing', 'sms', false),
            ('C-us-yes', 'marketing', 'email', true), ('C-us-service', 'service', 'email', true),
            ('C-us-service', 'profiling', 'email', true), ('C-lost-yes', 'marketing', 'sms', true)
        ) as consent(customer_key, purpose, channel_id, is_granted)""",
    "rfm": "select customer_key, 1.5::decimal(18,2) as monetary, $run as run_id from dim_customers",
    "customer_360": "select *, 'called me' as last_note_text from dim_customers",
    "campaign_audience": "select customer_key, 'K1' as campaign_id from dim_customers",
    "campaign_performance": "select 'K1' as campaign_id, 7 as customers, $run as run_id",
    "churn_risk": "select customer_key, 'bought less' as reason_text from dim_customers",
    "fct_orders": """
        select 'O' || i as order_id, customer_key, (i / 7)::decimal(18,2) as net_amount,
            timestamp '2017-01-01 00:00:00' + to_seconds(i) as ordered_at, $run as run_id
        from dim_customers cross join range(500) as number(i)""",
    "identity_audit": """
        from (values ('L1', 'C-cn-yes', 'C-cn-no'), ('L2', 'C-cn-yes', 'C-us-yes'),
            ('L3', 'C-us-yes', 'C-us-service')
        ) as link(link_key, customer_key_a, customer_key_b)""",
    "bridge_customer_keys": """
        select 'C-former' as former_customer_key, customer_key from dim_customers""",
    "row_accounting": "select 'orders' as source_name, 10 as rows_read, 10 as rows_loaded",
    "fct_notes": "select 'N1' as note_key, 'called me' as note_text",
    "oddities": r"""
        from (values
            (1, e'a\tb', e'line\r\nline', 'quote " and ''', '\N', 0.1::double, -1e-7::double),
            (2, '', ' ', '\', e'\\.\n\\.', 'nan'::double, 'inf'::double),
            (3, '中文 😀', e'\\t', 'a\b', '\.', '-inf'::double, 1e300::double),
            (4, null, null, null, null, null, null)
        ) as odd(number, one, two, three, four, five, six)""",
    "types": """
        select true as flag, 127::tinyint as tiny, 32767::smallint as small, 2147483647 as whole,
            9223372036854775807 as big, 65535::usmallint as usmall, 4294967295::uinteger as uwhole,
            18446744073709551615::ubigint as ubig,
            170141183460469231731687303715884105727::hugeint as huge, 1.25::float as single,
            12345678901234.1234::decimal(18,4) as exact, date '2016-02-29' as day,
            time '23:59:59.999999' as clock, timestamp '2017-12-31 23:59:59.123456' as moment,
            timestamptz '2017-12-31 23:59:59+08' as instant,
            '6f1f3f8e-3b8c-4c57-8a2b-0e0f6f2f7a11'::uuid as id,
            ['a', e'b\\t"c"', null] as list, {'name': '名', 'count': 2} as struct,
            map {'k': [1, 2]} as map, [{'deep': e'x\\ny'}] as nested,
            'low'::enum('low', 'high') as level
        union all
        select null, null, null, null, null, null, null, null, null, null, null, null, null, null,
            null, null, null, null, null, null, null""",
}


def small_access(**tables: tuple[str, ...]) -> Access:
    """The shipped declaration, of the tables that there are here."""
    shipped = load_access()
    declared = {name: shipped.tables[name] for name in TABLES if name in shipped.tables}
    declared |= {"publication": shipped.tables["publication"]}
    declared |= {"oddities": ("analyst",), "types": ("analyst",)}
    return shipped.model_copy(update={"tables": declared | tables})


def publish(folder: Path, run_id: str, **changed: str) -> Path:
    """Write a publication of all tables and switch to it.

    Args:
        folder: the folder of all publications.
        run_id: its run; the tables rfm, fct_orders and campaign_performance carry it, too.
        changed: queries of tables to take instead of the usual ones, or more.
    """
    with publishing(folder):
        partial = staging_folder(folder, run_id)
        with duckdb.connect() as maker:
            maker.execute(
                f"attach '{partial / 'marts.duckdb'}' as reader "
                f"(storage_version '{READER_STORAGE_VERSION}')"
            ).fetchall()
            maker.execute("create schema reader.publish").fetchall()
            maker.execute("use reader.publish").fetchall()
            maker.execute("set timezone = 'UTC'").fetchall()
            for table, query in (TABLES | changed).items():
                text = query.replace("$run", f"'{run_id}'")
                maker.execute(f"create table {table} as {text}").fetchall()
                maker.execute(f"comment on table {table} is 'One row per x: {table} 表'").fetchall()
            maker.execute("comment on column rfm.monetary is 'It''s 100% money 金额'").fetchall()
            maker.execute(
                f"create table publication as select '{run_id}' as run_id, "
                "date '2017-12-31' as as_of_date"
            ).fetchall()
            maker.execute("use memory").fetchall()
        tables = dict.fromkeys(TABLES | changed, 0)
        stamp = Publication(run_id, "2017-12-31", f"2026-01-01T00:00:00-{run_id}", tables)
        return switch_to(folder, partial, stamp)
