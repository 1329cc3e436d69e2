"""Excel workbooks (.xlsx): the first sheet, or the one that the contract names."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from assets.raw import sql
from assets.raw.errors import FileError
from assets.raw.files.headers import match_header
from assets.raw.files.source_rows import Reading, SourceRows

VIEW = "raw_excel_cells"


def read_excel(reading: Reading) -> SourceRows:
    """The rows of one workbook, every cell as the text that a CSV export would hold.

    Excel's limit of a million rows keeps this small enough for Python.

    Raises:
        FileError: no workbook, no such sheet, or other columns than declared.
    """
    import pyarrow as pa

    grid = _grid(reading)
    header = [_as_text(cell) for cell in grid[0]] if grid else []
    while header and not header[-1]:
        header.pop()
    if not header:
        raise FileError(
            f"{reading.path}: the first row of the sheet is empty; put the header there"
        )
    columns = match_header(reading, header)
    width = len(columns)
    numbered = [
        (position, row) for position, row in enumerate(grid[1:], 1) if any(map(_filled, row))
    ]
    cells = {
        column.name: pa.array([_as_text(row[place]) for _, row in numbered], pa.string())
        for place, column in enumerate(columns)
    }
    cells["_position"] = pa.array([position for position, _ in numbered], pa.int64())
    cells["_is_wide"] = pa.array(
        [any(map(_filled, row[width:])) for _, row in numbered], pa.bool_()
    )
    reading.con.register(VIEW, pa.table(cells))
    values = ", ".join(sql.name(column.name) for column in columns)
    reason = f"the row has cells behind the {width} columns of the header"
    query = f"""
        select
            _position,
            case when _is_wide then 'too_many_fields' end as _rule,
            case when _is_wide then '{reason}' end as _reason,
            null::varchar as _payload,
            {values}
        from {VIEW}
    """
    return SourceRows(query, {column.name: "VARCHAR" for column in columns})


def _grid(reading: Reading) -> list[list[Any]]:
    import python_calamine

    try:
        workbook = python_calamine.CalamineWorkbook.from_path(str(reading.plain))
        wanted = reading.obj.sheet or workbook.sheet_names[0]
        if wanted not in workbook.sheet_names:
            raise FileError(
                f"{reading.path}: has no sheet {wanted!r}, only {', '.join(workbook.sheet_names)}; "
                "mend 'sheet' in the contract"
            )
        return workbook.get_sheet_by_name(wanted).to_python(skip_empty_area=False)
    except (python_calamine.CalamineError, OSError, IndexError):
        raise FileError(
            f"{reading.path}: is no readable Excel workbook; deliver it again as .xlsx "
            "or mend 'format' in the contract"
        ) from None


def _filled(cell: object) -> bool:
    return cell is not None and cell != ""


def _as_text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 2**53:
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ")
    if isinstance(cell, date):
        return cell.isoformat()
    return str(cell)
