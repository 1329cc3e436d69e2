"""The check digits of cards and of resident identity numbers."""

from __future__ import annotations

_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def luhn_check_digit(body: str) -> str:
    """The digit that makes `body` (digits) a number that holds by Luhn."""
    total = 0
    for place, sign in enumerate(reversed(body)):
        doubled = int(sign) * (1 if place % 2 else 2)
        total += doubled - 9 if doubled > 9 else doubled
    return str(-total % 10)


def luhn_holds(number: str) -> bool:
    """Does the last digit of these digits hold?"""
    return luhn_check_digit(number[:-1]) == number[-1]


def id_check_sign(body: str) -> str:
    """The eighteenth sign (digit or X) of an identity number from its 17 digits."""
    total = sum(weight * int(sign) for weight, sign in zip(_ID_WEIGHTS, body, strict=True))
    return "10X98765432"[total % 11]


def id_holds(number: str) -> bool:
    """Does the check sign of these 18 signs hold?"""
    return id_check_sign(number[:17]) == number[17].upper()
