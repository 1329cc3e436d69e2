"""The rules of identity resolution, read from `rules.yml`: what may link two records.

Belongs here: the form of the rules and what makes a set of rules sound.
Does not belong here: the rules themselves, and how a rule is carried out.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal

import msgspec

from assets.enrich.identity.standardise.registry import IDENTIFIERS

RULES_FILE = Path(__file__).with_name("rules.yml")

DEFAULT_PHONE_REGION = "CN"
"""Region of a phone number whose writing gives no hint; see `standardise/phones.py`."""

EVIDENCE = "evidence"
"""What the rules stand on that weigh everything."""

ATTRIBUTES = (
    "full_name",
    "nickname",
    "given_name",
    "family_name",
    "birth_date",
    "region",
    "city",
    "address",
    "house_number",
    "postcode",
)
"""What describes a person without identifying one; everything else is an identifier."""

KEYS = (
    "name_han",
    "name_key",
    "name_family",
    "name_given",
    "birth_date",
    "birth_year",
    "birth_day",
    "region_key",
    "city_key",
    "street_key",
    "number_key",
    "postcode",
)
"""Standardised attributes that a rule or block may ask to be equal."""

NAME_LEVELS = (
    *("same", "close", "partial", "unknown"),
    *("kin", "conflict", "han_conflict"),
)
BIRTH_LEVELS = ("same", "close", "unclear", "unknown", "conflict")
ADDRESS_LEVELS = ("same", "near", "area", "city", "unknown", "differs")
DOCUMENT_LEVELS = ("same", "close", "unknown", "differs")
LEVELS = {
    "name": NAME_LEVELS,
    "birth_date": BIRTH_LEVELS,
    "address": ADDRESS_LEVELS,
    "document": DOCUMENT_LEVELS,
    "contact": ("same", "unknown", "differs"),
}

Levels = dict[str, list[str]]
"""Feature (a key of LEVELS) to levels of agreement."""


class RulesError(Exception):
    """What is wrong in the rules file, where, and how to mend it."""


class IdentifierType(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One kind of identifier: how it is cleaned, how far it is believed, when it is a hub."""

    type: str
    standardiser: str
    strength: Literal["strong", "contact", "weak"]
    max_names: int
    max_records: int
    meaning: str


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One reason for which two records are the same person.

    Attributes:
        name: stays the same for ever; it is written beside every link.
        stands_on: identifier type, list of keys that must be equal, or `evidence`.
        weight: trust in the rule from 0 to 1; the score of its links.
        meaning: the rule in plain words, for the people who read the links.
        needs: levels that the pair must show.
        vetoes: levels that forbid the link.
        is_strong: it holds records together whatever their names say, like a strong identifier.
        max_namesakes: the rule says nothing about a name on more records than this.
    """

    name: str
    stands_on: str | list[str]
    weight: float
    meaning: str
    needs: Levels = {}
    vetoes: Levels = {}
    is_strong: bool = False
    max_namesakes: int = 0


class Nameless(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a record without a usable name is attached to the one customer that fits.

    Nameless records that fit nobody are one where they alone, at most `max_carriers` of them, carry
    a contact detail.
    """

    weight: float
    needs: Levels
    vetoes: Levels
    max_carriers: int


