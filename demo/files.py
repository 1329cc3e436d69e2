"""Writing the files of the demo company, and breaking a known number of their rows."""

import csv
import gzip
import io
import json
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

from demo.world import World

# The rule that must catch the row, and what to change in a copied row (None empties a column).
Fault = tuple[str, dict[str, object]]
_CHUNK = 1 << 20


def write_parquet(world: World, name: str, sql: str, obj: str) -> None:
    """Write a query as Parquet; `obj` is the '<source>.<object>' it is counted under."""
    _copy(world, world.path(name), sql, "format parquet, compression zstd", obj)


def write_csv(
    world: World,
    name: str,
    sql: str,
    obj: str,
    faults: Sequence[Fault] = (),
    encoding: str = "utf-8",
) -> None:
    """Write a query as CSV with a header, then append broken rows."""
    path = world.path(name)
    _copy(world, path, sql, "format csv, header true", obj)
    if faults and world.plants_faults:
        with path.open("r", encoding="utf-8", newline="") as file:
            rows = csv.reader(file)
            header = next(rows)
            samples = [dict(zip(header, row, strict=True)) for row in islice(rows, len(faults))]
        pairs = zip(faults, samples, strict=True)
        _append(world, path, obj, faults, [_csv_line(fault, row) for fault, row in pairs])
    if encoding != "utf-8":
        _recode(path, encoding)


def write_jsonl(world: World, name: str, sql: str, obj: str, faults: Sequence[Fault] = ()) -> None:
    """Write a query as one JSON object a line, gzipped when the name ends with .gz."""
    path = world.path(name.removesuffix(".gz"))
    _copy(world, path, sql, "format json", obj)
    if faults and world.plants_faults:
        with path.open("r", encoding="utf-8") as file:
            samples = [json.loads(line) for line in islice(file, len(faults))]
        pairs = zip(faults, samples, strict=True)
        _append(world, path, obj, faults, [_json_line(fault, row) for fault, row in pairs])
    if name.endswith(".gz"):
        _compress(path)


def count_rows(world: World, obj: str, rows: int) -> None:
    """Add rows to the count of an object."""
    world.rows[obj] = world.rows.get(obj, 0) + rows


def _copy(world: World, path: Path, sql: str, options: str, obj: str) -> None:
    written = world.value(f"copy ({sql}) to '{path}' ({options})")
    count_rows(world, obj, int(written))


def _csv_line(fault: Fault, sample: dict[str, str]) -> str:
    rule, changes = fault
    values = ["" if v is None else str(v) for v in (sample | changes).values()]
    if rule == "too_many_fields":
        values.insert(2, "shifted")
    if rule == "too_few_fields":
        values = values[:-2]
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerow(values)
    return buffer.getvalue()


def _json_line(fault: Fault, sample: dict[str, object]) -> str:
    rule, changes = fault
    text = json.dumps(sample | changes, ensure_ascii=False, separators=(",", ":"))
    return (text[: len(text) // 2] if rule == "invalid_json" else text) + "\n"


def _append(
    world: World, path: Path, obj: str, faults: Sequence[Fault], lines: Sequence[str]
) -> None:
    with path.open("a", encoding="utf-8", newline="") as file:
        file.writelines(lines)
    count_rows(world, obj, len(lines))
    counted = world.faults.setdefault(obj, {})
    for rule, _ in faults:
        counted[rule] = counted.get(rule, 0) + 1


def _recode(path: Path, encoding: str) -> None:
    recoded = path.with_suffix(".recoded")
    with (
        path.open("r", encoding="utf-8", newline="") as source,
        recoded.open("w", encoding=encoding, newline="") as target,
    ):
        while chunk := source.read(_CHUNK):
            target.write(chunk)
    recoded.replace(path)


def _compress(path: Path) -> None:
    # No name and no time in the gzip header: the same rows must give the same bytes.
    with (
        path.open("rb") as source,
        Path(f"{path}.gz").open("wb") as raw,
        gzip.GzipFile(filename="", fileobj=raw, mode="wb", compresslevel=5, mtime=0) as target,
    ):
        while chunk := source.read(_CHUNK):
            target.write(chunk)
    path.unlink()
