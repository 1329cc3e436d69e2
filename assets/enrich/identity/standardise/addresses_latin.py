"""An address in letters: 12 Rosella Close, unit 4; No. 90 Wensan Road, Room 502."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from assets.enrich.identity.standardise.text import words_of

_SHORT = {
    pair.split("=")[0]: pair.split("=")[1]
    for pair in words_of(
        "street=st str=st strasse=st road=rd avenue=ave av=ave drive=dr drv=dr lane=ln "
        "boulevard=blvd bvd=blvd blv=blvd place=pl court=ct crt=ct square=sq terrace=tce ter=tce "
        "terr=tce parade=pde crescent=cres cr=cres crs=cres highway=hwy parkway=pkwy circuit=cct "
        "close=cl grove=gr grv=gr gardens=gdns garden=gdns trail=trl way=way north=n south=s "
        "east=e west=w northeast=ne northwest=nw southeast=se southwest=sw saint=st mount=mt "
        "fort=ft circle=cir expressway=expy esplanade=esp heights=hts"
    )
}
_STREET_TYPES = frozenset(_SHORT.values()) - {"n", "s", "e", "w", "ne", "nw", "se", "sw"}
_UNITS = words_of(
    "apt apartment unit suite ste flat room rm floor fl level lvl building bldg block blk "
    "lot villa shop door tower u"
)
_NUMBER_WORDS = frozenset({"no", "nr", "number", "num", "house", "hse"})
_NUMBERED_ROADS = frozenset({"hwy", "route", "rt", "rte", "highway", "interstate", "county"})
_COUNTRIES = words_of("usa us uk china cn australia canada prc")
_PROVINCES = words_of(
    "hebei shanxi liaoning jilin heilongjiang jiangsu zhejiang anhui fujian jiangxi shandong "
    "henan hubei hunan guangdong guangxi hainan sichuan guizhou yunnan tibet xizang shaanxi "
    "gansu qinghai ningxia xinjiang"
)
_TOKEN = re.compile(r"[a-z0-9]+(?:[/\-][a-z0-9]+)*")
_ORDINAL = re.compile(r"[0-9]+(?:st|nd|rd|th)")
_STATE_AND_POSTCODE = re.compile(r"([a-z]{2,3})?[ ,]*([0-9]{4,6}(?:-[0-9]{4})?)?")
_NOT_ALPHANUMERIC = re.compile(r"[^0-9a-z]+")


def read_latin_address(
    region: str, city: str, address: str, number: str, postcode: str
) -> tuple[str, str, str, str, str]:
    """Region, city, street, number and postcode; texts are in lower case."""
    segments = [part.strip() for part in _fold(address).replace("#", " unit ").split(",")]
    segments = [part for part in segments if part and part not in _COUNTRIES]
    if len(segments) > 1 and not (city and postcode):
        segments, found = _take_place(segments, city, region, postcode)
        city, region, postcode = found
    house: list[str] = []
    units: list[str] = []
    streets: list[tuple[bool, str]] = []
    for segment in segments:
        words, numbers, inside = _read_segment(segment)
        typed = any(word in _STREET_TYPES for word in words)
        if words:
            streets.append((typed or bool(numbers), " ".join(words)))
        house += numbers
        units += inside
    street = next((words for is_sure, words in streets if is_sure), "")
    street = street or (streets[0][1] if streets else "")
    if number:
        _, stated, inside = _read_segment(_fold(number))
        stated += inside
        house = house if house[: len(stated)] == stated else stated + house
    keys = [_plain_number(found) for found in house + units]
    return (
        latin_place(region),
        latin_place(city),
        street,
        "-".join(keys),
        plain_postcode(postcode),
    )


@lru_cache(maxsize=1 << 16)
def latin_place(name: str) -> str:
    """A region or city in ASCII letters; without 'city' or 'province' in Chinese ones."""
    words = [word for word in _NOT_ALPHANUMERIC.split(_fold(name)) if word]
    if len(words) > 1 and words[-1] in ("province", "city", "shi", "sheng"):
        words = words[:-1]
    # Other scripts keep their letters.
    return " ".join(words) or name.strip()


@lru_cache(maxsize=1 << 16)
def plain_postcode(postcode: str) -> str:
    """A postcode without spaces; the delivery route behind an American one is left off."""
    text = re.sub(r"\.0+$", "", _fold(postcode).strip())
    text = re.sub(r"^([0-9]{5})-[0-9]{4}$", r"\1", text)
    return _NOT_ALPHANUMERIC.sub("", text)


def _fold(text: str) -> str:
    if text.isascii():
        return text
    letters = unicodedata.normalize("NFKD", text.replace("ß", "ss").replace("ø", "o"))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def _take_place(
    segments: list[str], city: str, region: str, postcode: str
) -> tuple[list[str], tuple[str, str, str]]:
    """City, state and postcode behind the street: 12 Main St, Springfield, IL 62704."""
    match = _STATE_AND_POSTCODE.fullmatch(segments[-1])
    if match and any(match.groups()):
        segments = segments[:-1]
        region = region or match.group(1) or ""
        postcode = postcode or match.group(2) or ""
    elif len(segments) > 2 and latin_place(segments[-1]) in _PROVINCES:
        region = region or segments[-1]
        segments = segments[:-1]
    last = segments[-1]
    if not city and len(segments) > 1 and not any(map(str.isdigit, last)):
        first_word = last.split()[0]
        if first_word not in _UNITS and not any(
            _SHORT.get(word, word) in _STREET_TYPES for word in last.split()
        ):
            segments, city = segments[:-1], last
    return segments, (city, region, postcode)


def _read_segment(segment: str) -> tuple[list[str], list[str], list[str]]:
    """Street words, house numbers and unit numbers of one part between commas."""
    words: list[str] = []
    house: list[str] = []
    units: list[str] = []
    tokens = _TOKEN.findall(segment.replace("'", "").replace(".", " "))
    after_unit = False
    for token in tokens:
        has_digit = any(map(str.isdigit, token))
        if after_unit and (has_digit or len(token) == 1):
            units.append(token)
            after_unit = False
            continue
        after_unit = False
        if token in _UNITS:
            after_unit = True
        elif token in _NUMBER_WORDS:
            continue
        elif not has_digit or _ORDINAL.fullmatch(token):
            words += (_SHORT.get(part, part) for part in re.split(r"[/\-]", token))
        elif words and words[-1] in _NUMBERED_ROADS:
            words.append(token)
        elif "/" in token:
            unit, _, number = token.rpartition("/")
            house.append(number)
            units.append(unit)
        elif house:
            units.append(token)
        else:
            house.append(token)
    return words, house, units


def _plain_number(number: str) -> str:
    return number.lstrip("0") or "0"