class Block(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Keys that must be equal for two records to be looked at, on at most so many records."""

    keys: list[str]
    max_records: int


class Evidence(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Weights in bits (log2 of likelihood ratios), see `rules.yml`."""

    minimum_bits: float
    birth_date: dict[str, float]
    address: dict[str, float]
    document: dict[str, float]
    identifiers: dict[str, float]
    namesakes: dict[str, float]
    chance: dict[str, float]
    blocks: list[Block]


class Clusters(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Sizes, in records, above which a customer is looked at or taken apart."""

    review_above: int
    maximum: int


class Gate(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Limits that hold a night back: records, customers, and a ratio of records."""

    largest_customer: int
    customers_over_maximum: int
    changed_records_ratio: float


class Rules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole rules file."""

    version: int
    source_priority: list[str]
    decisive_reference_type: str
    id_issuer: str
    identifiers: list[IdentifierType]
    rules: list[Rule]
    nameless: Nameless
    evidence: Evidence
    clusters: Clusters
    gate: Gate

    @property
    def types(self) -> dict[str, IdentifierType]:
        """The identifier types by name."""
        return {identifier.type: identifier for identifier in self.identifiers}

    @property
    def identifier_rules(self) -> dict[str, Rule]:
        """The rule of every identifier type."""
        types = self.types
        return {
            rule.stands_on: rule
            for rule in self.rules
            if isinstance(rule.stands_on, str) and rule.stands_on in types
        }

    @property
    def key_rules(self) -> list[Rule]:
        """The rules that stand on equal keys, strongest first."""
        return [rule for rule in self.rules if isinstance(rule.stands_on, list)]

    @property
    def strong_rules(self) -> list[str]:
        """Names of the rules that no contradiction of names or birth dates undoes."""
        types = self.types
        return [
            rule.name
            for rule in self.rules
            if rule.is_strong
            or (
                isinstance(rule.stands_on, str)
                and rule.stands_on in types
                and types[rule.stands_on].strength == "strong"
            )
        ]

    @property
    def evidence_rules(self) -> list[Rule]:
        """The rules that weigh all evidence, strongest first."""
        return [rule for rule in self.rules if rule.stands_on == EVIDENCE]


def load_rules(path: Path = RULES_FILE) -> Rules:
    """Read and check a rules file.

    Raises:
        RulesError: the file is missing, has an unknown or missing field, or contradicts itself.
    """
    try:
        text = path.read_bytes()
        rules = msgspec.yaml.decode(text, type=Rules)
    except OSError as error:
        raise RulesError(f"{path}: cannot be read ({error.strerror})") from error
    except msgspec.MsgspecError as error:
        raise RulesError(f"{path}: {error}") from error
    problems = list(_problems(rules))
    if problems:
        raise RulesError(f"{path}: " + "; ".join(problems))
    return rules


@cache
def default_rules() -> Rules:
    """The rules that ship with the warehouse."""
    return load_rules()


def _problems(rules: Rules) -> list[str]:
    found = []
    types = rules.types
    if len(types) < len(rules.identifiers):
        found.append("an identifier type is listed twice")
    clash = set(types) & set(ATTRIBUTES)
    found += [f"{name} describes a person and cannot be an identifier type" for name in clash]
    names = [rule.name for rule in rules.rules]
    if len(set(names)) < len(names):
        found.append("a rule name is used twice; links would not tell which rule made them")
    found += [
        f"identifier type {name} has no rule; add one with `stands_on: {name}`"
        for name in types
        if name not in rules.identifier_rules
    ]
    found += [
        f"{identifier.type}: max_names and max_records must be at least 1"
        for identifier in rules.identifiers
        if min(identifier.max_names, identifier.max_records) < 1
    ]
    found += [
        f"{identifier.type}: unknown standardiser {identifier.standardiser}; "
        f"known: {', '.join(IDENTIFIERS)}"
        for identifier in rules.identifiers
        if identifier.standardiser not in IDENTIFIERS
    ]
    if rules.decisive_reference_type not in types:
        found.append(f"decisive_reference_type {rules.decisive_reference_type} is no identifier")
    for rule in rules.rules:
        if isinstance(rule.stands_on, str) and rule.stands_on not in {*types, EVIDENCE}:
            found.append(f"rule {rule.name} stands on unknown identifier type {rule.stands_on}")
        if isinstance(rule.stands_on, list):
            found += _unknown_keys(f"rule {rule.name}", rule.stands_on)
        if not 0 < rule.weight <= 1:
            found.append(f"rule {rule.name}: weight must be above 0 and at most 1")
        found += _unknown_levels(f"rule {rule.name}", rule.needs, rule.vetoes)
    found += _unknown_levels("nameless", rules.nameless.needs, rules.nameless.vetoes)
    for block in rules.evidence.blocks:
        found += _unknown_keys("evidence block", block.keys)
    return found


def _unknown_keys(place: str, keys: list[str]) -> list[str]:
    return [
        f"{place} names unknown key {key}; known: {', '.join(KEYS)}"
        for key in keys
        if key not in KEYS
    ]


def _unknown_levels(place: str, *levels: Levels) -> list[str]:
    return [
        f"{place} names unknown level {feature}: {level}"
        for part in levels
        for feature, wanted in part.items()
        for level in wanted
        if level not in LEVELS.get(feature, ())
    ]
