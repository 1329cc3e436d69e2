"""What must be true of the row accounting: each raw row is staged, merged, or of a later night.

One rule for each raw object, on the table of counts; it is written after staging, so it has a
gate of its own, which core waits for.
"""

from __future__ import annotations

from collections.abc import Iterable

from expectations.engine.models import Model
from expectations.engine.rules import Relation, Rule, Suite, no_rows
from expectations.raw.objects import RawObject

BOUNDARY = "row_accounting"

STAGED = Relation("vault", "accounting", "staged")

ASSET = ("staging", "row_accounting")


def suites(models: Iterable[Model], objects: Iterable[RawObject]) -> list[Suite]:
    """One suite, with one rule for each raw object that has a staging model."""
    by_object = {model.source_object: model for model in models}
    rules = [
        _accounted(by_object[known.source, known.name], known)
        for known in objects
        if (known.source, known.name) in by_object
    ]
    return [Suite(BOUNDARY, "row_accounting", ASSET, STAGED, tuple(rules))]


def _accounted(model: Model, described: RawObject) -> Rule:
    counted = (
        "(select coalesce(max(rows_raw), 0) as rows_raw,"
        " coalesce(max(rows_after_as_of), 0) as rows_after_as_of,"
        " coalesce(max(rows_merged), 0) as rows_merged,"
        " coalesce(max(rows_staged), 0) as rows_staged, count(*) as entries"
        f" from {STAGED.sql} where source = '{described.source}'"
        f" and object = '{described.name}') as staged"
        f" cross join (select count(*) as in_staging from {model.relation.sql})"
        f' cross join (select count(*) as in_raw from vault.raw."{described.table}")'
    )
    return Rule(
        name=f"{described.table}_accounted",
        sentence=f"{described.subject}: raw rows = after as_of + merged + staged",
        action=f"Look how {model.name} filters and merges: a row was lost or doubled",
        check=no_rows(
            f"select 1 from {counted} where entries = 0 or rows_staged <> in_staging"
            " or rows_raw <> in_raw or rows_raw <> rows_after_as_of + rows_merged + rows_staged"
        ),
        finding=(
            f"select case when entries = 0 then '{described.subject} was not accounted for' else"
            f" format('{described.subject}: {{:,}} rows in raw, but {{:,}} after as_of"
            " + {:,} merged + {:,} staged ({:,} in the table)', in_raw, rows_after_as_of,"
            f" rows_merged, rows_staged, in_staging) end from {counted}"
        ),
    )
