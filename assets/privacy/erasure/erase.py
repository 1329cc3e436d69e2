"""Erasing one person 删除: from what landed, the live build, its publication and all older ones.

In this order, so that a process that is killed leaves nothing half erased for good: the person is
put on the suppression list first; from then on every load keeps them out, and the same request
again goes on from there.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

from assets.privacy.erasure.build import publish, remove_builds, write_build_without
from assets.privacy.erasure.ledger import erase_keys, erase_listed_keys
from assets.privacy.erasure.receipt import Receipt, keep
from assets.privacy.erasure.screen import Screened, erasing_all, screen_everything
from assets.privacy.erasure.suppression import suppress
from assets.privacy.erasure.unfinished import Unfinished, UnfinishedError, mark, unfinished, unmark
from assets.privacy.subject.leads import IDENTIFIER, own_kind
from assets.privacy.subject.live import LiveBuild, live_build_of, resolve
from assets.privacy.subject.person import CLEAR_TRACES
from assets.privacy.subject.request import Request
from assets.privacy.subject.traces import add_traces
from assets.publish.switch import Publication, current
from assets.raw import sql
from assets.raw.contract_model import SourceContract
from pipelines.runtime.audit_log import subject_hash
from pipelines.runtime.clock import utc_now
from pipelines.runtime.exports import all_exports, remove_exports
from pipelines.runtime.modes import private_umask
from pipelines.runtime.settings import Settings
from pipelines.runtime.suppression import listed
from pipelines.runtime.writers import nobody_writes

ReplayNeeded = Callable[[Path], bool]
"""Whether an instance came out of a backup, and people who were erased since may be in it."""


class RestoredError(Exception):
    """One line: a restored instance may not publish yet."""


def erase(
    settings: Settings,
    contracts: Sequence[SourceContract],
    request: Request,
    replay_needed: ReplayNeeded,
) -> Receipt:
    """Erase a person from the instance, or go on with their erasure where it was killed.

    Raises:
        RestoredError: the suppression list has to be replayed first.
        UnfinishedError: another erasure was killed.
        InstanceBusyError: a run is writing.
        NothingLiveError: nothing is published.
        NobodyError: the request is about nobody here, or about several people.
        RequestError: a value of the request can be nobody's.
        RewriteError: a landed file could not be written anew; the person stands on the list, and
            no later load takes them in; mend what the error says and run the request again.
        CopyError: rows of the person would have been in the new build.
    """
    _refuse_restored(settings.home, replay_needed)
    run_id = str(uuid4())
    with nobody_writes(settings.home), private_umask():
        with live_build_of(settings, contracts, resolve(settings, request)) as live:
            receipt = _begun(settings, live)
            _suppress(settings, contracts, live, receipt.request)
            receipt = _marked(settings, receipt, live)
            landed = screen_everything(settings, contracts, receipt.request)
            receipt = _marked(settings, _with(receipt, landed), live)
            rows = write_build_without(settings, live, run_id)
            entries = erase_keys(live.con, settings.key_ledger)
            receipt = replace(_with(receipt, {}, entries, _without_exports(settings)), rows=rows)
            _marked(settings, receipt, live)
        return _ended(settings, receipt, publish(settings, live.publication, run_id))


def finish(
    settings: Settings, contracts: Sequence[SourceContract], replay_needed: ReplayNeeded
) -> Receipt | None:
    """Finish an erasure that was killed when its person was in the live build no more.

    Its request could not be found any longer; while it can, `erase` goes on with it.

    Returns:
        None where nothing is to be finished without its request.

    Raises:
        As `erase`.
    """
    begun, live = unfinished(settings.home), current(settings.publish_current.parent)
    if begun is None or live is None or live.run_id == begun.live_before:
        return None
    _refuse_restored(settings.home, replay_needed)
    with nobody_writes(settings.home), private_umask():
        landed = screen_everything(settings, contracts, begun.receipt.request)
        with erasing_all(settings, contracts, begun.receipt.request) as erasing:
            entries = erase_listed_keys(erasing.con, settings.key_ledger)
        receipt = _with(begun.receipt, landed, entries, _without_exports(settings))
        return _ended(settings, receipt, live)


def _refuse_restored(home: Path, replay_needed: ReplayNeeded) -> None:
    if replay_needed(home):
        raise RestoredError(
            "This instance was restored from a backup, and people who were erased since may be in "
            "it; an erasure publishes. Run `make restore-replay` first: docs/runbooks/backup.md."
        )


def _begun(settings: Settings, live: LiveBuild) -> Receipt:
    """The receipt as far as it got before, or an empty one."""
    subject = subject_hash(settings, live.person.customer_key)
    before = unfinished(settings.home)
    if before is None:
        return Receipt(str(uuid4()), subject, _now())
    if before.receipt.subject != subject:
        raise UnfinishedError(
            f"The erasure {before.receipt.request}, begun at {before.receipt.began_at}, was killed "
            "before its end: run its request again first"
        )
    return before.receipt


def _marked(settings: Settings, receipt: Receipt, live: LiveBuild) -> Receipt:
    mark(settings.home, Unfinished(receipt, live.publication.run_id))
    return receipt


def _with(
    receipt: Receipt, landed: Mapping[str, Screened], entries: int = 0, exports: int = 0
) -> Receipt:
    """The receipt, and what went since."""
    counted = {name: replace(found) for name, found in receipt.landed.items()}
    for name, found in landed.items():
        counted.setdefault(name, Screened()).add(found)
    return replace(
        receipt,
        landed=counted,
        ledger_entries=receipt.ledger_entries + entries,
        exports=receipt.exports + exports,
    )


def _without_exports(settings: Settings) -> int:
    """Remove copies for one use, any of which may name the person; how many files."""
    exports = all_exports(settings.home)
    remove_exports(settings.home, exports)
    return len(exports)


def _ended(settings: Settings, receipt: Receipt, publication: Publication) -> Receipt:
    """Remove everything that is not live, and say what was erased."""
    home, removed = settings.home, remove_builds(settings, publication.run_id)
    _remove_work(home)
    lines = listed(home)
    receipt = replace(
        receipt,
        ended_at=_now(),
        suppressed=sum(json.loads(line)["request"] == receipt.request for line in lines),
        list_sha256=_sha256("\n".join(lines).encode()),
        removed_builds=len(removed),
        run_id=publication.run_id,
        publication_sha256=_sha256((settings.publish_current / "publication.json").read_bytes()),
        not_reached=_not_reached(settings),
    )
    keep(settings, receipt, publication.tables)
    unmark(home)
    return receipt


def _suppress(
    settings: Settings, contracts: Sequence[SourceContract], live: LiveBuild, request: str
) -> None:
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
    suppress(settings, request, found)


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


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _now() -> str:
    return utc_now().isoformat(timespec="seconds") + "Z"
