"""Records that do not belong, records that are broken, several tables in one file."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from benchmarks.messy_files.drafts import Draft, draft
from benchmarks.messy_files.kinds import add, kind
from benchmarks.messy_files.shapes import SHAPES

Lines = list[str]


def _lined(draft: Draft, edit: Callable[[Draft, Lines], Lines]) -> None:
    draft.on_lines.append(edit)


def _lines(name: str, edit: Callable[[Draft, Lines], Lines]) -> None:
    add(name, "lines", partial(_lined, edit=edit))


_lines("preamble: a title", lambda draft, lines: ["Export of 2017-12-31", *lines])
_lines("preamble: three lines", lambda draft, lines: ["Report", "by: shop", "", *lines])
_lines("preamble: an empty line", lambda draft, lines: ["", *lines])
_lines("preamble: three empty lines", lambda draft, lines: ["", "", "", *lines])
_lines("preamble: comments", lambda draft, lines: ["# made by x", "# 2017", *lines])
_lines("preamble: sep=,", lambda draft, lines: ["sep=,", *lines])
_lines("preamble: as wide as the table", lambda d, lines: [_wide(d, "Report"), *lines])
_lines("preamble: only delimiters", lambda draft, lines: [_wide(draft, ""), *lines])
_lines("header: none", lambda draft, lines: lines[1:])
_lines("header: twice", lambda draft, lines: [lines[0], *lines])
_lines("header: units below", lambda d, lines: [lines[0], _each(d, "(unit)"), *lines[1:]])
_lines("header: types below", lambda d, lines: [lines[0], _each(d, "string"), *lines[1:]])
_lines("header: groups above", lambda draft, lines: [_wide(draft, "Group"), *lines])
_lines("header: a rule below", lambda d, lines: [lines[0], _each(d, "---"), *lines[1:]])
_lines("header: an empty line below", lambda draft, lines: [lines[0], "", *lines[1:]])
_lines("header: only the second half in the second line", lambda draft, lines: _halved(lines))
_lines("footer: a total, as wide as the table", lambda d, lines: [*lines, _wide(d, "Total")])
_lines("footer: 合计 with a figure", lambda d, lines: [*lines, _wide(d, "合计", "12.50")])
_lines("footer: one cell", lambda draft, lines: [*lines, f"{len(lines) - 1} rows"])
_lines("footer: one cell after an empty line", lambda draft, lines: [*lines, "", "-- end --"])
_lines("footer: rows affected", lambda d, lines: [*lines, "", f"({len(lines) - 1} rows affected)"])
_lines("footer: three lines", lambda draft, lines: [*lines, "", "Signed", "shop, 2017"])
_lines("footer: only delimiters", lambda draft, lines: [*lines, _wide(draft, "")])
_lines("footer: end-of-file sign", lambda draft, lines: [*lines, "\x1a"])
_lines("comments inside", lambda draft, lines: _inside(draft, lines, "# checked"))
_lines("comments with delimiters inside", lambda d, lines: _inside(d, lines, _wide(d, "# a", "b")))
_lines("empty line inside", lambda draft, lines: _inside(draft, lines, ""))
_lines("empty lines at the end", lambda draft, lines: [*lines, "", ""])
_lines(
    "empty line after every record", lambda draft, lines: [it for one in lines for it in (one, "")]
)
_lines("line of blanks inside", lambda draft, lines: _inside(draft, lines, "   "))
_lines("line of delimiters inside", lambda draft, lines: _inside(draft, lines, _wide(draft, "")))
_lines("line of more delimiters inside", lambda d, lines: _inside(d, lines, _wide(d, "") + ",,"))
_lines("record: another delimiter", lambda draft, lines: _some(draft, lines, _other_delimiter))
_lines("record: another delimiter in one place", lambda d, lines: _some(d, lines, _one_delimiter))
_lines("records: another delimiter in half of them", lambda draft, lines: _half(draft, lines))
_lines("record: whole in quotes", lambda d, lines: _some(d, lines, lambda d, it: f'"{it}"'))
_lines("records: all whole in quotes", lambda draft, lines: [_quoted(line) for line in lines])
_lines("records: all but the header whole in quotes", lambda d, it: [it[0], *map(_quoted, it[1:])])
_lines("record: split in two", lambda draft, lines: _some(draft, lines, _split))
_lines(
    "record: two on one line", lambda draft, lines: [*lines[:3], lines[3] + lines[4], *lines[5:]]
)
_lines("record: a quote more, anywhere", lambda d, lines: _some(d, lines, _quote_anywhere))
_lines("record: a quote more, at the start", lambda d, lines: _some(d, lines, _first('"', "")))
_lines("record: a quote more, at the end", lambda d, lines: _some(d, lines, lambda d, it: it + '"'))
_lines("record: a quote opens a cell", lambda draft, lines: _some(draft, lines, _first(',"', ",")))
_lines("record: a quote closes a cell", lambda draft, lines: _some(draft, lines, _first('",', ",")))
_lines("record: a blank before quotes", lambda d, lines: _some(d, lines, _quoted_cell(' "', '"')))
_lines("record: a blank after quotes", lambda d, lines: _some(d, lines, _quoted_cell('"', '" ')))
_lines("record: text after quotes", lambda d, lines: _some(d, lines, _quoted_cell('"', '"x')))
_lines("record: text before quotes", lambda d, lines: _some(d, lines, _quoted_cell('x"', '"')))
_lines("record: curly quotes", lambda draft, lines: _some(draft, lines, _curly))
_lines("record: single quotes", lambda d, lines: _some(d, lines, _single))
_lines(
    "record: a line end inside a bare cell", lambda d, lines: _some(d, lines, _first("\n,", ","))
)
_lines("record: a CR inside a bare cell", lambda d, lines: _some(d, lines, _first("\r,", ",")))
_lines(
    "record: CR LF where others have LF", lambda d, lines: _some(d, lines, lambda d, it: it + "\r")
)
_lines("record: delimiter doubled", lambda draft, lines: _some(draft, lines, _anywhere(",", ",,")))
_lines("record: delimiter lost", lambda draft, lines: _some(draft, lines, _anywhere(",", "")))
_lines(
    "table: another one as wide below", lambda d, lines: [*lines, "", *_second(d, len(d.header))]
)
_lines("table: a narrower one below", lambda draft, lines: [*lines, "", *_second(draft, 3)])
_lines("table: a wider one below", lambda draft, lines: [*lines, "", *_second(draft, 9)])
_lines("table: another one above", lambda draft, lines: [*_second(draft, 4), "", *lines])
_lines("table: as wide below, no empty line", lambda d, it: [*it, *_second(d, len(d.header))])
_lines("table: another one beside", lambda draft, lines: [f"{line},,x,1" for line in lines])


def _wide(draft: Draft, first: str, last: str = "") -> str:
    return ",".join([first, *[""] * (len(draft.header) - 2), last])


def _each(draft: Draft, word: str) -> str:
    return ",".join([word] * len(draft.header))


def _halved(lines: Lines) -> Lines:
    names = lines[0].split(",")
    middle = len(names) // 2
    blank = "," * (middle - 1)
    below = "," * (len(names) - middle - 1)
    first = ",".join(names[:middle]) + "," + below
    return [first, blank + "," + ",".join(names[middle:]), *lines[1:]]


def _inside(draft: Draft, lines: Lines, line: str) -> Lines:
    place = draft.rng.randint(2, len(lines) - 1)
    return [*lines[:place], line, *lines[place:]]


def _some(draft: Draft, lines: Lines, edit: Callable[[Draft, str], str]) -> Lines:
    for number in draft.some_rows():
        lines[number + 1] = edit(draft, lines[number + 1])
    return lines


def _other_delimiter(draft: Draft, line: str) -> str:
    return line.replace(",", draft.rng.choice(";\t|"))


def _one_delimiter(draft: Draft, line: str) -> str:
    return _anywhere(",", draft.rng.choice(";\t|"))(draft, line)


def _half(draft: Draft, lines: Lines) -> Lines:
    middle = len(lines) // 2
    return [*lines[:middle], *(line.replace(",", ";") for line in lines[middle:])]


def _quoted(line: str) -> str:
    return '"' + line.replace('"', '""') + '"'


def _bare(line: str, signs: str | None = None) -> list[int]:
    """Places outside of quotes, of all signs or of some."""
    found, is_quoted = [], False
    for place, sign in enumerate(line):
        is_quoted ^= sign == '"'
        if not is_quoted and sign != '"' and (signs is None or sign in signs):
            found.append(place)
    return found


def _split(draft: Draft, line: str) -> str:
    place = draft.rng.choice([place for place in _bare(line) if place] or [len(line)])
    return f"{line[:place]}\n{line[place:]}"


def _quote_anywhere(draft: Draft, line: str) -> str:
    place = draft.rng.randint(0, len(line))
    return f'{line[:place]}"{line[place:]}'


def _anywhere(old: str, new: str) -> Callable[[Draft, str], str]:
    def edit(draft: Draft, line: str) -> str:
        places = _bare(line, old)
        place = draft.rng.choice(places) if places else 0
        return line[:place] + new + line[place + 1 :] if places else line

    return edit


def _first(new: str, old: str) -> Callable[[Draft, str], str]:
    """The first of a sign outside of quotes replaced; without a sign, something put in front."""

    def edit(draft: Draft, line: str) -> str:
        place = min(_bare(line, old), default=len(line)) if old else 0
        return line[:place] + new + line[place + len(old) :]

    return edit


def _quoted_cell(before: str, after: str) -> Callable[[Draft, str], str]:
    def edit(draft: Draft, line: str) -> str:
        cells = line.split(",")
        place = draft.rng.randrange(len(cells))
        cells[place] = f"{before}{cells[place]}{after}"
        return ",".join(cells)

    return edit


def _curly(draft: Draft, line: str) -> str:
    return ",".join(f"“{cell}”" for cell in line.split(","))


def _single(draft: Draft, line: str) -> str:
    return ",".join(f"'{cell}'" for cell in line.split(","))


def _second(first: Draft, width: int) -> Lines:
    """Another table: names and rows of another shape, cut or filled to a width."""
    shape = next(
        it for it in SHAPES if it.name != first.shape.name and len(it.header) != len(first.header)
    )
    other = draft(shape, f"second {first.rng.random()}", (4, 8))
    rows = [other.header, *other.rows]
    return [first.style.record([*row, *["x"] * width][:width]) for row in rows]


@kind("table: the same one again below", "lines")
def _again(one: Draft) -> None:
    def edit(draft: Draft, lines: Lines) -> Lines:
        return [*lines, lines[0], *more]

    rows = [one.shape.row(one.rng, n) for n in range(500, 506)]
    more = [one.style.record(row) for row in rows]
    one.truth = [*one.truth, *rows]
    _lined(one, edit)
