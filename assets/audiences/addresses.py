"""Where a message reaches a customer: the address of a channel, from the vault of the same build.

Values that many share are nobody's: the golden record leaves them out, and so do we. A unionid
opens no chat, so that WeChat needs an openid.
"""

from __future__ import annotations

from dataclasses import dataclass

E164 = r"\+[1-9][0-9]{6,14}"


@dataclass(frozen=True)
class Channel:
    """How a channel is addressed.

    Attributes:
        addresses: SQL of customer_key and address, one row per customer at most.
        identifier_type: of the address, as consents name their subject; None: they do not.
        is_number: whether every address is a number, which no spreadsheet takes for a formula.
    """

    addresses: str
    identifier_type: str | None = None
    is_number: bool = False


def _golden(value: str, condition: str) -> str:
    return (
        f"select customer_key, {value} as address from vault.vault.customer_pii where {condition}"
    )


_PHONE = _golden("phone", f"regexp_full_match(phone, '{E164}')")

_OPENID = """
    select customer_key, address
    from (
        select
            profiles.customer_key,
            identifiers.identifier_value as address,
            row_number() over (
                partition by profiles.customer_key
                order by profiles.observed_at desc nulls last, identifiers.identifier_value
            ) as place
        from vault.identity.identifiers as identifiers
        inner join vault.identity.int_customer_profiles as profiles
            on identifiers.source = profiles.source
            and identifiers.source_record_id = profiles.source_record_id
        where
            identifiers.identifier_type = 'openid'
            and identifiers.is_valid
            and not identifiers.is_shared
            and not identifiers.is_reference
    )
    where place = 1
"""

CHANNELS = {
    "email": Channel(_golden("email", "email is not null"), "email"),
    "sms": Channel(_PHONE, "phone", is_number=True),
    "phone": Channel(_PHONE, "phone", is_number=True),
    "wechat": Channel(_OPENID),
    "weibo": Channel(_golden("weibo_uid", "weibo_uid is not null")),
    "direct_mail": Channel(
        _golden("concat_ws(', ', address, city, region, country)", "address is not null")
    ),
}

WITHDRAWN = """
    select distinct identifier_value
    from (
        select
            identifiers.identifier_value,
            events.consent_state,
            row_number() over (
                partition by identifiers.identifier_value
                order by events.occurred_at desc, events.consent_state desc, events.event_id
            ) as place
        from vault.staging.stg_consent__consent_events as events
        inner join vault.identity.identifiers as identifiers
            on identifiers.source = 'consent.consent_events'
            and identifiers.source_record_id = events.event_id
        where
            events.purpose = $purpose
            and events.channel_id in ($channel, 'any')
            and identifiers.identifier_type = $identifier_type
    )
    where place = 1 and consent_state = 'withdrawn'
"""
"""Addresses whose own last word is a withdrawal. One that two customers have belongs to neither
for certain, and the consent of neither knows of it: still nobody may write there."""
