"""Invented telephone numbers as people write them, of the mainland and of elsewhere.

Every generator takes a `Random` and gives one writing of one fresh number.
"""

from __future__ import annotations

from random import Random

from benchmarks.free_texts.numbers import digits, grouped, wide

_MOBILE_STARTS = (
    *("130", "131", "132", "133", "135", "136", "137", "138", "139", "147", "150", "151", "152"),
    *("153", "155", "156", "157", "158", "159", "166", "173", "175", "176", "177", "178", "180"),
    *("181", "182", "183", "185", "186", "187", "188", "189", "191", "193", "195", "198", "199"),
)
_LONG_AREAS = ("0755", "0571", "0512", "0574", "0532", "0731", "0757", "0769", "0371")
_SHORT_LOCAL_AREAS = ("0592", "0756", "0752")
"""Areas whose local numbers have 7 digits."""
_SHORT_AREAS = ("010", "021", "020", "022", "023", "024", "025", "027", "028", "029")
_EXTENSION_WORDS = ("转", "转", "转分机", " 转 ", "-", " ext ", " ext. ", "ext", "#", " x")
_HONG_KONG_STARTS = ("512", "541", "603", "611", "623", "640", "651", "912", "917", "935", "966")
_US_AREAS = ("212", "312", "415", "617", "206", "305", "404", "512", "702", "310", "646", "718")


def mobile(rng: Random) -> str:
    """A mainland mobile number, half of the time as 11 plain digits."""
    number = rng.choice(_MOBILE_STARTS) + digits(rng, 8)
    if rng.random() < 0.5:
        return number
    usual = [grouped(number, (3, 4), sign) for sign in (" ", "-", " - ", ".", "—", "－")]
    odd = [grouped(number, sizes, " ") for sizes in ((3,), (4, 3), (7,))]
    coded = _shapes(
        "+86{n}|+86 {n}|+86-{n}|0086{n}|86-{n}|(+86){n}|（86）{n}|+86 {s}|+86 {d}|0086-{d}",
        n=number,
        s=usual[0],
        d=usual[1],
    )
    return rng.choice((*usual, *odd, *coded, wide(number), wide(usual[0]), wide(usual[1])))


def landline(rng: Random) -> str:
    """A mainland fixed number with its area code, one in three with an extension."""
    area = rng.choice(_SHORT_AREAS + _LONG_AREAS + _SHORT_LOCAL_AREAS)
    local = rng.choice("234567") + digits(rng, 6 if area in _SHORT_LOCAL_AREAS else 7)
    number = rng.choice(
        _shapes(
            "{a}-{n}|{a}-{n}|{a}-{n}|{a}-{s}|{a} {n}|({a}){n}|（{a}）{n}|({a}) {s}|{a}{n}|{a}—{n}"
            "|+86 {b} {s}|+86-{b}-{n}",
            a=area,
            b=area[1:],
            n=local,
            s=local[:-4] + rng.choice(" -") + local[-4:],
        )
    )
    if rng.random() < 0.08:
        number = wide(number)
    if rng.random() < 1 / 3:
        extension = rng.choice("12345678") + digits(rng, rng.choice((2, 3)))
        number += rng.choice(_EXTENSION_WORDS) + extension
    return number


def phone_us(rng: Random) -> str:
    """A number of the United States, never as ten bare digits."""
    shapes = _shapes(
        "({a}) {m}-{z}|{a}-{m}-{z}|{a}.{m}.{z}|{a} {m} {z}|({a}){m}-{z}|+1 {a} {m} {z}"
        "|+1-{a}-{m}-{z}|+1{a}{m}{z}|1-{a}-{m}-{z}|+1 ({a}) {m}-{z}",
        a=rng.choice(_US_AREAS),
        m=rng.choice("2346789") + digits(rng, 2),
        z=digits(rng, 4),
    )
    return rng.choice(shapes)


def phone_uk(rng: Random) -> str:
    """A number of the United Kingdom, mobile or of London."""
    start, rest = "7" + rng.choice(("400", "411", "520", "733", "812", "912")), digits(rng, 6)
    mobiles = _shapes(
        "0{a} {n}|0{a} {b} {c}|0{a}{n}|+44 {a} {n}|+44{a}{n}|+44 (0){a} {n}",
        a=start,
        n=rest,
        b=rest[:3],
        c=rest[3:],
    )
    london = rng.choice("78") + digits(rng, 3) + " " + digits(rng, 4)
    return rng.choice((*mobiles, *_shapes("020 {n}|+44 20 {n}|(020) {n}", n=london)))


def phone_hk(rng: Random) -> str:
    """A Hong Kong mobile number with its country code."""
    number = _hong_kong(rng)
    shapes = "+852 {s}|+852{n}|+852-{n}|852-{n}|(852) {s}|+852 {n}|00852-{n}|(+852){n}|00852 {s}"
    return rng.choice(_shapes(shapes, n=number, s=number[:4] + " " + number[4:]))


def phone_hk_local(rng: Random) -> str:
    """A Hong Kong number without country code; the template says that it is a telephone."""
    number = _hong_kong(rng)
    return rng.choice((number, number[:4] + " " + number[4:], number[:4] + "-" + number[4:]))


def phone_tw(rng: Random) -> str:
    """A Taiwan number, mobile or of Taipei."""
    mobiles = _shapes(
        "0{a}-{b}-{c}|0{a}{b}{c}|0{a} {b} {c}|0{a}-{b}{c}|+886 {a} {b} {c}|+886-{a}-{b}-{c}"
        "|+886{a}{b}{c}",
        a="9" + rng.choice("123567") + digits(rng, 1),
        b=digits(rng, 3),
        c=digits(rng, 3),
    )
    taipei = rng.choice("2578") + digits(rng, 3)
    fixed = _shapes("02-{a}-{b}|(02){a}-{b}|+886 2 {a} {b}", a=taipei, b=digits(rng, 4))
    return rng.choice((*mobiles, *fixed))


def phone(rng: Random) -> str:
    """Any of the foreign numbers above, with its country code or its usual grouping."""
    return rng.choice((phone_us, phone_us, phone_uk, phone_hk, phone_tw))(rng)


def _shapes(shapes: str, **parts: str) -> list[str]:
    """The parts in each of these shapes, which | parts."""
    return [shape.format(**parts) for shape in shapes.split("|")]


def _hong_kong(rng: Random) -> str:
    return rng.choice(_HONG_KONG_STARTS) + digits(rng, 5)
