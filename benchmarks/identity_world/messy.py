"""How one value gets written by people and systems, and the slips they make."""

from __future__ import annotations

from datetime import date
from random import Random

from benchmarks.identity_world.chinese import ChineseName
from benchmarks.identity_world.people import Address

_WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
DOTLESS = ("gmail.com",)
PLUS = ("gmail.com", "outlook.com")


def widen(text: str) -> str:
    """Full-width signs, as Chinese input methods leave them."""
    return text.translate(_WIDE)


def phone(rng: Random, number: str) -> str:
    """One of the writings of an E.164 number; nine of a Chinese mobile."""
    if number.startswith("+861") and len(number) == 14:
        bare = number[3:]
        a, b, c = bare[:3], bare[3:7], bare[7:]
        forms = (
            bare,
            number,
            f"+86 {a} {b} {c}",
            f"0086-{a}-{b}-{c}",
            f"86-{bare}",
            f"{a} {b} {c}",
            f"{a}-{b}-{c}",
            widen(bare),
            f"(+86){a} {b} {c}",
        )
        return rng.choices(forms, (10, 4, 2, 1, 1, 2, 2, 1, 1))[0]
    if number.startswith("+86"):
        return rng.choice(
            (
                f"0{number[3:5]}-{number[5:]}",
                f"0{number[3:]}",
                f"+86 {number[3:5]} {number[5:9]} {number[9:]}",
            )
        )
    country, rest = number[:3], number[3:]
    abroad = (
        number,
        f"{country} {rest[:3]} {rest[3:6]} {rest[6:]}",
        f"00{country[1:]}{rest}",
        f"({country}) {rest[:3]}-{rest[3:6]}-{rest[6:]}",
        f"00{country[1:]} {rest[:3]} {rest[3:]}",
        widen(number),
    )
    return rng.choices(abroad, (6, 4, 2, 1, 1, 1))[0]


def email_key(address: str) -> str:
    """The mailbox behind an address: no case; dots and plus where the provider ignores them."""
    local, host = address.lower().split("@")
    if host in PLUS:
        local = local.split("+")[0]
    return f"{local.replace('.', '') if host in DOTLESS else local}@{host}"


def email(rng: Random, address: str) -> str:
    """One of the writings of an address that reach the same mailbox."""
    local, host = address.split("@")
    chance = rng.random()
    if host in DOTLESS and chance < 0.2:
        local = local.replace(".", "")
    elif host in DOTLESS and chance < 0.3:
        local = f"{local[:3]}.{local[3:]}" if "." not in local[2:4] else local
    elif host in PLUS and chance < 0.4:
        local += rng.choice(("+shop", "+news", "+crm"))
    text = f"{local}@{host}"
    case = rng.random()
    if case < 0.1:
        text = text.upper()
    elif case < 0.3:
        text = text.title()
    elif case < 0.33:
        text = text.replace("@", "＠")
    elif case < 0.36:
        text = f" {text} "
    return text


def chinese_name(rng: Random, name: ChineseName, han_only: bool) -> str:
    """A full writing: Han, traditional, with a title, or letters in either order."""
    han, traditional = name.family + name.given, name.family_traditional + name.given_traditional
    family, given = name.family_reading, "".join(name.given_readings)
    if len(name.given_readings) == 2 and name.given_readings[1][0] in "aeo":
        given = "'".join(name.given_readings)
    spaced = " ".join(name.given_readings)
    title = rng.choice(("先生", "女士", "小姐"))
    forms = [han, traditional, han + title, f"{name.family} {name.given}", f"　{han} "]
    weights = [55.0, 6, 5, 2, 1]
    if not han_only:
        forms += [
            f"{family} {given}".title(),
            f"{given} {family}".title(),
            f"{family.upper()} {given.title()}",
            f"{given}, {family}".title(),
            f"{spaced} {family}".title(),
            f"{family}, {given}".title(),
            f"{rng.choice(('Mr.', 'Ms'))} {given.title()} {family.title()}",
        ]
        weights += [9, 8, 4, 1, 3, 3, 3]
    return rng.choices(forms, weights)[0]


