"""Invented Chinese people: surnames by their frequency, given characters, cities and streets.

The readings are written down here by hand, so that the sets do not depend on the library or the
table that the warehouse itself reads names with.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random


def words(text: str) -> list[str]:
    """The words of a text."""
    return text.split()


@dataclass(frozen=True)
class ChineseName:
    """A name in its three writings; `given_readings` has one syllable a character."""

    family: str
    given: str
    family_traditional: str
    given_traditional: str
    family_reading: str
    given_readings: tuple[str, ...]


# Simplified, traditional, reading, people of the surname in a thousand (a few rare ones enlarged).
_SURNAMES = """
王王wang72 李李li71 张張zhang68 刘劉liu54 陈陳chen45 杨楊yang31 赵趙zhao23 黄黃huang22 周周zhou21
吴吳wu20 徐徐xu17 孙孫sun15 胡胡hu13 朱朱zhu12 高高gao11 林林lin11 何何he11 郭郭guo11 马馬ma10
罗羅luo9 梁梁liang8 宋宋song8 郑鄭zheng8 谢謝xie7 韩韓han7 唐唐tang7 冯馮feng6 于于yu6 董董dong6
萧蕭xiao5 程程cheng5 曹曹cao5 袁袁yuan5 邓鄧deng5 许許xu5 傅傅fu5 沈沈shen5 曾曾zeng5 彭彭peng5
吕呂lü5 苏蘇su5 卢盧lu5 蒋蔣jiang4 蔡蔡cai4 贾賈jia4 丁丁ding4 魏魏wei4 薛薛xue4 叶葉ye4 阎閻yan4
潘潘pan4 杜杜du4 戴戴dai3 夏夏xia3 钟鍾zhong3 汪汪wang3 田田tian3 任任ren3 姜姜jiang3 方方fang3
石石shi3 姚姚yao3 谭譚tan3 廖廖liao3 邹鄒zou3 熊熊xiong3 金金jin3 陆陸lu3 郝郝hao2 孔孔kong2
崔崔cui2 康康kang2 毛毛mao2 邱邱qiu2 秦秦qin2 江江jiang2 史史shi2 顾顧gu2 侯侯hou2 邵邵shao2
孟孟meng2 龙龍long2 万萬wan2 段段duan2 雷雷lei2 钱錢qian2 汤湯tang2 尹尹yin2 乔喬qiao1 贺賀he1
赖賴lai1 龚龔gong1 文文wen1 单單shan1 仇仇qiu1 解解xie1 区區ou1 查查zha1 盖蓋ge1 欧阳歐陽ouyang2
司马司馬sima1 诸葛諸葛zhuge1 上官上官shangguan1 尉迟尉遲yuchi1 万俟万俟moqi1
"""

# Simplified, traditional, reading. Lines of one reading make the twins that differ in Han only.
_CHARACTERS = """
伟偉wei 玮瑋wei 维維wei 炜煒wei 静靜jing 婧婧jing 靖靖jing 晶晶jing 丽麗li 莉莉li 力力li 立立li
洋洋yang 阳陽yang 扬揚yang 勇勇yong 永永yong 泳泳yong 艳豔yan 燕燕yan 彦彥yan 岩岩yan 杰傑jie
洁潔jie 婕婕jie 涛濤tao 韬韜tao 明明ming 鸣鳴ming 铭銘ming 平平ping 萍萍ping 刚剛gang 钢鋼gang
英英ying 瑛瑛ying 莹瑩ying 颖穎ying 华華hua 桦樺hua 玉玉yu 钰鈺yu 宇宇yu 雨雨yu 兰蘭lan 岚嵐lan
红紅hong 宏宏hong 鸿鴻hong 洪洪hong 建建jian 健健jian 剑劍jian 辉輝hui 慧慧hui 惠惠hui 军軍jun
俊俊jun 钧鈞jun 飞飛fei 菲菲fei 志志zhi 智智zhi 文文wen 雯雯wen 浩浩hao 昊昊hao 皓皓hao 子子zi
梓梓zi 紫紫zi 轩軒xuan 萱萱xuan 涵涵han 晗晗han 欣欣xin 鑫鑫xin 新新xin 馨馨xin 怡怡yi 依依yi
艺藝yi 毅毅yi 佳佳jia 嘉嘉jia 家家jia 晨晨chen 辰辰chen 梦夢meng 琪琪qi 琦琦qi 祺祺qi 凯凱kai
楷楷kai 琳琳lin 霖霖lin 林林lin 斌斌bin 彬彬bin 峰峰feng 锋鋒feng 云雲yun 芸芸yun 瑞瑞rui 睿睿rui
成成cheng 诚誠cheng 承承cheng 东東dong 冬冬dong 芳芳fang 娜娜na 敏敏min 强強qiang 磊磊lei 娟娟juan
超超chao 秀秀xiu 霞霞xia 桂桂gui 国國guo 春春chun 梅梅mei 海海hai 鹏鵬peng 博博bo 波波bo 思思si
晓曉xiao 小小xiao 雪雪xue 宁寧ning 倩倩qian 婷婷ting 庭庭ting 龙龍long 珍珍zhen 珂珂ke 诗詩shi
天天tian 宝寶bao 亮亮liang 旭旭xu 丹丹dan 安安an 恩恩en 若若ruo 航航hang 胜勝sheng 然然ran
"""

COMMON = words(
    "张伟 王伟 王芳 李伟 王秀英 李秀英 李娜 张秀英 刘伟 张敏 李静 张丽 王静 王丽 李强 张静 "
    "李敏 王敏 王磊 李军 刘洋 王勇 张勇 王艳 李杰 张磊 王强 李明 王平 刘杰"
)
"""The names that strangers share."""

CITIES = (
    ("浙江省", "杭州市", "西湖区 拱墅区 滨江区", "310000"),
    ("上海市", "上海市", "徐汇区 静安区 浦东新区", "200000"),
    ("北京市", "北京市", "海淀区 朝阳区 西城区", "100000"),
    ("广东省", "广州市", "天河区 越秀区 海珠区", "510000"),
    ("广东省", "深圳市", "南山区 福田区 罗湖区", "518000"),
    ("江苏省", "南京市", "鼓楼区 玄武区 建邺区", "210000"),
    ("江苏省", "苏州市", "姑苏区 吴中区 虎丘区", "215000"),
    ("四川省", "成都市", "锦江区 武侯区 青羊区", "610000"),
    ("湖北省", "武汉市", "武昌区 江岸区 洪山区", "430000"),
    ("陕西省", "西安市", "雁塔区 碑林区 未央区", "710000"),
    ("山东省", "青岛市", "市南区 崂山区 李沧区", "266000"),
    ("福建省", "厦门市", "思明区 湖里区 集美区", "361000"),
)
STREETS = words(
    "文三路 文一西路 解放路 中山北路 人民路 建设大街 和平路 长江路 黄河路 学院路 天目山路 "
    "延安西路 南京东路 淮海中路 科苑路 深南大道 天府大道 锦绣路 体育西路 环城北路 花园街 "
    "新华街 青年路 湖滨路 幸福里 桂花巷 梧桐路 凤起路 庆春路 江南大道 滨河路 东风路 朝阳北路 "
    "珞喻路 长乐路 香港中路 嘉禾路 友谊路 文化路 胜利街 复兴路 迎宾路 光明路 团结路 工业路 "
    "松柏路 海秀路 前进路"
)
PREFIXES = words("135 136 137 138 139 150 151 158 159 177 186 187 188 199")
"""The first digits of mobile numbers."""

NICKNAMES = words(
    "小鱼儿 吃货一枚 Momo 奔跑的蜗牛 云淡风轻 晴天 阿伟 大熊 柠檬不酸 Lucky 追风少年 一叶知秋 "
    "糖糖妈 猫猫 夏天的风 Sunny 老王 阿杰 珍惜 平安是福 星辰大海 Coco 静待花开 豆豆"
)


def _table(text: str) -> list[tuple[str, str, str, int]]:
    rows = []
    for word in text.split():
        letters = "".join(sign for sign in word if "a" <= sign <= "z" or sign == "ü")
        han, digits = word.split(letters)
        half = len(han) // 2
        rows.append((han[:half], han[half:], letters.replace("ü", "v"), int(digits or 1)))
    return rows


SURNAMES = _table(_SURNAMES)
CHARACTERS = _table(_CHARACTERS)
_SURNAME_OF = {row[0]: row for row in SURNAMES}
_CHARACTER_OF = {row[0]: row for row in CHARACTERS}
_FREQUENCIES = [row[3] for row in SURNAMES]
_FALLING = [1 / (place + 12) for place in range(len(CHARACTERS))]


def name_of(family: str, given: str) -> ChineseName:
    """The name in all writings; both parts in simplified characters of the tables."""
    surname = _SURNAME_OF[family]
    signs = [_CHARACTER_OF[sign] for sign in given]
    return ChineseName(
        family=family,
        given=given,
        family_traditional=surname[1],
        given_traditional="".join(sign[1] for sign in signs),
        family_reading=surname[2],
        given_readings=tuple(sign[2] for sign in signs),
    )


def draw_given(rng: Random) -> str:
    """One or two characters; the frequent ones make strangers share a name now and then."""
    length = 1 if rng.random() < 0.22 else 2
    return "".join(row[0] for row in rng.choices(CHARACTERS, _FALLING, k=length))


def draw_name(rng: Random, common: float) -> ChineseName:
    """A name; with the share `common` one of the names that every town has several of."""
    if rng.random() < common:
        name = rng.choice(COMMON)
        return name_of(name[0], name[1:])
    return name_of(rng.choices(SURNAMES, _FREQUENCIES)[0][0], draw_given(rng))


def sound_alike(rng: Random, given: str) -> str:
    """The given name with one character changed for another of the same reading, if any."""
    for place in rng.sample(range(len(given)), len(given)):
        own = _CHARACTER_OF[given[place]]
        others = [row[0] for row in CHARACTERS if row[2] == own[2] and row[0] != own[0]]
        if others:
            return given[:place] + rng.choice(others) + given[place + 1 :]
    return ""


def one_apart(rng: Random, given: str) -> str:
    """The given name with its last character changed for one of another reading."""
    own = _CHARACTER_OF[given[-1]]
    return given[:-1] + rng.choice([row[0] for row in CHARACTERS if row[2] != own[2]])
