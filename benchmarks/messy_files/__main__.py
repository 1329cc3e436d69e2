"""Messy CSV files (make messy-files): how many does the loader take in wrongly without a word?

    python -m benchmarks.messy_files            the whole corpus
    python -m benchmarks.messy_files --words    and what was said of every file

More than 2,000 small files are written into a temporary folder, with the pollutions of the Pollock
benchmark and others, alone and in pairs, and go one by one through landing and loading as in every
night. A file may be loaded exactly, be refused, or have its faulty rows in quarantine. The rate
that counts is that of the rest: rows that differ from the truth, or are gone without a trace. The
exit code is 1 above the promise, or when a file that its contract allows was not loaded whole.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import duckdb

from benchmarks.messy_files.corpus import Case, cases, cut_without_manifest
from benchmarks.messy_files.judging import OUTCOMES, RIGHT, SILENT, Verdict, judge

PROMISE = 0.005
"""docs/sources/README.md: at most this share of the files is silently wrong."""


def judged(some: Iterable[Case]) -> list[tuple[Case, Verdict]]:
    """Every case with its verdict, over one connection."""
    found = []
    in_memory = Path("/dev/shm")  # nosec B108 # a folder of its own in it
    with (
        tempfile.TemporaryDirectory(dir=in_memory if in_memory.is_dir() else None) as folder,
        duckdb.connect(config={"threads": 1}) as con,
    ):
        con.execute("attach ':memory:' as vault").fetchall()
        con.execute("set timezone = 'UTC'").fetchall()
        for number, case in enumerate(some):
            place = Path(folder, str(number))
            found.append((case, judge(con, place, case.draft())))
            shutil.rmtree(place)
    return found


def report(found: list[tuple[Case, Verdict]]) -> bool:
    """Print the table, the survivors and the false refusals; whether the promise holds."""
    groups = dict.fromkeys(case.group for case, _ in found)
    print(f"{'kind':<28} {'files':>6} " + " ".join(f"{name:>14}" for name in OUTCOMES))
    for group in groups:
        counts = Counter(verdict.outcome for case, verdict in found if case.group == group)
        told = " ".join(f"{counts[name]:>14,}" for name in OUTCOMES)
        print(f"{group:<28} {counts.total():>6,} {told}")
    counts = Counter(verdict.outcome for _, verdict in found)
    print(f"{'all':<28} {len(found):>6,} " + " ".join(f"{counts[name]:>14,}" for name in OUTCOMES))
    survivors = [(case, it) for case, it in found if it.outcome == SILENT]
    refused = [(case, it) for case, it in found if case.is_well_formed and it.outcome != RIGHT]
    for title, some in (("silently wrong", survivors), ("well-formed, not loaded", refused)):
        for case, verdict in some:
            print(f"{title}: {case.shape.name}: {case.name} ({case.seed}): {verdict.words[:200]}")
    rate = len(survivors) / len(found)
    well_formed = sum(case.is_well_formed for case, _ in found)
    print(
        f"{len(survivors)} of {len(found):,} files silently wrong: {rate:.2%} "
        f"(promise: at most {PROMISE:.1%}); {len(refused)} of {well_formed} well-formed files "
        "not loaded whole (promise: 0)"
    )
    return rate <= PROMISE and not refused


def main() -> int:
    """The command; returns the exit code."""
    parser = argparse.ArgumentParser(prog="make messy-files", description=__doc__)
    parser.add_argument("--words", action="store_true", help="what was said of every file")
    parser.add_argument("--only", help="only the kinds whose names hold this")
    options = parser.parse_args()
    began, busy_before = time.monotonic(), time.process_time()
    found = judged(case for case in cases() if not options.only or options.only in case.name)
    if options.words:
        for case, verdict in found:
            print(f"{verdict.outcome}: {case.shape.name}: {case.name}: {verdict.words}")
    holds = report(found)
    unseen = judged(case for seed in range(4) for case in cut_without_manifest(seed))
    silent = sum(verdict.outcome == SILENT for _, verdict in unseen)
    print(
        f"not counted: cut between two records without a manifest: {silent} of {len(unseen)} files "
        "silently wrong; only a manifest shows it"
    )
    seconds, busy = time.monotonic() - began, time.process_time() - busy_before
    print(f"{seconds:.0f} seconds, {busy:.0f} of the processor")
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main())
