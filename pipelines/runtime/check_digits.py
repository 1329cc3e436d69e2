"""Check digits: of Chinese identity cards (GB 11643) and of bank cards (ISO/IEC 7812, Luhn)."""

from __future__ import annotations

ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
ID_CHARACTERS = "10X98765432"
_DOUBLED = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)


def is_id_card(number: str) -> bool:
    """Whether 18 characters are the number of an identity card 身份证号."""
    total = sum(int(digit) * weight for digit, weight in zip(number[:17], ID_WEIGHTS, strict=True))
    return ID_CHARACTERS[total % 11] == number[17].upper()


def is_bank_card(number: str) -> bool:
    """Whether digits are the number of a bank card 银行卡号."""
    digits = [int(digit) for digit in reversed(number)]
    total = sum(digits[::2]) + sum(_DOUBLED[digit] for digit in digits[1::2])
    return total % 10 == 0
