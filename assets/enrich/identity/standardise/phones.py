"""Phone numbers to E.164, or the reason why a value is no person's number.

The writing decides the country, in this order:
1. `+`, `00`, `011` (as dialled from North America) or a leading `86` name it;
2. eleven digits that start 13-19 are a mainland mobile, unless they are grouped 1-3-3-4;
3. a leading 0 is the trunk prefix of the default region, else of the mainland (010-…, 0571-…);
4. ten digits grouped other than 2-8 or 3-7, and eleven that start with 1, are North American;
5. everything else belongs to the default region.
A value is moved to the next candidate only if the number does not exist in the one before.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from assets.enrich.identity.standardise.arrays import (
    NO_TEXT,
    by_flag,
    constant,
    one_chunk,
    text_set,
    texts,
    to_numpy,
    without_characters,
)
from assets.enrich.identity.standardise.text import clean_text, identifier_columns, with_fillers

Standard = tuple[str, str | None]
"""The standard value, and the reason why it is invalid (None: it is valid)."""

_LABEL = r"(?i)^(?:tel|phone|mobile|mob|cell|fax|手机号?|电话|联系电话|座机)\s*[.:：]?\s*"
_SEPARATORS = r"[\s().\-‐-―−_·]"
_MOBILE = r"^(?:(?:\+|00|011)?86)?0?1[3-9][0-9]{9}$"
_NORTH_AMERICAN_GROUPS = r"^1[\s.\-]*\(?[0-9]{3}\)?[\s.\-]+[0-9]{3}[\s.\-]*[0-9]{4}$"
_RUNS = ("01234567", "12345678", "23456789", "98765432", "87654321", "76543210")
_FILLER_ENDS = (*_RUNS, *(8 * digit for digit in "0123456789"))

_ASCENDING = "01234567890123456789"
_SERVICE = re.compile(r"(?:(?:\+|00)?86)?[48]00[0-9]{7}|1?8(?:00|33|44|55|66|77|88)[0-9]{7}")
_SHORT_CODE = re.compile(r"1[0-9]{2,5}|9[0-9]{4,5}")
_SEVERAL = re.compile(r"[0-9][0-9\s\-]{5,}[0-9]\s*[/;,、|]\s*\+?[0-9][0-9\s\-]{5,}[0-9]")
_EXPONENT = re.compile(r"([0-9])\.([0-9]+)e\+?([0-9]{1,2})", re.IGNORECASE)
_EXTENSION = re.compile(r"\s*(?:转|分机|ext\.?|;ext=|x|#)\s*([0-9]{1,6})$", re.IGNORECASE)
_DASHED_EXTENSION = re.compile(r"(\(?0[0-9]{2,3}\)?[- ]?[0-9]{7,8})\s*-\s*([0-9]{1,5})")


def standardise_phones(raw: pa.Array, default_region: str) -> pa.Table:
    """Standardise phone numbers; mainland mobiles by array, only the rest one by one.

    Args:
        raw: the values as the sources wrote them.
        default_region: ISO 3166 code for numbers without a hint, e.g. CN or US.

    Returns:
        One row per value, see `registry.standardise`.
    """
    raw = one_chunk(raw)
    text = clean_text(raw)
    # Most mobiles are digits and what groups them, without a label and a point.
    compact = without_characters(text, " ()-_")
    found = _read(text, compact, partial(_read_labelled, default_region=default_region))
    return found.add_column(0, "raw_value", raw)


def _read(
    text: pa.Array, compact: pa.Array, read_others: Callable[[pa.Array], pa.Table]
) -> pa.Table:
    """The mobiles among some texts, of which the compact form is given; and all others."""
    is_mobile = pc.match_substring_regex(compact, pattern=_MOBILE)
    american = pc.match_substring_regex(text, pattern=_NORTH_AMERICAN_GROUPS)
    is_mobile = pc.and_not(is_mobile, american)
    others = read_others(text.filter(pc.invert(is_mobile)))
    return by_flag(to_numpy(is_mobile), _mobiles(compact.filter(is_mobile)), others)


def _mobiles(compact: pa.Array) -> pa.Table:
    mobile = pc.utf8_slice_codeunits(compact, start=-11)
    is_filler = pc.or_(
        pc.is_in(pc.utf8_slice_codeunits(mobile, start=-8), value_set=text_set(_FILLER_ENDS)),
        pc.equal(mobile, constant("13800138000")),
    )
    value = pc.binary_join_element_wise(constant("+86"), mobile, constant(""))
    return identifier_columns(value, pc.if_else(is_filler, constant("filler"), NO_TEXT))


def _read_labelled(text: pa.Array, default_region: str) -> pa.Table:
    bare = pc.replace_substring_regex(text, pattern=_LABEL, replacement="")
    # A column of numbers read by a spreadsheet comes back as 13912345678.0.
    bare = pc.replace_substring_regex(bare, pattern=r"^([0-9]{6,})\.0+$", replacement=r"\1")
    compact = pc.replace_substring_regex(bare, pattern=_SEPARATORS, replacement="")
    found = _read(bare, compact, partial(_read_one_by_one, default_region=default_region))
    reason = with_fillers(text, found.column("invalid_reason"))
    return identifier_columns(found.column("identifier_value"), reason)


def _read_one_by_one(text: pa.Array, default_region: str) -> pa.Table:
    # Whoever gives all values instead of distinct ones shall not pay for each of them here.
    encoded = text.dictionary_encode()
    rows = [parse_phone(value, default_region) for value in encoded.dictionary.to_pylist()]
    value, reason = texts(value for value, _ in rows), texts(reason for _, reason in rows)
    return identifier_columns(value, reason).take(encoded.indices)


def parse_phone(text: str, default_region: str) -> Standard:
    """Standardise one cleaned text that is not a plain mainland mobile."""
    digits = re.sub(r"[^0-9]", "", text)
    reason = _reason_by_shape(text, digits)
    if reason:
        return text, reason
    expanded = _expand_exponent(text)
    if expanded is None:
        return text, "rounded_by_spreadsheet"
    body, extension = _split_extension(expanded)
    for candidate, region in _candidates(body, default_region):
        number = _parse(candidate, region)
        if number is None:
            continue
        suffix = f";ext={extension}" if extension else ""
        return _e164(number) + suffix, _reason_by_type(number)
    return text, "not_a_number"


def _reason_by_shape(text: str, digits: str) -> str | None:
    if "*" in text or re.search(r"[0-9][xX]{3,}", text):
        return "masked"
    if not digits:
        return "not_a_number"
    if _SEVERAL.search(text):
        return "several_values"
    if len(set(digits)) == 1 or (len(digits) >= 6 and _is_run(digits)):
        return "filler"
    compact = re.sub(_SEPARATORS, "", text)
    if _SERVICE.fullmatch(compact) or _SHORT_CODE.fullmatch(compact):
        return "service_number"
    return None


def _is_run(digits: str) -> bool:
    return digits in _ASCENDING or digits in _ASCENDING[::-1] or digits == "12345678901"


def _expand_exponent(text: str) -> str | None:
    match = _EXPONENT.fullmatch(text)
    if match is None:
        return text
    whole, fraction, exponent = match.group(1), match.group(2), int(match.group(3))
    return whole + fraction if len(fraction) == exponent else None


def _split_extension(text: str) -> tuple[str, str]:
    dashed = _DASHED_EXTENSION.fullmatch(text)
    if dashed:
        return dashed.group(1), dashed.group(2)
    match = _EXTENSION.search(text)
    if match:
        return text[: match.start()], match.group(1)
    return text, ""


def _candidates(text: str, default_region: str) -> list[tuple[str, str | None]]:
    """Ways to read a number, the likeliest first; region None: the number names its country."""
    digits = re.sub(r"[^0-9]", "", text)
    groups = [len(group) for group in re.findall(r"[0-9]+", text)]
    if text.lstrip("( ").startswith("+"):
        return [(f"+{digits}", None)]
    for prefix in ("011", "00"):
        if digits.startswith(prefix) and len(digits) > 10:
            return [(f"+{digits.removeprefix(prefix)}", None)]
    found: list[tuple[str, str | None]] = []
    if digits.startswith("86") and len(digits) >= 11:
        found.append((f"+{digits}", None))
    if digits.startswith("0"):
        found += [(digits, default_region), (digits, "CN")]
    if len(digits) == 10 and groups not in ([2, 8], [3, 7]):
        found.append((digits, "US"))
    if len(digits) == 11 and digits.startswith("1"):
        found.append((digits, "US"))
    found.append((digits, default_region))
    return found


def _parse(candidate: str, region: str | None) -> Any | None:
    import phonenumbers

    try:
        number = phonenumbers.parse(candidate, region)
    except phonenumbers.NumberParseException:
        return None
    return number if phonenumbers.is_valid_number(number) else None


def _e164(number: Any) -> str:
    import phonenumbers

    number.extension = None
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def _reason_by_type(number: Any) -> str | None:
    import phonenumbers
    from phonenumbers import PhoneNumberType

    shared_types = {
        PhoneNumberType.TOLL_FREE,
        PhoneNumberType.SHARED_COST,
        PhoneNumberType.PREMIUM_RATE,
        PhoneNumberType.UAN,
        PhoneNumberType.VOICEMAIL,
    }
    if phonenumbers.number_type(number) in shared_types:
        return "service_number"
    national = str(number.national_number)
    if len(set(national)) == 1 or len(set(national[-8:])) == 1 or national[-8:] in _RUNS:
        return "filler"
    return None
