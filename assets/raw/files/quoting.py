"""Quotes of a CSV file: where RFC 4180 allows none, they are marked before anything is split.

A reader that meets a quote in a wrong place guesses, and one wrong guess joins or splits the
records behind it. So the places of all quotes are looked at first. A file whose quotes all open
and close fields is read as it is. In any other file each stray quote is replaced by a mark: the
field that holds it is text up to its delimiter, its record is refused by name, and the records
around it are read as if it were not there.
"""

from __future__ import annotations

import mmap
import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from assets.raw.errors import FileError
from assets.raw.files.encoding import CHUNK, open_bytes
from assets.raw.files.source_rows import Reading

if TYPE_CHECKING:
    import numpy as np

STRAY = "\x01\x02quote\x02\x01"
"""What no field holds: stands for a quote that neither opens nor closes a field."""

QUOTE, MARK = 0x22, b"\xef\xbb\xbf"


@dataclass(frozen=True)
class Quotes:
    """What the quotes of a file are like.

    Attributes:
        count: How many there are.
        are_regular: Whether each opens or closes a field, or is one of two inside.
        is_ended: Whether the file ends with a line end (an empty one does).
    """

    count: int
    are_regular: bool
    is_ended: bool


def look_at_quotes(reading: Reading, path: Path) -> Quotes:
    """Look at every quote of a file, in one pass.

    Quotes alternate in a regular file: the first opens, the second closes. Two side by side inside
    a field close it and open it again, which keeps the count right.

    Raises:
        FileError: the file cannot be unpacked.
    """
    import numpy as np

    around = np.zeros(256, dtype=bool)
    around[[*reading.obj.delimiter.encode(), *b"\r\n"]] = True
    count, is_regular = 0, True
    before, held = b"\n", b""
    try:
        with open_bytes(path) as handle:
            is_first = True
            while True:
                chunk = handle.read(CHUNK)
                if is_first:
                    chunk, is_first = chunk.removeprefix(MARK), False
                text = held + chunk
                # The last byte waits: what follows it is in the next chunk.
                held, text = (text[-1:], text[:-1]) if chunk else (b"", text)
                if QUOTE in text:
                    found, ok = _are_regular(before, text, held or b"\n", count, around)
                    count, is_regular = count + found, is_regular and ok
                before = text[-1:] or before
                if not chunk:
                    break
    except (EOFError, OSError) as error:
        raise FileError(
            f"{reading.path}: cannot be unpacked ({error}); deliver the file again"
        ) from None
    return Quotes(count, is_regular and count % 2 == 0, before in b"\r\n")


def _are_regular(
    before: bytes, text: bytes, after: bytes, count: int, around: np.ndarray
) -> tuple[int, bool]:
    """How many quotes a piece holds, and whether all are where they may be."""
    import numpy as np

    signs = np.frombuffer(before + text + after, dtype=np.uint8)
    places = np.flatnonzero(signs[1:-1] == QUOTE) + 1
    opens = (np.arange(count, count + places.size) % 2) == 0
    neighbours = np.where(opens, signs[places - 1], signs[places + 1])
    return places.size, bool(np.all(around[neighbours] | (neighbours == QUOTE)))


def with_stray_quotes_marked(reading: Reading, path: Path) -> Path:
    """A copy in the build, in which every stray quote is the mark.

    Raises:
        FileError: the file ends inside a quoted field.
    """
    source = _unpacked(reading, path)
    target = reading.scratch / f"{source.name.removesuffix('.plain')}.marked"
    delimiter = re.escape(reading.obj.delimiter.encode())
    # Possessive all through, so that a field is tried once: long files are read in one go.
    regular = re.compile(
        rb'(?:[^"]++|(?<![^%b\r\n])"(?:[^"]++|"")*+"(?=[%b\r\n]|\Z))*+' % (delimiter, delimiter)
    )
    endless = re.compile(rb'(?<![^%b\r\n])"(?:[^"]++|"")*+\Z' % delimiter)
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with (
        os.fdopen(descriptor, "wb") as copy,
        source.open("rb") as handle,
        mmap.mmap(handle.fileno(), 0, access=mmap.ACCESS_READ) as content,
    ):
        place = len(MARK) if content[:3] == MARK else 0
        while True:
            found = regular.match(content, place)
            end = found.end() if found else place
            with memoryview(content) as view, view[place:end] as piece:
                copy.write(piece)
            if end == len(content):
                return target
            if endless.match(content, end):
                raise FileError(
                    f"{reading.path}: ends inside a quoted field that starts in record "
                    f"{_record(content[:end])}; the file was cut or a quote is missing: "
                    "deliver it again"
                )
            copy.write(STRAY.encode())
            place = end + 1


def _unpacked(reading: Reading, path: Path) -> Path:
    if path.suffix != ".gz":
        return path
    plain = reading.scratch / f"{path.stem}.plain"
    descriptor = os.open(plain, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as copy, open_bytes(path) as source:
        shutil.copyfileobj(source, copy, CHUNK)
    return plain


def _record(before: bytes) -> int:
    """Number of the record that begins or goes on behind these bytes; the header is number 0."""
    return re.sub(rb'"(?:[^"]|"")*+"', b"", before).count(b"\n")
