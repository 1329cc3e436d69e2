"""`make identity-eval DIR=folder MAP=mapping.yml OUT=keys.parquet`: who is who in one's own files.

Exit codes: 0 written; 2 something to mend in the files, the mapping or the state.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from assets.enrich.identity.evaluate.errors import EvaluationError
from assets.enrich.identity.evaluate.run import evaluate
from assets.enrich.identity.link.fuzzy import FuzzyError, fuzzy_evidence

USAGE = (
    "Say which files: make identity-eval DIR=folder MAP=mapping.yml OUT=keys.parquet "
    "(a second night: STATE=keys.parquet OUT=keys2.parquet; docs/identity-eval.md)"
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one night; print what came of it."""
    parser = argparse.ArgumentParser(prog="make identity-eval", description=__doc__)
    parser.add_argument("--dir", default="", help="folder of the CSV files")
    parser.add_argument("--map", default="", help="mapping file")
    parser.add_argument("--out", default="", help="Parquet file to write")
    parser.add_argument("--state", default="", help="state of an earlier night")
    parser.add_argument("--as-of", default="", help="business date, such as 2017-12-31")
    parser.add_argument("--fuzzy", default="", help="matcher beside the rules: splink")
    options = parser.parse_args(arguments)
    try:
        if not (options.dir and options.map and options.out):
            raise EvaluationError(USAGE)
        summary = evaluate(
            Path(options.dir),
            options.map,
            Path(options.out),
            options.state or None,
            _date(options.as_of),
            fuzzy_evidence(options.fuzzy),
        )
    except (EvaluationError, FuzzyError) as error:
        sys.stderr.write(f"error: {error}\n")
        return 2
    sys.stdout.write("".join(f"{line}\n" for line in summary.lines()))
    return 0


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise EvaluationError(f"AS_OF={text}: is no date; write it as 2017-12-31") from None


if __name__ == "__main__":
    sys.exit(main())
