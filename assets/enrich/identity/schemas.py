"""The identity tables' descriptions and columns, said once for Dagster and for the tests."""

from __future__ import annotations

DESCRIPTIONS: dict[str, str] = {
    "identifiers": (
        "One row per source record, identifier type and standard value (标识符), with whether it "
        "is valid, and if not, why. Holds personal data: vault only."
    ),
    "attributes": (
        "One row per person record (标准化属性): standardised name, birth date and address keys, "
        "so that an unchanged record need not be cleaned again. Holds personal data: vault only."
    ),
    "links": (
        "One row per pair of records and rule that had something to say about it (关联): rule, "
        "score, agreement, whether the link was accepted; a rejected link keeps its reason. "
        "Identifiers as keyed hash only."
    ),
    "customers_map": (
        "One row per source record and period (客户映射): the customer it belongs to. Records that "
        "may not be linked (test accounts, deleted contacts) stand alone under their own key."
    ),
    "references_map": (
        "One row per ticket, survey answer or consent event that carries an identifier (引用映射): "
        "the customer it points to, or `unknown` with the reason."
    ),
    "key_events": (
        "One row per date, event and pair of customer keys (客户变更事件): merged, split, "
        "restored, moved, retired, returned. Made again from the ledger every night."
    ),
    "key_aliases": (
        "One row per customer key that was issued and is no longer alive (旧主键): the customer it "
        "leads to today, over any number of merges; empty where all its records are gone."
    ),
    "ledger_changes": (
        "One row per record whose key differs from the ledger (待提交变更): what publishing this "
        "build will commit. An empty key says that the record left."
    ),
    "review": (
        "One row per customer and reason for which a steward should look at it (待审核): many "
        "records, refused links, nameless records that fit several."
    ),
    "rules": "One row per rule that can stand beside a link (规则说明), in plain words.",
    "night_report": (
        "One row per measure of tonight against the night before (当晚变更报告), with the limit "
        "above which the gate holds the night back."
    ),
}

_NUMBER = (
    "record_number",
    "integer",
    "Number of the record in this build, in the order in which records were first seen; "
    "another build may number otherwise.",
)
_RECORD = (
    ("source", "varchar", "Source object of the record, such as crm_zoho.contacts (来源)."),
    ("source_record_id", "varchar", "Id of the record in its source (来源记录编号)."),
)
_RULE = "Rule that decided, from assets/enrich/identity/rules.yml (规则)."
_KEY = "Pseudonymous key of the customer (客户主键)"

COLUMNS: dict[str, tuple[tuple[str, str, str], ...]] = {
    "identifiers": (
        _NUMBER,
        *_RECORD,
        ("identifier_type", "varchar", "Kind of identifier, as in rules.yml (标识类型)."),
        ("identifier_value", "varchar", "Standard value: phones in E.164, e-mail in lower case."),
        ("is_valid", "boolean", "Whether the value can identify a person."),
        ("invalid_reason", "varchar", "Why it cannot; empty where valid."),
        ("is_shared", "boolean", "On too many records to identify one person; never links."),
        ("is_reference", "boolean", "Carried by a record that refers to people, not a person."),
        ("record_hash", "ubigint", "Changes when a raw value of the record does."),
    ),
    "attributes": (
        _NUMBER,
        ("record_hash", "ubigint", "Changes when a raw value of the record does."),
        ("name_han", "varchar", "Name in simplified Chinese characters, without title (姓名)."),
        ("name_key", "varchar", "Name in Latin letters, its parts in alphabetical order."),
        ("name_family", "varchar", "Family name in Latin letters (姓)."),
        ("name_given", "varchar", "Given name in Latin letters (名)."),
        ("name_kind", "varchar", "han, pinyin, latin or surname_only; empty: no usable name."),
        ("is_named", "boolean", "Whether the name tells one person from another."),
        ("birth_date", "date", "Birth date (出生日期)."),
        ("region_key", "varchar", "Province or state (省)."),
        ("city_key", "varchar", "City (市)."),
        ("street_key", "varchar", "Street (街道)."),
        ("number_key", "varchar", "House, building and room, numbers only (门牌号)."),
        ("postcode", "varchar", "Postal code (邮编)."),
    ),
    "links": (
        ("link_id", "varchar", "Stable id of the link: records, rule and identifier."),
        ("source_a", "varchar", "Source of the record that was known first."),
        ("source_record_id_a", "varchar", "Its id."),
        ("source_b", "varchar", "Source of the other record."),
        ("source_record_id_b", "varchar", "Its id."),
        ("rule", "varchar", _RULE),
        ("identifier_type", "varchar", "Type of the identifier that both carry, if one is."),
        ("identifier_hash", "varchar", "Keyed hash of type and value; equal hash, equal value."),
        ("agreement", "varchar", "How far name, birth date and address agree (一致程度)."),
        ("score", "double", "Trust in the rule, 0 to 1."),
        ("is_accepted", "boolean", "Whether the link joins the two records."),
        ("reason", "varchar", "Why it does not (否决原因); empty where accepted."),
    ),
    "customers_map": (
        *_RECORD,
        ("customer_key", "varchar", f"{_KEY} that the record belongs to."),
        ("valid_from", "date", "First business date of the assignment (生效日期)."),
        ("valid_to", "date", "Last business date of the assignment; empty while it holds."),
        ("is_current", "boolean", "Whether the assignment holds on the run's business date."),
        (*_NUMBER[:2], f"{_NUMBER[2]} Empty in periods that are over."),
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
    "key_events": (
        ("event_date", "date", "Business date of the change (变更日期)."),
        ("event_type", "varchar", "merged, split, restored, moved, retired or returned."),
        ("customer_key", "varchar", f"{_KEY} that it happened to."),
        ("other_customer_key", "varchar", f"{_KEY} that records went to; empty if none."),
        ("record_count", "bigint", "Records that changed their key by it."),
    ),
    "key_aliases": (
        ("customer_key_before", "varchar", f"{_KEY} that is no longer alive."),
        ("customer_key", "varchar", f"{_KEY} that it leads to today; empty where retired."),
        ("became_on", "date", "Business date on which it stopped (失效日期)."),
        ("reason", "varchar", "merged or retired."),
    ),
    "ledger_changes": (
        ("as_of", "date", "Business date of the run (业务日期)."),
        *_RECORD,
        ("customer_key", "varchar", f"{_KEY} of the record now; empty where it left."),
    ),
    "review": (
        ("customer_key", "varchar", f"{_KEY} to look at."),
        (
            "reason",
            "varchar",
            "large, over_maximum, over_cap, conflict_in_cluster or ambiguous.",
        ),
        ("record_count", "bigint", "Records of the customer (记录数)."),
        ("refused_link_count", "bigint", "Links that were refused for the reason."),
    ),
    "rules": (
        ("rule", "varchar", "Name of the rule, as beside a link (规则)."),
        ("weight", "double", "Trust in the rule, 0 to 1."),
        ("meaning", "varchar", "The rule in plain words (含义)."),
    ),
    "night_report": (
        ("position", "integer", "Order in which the report shows the measures."),
        ("measure", "varchar", "What is counted (指标)."),
        ("figure", "double", "Tonight's figure (数值)."),
        ("upper_limit", "double", "Above this the gate holds the night back; empty: no limit."),
    ),
}
