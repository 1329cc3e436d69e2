"""The rules of identity resolution as data: what may link two records, and how far it is trusted.

Belongs here: names, weights, limits and orders that a data steward may want to change.
Does not belong here: how a rule is carried out.
"""

from __future__ import annotations

from dataclasses import dataclass

HUB_LIMIT = 10
"""A contact detail on more records than this is shared (store e-mail, front desk), not a person."""

DEFAULT_PHONE_REGION = "CN"
"""Region of a phone number whose writing gives no hint; see `phones.py` for the hints."""


@dataclass(frozen=True)
class Rule:
    """One reason for which two records are the same person.

    Attributes:
        name: stays the same for ever; it is written beside every link.
        identifier_type: the identifier whose equality the rule tests.
        weight: trust in the rule from 0 to 1; the score of its links.
        meaning: the rule in plain words, for the people who read the links.
        hub_limit: on more linkable records than this the identifier is shared and never links.
    """

    name: str
    identifier_type: str
    weight: float
    meaning: str
    hub_limit: int = HUB_LIMIT


RULES: tuple[Rule, ...] = (
    Rule(
        "same_shop_customer_id",
        "shop_customer_id",
        1.0,
        "Both records carry the same customer number of the shop (商城客户编号).",
    ),
    Rule(
        "same_unionid",
        "unionid",
        0.99,
        "Both records carry the same WeChat unionid: one WeChat account of one person.",
    ),
    Rule(
        "same_weibo_uid",
        "weibo_uid",
        0.98,
        "Both records carry the same Weibo user id (微博 UID).",
    ),
    Rule(
        "same_email",
        "email",
        0.95,
        "Both records carry the same personal e-mail address; letter case and width are ignored.",
    ),
    Rule(
        "same_phone",
        "phone",
        0.9,
        "Both records carry the same phone number (手机号), however it was typed.",
    ),
)
"""In falling order of trust; there is exactly one rule for each identifier type."""

DECISIVE_REFERENCE_TYPE = "shop_customer_id"
"""On a ticket, survey or consent this identifier wins over every contact detail beside it."""

ID_ISSUER = "orders.customers"
"""The source whose record id is the shop customer id itself."""

SOURCE_PRIORITY: tuple[str, ...] = (
    "orders.customers",
    "loyalty.members",
    "crm_zoho.contacts",
    "crm_fxiaoke.contacts",
    "social.profiles",
    "crm_zoho.leads",
    "crm_fxiaoke.leads",
)
"""Breaks the tie between records first seen at the same instant; unlisted sources come last."""


def rule_of(identifier_type: str) -> Rule:
    """The rule that tests an identifier type.

    Raises:
        KeyError: no rule knows the type; add one to RULES and a cleaner to standardise.py.
    """
    for rule in RULES:
        if rule.identifier_type == identifier_type:
            return rule
    known = ", ".join(rule.identifier_type for rule in RULES)
    raise KeyError(f"no identity rule for identifier type {identifier_type!r}; known: {known}")
