"""What is said of an erasure afterwards: counts and hashes, no value of the person."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

import msgspec

from assets.privacy.erasure.screen import Screened
from pipelines.runtime.audit_facts import Action
from pipelines.runtime.audit_log import record
from pipelines.runtime.private_files import make_private_folder, written_whole
from pipelines.runtime.settings import Settings

RECEIPTS = "receipts"


@dataclass(frozen=True)
class Receipt:
    """What was erased; of one that was killed and finished, at least so much.

    Attributes:
        request: Its id; `make readmit` takes it back.
        subject: Keyed hash of the customer key, as in the audit log.
        began_at: UTC.
        ended_at: UTC.
        landed: Records that went from landed copies, by object.
        rows: Rows that went from the build, by table.
        ledger_entries: Entries of the ledger of customer keys.
        suppressed: Lines of the suppression list that are of this request.
        list_sha256: Of the list afterwards.
        exports: Files of exports that were removed.
        removed_builds: Builds and publications that were removed, with all who were in them.
        run_id: Build and publication of now.
        publication_sha256: Of its publication.json.
        not_reached: What this instance cannot erase itself.
    """

    request: str
    subject: str
    began_at: str
    ended_at: str = ""
    landed: dict[str, Screened] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    ledger_entries: int = 0
    suppressed: int = 0
    list_sha256: str = ""
    exports: int = 0
    removed_builds: int = 0
    run_id: str = ""
    publication_sha256: str = ""
    not_reached: list[str] = field(default_factory=list)


def file_name(receipt: Receipt) -> str:
    """Where it is kept, in `RECEIPTS`."""
    return f"erasure-{receipt.request}.json"


def keep(settings: Settings, receipt: Receipt, published: Mapping[str, int]) -> None:
    """Write the receipt, and record in the audit log that the person was erased."""
    folder = make_private_folder(settings.home / RECEIPTS)
    content = msgspec.json.format(msgspec.json.encode(receipt), indent=2) + b"\n"
    with written_whole(folder / file_name(receipt)) as file:
        file.write(content)
    record(
        settings,
        Action.ERASED,
        {
            "request": receipt.request,
            "subject": receipt.subject,
            "run_id": receipt.run_id,
            "landed_records": sum(it.rows for it in receipt.landed.values()),
            "erased_rows": sum(receipt.rows.values()),
            "suppressed_entries": receipt.suppressed,
            "published_tables": len(published),
            "removed_builds": receipt.removed_builds,
            "receipt_sha256": hashlib.sha256(content).hexdigest(),
        },
    )
