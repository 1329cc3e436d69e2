"""Raw identifiers to one standard spelling, or the reason why they identify nobody.

Works on distinct raw values as Arrow arrays: one value costs the same however many records carry
it. A standard value stays as it is when it is standardised again.
"""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from assets.enrich.identity.phones import standardise_phones
from assets.enrich.identity.rules import DEFAULT_PHONE_REGION

_FILLERS = (
    *("n/a", "na", "none", "null", "nil", "nan", "unknown", "undefined", "test", "todo", "tbd"),
    *("无", "没有", "未知", "暂无", "不详", "空", "-", "--", "---", "0", "x", "xx", "xxx", "?"),
)
_EMAIL_FILLERS = (
    *("na", "none", "null", "nil", "nomail", "noemail", "no-email", "no.email", "test", "unknown"),
    *("xxx", "xx", "abc", "asdf", "aaa", "example", "nobody", "anonymous"),
)
_ROLES = (
    *("info", "service", "services", "store", "shop", "sales", "support", "help", "helpdesk"),
    *("contact", "hello", "office", "admin", "administrator", "webmaster", "postmaster", "root"),
    *("marketing", "billing", "accounts", "accounting", "invoice", "orders", "order", "feedback"),
    *("customerservice", "customer-service", "customer.service", "customercare", "care", "cs"),
    *("kefu", "hr", "jobs", "press", "media", "team", "reception", "frontdesk", "front-desk"),
    *("noreply", "no-reply", "no.reply", "no_reply", "donotreply", "do-not-reply", "newsletter"),
    *("mailer-daemon", "notification", "notifications", "alerts", "abuse", "security", "privacy"),
)
_ATOM = r"[\p{L}\p{N}!#$%&'*+/=?^_`{|}~\-]+"
_LABEL = r"[\p{L}\p{N}](?:[\p{L}\p{N}\-]*[\p{L}\p{N}])?"
_EMAIL = rf"^{_ATOM}(?:\.{_ATOM})*@(?:{_LABEL}\.)+\p{{L}}(?:[\p{{L}}\p{{N}}\-]*[\p{{L}}\p{{N}}])$"
_SAME_CHARACTER = "^(?:" + "|".join(f"{c}{{3,}}" for c in "0123456789x") + ")$"
_NO_TEXT = pa.scalar(None, pa.string())


def standardise(
    identifier_type: str, raw: pa.Array, default_region: str = DEFAULT_PHONE_REGION
) -> pa.Table:
    """Standardise the values of one identifier type.

    Args:
        identifier_type: phone, email, unionid, weibo_uid or shop_customer_id.
        raw: the values as the source wrote them; distinct values, for speed.
        default_region: region of phone numbers that give no hint themselves.

    Returns:
        One row per value in the same order: `raw_value`, `identifier_value`, `is_valid`,
        `invalid_reason` (null where valid). An invalid value keeps its cleaned text.

    Raises:
        ValueError: the identifier type has no cleaner.
    """
    raw = raw.combine_chunks() if isinstance(raw, pa.ChunkedArray) else raw
    text = clean_text(raw)
    if identifier_type == "phone":
        value, reason = standardise_phones(text, default_region)
    elif identifier_type == "email":
        value, reason = _standardise_emails(text)
    elif identifier_type in _HANDLE_PATTERNS:
        value, reason = _standardise_handles(text, *_HANDLE_PATTERNS[identifier_type])
    else:
        known = ", ".join(["phone", "email", *_HANDLE_PATTERNS])
        raise ValueError(f"identifier type {identifier_type!r} has no cleaner; known: {known}")
    lowered = pc.utf8_lower(text)
    reason = pc.if_else(pc.is_in(lowered, value_set=pa.array(_FILLERS)), "filler", reason)
    reason = pc.if_else(pc.equal(text, ""), "missing", reason)
    return pa.table(
        {
            "raw_value": raw,
            "identifier_value": value,
            "is_valid": pc.is_null(reason),
            "invalid_reason": reason,
        }
    )


