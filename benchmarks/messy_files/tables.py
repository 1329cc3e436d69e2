"""Headers and rows that are not as the contract says: names, widths, values."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from benchmarks.messy_files.drafts import Draft
from benchmarks.messy_files.kinds import add, kind
from benchmarks.messy_files.shapes import Row


@kind("header: a name changed", "table")
def _renamed(draft: Draft) -> None:
    place = draft.rng.randrange(len(draft.header))
    draft.header[place] += "_new"


@kind("header: upper case", "table")
def _upper(draft: Draft) -> None:
    draft.header = [
        f"{name.upper()} " if not name.isascii() else name.upper() for name in draft.header
    ]


@kind("header: blanks around the names", "table")
def _padded_names(draft: Draft) -> None:
    draft.header = [f" {name} " for name in draft.header]


@kind("header: a name twice", "table")
def _twice(draft: Draft) -> None:
    draft.header[-1] = draft.header[0]


@kind("header: a name empty", "table")
def _unnamed(draft: Draft) -> None:
    draft.header[draft.rng.randrange(len(draft.header))] = ""


@kind("header: one name more", "table")
def _name_more(draft: Draft) -> None:
    draft.header.insert(draft.rng.randint(0, len(draft.header)), "extra")


@kind("header: one empty name more", "table")
def _empty_name_more(draft: Draft) -> None:
    draft.header.append("")


@kind("header: one name fewer", "table")
def _name_fewer(draft: Draft) -> None:
    del draft.header[draft.rng.randrange(len(draft.header))]


@kind("header: the last name fewer", "table")
def _last_name_fewer(draft: Draft) -> None:
    del draft.header[-1]


@kind("header: a first column of numbers, unnamed", "table")
def _index(draft: Draft) -> None:
    draft.header.insert(0, "")
    draft.rows = [[str(number), *row] for number, row in enumerate(draft.rows)]


def _every_row(draft: Draft, edit: Callable[[Draft, Row], Row]) -> None:
    draft.rows = [edit(draft, row) for row in draft.rows]


def _one_row(draft: Draft, edit: Callable[[Draft, Row], Row]) -> None:
    for number in draft.some_rows():
        draft.rows[number] = edit(draft, draft.rows[number])


def _insert(draft: Draft, row: Row, cell: str) -> Row:
    place = draft.rng.randint(0, len(row))
    return [*row[:place], cell, *row[place:]]


def _remove(draft: Draft, row: Row) -> Row:
    place = draft.rng.randrange(len(row))
    return [*row[:place], *row[place + 1 :]]


def _joined(draft: Draft, row: Row) -> Row:
    place = draft.rng.randrange(len(row) - 1)
    return [*row[:place], row[place] + row[place + 1], *row[place + 2 :]]


WIDTHS: dict[str, Callable[[Draft, Row], Row]] = {
    "one cell more": lambda draft, row: _insert(draft, row, "more"),
    "one empty cell more": lambda draft, row: _insert(draft, row, ""),
    "one empty cell more at the end": lambda draft, row: [*row, ""],
    "an empty cell first": lambda draft, row: ["", *row],
    "four empty cells more at the end": lambda draft, row: [*row, "", "", "", ""],
    "nine cells more": lambda draft, row: [*row, *"abcdefghi"],
    "one cell fewer": _remove,
    "the last cell fewer": lambda draft, row: row[:-1],
    "two cells run together": _joined,
    "the first cell only": lambda draft, row: row[:1],
}
for _name, _edit in WIDTHS.items():
    add(f"every row: {_name}", "table", partial(_every_row, edit=_edit))
    add(f"some rows: {_name}", "table", partial(_one_row, edit=_edit))


@kind("every row and the header: an empty cell at the end", "table")
def _closed_by_delimiter(draft: Draft) -> None:
    draft.header.append("")
    draft.rows = [[*row, ""] for row in draft.rows]


@kind("header repeated inside", "table")
def _repeated(draft: Draft) -> None:
    draft.rows.insert(len(draft.rows) // 2, [*draft.header])


@kind("blanks around the cells", "table")
def _padded(draft: Draft) -> None:
    """By RFC 4180 blanks belong to a text; in front of a number they mean nothing."""
    kinds = [column["type"] for column in draft.shape.columns]
    draft.rows = [[f" {cell}  " for cell in row] for row in draft.rows]
    draft.truth = [
        [f" {cell}  " if kind == "varchar" else cell for kind, cell in zip(kinds, row, strict=True)]
        for row in draft.truth
    ]


VALUES: dict[str, tuple[str, str]] = {
    "41 digits": ("bigint", "1" * 41),
    "one too many": ("bigint", "9223372036854775808"),
    "a fraction": ("bigint", "41000000.5"),
    "grouped by underscores": ("bigint", "41_000_000"),
    "grouped by commas": ("bigint", "41,000,000"),
    "hexadecimal": ("bigint", "0x2A"),
    "1e400": ("double", "1e400"),
    "infinite": ("double", "inf"),
    "not a number": ("double", "NaN"),
    "decimal comma": ("double", "1,5"),
    "a currency sign": ("decimal", "¥12.50"),
    "thousands": ("decimal", "1.234,50"),
    "in brackets": ("decimal", "(12.50)"),
    "other digits": ("decimal", "१२.५०"),
    "full-width digits": ("bigint", "４１"),
    "a word": ("decimal", "n/a"),
    "day first": ("date", "31/12/2017"),
    "two-digit year": ("date", "17-12-31"),
    "no such day": ("date", "2017-02-30"),
    "a serial of Excel": ("date", "43100"),
    "12 hours": ("timestamp", "2017-12-31 11:30 PM"),
    "25 o'clock": ("timestamp", "2017-12-31 25:00:00"),
    "maybe": ("boolean", "maybe"),
    "an error of Excel": ("decimal", "#DIV/0!"),
}


def _other_value(draft: Draft, wanted: str, text: str) -> None:
    place = next(
        number
        for number, column in enumerate(draft.shape.columns)
        if column["type"].startswith(wanted)
    )
    for number in draft.some_rows():
        draft.rows[number][place] = text


for _name, (_type, _text) in VALUES.items():
    _having = {
        "bigint": ("orders", "measures"),
        "double": ("measures",),
        "decimal": ("orders", "measures"),
        "date": ("contacts", "events"),
        "timestamp": ("orders", "events"),
        "boolean": ("events",),
    }[_type]
    add(f"value: {_name}", "table", partial(_other_value, wanted=_type, text=_text), False, _having)
