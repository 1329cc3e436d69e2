"""Invented numbers that point at a person: documents, cards, plates and QQ as people write them.

Every generator takes a `Random` and gives one writing of one fresh value.
"""

from __future__ import annotations

from random import Random

from benchmarks.free_texts.checks import id_check_sign, luhn_check_digit

_WIDE = str.maketrans("0123456789-+()", "０１２３４５６７８９－＋（）")
_REGIONS = (
    *("110105", "110108", "310104", "310115", "440106", "440305", "330106", "320102", "510107"),
    *("420106", "610113", "370202", "350203", "430102", "410105", "210102", "120101", "500103"),
)
_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_PLATE_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
_US_AREAS = ("212", "312", "415", "617", "206", "305", "404", "512", "702", "310", "646", "718")


def digits(rng: Random, count: int) -> str:
    """`count` random digits."""
    return "".join(rng.choice("0123456789") for _ in range(count))


def wide(text: str) -> str:
    """The same text with full-width digits, dashes, plus signs and brackets."""
    return text.translate(_WIDE)


def grouped(text: str, sizes: tuple[int, ...], sign: str) -> str:
    """The text cut into groups of these sizes, `sign` between them; a rest is its own group."""
    parts, start = [], 0
    for size in sizes:
        parts.append(text[start : start + size])
        start += size
    parts.append(text[start:])
    return sign.join(part for part in parts if part)


def _id_number(rng: Random) -> str:
    """18 signs; one in five ends in X, more than the one in eleven of life."""
    born = f"{rng.randrange(1945, 2009)}{rng.randrange(1, 13):02}{rng.randrange(1, 29):02}"
    wants_x = rng.random() < 0.12
    while True:
        body = rng.choice(_REGIONS) + born + digits(rng, 3)
        sign = id_check_sign(body)
        if sign == "X" or not wants_x:
            return body + sign


def id_card(rng: Random) -> str:
    """A resident identity number whose check sign holds, at times with x, blanks or dashes."""
    number, shape = _id_number(rng), rng.random()
    if rng.random() < 0.4:
        number = number.lower()
    if shape < 0.75:
        return number
    if shape < 0.9:
        return grouped(number, (6, 8) if shape < 0.85 else (6, 4, 4), " ")
    return grouped(number, (6, 8), "-") if shape < 0.94 else wide(number)


def bank_card(rng: Random) -> str:
    """A bank or credit card of 16 or 19 digits whose Luhn digit holds."""
    if rng.random() < 0.5:
        body = rng.choice(("4", "51", "53", "55", "6225", "6259", "3568"))
        body += digits(rng, 15 - len(body))
    else:
        body = rng.choice(("622202", "621700", "622848", "621661", "623058")) + digits(rng, 12)
    number = body + luhn_check_digit(body)
    shape = rng.random()
    if shape < 0.5:
        return number
    if shape < 0.95:
        return grouped(number, (4, 4, 4, 4), " " if shape < 0.8 else "-")
    return wide(number)


def plate(rng: Random) -> str:
    """A car plate, one in three of a new-energy car (six signs after the letter)."""
    start, body = rng.choice(_PROVINCES) + rng.choice("ABCDEFGHJKLMN"), list(digits(rng, 5))
    if rng.random() < 1 / 3:
        body.insert(0, rng.choice("DF"))
        if rng.random() < 0.2:
            body[1] = rng.choice(_PLATE_LETTERS)
    else:
        for place in rng.sample(range(5), rng.choice((0, 0, 1, 2))):
            body[place] = rng.choice(_PLATE_LETTERS)
    sign = rng.choice(("", "", "", "", "·", "·", " ", "-", "•"))
    written = start + sign + "".join(body)
    return written.lower() if rng.random() < 0.08 else written


def passport(rng: Random) -> str:
    """A Chinese passport: E and 8 digits, E with a letter and 7 digits, or the older G."""
    letters = rng.choice(("E", "E", "G", "E" + rng.choice("ABCDEFGHJK")))
    number = letters + digits(rng, 9 - len(letters))
    return rng.choice(
        (number, number, number, number.lower(), letters + " " + number[len(letters) :])
    )


def passport_foreign(rng: Random) -> str:
    """Nine digits; the template says that it is a passport."""
    return rng.choice("123456789") + digits(rng, 8)


def qq(rng: Random) -> str:
    """A QQ number of 6 to 10 digits; the template names QQ."""
    return rng.choice("123456789") + digits(rng, rng.choice((5, 6, 7, 8, 8, 9, 9)))
