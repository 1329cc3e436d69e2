"""`make erase-customer`: erase one person; without DRY_RUN=0 it only says what it would erase."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence

from assets.privacy.erasure.erase import erase, finish
from assets.privacy.erasure.find import Found, find
from assets.privacy.erasure.mendable import MENDABLE
from assets.privacy.erasure.receipt import RECEIPTS, Receipt, file_name
from assets.privacy.subject.leads import check_customers
from assets.raw.contract import load_contracts
from pipelines.backup.errors import BackupError
from pipelines.backup.renewal import forget_all_but_latest
from pipelines.backup.suppression_replay import replay_needed
from pipelines.runtime.settings import Settings, SettingsError, load_settings
from pipelines.subject_command import add_request_arguments, requested, spoken


def main(arguments: Sequence[str] | None = None) -> int:
    """Find or erase; exit code 2 when it could not."""
    parser = argparse.ArgumentParser(prog="make erase-customer", description=__doc__)
    add_request_arguments(parser)
    parser.add_argument("--for-good", action="store_true", help="erase, not only say what")
    parser.add_argument("--renew-backups", action="store_true", help="and forget older backups")
    options = parser.parse_args(arguments)
    return spoken(lambda: _run(options), (*MENDABLE, BackupError, SettingsError))


def _run(options: argparse.Namespace) -> int:
    settings = load_settings()
    contracts = load_contracts(settings.sources)
    check_customers(contracts)
    if not options.for_good:
        found = find(settings, contracts, requested(options, settings, contracts))
        sys.stdout.write(_told(found))
        return 0
    before = finish(settings, contracts, replay_needed)
    if before:
        sys.stdout.write(f"An erasure was killed before its end.\n{_receipt(settings, before)}")
        sys.stdout.write("Was it this request? Else run this again.\n")
    else:
        request = requested(options, settings, contracts)
        sys.stdout.write(_receipt(settings, erase(settings, contracts, request, replay_needed)))
    if options.renew_backups:
        forgotten = forget_all_but_latest(settings)
        sys.stdout.write(f"A new backup was taken; {forgotten} older ones are destroyed.\n")
    return 0


def _told(found: Found) -> str:
    lines = [
        f"One customer (subject {found.subject[:16]}): {found.records} records,"
        f" {found.references} rows that name them, {found.identifiers} identifiers of their own,"
        f" {found.shared} shared with others (left to them).",
        *_table(found.rows),
        "Nothing was erased. With DRY_RUN=0 these rows go, and all that landed of the person; "
        "older builds, publications and exports are removed whole.",
    ]
    return "\n".join(lines) + "\n"


def _receipt(settings: Settings, receipt: Receipt) -> str:
    landed = {name: it.rows for name, it in receipt.landed.items()}
    lines = [
        f"Erased (request {receipt.request}).",
        *_table(landed | receipt.rows),
        f"{receipt.suppressed} lines stand on the suppression list, {receipt.ledger_entries} "
        f"entries left the ledger of keys, {receipt.exports} exported files and "
        f"{receipt.removed_builds} older builds are gone.",
        *(f"Not reached: {it}." for it in receipt.not_reached),
        f"Receipt: {settings.home / RECEIPTS / file_name(receipt)}",
    ]
    return "\n".join(lines) + "\n"


def _table(rows: Mapping[str, int]) -> list[str]:
    return [f"{count:>11,}  {name}" for name, count in sorted(rows.items())]


if __name__ == "__main__":
    sys.exit(main())
