"""Landing and loading all sources into a build; also a command for trials.

    python -m assets.raw.load --build var/trial

lands what lies in the drop folder and writes `vault.duckdb` of that folder, with the settings of
the env file. Nightly runs do the same, object by object, as Dagster assets (defs.py).
"""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path

from assets.raw.calendar.days import load_calendar
from assets.raw.connector.pages import LandedStream
from assets.raw.contract import ContractError, SourceContract, each_object, load_contracts
from assets.raw.errors import FileError
from assets.raw.landing import LandedFile, land_object
from assets.raw.loading import ObjectLoad, load_object
from assets.raw.mends import read_mends
from assets.raw.pseudonyms import write_pads
from assets.raw.retention import Horizon
from assets.raw.streams import landed_stream, pull_object
from pipelines.runtime.builds import Build
from pipelines.runtime.clock import utc_now
from pipelines.runtime.key_file import KeyFileError
from pipelines.runtime.settings import Settings, SettingsError, load_settings, variable
from pipelines.runtime.suppression import listed

CALENDAR = "calendar.days"

Screen = Callable[[Settings, SourceContract, str], int]
"""Takes people who were erased out of what landed of an object, before it is loaded."""


def load_one(
    settings: Settings,
    build: Build,
    contract: SourceContract,
    name: str,
    load_id: str,
    loaded_at: datetime,
    as_of: date,
    screen: Screen | None = None,
) -> ObjectLoad:
    """Land and load one object, without the rows that are past their limit at `as_of`.

    Args:
        settings: Where contracts, data and landing are.
        build: The build that is written.
        contract: The source.
        name: The object.
        load_id: Goes into `_load_id` of every row.
        loaded_at: When files that are new count as landed, UTC.
        as_of: Business date, which limits are counted from.
        screen: Takes people who were erased out of what landed; how many copies it wrote anew.

    Raises:
        FileError: a file is missing or as a whole not what the contract says.
        SourceError: the system of the source cannot be read.
    """
    obj = contract.objects[name]
    landed: list[LandedFile] | LandedStream
    if obj.stream is None:
        landed = _land(settings, contract, name, loaded_at)
        if _screened(settings, contract, name, screen):
            landed = _land(settings, contract, name, loaded_at)
    else:
        landed = pull_object(settings.home, contract, name, variable, utc_now)
        if _screened(settings, contract, name, screen):
            landed = landed_stream(settings.home, contract.source, obj)
    return _load(settings, build, contract, name, load_id, as_of, landed)


def load_followers(
    settings: Settings,
    build: Build,
    contracts: list[SourceContract],
    load_id: str,
    loaded_at: datetime,
    as_of: date,
    screen: Screen,
) -> list[str]:
    """Load again what turned out to be of an erased person after it was loaded.

    The order of an erased person may be loaded after its lines, and only the order tells whose
    they are. Nothing is landed or pulled.

    Returns:
        The objects that were loaded again, by `source.object`.
    """
    done: list[str] = []
    while listed(settings.home):
        before = len(done)
        for contract, name, obj in each_object(contracts):
            if screen(settings, contract, name):
                landed: list[LandedFile] | LandedStream
                if obj.stream is None:
                    landed = _land(settings, contract, name, loaded_at)
                else:
                    landed = landed_stream(settings.home, contract.source, obj)
                _load(settings, build, contract, name, load_id, as_of, landed)
                done.append(f"{contract.source}.{name}")
        if len(done) == before:
            break
    return done


def _land(
    settings: Settings, contract: SourceContract, name: str, loaded_at: datetime
) -> list[LandedFile]:
    obj = contract.objects[name]
    return land_object(settings.home, settings.data, contract.source, name, obj, loaded_at)


def _load(
    settings: Settings,
    build: Build,
    contract: SourceContract,
    name: str,
    load_id: str,
    as_of: date,
    landed: list[LandedFile] | LandedStream,
) -> ObjectLoad:
    with build.connect() as con, _scratch(build) as scratch:
        write_pads(con, settings.key_file)
        mends = read_mends(settings.home, contract.source, name)
        return load_object(
            *(con, contract.source, name, contract.objects[name], landed, load_id, scratch, mends),
            horizon=Horizon(as_of, settings.timezone),
        )


