"""Bytes to UTF-8: text files that DuckDB cannot read as they are, rewritten strictly."""

from __future__ import annotations

import codecs
import gzip
import os
import re
from pathlib import Path
from typing import BinaryIO, cast

from assets.raw.contract_model import UTF8
from assets.raw.errors import FileError
from assets.raw.files.source_rows import Reading

CHUNK = 1 << 20
GZIP, ZIP = b"\x1f\x8b", b"PK\x03\x04"
ENOUGH = 6
"""Characters that tell of an encoding; fewer can be chance."""

BEYOND_ASCII, PRIVATE_USE = re.compile("[^\x00-\x7f]"), re.compile("[\ue000-\uf8ff]")
UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def as_utf8(reading: Reading) -> Path:
    """The file itself when it is declared UTF-8, else a strict UTF-8 rewrite in the build.

    Raises:
        FileError: the content is no text, or not in the declared encoding.
    """
    plain = reading.plain
    _refuse_other_formats(reading, plain)
    if reading.obj.encoding in UTF8:
        return plain
    target = reading.scratch / f"{plain.name.removesuffix('.gz')}.utf8"
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as copy, open_bytes(plain) as source:
        _transcode(reading, source, copy)
    return target


def open_bytes(path: Path) -> BinaryIO:
    """The bytes of a file, unpacked when its name ends in .gz."""
    return cast(BinaryIO, gzip.open(path, "rb")) if path.suffix == ".gz" else path.open("rb")


class _OtherEncoding:
    """Looks for signs that a file that could be decoded is in another encoding all the same.

    GB18030 and latin-1 take nearly any bytes. A file of theirs is no valid UTF-8 once it holds some
    characters, and Big5 read as GB18030 comes out full of characters of private use.
    """

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._utf8 = codecs.getincrementaldecoder("utf-8")("strict")
        self._is_utf8 = not reading.obj.encoding.startswith(("utf-16", "utf-32"))
        self._utf8_count = self._count = self._private_count = 0

    def look_at(self, chunk: bytes, text: str) -> None:
        """Take note of the next piece, as bytes and as decoded."""
        if self._is_utf8:
            try:
                self._utf8_count += len(BEYOND_ASCII.findall(self._utf8.decode(chunk, not chunk)))
            except UnicodeDecodeError:
                self._is_utf8 = False
        self._count += len(BEYOND_ASCII.findall(text))
        self._private_count += len(PRIVATE_USE.findall(text))

    def refuse(self) -> None:
        """Raise FileError when the signs are clear."""
        path, encoding = self._reading.path, self._reading.obj.encoding
        if self._is_utf8 and self._utf8_count >= ENOUGH:
            raise FileError(f"{path}: is UTF-8, not {encoding}; mend 'encoding' in the contract")
        if self._private_count >= ENOUGH and self._private_count * 20 > self._count:
            raise FileError(
                f"{path}: holds {self._private_count:,} characters of private use, more than "
                f"{encoding} texts do; mend 'encoding' in the contract, for example big5"
            )


def _transcode(reading: Reading, source: BinaryIO, copy: BinaryIO) -> None:
    decoder = codecs.getincrementaldecoder(reading.obj.encoding)("strict")
    other = _OtherEncoding(reading)
    read, is_first = 0, True
    while True:
        pending = len(decoder.getstate()[0])
        try:
            chunk = source.read(CHUNK)
            text = decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError as error:
            raise FileError(
                f"{reading.path}: byte {read - pending + error.start} is no {reading.obj.encoding}"
                "; the file is damaged, or mend 'encoding' in the contract"
            ) from None
        except (EOFError, OSError) as error:
            raise FileError(
                f"{reading.path}: cannot be unpacked ({error}); deliver it again"
            ) from None
        if is_first:
            text = text.removeprefix("\ufeff")
            is_first = not text
        other.look_at(chunk, text)
        read += len(chunk)
        copy.write(text.encode("utf-8", "surrogatepass"))
        if not chunk:
            return other.refuse()


def _refuse_other_formats(reading: Reading, plain: Path) -> None:
    with plain.open("rb") as handle:
        start = handle.read(4)
    if start.startswith(GZIP) != (plain.suffix == ".gz"):
        state = "is" if start.startswith(GZIP) else "is not"
        raise FileError(
            f"{reading.path}: {state} gzip-compressed, against its name; "
            "rename it so that only compressed files end in .gz"
        )
    if start == ZIP:
        raise FileError(
            f"{reading.path}: is an Excel or zip file; mend 'format' in the contract or unpack it"
        )
    if start.startswith(UTF16) and reading.obj.encoding in UTF8:
        raise FileError(f"{reading.path}: is UTF-16; write 'encoding: utf-16' in the contract")
