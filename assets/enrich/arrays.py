"""Numbers from the engine into arrays and back, as they lie in memory.

Without `pyarrow.array`, `to_numpy` and `fetchnumpy`, which load pandas or copy.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import duckdb
    import numpy as np
    import numpy.typing as npt

    Array = npt.NDArray[Any]


def read_arrays(con: duckdb.DuckDBPyConnection, query: str) -> dict[str, Array]:
    """The columns of a query by name; all of them numbers, none of them boolean or null."""
    table = con.sql(query).to_arrow_table().combine_chunks()
    return {name: _as_array(table.column(name)) for name in table.column_names}


def _as_array(column: Any) -> Array:
    import numpy as np

    if len(column) == 0:
        return np.empty(0, dtype=column.type.to_pandas_dtype())
    array: Array = np.from_dlpack(column.chunk(0))
    return array


def read_placed(
    con: duckdb.DuckDBPyConnection, query: str, size: int, blanks: Mapping[str, int]
) -> dict[str, Array]:
    """Columns of a query as arrays of a size, each value at the place that `node` says.

    Args:
        con: connection that the query runs on.
        query: gives `node`, once at most, and numbers that are not null.
        size: length of the arrays.
        blanks: the columns to read, and what stands in a place that no row names.
    """
    import numpy as np

    table = con.sql(query).to_arrow_table()
    nodes = [np.from_dlpack(chunk) for chunk in table.column("node").chunks]
    arrays = {}
    for name, blank in blanks.items():
        column = table.column(name)
        arrays[name] = np.full(size, blank, dtype=column.type.to_pandas_dtype())
        for places, values in zip(nodes, column.chunks, strict=True):
            arrays[name][places] = np.from_dlpack(values)
    return arrays


@contextmanager
def shown(
    con: duckdb.DuckDBPyConnection, relation: str, arrays: Mapping[str, npt.NDArray[np.number]]
) -> Iterator[None]:
    """Show arrays of one length to queries, as the columns of a relation, while it lasts."""
    import numpy as np
    import pyarrow as pa

    columns = {
        name: pa.Array.from_buffers(
            pa.from_numpy_dtype(array.dtype),
            len(array),
            [None, pa.py_buffer(np.ascontiguousarray(array))],
        )
        for name, array in arrays.items()
    }
    con.register(relation, pa.table(columns))
    try:
        yield
    finally:
        con.unregister(relation)


def may_recur(hashes: npt.NDArray[np.uint64]) -> npt.NDArray[np.bool_]:
    """Which hashes share a bucket with another: all that occur twice, and some more.

    Most values of a million are alone, and need not be sorted to be found so.
    """
    import numpy as np

    bits = len(hashes).bit_length() + 1
    buckets = (hashes >> np.uint64(64 - bits)).astype(np.int64)
    shared: npt.NDArray[np.bool_] = (np.bincount(buckets) > 1)[buckets]
    return shared


def is_first(ordered: npt.NDArray[np.number]) -> npt.NDArray[np.bool_]:
    """Where a new value begins."""
    import numpy as np

    begins = np.ones(len(ordered), dtype=np.bool_)
    begins[1:] = ordered[1:] != ordered[:-1]
    return begins
