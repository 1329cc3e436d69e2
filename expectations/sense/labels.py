"""No label of a source holds personal data (个人信息): labels are published as they are.

Names of campaigns, products, stores, stages. Free texts are redacted on their way and swept
before publication (publish/privacy.py); here somebody can still mend the source before the night
is built.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from expectations.engine.columns import Column
from expectations.engine.rules import Relation, Rule, no_rows
from expectations.publish.privacy import PATTERNS, SHORTEST_IDENTIFIER, SWEEP

LABELS: Mapping[str, tuple[str, ...]] = {
    "stg_crm_fxiaoke__field_options": ("option_label", "field_label"),
    "stg_crm_fxiaoke__opportunities": ("stage",),
    "stg_crm_zoho__deals": ("stage",),
    "stg_crm_zoho__deal_stage_history": ("stage",),
    "stg_loyalty__members": ("tier_id", "tier_name"),
    "stg_marketing__campaign_details": ("campaign_name",),
    "stg_marketing__campaigns": ("campaign_type",),
    "stg_orders__products": ("department", "brand", "product_category", "product_type"),
    "stg_orders__stores": ("store_name",),
    "stg_service__tickets": ("ticket_type", "priority"),
}
"""Columns of a few words that many rows share."""


def labels(relation: Relation) -> list[Rule]:
    """The rule of one table; none for tables without labels."""
    columns = [Column(name, "VARCHAR") for name in LABELS.get(relation.table, ())]
    if not columns:
        return []
    texts = _texts(relation, columns)
    counts = " union all ".join(
        f"select '{kind} in {column.name}: ' || count(*) || ' different texts' as said,"
        f" count(*) as texts from {_texts(relation, [column])}"
        f" where regexp_matches(text, '{pattern}')"
        for column in columns
        for kind, pattern in PATTERNS.items()
    )
    return [
        Rule(
            name="labels_name_nobody",
            sentence="no label holds an e-mail address, a phone number or an ID card number",
            action="Have the label mended in the source: it would be published as it is",
            check=no_rows(f"select 1 from {texts} where regexp_matches(text, '{SWEEP}')"),
            finding=f"select said from ({counts}) where texts > 0 order by texts desc, said",
        )
    ]


def _texts(relation: Relation, columns: Sequence[Column]) -> str:
    """SQL: every different text of the columns that is long enough to hold an identifier."""
    texts = " union all ".join(
        f"select distinct {column.sql} as text from {relation.sql}"
        f" where length({column.sql}) >= {SHORTEST_IDENTIFIER}"
        for column in columns
    )
    return f"(with texts as materialized ({texts}) select text from texts)"
