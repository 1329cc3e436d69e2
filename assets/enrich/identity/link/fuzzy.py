"""Links from a probabilistic matcher (optional): it proposes pairs, the rules keep their veto.

A provider reads the standardised records and writes temp table `identity_fuzzy` (a, b,
probability), a < b. What it proposes becomes the weakest of all links: it adds pairs that no rule
reached, and can neither overrule a veto nor push a rule's link aside.

Belongs here: the interface of providers, and the vetoes. Does not belong here: any provider.
"""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING, Protocol

from assets.enrich.identity.link.decide import AGREEMENT, WEAK, reason_name
from assets.enrich.identity.link.levels import ADDRESS_LEVEL, BIRTH_LEVEL, NAME_LEVEL
from assets.enrich.identity.rules import Levels, Rules

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb

PROVIDERS = ("splink",)
"""Values of the setting that names a provider; empty means none."""
MINIMUM_PROBABILITY = 0.99
"""Least probability of a link unless told otherwise; a wrong merge costs more than a missed one."""
SCORE = 0.75
"""Trust in a fuzzy link: below every rule, so that a conflict in a cluster drops it first."""

_VETOES: Levels = {
    "name": ["conflict", "kin", "han_conflict"],
    "birth_date": ["conflict"],
}
"""What forbids a link, however probable it is, beside the vetoes of the rules file."""
_COLUMNS = {"name": "name_level", "birth_date": "birth_level", "address": "address_level"}


class FuzzyError(Exception):
    """What keeps the fuzzy matcher from working, and how to mend it; names no person."""


class FuzzyEvidence(Protocol):
    """A matcher that proposes pairs of records with a probability."""

    @property
    def name(self) -> str:
        """Stays the same for ever: its links have the rule `fuzzy_<name>`."""

    def pairs(self, con: duckdb.DuckDBPyConnection, minimum_probability: float) -> None:
        """Make `identity_fuzzy` (a integer, b integer, probability double), one row per pair.

        a < b, both linkable. Reads `identity_nodes`, `identity_attributes` and
        `identity_identifiers`, and leaves nothing else behind.
        """


def fuzzy_evidence(provider: str, model: Path | None = None) -> FuzzyEvidence | None:
    """The provider that a setting names, or None where the setting is empty.

    Args:
        provider: one of `PROVIDERS`, or empty for the rules alone.
        model: trained model to score with, so that the same pair has the same probability every
            night; without one the provider trains on the records of the night.

    Raises:
        FuzzyError: no such provider, or what it needs is not installed, or no such model.
    """
    if not provider:
        return None
    if provider not in PROVIDERS:
        known = ", ".join(PROVIDERS)
        raise FuzzyError(
            f"no fuzzy matcher is called {provider!r}; known: {known}; leave it empty for none"
        )
    if find_spec("splink") is None:
        raise FuzzyError(
            "the fuzzy matcher splink is not installed; run"
            " `pip install 'customer-360-warehouse[splink]'` (in this repository: `make setup`),"
            " or leave the setting empty"
        )
    if model is not None and not model.is_file():
        raise FuzzyError(
            f"{model}: there is no trained model here; train one, or give another path"
        )
    from assets.enrich.identity.link.fuzzy_splink import SplinkEvidence

    return SplinkEvidence(model)


def add_fuzzy_links(
    con: duckdb.DuckDBPyConnection,
    rules: Rules,
    provider: FuzzyEvidence,
    minimum_probability: float = MINIMUM_PROBABILITY,
) -> None:
    """Add the provider's pairs to `identity_links`, refused where the rules have a veto.

    To be called between `decide.decide` and `conflicts.add_decisions`, so that a steward's
    do-not-link refuses these links too. Different names and birth dates forbid a link, and so do
    the vetoes of the rules that weigh evidence; names that agree only in part need the birth date
    beside them. A pair with a record whose name tells nobody apart (a nickname, only 王先生) is
    left out: its probability says nothing. A pair that a rule links needs no probability.

    Args:
        con: connection with the scratch tables of the run.
        rules: the rules whose vetoes hold.
        provider: who proposes the pairs.
        minimum_probability: pairs below it are not proposed.

    Raises:
        FuzzyError: the provider cannot work, or proposes what it must not.
    """
    if not 0.5 <= minimum_probability <= 1:
        raise FuzzyError(
            f"minimum probability {minimum_probability} is out of place: give one from 0.5 to 1"
        )
    provider.pairs(con, minimum_probability)
    _check_pairs(con, provider.name)
    con.execute(
        f"""
        insert into identity_links by name
        with levels as (
            select
                fuzzy.a,
                fuzzy.b,
                fuzzy.probability,
                {NAME_LEVEL} as name_level,
                {BIRTH_LEVEL} as birth_level,
                {ADDRESS_LEVEL} as address_level
            from identity_fuzzy as fuzzy
            inner join identity_attributes as one on fuzzy.a = one.node
            inner join identity_attributes as other on fuzzy.b = other.node
            where
                fuzzy.probability >= $minimum_probability
                and one.is_named
                and other.is_named
                and not exists (
                    select 1
                    from identity_links as links
                    where links.a = fuzzy.a and links.b = fuzzy.b and links.is_accepted
                )
        ),
        judged as (
            select *, {_reason(rules)} as reason from levels
        )
        select
            a,
            b,
            'fuzzy_{provider.name}' as rule,
            {AGREEMENT} || ' probability:' || format('{{:.3f}}', probability) as agreement,
            {SCORE} as score,
            reason is null as is_accepted,
            reason
        from judged
        order by a, b
        """,
        {"minimum_probability": minimum_probability},
    ).fetchall()
    con.execute("drop table identity_fuzzy").fetchall()


def _reason(rules: Rules) -> str:
    """The first veto of a pair as an SQL expression; null where there is none."""
    vetoes = [_VETOES, *(rule.vetoes for rule in rules.evidence_rules)]
    forbidden = dict.fromkeys(
        (feature, level)
        for each in vetoes
        for feature, levels in each.items()
        for level in levels
        if feature in _COLUMNS
    )
    whens = [
        f"when {_COLUMNS[feature]} = '{level}' then '{reason_name(feature, level)}'"
        for feature, level in forbidden
    ]
    # A family name, a street and even a birth date in common are a household's and its twins'.
    whens.append(
        "when name_level not in ('same', 'close')"
        " and not (name_level = 'partial' and birth_level in ('same', 'close'))"
        f" then '{WEAK}'"
    )
    return f"case {' '.join(whens)} end"


def _check_pairs(con: duckdb.DuckDBPyConnection, name: str) -> None:
    """Raise FuzzyError where a provider breaks its promise."""
    [(disordered, doubles, strays, odd)] = con.execute(
        """
        select
            count(*) filter (fuzzy.a >= fuzzy.b),
            count(*) - count(distinct (fuzzy.a, fuzzy.b)),
            count(*) filter (
                not coalesce(one.is_linkable, false) or not coalesce(other.is_linkable, false)
            ),
            count(*) filter (not coalesce(fuzzy.probability between 0 and 1, false))
        from identity_fuzzy as fuzzy
        left join identity_nodes as one on fuzzy.a = one.node
        left join identity_nodes as other on fuzzy.b = other.node
        """
    ).fetchall()
    if disordered or doubles or strays or odd:
        raise FuzzyError(
            f"the fuzzy matcher {name} proposed {disordered} pairs in the wrong order, {doubles}"
            f" twice, {strays} of records that must not be linked, {odd} without a probability from"
            " 0 to 1; this is a fault of the matcher: leave the setting empty until it is mended"
        )
