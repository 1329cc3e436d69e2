"""Prices, sizes, models and codes of goods, which look like identifiers and point at nobody.

Every generator takes a `Random` and the language of the text, "zh" or "en".
"""

from __future__ import annotations

from random import Random

from benchmarks.free_texts.numbers import digits


def price(rng: Random, language: str) -> str:
    """An amount of money."""
    whole, cents = rng.randrange(5, 9999), rng.choice((0, 50, 90, 99))
    if language == "zh":
        forms = (
            f"{whole}元",
            f"¥{whole}.{cents:02}",
            f"￥{whole}",
            f"{whole}块",
            f"RMB {whole:,}.{cents:02}",
        )
    else:
        forms = (
            f"${whole:,}.{cents:02}",
            f"£{whole}",
            f"USD {whole:,}",
            f"€{whole}.{cents:02}",
            f"{whole} dollars",
        )
    return rng.choice(forms)


def amount(rng: Random, language: str) -> str:
    """A large sum, as in notes of sales people."""
    number = rng.randrange(12, 980)
    if language == "zh":
        return rng.choice(
            (f"{number}万", f"{number * 10000:,}元", f"{number}w", f"{number},000.00")
        )
    return rng.choice((f"${number}k", f"{number * 1000:,} USD", f"€{number / 10}M"))


def quantity(rng: Random, language: str) -> str:
    """So many pieces."""
    number = rng.choice((rng.randrange(1, 20), rng.randrange(20, 12000)))
    units = "件 箱 盒 台 个 套 包 双" if language == "zh" else "pcs|units|boxes|pairs|cartons|x"
    unit = rng.choice(units.split() if language == "zh" else units.split("|"))
    return f"{number}{unit}" if language == "zh" or unit == "x" else f"{number} {unit}"


def sku(rng: Random, language: str) -> str:
    """A stock number."""
    short = digits(rng, 4)
    return rng.choice(
        (
            f"SKU{short}88",
            f"SKU-{digits(rng, 8)}",
            f"TX-{short}-BLK",
            f"HG{short}-{digits(rng, 2)}L",
            digits(rng, 7),
        )
    )


def model(rng: Random, language: str) -> str:
    """A model name."""
    number = rng.randrange(100, 9900)
    return rng.choice(
        (
            f"K{number}",
            f"RTX{number}",
            f"Mate {number % 90}",
            f"X-{number}Pro",
            f"GT{number}S",
            f"iPhone {number % 8 + 9}",
            f"B{number}-X",
            f"WH-{number}XM5",
        )
    )


def plate_like(rng: Random, language: str) -> str:
    """A Han character that also begins plates, before a model code that is no plate."""
    return rng.choice(
        (
            "新A级200",
            "新款C180L",
            "全新E300",
            f"新B{digits(rng, 2)}",
            "川崎Z900",
            "新Q5",
            "豫A款",
            f"云D{digits(rng, 1)}版",
            "鲁花5S",
            "新K3",
        )
    )


def size(rng: Random, language: str) -> str:
    """Sizes and dimensions."""
    wide_, deep, high = (rng.randrange(10, 240) for _ in range(3))
    return rng.choice(
        (
            f"{wide_}x{deep}",
            f"{wide_}×{deep}×{high}cm",
            f"{wide_}*{deep}",
            f"{wide_ / 100}m x {deep / 100}m",
            f"{wide_ % 60 + 5}寸" if language == "zh" else f'{wide_ % 60 + 5}"',
            f"{wide_}X{deep}X{high}",
        )
    )


def spec(rng: Random, language: str) -> str:
    """A weight, a volume or a voltage."""
    number = rng.randrange(2, 900)
    return rng.choice(
        (
            f"{number}ml*12",
            f"{number}g",
            f"{number}W",
            f"{number % 50}kg",
            f"{number}0mAh",
            "220V",
            f"{number % 60}°C",
        )
    )


def percent(rng: Random, language: str) -> str:
    """A share."""
    return rng.choice(
        (
            f"{rng.randrange(1, 100)}%",
            f"{rng.randrange(1, 99)}.{rng.randrange(10)}%",
            f"{rng.randrange(5, 99)} %",
            f"{rng.randrange(2, 90)}％",
        )
    )


def version(rng: Random, language: str) -> str:
    """A version of a program, of two or three parts."""
    parts = rng.randrange(1, 20), rng.randrange(30), rng.randrange(10)
    return rng.choice(
        ("v{}.{}.{}", "{}.{}.{}", "iOS {}.{}", "V{}.{}", "Android {}", "build {}{}{}")
    ).format(*parts)


def isbn(rng: Random, language: str) -> str:
    """A book number."""
    return rng.choice(
        (
            f"978-7-{digits(rng, 3)}-{digits(rng, 5)}-{digits(rng, 1)}",
            f"9787{digits(rng, 9)}",
            f"978-0-{digits(rng, 2)}-{digits(rng, 6)}-{digits(rng, 1)}",
        )
    )


def ean(rng: Random, language: str) -> str:
    """A bar code."""
    return f"69{digits(rng, 11)}"


def points(rng: Random, language: str) -> str:
    """Bonus points."""
    number = rng.randrange(100, 99999)
    return (
        rng.choice((f"{number}积分", f"{number:,}分", f"{number}点积分"))
        if language == "zh"
        else rng.choice((f"{number} points", f"{number:,} pts"))
    )


def coupon(rng: Random, language: str) -> str:
    """A code that makes things cheaper."""
    return rng.choice(
        (
            f"SAVE{rng.randrange(5, 60)}",
            f"VIP{digits(rng, 6)}",
            f"{digits(rng, 3)}-ABQ-{digits(rng, 3)}",
            "DOUBLE11",
            f"满{rng.randrange(1, 9)}00减50",
        )
    )


def serial(rng: Random, language: str) -> str:
    """The serial number of a device."""
    return rng.choice(
        (
            f"SN:{digits(rng, 2)}KX{digits(rng, 6)}Q",
            f"S/N C02{digits(rng, 3)}JHD{digits(rng, 1)}",
            f"MX{digits(rng, 8)}TT",
        )
    )
