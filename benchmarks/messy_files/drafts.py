"""A file in the making: a clean table, the style in which it is written, and edits of each layer.

A kind of pollution edits the table or the style, or the written records, or the bytes. Two kinds
of different layers can be put on one file.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from benchmarks.messy_files.shapes import Row, Shape


@dataclass
class Style:
    """How cells become text: what a writer of CSV can choose."""

    delimiter: str = ","
    quote: str = '"'
    quoting: str = "minimal"
    escape: str = "doubled"
    line: str = "\n"
    is_ended: bool = True
    encoding: str = "utf-8"
    mark: bytes = b""

    def record(self, cells: Row) -> str:
        """One record, without its line end."""
        return self.delimiter.join(map(self.cell, cells))

    def cell(self, text: str) -> str:
        """One cell."""
        special = (self.delimiter, self.quote, "\n", "\r")
        if self.quoting == "none" or (
            self.quoting == "minimal" and not any(sign in text for sign in special)
        ):
            return self._escaped_bare(text)
        if self.escape == "backslash":
            text = text.replace("\\", "\\\\").replace(self.quote, f"\\{self.quote}")
        elif self.escape == "doubled":
            text = text.replace(self.quote, self.quote * 2)
        return f"{self.quote}{text}{self.quote}"

    def _escaped_bare(self, text: str) -> str:
        if self.escape != "backslash":
            return text
        for sign in ("\\", self.delimiter, "\n"):
            text = text.replace(sign, f"\\{sign}")
        return text


@dataclass
class Draft:
    """One file of the corpus.

    Attributes:
        shape: Whose contract it is judged by.
        rng: Of this file alone.
        header: Names in the file.
        rows: Cells in the file.
        truth: The rows that a reader who understands the file would load.
        keys: What the contract of a well-formed variant declares.
        name: Of the delivered file.
        manifest: What a manifest beside the file says of it as it was before the bytes changed.
    """

    shape: Shape
    rng: random.Random
    header: list[str]
    rows: list[Row]
    truth: list[Row]
    style: Style = field(default_factory=Style)
    keys: dict[str, Any] = field(default_factory=dict)
    name: str = "file.csv"
    manifest: tuple[str, ...] = ()
    on_lines: list[Callable[[Draft, list[str]], list[str]]] = field(default_factory=list)
    on_bytes: list[Callable[[Draft, bytes], bytes]] = field(default_factory=list)

    def lines(self) -> list[str]:
        """The records, the header first."""
        return [self.style.record(cells) for cells in [self.header, *self.rows]]

    def content(self) -> bytes:
        """The bytes of the file."""
        lines = self.lines()
        for edit in self.on_lines:
            lines = edit(self, lines)
        text = self.style.line.join(lines)
        if self.style.is_ended and lines:
            text += self.style.line
        content = self.style.mark + text.encode(self.style.encoding, "replace")
        for change in self.on_bytes:
            content = change(self, content)
        return content

    def written_in(self, encoding: str) -> None:
        """Write it in an encoding; what that one cannot write is lost, also from the truth."""
        self.style.encoding = encoding
        self.header = _through(encoding, self.header)
        self.rows = [_through(encoding, row) for row in self.rows]
        self.truth = [_through(encoding, row) for row in self.truth]

    def some_rows(self) -> list[int]:
        """Numbers of one to four rows."""
        return self.rng.sample(range(len(self.rows)), self.rng.randint(1, 4))


def _through(encoding: str, cells: Row) -> Row:
    return [cell.encode(encoding, "ignore").decode(encoding) for cell in cells]


def draft(shape: Shape, seed: str, rows: tuple[int, int] = (14, 40)) -> Draft:
    """A clean file of a shape."""
    rng = random.Random(f"messy {shape.name} {seed}")
    table = [shape.row(rng, n) for n in range(rng.randint(*rows))]
    return Draft(shape, rng, shape.header, [[*row] for row in table], table)
