"""How one kind of identifier looks, and how it is looked for."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from assets.privacy.redaction.spans import Find

_NO_PERSON = re.compile(
    r"(?:订单|运单|单号|快递|物流|流水|编号|工单|发票|型号|货号|批号|条码|序列|凭证|合同|"
    r"order|invoice|tracking|ticket|serial|sku|ref|case|batch|model|part|#)"
    r" ?(?:号码?|编号|no\.?|number)?[ :：=#是为]{0,4}$",
    re.IGNORECASE,
)
"""What stands before a number that names a thing."""


@dataclass(frozen=True)
class Rule:
    """How one kind looks; `group` is what of it is the identifier.

    A text in which the `words` are not found needs not be looked at.
    """

    kind: str
    pattern: re.Pattern[str]
    is_one: Callable[[str, re.Match[str]], bool] = lambda text, found: True
    group: int = 0
    words: re.Pattern[str] | None = None


def names_nothing(text: str, found: re.Match[str]) -> bool:
    """Whether no word before a number says that it names a thing."""
    return _NO_PERSON.search(text, max(0, found.start() - 16), found.start()) is None


def finds(rules: tuple[Rule, ...], text: str, start: int, end: int) -> Iterator[Find]:
    """What the rules find in a part of a text, rule by rule; finds may overlap."""
    for rule in rules:
        if rule.words and not rule.words.search(text):
            continue
        for found in rule.pattern.finditer(text, start, end):
            if rule.is_one(text, found):
                yield Find(found.start(rule.group), found.end(rule.group), rule.kind)
