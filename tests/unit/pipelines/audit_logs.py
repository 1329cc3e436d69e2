"""Audit logs for tests."""

from __future__ import annotations

from pathlib import Path

from pipelines.runtime.audit_check import Checked, check_log
from pipelines.runtime.audit_facts import Action
from pipelines.runtime.audit_lines import Signer
from pipelines.runtime.audit_log import HEAD, LOG, AuditLog

KEY = b"k" * 32
OURS, STRANGER = Signer(KEY), Signer(b"x" * 32)
RUN = "7f064b00-2f19-4ffb-90f4-3784c6ca3c37"


def log_of(folder: Path, entries: int = 0) -> AuditLog:
    log = AuditLog(folder, OURS)
    for number in range(entries):
        log.append(Action.RUN_STARTED, {"run_id": RUN, "number": number})
    return log


def check(folder: Path, **more) -> Checked:
    return check_log(folder, OURS, **more)


def lay(folder: Path, lines: list[bytes], head: bytes | None, end: bytes = b"\n") -> Path:
    (folder / LOG).write_bytes(b"\n".join(lines) + (end if lines else b""))
    if head is None:
        (folder / HEAD).unlink(missing_ok=True)
    else:
        (folder / HEAD).write_bytes(head)
    return folder
