"""Invented names, mail addresses and WeChat ids."""

from __future__ import annotations

from random import Random

from benchmarks.free_texts.numbers import digits, qq
from benchmarks.identity_world.chinese import words

SURNAMES = words(
    "王 李 张 刘 陈 杨 赵 黄 周 吴 徐 孙 胡 朱 高 林 何 郭 马 罗 梁 宋 郑 谢 韩 唐 "
    "冯 于 董 萧 程 曹 袁 邓 许 傅 沈 曾 彭 吕 苏 卢 蒋 蔡 贾 丁 魏 薛 叶 阎 潘 杜 "
    "戴 夏 钟 汪 田 任 姜 方 石 姚 谭 廖 白 金 温 常 欧阳 司马 上官 诸葛"
)
_GIVEN = words(
    "伟 芳 娜 敏 静 丽 强 磊 洋 艳 勇 杰 娟 涛 超 霞 刚 燕 鹏 婷 雪 宇轩 子涵 梓萱 浩然 欣怡 诗琪 "
    "俊杰 雨桐 思远 晓东 佳怡 建国 秀英 桂兰 志强 淑芬 海燕 文博 嘉豪 梦瑶 雅婷 国栋 玉兰 天佑 "
    "若曦 明轩 丽华 春梅 永康 昊天 依诺 家辉 美玲 慧敏 少峰 振华 晓燕 立新 培根 念慈 奕辰 可欣"
)
_PINYIN_SURNAMES = words(
    "wang li zhang liu chen yang zhao huang zhou wu xu sun lin guo gao he tang"
)
_PINYIN_GIVEN = words(
    "wei fang na min jing lei yang jie tao chao yuxuan zihan haoran xinyi junjie siyuan jiayi "
    "mengyao"
)
_FIRST = words(
    "James Mary Robert Linda Michael Susan David Karen Daniel Emily Thomas Sarah Kevin Laura Brian "
    "Olivia George Hannah Peter Amanda Oscar Chloe Nathan Priya Ahmed Fatima Carlos Elena Yuki "
    "Siobhan Grace Victor Nadia Samuel Ingrid Tobias"
)
_LAST = words(
    "Smith Johnson Williams Brown Jones Miller Davis Wilson Anderson Taylor Moore Jackson Martin "
    "Thompson Harris Clark Lewis Robinson Walker Hall Nguyen Patel Garcia Lopez Kowalski Schmidt "
    "O'Brien O'Connor McDonald Fitzgerald Nakamura Hussain Fernandez Lindqvist Abernathy Whitcombe"
)
_MAIL_HOSTS = (
    *("qq.com", "163.com", "126.com", "gmail.com", "outlook.com", "hotmail.com", "sina.com"),
    *("foxmail.com", "yahoo.com.hk", "icloud.com", "139.com", "sina.com.cn", "mail.example.co.uk"),
    *("hengda-trade.example.com", "blue-harbour.example.org", "vip.163.com"),
)
_HANDLE_WORDS = words(
    "sunny lucky momo coco tiger happy baby star moon xiaoyu dudu rainy apple kiki"
)


def name_zh(rng: Random) -> str:
    """A Chinese full name in Han characters."""
    return rng.choice(SURNAMES) + rng.choice(_GIVEN)


def name_en(rng: Random) -> str:
    """A full name in Latin letters: an English one, or a Chinese one in pinyin."""
    if rng.random() < 0.2:
        given, family = rng.choice(_PINYIN_GIVEN), rng.choice(_PINYIN_SURNAMES)
        return f"{given.title()} {family.title()}"
    middle = f" {rng.choice('ABCDEJLMRT')}." if rng.random() < 0.05 else ""
    return f"{rng.choice(_FIRST)}{middle} {rng.choice(_LAST)}"


def written_name(rng: Random, name: str) -> str:
    """The name as a text has it: mostly unchanged, at times spaced, in another case, turned."""
    chance = rng.random()
    if " " not in name:
        return name[0] + " " + name[1:] if chance < 0.03 and len(name) == 2 else name
    if chance < 0.08:
        return name.lower()
    if chance < 0.15:
        return name.upper()
    if chance < 0.2:
        first, _, last = name.rpartition(" ")
        return f"{last}, {first}"
    return name


def called_zh(rng: Random) -> str:
    """A surname with a form of address, which points at nobody by itself."""
    return rng.choice(SURNAMES[:40]) + rng.choice(
        ("先生", "女士", "小姐", "总", "老师", "阿姨", "姐")
    )


def called_en(rng: Random) -> str:
    """A form of address with a last name, or a first name alone."""
    if rng.random() < 0.4:
        return rng.choice(_FIRST)
    return rng.choice(("Mr. ", "Mrs ", "Ms. ", "Mr ", "Dr. ")) + rng.choice(_LAST)


def email(rng: Random) -> str:
    """A mail address; one in four with a full-width or spaced @, in capitals or with a tag."""
    family, given = rng.choice(_PINYIN_SURNAMES), rng.choice(_PINYIN_GIVEN)
    first, last = rng.choice(_FIRST).lower(), rng.choice(_LAST).lower().replace("'", "")
    local = rng.choice(
        (
            *(f"{given}.{family}", f"{family}{given}{digits(rng, 2)}", f"{family}_{given}"),
            *(f"{first}.{last}", f"{first[0]}{last}", f"{first}-{last}{digits(rng, 3)}"),
            *(rng.choice(_HANDLE_WORDS) + digits(rng, 4), f"{first}.{last}+shop", qq(rng)),
        )
    )
    host = "qq.com" if local.isdigit() else rng.choice(_MAIL_HOSTS)
    chance = rng.random()
    if chance < 0.08:
        return f"{local}＠{host}"
    if chance < 0.18:
        return local + rng.choice((" @ ", " @", "@ ")) + host
    return f"{local}@{host}".upper() if chance < 0.24 else f"{local}@{host}"


def wechat(rng: Random) -> str:
    """A WeChat id: a letter first, then letters, digits, dashes and underscores, 6 to 20 in all."""
    family, given = rng.choice(_PINYIN_SURNAMES), rng.choice(_PINYIN_GIVEN)
    number = digits(rng, rng.choice((2, 3, 4)))
    short = "".join(rng.choice("abcdefghjkmnpqrstuvwxyz") for _ in range(3))
    made = rng.choice(
        (
            *(f"{family}_{given}{number}", f"{family}{given}{number}", f"{given}-{family}{number}"),
            *(
                f"{short}_{digits(rng, 3)}",
                f"{short}{digits(rng, 6)}",
                f"wxid_{digits(rng, 3)}{short}x9k",
            ),
            *(
                f"{rng.choice(_HANDLE_WORDS)}_{number}",
                f"{rng.choice(_HANDLE_WORDS).title()}{number}{short}",
            ),
            f"{rng.choice(_HANDLE_WORDS)}{digits(rng, 6)}",
        )
    )
    return made[:20]
