"""`make why A=crm_zoho:123 B=orders:987`: why two records are one customer, or why not.

Exit codes: 0 explained; 2 a record is unknown or ambiguous, or there is no build to look into.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from assets.enrich.identity.explain.builds import find_build, open_read_only
from assets.enrich.identity.explain.model import ExplainError, Explanation
from assets.enrich.identity.explain.pair import explain
from assets.enrich.identity.explain.render import as_json, as_text
from pipelines.runtime.audit_facts import Action, Fact
from pipelines.runtime.audit_log import AuditError, record, subject_hash
from pipelines.runtime.builds import Build, name_of
from pipelines.runtime.key_file import KeyFileError
from pipelines.runtime.settings import Settings, SettingsError, load_settings

USAGE = "Say which two records: make why A=crm_zoho:123 B=orders:987"


def main(arguments: Sequence[str] | None = None) -> int:
    """Explain one pair; the exit code says whether there was one to explain."""
    parser = argparse.ArgumentParser(prog="make why", description=__doc__)
    parser.add_argument("--a", default="", help="source:id of the first record")
    parser.add_argument("--b", default="", help="source:id of the second record")
    parser.add_argument("--build", default="", help="run id or folder of another build")
    parser.add_argument("--json", action="store_true", help="JSON instead of text")
    options = parser.parse_args(arguments)
    try:
        if not (options.a.strip() and options.b.strip()):
            raise ExplainError(USAGE)
        settings = load_settings()
        build = find_build(settings, options.build)
        with open_read_only(build) as con:
            found = explain(con, options.a, options.b)
        record(settings, Action.LOOKED_UP, _facts(settings, build, found))
    except (SettingsError, ExplainError, KeyFileError, AuditError) as error:
        sys.stderr.write(f"error: {error}\n")
        return 2
    sys.stdout.write((as_json(found) if options.json else as_text(found)) + "\n")
    return 0


def _facts(settings: Settings, build: Build, found: Explanation) -> dict[str, Fact]:
    """Who was looked up, for the audit log: not in clear, as an id can be an e-mail address."""
    subjects = (found.a, found.b)
    return {
        "what": "why",
        "build": name_of(settings, build),
        "subjects": [subject_hash(settings, subject.name) for subject in subjects],
        "customer_keys": sorted({it.customer_key for it in subjects if it.customer_key}),
    }


if __name__ == "__main__":
    sys.exit(main())
