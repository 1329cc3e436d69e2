"""Bytes that are damaged, cut, packed, or of another kind of file altogether."""

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Callable
from functools import partial

from benchmarks.messy_files.drafts import Draft
from benchmarks.messy_files.kinds import add, kind


def _changed(draft: Draft, change: Callable[[Draft, bytes], bytes]) -> None:
    draft.on_bytes.append(change)


def _bytes(name: str, change: Callable[[Draft, bytes], bytes]) -> None:
    add(name, "bytes", partial(_changed, change=change))


def _inserted(some: bytes) -> Callable[[Draft, bytes], bytes]:
    """The bytes somewhere behind the header."""

    def change(draft: Draft, content: bytes) -> bytes:
        place = draft.rng.randint(content.find(b"\n") + 1, len(content))
        return content[:place] + some + content[place:]

    return change


def _swapped(old: bytes, new: bytes) -> Callable[[Draft, bytes], bytes]:
    return lambda draft, content: content.replace(old, new)


def _mixed(draft: Draft, content: bytes) -> bytes:
    lines = content.split(b"\n")
    return b"".join(
        line + (draft.rng.choice((b"\r\n", b"\n")) if number < len(lines) - 1 else b"")
        for number, line in enumerate(lines)
    )


def _half_crlf(draft: Draft, content: bytes) -> bytes:
    middle = content.find(b"\n", len(content) // 2)
    return content[:middle] + content[middle:].replace(b"\n", b"\r\n")


def _header_crlf(draft: Draft, content: bytes) -> bytes:
    return content.replace(b"\n", b"\r\n", 1)


_bytes("damage: a NUL", _inserted(b"\0"))
_bytes("damage: a block of NUL", _inserted(b"\0" * 4096))
_bytes("damage: a block of NUL at the end", lambda draft, content: content + b"\0" * 4096)
_bytes("damage: a NUL first", lambda draft, content: b"\0" + content)
_bytes("damage: every second byte NUL", lambda d, it: b"".join(bytes((b, 0)) for b in it))
_bytes("damage: FF FE inside", _inserted(b"\xff\xfe"))
_bytes("damage: overlong UTF-8", _inserted(b"\xc0\xaf"))
_bytes("damage: a surrogate in UTF-8", _inserted(b"\xed\xa0\x80"))
_bytes("damage: a lone continuation byte", _inserted(b"\x80"))
_bytes("damage: a latin-1 letter", _inserted(b"\xe9"))
_bytes("damage: a gb18030 word", _inserted("客户".encode("gb18030")))
_bytes("damage: the end-of-file sign at the end", lambda draft, content: content + b"\x1a")
_bytes("line ends: mixed", _mixed)
_bytes("line ends: CRLF from the middle on", _half_crlf)
_bytes("line ends: CRLF after the header only", _header_crlf)
_bytes("line ends: none at all", _swapped(b"\n", b""))
_bytes("line ends: blanks before", _swapped(b"\n", b" \n"))
_bytes("line ends: written as \\n", _swapped(b"\n", b"\\n"))


def _cut(draft: Draft, content: bytes, before_last: bool = False) -> bytes:
    """Cut behind the middle; `before_last`: inside a record, in front of its last cell."""
    first = len(content) // 2
    if not before_last:
        return content[: draft.rng.randint(first, len(content) - 2)]
    ends = [place for place in range(first, len(content)) if content[place : place + 1] == b"\n"]
    cuts = [
        place
        for end in ends
        for place in range(content.rfind(b",", 0, end), content.rfind(b"\n", 0, end) + 2, -1)
    ]
    return content[: draft.rng.choice(cuts)] if cuts else content[: content.rfind(b",")]


_bytes("cut: inside a record", partial(_cut, before_last=True))
_bytes("cut: inside the header", lambda draft, content: content[: content.find(b"\n") - 2])
_bytes("cut: to nothing", lambda draft, content: b"")
_bytes("cut: to a byte order mark", lambda draft, content: b"\xef\xbb\xbf")


@kind("cut: anywhere, with a manifest", "bytes")
def _cut_anywhere(draft: Draft) -> None:
    draft.manifest = ("sha256",)
    _changed(draft, _cut)


@kind("cut: between records, with a manifest", "bytes")
def _cut_between(draft: Draft) -> None:
    draft.manifest = (draft.rng.choice(("rows", "sha256")),)
    _changed(draft, lambda _, content: b"".join(content.splitlines(keepends=True)[:-3]))


@kind("a figure changed, with a manifest", "bytes")
def _one_byte(draft: Draft) -> None:
    draft.manifest = ("rows", "sha256")
    _changed(draft, lambda _, content: content.replace(b"1", b"7", 1))


@kind("cut: gzip", "bytes")
def _cut_gzip(draft: Draft) -> None:
    draft.name = "file.csv.gz"
    draft.keys |= {"path": "file.csv.gz"}
    _changed(draft, lambda one, it: _cut(one, gzip.compress(it, mtime=0)))


@kind("packed: plain text named .csv.gz", "bytes")
def _not_gzip(draft: Draft) -> None:
    draft.name = "file.csv.gz"
    draft.keys |= {"path": "file.csv.gz"}


def _zipped(draft: Draft, content: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(zipfile.ZipInfo("file.csv"), content)
    return packed.getvalue()


_bytes("packed: gzip named .csv", lambda draft, content: gzip.compress(content, mtime=0))
_bytes("packed: zip named .csv", _zipped)
_bytes("packed: gzip twice", lambda d, it: gzip.compress(gzip.compress(it, mtime=0), mtime=0))
_bytes("other: an HTML page", lambda draft, content: b"<html><body>502 Bad Gateway</body></html>\n")
_bytes("other: JSON lines", lambda draft, content: b'{"id": 1, "a": "b"}\n{"id": 2}\n')
_bytes("other: noise", lambda draft, content: draft.rng.randbytes(4000))
_bytes("other: SQL", lambda draft, content: b"insert into x values (1, 'a');\n" * 20)
_bytes("other: XML in front", lambda draft, content: b'<?xml version="1.0"?>\n' + content)
_bytes("other: a log behind", lambda d, it: it + b"ERROR 2013 (HY000): Lost connection\n")
_bytes("other: the file twice", lambda d, it: it + it)
