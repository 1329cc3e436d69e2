"""What the Splink model compares, and what it believes before it is trained.

Belongs here: records as the model sees them, which pairs it looks at, levels of agreement.
Does not belong here: calls of Splink (fuzzy_splink).
"""

from __future__ import annotations

from typing import Any

MODEL_VERSION = 1
"""Raised with every change of columns or levels: a model of another version is not used."""
BLOCK_RECORDS = 100
"""A set of keys on more records says nothing about anybody, and would cost the square of them."""
_HOUSEHOLD = 3
"""A contact detail under more names than this is a shop's or an agent's; no evidence."""

RECORDS = f"""
    with linkable as (
        select attributes.*
        from identity_attributes as attributes
        semi join (select node from identity_nodes where is_linkable) as nodes
            on attributes.node = nodes.node
        where attributes.is_named
    ),
    carried as (
        select distinct linkable.node, linkable.name_key, known.identifier_type as kind,
            known.identifier_value as value
        from identity_identifiers as known
        inner join linkable on known.node = linkable.node
        where known.is_valid and known.identifier_type in ('phone', 'email', 'national_id')
    ),
    shared as (
        select kind, value
        from carried
        group by kind, value
        having count(distinct name_key) > {_HOUSEHOLD}
    ),
    contacts as (
        select
            carried.node,
            min(value) filter (kind = 'phone') as phone,
            max(value) filter (kind = 'phone') as other_phone,
            min(value) filter (kind = 'email') as email,
            max(value) filter (kind = 'email') as other_email,
            min(value) filter (kind = 'national_id') as national_id
        from carried
        anti join shared on carried.kind = shared.kind and carried.value = shared.value
        group by carried.node
    )
    select
        linkable.node,
        linkable.name_han,
        linkable.name_key,
        coalesce(linkable.name_family, '') as name_family,
        coalesce(linkable.name_given, '') as name_given,
        strftime(linkable.birth_date, '%Y%m%d') as birth_date,
        linkable.city_key,
        linkable.street_key,
        linkable.number_key,
        linkable.postcode,
        contacts.* exclude (node)
    from linkable
    left join contacts on linkable.node = contacts.node
    order by linkable.node
"""
"""Records that may be linked and have a name, with the keys that the model compares."""

_BLOCKS = (
    ("name_key", "birth_date[1:4]"),
    ("name_key", "birth_date[5:8]"),
    ("name_key", "postcode"),
    ("name_key", "street_key"),
    ("name_key", "phone[1:-5]"),
    ("name_key", "phone[-5:]"),
    ("name_key", "split_part(email, '@', 1)"),
    ("birth_date", "postcode"),
    ("birth_date", "street_key"),
    ("birth_date", "name_family"),
    ("birth_date", "name_given"),
    ("street_key", "number_key", "name_family"),
    ("street_key", "number_key", "name_given"),
    ("phone",),
    ("email",),
    ("national_id",),
)

PAIRS = " union ".join(
    f"""
    select one.node as join_key_l, other.node as join_key_r, '0' as match_key
    from (
        select unnest(members) as node, members
        from (
            select list(node order by node) as members
            from records
            where {" and ".join(f"nullif({key}, '') is not null" for key in keys)}
            group by {", ".join(keys)}
            having count(*) between 2 and {BLOCK_RECORDS}
        )
    ) as one, unnest(one.members) as other(node)
    where one.node < other.node
    """
    for keys in _BLOCKS
)
"""Pairs that are scored: all keys of one of the blocks are equal."""

CERTAIN = (
    "l.name_key = r.name_key and l.birth_date = r.birth_date",
    "l.name_key = r.name_key and l.phone = r.phone",
    "l.name_key = r.name_key and l.email = r.email",
)
"""Pairs that are one person beyond doubt; their number tells how common a match is."""
CERTAIN_RECALL = 0.7
"""Share of all matches that `CERTAIN` finds; a wrong guess moves every probability a little."""

TRAINING_BLOCKS = ("name_key", "birth_date", "phone")
"""Among pairs with one of these equal, Splink learns how matches look in everything else."""

_SAME_PLACE = "coalesce(city_key_l = city_key_r, true)"
# A Chinese postcode is often a whole city's: with different streets it says no more than the city.
_LIKE_STREETS = "coalesce(jaro_winkler_similarity(street_key_l, street_key_r) >= 0.92, true)"
_PHONES = """
    phone_l in (phone_r, other_phone_r) or other_phone_l in (phone_r, other_phone_r)
"""
_EMAILS = """
    email_l in (email_r, other_email_r) or other_email_l in (email_r, other_email_r)
"""
_NAMES = """
    greatest(
        least(
            jaro_winkler_similarity(name_family_l, name_family_r),
            jaro_winkler_similarity(name_given_l, name_given_r)
        ),
        least(
            jaro_winkler_similarity(name_family_l, name_given_r),
            jaro_winkler_similarity(name_given_l, name_family_r)
        )
    ) >= 0.88
"""

