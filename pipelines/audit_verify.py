"""`make audit-verify`: whether the audit log 审计日志 is as it was written.

It ends with the head of the log, `seq:hash`. Keep it where nobody who can write here can write, and
give it back later: ANCHOR=seq:hash says whether that entry is still in the log.

Exit codes: 0 whole; 1 something is wrong with it; 2 it cannot be checked.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Sequence

from pipelines.runtime.audit_check import Checked, check_log
from pipelines.runtime.audit_facts import Action
from pipelines.runtime.audit_lines import Signer
from pipelines.runtime.audit_log import AuditError, audit_signers, record
from pipelines.runtime.key_file import KeyFileError
from pipelines.runtime.settings import Settings, SettingsError, load_settings

EXIT_WRONG = 1
EXIT_UNCHECKED = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Check the log of the instance and say what was found."""
    parser = argparse.ArgumentParser(prog="make audit-verify", description=__doc__)
    parser.add_argument("--anchor", default="", help="seq:hash, as an earlier check printed it")
    options = parser.parse_args(arguments)
    try:
        return verify(load_settings(), anchor_of(options.anchor))
    except (SettingsError, KeyFileError, AuditError) as error:
        sys.stderr.write(f"error: {error}\n")
        return EXIT_UNCHECKED


def verify(settings: Settings, anchor: tuple[int, str] | None) -> int:
    """Check, say it, and record that it was checked where nothing was wrong.

    Raises:
        AuditError: there is no key to check with.
    """
    if not settings.key_file.exists():
        raise AuditError(
            f"{settings.key_file} is not there: without the key that signed it, the log cannot be "
            "checked; put the key back (C360_PSEUDONYM_KEY_FILE)"
        )
    found = check(settings, audit_signers(settings), anchor)
    for line in found.notes:
        _say(f"note: {line}")
    if found.wrong:
        _say(*(f"wrong: {line}" for line in found.wrong), _summary(found) + ", BROKEN")
        return EXIT_WRONG
    if not found.entries:
        _say(f"Nothing is recorded yet in {settings.audit_folder}")
        return 0
    _say(_summary(found) + ", unbroken")
    last = record(settings, Action.VERIFIED, {"what": "audit_log", "entries": len(found.entries)})
    _say(f"Head, this check included; keep it elsewhere: {last.seq}:{last.hash}")
    return 0


def check(settings: Settings, signers: Sequence[Signer], anchor: tuple[int, str] | None) -> Checked:
    """What is found when the log of the instance is checked; the signer in force comes first."""
    found = check_log(settings.audit_folder, signers[0], anchor, signers[1:])
    if not found.entries and not found.wrong and settings.publish_current.exists():
        found.wrong.append("there is no entry, though something is published: the log was removed")
    return found


def _summary(found: Checked) -> str:
    if not found.entries:
        return "Audit log: 0 entries"
    first, last = found.entries[0].at, found.entries[-1].at
    return f"Audit log: {len(found.entries):,} entries, {first} to {last}"


def anchor_of(text: str) -> tuple[int, str] | None:
    """An anchor as it is typed; None for an empty text.

    Raises:
        AuditError: it is none.
    """
    if not text:
        return None
    if not re.fullmatch(r"[1-9]\d{0,17}:[0-9a-f]{64}", text):
        raise AuditError("ANCHOR is not seq:hash as `make audit-verify` prints it")
    seq, _, digest = text.partition(":")
    return int(seq), digest


def _say(*lines: str) -> None:
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    sys.exit(main())
