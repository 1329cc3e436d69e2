"""Great Expectations' rule about the rows of a query, asked once.

Its own class asks every query twice, for the number of rows and for the rows. Rows never leave the
database here, so the second answer was thrown away, and it was half of what the gates cost.
Imports Great Expectations when it is loaded: gate.py loads it when a gate runs.
"""

from __future__ import annotations

from typing import Any, ClassVar

import great_expectations.expectations as gxe


class CountedRowsExpectation(gxe.UnexpectedRowsExpectation):
    """Holds when the query finds nothing; only the number of rows is asked for."""

    metric_dependencies: ClassVar[tuple[str, ...]] = ("unexpected_rows_query.row_count",)

    def _validate(self, metrics: dict[str, Any], *_: Any, **__: Any) -> dict[str, Any]:
        count = metrics["unexpected_rows_query.row_count"]
        return {"success": count == 0, "result": {"observed_value": count}}
