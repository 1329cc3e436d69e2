"""Invented street addresses as customers write them, from a street with a number upward."""

from __future__ import annotations

from random import Random

from benchmarks.free_texts.numbers import digits, wide
from benchmarks.identity_world.chinese import words

CITIES = (
    ("浙江省", "杭州市", "西湖区 拱墅区 滨江区 余杭区"),
    ("", "上海市", "徐汇区 静安区 浦东新区 闵行区"),
    ("", "北京市", "海淀区 朝阳区 西城区 丰台区"),
    ("广东省", "广州市", "天河区 越秀区 海珠区 番禺区"),
    ("广东省", "深圳市", "南山区 福田区 罗湖区 龙岗区"),
    ("江苏省", "南京市", "鼓楼区 玄武区 建邺区"),
    ("江苏省", "苏州市", "姑苏区 吴中区 昆山市"),
    ("四川省", "成都市", "锦江区 武侯区 双流区"),
    ("湖北省", "武汉市", "武昌区 江岸区 洪山区"),
    ("陕西省", "西安市", "雁塔区 碑林区 未央区"),
    ("山东省", "青岛市", "市南区 崂山区 李沧区"),
    ("福建省", "厦门市", "思明区 湖里区 集美区"),
    ("湖南省", "长沙市", "岳麓区 芙蓉区 长沙县"),
    ("", "重庆市", "渝北区 江北区 沙坪坝区"),
)
_STREETS = words(
    "文三路 中山北路 解放路 人民南路 建设大街 和平路 长江路 学院路 延安西路 淮海中路 科苑路 "
    "深南大道 天府大道中段 体育西路 花园街 新华街 青年路 桂花巷 凤起路 滨河路 东风路 朝阳北路 "
    "珞喻路 长乐路 友谊大道 文化东路 胜利街 迎宾大道 工业三路 松柏路 福强路 创业一路 幸福大街"
)
_ESTATES = words(
    "阳光花园 碧水湾 金色家园 万和城 翠湖雅苑 锦绣江南 枫林小区 幸福里 时代广场公寓 书香门第 "
    "东方名苑 桂花城 紫荆花园 龙湖春天 保利香槟 绿地新都会 水岸名都 和平新村"
)
_TOWERS = words("国贸大厦 环球中心 科技大厦 创新广场 财富中心 世纪大厦 星河商务楼 软件园二期")
_VILLAGES = (
    ("湖南省", "衡阳市", "衡南县", "三塘镇", "石桥村"),
    ("河南省", "商丘市", "睢县", "城关镇", "李庄村"),
    ("安徽省", "阜阳市", "颍上县", "十八里铺镇", "新河村"),
    ("广西", "桂林市", "灵川县", "大圩镇", "上桥村"),
)
_TRADITIONAL = (
    ("台北市信義區", "忠孝東路五段"),
    ("新北市板橋區", "文化路一段"),
    ("高雄市左營區", "博愛二路"),
    ("香港九龍旺角", "彌敦道"),
    ("香港銅鑼灣", "軒尼詩道"),
)
_ROADS_EN = words(
    "Maple Oak Cedar Willow Sunset Park Highland Lincoln Washington Church Station Victoria Queens "
    "Orchard Mill Chestnut Harbour Elmwood Kingsway Greenfield Prospect"
)
_ENDS_EN = words(
    "Street St St. Road Rd Rd. Avenue Ave Ave. Lane Ln Drive Dr Boulevard Blvd Court Ct Way Terrace"
)
_US_PLACES = (
    *(("Springfield", "IL", "627"), ("Portland", "OR", "972"), ("Austin", "TX", "787")),
    *(("Boise", "ID", "837"), ("Dayton", "OH", "454"), ("Seattle", "WA", "981")),
)
_UK_PLACES = (("London", "SW3"), ("Manchester", "M14"), ("Leeds", "LS6"), ("Bristol", "BS8"))
_PINYIN_ROADS = (
    "Zhongshan Road",
    "Renmin South Road",
    "Tianhe Road",
    "Jianguo Road",
    "Keyuan Road",
)


def _number(rng: Random) -> str:
    number = str(rng.choice((rng.randrange(1, 60), rng.randrange(60, 1999))))
    return rng.choice(
        (number, number, number, number, f"{number}-{rng.randrange(1, 9)}", f"甲{number}")
    )


def _room(rng: Random) -> str:
    floor, door = rng.randrange(1, 33), rng.randrange(1, 8)
    return f"{floor}{door:02}"


def _house(rng: Random) -> str:
    """Building, unit and door within an estate."""
    building = rng.randrange(1, 28)
    han = "一二三四五六七八九"[rng.randrange(9)]
    room = _room(rng)
    return rng.choice(
        (
            *(f"{building}栋{rng.randrange(1, 5)}单元{room}室", f"{building}号楼{room}"),
            *(f"{building}幢{room}室", f"{building}栋{room}", f"{han}号楼{han}单元{room}"),
            *(f"{building}座{room}房", f"{building}-{rng.randrange(1, 4)}-{room}"),
            f"{rng.choice('ABCD')}座{room}",
        )
    )


