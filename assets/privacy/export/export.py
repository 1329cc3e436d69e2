"""The whole export of one customer: resolved, collected from every layer, written, audited.

<home>/exports/customers/<request>/customer.json and customer.html
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from assets.enrich.identity.rules import default_rules
from assets.privacy.export.builds import build_groups
from assets.privacy.export.document import document
from assets.privacy.export.html import page
from assets.privacy.export.known import known_tables
from assets.privacy.export.landing import landed_groups
from assets.privacy.export.model import Export
from assets.privacy.export.rows import known_staff
from assets.privacy.export.stores import store_groups
from assets.privacy.subject.live import live_build_of, resolve
from assets.privacy.subject.request import Request
from assets.privacy.subject.search import Search
from assets.privacy.subject.tables import add_rows_named_by_others
from assets.publish.postgres.access import load_access
from assets.raw.contract import load_contracts
from assets.warehouse.project import read_manifest
from pipelines.runtime.audit_facts import Action
from pipelines.runtime.audit_log import record, subject_hash
from pipelines.runtime.clock import utc_now
from pipelines.runtime.exports import EXPORTS
from pipelines.runtime.modes import private_umask
from pipelines.runtime.private_files import make_private_folder, sync_folder, written_whole
from pipelines.runtime.settings import Settings
from pipelines.runtime.suppression import suppression_key
from pipelines.runtime.writers import writing

FOLDER = Path(EXPORTS) / "customers"
JSON_FILE, HTML_FILE = "customer.json", "customer.html"


@dataclass(frozen=True)
class Exported:
    """What was written: where, and how much; nothing of what it says."""

    folder: Path
    groups: int
    records: int
    bytes: int
    gaps: int


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
    contracts = load_contracts(settings.sources)
    rules, region, home = default_rules(), settings.phone_region, settings.home
    work = make_private_folder(home / "work")
    with (
        live_build_of(settings, contracts, resolve(settings, request)) as live,
        TemporaryDirectory(dir=work) as scratch,
    ):
        search = Search(live.con, live.person, rules, region, Path(scratch))
        staff = known_staff(search)
        landed, gaps = landed_groups(search, home, contracts, staff)
        # What landed may name rows that the build did not know to be theirs.
        add_rows_named_by_others(live.con, live.tables, rules, region)
        known = known_tables(read_manifest(), load_access())
        built = build_groups(search, live.tables, known, staff)
        stored = store_groups(search, home, settings.key_ledger, suppression_key(settings))
        return Export(
            request=request_id,
            made_at=f"{utc_now().isoformat(timespec='seconds')}Z",
            customer_key=live.person.customer_key,
            keys=live.person.keys,
            run_id=live.publication.run_id,
            as_of=live.publication.as_of,
            groups=(*landed, *built, *stored),
            gaps=tuple(gaps),
            searched=len(landed) + len(live.tables) + len(stored),
        )
