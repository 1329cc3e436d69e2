"""`make purge`: what is past its retention (到期清除), counted; with DRY_RUN=0 it goes for good.

Exit codes: 0 done; 1 something could not be judged, or the instance is busy; 2 wrong settings.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from datetime import date

import dagster as dg

from assets.publish.switch import PublishError
from assets.raw.contract import ContractError
from pipelines.purge.purging import purge
from pipelines.runtime.audit_log import AuditError
from pipelines.runtime.clock import last_complete_business_date
from pipelines.runtime.key_file import KeyFileError
from pipelines.runtime.modes import PRIVATE_UMASK
from pipelines.runtime.settings import Settings, SettingsError, load_settings
from pipelines.runtime.writers import InstanceBusyError


def main(arguments: Sequence[str] | None = None) -> int:
    """Purge, and say what went."""
    parser = argparse.ArgumentParser(prog="make purge", description=__doc__)
    parser.add_argument("--as-of", help="business date, YYYY-MM-DD; default: C360_AS_OF, yesterday")
    parser.add_argument("--for-good", action="store_true", help="remove it, not only count it")
    options = parser.parse_args(arguments)
    try:
        settings = load_settings()
        as_of = _business_date(options.as_of, settings)
        done = purge(settings, as_of, not options.for_good, dg.DagsterInstance.get())
    except (SettingsError, ContractError) as error:
        sys.stderr.write(f"error: {error}\n")
        return 2
    except (InstanceBusyError, PublishError, KeyFileError, AuditError) as error:
        sys.stderr.write(f"error: {error}\n")
        return 1
    sys.stdout.write("".join(f"{line}\n" for line in done.lines()))
    if done.dry_run:
        sys.stdout.write("Nothing was removed; DRY_RUN=0 does it.\n")
    return 1 if done.landing.failures else 0


def _business_date(named: str | None, settings: Settings) -> date:
    """The date of the limits: never a day that is not over, which would remove too much."""
    newest = last_complete_business_date(settings.timezone)
    try:
        as_of = date.fromisoformat(named) if named else settings.as_of or newest
    except ValueError:
        raise SettingsError(f"AS_OF={named} is no date; write it as 2017-10-01") from None
    if as_of > newest:
        raise SettingsError(
            f"AS_OF={as_of} lies after {newest} (yesterday), and so would remove too much; choose "
            "an earlier date"
        )
    return as_of


if __name__ == "__main__":
    os.umask(PRIVATE_UMASK)
    sys.exit(main())
