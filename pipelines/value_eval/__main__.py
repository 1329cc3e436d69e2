"""`make value-eval ORDERS=orders.csv AS_OF=1997-09-30 HORIZON_DAYS=273 OUT=folder`.

Exit codes: 0 written; 2 something to mend in the file or in a setting.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from pipelines.value_eval.errors import ValueEvalError

USAGE = (
    "Say which list, until when, and where to: make value-eval ORDERS=orders.csv "
    "AS_OF=1997-09-30 HORIZON_DAYS=273 OUT=folder (docs/value-eval.md)"
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a try-out; print what came of it."""
    parser = argparse.ArgumentParser(prog="make value-eval", description=__doc__)
    parser.add_argument("--orders", default="", help="CSV file of orders")
    parser.add_argument("--as-of", default="", help="last day that counts, such as 1997-09-30")
    parser.add_argument("--horizon-days", default="", help="days ahead to predict; default: 90")
    parser.add_argument("--out", default="", help="folder of the Parquet files")
    parser.add_argument("--margin", default="", help="margin per unit of amount; default: 0.3")
    parser.add_argument("--keep", default="", help="folder in which the databases stay")
    options = parser.parse_args(arguments)
    try:
        if not (options.orders and options.as_of and options.out):
            raise ValueEvalError(USAGE)
        as_of = _date(options.as_of)
        chosen: dict[str, object] = {}
        if options.horizon_days:
            chosen["value_horizon_days"] = options.horizon_days
        if options.margin:
            chosen["default_margin_ratio"] = options.margin
        # Late: what it imports takes a second, which a typing error need not wait for.
        from pipelines.value_eval.run import evaluate

        keep = Path(options.keep) if options.keep else None
        summary = evaluate(Path(options.orders), as_of, Path(options.out), chosen, keep)
    except ValueEvalError as error:
        sys.stderr.write(f"error: {error}\n")
        return 2
    sys.stdout.write("".join(f"{line}\n" for line in summary.lines()))
    return 0


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueEvalError(f"AS_OF={text}: is no date; write it as 1997-09-30") from None


if __name__ == "__main__":
    sys.exit(main())
