"""What the rules make of a compared pair: accepted by which rule, or refused and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assets.enrich.identity.rules import Evidence, Levels, Rule, Rules

if TYPE_CHECKING:
    import duckdb

SHARED = "shared"
"""Why an identifier on too many people links nobody."""
NAME_UNKNOWN = "name_unknown"
"""Why a contact detail alone does not link: one record has no usable name (see nameless)."""
WEAK = "too_little_evidence"
"""Why agreeing details do not link: they would agree by chance too often."""

_COLUMNS = {
    "name": "name_level",
    "birth_date": "birth_level",
    "address": "address_level",
    "document": "document_level",
    "contact": "contact_level",
}
AGREEMENT = "concat('name:', name_level, ' birth_date:', birth_level, ' address:', address_level)"


def decide(con: duckdb.DuckDBPyConnection, rules: Rules, node_count: int) -> None:
    """Make `identity_links`: one row per pair and rule that had something to say about it.

    An identifier that both carry always speaks, accepted or not, and so does a hub; rules on keys
    speak where they accept, or where only a veto kept them from it; evidence that is not
    strong is the weakest reason and speaks only where no other rule accepted.
    """
    con.execute(
        f"""
        create or replace temp view identity_judged as
        select *, {_bits(rules.evidence, node_count)} as bits
        from identity_compared
        """
    ).fetchall()
    parts = [_identifier_links(rules), *(_key_links(rule) for rule in rules.key_rules)]
    con.execute(
        f"""
        create or replace temp table identity_links as
        select *, reason is null as is_accepted
        from ({" union all by name ".join(parts)})
        """
    ).fetchall()
    for rule in rules.evidence_rules:
        con.execute(
            f"""
            insert into identity_links by name
            select *, reason is null as is_accepted
            from ({_evidence_links(rule, rules.evidence)})
            """
        ).fetchall()


def _identifier_links(rules: Rules) -> str:
    """Links on shared identifiers; the strong ones accept whatever the names say."""
    judged = " ".join(
        f"when '{kind}' then {_reason(rule)}" for kind, rule in rules.identifier_rules.items()
    )
    return f"""
        select
            shared.a,
            shared.b,
            shared.value_id,
            types.rule,
            known.identifier_type,
            known.identifier_value,
            coalesce({AGREEMENT}, '') as agreement,
            types.weight as score,
            case
                when known.is_hub then '{SHARED}'
                else case known.identifier_type {judged} end
            end as reason
        from identity_shared as shared
        inner join identity_values as known on shared.value_id = known.value_id
        inner join identity_types as types on known.identifier_type = types.identifier_type
        left join identity_judged as judged on shared.a = judged.a and shared.b = judged.b
    """


def _key_links(rule: Rule) -> str:
    reason = _veto(rule)
    namesakes = f"and name_records <= {rule.max_namesakes}" if rule.max_namesakes else ""
    return f"""
        select
            a,
            b,
            '{rule.name}' as rule,
            null::integer as value_id,
            null as identifier_type,
            null as identifier_value,
            {AGREEMENT} as agreement,
            {rule.weight} as score,
            {reason} as reason
        from identity_judged
        where {levels_shown(rule.needs)} {namesakes}
    """


def _evidence_links(rule: Rule, evidence: Evidence) -> str:
    """Links on weighed evidence, of pairs that are not linked yet unless the rule is strong."""
    unless_linked = """
        anti join (select a, b from identity_links where is_accepted) as linked
            on judged.a = linked.a and judged.b = linked.b
    """
    return f"""
        select
            judged.a,
            judged.b,
            '{rule.name}' as rule,
            null::integer as value_id,
            null as identifier_type,
            null as identifier_value,
            {AGREEMENT} || concat(' bits:', round(bits, 1)) as agreement,
            {rule.weight} as score,
            {_veto(rule)} as reason
        from identity_judged as judged
        {"" if rule.is_strong else unless_linked}
        where bits >= {evidence.minimum_bits} and {levels_shown(rule.needs)}
    """


def _bits(evidence: Evidence, node_count: int) -> str:
    """log2 of the odds that two records are one person, as an SQL expression."""
    namesakes = " ".join(
        f"when '{level}' then log2(greatest(name_records * {float(factor)}, 1.0))"
        for level, factor in evidence.namesakes.items()
    )
    chance = " ".join(
        f"when '{level}' then log2({max(node_count * share, 2.0)})"
        for level, share in evidence.chance.items()
    )
    counts = " + ".join(
        f"{strength}_count * {float(bits)}" for strength, bits in evidence.identifiers.items()
    )
    return f"""
        {_levels("birth_level", evidence.birth_date)}
        + {_levels("address_level", evidence.address)}
        + {_levels("document_level", evidence.document)}
        + {counts}
        - case name_level {namesakes} {chance} else 0.0 end
    """


def _levels(column: str, bits: dict[str, float]) -> str:
    cases = " ".join(f"when '{level}' then {float(value)}" for level, value in bits.items())
    return f"case {column} {cases} else 0.0 end"


def _reason(rule: Rule) -> str:
    """Why a rule refuses a pair, as an SQL expression; null where it accepts."""
    whens = _veto_whens(rule)
    for feature, levels in rule.needs.items():
        column = _COLUMNS[feature]
        listed = ", ".join(f"'{level}'" for level in levels)
        if feature == "name":
            whens.append(f"when {column} in ('conflict', 'kin') then 'name_conflict'")
            whens.append(f"when {column} in ('han_conflict') then 'han_conflict'")
            whens.append(f"when {column} not in ({listed}) then '{NAME_UNKNOWN}'")
        else:
            whens.append(f"when {column} not in ({listed}) then '{WEAK}'")
    return f"case {' '.join(whens)} end" if whens else "null"


def _veto(rule: Rule) -> str:
    whens = _veto_whens(rule)
    return f"case {' '.join(whens)} end" if whens else "null::varchar"


def _veto_whens(rule: Rule) -> list[str]:
    return [
        f"when {_COLUMNS[feature]} = '{level}' then '{reason_name(feature, level)}'"
        for feature, levels in rule.vetoes.items()
        for level in levels
    ]


def levels_shown(needs: Levels) -> str:
    """Whether a compared pair shows one of the wanted levels of each feature, as SQL."""
    if not needs:
        return "true"
    return " and ".join(
        f"{_COLUMNS[feature]} in ({', '.join(repr(level) for level in levels)})"
        for feature, levels in needs.items()
    )


def reason_name(feature: str, level: str) -> str:
    """The reason beside a link that a level of agreement forbids."""
    return level if level.startswith(("han_",)) else f"{feature}_{level}"
