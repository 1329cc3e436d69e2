"""Types of a contract as SQL: what a value as read becomes in raw.

Every value arrives as text (csv, jsonl, xlsx) or in a native type (parquet). A text is taken only
when it is what the type says, letter by letter: DuckDB's own casts would round 1.5 to 2 and read
1_000 as a number.
"""

from __future__ import annotations

from assets.raw import sql
from assets.raw.contract_columns import EPOCHS, Column

WHOLE = r"[+-]?[0-9]+(\.0+)?"
NUMBER = r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?"
DAY = r"[0-9]{4}[-/][0-9]{1,2}[-/][0-9]{1,2}"
MIDNIGHT = r"([ T]00:00(:00(\.0+)?)?)?"
OFFSET = r"\s?(Z|z|UTC|[+-][0-9]{2}(:?[0-9]{2})?)"
CLOCK = r"[ T][0-9]{1,2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?"
TRUE_WORDS = "('true', 't', 'yes', 'y', '1', '是')"
FALSE_WORDS = "('false', 'f', 'no', 'n', '0', '否')"
FIRST_SECOND, LAST_SECOND = -62135596800, 253402300799

INTEGERS = {"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT"} | {
    "UTINYINT",
    "USMALLINT",
    "UINTEGER",
    "UBIGINT",
    "UHUGEINT",
}
FLOATS = {"FLOAT", "DOUBLE"}
ZONED = "TIMESTAMP WITH TIME ZONE"


def present(source: str, kind: str) -> str:
    """The value as read, with the empty text (and the float NaN) as null."""
    if kind in FLOATS:
        return f"case when not isnan({source}) then {source} end"
    if kind == "VARCHAR":
        return f"nullif({source}, '')"
    return source


def typed(column: Column, source: str, kind: str) -> str:
    """The value in the type of the contract, null when it is absent or of another type."""
    value = present(source, kind)
    if kind == "VARCHAR":
        return _from_text(column, value)
    if (native := _from_native(column, value, kind)) is not None:
        return native
    if kind.startswith(("STRUCT", "MAP", "UNION")) or kind.endswith("]"):
        return _from_text(column, f"to_json({source})::varchar")
    return _from_text(column, f"cast({value} as varchar)")


def _from_text(column: Column, value: str) -> str:
    if column.type == "varchar":
        return f"case when not contains({value}, chr(0)) then {value} end"
    if column.type == "json":
        return f"case when json_valid({value}) then {value} end"
    word = f"nullif(trim({value}), '')"
    if column.type in ("bigint", "integer"):
        return f"case when {is_match(word, WHOLE)} then try_cast({word} as {column.type}) end"
    if column.type == "double":
        number = f"try_cast({word} as double)"
        return f"case when {is_match(word, NUMBER)} and isfinite({number}) then {number} end"
    if column.is_decimal:
        return f"case when {is_match(word, NUMBER)} then try_cast({word} as {column.type}) end"
    if column.type == "boolean":
        return (
            f"case when lower({word}) in {TRUE_WORDS} then true "
            f"when lower({word}) in {FALSE_WORDS} then false end"
        )
    if column.type in EPOCHS:
        return _from_epoch(column, f"case when {is_match(word, WHOLE)} then {word} end")
    return _date_from_text(column, word) if column.type == "date" else _moment(column, word)


def _date_from_text(column: Column, word: str) -> str:
    if column.format:
        return f"try_strptime({word}, {sql.text(column.format)})::date"
    return f"case when {is_match(word, DAY + MIDNIGHT)} then try_cast({word} as date) end"


def _moment(column: Column, word: str) -> str:
    """UTC timestamp of a text: an offset in it counts, else the declared time zone, else UTC."""
    if column.format and "%z" in column.format.lower():
        return f"timezone('UTC', try_strptime({word}, {sql.text(column.format)})::timestamptz)"
    if column.format:
        return _to_utc(column, f"try_strptime({word}, {sql.text(column.format)})")
    local = _to_utc(column, f"try_cast({word} as timestamp)")
    return (
        f"case when {is_match(word, f'{DAY}({CLOCK})?')} then {local} "
        f"when {is_match(word, f'{DAY}{CLOCK}{OFFSET}')} "
        f"then timezone('UTC', try_cast({word} as timestamptz)) end"
    )


def _to_utc(column: Column, naive: str) -> str:
    if column.timezone in (None, "UTC"):
        return naive
    return f"timezone('UTC', timezone({sql.text(column.timezone)}, {naive}))"


def _from_epoch(column: Column, number: str) -> str:
    whole = f"try_cast({number} as bigint)"
    micros = EPOCHS[column.type]
    per_second = 1_000_000 // micros
    in_range = f"{whole} between {FIRST_SECOND * per_second} and {LAST_SECOND * per_second}"
    return f"case when {in_range} then make_timestamp({whole} * {micros}) end"


def _from_native(column: Column, value: str, kind: str) -> str | None:
    """A cast between native types that keeps the value; None when text is the way."""
    number = kind in INTEGERS | FLOATS or kind.startswith("DECIMAL")
    moment = kind.startswith("TIMESTAMP") and kind != ZONED
    if column.type in ("bigint", "integer") and kind in INTEGERS:
        return f"try_cast({value} as {column.type})"
    if column.type in ("bigint", "integer") and number:
        whole = f"case when {value} = trunc({value}) then {value} end"
        return f"try_cast({whole} as {column.type})"
    if column.is_decimal and number:
        return f"try_cast({value} as {column.type})"
    if column.type == "double" and number:
        return f"case when isfinite({value}::double) then {value}::double end"
    if column.type == "boolean" and kind == "BOOLEAN":
        return value
    if column.type in EPOCHS and kind in INTEGERS:
        return _from_epoch(column, value)
    if column.type == "timestamp" and (moment or kind == "DATE"):
        return _to_utc(column, f"try_cast({value} as timestamp)")
    if column.type == "timestamp" and kind == ZONED:
        return f"timezone('UTC', {value})"
    if column.type == "date" and (moment or kind == "DATE"):
        return f"try_cast({value} as date)"
    if column.type == "date" and kind == ZONED:
        return f"timezone({sql.text(column.timezone or 'UTC')}, {value})::date"
    return None


def is_match(value: str, pattern: str) -> str:
    """Condition: the whole text matches the pattern."""
    return f"regexp_full_match({value}, {sql.text(pattern)})"
