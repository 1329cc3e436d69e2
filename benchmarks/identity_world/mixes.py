"""The named mixes: how complete, how clean and how treacherous a world is."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Mix:
    """Rates of one world; shares are of the records (or people) that could have the thing."""

    name: str
    western: float = 0.5
    people_by_records: tuple[float, ...] = (0.38, 0.27, 0.17, 0.10, 0.05, 0.03)
    """Share of the people with 1, 2, … 6 records."""
    sources: tuple[float, float, float] = (0.38, 0.37, 0.25)
    """Share of crm, order_customers and social among the records."""
    presence: float = 1.0
    """Factor on the share of filled fields."""
    name_typo: float = 0.02
    phone_typo: float = 0.012
    email_typo: float = 0.012
    birth_typo: float = 0.02
    address_typo: float = 0.04
    febrl_duplicate: float = 0.4
    """Share of Western records that take a row with FEBRL's own typos instead of the original."""
    surname_only: float = 0.06
    """王先生, or an initial: a name that hardly tells anybody apart."""
    partial_address: float = 0.2
    second_value: float = 0.12
    """Share of people with a second mobile number, likewise a second e-mail."""
    moved: float = 0.04
    """Share of people with a second address."""
    social_name: float = 0.2
    social_nickname_as_name: float = 0.05
    orphan: float = 0.04
    """Share of the records without common evidence that stay so."""
    common_name: float = 0.03
    traps: float = 1.0
    """Factor on the number of every trap."""


_BALANCED = Mix("balanced")
MIXES = {
    mix.name: mix
    for mix in (
        _BALANCED,
        replace(
            _BALANCED,
            name="sparse",
            presence=0.8,
            orphan=0.07,
            surname_only=0.1,
            partial_address=0.35,
            people_by_records=(0.45, 0.27, 0.14, 0.08, 0.04, 0.02),
        ),
        replace(
            _BALANCED,
            name="typos",
            name_typo=0.06,
            phone_typo=0.03,
            email_typo=0.03,
            birth_typo=0.06,
            address_typo=0.12,
            febrl_duplicate=0.7,
        ),
        replace(_BALANCED, name="traps", traps=2.2, common_name=0.06, surname_only=0.09),
        replace(
            _BALANCED,
            name="social",
            western=0.35,
            sources=(0.27, 0.31, 0.42),
            social_nickname_as_name=0.3,
            moved=0.08,
            second_value=0.2,
        ),
    )
}