# Level: condition, and how often it holds among records of one person and among strangers, as
# believed where the records are too few to tell.
_COMPARISONS: dict[str, tuple[str, list[tuple[str, float, float]]]] = {
    "name": (
        "name_key_l is null or name_key_r is null",
        [
            ("name_key_l = name_key_r", 0.75, 0.0005),
            (_NAMES, 0.15, 0.0005),
            ("name_family_l = name_family_r", 0.04, 0.02),
            ("name_given_l = name_given_r", 0.03, 0.005),
            ("ELSE", 0.03, 0.974),
        ],
    ),
    "birth_date": (
        "birth_date_l is null or birth_date_r is null",
        [
            ("birth_date_l = birth_date_r", 0.88, 0.00006),
            ("damerau_levenshtein(birth_date_l, birth_date_r) <= 1", 0.06, 0.001),
            (
                "birth_date_l[1:4] = birth_date_r[1:4] and birth_date_l[5:6] = birth_date_r[7:8]"
                " and birth_date_l[7:8] = birth_date_r[5:6]",
                0.01,
                0.0001,
            ),
            ("damerau_levenshtein(birth_date_l, birth_date_r) <= 2", 0.03, 0.015),
            ("ELSE", 0.02, 0.984),
        ],
    ),
    "address": (
        "coalesce(street_key_l, postcode_l, city_key_l) is null"
        " or coalesce(street_key_r, postcode_r, city_key_r) is null",
        [
            (
                f"street_key_l = street_key_r and number_key_l = number_key_r and {_SAME_PLACE}",
                0.55,
                0.0001,
            ),
            (f"street_key_l = street_key_r and {_SAME_PLACE}", 0.12, 0.0005),
            (f"postcode_l = postcode_r and {_LIKE_STREETS}", 0.1, 0.002),
            ("city_key_l = city_key_r or postcode_l = postcode_r", 0.13, 0.05),
            ("ELSE", 0.1, 0.947),
        ],
    ),
    "phone": (
        "phone_l is null or phone_r is null",
        [
            (_PHONES, 0.7, 0.00001),
            ("damerau_levenshtein(phone_l, phone_r) <= 1", 0.05, 0.00001),
            ("ELSE", 0.25, 0.99998),
        ],
    ),
    "email": (
        "email_l is null or email_r is null",
        [
            (_EMAILS, 0.7, 0.00001),
            ("split_part(email_l, '@', 1) = split_part(email_r, '@', 1)", 0.1, 0.0001),
            ("jaro_winkler_similarity(email_l, email_r) >= 0.95", 0.05, 0.0002),
            ("ELSE", 0.15, 0.99969),
        ],
    ),
    "national_id": (
        "national_id_l is null or national_id_r is null",
        [
            ("national_id_l = national_id_r", 0.9, 0.00001),
            ("damerau_levenshtein(national_id_l, national_id_r) <= 2", 0.09, 0.0001),
            ("ELSE", 0.01, 0.99989),
        ],
    ),
}


def prior_settings(record_count: int) -> dict[str, Any]:
    """The untrained model, as Splink's settings."""
    comparisons = []
    for name, (unknown, levels) in _COMPARISONS.items():
        described: list[dict[str, Any]] = [
            {"sql_condition": unknown, "label_for_charts": "unknown", "is_null_level": True}
        ]
        described += [
            {
                "sql_condition": " ".join(condition.split()),
                "label_for_charts": f"level {len(levels) - place - 1}",
                "m_probability": m,
                "u_probability": u,
            }
            for place, (condition, m, u) in enumerate(levels)
        ]
        if name == "name":
            # A common name agrees by chance more often than a rare one.
            described[1]["tf_adjustment_column"] = "name_key"
        comparisons.append({"output_column_name": name, "comparison_levels": described})
    return {
        "link_type": "dedupe_only",
        "unique_id_column_name": "node",
        "linker_uid": "identity",
        "retain_matching_columns": False,
        "probability_two_random_records_match": 1 / max(record_count, 2),
        "comparisons": comparisons,
        "blocking_rules_to_generate_predictions": [],
    }
