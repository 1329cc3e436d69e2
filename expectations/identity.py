"""What must be true of the night's customer keys before anything is built on them.

Keys are committed only when the night is published, so this is the last moment at which a rule or
a source that suddenly joins strangers, or tears customers apart, costs nobody anything.
"""

from __future__ import annotations

from dataclasses import dataclass

from expectations.engine.rules import Relation, Rule, Suite, no_rows
from expectations.learned.past import NO_PAST, Past

BOUNDARY = "identity"

REPORT = Relation("vault", "identity", "night_report")

MAP = Relation("vault", "identity", "customers_map")

RECORDS = Relation("vault", "identity", "int_identity_records")

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


def suites(past: Past = NO_PAST) -> list[Suite]:
    """One suite: the night report, whose limits come from rules.yml, and the map itself."""
    rules = [*map(_within, _LIMITS), _every_record_once(), *_customers_as_before(past)]
    return [Suite(BOUNDARY, "night_report", ASSET, REPORT, tuple(rules))]


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


def _every_record_once() -> Rule:
    mapped = (
        f"(select source, source_record_id, count(*) as customer_count from {MAP.sql}"
        " where is_current and customer_key is not null group by all)"
    )
    wrong = (
        f"select 1 from {RECORDS.sql} as records left join {mapped} as mapped"
        " using (source, source_record_id) where mapped.customer_count is distinct from 1"
    )
    return Rule(
        name="every_record_has_a_customer",
        sentence="every record of a person belongs to exactly one customer",
        action="Look which records vault.identity.customers_map lacks, or has twice",
        check=no_rows(wrong),
        finding=(
            "select format('{:,} records have no customer, or more than one', count(*))"
            f" from ({wrong})"
        ),
    )


def _customers_as_before(past: Past) -> list[Rule]:
    """The map itself, not only what the report says of it: the same records stay together."""
    if not past.columns(MAP) >= {"source", "source_record_id", "customer_key", "is_current"}:
        return []
    # A customer of the last good build stays if its records that are still there are the same
    # customer tonight, and nobody else's known records are.
    pairs = (
        "select before.customer_key as key_before, now.customer_key as key_now"
        f" from (select * from {past.of(MAP).sql} where is_current) as before inner join"
        f" (select * from {MAP.sql} where is_current) as now using (source, source_record_id)"
    )
    counts = (
        "select count(distinct key_before) as customers, count(distinct key_before) filter"
        " (keys_now > 1 or keys_before > 1) as changed from (select *,"
        " count(distinct key_now) over (partition by key_before) as keys_now,"
        " count(distinct key_before) over (partition by key_now) as keys_before from"
        f" (select distinct key_before, key_now from ({pairs})))"
    )
    # No limit for this night: its changes were accepted (C360_IDENTITY_CHANGES_ACCEPTED).
    limit = f"(select max(upper_limit) from {REPORT.sql} where measure = 'changed_records_ratio')"
    return [
        Rule(
            name="customers_hold_together",
            sentence="the records of a customer are still one customer, and of nobody else",
            action=f"Look at the last changes of rules.yml and of the sources; {_ACCEPT}",
            check=no_rows(
                f"select 1 from ({counts}) where changed >= 3 and changed > 2.5 * {limit}"
                " * customers"
            ),
            finding=(
                "select format('{:,} of {:,} customers were torn apart or joined since the last"
                f" good build', changed, customers) from ({counts})"
            ),
        )
    ]
