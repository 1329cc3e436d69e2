"""Files written in another dialect or encoding than the contract declares."""

from __future__ import annotations

import codecs
from functools import partial
from typing import Any

from benchmarks.messy_files.drafts import Draft
from benchmarks.messy_files.kinds import add, kind


def _set(draft: Draft, **style: Any) -> None:
    for name, value in style.items():
        setattr(draft.style, name, value)


def _style(name: str, **style: Any) -> None:
    add(name, "style", partial(_set, **style))


def _encoded(name: str, encoding: str) -> None:
    add(name, "style", lambda draft: draft.written_in(encoding))


DELIMITERS = {
    "semicolon": ";",
    "tab": "\t",
    "bar": "|",
    "caret": "^",
    "tilde": "~",
    "space": " ",
    "two bars": "||",
    "two colons": "::",
    "comma and space": ", ",
    "unit separator": "\x1f",
    "full-width comma": "，",
}
for _name, _sign in DELIMITERS.items():
    _style(f"delimiter: {_name}", delimiter=_sign)
_style("delimiter: semicolon, all quoted", delimiter=";", quoting="all")
_style("delimiter: tab, CRLF", delimiter="\t", line="\r\n")

_style("quotes: none", quoting="none")
_style("quotes: single, minimal", quote="'")
_style("quotes: single, all", quote="'", quoting="all")
_style("quotes: backtick", quote="`")
_style("quotes: backtick, all", quote="`", quoting="all")
_style("quotes: bar", quote="|")
_style("quotes: inner ones left alone", escape="none")
_style("quotes: inner ones left alone, all quoted", escape="none", quoting="all")
_style("escapes: backslash", escape="backslash")
_style("escapes: backslash, all quoted", escape="backslash", quoting="all")
_style("escapes: backslash, no quotes", escape="backslash", quoting="none")
_style("escapes: backslash, single quotes", escape="backslash", quote="'")

_style("line ends: CR", line="\r")
_style("line ends: CR CR LF", line="\r\r\n")
_style("line ends: LF CR", line="\n\r")
_style("line ends: LF twice", line="\n\n")
_style("line ends: record separator", line="\x1e")
_style("line ends: U+2028", line="\u2028")

_encoded("encoding: gbk", "gbk")
_encoded("encoding: gb18030", "gb18030")
_encoded("encoding: latin-1", "latin-1")
_encoded("encoding: big5", "big5")
_encoded("encoding: utf-16 with mark", "utf-16")
_encoded("encoding: utf-16-le without mark", "utf-16-le")
_encoded("encoding: utf-16-be without mark", "utf-16-be")
_encoded("encoding: utf-32", "utf-32")
_encoded("encoding: cp1252", "cp1252")
_style("encoding: mark twice", mark=codecs.BOM_UTF8 * 2)


@kind("encoding: UTF-8, declared gb18030", "style", False, ("contacts", "texts", "orders"))
def _utf8_as_gb(draft: Draft) -> None:
    draft.keys |= {"encoding": "gb18030"}


@kind("encoding: UTF-8, declared latin-1", "style", False, ("contacts", "texts", "orders"))
def _utf8_as_latin(draft: Draft) -> None:
    draft.keys |= {"encoding": "latin-1"}


@kind("encoding: big5, declared gb18030", "style", False, ("contacts", "texts"))
def _big5_as_gb(draft: Draft) -> None:
    draft.written_in("big5")
    draft.keys |= {"encoding": "gb18030"}


@kind("encoding: utf-16-le, declared utf-16-be", "style")
def _other_order(draft: Draft) -> None:
    draft.style.encoding = "utf-16-le"
    draft.keys |= {"encoding": "utf-16-be"}
