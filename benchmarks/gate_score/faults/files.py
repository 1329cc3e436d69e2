"""Whole files: not there, empty, old, cut, with other columns."""

from __future__ import annotations

import shutil

from benchmarks.gate_score.delivered import Delivered
from benchmarks.gate_score.faults.registry import FAULTS

LEDGER = ("loyalty", "points_ledger")
ACCOUNTS = ("orders", "customers")


@FAULTS.into_files("file_missing")
def file_missing(files: Delivered) -> int:
    """The shop accounts were not delivered."""
    files.path(*ACCOUNTS).unlink()
    files.touched.add(ACCOUNTS)
    return 0


@FAULTS.into_files("file_of_header_only")
def file_of_header_only(files: Delivered) -> int:
    """The points ledger is a header."""
    files.write_bytes(*LEDGER, files.path(*LEDGER).read_bytes().split(b"\n")[0] + b"\n")
    return 0


@FAULTS.into_files("stale_file")
def stale_file(files: Delivered) -> int:
    """The order lines of two evenings before came again."""
    name = ("orders", "order_lines")
    assert files.two_days_ago is not None
    shutil.copyfile(
        files.two_days_ago / files.path(*name).relative_to(files.data), files.path(*name)
    )
    files.touched.add(name)
    return 0


@FAULTS.into_files("file_cut_between_rows")
def file_cut_between_rows(files: Delivered) -> int:
    """The last third of the points ledger is missing."""
    lines = files.path(*LEDGER).read_bytes().splitlines(keepends=True)
    files.write_bytes(*LEDGER, b"".join(lines[: len(lines) * 2 // 3]))
    return 0


@FAULTS.into_files("file_cut_inside_a_row")
def file_cut_inside_a_row(files: Delivered) -> int:
    """The shop accounts end in the middle of a row, nine tenths down."""
    content = files.path(*ACCOUNTS).read_bytes()
    start = content.rindex(b"\n", 0, len(content) * 9 // 10) + 1
    end = content.index(b"\n", start)
    files.write_bytes(*ACCOUNTS, content[: (start + end) // 2])
    return 0


@FAULTS.into_files("column_removed")
def column_removed(files: Delivered) -> int:
    """The shop accounts come without e-mail addresses."""
    files.read(*ACCOUNTS)
    files.sql("alter table t drop column email")
    files.write(*ACCOUNTS)
    return 0


@FAULTS.into_files("column_renamed")
def column_renamed(files: Delivered) -> int:
    """The amount of the order lines has another name."""
    files.read("orders", "order_lines")
    files.sql("alter table t rename column sales_value to sales_amount")
    files.write("orders", "order_lines")
    return 0


@FAULTS.into_files("column_added")
def column_added(files: Delivered) -> int:
    """The shop accounts have a column more."""
    files.read(*ACCOUNTS)
    files.sql("alter table t add column marketing_cluster varchar default 'B2'")
    files.write(*ACCOUNTS)
    return 0


@FAULTS.into_files("columns_swapped")
def columns_swapped(files: Delivered) -> int:
    """City and region of the shop accounts changed places."""
    files.read(*ACCOUNTS)
    files.sql("update t set city = region, region = city")
    files.write(*ACCOUNTS)
    return files.one("select count(*) from t where city is distinct from region")


@FAULTS.into_files("rows_shifted")
def rows_shifted(files: Delivered) -> int:
    """In half of the shop accounts every value stands one column too far to the right."""
    files.read(*ACCOUNTS)
    columns = [row[0] for row in files.sql("describe t")]
    shifted = ", ".join(
        f'"{column}" = "{before}"'
        for before, column in zip(["customer_id", *columns[1:-1]], columns[1:], strict=True)
    )
    files.sql(f"update t set {shifted} where cast(customer_id as bigint) % 2 = 0")
    files.write(*ACCOUNTS)
    return files.one("select count(*) from t where cast(customer_id as bigint) % 2 = 0")


@FAULTS.into_files("delimiter_changed")
def delimiter_changed(files: Delivered) -> int:
    """The points ledger has semicolons."""
    files.write_bytes(*LEDGER, files.path(*LEDGER).read_bytes().replace(b",", b";"))
    return 0