def clean_text(raw: pa.Array) -> pa.Array:
    """NFKC (full-width to half-width), invisible characters out, trimmed; null becomes empty."""
    text = pc.utf8_normalize(pc.fill_null(raw.cast(pa.string()), ""), form="NFKC")
    text = pc.replace_substring_regex(text, pattern=r"[\p{Cf}\p{Cc}]+", replacement=" ")
    return pc.utf8_trim_whitespace(text)


def _standardise_emails(text: pa.Array) -> tuple[pa.Array, pa.Array]:
    value = pc.utf8_normalize(pc.utf8_lower(text), form="NFKC")
    for pattern, replacement in (
        ("。", "."),
        (r"^mailto:", ""),
        (r"^.*<([^<>]*)>$", r"\1"),
        (r"\s*([@.])\s*", r"\1"),
        (r"[.,;:>)\s]+$", ""),
        (r"^[<(\s]+", ""),
    ):
        value = pc.replace_substring_regex(value, pattern=pattern, replacement=replacement)
    local = pc.replace_substring_regex(value, pattern=r"(?:\+[^@]*)?@.*$", replacement="")
    domain = pc.replace_substring_regex(value, pattern=r"^.*@", replacement="")
    is_address = pc.match_substring_regex(value, pattern=_EMAIL)
    too_long = pc.or_(
        pc.greater(pc.utf8_length(value), 254),
        pc.greater(pc.subtract(pc.utf8_length(value), pc.utf8_length(domain)), 65),
    )
    numbered_store = r"^(?:store|shop|branch|mendian|dianpu)[._\-]?[0-9]+$"
    is_role = pc.or_(
        pc.is_in(local, value_set=pa.array(_ROLES)),
        pc.match_substring_regex(local, pattern=numbered_store),
    )
    is_filler = pc.or_(
        pc.is_in(local, value_set=pa.array(_EMAIL_FILLERS)),
        pc.match_substring_regex(local, pattern=_SAME_CHARACTER),
    )
    reason = pc.case_when(
        pc.make_struct(
            pc.match_substring_regex(value, pattern=r"\*{2,}"),
            pc.match_substring_regex(value, pattern=r"@[^@]*[;,/|、\s][^@]*@"),
            pc.or_(pc.invert(is_address), too_long),
            is_role,
            is_filler,
        ),
        *(pa.scalar(name) for name in ("masked", "several_values", "bad_syntax")),
        *(pa.scalar(name) for name in ("role_address", "filler")),
        _NO_TEXT,
    )
    return value, reason


_SAME_HANDLE = "^(?:" + "|".join(f"{c}{{5,}}" for c in "0123456789x") + ")$"
_HANDLE_PATTERNS = {
    # Tencent promises no form; in use are 28-29 characters that keep their case.
    "unionid": (r"^[A-Za-z0-9_\-]{6,64}$", _SAME_HANDLE),
    "weibo_uid": (r"^[1-9][0-9]{4,19}$", _SAME_HANDLE),
    # A shop numbers its customers itself: 11111 is one of them, only zero is nobody.
    "shop_customer_id": (r"^[^\s]{1,64}$", r"^0+$"),
}


def _standardise_handles(
    text: pa.Array, pattern: str, filler_pattern: str
) -> tuple[pa.Array, pa.Array]:
    # A column of ids read by a spreadsheet comes back as 2038.0.
    value = pc.replace_substring_regex(text, pattern=r"^([0-9]+)\.0+$", replacement=r"\1")
    reason = pc.case_when(
        pc.make_struct(
            pc.match_substring_regex(pc.utf8_lower(value), pattern=filler_pattern),
            pc.invert(pc.match_substring_regex(value, pattern=pattern)),
        ),
        pa.scalar("filler"),
        pa.scalar("bad_syntax"),
        _NO_TEXT,
    )
    return value, reason
