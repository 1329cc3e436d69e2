"""What must make sense across tables before identity reads staging: one entry for each table.

The rules themselves stand by subject: orders, habits, hours, people, consents, service, rates,
labels. They ask the day against the company's own weeks before, and a few things against the last
good build. That rows known before still say the same is asked of all tables in known_rows.py, that
the day's columns look as usual in drift.py.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from expectations.engine.day import Day
from expectations.engine.rules import Relation, Rule
from expectations.learned.past import Past
from expectations.sense import consents as sense_consents
from expectations.sense import orders as sense_orders
from expectations.sense import people as sense_people
from expectations.sense import rates as sense_rates
from expectations.sense import service as sense_service
from expectations.sense import traffic as sense_traffic
from expectations.sense.labels import LABELS, labels

Sense = Callable[[Relation, Day, Past], list[Rule]]

_RULES: Mapping[str, Sense] = {
    "stg_consent__consent_events": sense_consents.consent_events,
    "stg_crm_fxiaoke__contacts": sense_people.contacts,
    "stg_crm_zoho__contacts": sense_people.contacts,
    "stg_feedback__responses": sense_service.responses,
    "stg_finance__exchange_rates": sense_rates.exchange_rates,
    "stg_loyalty__members": sense_people.members,
    "stg_orders__customers": sense_people.customers,
    "stg_orders__order_headers": sense_orders.order_headers,
    "stg_orders__order_lines": sense_orders.order_lines,
    "stg_orders__refunds": sense_orders.refunds,
    "stg_service__tickets": sense_service.tickets,
    "stg_social__interactions": sense_traffic.interactions,
    "stg_web__events": sense_traffic.events,
}


def _of(table: str) -> Sense:
    specific = _RULES.get(table)

    def rules(relation: Relation, day: Day, past: Past) -> list[Rule]:
        return [*(specific(relation, day, past) if specific else []), *labels(relation)]

    return rules


SENSE: Mapping[str, Sense] = {table: _of(table) for table in sorted({*_RULES, *LABELS})}
"""By staging table."""


def sense_rules(relation: Relation, day: Day, past: Past) -> list[Rule]:
    """The rules of one staging table; none for a table of which nothing is asked."""
    return SENSE[relation.table](relation, day, past) if relation.table in SENSE else []
