"""E-mail addresses, and street addresses of people: Chinese from the road and number on, English
from the number and street on."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assets.privacy.redaction.spans import Find

_TOP = r"(?:com|cn|net|org|edu|gov|io|co|info|biz|de|uk|fr|jp|hk|tw|au|ca|us|eu)"
_EMAIL = re.compile(
    # A blank or a Chinese full stop before what is no such ending ends the sentence.
    rf"[A-Za-z0-9][A-Za-z0-9._%+-]* ?@ ?(?:[A-Za-z0-9-]+ ?(?:[.]|[.。] ?(?={_TOP}\b)))+"
    r"[A-Za-z]{2,}(?![A-Za-z0-9])"
)

_HAN = r"[\u3400-\u9fff]"
_NUMBER = r"[甲乙丙丁]?[0-9一二三四五六七八九十百]{1,5}(?:[-/][0-9]{1,4}){0,3}"
_ROAD_END = r"(?:大道|大街|公路|胡同|路|街|道|巷|弄|里|径)"
_PLACE_END = (
    r"(?:小区|花园|家园|花苑|雅苑|名苑|嘉苑|公寓|新村|大厦|广场|公馆|庄园|宿舍|社区|山庄|别墅|"
    r"中心|门第|都会|江南|苑|园|府|庭|湾|城|居|轩|阁|里|村|坊|邸|院|郡|都|座)"
)
_UNIT = (
    rf"(?:[ ,，]?(?:{_NUMBER}|[A-Za-z][0-9]?) ?"
    r"(?:[号號]楼|[号號]院|栋|棟|幢|座|单元|[号號]|楼|樓|层|室|户|门|房|组|弄|期))"
)
_ROOM = r"(?:[ ,，-]?[0-9]{1,4}[A-Za-z]?(?:-[0-9]{1,4}){0,3}(?![0-9%元块年月日天点次个件:：.]))?"

_BEGINS = "".join({word[0] for ends in (_ROAD_END, _PLACE_END) for word in ends[3:-1].split("|")})
"""What a road or a place may begin with: most letters need no look at all ways of going on."""

_CHINESE = re.compile(
    rf"(?=[{_BEGINS}甲乙丙丁0-9一二三四五六七八九十百])(?:"
    # From the kind of road on: its number, then what stands behind it.
    rf"{_ROAD_END}(?:[东西南北中一二三四五六七八九十]+[段路街])? ?{_NUMBER} ?[号號弄巷][院楼]?"
    rf"(?:[ ,，]?(?:{_HAN}|[A-Za-z]){{0,8}}?(?:{_PLACE_END}|(?={_UNIT}))){{0,2}}"
    rf"{_UNIT}{{0,4}}{_ROOM}"
    # From the kind of place on: a building and a room.
    rf"|{_PLACE_END}(?:[一二三四五六七八九十0-9]+期)?(?:{_UNIT}{{2,4}}{_ROOM}|{_UNIT}-?[0-9]{{3,4}}|"
    r"[0-9]{1,3}-[0-9]{1,3}-[0-9]{3,4}|[A-Z]座[0-9]{3,4})"
    rf"|村{_NUMBER}(?:组|社|队)(?:{_NUMBER}号?)?"
    # A building alone, if province, town or district stand before its name.
    rf"|(?P<building>{_NUMBER} ?(?:[号號]楼|栋|棟|幢|座){_UNIT}{{0,2}}{_ROOM}|"
    r"[0-9]{1,3}-[0-9]{1,2}-(?!(?:19|20)[0-9]{2})[0-9]{3,4}))"
)
_REGIONS = (
    rf"(?:(?:{_HAN}{{2,7}}?(?:省|自治区|特别行政区|市|自治州|盟|区|區|县|旗|镇|乡|街道))[ ,，]?)"
)
_BEFORE = re.compile(rf"{_REGIONS}{{0,5}}{_HAN}{{1,9}}$")
_BEFORE_BUILDING = re.compile(rf"{_REGIONS}{{1,5}}{_HAN}{{2,8}}$")
_FARTHEST = 40
"""Characters before the kind of road in which province, town and name of the road stand, and from
the kind of road to the number at the most."""

_LEAD = re.compile(
    r"^.*(?:地址|住址|住在|家住|寄到|寄往|寄至|送到|送往|送至|发到|发往|位于|搬到|搬去|改到|改成|"
    r"改为|收货|上门|到达|是在|就在|住|寄|在|到|至|是|为|往|去)(?=.{6})"
)
"""What leads to an address; no part of it."""

_STREET = (
    r"(?:street|st|road|rd|avenue|ave|boulevard|blvd|lane|ln|drive|dr|court|ct|place|pl|way|"
    r"terrace|square|sq|close|crescent|parkway|pkwy|highway|hwy|circle|cir|trail|gardens|grove|"
    r"mews|row)"
)
_ROOM_EN = r"(?:flat|unit|apt|apartment|suite|ste|room|rm|floor|fl|block|bldg|building|#)"
_TOWN = r"[A-Z][A-Za-z.'’-]*(?: [A-Z][A-Za-z.'’-]*){0,2}"
_POSTCODE = r"(?i:[0-9]{5}(?:-[0-9]{4})?|[A-Z]{1,2}[0-9][0-9A-Z]? ?[0-9][A-Z]{2})"
_ENGLISH = re.compile(
    r"[0-9](?<![0-9A-Za-z.$£€#/-].)[0-9]{0,4}[A-Za-z]?(?:-[0-9]{1,4})? (?:[NSEW]\.? )?"
    r"(?!(?:st|nd|rd|th)\b)(?:[A-Za-z0-9][A-Za-z'’-]+ ){1,3}"
    rf"(?P<street>(?i:{_STREET}))\b\.?(?: (?i:north|south|east|west)\b)?"
    rf"(?:,? ?(?i:{_ROOM_EN})\.? ?#?[0-9A-Za-z-]{{1,5}}\b)?"
    rf"(?:[,\n]? ?(?i:{_TOWN})(?=,? (?:(?i:[A-Z]{{2}}) )?{_POSTCODE})|(?:, {_TOWN}){{1,2}}|"
    r"(?:, [a-z]{3,}(?: district)?){1,2}(?=[.,;!?\n]|$| [a-z]{2}\b))?"
    rf"(?:,? (?i:[A-Z]{{2}})\b)?(?:,? {_POSTCODE})?(?![0-9])"
)
_BEFORE_ENGLISH = re.compile(
    rf"(?:(?:\b(?i:{_ROOM_EN})|#)\.? ?#?[0-9A-Za-z-]{{1,5}},? ){{0,2}}(?:\b[Nn]o\.? ?)?$"
)


def find_emails(text: str) -> Iterator[Find]:
    """E-mail addresses.

    Args:
        text: With half-width signs.
    """
    for found in _EMAIL.finditer(text):
        yield Find(found.start(), found.end(), "email")


def find_chinese_addresses(text: str, start: int = 0) -> Iterator[Find]:
    """Chinese street addresses; a town or a district alone is none.

    Args:
        text: With half-width signs.
        start: Where the first number of a house, a building or a room stands.
    """
    for found in _CHINESE.finditer(text, max(0, start - _FARTHEST)):
        nearest = max(0, found.start() - _FARTHEST)
        named = _BEFORE_BUILDING if found["building"] else _BEFORE
        before = named.search(text[nearest : found.start()])
        if before:
            start = nearest + before.start()
            lead = _LEAD.match(text[start : found.end()])
            yield Find(start + (lead.end() if lead else 0), found.end(), "address")


def find_english_addresses(text: str) -> Iterator[Find]:
    """Street addresses in English.

    Args:
        text: With half-width signs.
    """
    for found in _ENGLISH.finditer(text):
        if found[0].islower() and found.end() - found.end("street") < 4:
            # 200 test drive: without a capital and a town it may be anything.
            continue
        nearest = max(0, found.start() - _FARTHEST)
        before = _BEFORE_ENGLISH.search(text[nearest : found.start()])
        start = nearest + before.start() if before else found.start()
        yield Find(start, found.end(), "address")
