"""The audit log 审计日志: who did what and when, in lines that only the instance key can write.

`<home>/audit/audit.ndjson` is only ever added to; `head.json` beside it says where it ends. What a
crash or a hand did to the end of the log is written into it by the next entry (`damage_found`), so
that going on does not cover it up.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import pwd
import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import msgspec

from pipelines.runtime.audit_facts import (
    MAX_BYTES,
    Action,
    Fact,
    PersonalFactError,
    refuse_personal,
)
from pipelines.runtime.audit_lines import (
    GENESIS,
    Entry,
    Head,
    Signer,
    decoded,
    decoded_head,
    encoded,
)
from pipelines.runtime.clock import utc_now
from pipelines.runtime.former_keys import (
    SUBJECT,
    forget_audit_key,
    pending_audit_key,
    read_former_keys,
)
from pipelines.runtime.key_file import derived_key, load_key
from pipelines.runtime.private_files import locked, make_private_folder, written_whole
from pipelines.runtime.settings import Settings

LOG = "audit.ndjson"
HEAD = "head.json"
LONGEST_LINE = 2 * MAX_BYTES
ROTATED = {"key_file": "pseudonym.key"}


class AuditError(Exception):
    """One line: why nothing can be recorded, and what to do."""


@dataclass(frozen=True)
class AuditLog:
    """The log of one folder.

    Args:
        folder: where it lies; made with the first entry.
        signer: of the instance key in force.
        former: of instance keys before it, which may have signed the head.
        on_behalf_of: C360_ACTOR.
    """

    folder: Path
    signer: Signer
    former: Sequence[Signer] = ()
    on_behalf_of: str | None = None

    def append(self, action: Action, facts: Mapping[str, Fact]) -> Entry:
        """Add one entry; it is on the disk when this returns.

        Raises:
            PersonalFactError: a fact may be personal, or there are too many of them.
            AuditError: the end of the log is destroyed.
        """
        refuse_personal(facts)
        if len(msgspec.json.encode(facts)) > MAX_BYTES:
            raise PersonalFactError(f"the facts are more than {MAX_BYTES:,} bytes; keep hashes")
        make_private_folder(self.folder)
        with locked(self.folder):
            if not (self.folder / LOG).exists() and not (self.folder / HEAD).exists():
                self._write_head(self.signer.head(0, GENESIS))
            with _appending(self.folder / LOG) as log:
                head = self._where_it_ends(log, action)
                return self._add(log, head, action, facts)

    def _where_it_ends(self, log: BinaryIO, action: Action) -> Head:
        """The head to go on from; what is wrong with the end of the log is recorded first."""
        torn, last_line = _ending(log)
        if torn:
            log.truncate(log.seek(0, os.SEEK_END) - len(torn))
        last = decoded(last_line) if last_line else None
        if last is not None and not self._is_ours(last):
            last = None
        file = self.folder / HEAD
        head = decoded_head(file.read_bytes()) if file.exists() else None
        if head is not None and not self._is_ours(head):
            head = None
        end, damage = _agreed(head, last, bool(last_line))
        if head is None or end.seq != head.seq:
            # A second crash must not leave the head two entries behind.
            self._write_head(self.signer.head(end.seq, end.hash))
        if torn:
            digest = hashlib.sha256(torn).hexdigest()
            end = self._note(log, end, {"what": "torn_line", "sha256": digest})
        if damage:
            end = self._note(log, end, {"what": damage})
        if action is not Action.KEY_ROTATED and not self._has_signed(head, last):
            # The rotation died before its own entry.
            end = self._note(log, end, ROTATED, Action.KEY_ROTATED)
        return end

    def _note(
        self,
        log: BinaryIO,
        head: Head,
        facts: Mapping[str, Fact],
        action: Action = Action.DAMAGE_FOUND,
    ) -> Head:
        entry = self._add(log, head, action, facts)
        return self.signer.head(entry.seq, entry.hash)

    def _add(self, log: BinaryIO, head: Head, action: Action, facts: Mapping[str, Fact]) -> Entry:
        entry = self.signer.signed(
            Entry(
                seq=head.seq + 1,
                at=utc_now().isoformat(timespec="milliseconds") + "Z",
                actor=_user(),
                on_behalf_of=self.on_behalf_of,
                host=socket.gethostname(),
                action=action.value,
                facts=dict(facts),
                previous=head.hash,
                key="",
            )
        )
        log.write(encoded(entry) + b"\n")
        log.flush()
        os.fsync(log.fileno())
        self._write_head(self.signer.head(entry.seq, entry.hash))
        return entry

    def _write_head(self, head: Head) -> None:
        with written_whole(self.folder / HEAD) as file:
            file.write(encoded(head))

    def _is_ours(self, what: Entry | Head) -> bool:
        return any(signer.is_mine(what) for signer in (self.signer, *self.former))

    def _has_signed(self, *ends: Entry | Head | None) -> bool:
        return any(it is not None and self.signer.is_mine(it) for it in ends)


def audit_log(settings: Settings) -> AuditLog:
    """The log of an instance; the first use makes the instance key where there is none."""
    signer, *former = audit_signers(settings)
    return AuditLog(settings.audit_folder, signer, former, settings.actor)


def audit_signers(settings: Settings) -> list[Signer]:
    """The signer of the key in force; then that of the key before, until its log is taken over."""
    pending = pending_audit_key(settings)
    former = [Signer.of_audit_key(pending)] if pending else []
    return [Signer(load_key(settings.key_file)), *former]


def record(settings: Settings, action: Action, facts: Mapping[str, Fact]) -> Entry:
    """Add one entry to the log of an instance; see `AuditLog.append`."""
    log = audit_log(settings)
    entry = log.append(action, facts)
    if log.former:
        forget_audit_key(settings)
    return entry


def subject_hash(settings: Settings, subject: str) -> str:
    """The keyed hash that names a record or a person in the log, and in no other place."""
    return _subject_hash(derived_key(load_key(settings.key_file), SUBJECT), subject)


def subject_hashes(settings: Settings, subject: str) -> set[str]:
    """All hashes that name it in the log: under the key in force, and under those before."""
    former = map(bytes.fromhex, read_former_keys(settings.home).subjects)
    return {subject_hash(settings, subject), *(_subject_hash(key, subject) for key in former)}


def _subject_hash(key: bytes, subject: str) -> str:
    return hmac.new(key, subject.encode(), hashlib.sha256).hexdigest()


def _agreed(head: Head | None, last: Entry | None, has_lines: bool) -> tuple[Head, str | None]:
    """Where the log goes on, and what is wrong with its end; None when nothing is."""
    if head is None:
        if last is None:
            raise AuditError(
                "The end of the audit log and its head are both destroyed, or signed with another "
                "key than C360_PSEUDONYM_KEY_FILE holds; see `make audit-verify`, put the key "
                "back (a new one on purpose: `make rotate-key OLD_KEY_FILE=`), or move the folder "
                "audit aside (keep it) and start again"
            )
        return Head(last.seq, last.hash, last.key), "head_missing"
    if last is None:
        return head, "end_differs" if has_lines or head.seq else None
    if last.hash == head.hash:
        return head, None
    if last.seq == head.seq + 1 and last.previous == head.hash:
        # The writer died after the line and before the head.
        return Head(last.seq, last.hash, last.key), None
    return head, "end_differs"


def _ending(log: BinaryIO) -> tuple[bytes, bytes]:
    """What follows the last end of line (a torn line), and the last whole line."""
    size = log.seek(0, os.SEEK_END)
    log.seek(max(0, size - 2 * LONGEST_LINE))
    ending = log.read()
    if b"\n" not in ending:
        log.seek(0)
        ending = log.read()
    lines = ending.split(b"\n")
    return lines[-1], lines[-2] if len(lines) > 1 else b""


def _appending(file: Path) -> BinaryIO:
    return os.fdopen(os.open(file, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600), "a+b")


def _user() -> str:
    """Who runs this process, as the system knows it: no variable can say otherwise."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return f"uid {os.getuid()}"
