"""`make check-sources`: are the sources there, do the credentials count, what would be pulled?

Asks every configured system for as little as possible, and looks for the files of file sources.
Nothing is landed. The exit code is 1 when a source that is configured cannot be read.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sized
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC

from assets.raw.connector.errors import SourceError
from assets.raw.connector.fields import field_states
from assets.raw.connector.model import Connector, Request, Window
from assets.raw.connector.pull import refuse_impossible
from assets.raw.connector.registry import connector_class
from assets.raw.connector.variables import Lookup, is_configured, variables
from assets.raw.contract import ContractError, SourceContract, load_contracts
from assets.raw.contract_model import ObjectContract
from assets.raw.files.delivery import delivered_files
from assets.raw.files.delivery_manifest import manifest_of
from assets.raw.streams import Clock, open_connection, refuse_lost, wanted
from pipelines.runtime.clock import utc_now
from pipelines.runtime.settings import Settings, SettingsError, load_settings, variable


@dataclass(frozen=True)
class Finding:
    """What was found of one object: a line of the report."""

    source: str
    object: str
    state: str
    words: str

    @property
    def is_bad(self) -> bool:
        """Whether the next night would fail on it."""
        return self.state == "FAIL"


def check_sources(
    settings: Settings, lookup: Lookup, clock: Clock, only: str | None = None
) -> Iterator[Finding]:
    """Look at every object of every source, in the order of the contracts.

    Raises:
        ContractError: a contract is wrong.
    """
    for contract in load_contracts(settings.sources):
        if only in (None, contract.source):
            if contract.connection is None:
                yield from _files(settings, contract)
            else:
                yield from _system(settings, contract, lookup, clock)


def _files(settings: Settings, contract: SourceContract) -> Iterator[Finding]:
    for name, obj in contract.objects.items():
        files = delivered_files(settings.data, obj)
        size = sum(file.stat().st_size for file in files)
        bare = [file for file in files if not manifest_of(file).exists()]
        if bare and obj.manifest == "required":
            words = f"{_count(bare, 'file')} without a manifest beside it, {bare[0].name} first"
            yield Finding(contract.source, name, "FAIL", words)
        elif files:
            yield Finding(contract.source, name, "ok", f"{_count(files, 'file')}, {_size(size)}")
        elif obj.optional:
            yield Finding(contract.source, name, "ok", "no file; it is optional")
        else:
            yield Finding(contract.source, name, "FAIL", f"no file at {obj.path} under C360_DATA")


def _system(
    settings: Settings, contract: SourceContract, lookup: Lookup, clock: Clock
) -> Iterator[Finding]:
    assert contract.connection is not None
    if not is_configured(contract.connection.settings, lookup):
        try:
            for obj in contract.objects.values():
                refuse_lost(settings.home, contract, obj)
        except SourceError as error:
            yield Finding(contract.source, "*", "FAIL", str(error))
            return
        names = ", ".join(variables(contract.connection.settings))
        yield Finding(contract.source, "*", "absent", f"not configured; set {names} to use it")
        return
    try:
        connection = open_connection(settings.home, contract, lookup, clock)
        connector = connector_class(contract.connection.system)(connection)
    except SourceError as error:
        yield Finding(contract.source, "*", "FAIL", str(error))
        return
    with closing(connector):
        for name, obj in contract.objects.items():
            yield _stream(contract, name, obj, connector, clock)


def _stream(
    contract: SourceContract, name: str, obj: ObjectContract, connector: Connector, clock: Clock
) -> Finding:
    try:
        asked = wanted(contract, obj)
        window = Window(None, clock().replace(tzinfo=UTC))
        request = Request(asked.stream, asked.fields, asked.options, window, asked.delivery)
        refuse_impossible(contract.source, connector, asked)
        words = connector.probe(request)
        states = field_states(obj, connector.fields(request), None)
    except SourceError as error:
        return Finding(contract.source, name, "FAIL", str(error))
    wrong = sorted(state.field for state in states if state.state in ("missing", "retyped"))
    if wrong:
        told = f"{words}; but not as declared: {', '.join(wrong)}"
        return Finding(contract.source, name, "FAIL", told)
    return Finding(contract.source, name, "ok", words)


def _count(things: Sized, noun: str) -> str:
    return f"{len(things):,} {noun}{'' if len(things) == 1 else 's'}"


def _size(size: int) -> str:
    return f"{size / 1e6:,.1f} MB"


def main(arguments: list[str] | None = None) -> int:
    """The command; returns the exit code."""
    parser = argparse.ArgumentParser(prog="make check-sources", description=__doc__)
    parser.add_argument("--source", help="only this source")
    options = parser.parse_args(arguments)
    bad = 0
    seen = 0
    try:
        for finding in check_sources(load_settings(), variable, utc_now, options.source):
            seen += 1
            bad += finding.is_bad
            name = f"{finding.source}.{finding.object}"
            print(f"{finding.state:<7} {name:<34} {finding.words}", flush=True)
    except (SettingsError, ContractError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    if not seen:
        print(f"error: no source is called {options.source}", file=sys.stderr)
        return 2
    if bad:
        print(f"{bad} of {seen} cannot be read", file=sys.stderr)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
