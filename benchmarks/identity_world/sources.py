"""The three sources: their columns, how often a field is filled, and the mapping file."""

from __future__ import annotations

SOURCES = ("crm", "order_customers", "social")
COLUMNS = {
    "crm": [
        "contact_id",
        "name",
        "mobile",
        "phone",
        "email",
        "birth_date",
        "province",
        "city",
        "address",
        "postcode",
        "unionid",
        "shop_customer_number",
        "created_at",
    ],
    "order_customers": [
        "record_id",
        "customer_number",
        "name",
        "phone",
        "email",
        "address",
        "first_order_at",
    ],
    "social": [
        "profile_id",
        "platform",
        "openid",
        "unionid",
        "weibo_uid",
        "nickname",
        "real_name",
        "phone",
        "device_id",
        "city",
        "created_at",
    ],
}
ID = {"crm": "contact_id", "order_customers": "record_id", "social": "profile_id"}
CREATED = {"crm": "created_at", "order_customers": "first_order_at", "social": "created_at"}
FIELDS = {
    "crm": ("name", "phone", "landline", "email", "birth_date", "address", "unionid", "number"),
    "order_customers": ("number", "name", "phone", "email", "address"),
    "social": ("name", "phone", "device_id", "city"),
}
PRESENCE = {
    "crm": {
        "name": 0.98,
        "phone": 0.8,
        "landline": 0.12,
        "email": 0.62,
        "birth_date": 0.62,
        "address": 0.6,
        "unionid": 0.2,
        "number": 0.1,
    },
    "order_customers": {"number": 0.5, "name": 0.97, "phone": 0.9, "email": 0.5, "address": 0.7},
    "social": {"phone": 0.62, "device_id": 0.7, "city": 0.6},
}

MAPPING = """\
default_region: CN
do_not_link: do_not_link.csv
always_link: always_link.csv
sources:
  crm:
    file: crm.csv
    id: contact_id
    first_seen: created_at
    columns:
      full_name: name
      phone: [mobile, phone]
      email: email
      birth_date: birth_date
      region: province
      city: city
      address: address
      postcode: postcode
      unionid: unionid
      shop_customer_id: shop_customer_number
  order_customers:
    file: order_customers.csv
    id: record_id
    first_seen: first_order_at
    columns:
      full_name: name
      phone: phone
      email: email
      address: address
      shop_customer_id: customer_number
  social:
    file: social.csv
    id: profile_id
    first_seen: created_at
    columns:
      full_name: real_name
      openid: openid
      unionid: unionid
      weibo_uid: weibo_uid
      phone: phone
      device_id: device_id
      city: city
"""
