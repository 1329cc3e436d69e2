"""Files that a contract allows: each must be loaded whole and exactly."""

from __future__ import annotations

import codecs
import gzip
from functools import partial
from typing import Any

from benchmarks.messy_files.drafts import Draft
from benchmarks.messy_files.kinds import add, kind

WITH_TEXT = ("orders", "contacts", "texts")


def _styled(draft: Draft, declared: dict[str, Any] | None = None, **style: Any) -> None:
    for name, value in style.items():
        setattr(draft.style, name, value)
    draft.keys |= declared or {}


def _declare(name: str, declared: dict[str, Any] | None = None, **style: Any) -> None:
    add(name, "style", partial(_styled, declared=declared, **style), well_formed=True)


_declare("well: plain")
_declare("well: every field quoted", quoting="all")
_declare("well: CRLF", line="\r\n")
_declare("well: CRLF, every field quoted", line="\r\n", quoting="all")
_declare("well: no line end at the end", is_ended=False)
_declare("well: UTF-8 byte order mark", mark=codecs.BOM_UTF8)
_declare("well: byte order mark, all quoted", mark=codecs.BOM_UTF8, quoting="all")
_declare("well: declared semicolon", {"delimiter": ";"}, delimiter=";")
_declare("well: declared tab", {"delimiter": "\t"}, delimiter="\t")
_declare("well: declared bar", {"delimiter": "|"}, delimiter="|")
_declare("well: declared tab, CRLF, quoted", {"delimiter": "\t"}, delimiter="\t", quoting="all")
_declare("well: declared gb18030", {"encoding": "gb18030"}, encoding="gb18030")
_declare("well: declared utf-16", {"encoding": "utf-16"}, encoding="utf-16")
_declare("well: declared utf-16-le", {"encoding": "utf-16-le"}, encoding="utf-16-le")
_declare("well: declared utf-16-be, CRLF", {"encoding": "utf-16-be"}, encoding="utf-16-be")


@kind("well: declared latin-1", "style", True, ("orders", "measures"))
def _latin(draft: Draft) -> None:
    draft.written_in("latin-1")
    draft.keys |= {"encoding": "latin-1"}


@kind("well: declared gbk", "style", True)
def _gbk(draft: Draft) -> None:
    draft.written_in("gbk")
    draft.keys |= {"encoding": "gbk"}


@kind("well: declared big5", "style", True, ("orders", "measures", "texts"))
def _big5(draft: Draft) -> None:
    draft.written_in("big5")
    draft.keys |= {"encoding": "big5"}


@kind("well: columns in another order", "table", True)
def _reordered(draft: Draft) -> None:
    order = draft.rng.sample(range(len(draft.header)), len(draft.header))
    draft.header = [draft.header[place] for place in order]
    draft.rows = [[row[place] for place in order] for row in draft.rows]


@kind("well: header only", "table", True)
def _no_rows(draft: Draft) -> None:
    draft.rows, draft.truth = [], []


@kind("well: one row", "table", True)
def _one_row(draft: Draft) -> None:
    draft.rows, draft.truth = draft.rows[:1], draft.truth[:1]


@kind("well: the same row twice", "table", True)
def _doubled(draft: Draft) -> None:
    draft.rows.append([*draft.rows[2]])
    draft.truth = [*draft.truth, draft.truth[2]]


@kind("well: gzip named .csv.gz", "bytes", True)
def _gzip(draft: Draft) -> None:
    draft.name = "file.csv.gz"
    draft.keys |= {"path": "file.csv.gz"}
    draft.on_bytes.append(lambda _, content: gzip.compress(content, mtime=0))


@kind("well: with its manifest", "bytes", True)
def _manifest(draft: Draft) -> None:
    draft.manifest = ("rows", "sha256")


def _texts(draft: Draft, texts: tuple[str, ...]) -> None:
    """Own texts in a text column, in the file and in the truth."""
    place = next(
        number
        for number in reversed(range(len(draft.shape.columns)))
        if draft.shape.columns[number]["type"] == "varchar"
        and draft.shape.columns[number]["name"] in ("note", "title", "body", "label")
    )
    for number, row in enumerate(draft.rows):
        row[place] = texts[number % len(texts)]
    draft.truth = [[*row] for row in draft.rows]


TEXTS: dict[str, tuple[str, ...]] = {
    "emoji": ("👩‍👩‍👧‍👦", "👍🏽 ok", "🇨🇳,🇩🇪", "❤️‍🔥"),
    "right to left": ("\u202eאבג\u202c", "مرحبا, بالعالم", "שלום\nעולם"),
    "formulas": ('=HYPERLINK("http://x","y")', "@SUM(1+1)", "+86138", "-2+3", "=1+1", "＝1"),
    "look-alikes": ("NULL", "null", "\\N", "NaN", "None", "N/A", "#REF!", "-", "0x1F", "1e400"),
    "41 digits": ("1" * 41, "-" + "9" * 41, "0" * 41, "1" * 41 + ".5"),
    "quotes of all kinds": ('"', '""', "'", "“引”", '"a"', "'a'", '"""', 'a"b', '",'),
    "markup": ("<script>alert(1)</script>", "{{ 7*7 }}", "'; drop table x; --", "${jndi:x}"),
    "blanks": (" x ", "  ", "\tx", "\u3000x\u3000", "\u00a0", "\u200b", "x\ufeff"),
    "line ends in fields": ("a\nb", "\na", "a\n", "a\n\nb", "a\n,b\n"),
    "comment signs": ("#comment", "# a", "//x", "-- x", "%x"),
    "separators of Unicode": ("a\u2028b", "a\u2029b", "a\u0085b", "a\vb", "a\fb", "a\x1eb"),
    "control characters": ("\x01", "\x07bell", "\x1a", "\x1b[0m", "\x7f"),
    "zalgo": ("z̸̢̛͓a̵͎l̷g̴o̶", "e\u0301", "\u1e9b\u0323"),
    "backslashes": ("\\", "a\\", "\\n", 'C:\\"x"\\', "\\,", "\\\\"),
}
for _name, _some in TEXTS.items():
    add(f"well: {_name}", "table", partial(_texts, texts=_some), True, WITH_TEXT)


@kind("well: a long field", "table", True, ("texts", "orders"))
def _long(draft: Draft) -> None:
    _texts(draft, ("长" * 40_000, 'x,"' * 60_000, "line\n" * 20_000))
