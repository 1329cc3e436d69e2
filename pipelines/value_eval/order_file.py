"""The user's order list: which column is which, and a copy that landing can read.

The copy is UTF-8 and its header has our names; the records below it are the user's own, unread, so
that landing is what judges them.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pipelines.value_eval.errors import ValueEvalError

NAMES = {
    "customer_id": "客户编号",
    "order_date": "下单日期",
    "quantity": "数量",
    "amount": "金额",
    "order_id": "订单编号",
}
"""Column to its Chinese name; both are understood."""

NEEDED = ("customer_id", "order_date", "quantity", "amount")
ENCODINGS = {"utf-8-sig": "UTF-8", "gb18030": "GB18030 (GBK)"}
CHUNK = 1 << 20
OTHER_FORMATS = {
    b"PK\x03\x04": "an Excel or zip file",
    b"\x1f\x8b": "compressed",
    codecs.BOM_UTF16_LE: "UTF-16",
    codecs.BOM_UTF16_BE: "UTF-16",
}


@dataclass(frozen=True)
class OrderFile:
    """What the head of an order list says.

    Attributes:
        path: the file.
        encoding: Python's name of its encoding.
        columns: the columns of the copy in the order of the file; those that are not ours are
            called `ignored_1`, `ignored_2` and so on.
        ignored: what the file calls the columns that are not read.
        header: the characters that the header takes, its line end included.
    """

    path: Path
    encoding: str
    columns: tuple[str, ...]
    ignored: tuple[str, ...]
    header: str

    @property
    def has_order_ids(self) -> bool:
        """Whether the file numbers its orders itself."""
        return "order_id" in self.columns


def read_order_file(path: Path) -> OrderFile:
    """Find out the encoding and the columns of an order list.

    Raises:
        ValueEvalError: no file, no CSV, or a needed column is missing or there twice.
    """
    if not path.is_file():
        raise ValueEvalError(f"ORDERS={path}: no such file")
    try:
        encoding = _encoding(path)
        titles, header = _header(path, encoding)
    except OSError as error:
        raise ValueEvalError(f"ORDERS={path}: cannot be read ({error.strerror})") from None
    if not titles:
        raise ValueEvalError(f"{path}: is empty; the first line must name the columns")
    columns, ignored = _columns(path, titles)
    return OrderFile(path, encoding, columns, ignored, header)


def write_copy(file: OrderFile, target: Path) -> None:
    """Write the list anew: UTF-8, our names in the header, the records as they are."""
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (
        file.path.open(encoding=file.encoding, newline="") as source,
        target.open("w", encoding="utf-8", newline="") as copy,
    ):
        source.read(len(file.header))
        end = file.header[len(file.header.rstrip("\r\n")) :] or "\n"
        copy.write(",".join(file.columns) + end)
        shutil.copyfileobj(source, copy, CHUNK)
    target.chmod(0o600)


def _encoding(path: Path) -> str:
    """UTF-8 where every byte of the file is; text in GBK practically never is."""
    with path.open("rb") as file:
        start = file.read(4)
    for magic, what in OTHER_FORMATS.items():
        if start.startswith(magic):
            raise ValueEvalError(f"{path}: is {what}; save it as CSV in UTF-8")
    for encoding in ENCODINGS:
        try:
            with path.open(encoding=encoding, newline="") as text:
                while text.read(CHUNK):
                    pass
        except UnicodeDecodeError:
            continue
        return encoding
    raise ValueEvalError(f"{path}: is neither UTF-8 nor GBK; save it as CSV in UTF-8")


def _header(path: Path, encoding: str) -> tuple[list[str], str]:
    """The names in the first record, and its text; a name may hold a line break."""
    taken: list[str] = []

    def lines(file: io.TextIOBase) -> Iterator[str]:
        for line in file:
            taken.append(line)
            yield line

    try:
        with path.open(encoding=encoding, newline="") as file:
            titles = next(csv.reader(lines(file), strict=True), [])
    except csv.Error:
        raise ValueEvalError(f"{path}: quotes in the first line do not match; mend it") from None
    return titles, "".join(taken)


def _columns(path: Path, titles: list[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    columns: list[str] = []
    ignored: list[str] = []
    for title in titles:
        name = _meaning(title)
        if name is None:
            ignored.append(title.strip())
            name = f"ignored_{len(ignored)}"
        elif name in columns:
            raise ValueEvalError(f"{path}: has two columns for {name}; keep one")
        columns.append(name)
    missing = [name for name in NEEDED if name not in columns]
    if missing:
        needed = " and ".join(f"{name} ({NAMES[name]})" for name in missing)
        found = ", ".join(title.strip()[:60] for title in titles[:20])
        raise ValueEvalError(
            f"{path}: has no column {needed}; its first line, split at commas, names: {found}"
        )
    return tuple(columns), tuple(ignored)


def _meaning(title: str) -> str | None:
    plain = re.sub(r"[\s\-]+", "_", title.strip().casefold())
    return next((name for name, chinese in NAMES.items() if plain in (name, chinese)), None)
