"""`make quality`: which rules of the gates failed or warned in the last nights."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from itertools import groupby

from expectations.engine.history import FOLDER, failures
from pipelines.runtime.settings import SettingsError, load_settings


def main(arguments: Sequence[str] | None = None) -> int:
    """Print them by night and run; exit code 2 when the settings are wrong."""
    parser = argparse.ArgumentParser(prog="make quality", description=__doc__)
    parser.add_argument("--nights", type=int, default=14, help="business dates back, default 14")
    options = parser.parse_args(arguments)
    try:
        home = load_settings().home
    except SettingsError as error:
        sys.stderr.write(f"error: {error}\n")
        return 2
    if not any((home / FOLDER).glob("*.parquet")):
        sys.stdout.write(f"No gate has run yet: {home / FOLDER} is empty.\n")
        return 0
    found = failures(home, options.nights)
    if not found:
        sys.stdout.write(f"In the last {options.nights} nights every rule of every gate held.\n")
    for (as_of, run_id), rows in groupby(found, key=lambda row: row[:2]):
        sys.stdout.write(f"\n{as_of}  run {run_id}\n")
        for _, _, boundary, subject, rule, severity, message in rows:
            sys.stdout.write(f"  {severity:<5} {boundary}: {subject}.{rule}: {message}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
