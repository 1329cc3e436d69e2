"""`make audience`: the list of an audience 受众导出, or which audiences there are.

NAME=champions_by_email exports it, OUT=folder to another place than the instance, DRY_RUN=1 counts
only. docs/audiences.md.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from assets.audiences.declared import load_audiences
from assets.audiences.errors import AudienceError
from assets.audiences.export import Exported, export_audience
from assets.warehouse.project import ManifestMissingError, read_manifest
from pipelines.backup.suppression_replay import replay_needed
from pipelines.runtime.audit_log import AuditError
from pipelines.runtime.key_file import KeyFileError
from pipelines.runtime.settings import Settings, SettingsError, load_settings


def main(arguments: Sequence[str] | None = None) -> int:
    """Export or list; exit code 1 when an audience cannot be exported, 2 for wrong settings."""
    parser = argparse.ArgumentParser(prog="make audience", description=__doc__)
    parser.add_argument("--name", default="", help="the audience; empty: list all")
    parser.add_argument("--out", default="", help="folder, else that of the instance")
    parser.add_argument("--dry-run", action="store_true", help="count only")
    options = parser.parse_args(arguments)
    try:
        settings = load_settings()
        if not options.name:
            sys.stdout.write(_listed(settings))
            return 0
        out = Path(options.out).absolute() if options.out else None
        done = export_audience(
            settings,
            options.name,
            read_manifest(),
            replay_needed,
            out=out,
            dry_run=options.dry_run,
        )
    except SettingsError as error:
        sys.stderr.write(f"error: {error}\n")
        return 2
    except (AudienceError, AuditError, KeyFileError, ManifestMissingError, OSError) as error:
        sys.stderr.write(f"error: {error}\n")
        return 1
    sys.stdout.write(as_text(done))
    return 0


def as_text(done: Exported) -> str:
    """What was done, for people."""
    counts = done.counts
    written = f"Written to {done.file}\n" if done.file else "A dry run: nothing was written.\n"
    return (
        f"{done.audience} 受众, of {done.publication.as_of} (run {done.publication.run_id})\n"
        f"{counts.selected:>9,}  selected 符合条件\n"
        f"{counts.without_consent:>9,}  without consent 未同意或已撤回\n"
        f"{counts.without_address:>9,}  without an address there 无联系方式\n"
        f"{counts.exported:>9,}  on the list 导出\n"
        f"{written}"
    )


def _listed(settings: Settings) -> str:
    lines = [
        f"{name}  {it.purpose} by {it.channel}: {it.description} {it.description_zh}"
        for name, it in load_audiences(settings.audiences_path).items()
    ]
    return "\n".join(lines) + "\nExport one with make audience NAME=…, DRY_RUN=1 counts only.\n"


if __name__ == "__main__":
    sys.exit(main())
