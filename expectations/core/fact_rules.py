"""The rules that every fact has: as many as staged, none later, few of unknown customers."""

from __future__ import annotations

from expectations.core.facts import Fact
from expectations.engine.comparisons import Figure, figures_agree, ratio_at_most
from expectations.engine.day import Day
from expectations.engine.models import Model
from expectations.engine.rules import Rule, no_rows


def fact_rules(model: Model, fact: Fact, day: Day) -> list[Rule]:
    """The rules of one fact table, up to the run's business date."""
    relation = model.relation
    action = f"Look which join of {model.name} loses or doubles rows"
    late = f"from {relation.sql} where {fact.date_column} > {day.sql}"
    found = [
        Rule(
            name="not_after_as_of",
            sentence=f"no {fact.date_column} lies after the run's business date",
            action="The model must leave later rows out: a past date could not be rebuilt",
            check=no_rows(f"select 1 {late}"),
            finding=f"select format('{{:,}} rows lie after {day.as_of}', count(*)) {late}",
        )
    ]
    if fact.rows:
        found.append(
            figures_agree(
                "rows_as_staged",
                "core has as many rows as staging",
                action,
                Figure("staging has rows:", fact.rows),
                Figure("core:", f"select count(*) from {relation.sql}"),
            )
        )
    found += [
        figures_agree(
            f"{column}_as_staged",
            f"the total of {column} is the same in staging and core",
            action,
            Figure(f"total {column} in staging", query),
            Figure("in core", f"select sum({column}) from {relation.sql}"),
        )
        for column, query in fact.totals
    ]
    found.append(
        ratio_at_most(
            "customers_known",
            f"at most {fact.unknown_limit:.0%} of the rows belong to the unknown customer, besides"
            " those that name nobody",
            "Look whether identity got the records of this source (vault.identity.customers_map)",
            relation=relation,
            condition="customer_key = 'unknown'",
            limit=fact.unknown_limit,
            reason=fact.unknown_reason,
            excused=fact.unnamed,
        )
    )
    return found
