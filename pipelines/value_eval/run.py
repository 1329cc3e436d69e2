"""A try-out from the order list to the Parquet files."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from assets.warehouse.project import ManifestMissingError, read_manifest
from pipelines.value_eval.audit import audit
from pipelines.value_eval.dates import LAST_DAY
from pipelines.value_eval.errors import ValueEvalError
from pipelines.value_eval.instance import passing_instance
from pipelines.value_eval.landing import land
from pipelines.value_eval.order_file import read_order_file
from pipelines.value_eval.outputs import MODEL_TABLES, PER_CUSTOMER, write_outputs
from pipelines.value_eval.plan import make_plan
from pipelines.value_eval.stages import HANDED_OVER, PURCHASE_MODEL, build
from pipelines.value_eval.summary import Summary, read_findings

RESULTS = (*PER_CUSTOMER, *MODEL_TABLES)


def evaluate(
    orders: Path, as_of: date, out: Path, chosen: Mapping[str, Any], keep: Path | None = None
) -> Summary:
    """Run the value models on an order list and write what they say of each customer.

    Args:
        orders: CSV file with customer_id, order_date, quantity and amount.
        as_of: last day that counts; what the list says of later days is not looked at.
        out: folder of the four Parquet files.
        chosen: settings of the user (value_horizon_days, default_margin_ratio).
        keep: folder in which the databases of the try-out stay; none: they are removed.

    Raises:
        ValueEvalError: what is wrong with the file or a setting.
    """
    if as_of.isoformat() > LAST_DAY:
        raise ValueEvalError(f"AS_OF={as_of}: is after {LAST_DAY}, the last day of the calendar")
    file = read_order_file(orders)
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ValueEvalError(
            f"OUT={out}: cannot be made ({error.strerror}); name a folder"
        ) from None
    try:
        manifest = read_manifest()
    except ManifestMissingError as error:
        raise ValueEvalError(str(error)) from None
    plan = make_plan(manifest, (*RESULTS, PURCHASE_MODEL, HANDED_OVER))
    with passing_instance(as_of, chosen, keep) as tryout:
        landed = land(tryout, file, plan.raw)
        reason = build(tryout, plan)
        with tryout.build.connect() as con:
            warnings = audit(con, tryout, manifest, RESULTS)
            findings = read_findings(con, reason)
            files = write_outputs(con, out, RESULTS)
    return Summary(as_of, file, landed, findings, warnings, files, keep)
