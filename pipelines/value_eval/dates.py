"""The dates of an order list: one spelling for the whole file, and days that exist."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from assets.raw import sql

if TYPE_CHECKING:
    import duckdb

FORMS = {
    "YYYY-MM-DD": ("%Y-%m-%d", "[0-9]{4}-[0-9]{2}-[0-9]{2}"),
    "YYYYMMDD": ("%Y%m%d", "[0-9]{8}"),
}
"""Spelling to how it is read, and to the pattern that its texts have to the letter."""

FIRST_DAY, LAST_DAY = "1950-01-01", "2098-12-31"
"""Days outside are slips of the pen; the calendar knows those between."""


def judge_dates(
    con: duckdb.DuckDBPyConnection, table: str, refused: str, columns: Sequence[str]
) -> str:
    """Rewrite `order_date` as YYYY-MM-DD and trim `customer_id`; move rows where it cannot be.

    The spelling that most rows have is that of the file; a row with the other is refused, not
    guessed.

    Args:
        con: connection with both tables.
        table: landed rows, with order_date and customer_id as text.
        refused: their quarantine.
        columns: columns of the list.

    Returns:
        The spelling.
    """
    counts = ", ".join(
        f"count(*) filter (where regexp_full_match(trim(order_date), {sql.text(pattern)}))"
        for _, pattern in FORMS.values()
    )
    [found] = con.execute(f"select {counts} from {table}").fetchall()
    form = max(zip(found, FORMS, strict=True), key=lambda pair: pair[0])[1]
    reading, pattern = FORMS[form]
    payload = ", ".join(f"{sql.text(name)}, landed.{sql.name(name)}::varchar" for name in columns)
    con.execute(
        f"""
        create or replace temp table order_list_judged as
        with
        read as (
            select
                _position,
                trim(customer_id) as customer_id,
                case when regexp_full_match(trim(order_date), {sql.text(pattern)})
                    then try_strptime(trim(order_date), {sql.text(reading)})::date end as order_date
            from {table}
        )

        select
            *,
            case
                when customer_id = '' then 'missing_value'
                when order_date is null then 'wrong_type'
                when order_date < date '{FIRST_DAY}' then 'below_minimum'
                when order_date > date '{LAST_DAY}' then 'above_maximum'
            end as rule,
            case
                when customer_id = '' then 'column customer_id is empty'
                when order_date is null then 'column order_date is no date written as {form}'
                when order_date < date '{FIRST_DAY}' then 'column order_date is below {FIRST_DAY}'
                when order_date > date '{LAST_DAY}' then 'column order_date is above {LAST_DAY}'
            end as reason
        from read
        """
    ).fetchall()
    for statement in (
        f"""
        insert into {refused}
        select
            _source, {sql.text(table.rpartition("__")[2].strip('"'))}, _file, landed._position,
            judged.rule, judged.reason, json_object({payload})::varchar, _load_id, _loaded_at
        from {table} as landed
        inner join order_list_judged as judged on landed._position = judged._position
        where judged.rule is not null
        order by landed._position
        """,
        f"""
        delete from {table}
        where _position in (select _position from order_list_judged where rule is not null)
        """,
        f"""
        update {table} as landed
        set customer_id = judged.customer_id, order_date = judged.order_date::varchar
        from order_list_judged as judged
        where landed._position = judged._position
        """,
        "drop table order_list_judged",
    ):
        con.execute(statement).fetchall()
    return form