def load_all(
    settings: Settings,
    build: Build,
    load_id: str,
    loaded_at: datetime,
    only: Collection[str] | None = None,
    report: Callable[[ObjectLoad], None] = lambda load: None,
) -> list[ObjectLoad]:
    """Land and load every object of every source, and the calendar.

    Args:
        settings: Where contracts, data and landing are.
        build: The build that is written.
        load_id: Goes into `_load_id` of every row.
        loaded_at: When files that are new count as landed, UTC.
        only: Sources or `source.object` names; all when None.
        report: Called after each object.

    Raises:
        ContractError: a contract is wrong, or `only` names what there is not.
        FileError: one line for every object that could not be loaded; the others are loaded.
    """
    loads: list[ObjectLoad] = []
    failures: list[str] = []
    contracts = load_contracts(settings.sources)
    _refuse_unknown(contracts, only)
    as_of = settings.as_of or loaded_at.date()
    for contract, name, _ in each_object(contracts):
        if only is None or {contract.source, f"{contract.source}.{name}"} & set(only):
            try:
                loads.append(load_one(settings, build, contract, name, load_id, loaded_at, as_of))
            except FileError as error:
                failures.append(str(error))
            else:
                report(loads[-1])
    if only is None or {"calendar", CALENDAR} & set(only):
        with build.connect() as con:
            rows = load_calendar(con, settings.first_date, as_of, load_id)
            loads.append(ObjectLoad("calendar", "days", rows, rows, 0, 0, 0))
            report(loads[-1])
    if failures:
        raise FileError("\n".join(failures))
    return loads


def _refuse_unknown(contracts: list[SourceContract], only: Collection[str] | None) -> None:
    known = {f"{contract.source}.{name}" for contract, name, _ in each_object(contracts)}
    known |= {contract.source for contract in contracts} | {"calendar", CALENDAR}
    unknown = sorted(set(only or ()) - known)
    if unknown:
        raise ContractError(
            f"--only {unknown[0]}: no such source or source.object; "
            f"the sources are {', '.join(sorted(name for name in known if '.' not in name))}"
        )


def _screened(
    settings: Settings, contract: SourceContract, name: str, screen: Screen | None
) -> int:
    """Take out who was erased; how many copies were written anew."""
    if screen is not None:
        return screen(settings, contract, name)
    if listed(settings.home):
        raise FileError(
            f"{contract.source}.{name}: people were erased from this instance, and this command "
            "cannot keep them out; materialise the asset in Dagster, or run `make run`"
        )
    return 0


@contextmanager
def _scratch(build: Build) -> Iterator[Path]:
    """A folder inside the build for rewritten files; personal values never leave the build."""
    folder = build.folder / "scratch"
    folder.mkdir(mode=0o700, exist_ok=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def main(arguments: list[str] | None = None) -> int:
    """The command; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m assets.raw.load", description=__doc__)
    parser.add_argument("--build", type=Path, required=True, help="folder of vault.duckdb")
    parser.add_argument("--only", nargs="+", help="sources or source.object names")
    options = parser.parse_args(arguments)
    try:
        settings = load_settings()
        options.build.mkdir(mode=0o700, parents=True, exist_ok=True)
        build = Build(
            options.build.resolve(), memory_limit=settings.memory_limit, threads=settings.threads
        )
        print(f"{'object':<32} {'read':>11} {'loaded':>11} {'quarantined':>11} {'expired':>11}")
        load_all(settings, build, build.run_id, utc_now(), options.only, _print)
    except (SettingsError, ContractError, FileError, KeyFileError) as error:
        for line in str(error).splitlines():
            print(f"error: {line}", file=sys.stderr)
        return 2
    return 0


def _print(load: ObjectLoad) -> None:
    name = f"{load.source}.{load.object}"
    print(
        f"{name:<32} {load.rows_read:>11,} {load.rows_loaded:>11,} {load.rows_quarantined:>11,}"
        f" {load.rows_expired:>11,}",
        flush=True,
    )


if __name__ == "__main__":
    sys.exit(main())
