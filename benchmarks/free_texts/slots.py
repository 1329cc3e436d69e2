"""What the placeholders of the templates stand for: labelled, free, look-alike and plain slots."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from benchmarks.free_texts import addresses, goods, lookalikes, numbers, people, phones

KINDS = (
    *("mobile", "landline", "phone_foreign", "id_card", "bank_card", "email", "plate", "passport"),
    *("wechat", "qq", "address", "name"),
)
"""The kinds of labelled spans."""

Make = Callable[[Random, str], str]
"""From a source of chance and a language (zh, en) to one written value."""


def _plain(make: Callable[[Random], str]) -> Make:
    return lambda rng, language: make(rng)


def _by_language(zh: Callable[[Random], str], en: Callable[[Random], str]) -> Make:
    return lambda rng, language: (zh if language == "zh" else en)(rng)


def _choice(zh: str, en: str) -> Make:
    """One of these words, parted by |."""
    return lambda rng, language: rng.choice((zh if language == "zh" else en).split("|"))


def _masked(rng: Random) -> str:
    return f"13{numbers.digits(rng, 1)}****{numbers.digits(rng, 4)}"


LABELLED: dict[str, tuple[str, Make]] = {
    "mobile": ("mobile", _plain(phones.mobile)),
    "landline": ("landline", _plain(phones.landline)),
    "phone": ("phone_foreign", _plain(phones.phone)),
    "us": ("phone_foreign", _plain(phones.phone_us)),
    "uk": ("phone_foreign", _plain(phones.phone_uk)),
    "hk": ("phone_foreign", _plain(phones.phone_hk)),
    "hk_local": ("phone_foreign", _plain(phones.phone_hk_local)),
    "tw": ("phone_foreign", _plain(phones.phone_tw)),
    "id_card": ("id_card", _plain(numbers.id_card)),
    "bank_card": ("bank_card", _plain(numbers.bank_card)),
    "email": ("email", _plain(people.email)),
    "plate": ("plate", _plain(numbers.plate)),
    "passport": ("passport", _plain(numbers.passport)),
    "passport9": ("passport", _plain(numbers.passport_foreign)),
    "wechat": ("wechat", _plain(people.wechat)),
    "qq": ("qq", _plain(numbers.qq)),
    "address": ("address", _by_language(addresses.address_zh, addresses.address_en)),
    "address_zh": ("address", _plain(addresses.address_zh)),
    "address_en": ("address", _plain(addresses.address_en)),
    "name": ("name", _by_language(people.name_zh, people.name_en)),
    "name_zh": ("name", _plain(people.name_zh)),
    "name_en": ("name", _plain(people.name_en)),
}
"""Slots that a redactor must find, with their kind."""

FREE: dict[str, Make] = {
    "stranger": _by_language(people.name_zh, people.name_en),
    "called": _by_language(people.called_zh, people.called_en),
    "masked": _plain(_masked),
}
"""Slots that a redactor may find or leave: unknown names, surnames with a title, masked numbers."""

LOOKALIKES: dict[str, Make] = {
    "order": lookalikes.order,
    "tracking": lookalikes.tracking,
    "invoice": lookalikes.invoice,
    "date": lookalikes.date,
    "date8": lookalikes.date8,
    "time": lookalikes.time,
    "price": goods.price,
    "amount": goods.amount,
    "qty": goods.quantity,
    "sku": goods.sku,
    "model": goods.model,
    "plate_like": goods.plate_like,
    "size": goods.size,
    "spec": goods.spec,
    "percent": goods.percent,
    "version": goods.version,
    "isbn": goods.isbn,
    "ean": goods.ean,
    "points": goods.points,
    "num10": lookalikes.num10,
    "num12": lookalikes.num12,
    "num16": lookalikes.num16,
    "num18": lookalikes.num18,
    "hotline": lookalikes.hotline,
    "tail": lookalikes.tail,
    "credit_code": lookalikes.credit_code,
    "coupon": goods.coupon,
    "serial": goods.serial,
    "bank": _choice(
        "招商银行|工商银行|建行|农业银行|中国银行|交通银行|浦发|平安银行|民生银行",
        "Bank of China|HSBC|Chase|Barclays|Lloyds|Wells Fargo|ICBC|First National Bank",
    ),
    "city": _choice(
        "北京|上海|广州市|深圳|杭州市|成都|武汉|西安|南京市|苏州|重庆|长沙市|厦门|青岛",
        "London|New York|Chicago|Manchester|Beijing|Shanghai|Toronto|Sydney|San Jose",
    ),
    "district": _choice(
        "朝阳区|浦东新区|南山区|天河区|西湖区|徐汇区|武侯区|海淀区|雁塔区",
        "Brooklyn|Soho|Camden|Queens|Mission District|Pudong|Chaoyang District",
    ),
    "brand": _choice(
        "小米|华为|李宁|王老吉|周大福|老干妈|安踏|海尔|美的|张裕|马应龙|金利来|康师傅|白象",
        "Levi's 501|Johnson & Johnson|Ben & Jerry's|Dr. Martens|Ralph Lauren|Jo Malone|Ford|Dell",
    ),
}
"""Slots that look like something and must be left, by name."""

PLAIN: dict[str, Make] = {
    "product": _choice(
        "空气炸锅|羽绒服|扫地机器人|保温杯|婴儿推车|蓝牙耳机|儿童书桌|面霜|大米|行车记录仪|沙发|打印机",
        "air fryer|down jacket|stroller|headphones|desk lamp|office chair|kettle|printer|sofa|tent",
    ),
    "wx": _choice(
        "微信|微信号|vx|VX|wx|V信|v信|WX|薇信|WeChat|微信ID", "WeChat|wechat|WeChat ID|Wechat id|wx"
    ),
    "qq_word": _choice("QQ|qq|QQ号|Qq|扣扣QQ", "QQ|qq|QQ number"),
    "to": _choice("：|:| |：|是|: | : ", ": | | - |: |:"),
    "tel": _choice(
        "电话|手机|手机号|联系电话|tel|电话：|手机:|TEL：|☎️",
        "phone|tel|cell|mobile|Tel:|Phone: |ph ",
    ),
    "emoji": _choice("😊|👍|😭|🙏|😡|❤️|[微笑]|🎉|😅", "😊|👍|😭|🙏|😡|❤️|🎉|😅|:)"),
}
"""Words around values that are neither sought nor looked at."""
