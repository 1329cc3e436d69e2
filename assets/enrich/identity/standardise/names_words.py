"""Words that stand in name fields but belong to no name: titles, fillers, organisations."""

from __future__ import annotations

import re

from assets.enrich.identity.standardise.text import words_of

HAN_TITLES = words_of(
    "总经理 副经理 董事长 副教授 工程师 会计师 研究员 业务员 服务员 大小姐 老先生 老太太 "
    "小朋友 副总裁 副主任 先生 女士 小姐 太太 夫人 经理 老师 医生 大夫 教授 博士 主任 "
    "律师 护士 老板 主管 总监 总裁 厂长 店长 校长 院长 处长 科长 局长 部长 书记 秘书 "
    "会计 师傅 同学 同志 阿姨 叔叔 大哥 大姐 大爷 大妈 大叔 美女 "
    "帅哥 副总 老总 警官 法官 助理 顾问 公子 千金 女仕 小姊 先森"
)
# A person may be called 李建工 or 王美姐: these are titles only right behind a bare surname.
HAN_SHORT_TITLES = frozenset("总工哥姐叔婶姨爷奶嫂伯某氏")
# 王总, 张伟总: nobody's given name ends so.
HAN_LAST_TITLES = frozenset("总某")
HAN_PREFIXES = ("尊敬的", "亲爱的", "收件人", "联系人", "客户姓名", "姓名", "名字", "先生", "女士")
# 小王, 老李: before a common surname only, for 小红 is a given name.
HAN_FAMILIAR = frozenset("老小阿大")

_FILLER_PARTS = (
    "微信|用户|匿名|测试|顾客|客户|会员|游客|买家|卖家|默认|未知|昵称|网友|粉丝|访客|无名|注销|淘宝|京东|拼多多|"
    "微博|支付宝|抖音|小红书|不详|保密|未填|待定|暂无|没有|路人|新人|本人|自己|管理员|客服|前台|收银|快递|外卖|门卫|"
    "体验|虚拟|示例|样例|其他|其它|散客|路过|随便|名称|佚名|作废|删除|停用|重复|勿删|内部|员工|试用|"
    "妈妈|爸爸|奶奶|爷爷|宝宝"
)
HAN_FILLER = re.compile(
    rf"{_FILLER_PARTS}|^(?:无|空|张三|李四|王五|赵六|某某|某人|某|甲|乙|丙|丁)$"
)
HAN_NOT_IN_NAMES = frozenset("的了我你您他她们吗呢吧啊哦是没这那么啦哈嘿呀")
ORGANISATION = re.compile(
    "公司|集团|专卖店|旗舰店|门店|分店|超市|酒店|宾馆|餐厅|大学|中学|小学|幼儿园|医院|银行|工作室|事务所|服务中心|"
    "商行|商贸|贸易|委员会|协会|学校|工厂|药房|药店|便利店|经营部|合作社|办事处|人民政府|派出所"
)
SEVERAL = re.compile(r"[\u3400-\u9fff]\s*[/、&+;|]\s*[\u3400-\u9fff]")

LATIN_TITLES = words_of(
    "mr mrs ms miss mx mister missus dr doctor prof professor sir madam madame mme mlle "
    "herr frau rev reverend capt captain hon mstr"
)
LATIN_SUFFIXES = words_of("jr sr ii iii iv junior senior phd md esq dds cpa mba msc bsc")
PARTICLES = words_of(
    "van von der den de la le du da di del della dos das do el al bin ibn ben ter ten zu zur "
    "st saint y"
)
LATIN_FILLERS = words_of(
    "test testing tester unknown customer customers user users guest guests anonymous anon null "
    "none nil n a undefined admin administrator wechat weixin wx first last name nameless "
    "firstname lastname fullname noname no not provided available given asdf asdfasdf qwerty abc "
    "abcd xyz xx xxx xxxx dear valued buyer client shopper member visitor vip demo sample dummy "
    "example nobody somebody someone person account new default empty blank tbd todo store shop "
    "cash walk in walkin consumer private info temp tmp delete deleted duplicate do use"
)
LATIN_NEVER_NAMES = words_of("test testing unknown anonymous customer undefined null")
PLACEHOLDERS = frozenset({"doe john", "doe jane"})
LATIN_ORGANISATION = words_of(
    "inc ltd llc llp gmbh corp corporation company plc limited foundation university college "
    "hospital hotel restaurant supermarket association committee"
)
# Western given names that would split into syllables behind a surname; alone they are no Chinese
# name.
WESTERN_GIVEN = words_of(
    "angela angelina helena marina sabina karina melina milena selena helene denise louise luise "
    "susana susan susanna suzanna johanna rosanna joanna serena shannon sharon lauren"
)
# Ways to write 李 and others outside the mainland; le e and the like are no names.
NOT_PINYIN = words_of("lee")
