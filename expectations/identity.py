"""What must be true of the night's customer keys before anything is built on them.

Keys are committed only when the night is published, so this is the last moment at which a rule or
a source that suddenly joins strangers, or tears customers apart, costs nobody anything.
"""

from __future__ import annotations

from dataclasses import dataclass

from expectations.rules import Relation, Rule, Suite, no_rows

BOUNDARY = "identity"

REPORT = Relation("vault", "identity", "night_report")

ASSET = ("identity", "customers_map")
"""Everything after identity reads it, so its gate holds everything back."""


@dataclass(frozen=True)
class _Limit:
    """A measure of the night report that may not pass its limit."""

    measure: str
    sentence: str
    action: str
    unit: str


_ACCEPT = (
    "if the change is meant, set C360_IDENTITY_CHANGES_ACCEPTED to this business date and run again"
)
_LIMITS = (
    _Limit(
        "changed_records_ratio",
        "few records change their customer from one night to the next",
        "Look at merged_keys and split_keys in the night report, and at `make why` for one of the "
        f"customers: a rule or a source changed; {_ACCEPT}",
        "of the records known the night before",
    ),
    _Limit(
        "largest_customer",
        "no customer has more records than a person could have",
        "Look at identity/review: an identifier that many people share was taken for one person's; "
        f"mark it in rules.yml or add do-not-link pairs; {_ACCEPT}",
        "records",
    ),
    _Limit(
        "customers_over_maximum",
        "hardly any customer is larger than the rules allow",
        f"Look at identity/review for what holds them together; {_ACCEPT}",
        "customers",
    ),
)


def suites() -> list[Suite]:
    """One suite on the night report; the limits are beside the figures, from rules.yml."""
    return [Suite(BOUNDARY, "night_report", ASSET, REPORT, tuple(map(_within, _LIMITS)))]


def _within(limit: _Limit) -> Rule:
    measured = f"(select * from {REPORT.sql} where measure = '{limit.measure}')"
    return Rule(
        name=f"{limit.measure}_within_limit",
        sentence=limit.sentence,
        action=limit.action,
        check=no_rows(
            f"select 1 from (select count(*) as found from {measured}) where found <> 1"
            f" union all select 1 from {measured} where figure is null or figure > upper_limit"
        ),
        finding=(
            f"select format('{limit.measure} is {{:g}} {limit.unit}, the limit {{:g}}', figure,"
            f" upper_limit) from {measured} where figure > upper_limit"
        ),
    )
