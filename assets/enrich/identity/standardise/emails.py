"""E-mail addresses to one spelling per mailbox, or the reason why they are no person's.

A mistyped domain (gmial.com) is left alone: it may exist, and its owner is someone else.
"""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from assets.enrich.identity.standardise.text import (
    NO_TEXT,
    clean_text,
    identifier_table,
    one_chunk,
)

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
_SAME_CHARACTER = "|".join(f"{c}{{3,}}" for c in "0123456789x")
_NUMBERED_STORE = r"(?:store|shop|branch|mendian|dianpu)[._\-]?[0-9]+"
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
    is_simple = pc.match_substring_regex(value, pattern=_SIMPLE)
    rest = _mend(value.filter(pc.invert(is_simple)))
    value = _one_per_mailbox(pc.replace_with_mask(value, pc.invert(is_simple), rest))
    return identifier_table(raw, text, value, _reasons(value, is_simple))


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


def _one_per_mailbox(value: pa.Array) -> pa.Array:
    has_tag = pc.match_substring(value, "+")
    if pc.any(has_tag).as_py():
        tagged = value.filter(has_tag)
        tagged = pc.replace_substring_regex(tagged, "@googlemail\\.com$", "@gmail.com")
        value = pc.replace_with_mask(
            value, has_tag, pc.replace_substring_regex(tagged, _PLUS_IS_TAG, r"\1")
        )
    is_gmail = pc.or_(pc.ends_with(value, "@gmail.com"), pc.ends_with(value, "@googlemail.com"))
    local = pc.replace_substring_regex(value.filter(is_gmail), pattern=_GMAIL, replacement="")
    # Dots say nothing at Gmail; a doubled one stays, for it makes the address bad.
    well_dotted = pc.replace_substring_regex(local, r"([^.])\.([^.])", r"\1\2")
    well_dotted = pc.replace_substring_regex(well_dotted, r"([^.])\.([^.])", r"\1\2")
    plain = pc.binary_join_element_wise(well_dotted, "gmail.com", "@")
    return pc.replace_with_mask(value, is_gmail, plain)


def _reasons(value: pa.Array, is_simple: pa.Array) -> pa.Array:
    local = pc.replace_substring_regex(value, pattern="[+@].*$", replacement="")
    is_role = pc.or_(
        pc.is_in(local, value_set=pa.array(_ROLES)),
        pc.match_substring_regex(local, pattern=f"^{_NUMBERED_STORE}$"),
    )
    is_filler = pc.or_(
        pc.is_in(local, value_set=pa.array(_FILLERS)),
        pc.match_substring_regex(local, pattern=f"^(?:{_SAME_CHARACTER})$"),
    )
    is_other = pc.invert(is_simple)
    no_reason = pa.nulls(len(value), pa.string())
    by_form = pc.replace_with_mask(no_reason, is_other, _reasons_by_form(value.filter(is_other)))
    too_long = pc.or_(
        pc.greater(pc.utf8_length(value), 254), pc.greater(pc.find_substring(value, "@"), 64)
    )
    return pc.case_when(
        pc.make_struct(pc.is_valid(by_form), too_long, is_role, is_filler),
        by_form,
        *(pa.scalar(name) for name in ("bad_syntax", "role_address", "filler")),
        NO_TEXT,
    )


def _reasons_by_form(value: pa.Array) -> pa.Array:
    return pc.case_when(
        pc.make_struct(
            pc.match_substring(value, "**"),
            pc.match_substring_regex(value, pattern=r"@[^@]*[;,/|、\s][^@]*@"),
            pc.invert(pc.match_substring_regex(value, pattern=_EMAIL)),
        ),
        *(pa.scalar(name) for name in ("masked", "several_values", "bad_syntax")),
        NO_TEXT,
    )
