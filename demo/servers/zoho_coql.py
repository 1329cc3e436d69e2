"""COQL of the local Zoho CRM: the documented subset of its query language, parsed and run."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from demo.servers.base import Answer, json_answer
from demo.servers.zoho_answers import EMPTY, refuse
from demo.servers.zoho_coql_values import COMPARISONS, comparable, sortable, value_of
from demo.servers.zoho_store import Module, Record

_TOKEN = re.compile(r"\s*(?:('(?:[^']|'')*')|(<=|>=|!=|[=<>(),])|([\w.+:-]+))")
_COLUMNS, _CRITERIA, _SORT_FIELDS, _ROWS, _OFFSET = 50, 25, 10, 2_000, 100_000

Test = Callable[[Record], bool]


@dataclass
class Query:
    """A parsed query; `order` holds a field and whether it descends."""

    columns: list[str]
    module: str
    where: Test
    order: list[tuple[str, bool]]
    limit: int = 200
    offset: int = 0


def run(
    body: dict[str, Any], module_of: Callable[[str], Module], *, hides_converted: bool = False
) -> tuple[Answer, int]:
    """`POST /crm/v8/coql`: the answer and what it costs in credits; raises Refused."""
    text = body.get("select_query")
    if not isinstance(text, str):
        raise refuse("REQUIRED_PARAM_MISSING", "select_query", details={"param": "select_query"})
    parser = _Parser(text, module_of)
    query = parser.query()
    rows = [row for row in parser.module.ordered("id") if query.where(row)]
    if hides_converted and query.module == "Leads":
        rows = [row for row in rows if not row.get("Converted__s")]
    if query.columns == ["COUNT(id)"]:
        return json_answer({"data": [{"COUNT(id)": len(rows)}], "info": {"count": 1}}), 1
    for name, descends in reversed(query.order):
        rows.sort(key=lambda row: sortable(parser.module, name, row), reverse=descends)
    chosen = rows[query.offset : query.offset + query.limit]
    credits = 1 if query.limit <= 200 else 2 if query.limit <= 1_000 else 3
    if not chosen:
        return EMPTY, credits
    more = query.offset + query.limit < len(rows)
    data = [
        {name: value_of(row, name) for name in query.columns} | {"id": row["id"]} for row in chosen
    ]
    return json_answer({"data": data, "info": {"count": len(data), "more_records": more}}), credits


class _Parser:
    """Recursive descent over the words of a query."""

    def __init__(self, text: str, module_of: Callable[[str], Module]) -> None:
        self._words = list(_words(text))
        self._place = 0
        self._criteria = 0
        self._chained = False
        self._module_of = module_of

    def query(self) -> Query:
        self._expect("select")
        columns = self._list(_COLUMNS)
        self._expect("from")
        name = self._next()
        self.module = self._module_of(name)
        self._expect("where")
        where = self._either()
        query = Query(columns, name, where, [])
        for column in columns:
            if column != "COUNT(id)":
                self._known(column)
        if self._take("order"):
            self._expect("by")
            query.order = self._order()
        if self._take("limit"):
            query.limit = self._number(_ROWS)
            if self._take(","):
                query.offset, query.limit = query.limit, self._number(_ROWS)
        if self._take("offset"):
            query.offset = self._number(_OFFSET)
        if self._place < len(self._words):
            raise self._wrong()
        return query

    def _list(self, most: int) -> list[str]:
        columns = [self._column()]
        while self._take(","):
            columns.append(self._column())
        if len(columns) > most:
            raise refuse("LIMIT_EXCEEDED", "too many columns", details={"limit": most})
        if len(set(columns)) < len(columns):
            raise refuse("DUPLICATE_DATA", "a column is selected twice")
        return columns

    def _column(self) -> str:
        word = self._next()
        if word.lower() == "count" and self._take("("):
            self._expect("id")
            self._expect(")")
            return "COUNT(id)"
        return word

    def _order(self) -> list[tuple[str, bool]]:
        order = []
        while True:
            name = self._known(self._next())
            descends = self._take("desc")
            if not descends:
                self._take("asc")
            order.append((name, descends))
            if not self._take(","):
                break
        if len(order) > _SORT_FIELDS:
            raise refuse("LIMIT_EXCEEDED", "too many sort fields", details={"limit": _SORT_FIELDS})
        return order

    def _either(self) -> Test:
        tests, first = [self._both()], self._chained
        while self._take("or"):
            tests.append(self._both())
            # Three criteria and more must be grouped in pairs: ((a and b) or c).
            if len(tests) > 2 or first or self._chained:
                raise self._wrong()
        self._chained = False
        return tests[0] if len(tests) == 1 else lambda row: any(test(row) for test in tests)

    def _both(self) -> Test:
        tests = [self._one()]
        while self._take("and"):
            tests.append(self._one())
        if len(tests) > 2:
            raise self._wrong()
        self._chained = len(tests) == 2
        return tests[0] if len(tests) == 1 else lambda row: all(test(row) for test in tests)

    def _one(self) -> Test:
        if self._take("("):
            test = self._either()
            self._expect(")")
            return test
        self._criteria += 1
        if self._criteria > _CRITERIA:
            raise refuse("LIMIT_EXCEEDED", "too many criteria", details={"limit": _CRITERIA})
        column = self._known(self._next())
        operator = self._next().lower()
        if operator == "is":
            wants_null = not self._take("not")
            self._expect("null")
            return lambda row: (self._of(row, column) is None) is wants_null
        if operator == "not":
            self._expect("in")
            values = self._values(column)
            return lambda row: self._of(row, column) not in values
        if operator == "in":
            values = self._values(column)
            return lambda row: self._of(row, column) in values
        if operator not in COMPARISONS:
            raise self._wrong()
        compare, value = COMPARISONS[operator], self._literal(column)
        return lambda row: compare(self._of(row, column), value)

    def _of(self, row: Record, column: str) -> Any:
        return comparable(self.module, column, value_of(row, column))

    def _values(self, column: str) -> list[Any]:
        self._expect("(")
        values = [self._literal(column)]
        while self._take(","):
            values.append(self._literal(column))
        self._expect(")")
        return values

    def _literal(self, column: str) -> Any:
        word = self._next()
        if word.startswith("'"):
            word = word[1:-1].replace("''", "'")
        return comparable(self.module, column, word)

    def _known(self, column: str) -> str:
        if column.partition(".")[0] not in self.module.fields:
            raise refuse("INVALID_QUERY", "column is unknown", details={"column_name": column})
        return column

    def _number(self, most: int) -> int:
        word = self._next()
        if not word.isdigit():
            raise self._wrong()
        if int(word) > most:
            raise refuse("LIMIT_EXCEEDED", "limit exceeded", details={"limit": most})
        return int(word)

    def _next(self) -> str:
        if self._place >= len(self._words):
            raise self._wrong()
        self._place += 1
        return self._words[self._place - 1]

    def _take(self, word: str) -> bool:
        if self._place < len(self._words) and self._words[self._place].lower() == word:
            self._place += 1
            return True
        return False

    def _expect(self, word: str) -> None:
        if not self._take(word):
            raise self._wrong()

    def _wrong(self) -> Exception:
        near = " ".join(self._words[max(0, self._place - 1) : self._place + 1])
        return refuse("SYNTAX_ERROR", "error in the query", details={"near": near})


def _words(text: str) -> Iterator[str]:
    place, text = 0, text.strip()
    while place < len(text):
        found = _TOKEN.match(text, place)
        if found is None:
            raise refuse("SYNTAX_ERROR", "error in the query", details={"near": text[place:][:20]})
        yield found.group().strip()
        place = found.end()
