"""What a try-out writes: the marts as Parquet, with the user's own customer ids."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from assets.raw import sql
from pipelines.value_eval.landing import CUSTOMER_IDS

if TYPE_CHECKING:
    import duckdb

PER_CUSTOMER = ("rfm", "customer_lifetime_value")
MODEL_TABLES = ("value_model_parameters", "value_model_backtests")


def write_outputs(con: duckdb.DuckDBPyConnection, out: Path, tables: dict[str, str]) -> list[Path]:
    """Write each table as `<name>.parquet`, all of them or none.

    Args:
        con: connection of the try-out.
        out: folder, made where it is missing.
        tables: name to relation.

    Returns:
        The files.
    """
    out.mkdir(parents=True, exist_ok=True)
    con.execute(
        f"""
        create or replace temp table order_list_customers as
        select ids.customer_id, keys.customer_key
        from ({CUSTOMER_IDS}) as ids
        inner join vault.handover.int_shop_customer_keys as keys
            on ids.shop_customer_id = keys.shop_customer_id
        """
    ).fetchall()
    written = []
    with tempfile.TemporaryDirectory(dir=out) as folder:
        for name, relation in tables.items():
            draft = Path(folder, f"{name}.parquet")
            query = _of_customers(relation) if name in PER_CUSTOMER else _whole(con, relation)
            con.execute(
                f"copy ({query}) to {sql.text(draft)} (format parquet, compression zstd)"
            ).fetchall()
            written.append(draft)
        return [Path(os.replace(draft, out / draft.name) or out / draft.name) for draft in written]


def _of_customers(relation: str) -> str:
    return f"""
        select ids.customer_id, mart.*
        from {relation} as mart
        inner join order_list_customers as ids on mart.customer_key = ids.customer_key
        order by ids.customer_id
    """


def _whole(con: duckdb.DuckDBPyConnection, relation: str) -> str:
    return f"select * from {relation} order by all"
