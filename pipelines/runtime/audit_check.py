"""Whether the audit log is whole: every line as it was written, in its place, and none missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pipelines.runtime.audit_facts import Action
from pipelines.runtime.audit_lines import (
    GENESIS,
    Entry,
    Head,
    Signer,
    decoded,
    decoded_head,
    is_whole,
)
from pipelines.runtime.audit_log import HEAD, LOG
from pipelines.runtime.private_files import locked


@dataclass
class Checked:
    """What a check found.

    Attributes:
        entries: those that are as they were written, in the order of the file.
        wrong: what somebody did to the log, one sentence each; empty for a whole log.
        notes: what a crash left, and damage that an anchor covers.
    """

    entries: list[Entry] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def check_log(
    folder: Path,
    signer: Signer,
    anchor: tuple[int, str] | None = None,
    former: Sequence[Signer] = (),
) -> Checked:
    """Check the log of a folder.

    Args:
        folder: of `audit.ndjson` and `head.json`.
        signer: of the instance key in force.
        anchor: sequence number and hash that were kept elsewhere at an earlier check.
        former: of the key before, where a rotation died before the new key signed the log.
    """
    signers = {it.id: it for it in (signer, *former)}
    found = Checked()
    if not folder.exists():
        if anchor:
            found.wrong.append(f"there is no log in {folder}, and entry {anchor[0]} was in it")
        return found
    with locked(folder):
        content = (folder / LOG).read_bytes() if (folder / LOG).exists() else b""
        head_file = (folder / HEAD).read_bytes() if (folder / HEAD).exists() else None
    *lines, torn = content.split(b"\n")
    if torn:
        found.notes.append(
            f"line {len(lines) + 1}: half written, by a process that died; "
            "the next entry removes it"
        )
    head = decoded_head(head_file) if head_file is not None else None
    if head is not None and not any(it.is_mine(head) for it in signers.values()):
        head = None
    _Lines([_read(line, signers) for line in lines], signers, found).check(head)
    _check_head(head, head_file is not None, found)
    _check_anchor(found, anchor)
    _tell_damage(found, anchor)
    return found


def _read(line: bytes, signers: Mapping[str, Signer]) -> Entry | None:
    """The entry of a line, if it is as it was written; of another key's only the hash can tell."""
    entry = decoded(line)
    if entry is None or not is_whole(entry):
        return None
    return entry if entry.key not in signers or signers[entry.key].is_mine(entry) else None


class _Lines:
    """The walk over the lines, from one that is as it was written to the next."""

    def __init__(
        self, lines: Sequence[Entry | None], signers: Mapping[str, Signer], found: Checked
    ) -> None:
        self._lines = lines
        self._signers = signers
        self._found = found
        self._there = {entry.seq for entry in lines if entry}
        self._seen: set[int] = set()
        self._highest, self._hash = 0, GENESIS
        self._spoilt: list[int] = []

    def check(self, head: Head | None) -> None:
        """Walk to the end of the file, or to where the head says that it was."""
        last_of_ours = 0
        for number, entry in enumerate(self._lines, start=1):
            if entry is None:
                self._spoilt.append(number)
                continue
            self._found.entries.append(entry)
            self._place(number, entry)
            if entry.key in self._signers:
                last_of_ours = number
        missing = max(0, head.seq - self._highest) if head else len(self._spoilt)
        self._account(self._spoilt, missing, "truncated, at the end")
        if strangers := sum(entry is not None for entry in self._lines[last_of_ours:]):
            self._found.wrong.append(
                f"line {last_of_ours + 1}: from here on {strangers} lines are signed with another "
                "key than C360_PSEUDONYM_KEY_FILE holds"
            )

    def _place(self, number: int, entry: Entry) -> None:
        """Whether this line follows on from the ones before it."""
        if entry.seq in self._seen:
            self._wrong(number, f"inserted: entry {entry.seq} a second time")
        elif entry.seq < self._highest:
            self._wrong(number, f"reordered: entry {entry.seq} stands after {self._highest}")
        else:
            between = range(self._highest + 1, entry.seq)
            missing = [seq for seq in between if seq not in self._there]
            self._account(self._spoilt, len(missing), f"removed, before line {number}")
            if entry.seq == self._highest + 1 and entry.previous != self._hash:
                self._wrong(number, "edited: it does not follow on from the entry before it")
            self._spoilt = []
            self._highest, self._hash = entry.seq, entry.hash
        self._seen.add(entry.seq)

    def _account(self, spoilt: Sequence[int], missing: int, where: str) -> None:
        """What became of entries that are missing where some lines are not as they were written."""
        for number in spoilt[:missing]:
            self._wrong(number, "edited: it is not as it was written")
        for number in spoilt[missing:]:
            self._wrong(number, "inserted: no entry is missing where it stands")
        if missing > len(spoilt):
            first = self._highest + 1
            self._found.wrong.append(
                f"{where}: {missing - len(spoilt)} entries are gone (from {first} on)"
            )

    def _wrong(self, number: int, what: str) -> None:
        self._found.wrong.append(f"line {number}: {what}")


def _check_head(head: Head | None, is_there: bool, found: Checked) -> None:
    """Whether the head is of the last entry; that it is ahead of it was told as truncated."""
    last = max(found.entries, key=lambda entry: entry.seq, default=None)
    if head is None:
        if is_there:
            found.wrong.append("head.json was edited, or is signed with another key")
        elif last or found.wrong:
            found.wrong.append("head.json is missing: the end of the log may have been cut off")
        return
    last_seq, last_hash = (last.seq, last.hash) if last else (0, GENESIS)
    if head.seq > last_seq or (head.seq, head.hash) == (last_seq, last_hash):
        return
    if last and head.seq == last.seq - 1 and head.hash == last.previous:
        found.notes.append("head.json is one entry behind: a process died between the two")
    else:
        found.wrong.append(f"head.json is of entry {head.seq}: an older or another log's")


def _check_anchor(found: Checked, anchor: tuple[int, str] | None) -> None:
    if anchor and all((entry.seq, entry.hash) != anchor for entry in found.entries):
        found.wrong.append(f"the anchor, entry {anchor[0]}, is not in the log: it was rewritten")


def _tell_damage(found: Checked, anchor: tuple[int, str] | None) -> None:
    """Damage that was met when it was written down; an anchor taken since says: it is known."""
    for entry in found.entries:
        if entry.action != Action.DAMAGE_FOUND:
            continue
        text = f"entry {entry.seq} ({entry.at}) found the end of the log damaged: "
        text += str(entry.facts.get("what"))
        is_known = anchor is not None and anchor[0] >= entry.seq
        is_crash = entry.facts.get("what") == "torn_line"
        (found.notes if is_known or is_crash else found.wrong).append(text)
