"""A fact joined to its dimensions keeps its rows and its money (连接不放大).

The joins are those of the manifest, so a new fact or dimension needs no word here. A history is
joined by the day of the fact, as the dbt macro `valid_on` joins it.
"""

from __future__ import annotations

from expectations.engine.models import Join, Model
from expectations.engine.rules import Rule, no_rows

FACTS = ("fct_", "bridge_")


def fan_out_rules(model: Model, date_column: str | None = None) -> list[Rule]:
    """The rule of one fact or bridge; none for other tables, or without any join.

    Args:
        model: The table, with its joins.
        date_column: Business date of its rows; without one no history is joined.
    """
    joins = [join for join in model.joins if date_column or not join.is_history]
    if not joins or not model.name.startswith(FACTS):
        return []
    fact = model.relation.sql
    figures = ", ".join(
        ["count(*) as row_count", *(f'sum(facts."{name}") as "{name}"' for name in model.money)]
    )
    names = ", ".join(["row_count", *(f'"{name}"' for name in model.money)])
    beside = " ".join(
        f"left join {join.relation.sql} as dim_{number} on {_condition(join, number, date_column)}"
        for number, join in enumerate(joins)
    )
    alone = f"select {figures} from {fact} as facts"
    joined = f"{alone} {beside}"
    return [
        Rule(
            name="joins_keep_rows",
            sentence="joined to all its dimensions it has the same rows and the same money",
            action="Look which dimension has a key twice; a sum over the join counts it twice",
            check=no_rows(
                f"select 1 from ({joined}) as joined cross join ({alone}) as alone"
                f" where row(joined.{names.replace(', ', ', joined.')})"
                f" is distinct from row(alone.{names.replace(', ', ', alone.')})"
            ),
            finding=(
                "select format('{:,} rows become {:,}', alone.row_count, joined.row_count)"
                f" from ({joined}) as joined cross join ({alone}) as alone"
            ),
        )
    ]


def _condition(join: Join, number: int, date_column: str | None) -> str:
    same_key = f'facts."{join.column}" = dim_{number}."{join.field}"'
    if not join.is_history:
        return same_key
    day, version = f'facts."{date_column}"', f"dim_{number}"
    return (
        f"{same_key} and ({version}.version_number = 1 or {version}.valid_from <= {day})"
        f" and ({version}.valid_to is null or {day} <= {version}.valid_to)"
    )