def western_name(rng: Random, given: str, family: str) -> str:
    """A full writing of a Western name; `given` or `family` may be missing in FEBRL."""
    if not (given and family):
        return (given or family).title()
    forms = (
        f"{given} {family}".title(),
        f"{given} {family}",
        f"{given} {family}".upper(),
        f"{family}, {given}".title(),
        f"{family.upper()} {given.title()}",
        f"{rng.choice(('Mr', 'Ms', 'Mrs', 'Dr.'))} {given} {family}".title(),
        f" {given}  {family} ".title(),
    )
    return rng.choices(forms, (10, 4, 2, 3, 1, 3, 1))[0]


def slip(rng: Random, text: str) -> str:
    """One slip of the finger on a letter or digit: changed, dropped, doubled or swapped."""
    places = [place for place, sign in enumerate(text) if sign.isalnum()]
    if len(places) < 2:
        return text
    place = rng.choice(places[:-1])
    sign, after = text[place], text[place + 1]
    kind = rng.randrange(4)
    if kind == 0 and after != sign:
        return text[:place] + after + sign + text[place + 2 :]
    if kind == 1:
        return text[:place] + text[place + 1 :]
    if kind == 2:
        return text[:place] + sign + text[place:]
    other = rng.choice("0123456789" if sign.isdigit() else "aeinrst")
    return (
        text[:place]
        + (other if other != sign else "7" if sign.isdigit() else "o")
        + (text[place + 1 :])
    )


def wrong_digit(rng: Random, number: str) -> str:
    """A number of the same length with one of its last eight digits wrong."""
    place = rng.randrange(len(number) - 8, len(number))
    return (
        number[:place]
        + str((int(number[place]) + rng.randrange(1, 10)) % 10)
        + (number[place + 1 :])
    )


def wrong_date(rng: Random, day: date) -> date:
    """Day and month swapped, or a neighbouring number."""
    if day.day <= 12 and day.day != day.month and rng.random() < 0.4:
        return day.replace(month=day.day, day=day.month)
    if rng.random() < 0.5:
        return day.replace(day=day.day % 28 + 1)
    return day.replace(year=day.year + rng.choice((-10, -1, 1, 10)), day=min(day.day, 28))


def birth_date(rng: Random, day: date, western: bool) -> str:
    """One of the unambiguous writings of a date."""
    forms = [
        day.isoformat(),
        f"{day.year}/{day.month}/{day.day}",
        day.strftime("%Y%m%d"),
        f"{day.year}.{day.month:02d}.{day.day:02d}",
        f"{day.isoformat()} 00:00:00",
    ]
    if western:
        forms += [f"{day.day} {_MONTHS[day.month - 1]} {day.year}"]
    else:
        forms += [f"{day.year}年{day.month}月{day.day}日"]
    return rng.choices(forms, (10, 4, 4, 1, 1, 2))[0]


def street(rng: Random, address: Address, partial: bool) -> str:
    """The line below the city: 西湖区文三路90号3幢502室, or the road alone."""
    if not address.district:
        number = "" if partial else address.number
        return f"{number} {address.street}".strip().title()
    text = f"{address.street}{address.number}号"
    if rng.random() < 0.8:
        text = address.district + text
    if partial:
        return text
    building, room = rng.choice((("幢", "室"), ("栋", "室"), ("号楼", "室"), ("幢", "")))
    return f"{text}{address.building}{building}{address.room}{room}"


def whole_address(rng: Random, address: Address, partial: bool) -> str:
    """The address in one field."""
    line = street(rng, address, partial)
    if not address.district:
        tail = f"{address.region.upper()} {address.postcode}".strip()
        return ", ".join(part for part in (line, address.city.title(), tail) if part)
    region = "" if rng.random() < 0.2 or address.region == address.city else address.region
    if rng.random() < 0.15:
        return f"{region} {address.city} {line}".strip()
    return f"{region}{address.city}{line}"
