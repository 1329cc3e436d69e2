"""A Chinese address: 浙江省杭州市西湖区文三路90号3幢502室."""

from __future__ import annotations

import re
from functools import lru_cache

from assets.enrich.identity.standardise.addresses_latin import latin_place, plain_postcode
from assets.enrich.identity.standardise.places import (
    LONGEST_CITY,
    ONE_CITY,
    PROVINCE_OF,
    PROVINCES,
)
from assets.enrich.identity.standardise.text import FILLERS

ADDRESS_FILLERS = frozenset(FILLERS) | {"保密", "地址", "同上", "自提", "not provided", "address"}
_NOISE = re.compile(r"[\s,。.;:、_·\"']+|\([^()]*\)|\[[^\[\]]*\]|【[^】]*】")
_PROVINCE_END = re.compile(r"省|市|(?:壮族|回族|维吾尔)?自治区|特别行政区|")
_CITY_END = re.compile(r"市|地区|(?:[\u3400-\u9fff]{1,8}?族)*自治州|盟|")
_OTHER_CITY = re.compile(r"([^0-9路街巷弄号区县镇乡村市]{2,5})市")
# What follows 南京 in 南京西路: then it is a street and not the city.
_STREET_FOLLOWS = re.compile(
    "[东南西北中前后上下新老]{0,2}[一二三四五]?"
    "(?:大道|大街|路|街|道|巷|里|弄|胡同|新村|花园|小区|大厦|饭店|广场)"
)
# 小区, 社区 and 园区 are no districts of a city, 红旗 and the like no banners.
_DISTRICT = re.compile(
    "(?:市辖区|工业园区|[^0-9路街巷弄号镇乡村区县]{1,7}?"
    "(?:自治县|自治旗|开发区|新区|(?<![小社园校库])区|县|(?<!红)旗|市))?"
    "(?:[^0-9路街巷弄号区]{1,7}?(?:街道办事处|街道|镇|乡))?"
    "(?:[^0-9路街巷弄号]{1,6}?(?:社区|居委会))?"
)
_STREET = re.compile(
    "(?:[0-9]+号?(?:国道|省道|县道|路|街)|[^0-9]*(?:路|街|道|巷|胡同))"
    "(?:[东南西北中]?[一二三四五六七八九十]段)?"
)
_ESTATE = re.compile("[^0-9a-z]+")
_NUMERAL = re.compile("[一二三四五六七八九十]+(?=号|栋|幢|单元|楼|层|室|座|弄|组|队)")
_NUMBER = re.compile("[0-9]+[a-z]?(?![a-z])|[a-z](?=座|栋|幢|区|单元|楼)")
_POSTCODE = re.compile("(?:邮编|邮政编码|邮码)?(?<![0-9])([0-9]{6})$")
_DIGITS = {digit: place for place, digit in enumerate("一二三四五六七八九", start=1)}


def read_han_address(
    region: str, city: str, address: str, number: str, postcode: str
) -> tuple[str, str, str, str, str]:
    """Region, city, street, number and postcode; texts are simplified and in lower case."""
    text = _NOISE.sub("", address)
    if not postcode:
        text, postcode = _take_postcode(text)
    region_key, city_key, street, rest = read_han_street(region, city, text)
    numbers = numbers_of(rest)
    if number:
        stated = numbers_of(_NOISE.sub("", number))
        numbers = numbers if numbers[: len(stated)] == stated else stated + numbers
    postcode = plain_postcode(postcode) if postcode else ""
    return region_key, city_key, street, "-".join(numbers), postcode


def read_han_street(region: str, city: str, address: str) -> tuple[str, str, str, str]:
    """Region, city and street of an address without spaces; and what follows the street."""
    told_region, told_city = read_place(region, city) if region or city else ("", "")
    found_region, found_city, rest = split_place(address)
    match = _DISTRICT.match(rest)
    rest = rest[match.end() :] if match else rest
    match = _STREET.match(rest) or _ESTATE.match(rest)
    street = match.group() if match else ""
    city_key = told_city or found_city
    region_key = told_region or found_region or PROVINCE_OF.get(city_key, "")
    return region_key, city_key, street, rest[len(street) :]


@lru_cache(maxsize=1 << 16)
def read_place(region: str, city: str) -> tuple[str, str]:
    """Region and city of columns of their own; each may hold both (浙江省杭州市)."""
    region_text, city_text = _NOISE.sub("", region), _NOISE.sub("", city)
    region_of_region, city_of_region, _ = split_place(region_text)
    region_of_city, city_of_city, rest = split_place(city_text)
    found_region = region_of_region or region_of_city or latin_place(region)
    found_city = city_of_city or city_of_region
    if not found_city:
        found_city = rest if not city_text.isascii() else latin_place(city)
    return found_region, found_city


def split_place(text: str) -> tuple[str, str, str]:
    """Province and city in front of an address, and what follows them."""
    if text.isascii():
        return "", "", text
    text = text.removeprefix("中国")
    region = city = ""
    for size in (2, 3):
        name = text[:size]
        if name in PROVINCES:
            end = _end(_PROVINCE_END, text, size)
            if end > size or not _STREET_FOLLOWS.match(text, size):
                region, text = name, text[end:]
                break
    if region in ONE_CITY:
        # 北京市北京市朝阳区
        again = text.removeprefix(region)
        return region, region, again.removeprefix("市") if again != text else text
    for size in range(min(LONGEST_CITY, len(text)), 1, -1):
        name = text[:size]
        if name in PROVINCE_OF and (not region or PROVINCE_OF[name] == region):
            end = _end(_CITY_END, text, size)
            if end > size or not _STREET_FOLLOWS.match(text, size):
                return region or PROVINCE_OF[name], name, text[end:]
    match = _OTHER_CITY.match(text)
    if match:
        city, text = match.group(1), text[match.end() :]
    return region, city, text


def _end(pattern: re.Pattern[str], text: str, start: int) -> int:
    match = pattern.match(text, start)
    return match.end() if match else start


def _take_postcode(text: str) -> tuple[str, str]:
    if text[-6:].isdigit() and text[-7:-6] not in ("", "-"):
        match = _POSTCODE.search(text)
        if match:
            return text[: match.start()], match.group(1)
    if text[:6].isdigit() and not text[6:7].isdigit():
        return text[6:], text[:6]
    return text, ""


def numbers_of(text: str) -> list[str]:
    """House, building, unit and room in the order in which they are written."""
    if not text:
        return []
    if not text.isascii():
        text = _NUMERAL.sub(_to_digits, text)
    return [found.lstrip("0") or "0" for found in _NUMBER.findall(text)]


def _to_digits(match: re.Match[str]) -> str:
    tens, ten, ones = match.group().partition("十")
    if not ten:
        return "".join(str(_DIGITS[digit]) for digit in tens)
    if ones.count("十"):
        return match.group()
    value = 10 * _DIGITS.get(tens, 1) + _DIGITS.get(ones, 0)
    return str(value)
