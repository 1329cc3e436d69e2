"""E-mail addresses to one spelling per mailbox, or the reason why they are no person's.

A mistyped domain (gmial.com) is left alone: it may exist, and its owner is someone else.
"""

from __future__ import annotations

import re

import pyarrow as pa
import pyarrow.compute as pc

from assets.enrich.identity.standardise.arrays import (
    by_flag,
    constant,
    first_match,
    mended,
    one_chunk,
    to_arrow,
    to_numpy,
)
from assets.enrich.identity.standardise.text import clean_text, identifier_columns, with_fillers

_FILLERS = (
    *("na", "none", "null", "nil", "nomail", "noemail", "no-email", "no.email", "test", "unknown"),
    *("xxx", "xx", "abc", "asdf", "aaa", "example", "nobody", "anonymous", "undefined", "nan"),
    *("123", "1234", "12345", "123456", "1234567", "12345678", "123456789", "1234567890"),
)
_ROLES = (
    *("info", "service", "services", "store", "shop", "sales", "support", "help", "helpdesk"),
    *("contact", "hello", "office", "admin", "administrator", "webmaster", "postmaster", "root"),
    *("marketing", "billing", "accounts", "accounting", "invoice", "orders", "order", "feedback"),
    *("customerservice", "customer-service", "customer.service", "customercare", "care", "cs"),
    *("kefu", "hr", "jobs", "press", "media", "team", "reception", "frontdesk", "front-desk"),
    *("noreply", "no-reply", "no.reply", "no_reply", "donotreply", "do-not-reply", "newsletter"),
    *("mailer-daemon", "notification", "notifications", "alerts", "abuse", "security", "privacy"),
    *("enquiries", "enquiry", "inquiry", "inquiries", "booking", "reservations", "kefu", "fuwu"),
    *("store.manager", "storemanager", "cashier", "pos", "customer_service", "mail", "email"),
)
_ATOM = r"[\p{L}\p{N}!#$%&'*+/=?^_`{|}~\-]+"
_LABEL = r"[\p{L}\p{N}](?:[\p{L}\p{N}\-]*[\p{L}\p{N}])?"
_EMAIL = rf"^{_ATOM}(?:\.{_ATOM})*@(?:{_LABEL}\.)+\p{{L}}(?:[\p{{L}}\p{{N}}\-]*[\p{{L}}\p{{N}}])$"
# What needs no mending and no second look; most addresses are of this form.
_SIMPLE = (
    r"^[a-z0-9_]+(?:[.\-][a-z0-9_]+)*@(?:[a-z0-9](?:[a-z0-9\-]*[a-z0-9])?\.)+[a-z][a-z0-9]*[a-z]$"
)
_LONGEST = 254
_LONGEST_LOCAL = 64
_SAME_CHARACTER = "|".join(f"{c}{{3,}}" for c in "0123456789x")
_NUMBERED_STORE = r"(?:store|shop|branch|mendian|dianpu)[._\-]?[0-9]+"
_LOCAL_ENDS = r"(?:[+@]|$)"
_ROLE = rf"^(?:{'|'.join(map(re.escape, _ROLES))}|{_NUMBERED_STORE}){_LOCAL_ENDS}"
_FILLER = rf"^(?:{'|'.join(map(re.escape, _FILLERS))}|{_SAME_CHARACTER}){_LOCAL_ENDS}"
_GMAIL = r"@(?:gmail|googlemail)\.com$"
# Providers that deliver name+anything to name; qq, 163 and sina do not.
_PLUS_IS_TAG = (
    r"\+[^@]*(@(?:gmail\.com|(?:outlook|hotmail|live)\.[a-z.]+|msn\.com|icloud\.com|me\.com|mac\.com"
    r"|fastmail\.(?:com|fm)|proton\.me|protonmail\.(?:com|ch)|pm\.me|yandex\.(?:com|ru)))$"
)


def standardise_emails(raw: pa.Array) -> pa.Table:
    """Standardise e-mail addresses.

    Returns:
        One row per value, see `registry.standardise`.
    """
    raw = one_chunk(raw)
    text = clean_text(raw)
    value = pc.utf8_lower(text)
    is_simple = to_numpy(pc.match_substring_regex(value, pattern=_SIMPLE))
    is_simple = is_simple & (to_numpy(pc.binary_length(value)) <= _LONGEST_LOCAL)
    simple, others = to_arrow(is_simple), to_arrow(~is_simple)
    found = by_flag(
        is_simple, _read_simple(value.filter(simple)), _read_others(text.filter(others))
    )
    return found.add_column(0, "raw_value", raw)


def _read_simple(value: pa.Array) -> pa.Table:
    value = _without_gmail_dots(value)
    return identifier_columns(value, first_match(*_reasons_by_mailbox(value)))


def _read_others(text: pa.Array) -> pa.Table:
    value = _without_gmail_dots(_without_tags(_mend(pc.utf8_lower(text))))
    reason = first_match(*_reasons_by_form(value), *_reasons_by_mailbox(value))
    return identifier_columns(value, with_fillers(text, reason))


def _mend(value: pa.Array) -> pa.Array:
    value = pc.utf8_normalize(value, form="NFKC")
    for pattern, replacement in (
        ("。", "."),
        (r"^mailto:", ""),
        (r"^.*<([^<>]*)>$", r"\1"),
        (r"\s*([@.])\s*", r"\1"),
        (r"[.,;:>)\s]+$", ""),
        (r"^[<(\s]+", ""),
    ):
        value = pc.replace_substring_regex(value, pattern=pattern, replacement=replacement)
    return value


def _without_tags(value: pa.Array) -> pa.Array:
    def without_tag(tagged: pa.Array) -> pa.Array:
        tagged = pc.replace_substring_regex(tagged, "@googlemail\\.com$", "@gmail.com")
        return pc.replace_substring_regex(tagged, _PLUS_IS_TAG, r"\1")

    return mended(value, pc.match_substring(value, "+"), without_tag)


def _without_gmail_dots(value: pa.Array) -> pa.Array:
    def without_dots(gmail: pa.Array) -> pa.Array:
        local = pc.replace_substring_regex(gmail, pattern=_GMAIL, replacement="")
        # Dots say nothing at Gmail; a doubled one stays, for it makes the address bad.
        local = pc.replace_substring_regex(local, r"([^.])\.([^.])", r"\1\2")
        local = pc.replace_substring_regex(local, r"([^.])\.([^.])", r"\1\2")
        return pc.binary_join_element_wise(local, constant("gmail.com"), constant("@"))

    is_gmail = pc.or_(pc.ends_with(value, "@gmail.com"), pc.ends_with(value, "@googlemail.com"))
    return mended(value, is_gmail, without_dots)


def _reasons_by_mailbox(value: pa.Array) -> list[tuple[str, pa.Array]]:
    return [
        ("role_address", pc.match_substring_regex(value, pattern=_ROLE)),
        ("filler", pc.match_substring_regex(value, pattern=_FILLER)),
    ]


def _reasons_by_form(value: pa.Array) -> list[tuple[str, pa.Array]]:
    is_several = pc.match_substring_regex(value, pattern=r"@[^@]*[;,/|、\s][^@]*@")
    is_email = to_numpy(pc.match_substring_regex(value, pattern=_EMAIL))
    is_email = is_email & (to_numpy(pc.utf8_length(value)) <= _LONGEST)
    is_email &= to_numpy(pc.find_substring(value, "@")) <= _LONGEST_LOCAL
    return [
        ("masked", pc.match_substring(value, "**")),
        ("several_values", is_several),
        ("bad_syntax", to_arrow(~is_email)),
    ]
