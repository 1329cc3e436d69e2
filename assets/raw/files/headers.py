"""The names in a file against the names in its contract."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

from assets.raw.contract_model import Column
from assets.raw.errors import FileError
from assets.raw.files.source_rows import Reading


def match_header(reading: Reading, header: list[str]) -> list[Column]:
    """The contract's columns in the order of the file; an optional one may be absent.

    Raises:
        FileError: a name is missing, unexpected or there twice.
    """
    twice = [name for name, count in Counter(header).items() if count > 1]
    if twice:
        raise FileError(
            f"{reading.path}: the header has the column {twice[0]!r} twice; deliver each once"
        )
    by_title = {column.title: column for column in reading.obj.columns}
    missing = [
        title for title, column in by_title.items() if title not in header and not column.optional
    ]
    unexpected = [name for name in header if name not in by_title]
    if missing or unexpected:
        found = [f"no column {_listed(missing)}"] if missing else []
        if unexpected:
            found.append(_undeclared(unexpected, by_title, header))
        raise FileError(
            f"{reading.path}: the file has {' and '.join(found)}; "
            "deliver the columns of the contract, or mend its columns (name, header)"
        )
    return [by_title[name] for name in header]


def _undeclared(unexpected: list[str], declared: Collection[str], header: list[str]) -> str:
    """Words for names that the contract does not know.

    Without a single known name the first record may be no header but a row of personal values,
    which are not told.
    """
    if any(name in declared for name in header):
        return f"the undeclared column {_listed(unexpected)}"
    if len(header) == 1 and any(title in header[0] for title in declared):
        return "one undeclared column instead, in which their names stand: mend 'delimiter'"
    return f"{len(header)} others instead, unless the first record is no header at all"


def _listed(names: list[str]) -> str:
    shown = ", ".join(repr(name[:60]) for name in names[:5])
    return shown + (f" and {len(names) - 5} more" if len(names) > 5 else "")
