"""`make quarantine`: which rows were refused (隔离), by object, rule and reason; no values.

With OBJECT=orders.refunds OUT=folder the rows of one object are written to
`<folder>/<object>.ndjson`, readable by the owner only, to be mended and given to `make replay`:
one row a line, with its file, position, rule, reason, the fingerprint of what was read, and
`payload`: the only thing to change. Beside it lies `<object>.csv` for looking at the rows in a
spreadsheet; it cannot be replayed.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path

import duckdb

from assets.raw import sql
from assets.raw.contract import ContractError, SourceContract, each_object, load_contracts
from assets.raw.contract_model import ObjectContract
from assets.raw.errors import FileError
from assets.raw.mends import value_in_payload
from assets.raw.spreadsheets import write_csv
from assets.raw.tables import quarantine_table
from assets.raw.vaults import has_table, newest_build, object_named, open_vault
from pipelines.runtime.audit_facts import Action
from pipelines.runtime.audit_log import AuditError, record
from pipelines.runtime.builds import name_of
from pipelines.runtime.key_file import KeyFileError
from pipelines.runtime.private_files import make_private_folder, written_whole
from pipelines.runtime.settings import Settings, SettingsError, load_settings

AT_ONCE = 10_000


@dataclass(frozen=True)
class Refused:
    """Rows of one object that were refused for one reason.

    Attributes:
        share: Of the rows of the object that were read, how many are in quarantine for any reason.
        limit: Share above which the gate stops the night.
    """

    object: str
    rule: str
    reason: str
    rows: int
    share: float
    limit: float


def refused(con: duckdb.DuckDBPyConnection, contracts: list[SourceContract]) -> list[Refused]:
    """What a vault holds in quarantine, object by object, the commonest reasons first."""
    found = []
    for contract, name, obj in each_object(contracts):
        if not has_table(con, "quarantine", f"{contract.source}__{name}"):
            continue
        shares = con.execute(
            "select max(rows_quarantined) / nullif(max(rows_read), 0) "
            "from vault.accounting.landed where source = ? and object = ?",
            [contract.source, name],
        ).fetchall()
        rows = con.execute(
            f"select rule, reason, count(*) from {quarantine_table(contract.source, name)} "
            "group by all order by 3 desc, 1, 2"
        ).fetchall()
        share, limit = shares[0][0] or 0.0, obj.max_quarantined_ratio
        found += [
            Refused(f"{contract.source}.{name}", rule, reason, count, share, limit)
            for rule, reason, count in rows
        ]
    return found


def write_refused(
    con: duckdb.DuckDBPyConnection,
    settings: Settings,
    source: str,
    name: str,
    obj: ObjectContract,
    folder: Path,
) -> tuple[Path, int]:
    """Write the quarantine of one object as NDJSON and as CSV; the former and its number of rows.

    Raises:
        FileError: the folder is part of the publication, or there is nothing to write.
    """
    folder = folder.expanduser().resolve()
    publish = settings.publish_current.parent.resolve()
    if folder == publish or publish in folder.parents:
        raise FileError(f"OUT={folder}: readers see this folder; name one outside {publish}")
    if not has_table(con, "quarantine", f"{source}__{name}"):
        raise FileError(f"{source}.{name}: this build has no quarantine of it")
    table = quarantine_table(source, name)
    cursor = con.execute(f"""
        select json_object(
            'object', {sql.text(f"{source}.{name}")}, 'file', _file, 'position', _position,
            'rule', rule, 'reason', reason, 'fingerprint', sha256(payload),
            'payload', cast(payload as json)
        )::varchar
        from {table}
        order by _file, _position
    """)
    make_private_folder(folder)
    file = folder / f"{source}.{name}.ndjson"
    count = 0
    with written_whole(file) as handle:
        while lines := cursor.fetchmany(AT_ONCE):
            handle.writelines(f"{line}\n".encode() for (line,) in lines)
            count += len(lines)
    cells = ", ".join(f"{value_in_payload(it.title)} as {sql.name(it.name)}" for it in obj.columns)
    query = f"""
        select _file, _position, rule, reason, {cells}
        from (select * rename (payload as _payload) from {table})
        order by _file, _position
    """
    write_csv(con, query, folder / f"{source}.{name}.csv")
    return file, count


def main(arguments: list[str] | None = None) -> int:
    """The command; returns the exit code."""
    parser = argparse.ArgumentParser(prog="make quarantine", description=__doc__)
    parser.add_argument("--build", default="", help="run id or folder; the newest when not given")
    parser.add_argument("--object", default="", help="source.object: write its rows to --out")
    parser.add_argument("--out", default="", help="folder outside the publication")
    options = parser.parse_args(arguments)
    try:
        settings = load_settings()
        contracts = load_contracts(settings.sources)
        if bool(options.object) != bool(options.out):
            raise FileError("OBJECT and OUT go together: make quarantine OBJECT=shop.refunds OUT=…")
        build = newest_build(settings, options.build)
        with open_vault(build) as con:
            if options.object:
                contract, name, obj = object_named(contracts, options.object)
                out = Path(options.out)
                file, count = write_refused(con, settings, contract.source, name, obj, out)
                build_name = name_of(settings, build)
                facts = {"object": options.object, "rows": count, "build": build_name}
                record(settings, Action.QUARANTINE_WRITTEN, facts)
                print(f"{count:,} rows in {file} (and .csv): personal data; remove both in the end")
            else:
                _print(build.run_id, refused(con, contracts))
    except (SettingsError, ContractError, FileError, KeyFileError, AuditError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return 0


def _print(run_id: str, found: list[Refused]) -> None:
    print(f"build {run_id}: {sum(it.rows for it in found):,} rows in quarantine")
    before = ""
    for it in found:
        if it.object != before:
            state = "above the limit" if it.share > it.limit else "within the limit"
            print(f"\n{it.object}: {it.share:.3%} of its rows, {state} of {it.limit:.3%}")
            before = it.object
        print(f"  {it.rows:>9,}  {it.rule:<18} {it.reason}")


if __name__ == "__main__":
    sys.exit(main())
