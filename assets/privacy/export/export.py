"""The whole export of one customer: resolved, collected from every layer, written, audited.

<home>/exports/customers/<request>/customer.json and customer.html
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from assets.enrich.identity.rules import load_rules
from assets.privacy.export.builds import build_groups
from assets.privacy.export.document import document
from assets.privacy.export.html import page
from assets.privacy.export.known import known_tables
from assets.privacy.export.landing import landed_groups
from assets.privacy.export.model import Export
from assets.privacy.export.rows import known_staff
from assets.privacy.export.stores import store_groups
from assets.privacy.subject.person import write_person
from assets.privacy.subject.request import Request, customer_of
from assets.privacy.subject.search import Search
from assets.privacy.subject.tables import add_rows_named_by_others, tables_of
from assets.publish.postgres.access import load_access
from assets.raw import sql
from assets.raw.contract import load_contracts
from assets.raw.vaults import open_vault
from assets.warehouse.project import read_manifest
from pipelines.runtime.audit_facts import Action
from pipelines.runtime.audit_log import record, subject_hash
from pipelines.runtime.builds import Build, builds_folder
from pipelines.runtime.clock import utc_now
from pipelines.runtime.key_file import load_key
from pipelines.runtime.modes import private_umask
from pipelines.runtime.private_files import make_private_folder, sync_folder, written_whole
from pipelines.runtime.settings import Settings
from pipelines.runtime.writers import writing

FOLDER = Path("exports") / "customers"
JSON_FILE, HTML_FILE = "customer.json", "customer.html"


class ExportError(Exception):
    """One line: why nothing can be exported, and what to do."""


@dataclass(frozen=True)
class Exported:
    """What was written: where, and how much; nothing of what it says."""

    folder: Path
    groups: int
    records: int
    bytes: int
    gaps: int


def resolve(settings: Settings, request: Request) -> str:
    """The customer key of a request, so that a run need not be told anything else.

    Raises:
        ExportError: nothing is published yet.
        NobodyError: it is not exactly one customer.
        RequestError: an identifier of the request can be nobody's.
        FileError: the live build cannot be opened.
    """
    with private_umask(), _opened(_live(settings)) as con:
        return customer_of(con, request, load_rules(), settings.phone_region)


def export_customer(settings: Settings, request: Request, request_id: str) -> Exported:
    """Write everything held on the customer of a request, and record that it was done.

    Args:
        settings: Of the instance; it is read only, and may run beside a nightly.
        request: Who is asked for.
        request_id: Names the folder; an id of a run.

    Raises:
        As `resolve`; ContractError, AccessError where the instance is declared wrongly.
    """
    with private_umask(), writing(settings.home):
        export = collect(settings, request, request_id)
        folder = make_private_folder(settings.home / FOLDER / request_id)
        size = 0
        for name, content in ((JSON_FILE, document(export)), (HTML_FILE, page(export).encode())):
            with written_whole(folder / name) as file:
                file.write(content)
            size += len(content)
        sync_folder(folder)
        record(
            settings,
            Action.EXPORTED_CUSTOMER,
            {
                "request": request_id,
                "subject": subject_hash(settings, export.customer_key),
                "build": export.run_id,
                "groups": len(export.held),
                "records": export.records,
                "not_searched": len(export.gaps),
            },
        )
    return Exported(folder, len(export.held), export.records, size, len(export.gaps))


def collect(settings: Settings, request: Request, request_id: str) -> Export:
    """Everything held on the customer of a request, as of the live build and all that landed."""
    build = _live(settings)
    contracts = load_contracts(settings.sources)
    rules, region, manifest = load_rules(), settings.phone_region, read_manifest()
    with _opened(build) as con, TemporaryDirectory(dir=build.folder) as scratch:
        person = write_person(con, customer_of(con, request, rules, region))
        search = Search(con, person, rules, region, Path(scratch))
        tables = tables_of(con, manifest, contracts, {"vault": "vault", "warehouse": "warehouse"})
        staff = known_staff(search)
        add_rows_named_by_others(con, tables, rules, region)
        landed, gaps = landed_groups(search, settings.home, contracts, staff)
        # Once more: what landed may name rows that the build knows, and did not know to be theirs.
        add_rows_named_by_others(con, tables, rules, region)
        built = build_groups(search, tables, known_tables(manifest, load_access()), staff)
        stored = store_groups(
            search, settings.home, settings.key_ledger, load_key(settings.key_file)
        )
        return Export(
            request=request_id,
            made_at=f"{utc_now().isoformat(timespec='seconds')}Z",
            customer_key=person.customer_key,
            keys=person.keys,
            run_id=build.run_id,
            as_of=_as_of(settings),
            groups=(*landed, *built, *stored),
            gaps=tuple(gaps),
            searched=len(landed) + len(tables) + len(stored),
        )


def _live(settings: Settings) -> Build:
    current = settings.publish_current
    if not current.is_symlink():
        raise ExportError("nothing is published yet; start `make run` first")
    build = Build(builds_folder(settings) / os.readlink(current))
    if not build.vault_path.is_file():
        raise ExportError("the build of the live publication is gone; start `make run`")
    return build


def _as_of(settings: Settings) -> str:
    stamp = json.loads((settings.publish_current / "publication.json").read_text())
    return str(stamp["as_of"])


@contextmanager
def _opened(build: Build) -> Iterator[duckdb.DuckDBPyConnection]:
    with open_vault(build) as con:
        con.execute(f"attach {sql.text(build.warehouse_path)} as warehouse (read_only)").fetchall()
        yield con
