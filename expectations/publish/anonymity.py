"""No published customer is alone with what others know of him or her (k-anonymity, k 匿名).

Place, sex, age, income, household, children and language are no identifiers, but together they
may be those of one person. The hand-over generalises what is rare (macro `generalisation`); here
every combination that the published tables show is counted. A table that has some of the
attributes is asked together with the others, which everybody can join from dim_customers.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from expectations.engine.columns import Column
from expectations.engine.rules import Relation, Rule, no_rows

ENOUGH = 5
"""Customers who share each combination: `anonymity_minimum` of dbt_project.yml."""

QUASI_IDENTIFIERS = (
    "country",
    "region",
    "city",
    "gender",
    "age_band",
    "income_band",
    "household_composition",
    "kids_count",
    "preferred_language",
    "geography_key",
)
"""Attributes of a person that somebody else may know (准标识符)."""

DERIVED = ("age_group", "family_status", "demographic_segment")
"""What marts make of them."""

PEOPLE = "dim_customers"


def rules(
    relation: Relation, columns: Mapping[str, Sequence[Column]], enough: int = ENOUGH
) -> list[Rule]:
    """The rule of one published table; none for a table that has no such attribute.

    Args:
        relation: A published table.
        columns: The columns of all published tables, by table.
        enough: At least so many customers share each combination.
    """
    own = [column.name for column in columns.get(relation.table, ())]
    shown = _attributes(own)
    if "customer_key" not in own or not shown:
        return []
    people = _attributes([column.name for column in columns.get(PEOPLE, ())])
    joined = [name for name in people if name not in shown] if relation.table != PEOPLE else []
    return [_enough_share(relation, shown, joined, enough)]


def _attributes(columns: Collection[str]) -> list[str]:
    return [name for name in (*QUASI_IDENTIFIERS, *DERIVED) if name in columns]


def _enough_share(
    relation: Relation, shown: Sequence[str], joined: Sequence[str], enough: int
) -> Rule:
    names = [f'shown."{name}"' for name in shown] + [f'people."{name}"' for name in joined]
    beside = (
        f' left join {relation.catalog}.{relation.schema}."{PEOPLE}" as people'
        " on shown.customer_key = people.customer_key"
        if joined
        else ""
    )
    # The place that is not known has a key; it says as little as an empty one.
    said = " or ".join(
        f"coalesce(cast({name} as varchar), 'unknown') <> 'unknown'" for name in names[: len(shown)]
    )
    groups = (
        f"select count(distinct shown.customer_key) as customers from {relation.sql} as shown"
        f"{beside} where {said} group by {', '.join(names)}"
    )
    small = f"select customers from ({groups}) where customers < {enough}"
    return Rule(
        name="nobody_alone",
        sentence=(
            f"at least {enough} customers share every combination of place, sex, age, income,"
            " household, children and language"
        ),
        action=(
            "Look which attribute does not come from int_customers_keyed, which generalises what is"
            " rare"
        ),
        check=no_rows(small),
        finding=(
            "select format('{:,} combinations are of fewer customers, the rarest of {:,}; they are"
            f" {{:,}} customers', count(*), min(customers), sum(customers)) from ({small})"
        ),
    )
