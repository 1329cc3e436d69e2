"""Erasing one person 删除: from what landed, the live build, its publication and all older ones.

In this order, so that a process that is killed leaves nothing half erased for good: the person is
put on the suppression list first; from then on every load keeps them out, and running the request
again finishes it.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from uuid import uuid4

from assets.enrich.identity.rules import default_rules
from assets.privacy.erasure.build import (
    LiveBuild,
    live_build_of,
    live_connection,
    publish_in_place_of_all,
    rows_by_table,
    write_build_without,
)
from assets.privacy.erasure.ledger import erase_keys
from assets.privacy.erasure.screen import Screened, erasing_all, screen_everything
from assets.privacy.erasure.suppression import suppress
from assets.privacy.subject.leads import IDENTIFIER, own_kind
from assets.privacy.subject.person import CLEAR_TRACES
from assets.privacy.subject.request import Request, customer_of
from assets.privacy.subject.traces import add_traces
from assets.raw import sql
from assets.raw.contract_model import SourceContract
from pipelines.runtime.audit_facts import Action
from pipelines.runtime.audit_log import record, subject_hash
from pipelines.runtime.clock import utc_now
from pipelines.runtime.exports import all_exports, remove_exports
from pipelines.runtime.modes import private_umask
from pipelines.runtime.private_files import make_private_folder, written_whole
from pipelines.runtime.settings import Settings
from pipelines.runtime.suppression import listed
from pipelines.runtime.writers import nobody_writes

RECEIPTS = "receipts"


@dataclass(frozen=True)
class Found:
    """What an instance holds of a person, before anything is erased.

    Attributes:
        subject: Keyed hash of the customer key, as in the audit log.
        records: Records of the sources.
        references: Rows that name the customer: tickets, answers, consents.
        identifiers: Identifiers that nobody else has.
        shared: Identifiers that others have as well, which are left to them.
        rows: Rows of the live build, by table.
    """

    subject: str
    records: int
    references: int
    identifiers: int
    shared: int
    rows: dict[str, int]


@dataclass(frozen=True)
class Receipt:
    """What was erased: counts and hashes, no value of the person.

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
    ended_at: str
    landed: dict[str, Screened]
    rows: dict[str, int]
    ledger_entries: int
    suppressed: int
    list_sha256: str
    exports: int
    removed_builds: int
    run_id: str
    publication_sha256: str
    not_reached: list[str] = field(default_factory=list)


def find(settings: Settings, contracts: Sequence[SourceContract], request: Request) -> Found:
    """What would be erased; nothing is changed.

    Raises:
        NothingLiveError: nothing is published.
        NobodyError: the request is about nobody here, or about several people.
        RequestError: a value of the request can be nobody's.
    """
    with live_build_of(settings, contracts, _customer(settings, request)) as live:
        person = live.person
        return Found(
            subject_hash(settings, person.customer_key),
            person.records,
            person.references,
            person.identifiers,
            person.shared,
            rows_by_table(live, settings.phone_region),
        )


def erase(settings: Settings, contracts: Sequence[SourceContract], request: Request) -> Receipt:
    """Erase a person from the instance.

    Raises:
        InstanceBusyError: a run is writing.
        NothingLiveError: nothing is published.
        NobodyError: the request is about nobody here, or about several people.
        RequestError: a value of the request can be nobody's.
        RewriteError: a landed file could not be written anew; the person stands on the list, and
            no later load takes them in; mend what the error says and run the request again.
    """
    began_at, run_id, name = _now(), str(uuid4()), str(uuid4())
    with nobody_writes(settings.home), private_umask():
        with live_build_of(settings, contracts, _customer(settings, request)) as live:
            subject = subject_hash(settings, live.person.customer_key)
            suppressed = _suppress(settings, contracts, live, name)
            landed = screen_everything(settings, contracts, name)
            rows = write_build_without(settings, live, run_id)
            entries = erase_keys(live.con, settings.key_ledger)
            exports = all_exports(settings.home)
            # Copies for one use; any of them may name the person.
            remove_exports(settings.home, exports)
        publication, removed = publish_in_place_of_all(settings, live.publication, run_id)
        _remove_work(settings.home)
        receipt = Receipt(
            request=name,
            subject=subject,
            began_at=began_at,
            ended_at=_now(),
            landed=landed,
            rows=rows,
            ledger_entries=entries,
            suppressed=suppressed,
            list_sha256=_sha256("\n".join(listed(settings.home)).encode()),
            exports=len(exports),
            removed_builds=len(removed),
            run_id=run_id,
            publication_sha256=_sha256(
                (settings.publish_current / "publication.json").read_bytes()
            ),
            not_reached=_not_reached(settings),
        )
        _keep(settings, receipt, publication.tables)
    return receipt


def _customer(settings: Settings, request: Request) -> str:
    with live_connection(settings) as (con, _):
        return customer_of(con, request, default_rules(), settings.phone_region)


def _suppress(
    settings: Settings, contracts: Sequence[SourceContract], live: LiveBuild, request: str
) -> int:
    """Put everything that leads to the person in a source on the list."""
    kinds = sorted(own_kind(it.source, name) for it in contracts for name in it.objects)
    with erasing_all(settings, contracts, request) as erasing:
        clear = live.con.execute(
            f"select kind, value from {CLEAR_TRACES}"
            f" where starts_with(kind, {sql.text(IDENTIFIER)}) or list_contains($1, kind)"
            " order by all",
            [kinds],
        ).fetchall()
        erasing.con.execute(
            "create or replace temp table erasure_clear as"
            " select unnest($1::varchar[]) as kind, unnest($2::varchar[]) as value",
            [[kind for kind, _ in clear], [value for _, value in clear]],
        ).fetchall()
        found = add_traces(erasing.con, "select kind, value from temp.erasure_clear")
    return suppress(settings, request, found)


def _remove_work(home: Path) -> None:
    """Scratch of processes that were killed; nobody writes now."""
    work = home / "work"
    if work.exists():
        shutil.rmtree(work)


def _not_reached(settings: Settings) -> list[str]:
    """What holds the person still, and how it comes to an end."""
    left = ["sources: their systems and drop folders; erase the person there"]
    if settings.backup_repository:
        left.append(
            f"backups: until {settings.backup_keep_days} days have passed, or RENEW_BACKUPS=1"
        )
    if settings.postgres_dsn_file:
        left.append("postgresql: until the next make publish-postgres")
    return left


def _keep(settings: Settings, receipt: Receipt, tables: dict[str, int]) -> None:
    folder = make_private_folder(settings.home / RECEIPTS)
    content = json.dumps(asdict(receipt), indent=2, ensure_ascii=False).encode() + b"\n"
    with written_whole(folder / f"erasure-{receipt.request}.json") as file:
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
            "published_tables": len(tables),
            "removed_builds": receipt.removed_builds,
            "receipt_sha256": _sha256(content),
        },
    )


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _now() -> str:
    return utc_now().isoformat(timespec="seconds") + "Z"
