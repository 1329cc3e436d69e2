"""No published customer is alone with what others know of him or her (k-anonymity, k 匿名).

Place, sex, age, household, children and language are no identifiers (the class `quasi` of the
column catalogue 准标识符), but together they may be those of one person. The hand-over generalises
what is rare (macro `generalisation`); here every combination that the published tables show is
counted. A table that has some of the attributes is asked together with the others, which everybody
can join from dim_customers. Sensitive attributes count as known too, and among those who share all
others they must differ (l-diversity, l 多样性): else who knows the others knows these as well.

Columns that are for marketing alone are left out: a birthday to be greeted on is of one person, and
stands only in rows of who consented to that.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from expectations.engine.columns import Column
from expectations.engine.rules import Relation, Rule, no_rows
from expectations.publish.privacy import is_free_text
from pipelines.runtime.privacy import QUASI, SENSITIVE

ENOUGH = 5
"""Customers who share each combination: `anonymity_minimum` of dbt_project.yml."""

CONTACT = ("marketing",)
"""Purposes of a column that is published for who consented to be contacted."""

PEOPLE = "dim_customers"


def rules(
    relation: Relation, columns: Mapping[str, Sequence[Column]], enough: int = ENOUGH
) -> list[Rule]:
    """The rules of one published table; none for a table that has no such attribute.

    Args:
        relation: A published table.
        columns: The columns of all published tables, by table.
        enough: At least so many customers share each combination.
    """
    own = columns.get(relation.table, ())
    shown = _attributes(own, QUASI, SENSITIVE)
    if "customer_key" not in [column.name for column in own] or not shown:
        return []
    people = _attributes(columns.get(PEOPLE, ()), QUASI, SENSITIVE)
    joined = [name for name in people if name not in shown] if relation.table != PEOPLE else []
    return [
        _enough_share(relation, shown, joined, enough),
        *(
            _differs(relation, sensitive, [name for name in shown if name != sensitive], joined)
            for sensitive in _attributes(own, SENSITIVE)
        ),
    ]


def _attributes(columns: Sequence[Column], *classes: str) -> list[str]:
    """Columns of these classes that say something of a person in a word or a number."""
    return [
        column.name
        for column in columns
        if column.known is not None
        if column.known.privacy_class in classes
        if column.known.purposes != CONTACT and not is_free_text(column.name)
    ]


def _beside(relation: Relation, joined: Sequence[str]) -> str:
    if not joined:
        return ""
    return (
        f' left join {relation.catalog}.{relation.schema}."{PEOPLE}" as people'
        " on shown.customer_key = people.customer_key"
    )


def _differs(
    relation: Relation, sensitive: str, shown: Sequence[str], joined: Sequence[str]
) -> Rule:
    names = [f'shown."{name}"' for name in shown] + [f'people."{name}"' for name in joined]
    value = f'shown."{sensitive}"'
    # Who did not say it differs from who did.
    alike = (
        f"select count(*) as customers from {relation.sql} as shown{_beside(relation, joined)}"
        f" group by {', '.join(names) or 'true'}"
        f" having min({value}) = max({value}) and count({value}) = count(*)"
    )
    return Rule(
        name=f"{sensitive}_differs",
        sentence=(
            f"customers who share place, sex, age, household, children and language differ in"
            f" {sensitive}"
        ),
        action=f"Look which rows of {sensitive} do not come from int_customers_keyed",
        check=no_rows(alike),
        finding=(
            "select format('{:,} combinations have one value only; they are {:,} customers',"
            f" count(*), sum(customers)) from ({alike})"
        ),
    )


def _enough_share(
    relation: Relation, shown: Sequence[str], joined: Sequence[str], enough: int
) -> Rule:
    names = [f'shown."{name}"' for name in shown] + [f'people."{name}"' for name in joined]
    # The place that is not known has a key; it says as little as an empty one.
    said = " or ".join(
        f"coalesce(cast({name} as varchar), 'unknown') <> 'unknown'" for name in names[: len(shown)]
    )
    groups = (
        f"select count(distinct shown.customer_key) as customers from {relation.sql} as shown"
        f"{_beside(relation, joined)} where {said} group by {', '.join(names)}"
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
