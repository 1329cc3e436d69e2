"""How many faults the gates stop, and how many healthy nights they hold up: `make gate-score`.

    python -m benchmarks.gate_score [--only faults|days] [--workers 2] [--out score.json]

Puts every kind of fault of the catalogue into a night of a small company and runs it through the
real gates; then runs 30 healthy business dates. Exit code 1 when fewer than 95 % of the kinds are
stopped, or when a rule of severity error fails on a healthy night.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from benchmarks.gate_score.score import as_json, as_text, passes


def main(arguments: list[str] | None = None) -> int:
    """Run what is asked for; 1 when the gates are not good enough."""
    options = _parse(arguments)
    os.environ.update(C360_ENV_FILE="demo/demo.env", GX_ANALYTICS_ENABLED="False", DO_NOT_TRACK="1")
    from benchmarks.gate_score.base import Instance, prepare
    from benchmarks.gate_score.halves import both, say

    began = time.perf_counter()
    with ExitStack() as stack:
        root = options.root or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        instance = Instance(root)
        prepare(instance)
        say(f"prepared in {time.perf_counter() - began:.0f} s")
        verdicts, days = both(
            instance, options.only, options.workers, options.kinds, options.full_every
        )
    say(as_text(verdicts, days))
    if options.out:
        options.out.write_text(json.dumps(as_json(verdicts, days), indent=1, ensure_ascii=False))
    return 0 if passes(verdicts, days) else 1


def _parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.gate_score", description=__doc__)
    parser.add_argument("--only", choices=("faults", "days"), help="only one of the two halves")
    parser.add_argument(
        "--workers", type=int, default=1, help="processes; with two, one runs the days"
    )
    parser.add_argument("--kinds", nargs="+", help="only these kinds of faults")
    parser.add_argument(
        "--full-every",
        type=int,
        default=5,
        help="every n-th clean day and the next run up to publish, others up to core (default 5)",
    )
    parser.add_argument(
        "--root", type=Path, help="folder to work in; a run that was cut goes on from there"
    )
    parser.add_argument("--out", type=Path, help="JSON file to write")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