def _area(rng: Random) -> tuple[str, str, str]:
    province, city, districts = rng.choice(CITIES)
    return province, city, rng.choice(districts.split())


def _street_zh(rng: Random) -> str:
    return f"{rng.choice(_STREETS)}{_number(rng)}号"


def _lane_zh(rng: Random) -> str:
    return (
        f"{rng.choice(_STREETS)}{rng.randrange(10, 1999)}弄{rng.randrange(1, 90)}号{_room(rng)}室"
    )


def _village(rng: Random) -> str:
    parts = rng.choice(_VILLAGES)[rng.choice((0, 0, 1, 2)) :]
    return "".join(parts) + f"{rng.randrange(1, 15)}组{rng.randrange(1, 99)}号"


def _traditional(rng: Random) -> str:
    area, street = rng.choice(_TRADITIONAL)
    return f"{area}{street}{rng.randrange(1, 700)}號{rng.randrange(2, 30)}樓"


def _street_forms_zh(rng: Random) -> str:
    province, city, district = _area(rng)
    short = city.removesuffix("市")
    street, estate, tower = _street_zh(rng), rng.choice(_ESTATES), rng.choice(_TOWERS)
    inner, room = _house(rng), _room(rng)
    return rng.choice(
        (
            *(street, f"{street}{inner}", f"{district}{street}", f"{city}{district}{street}"),
            *(f"{district}{street}{tower}{rng.choice('AB')}座{room}", f"{street}院{inner}"),
            *(f"{city}{district}{street}{estate}{inner}", f"{district}{street}{estate}{inner}"),
            *(
                f"{province}{city}{district}{street}{estate}{inner}",
                f"{short}{street}{estate}{inner}",
            ),
            *(
                f"{province} {city} {district} {street} {inner}".strip(),
                f"{short}{district}{street}",
            ),
            *(f"{province}{city}{district}{street}{tower}{room}室", f"{short}市{street}{estate}"),
        )
    )


def address_zh(rng: Random) -> str:
    """A Chinese address, mostly with a street, else of an estate, a lane or a village."""
    chance = rng.random()
    if chance < 0.75:
        written = _street_forms_zh(rng)
    elif chance < 0.83:
        _, city, district = _area(rng)
        written = f"{rng.choice((city, ''))}{district}{rng.choice(_ESTATES)}{_house(rng)}"
    elif chance < 0.89:
        written = rng.choice(("上海市", "", "闵行区", "上海")) + _lane_zh(rng)
    elif chance < 0.94:
        written = _village(rng)
    else:
        written = _traditional(rng)
    return wide(written) if rng.random() < 0.05 else written


def _us(rng: Random, street: str) -> str:
    town, state, zip_start = rng.choice(_US_PLACES)
    unit = rng.choice(
        (f"Apt {rng.randrange(1, 40)}{rng.choice('ABC')}", f"#{rng.randrange(2, 900)}")
    )
    return rng.choice(
        (
            *(f"{street}, {unit}, {town}, {state} {zip_start}{digits(rng, 2)}", f"{street} {unit}"),
            *(
                f"{street}, {town}, {state} {zip_start}{digits(rng, 2)}",
                f"{street}, {town} {state}",
            ),
            f"{street}\n{town}, {state} {zip_start}{digits(rng, 2)}-{digits(rng, 4)}",
        )
    )


def _uk(rng: Random, street: str) -> str:
    town, code = rng.choice(_UK_PLACES)
    code = f"{code} {rng.randrange(1, 9)}{rng.choice('ABDEFGH')}{rng.choice('JLNPQRS')}"
    return rng.choice(
        (
            *(f"Flat {rng.randrange(1, 30)}, {street}, {town} {code}", f"{street}, {town} {code}"),
            *(f"{street}, {town}, {code}", f"Unit {rng.randrange(1, 30)}, {street}, {town}"),
        )
    )


def address_en(rng: Random) -> str:
    """An address in English: a bare street, of the US, of the UK, or of China in pinyin."""
    house = f"{rng.randrange(1, 9800)}" + (rng.choice("AB") if rng.random() < 0.08 else "")
    street = f"{house} {rng.choice(_ROADS_EN)} {rng.choice(_ENDS_EN)}"
    chance = rng.random()
    if chance < 0.25:
        written = street
    elif chance < 0.6:
        written = _us(rng, street)
    elif chance < 0.85:
        written = _uk(rng, street)
    else:
        road = f"No. {rng.randrange(1, 900)} {rng.choice(_PINYIN_ROADS)}"
        written = rng.choice(
            (
                f"Room {_room(rng)}, Building 8, {road}, Tianhe District, Guangzhou",
                *(f"{road}, Chaoyang District, Beijing", f"Rm {_room(rng)}, {road}, Shanghai"),
            )
        )
    return written.lower() if rng.random() < 0.08 else written
