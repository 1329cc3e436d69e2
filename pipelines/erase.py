"""`make erase-customer`: erase one person; without DRY_RUN=0 it only says what it would erase."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence

import duckdb

from assets.enrich.identity.keys.ledger import LedgerError
from assets.privacy.erasure.build import NothingLiveError
from assets.privacy.erasure.erase import RECEIPTS, Found, Receipt, erase, find
from assets.privacy.erasure.erasing import RewriteError
from assets.privacy.subject.leads import check_customers
from assets.privacy.subject.person import NobodyError
from assets.privacy.subject.request import RequestError, spoken_request
from assets.publish.switch import PublishError
from assets.raw.contract import ContractError, load_contracts
from assets.raw.errors import FileError
from assets.warehouse.project import ManifestMissingError
from pipelines.backup.errors import BackupError
from pipelines.backup.renewal import forget_all_but_latest
from pipelines.runtime.audit_log import AuditError
from pipelines.runtime.key_file import KeyFileError
from pipelines.runtime.modes import ModesError
from pipelines.runtime.settings import Settings, SettingsError, load_settings
from pipelines.runtime.writers import InstanceBusyError

ERRORS = (
    AuditError,
    BackupError,
    ContractError,
    FileError,
    InstanceBusyError,
    KeyFileError,
    LedgerError,
    ManifestMissingError,
    ModesError,
    NobodyError,
    NothingLiveError,
    PublishError,
    RequestError,
    RewriteError,
    SettingsError,
)
"""What a person can mend; each is one line."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Find or erase; exit code 2 when it could not."""
    parser = argparse.ArgumentParser(prog="make erase-customer", description=__doc__)
    parser.add_argument("--customer-key", default="", help="a customer key of today or before")
    parser.add_argument("--record", default="", help="a record of a source: crm_zoho.contacts/123")
    parser.add_argument("--file", default="", help="a request in <home>/requests, by its name")
    parser.add_argument("--really", action="store_true", help="erase; else only say what")
    parser.add_argument("--renew-backups", action="store_true", help="and forget older backups")
    options = parser.parse_args(arguments)
    try:
        settings = load_settings()
        contracts = load_contracts(settings.sources)
        check_customers(contracts)
        request = spoken_request(
            options.customer_key, options.record, options.file, settings.home, contracts
        )
        if not options.really:
            sys.stdout.write(_told(find(settings, contracts, request)))
            return 0
        receipt = erase(settings, contracts, request)
        sys.stdout.write(_receipt(settings, receipt))
        if options.renew_backups:
            forgotten = forget_all_but_latest(settings)
            sys.stdout.write(f"A new backup was taken; {forgotten} older ones are destroyed.\n")
    except ERRORS as error:
        sys.stderr.write(f"error: {error}\n")
        return 2
    except duckdb.Error as error:
        # Its text may quote values.
        sys.stderr.write(f"error: the database refused ({type(error).__name__})\n")
        return 2
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
        f"Receipt: {settings.home / RECEIPTS / f'erasure-{receipt.request}.json'}",
    ]
    return "\n".join(lines) + "\n"


def _table(rows: Mapping[str, int]) -> list[str]:
    return [f"{count:>11,}  {name}" for name, count in sorted(rows.items())]


if __name__ == "__main__":
    sys.exit(main())
