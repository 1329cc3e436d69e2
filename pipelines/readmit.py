"""`make readmit`: take an erasure's request back, so that the same person may be taken in again.

What was erased stays erased; what their sources deliver from now on is loaded.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from assets.privacy.erasure.suppression import readmit
from pipelines.runtime.audit_facts import Action
from pipelines.runtime.audit_log import AuditError, record
from pipelines.runtime.key_file import KeyFileError
from pipelines.runtime.settings import SettingsError, load_settings
from pipelines.runtime.writers import InstanceBusyError, nobody_writes


def main(arguments: Sequence[str] | None = None) -> int:
    """Take it back; exit code 2 when no line of the list is of that request."""
    parser = argparse.ArgumentParser(prog="make readmit", description=__doc__)
    parser.add_argument("--request", required=True, help="the id on the receipt")
    request = parser.parse_args(arguments).request
    try:
        settings = load_settings()
        with nobody_writes(settings.home):
            lines = readmit(settings.home, request)
        if not lines:
            sys.stderr.write("error: no line of the suppression list is of that request\n")
            return 2
        record(settings, Action.READMITTED, {"request": request, "suppressed_entries": lines})
    except (AuditError, InstanceBusyError, KeyFileError, SettingsError) as error:
        sys.stderr.write(f"error: {error}\n")
        return 2
    sys.stdout.write(f"{lines} lines left the suppression list.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
