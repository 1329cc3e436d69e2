"""The identity tables' descriptions and columns, said once for Dagster and for the tests."""

from __future__ import annotations

DESCRIPTIONS: dict[str, str] = {
    "identifiers": (
        "One row per source record, identifier type and standard value (标识符), with whether it "
        "is valid, and if not, why. Holds personal data: vault only."
    ),
    "links": (
        "One row per pair of records and shared identifier (关联): rule, score, whether the "
        "link was accepted; a rejected link keeps its reason. Identifiers as keyed hash only."
    ),
    "customers_map": (
        "One row per source record and period (客户映射): the customer it belongs to. Records that "
        "may not be linked (test accounts, deleted contacts) stand alone under their own key."
    ),
    "references_map": (
        "One row per ticket, survey answer or consent event that carries an identifier (引用映射): "
        "the customer it points to, or `unknown` with the reason."
    ),
}

_RECORD = (
    ("source", "varchar", "Source object of the record, such as crm_zoho.contacts (来源)."),
    ("source_record_id", "varchar", "Id of the record in its source (来源记录编号)."),
)
_RULE = "Rule that decided, from assets/enrich/identity/rules.py (规则)."
_KEY = "Pseudonymous key of the customer (客户主键)"

COLUMNS: dict[str, tuple[tuple[str, str, str], ...]] = {
    "identifiers": (
        *_RECORD,
        ("identifier_type", "varchar", "phone, email, unionid, weibo_uid or shop_customer_id."),
        ("identifier_value", "varchar", "Standard value: phones in E.164, e-mail in lower case."),
        ("is_valid", "boolean", "Whether the value can identify a person."),
        ("invalid_reason", "varchar", "Why it cannot; empty where valid."),
        ("is_shared", "boolean", "On too many records to identify one person; never links."),
        ("is_reference", "boolean", "Carried by a record that refers to people, not a person."),
    ),
    "links": (
        ("link_id", "varchar", "Stable id of the link: records, rule and identifier."),
        ("source_a", "varchar", "Source of the record that was known first."),
        ("source_record_id_a", "varchar", "Its id."),
        ("source_b", "varchar", "Source of the other record."),
        ("source_record_id_b", "varchar", "Its id."),
        ("rule", "varchar", _RULE),
        ("identifier_type", "varchar", "Type of the identifier that both carry."),
        ("identifier_hash", "varchar", "Keyed hash of type and value; equal hash, equal value."),
        ("score", "double", "Trust in the rule, 0 to 1."),
        ("is_accepted", "boolean", "Whether the link joins the two records."),
        ("reason", "varchar", "Why it does not: `shared`; empty where accepted."),
    ),
    "customers_map": (
        *_RECORD,
        ("customer_key", "varchar", f"{_KEY} that the record belongs to."),
        ("valid_from", "date", "First business date of the assignment (生效日期)."),
        ("valid_to", "date", "Last business date of the assignment; empty while it holds."),
        ("is_current", "boolean", "Whether the assignment holds on the run's business date."),
    ),
    "references_map": (
        *_RECORD,
        ("customer_key", "varchar", f"{_KEY}, or `unknown`."),
        ("rule", "varchar", f"{_RULE} Empty where unknown."),
        (
            "reason",
            "varchar",
            "Why it is unknown: conflicting_identifiers, shared_identifier, no_match or "
            "no_valid_identifier; empty where resolved.",
        ),
    ),
}
