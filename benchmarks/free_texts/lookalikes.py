"""Numbers that look like identifiers and point at nobody: orders, parcels, days, hotlines.

Every generator takes a `Random` and the language of the text, "zh" or "en".
"""

from __future__ import annotations

from random import Random

from benchmarks.free_texts.checks import id_check_sign, luhn_holds
from benchmarks.free_texts.numbers import digits, wide

_MONTHS = "January February March April May June July August September October November December"
_HAN_DIGITS = str.maketrans("0123456789", "〇一二三四五六七八九")


def _failing(rng: Random, count: int, first: str = "123456789") -> str:
    """Digits that fail Luhn, so that they are no card, and do not begin like 86 and a mobile."""
    while True:
        number = rng.choice(first) + digits(rng, count - 1)
        if not luhn_holds(number) and not number.startswith(("861", "10", "62")):
            return number


def num10(rng: Random, language: str) -> str:
    """Ten digits in a row."""
    return _failing(rng, 10)


def num12(rng: Random, language: str) -> str:
    """Twelve digits in a row."""
    return _failing(rng, 12)


def num16(rng: Random, language: str) -> str:
    """Sixteen digits that fail Luhn, at times in groups of four like a gift card."""
    number = _failing(rng, 16)
    if rng.random() < 0.6:
        return number
    sign = rng.choice((" ", "-"))
    return sign.join(number[start : start + 4] for start in range(0, 16, 4))


def num18(rng: Random, language: str) -> str:
    """Eighteen digits that fail the check of identity numbers, half with a day where one stands."""
    while True:
        number = _failing(rng, 18)
        if rng.random() < 0.5:
            number = number[:6] + f"20{rng.randrange(20, 27)}0{rng.randrange(1, 10)}1" + number[13:]
        if id_check_sign(number[:17]) != number[17] and not luhn_holds(number):
            return number


def order(rng: Random, language: str) -> str:
    """An order number of a shop or a market place."""
    long = _failing(rng, 17, "1")
    day = f"20{rng.randrange(23, 27)}{rng.randrange(1, 13):02}{rng.randrange(1, 29):02}"
    return rng.choice(
        (
            *(f"#{digits(rng, 5)}", f"DD{day}{digits(rng, 4)}", f"SO-{day}-{digits(rng, 4)}"),
            *(_failing(rng, 19, "345"), num12(rng, language), f"{day}{digits(rng, 6)}"),
            *(num18(rng, language), f"No.{digits(rng, 7)}", "2" + digits(rng, 10)),
            f"{long[:3]}-{long[3:10]}-{long[10:]}",
        )
    )


def tracking(rng: Random, language: str) -> str:
    """A parcel number of a carrier."""
    return rng.choice(
        (
            *(f"SF1{digits(rng, 12)}", f"SF{digits(rng, 13)}", f"YT{digits(rng, 13)}"),
            *(f"JDV1{digits(rng, 11)}", f"75{digits(rng, 12)}", f"43{digits(rng, 13)}"),
            *(
                f"EA{digits(rng, 9)}CN",
                f"1Z{digits(rng, 3)}AA1{digits(rng, 10)}",
                f"sf{digits(rng, 13)}",
            ),
        )
    )


def invoice(rng: Random, language: str) -> str:
    """An invoice number of 8 or 20 digits, or with letters."""
    return rng.choice((f"0{digits(rng, 7)}", f"24{digits(rng, 18)}", f"INV-{digits(rng, 6)}"))


def date8(rng: Random, language: str) -> str:
    """A day as eight digits."""
    return f"20{rng.randrange(19, 27)}{rng.randrange(1, 13):02}{rng.randrange(1, 29):02}"


def date(rng: Random, language: str) -> str:
    """A day in one of its many writings."""
    year, month, day = rng.randrange(2019, 2027), rng.randrange(1, 13), rng.randrange(1, 29)
    name = _MONTHS.split()[month - 1]
    both = (
        *(f"{year}-{month:02}-{day:02}", f"{year}/{month}/{day}", f"{year}.{month:02}.{day:02}"),
        *(f"{month}/{day}", date8(rng, language), f"{day:02}-{month:02}-{year % 100:02}"),
    )
    chinese = (
        *(f"{year}年{month}月{day}日", f"{month}月{day}日", f"{month}月{day}号", f"{day}号"),
        *(f"{str(year).translate(_HAN_DIGITS)}年三月五日", wide(f"{year}-{month:02}-{day:02}")),
        *(f"{year} 年 {month} 月", f"{month}.{day}"),
    )
    english = (
        *(f"{day} {name[:3]} {year}", f"{name} {day}, {year}", f"{name[:3]} {day}th"),
        *(f"{day:02}/{month:02}/{year}", f"the {day}th", f"{day}-{name[:3]}-{year}"),
    )
    return rng.choice(both + (chinese if language == "zh" else english))


def time(rng: Random, language: str) -> str:
    """A time of the day."""
    hour, minute = rng.randrange(1, 12), rng.choice((0, 5, 15, 30, 45))
    if language == "zh":
        forms = (
            f"{hour}:{minute:02}",
            f"下午{hour}点",
            f"{hour}点{minute}分",
            f"{hour + 12}：{minute:02}",
        )
    else:
        forms = (
            f"{hour}:{minute:02} pm",
            f"{hour}am",
            f"{hour + 12}:{minute:02}",
            f"{hour}.{minute:02}pm",
        )
    return rng.choice(forms)


def hotline(rng: Random, language: str) -> str:
    """A number of a company or an office that everybody may call."""
    return rng.choice(
        (
            f"400-{digits(rng, 3)}-{digits(rng, 4)}",
            f"400{digits(rng, 7)}",
            f"400 {digits(rng, 4)} {digits(rng, 3)}",
            f"800-{digits(rng, 3)}-{digits(rng, 4)}",
            "95588",
            "10086",
            "12315",
            "95338",
            "12345",
        )
    )


def tail(rng: Random, language: str) -> str:
    """The last four digits of something."""
    return digits(rng, 4)


def credit_code(rng: Random, language: str) -> str:
    """The credit code of a company, with letters at its ninth place."""
    letter, last = rng.choice("5GHKTW"), rng.choice("XWQHM")
    return f"91{digits(rng, 6)}MA{letter}{digits(rng, 3)}B{digits(rng, 2)}{last}"
