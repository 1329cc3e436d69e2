"""What a try-out writes: the marts as Parquet, with the user's own customer ids."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from assets.raw import sql
from pipelines.value_eval.landing import CUSTOMER_IDS

if TYPE_CHECKING:
    import duckdb

PER_CUSTOMER = ("rfm", "customer_lifetime_value")
MODEL_TABLES = ("value_model_parameters", "value_model_backtests")


def write_outputs(con: duckdb.DuckDBPyConnection, out: Path, marts: Iterable[str]) -> list[Path]:
    """Write each mart as `<name>.parquet`, all of them or none.

    Args:
        con: connection of the try-out.
        out: folder.
        marts: their names.

    Returns:
        The files.
    """
    con.execute(
        f"""
        create or replace temp table order_list_customers as
        select ids.customer_id, keys.customer_key
        from ({CUSTOMER_IDS}) as ids
        inner join vault.handover.int_shop_customer_keys as keys
            on ids.shop_customer_id = keys.shop_customer_id
        """
    ).fetchall()
    files = [out / f"{name}.parquet" for name in marts]
    with tempfile.TemporaryDirectory(dir=out) as folder:
        for file in files:
            query = _query(file.stem)
            con.execute(
                f"copy ({query}) to {sql.text(Path(folder, file.name))} "
                "(format parquet, compression zstd)"
            ).fetchall()
        for file in files:
            os.replace(Path(folder, file.name), file)
    return files


def _query(name: str) -> str:
    mart = f"warehouse.marts.{name}"
    if name not in PER_CUSTOMER:
        return f"select * from {mart} order by all"
    return f"""
        select ids.customer_id, mart.*
        from {mart} as mart
        inner join order_list_customers as ids on mart.customer_key = ids.customer_key
        order by ids.customer_id
    """
