"""The person's records in what landed of one object: delivered files, pulled pages, and mends."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from assets.privacy.export.model import Gap, Place, Record
from assets.privacy.export.rows import Row, Staff, decoded, rows_of, shown, without_others
from assets.privacy.export.values import sort_key
from assets.privacy.subject.leads import leads
from assets.privacy.subject.search import Search
from assets.raw import sql
from assets.raw.connector.pages import LandedStream, read_pages
from assets.raw.connector.pulls import Pull, PullStore
from assets.raw.contract_model import ObjectContract
from assets.raw.errors import FileError
from assets.raw.files.records import all_records
from assets.raw.files.source_rows import Reading
from assets.raw.landing import Landed, LandedFile, Manifest
from assets.raw.mends import GIVEN, Mend, give, mends_file, read_mends, value_in_payload
from pipelines.runtime.key_ring import KeyRing, landing_keys

INTERNAL = ("_position", "_rule", "_reason", "_payload", "_file", "_landed_at")
"""What a reader says of a row."""

SHIFTED = "case when _rule is not null then _payload end"
"""The text of a record that could not be read as the contract says."""

Placed = tuple[Place, Row]


class Delivered:
    """Everything that landed of one object.

    Args:
        search: Who is looked for.
        home: Folder of the instance.
        source: The object's source.
        name: The object.
        obj: Its contract.
        staff: People who work here.
    """

    def __init__(
        self,
        search: Search,
        home: Path,
        source: str,
        name: str,
        obj: ObjectContract,
        staff: Staff,
    ) -> None:
        """Nothing is opened yet."""
        self._search = search
        self._home = home
        self._source = source
        self._name = name
        self._obj = obj
        self._staff = staff
        self._leads = leads(source, obj)
        self._keys: KeyRing = landing_keys(home)
        self.gaps: list[Gap] = []

    def ids(self, found: Sequence[Placed]) -> list[str]:
        """The ids of rows that were found, as other objects name them."""
        if len(self._obj.key) != 1:
            return []
        key = self._obj.key[0]
        whole = {lead.column for lead in self._leads if not lead.clears}
        # A row in which only a value is the person's is not theirs: what belongs to it neither.
        if not whole:
            return []
        # A row that was refused may have none.
        return sorted({str(it) for _, row in found if (it := row.values[key]) not in (None, "")})

    def found(self) -> list[Placed]:
        """The person's rows of every delivery, every pull and every mend."""
        if not self._leads:
            return []
        rows = self._pulled() if self._obj.stream else self._files()
        return [*rows, *self._mended()]

    def records(self, found: Iterable[Placed]) -> list[Record]:
        """Rows as records: equal ones are one, with all places where they were delivered."""
        together: dict[str, tuple[Any, list[Place]]] = {}
        for place, row in found:
            values = self._values(row)
            together.setdefault(sort_key(values), (values, []))[1].append(place)
        records = [
            Record(values, tuple(sorted(set(places), key=_order)))
            for values, places in together.values()
        ]
        return sorted(records, key=lambda it: (_order(it.places[0]), sort_key(it.values)))

    def _values(self, row: Row) -> dict[str, Any]:
        """As delivered where that is JSON, with the keys that no contract names; else by column."""
        by_column = shown(row, self._staff, INTERNAL)
        record = None
        is_shifted = row.values.get("_rule") is not None
        if self._obj.stream or self._obj.format == "jsonl" or is_shifted:
            record = decoded(row.values["_payload"])
        if not isinstance(record, dict):
            return {"_line": record} if is_shifted else by_column
        titles = [it.title for it in self._obj.columns if it.name in row.others]
        values = without_others(record, titles, self._staff)
        return dict(values)

    def _files(self) -> Iterator[Placed]:
        folder = self._home / "landing" / self._source / self._name
        if not (folder / Manifest.NAME).exists():
            return
        deliveries = Manifest(folder).deliveries
        for landed_as in dict.fromkeys(it.landed_as for it in deliveries):
            same = [it for it in deliveries if it.landed_as == landed_as]
            try:
                yield from self._file(LandedFile(same[0], folder / landed_as, self._keys), same)
            except FileError:
                self._note(same[-1].path, "the delivered file cannot be read as its contract says")

    def _file(self, landed: LandedFile, deliveries: Sequence[Landed]) -> list[Placed]:
        con = self._search.con
        with TemporaryDirectory(dir=self._search.scratch) as scratch:
            plain = landed.opened(Path(scratch))
            reading = Reading(con, landed, self._obj, plain, Path(scratch))
            names = [column.name for column in self._obj.columns]
            records = all_records(reading, "export_records", names, with_texts=True)
            rows = rows_of(self._search, f"({records}) as read", self._leads, "_position", SHIFTED)
        places = dict.fromkeys((it.path, _utc(it.landed_at)) for it in deliveries)
        return [
            (Place(path, landed_at, int(row.values["_position"])), row)
            for row in rows
            for path, landed_at in places
        ]

    def _pulled(self) -> Iterator[Placed]:
        for pull in PullStore(self._home, self._source, str(self._obj.stream)).pulls():
            try:
                yield from self._pull(pull)
            except FileError:
                self._note(f"{self._source}/{self._obj.stream}/{pull.name}", "a page is missing")

    def _pull(self, pull: Pull) -> list[Placed]:
        landed = LandedStream([pull])
        if not landed.pages:
            return []
        with TemporaryDirectory(dir=self._search.scratch) as scratch:
            opened = landed.opened(Path(scratch))
            query = read_pages(self._obj, landed, opened).query
            rows = rows_of(self._search, f"({query}) as read", self._leads, "_file, _position")
        began = f"{pull.began_at.replace(tzinfo=None).isoformat()}Z"
        return [
            (Place(str(row.values["_file"]), began, int(row.values["_position"])), row)
            for row in rows
        ]

    def _mended(self) -> Iterator[Placed]:
        if not mends_file(self._home, self._source, self._name).exists():
            return
        mends = read_mends(self._home, self._source, self._name)
        give(self._search.con, mends)
        columns = ", ".join(
            f"{value_in_payload(it.title)} as {sql.name(it.name)}" for it in self._obj.columns
        )
        relation = f"(select _number, _payload, {columns} from {GIVEN}) as mended"
        for row in rows_of(self._search, relation, self._leads, "_number"):
            mend: Mend = mends[int(row.values["_number"])]
            place = Place(f"mends/{mend.file}", _utc(mend.mended_at), mend.position)
            yield place, Row({k: v for k, v in row.values.items() if k != "_number"}, row.others)

    def _note(self, what: str, why: str) -> None:
        self.gaps.append(Gap(f"{self._source}.{self._name}: {what}", why))


def _utc(moment: str) -> str:
    return moment if moment.endswith("Z") or "+" in moment else f"{moment}Z"


def _order(place: Place) -> tuple[str, str, int]:
    return place.landed_at, place.file, place.position
