"""Records leave a landed text file by their numbers, and no other byte of it changes."""

from __future__ import annotations

import csv
import gzip
import io
import json
import tracemalloc
from collections.abc import Collection
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.privacy.erasure.rewrite_files import rewrite_records
from assets.raw.files.source_rows import Reading
from tests.unit.raw.conftest import Workbench

ENCODINGS = ("utf-8", "gb18030", "utf-16-le", "big5")
CELLS = st.text('ab,"\r\n李芳 ', max_size=8)
CSV = {"path": "things.csv", "format": "csv"}
JSON_LINES = {"path": "things.jsonl", "format": "jsonl"}
ROWS = st.lists(st.tuples(CELLS, CELLS), max_size=12)


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Workbench:
    return Workbench(tmp_path_factory.mktemp("rewritten"))


def rewritten(
    bench: Workbench, content: bytes, gone: Collection[int], path: str = "things.csv", **keys: str
) -> Path:
    """The new file; its old one is of this name and content."""
    columns = [{"name": name, "type": "varchar"} for name in ("one", "two")]
    obj = bench.contract(columns=columns, key=["one"], path=path, **keys)
    plain, target = bench.folder / f"old-{path}", bench.folder / f"new-{path}"
    plain.write_bytes(gzip.compress(content) if path.endswith(".gz") else content)
    nothing = cast(Any, None)
    reading = Reading(nothing, nothing, obj, plain, bench.folder)
    tally = rewrite_records(reading, sorted(gone), {}, target)
    assert tally.gone == sorted(gone)
    return target


def without(bench: Workbench, content: bytes, gone: Collection[int], **keys: str) -> bytes:
    """What is left of a file."""
    left = rewritten(bench, content, gone, **keys)
    return gzip.decompress(left.read_bytes()) if left.suffix == ".gz" else left.read_bytes()


def as_record(cells: tuple[str, str], ending: str) -> str:
    record = io.StringIO(newline="")
    csv.writer(record, lineterminator=ending, quoting=csv.QUOTE_ALL).writerow(cells)
    return record.getvalue()


@settings(max_examples=150, deadline=None)
@given(
    rows=ROWS,
    seed=st.sets(st.integers(1, 12)),
    ending=st.sampled_from(["\n", "\r\n", "\r"]),
    encoding=st.sampled_from(ENCODINGS),
    name=st.sampled_from(["things.csv", "things.csv.gz"]),
)
def test_other_records_of_a_csv_file_keep_their_bytes(
    bench: Workbench, rows: list[Any], seed: set[int], ending: str, encoding: str, name: str
) -> None:
    gone = {it for it in seed if it <= len(rows)}
    records = [as_record(row, ending).encode(encoding) for row in rows]
    header = f"one,two{ending}".encode(encoding)
    left = without(
        bench, b"".join([header, *records]), gone, path=name, format="csv", encoding=encoding
    )
    kept = [it for number, it in enumerate(records, 1) if number not in gone]
    assert left == b"".join([header, *kept])


@settings(max_examples=80, deadline=None)
@given(rows=ROWS, seed=st.sets(st.integers(1, 12)), encoding=st.sampled_from(ENCODINGS))
def test_other_lines_of_json_keep_their_bytes(
    bench: Workbench, rows: list[Any], seed: set[int], encoding: str
) -> None:
    gone = {it for it in seed if it <= len(rows)}
    lines = [
        (json.dumps(dict(zip(("one", "two"), row, strict=True)), ensure_ascii=False) + "\n").encode(
            encoding
        )
        for row in rows
    ]
    left = without(bench, b"".join(lines), gone, encoding=encoding, **JSON_LINES)
    assert left == b"".join(it for number, it in enumerate(lines, 1) if number not in gone)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("keys", [CSV, JSON_LINES], ids=["csv", "jsonl"])
def test_a_mark_of_the_encoding_is_no_part_of_a_record(
    bench: Workbench, encoding: str, keys: dict[str, str]
) -> None:
    lines = ["one,two", "李,1", "芳,2"] if keys == CSV else ['{"one": "李"}', '{"one": "芳"}']
    mark = "\ufeff" if encoding == "utf-8" else ""
    content = (mark + "".join(f"{line}\n" for line in lines)).encode(encoding)
    left = without(bench, content, {1}, encoding=encoding, **keys)
    kept = "".join(f"{line}\n" for line in lines if "李" not in line)
    assert left.decode("utf-8-sig" if encoding == "utf-8" else encoding) == kept


def test_a_quote_that_is_never_closed_hides_nothing(bench: Workbench) -> None:
    content = b'one,two\na,"b\nc,d\ne,f\n'
    assert without(bench, content, {2}) == b'one,two\na,"b\ne,f\n'


def test_bytes_that_are_no_text_stay(bench: Workbench) -> None:
    content = b"\xef\xbb\xbfone,two\na,\xff\xfe\n\nc,d\ne,\x85\n"
    assert without(bench, content, {2}) == content.replace(b"c,d\n", b"")
    assert without(bench, content, {2}, encoding="gb18030") == content.replace(b"c,d\n", b"")


def test_a_file_is_never_in_memory_whole(bench: Workbench) -> None:
    records = [f"a{number},{'b' * 100}\n" for number in range(200_000)]
    content = "".join(["one,two\n", *records]).encode()
    tracemalloc.start()
    left = rewritten(bench, content, {200_000})
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert left.stat().st_size == len(content) - len(records[-1])
    assert peak < len(content) / 3
