"""Identifiers that are numbers: phones, identity and bank cards, plates, passports, accounts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from assets.privacy.redaction.spans import Find
from pipelines.runtime.check_digits import is_bank_card, is_id_card

_NOT_PART = r"(?<![0-9A-Za-z])"
"""Not inside a longer number or a code."""

_TEL = (
    r"(?:(?<![0-9A-Za-z])(?<![0-9][.])|(?<=[Tt][Ee][Ll])|(?<=[Pp][Hh])|(?<=hone)|(?<=obile)|"
    r"(?<=ell))"
)
"""Before a phone: a word for it may touch, a number may not."""

_NO_GROUP = r"(?<![0-9]{4}[ -])"
"""Not one of the groups of four digits that a longer number is written in."""

_END = r"(?![0-9])(?![ -][0-9]{4}(?![0-9/.年-]))"
_GAP = r"[ .·-]{0,3}"

_NO_PERSON = re.compile(
    r"(?:订单|运单|单号|快递|物流|流水|编号|工单|发票|型号|货号|批号|条码|序列|凭证|合同|"
    r"order|invoice|tracking|ticket|serial|sku|ref|case|batch|model|part|#)"
    r" ?(?:号码?|编号|no\.?|number)?[ :：=#是为]{0,4}$",
    re.IGNORECASE,
)
"""What stands before a number that names a thing."""


@dataclass(frozen=True)
class _Rule:
    """How one kind looks; `group` is what of it is the identifier.

    A text in which the `words` are not found needs not be looked at.
    """

    kind: str
    pattern: re.Pattern[str]
    is_one: Callable[[str, re.Match[str]], bool] = lambda text, found: True
    group: int = 0
    words: re.Pattern[str] | None = None


def _digits(text: str) -> str:
    return re.sub(r"[^0-9Xx]", "", text)


def _is_id(text: str, found: re.Match[str]) -> bool:
    return is_id_card(_digits(found[0]))


def _is_card(text: str, found: re.Match[str]) -> bool:
    return is_bank_card(_digits(found[0]))


def _names_nothing(text: str, found: re.Match[str]) -> bool:
    return _NO_PERSON.search(text, max(0, found.start() - 16), found.start()) is None


def _is_wechat(text: str, found: re.Match[str]) -> bool:
    """A word after WeChat is a name only where a sign or a digit says so."""
    said = found[1] or ""
    return bool(re.search(r"[:=是为号叫idID]", said)) or bool(re.search(r"[0-9_-]", found[2]))


PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_MOBILE = rf"1[3-9][0-9](?:{_GAP}[0-9]){{8}}"
_EXTENSION = r"(?: {0,2}(?:转分机|转|分机|ext\.?|x|#)[ .:：]?[0-9]{1,6})?"
_AREA = r"0(?:10|2[0-9]|[3-9][0-9]{2})"
_CHINA = rf"(?:[(]?(?:[+]|00)?86[)]?{_GAP})?"
_SIGNS = r"[ :=：—-]*"
_IS = rf"{_SIGNS}(?:是|为|叫|就是|is|was)?{_SIGNS}"

_RUN = re.compile(r"[0-9](?:[ ()+.·-]{0,3}[0-9]){6,}")
"""Seven digits or more, however they are written: the shortest phone."""

_SHORTEST_CARD = 15

_FARTHEST = 14
"""Characters after the last digit that belong to a phone (转分机 123) or tell that it is none."""

_CARDS = (
    _Rule(
        "id",
        re.compile(
            rf"{_NOT_PART}[1-9][0-9]{{5}}[ -]?(?:18|19|20)[0-9]{{2}}[ -]?(?:0[1-9]|1[0-2])[ -]?"
            r"(?:[0-2][0-9]|3[01])[ -]?[0-9]{3}[ -]?[0-9Xx](?![0-9A-Za-z])"
        ),
        _is_id,
    ),
    _Rule(
        "card",
        re.compile(rf"{_NOT_PART}[3-6][0-9](?:[ -]?[0-9]){{13,17}}(?![0-9A-Za-z])"),
        lambda text, found: _is_card(text, found) and _names_nothing(text, found),
    ),
)

_MAINLAND_MOBILE = rf"{_TEL}{_CHINA}{_MOBILE}{_END}"
_LANDLINE = (
    rf"{_TEL}{_NO_GROUP}{_CHINA}[(]?{_AREA}[)]?{_GAP}[2-9](?:[ -]?[0-9]){{6,7}}"
    rf"(?:-[0-9]{{1,5}}|{_EXTENSION}){_END}"
)
_WITH_COUNTRY = (
    rf"{_NOT_PART}(?:[+]|00(?=[1-9]))[ (]?[1-9](?:[ .()-]{{0,2}}[0-9]){{7,14}}{_EXTENSION}{_END}"
)
_NORTH_AMERICA = (
    rf"{_TEL}{_NO_GROUP}(?<![-])(?:1[ .-])?"
    r"(?![(]?(?:[48]00|833|844|855|866|877|888))(?:[(][2-9][0-9]{2}[)] ?|[2-9][0-9]{2}[ .-])"
    rf"[2-9][0-9]{{2}}[ .-][0-9]{{4}}{_EXTENSION}{_END}"
)
_OTHERS = (
    rf"{_TEL}{_NO_GROUP}(?<![-])(?:07[0-9]{{3}}[ -]?[0-9]{{3}}[ -]?[0-9]{{3}}|"
    r"09[0-9]{2}[ -]?[0-9]{3}[ -]?[0-9]{3}|01[0-9]{3} [0-9]{6}|"
    r"0[12][0-9]{1,2} [0-9]{3,4} [0-9]{4}|0[2-8][ -][0-9]{3,4}-[0-9]{4}|"
    r"[(]0[2-8][0-9]?[)] ?[0-9]{3,4}[ -]?[0-9]{4}|"
    rf"[(]?(?:852|853|886)[)]?[ -][0-9]{{4}}[ -]?[0-9]{{4}}){_END}"
)
"""Britain, Taiwan, Hong Kong and Macao."""

PHONES = (
    _Rule(
        "phone",
        re.compile(
            "|".join((_MAINLAND_MOBILE, _LANDLINE, _WITH_COUNTRY, _NORTH_AMERICA, _OTHERS)),
            re.IGNORECASE,
        ),
        _names_nothing,
    ),
)

NUMBERS = (*_CARDS, *PHONES)
"""From the most to the least telling; what one takes, a later one does not."""

CODES = (
    _Rule(
        "phone",
        re.compile(
            r"(?:电话|電話|手机号?|手機|致电|☎\ufe0f?|(?<![a-z])(?:tel|phone|call|whatsapp))"
            r"[ .:：是为]{0,3}([2-9][0-9]{3}[ -]?[0-9]{4})(?![0-9])",
            re.IGNORECASE,
        ),
        group=1,
        words=re.compile("电话|電話|手机|手機|致电|☎|el|EL|hone|all|App|app"),
    ),
    _Rule(
        "plate",
        re.compile(
            rf"[{PROVINCES}] ?[A-HJ-NP-Za-hj-np-z][ ·.-]{{0,2}}(?=[A-Za-z0-9]{{0,5}}[0-9])"
            r"(?:[DFdf][A-HJ-NP-Za-hj-np-z0-9][0-9]{4}|[0-9]{5}[DFdf]|[A-HJ-NP-Za-hj-np-z0-9]{5}|"
            r"[A-HJ-NP-Za-hj-np-z0-9]{4}[学警港澳挂])(?![A-Za-z0-9])"
        ),
    ),
    _Rule(
        "passport",
        re.compile(
            r"(?:护照|passport)[^0-9A-Za-z]{0,12}(?:no\.?|number|num)?"
            rf"{_IS}([A-Za-z]{{0,2}} ?[0-9]{{6,9}})(?![0-9A-Za-z])",
            re.IGNORECASE,
        ),
        group=1,
        words=re.compile("护照|assport|ASSPORT"),
    ),
    _Rule(
        "passport",
        re.compile(
            r"(?<![0-9A-Za-z-])(?:[EeGg][0-9]{8}|[Ee][A-HJ-NP-Za-hj-np-z][0-9]{7})(?![0-9A-Za-z-])"
        ),
        _names_nothing,
    ),
    _Rule(
        "wechat",
        re.compile(
            r"(?:[微薇威]信|[vV]信|[wW]e[cC]hat|[wW]eixin|(?<![A-Za-z])[vVwW][xX](?![A-Za-z]))"
            rf"([^0-9A-Za-z。；;\n]{{0,12}}(?:(?i:ID|handle|account|name|number))?{_IS})"
            r"([A-Za-z][A-Za-z0-9_-]{5,19})(?![A-Za-z0-9_@])"
        ),
        _is_wechat,
        group=2,
        words=re.compile("微信|薇信|威信|v信|V信|eixin|hat|vx|VX|Vx|wx|WX|Wx"),
    ),
    _Rule(
        "qq",
        re.compile(
            r"(?<![A-Za-z])(?:QQ|扣扣|企鹅)(?!群|音乐|会员|邮箱)[^0-9A-Za-z。；;\n]{0,12}"
            rf"(?:number|no\.?|id)?{_IS}([1-9][0-9]{{4,10}})(?![0-9])",
            re.IGNORECASE,
        ),
        group=1,
        words=re.compile("QQ|qq|Qq|扣扣|企鹅"),
    ),
)
"""Letters and digits, or digits that only a word before them tells from others."""


def find_numbers(text: str) -> Iterator[Find]:
    """Phones, identity cards and bank cards; later finds may overlap earlier ones.

    Args:
        text: With half-width signs.
    """
    runs = [run.span() for run in _RUN.finditer(text)]
    beginnings = [start for start, _ in runs[1:]]
    for (start, end), following in zip(runs, [*beginnings, len(text)], strict=False):
        rules = NUMBERS if end - start >= _SHORTEST_CARD else PHONES
        # Not into the next number, of which a part would look like a whole.
        yield from _finds(rules, text, max(0, start - 3), min(following, end + _FARTHEST))


def find_codes(text: str) -> Iterator[Find]:
    """Plates, passports, WeChat and QQ accounts.

    Args:
        text: With half-width signs.
    """
    return _finds(CODES, text, 0, len(text))


def _finds(rules: tuple[_Rule, ...], text: str, start: int, end: int) -> Iterator[Find]:
    for rule in rules:
        if rule.words and not rule.words.search(text):
            continue
        for found in rule.pattern.finditer(text, start, end):
            if rule.is_one(text, found):
                yield Find(found.start(rule.group), found.end(rule.group), rule.kind)
