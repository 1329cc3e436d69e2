"""`make audit`: the last entries of the audit log 审计日志, one line each.

ACTION=looked_up shows one action only, LAST=100 more entries, and SUBJECT what was done with one
record (crm_zoho.contacts:123, as `make why` names it) or customer_key. Whether the log is whole,
`make audit-verify` says.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

import msgspec

from pipelines.runtime.audit_facts import Action
from pipelines.runtime.audit_lines import Entry, decoded
from pipelines.runtime.audit_log import LOG, subject_hashes
from pipelines.runtime.key_file import KeyFileError
from pipelines.runtime.settings import Settings, SettingsError, load_settings


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the entries that were asked for; exit code 2 when the settings are wrong."""
    parser = argparse.ArgumentParser(prog="make audit", description=__doc__)
    parser.add_argument("--action", default="", choices=["", *(it.value for it in Action)])
    parser.add_argument("--subject", default="", help="a record or a customer_key")
    parser.add_argument("--last", type=int, default=20, help="how many")
    options = parser.parse_args(arguments)
    try:
        settings = load_settings()
        subject = options.subject
        names = {subject, *subject_hashes(settings, subject)} if subject else set()
    except (SettingsError, KeyFileError) as error:
        sys.stderr.write(f"error: {error}\n")
        return 2
    asked = [
        entry
        for entry in _entries(settings)
        if options.action in ("", entry.action)
        and (not names or any(_names(entry, name) for name in names))
    ]
    for entry in asked[-options.last :] if options.last > 0 else []:
        sys.stdout.write(as_text(entry) + "\n")
    sys.stdout.write(f"{len(asked):,} entries\n")
    return 0


def as_text(entry: Entry) -> str:
    """One entry as a line for people."""
    who = entry.actor + (f" for {entry.on_behalf_of}" if entry.on_behalf_of else "")
    facts = " ".join(f"{name}={_fact(value)}" for name, value in entry.facts.items())
    return f"{entry.seq:>6}  {entry.at}  {who}@{entry.host}  {entry.action:<18}  {facts}".rstrip()


def _fact(value: object) -> str:
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


def _names(entry: Entry, subject: str) -> bool:
    """Whether a fact of the entry is the keyed hash of the subject, alone or in a list."""
    return any(
        subject in (value if isinstance(value, list) else [value]) for value in entry.facts.values()
    )


def _entries(settings: Settings) -> list[Entry]:
    file = settings.audit_folder / LOG
    lines = file.read_bytes().split(b"\n") if file.exists() else []
    return [entry for entry in map(decoded, lines) if entry]


if __name__ == "__main__":
    sys.exit(main())
