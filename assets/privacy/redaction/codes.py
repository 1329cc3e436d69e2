"""Identifiers that a word or a letter tells from other numbers: plates, passports, accounts."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assets.privacy.redaction.rules import Rule, finds, names_nothing
from assets.privacy.redaction.spans import Find

PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_SIGNS = r"[ :=：—-]*"
_IS = rf"{_SIGNS}(?:是|为|叫|就是|is|was)?{_SIGNS}"


def _is_wechat(text: str, found: re.Match[str]) -> bool:
    """A word after WeChat is a name only where a sign or a digit says so."""
    said = found[1] or ""
    return bool(re.search(r"[:=是为号叫idID]", said)) or bool(re.search(r"[0-9_-]", found[2]))


_EIGHT_DIGITS = re.compile(
    r"(?:电话|電話|手机号?|手機|致电|☎\ufe0f?|(?<![a-z])(?:tel|phone|call|whatsapp))"
    r"[ .:：是为]{0,3}$",
    re.IGNORECASE,
)
_TEN_DIGITS = re.compile(
    r"(?:(?<![a-z])(?:call|phone|tel|mobile|cell|whatsapp|text|number|reach)|号码|电话|電話|"
    r"手机|手機|致电|回电|来电|拨打|联系)[^0-9。;；\n]{0,12}(?<![0-9A-Za-z#])$",
    re.IGNORECASE,
)
_HOTLINE = re.compile(r"[48]00|833|844|855|866|877|888")


def _is_said(text: str, found: re.Match[str]) -> bool:
    """Eight digits are a phone, and ten in one piece, where a word before them says so."""
    before = text[max(0, found.start() - 24) : found.start()]
    if found["eight"]:
        return _EIGHT_DIGITS.search(before) is not None
    is_hotline = _HOTLINE.match(found[0]) is not None
    return not is_hotline and _TEN_DIGITS.search(before) is not None and names_nothing(text, found)


SAID_PHONES = (
    Rule(
        "phone",
        re.compile(
            r"[2-9](?<![0-9].)(?:(?P<eight>[0-9]{3}[ -]?[0-9]{4}(?![0-9]))|"
            r"[0-9]{2}[2-9][0-9]{6}(?![0-9A-Za-z]))"
        ),
        _is_said,
    ),
)
"""Hong Kong, and North America without marks."""

CODES = (
    Rule(
        "plate",
        re.compile(
            rf"[{PROVINCES}] ?[A-HJ-NP-Za-hj-np-z][ ·.-]{{0,2}}(?=[A-Za-z0-9]{{0,5}}[0-9])"
            r"(?:[DFdf][A-HJ-NP-Za-hj-np-z0-9][0-9]{4}|[0-9]{5}[DFdf]|[A-HJ-NP-Za-hj-np-z0-9]{5}|"
            r"[A-HJ-NP-Za-hj-np-z0-9]{4}[学警港澳挂])(?![A-Za-z0-9])"
        ),
    ),
    Rule(
        "passport",
        re.compile(
            r"(?:护照|passport)[^0-9A-Za-z]{0,12}(?:no\.?|number|num)?"
            rf"{_IS}([A-Za-z]{{0,2}} ?[0-9]{{6,9}})(?![0-9A-Za-z])",
            re.IGNORECASE,
        ),
        group=1,
        words=re.compile("护照|assport|ASSPORT"),
    ),
    Rule(
        "passport",
        re.compile(
            r"[EeGg](?<![0-9A-Za-z-].)"
            r"(?:[0-9]{8}|(?<=[Ee])[A-HJ-NP-Za-hj-np-z][0-9]{7})(?![0-9A-Za-z-])"
        ),
        names_nothing,
    ),
    Rule(
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
    Rule(
        "qq",
        re.compile(
            r"(?<![A-Za-z])(?:QQ|扣扣|企鹅)(?!群|音乐|会员|邮箱)[^0-9A-Za-z。；;\n]{0,12}"
            rf"(?:number|no\.?|id)?{_IS}([1-9][0-9]{{4,10}})(?![0-9])",
            re.IGNORECASE,
        ),
        group=1,
        words=re.compile("QQ|qq|Qq|扣扣|企鹅"),
    ),
    Rule(
        "weibo",
        re.compile(
            rf"(?:微博|weibo)(?:账号|号码?|ID|uid)?{_IS}([1-9][0-9]{{6,10}})(?![0-9])",
            re.IGNORECASE,
        ),
        group=1,
        words=re.compile("微博|eibo|EIBO"),
    ),
)
"""Letters and digits, or digits that only a word before them tells from others."""


def find_codes(text: str) -> Iterator[Find]:
    """Plates, passports, WeChat, QQ and Weibo accounts.

    Args:
        text: With half-width signs.
    """
    return finds(CODES, text, 0, len(text))


def find_said_phones(text: str) -> Iterator[Find]:
    """Phones that only a word before them tells from other numbers.

    Args:
        text: With half-width signs.
    """
    return finds(SAID_PHONES, text, 0, len(text))
