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
        is_number: whether every address is a number, which no spreadsheet takes for a formula.
    """

    addresses: str
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
    "email": Channel(_golden("email", "email is not null")),
    "sms": Channel(_PHONE, is_number=True),
    "phone": Channel(_PHONE, is_number=True),
    "wechat": Channel(_OPENID),
    "weibo": Channel(_golden("weibo_uid", "weibo_uid is not null")),
    "direct_mail": Channel(
        _golden("concat_ws(', ', address, city, region, country)", "address is not null")
    ),
}
