"""Chinese surnames as data: the common ones first, compound ones, and how they are read.

Belongs here: what is particular to surnames. The readings of all other characters come from
pypinyin.
"""

from __future__ import annotations

from assets.enrich.identity.standardise.text import words_of

# Single surnames in simplified characters, the most common first; the order decides which of two
# possible surnames is meant in "Wei Li".
SINGLE = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许邓冯韩曹曾彭萧肖蔡潘田董袁于余叶蒋杜苏魏"
    "程吕丁沈任姚卢傅钟姜崔谭廖范汪陆金石戴贾韦夏邱方侯邹熊孟秦白江阎薛尹段雷黎史龙陶贺顾毛郝龚邵"
    "万钱严覃武洪莫孔汤向常温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝"
    "包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤"
    "阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和"
    "仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝官封谈匡鞠惠荆乐冀郁胥南班储原栗燕楚鄢劳谌"
    "奚皮粟冼蔺楼盘满闻位厉伊仝区郜海阚花权强帅屠豆朴盖练廉禹井祖漆巴丰支卿国狄平计索宣晋相初门云"
    "容敬来扈晁芮都普阙浦戈伏鹿薄邸雍辜羊乌母裘亓修邰赫杭况那宿鲜印逯隆茹诺战慕危玉银亢嵇公哈湛"
    "宾戎勾茅利於呼居揭干但尉冶斯元束檀衣信展阴昝智幸奉植衡富尧闭由弓姒贡洛宓贲濮邴訾鄂咸籍从暴逄"
    "山羿墨郏浑桓牧隗郦璩蓟怀蒯夔双莘翦贵殳佴堵堪逢空鱼终步弘越沃蔚养须后红竺盍益冒种秘折召要库厍"
    "贝郗郇郄恽缑钭庹禚仉丌黑员过乜撒字刀尕才鹏木水占粘付闫代户岱尔牙言回闪泮琚隽苍亚介年舍旷宦候"
    "甯沐侍苻丘祈翠令撖麴幺繁洗祭朝"
)

# Compound surnames with the syllables of their reading.
COMPOUND = {
    pair[:2]: tuple(pair[2:].split("_"))
    for pair in words_of(
        "欧阳ou_yang 上官shang_guan 司马si_ma 诸葛zhu_ge 东方dong_fang 皇甫huang_fu 尉迟yu_chi "
        "公孙gong_sun 慕容mu_rong 令狐ling_hu 司徒si_tu 夏侯xia_hou 长孙zhang_sun 宇文yu_wen "
        "轩辕xuan_yuan 万俟mo_qi 澹台tan_tai 端木duan_mu 闻人wen_ren 钟离zhong_li 淳于chun_yu "
        "濮阳pu_yang 申屠shen_tu 太叔tai_shu 公冶gong_ye 宗政zong_zheng 赫连he_lian 呼延hu_yan "
        "独孤du_gu 南宫nan_gong 西门xi_men 百里bai_li 鲜于xian_yu 司空si_kong 司寇si_kou "
        "亓官qi_guan 巫马wu_ma 公羊gong_yang 东郭dong_guo 南门nan_men 拓跋tuo_ba 完颜wan_yan "
        "纳兰na_lan 闾丘lv_qiu 乐正yue_zheng 公良gong_liang 漆雕qi_diao 仲孙zhong_sun 宰父zai_fu "
        "夹谷jia_gu 段干duan_gan 羊舌yang_she 微生wei_sheng 叶赫ye_he 耶律ye_lv 爱新ai_xin"
    )
}

# Surnames that are read otherwise than the character in other words.
READINGS = {
    pair[0]: pair[1:]
    for pair in words_of(
        "单shan 仇qiu 曾zeng 解xie 区ou 查zha 盖ge 朴piao 任ren 翟zhai 缪miao 褚chu 员yun 覃qin "
        "尉wei 乐yue 召shao 繁po 种chong 秘bi 纪ji 宁ning 甯ning 那na 佴nai 宓mi 薄bo 隗wei 谌chen "
        "莘shen 洗xian 冼xian 宿su 郗xi 郇xun 郄qie 乜nie 幺yao 折she 黑he 过guo 勾gou "
        "钭tou 石shi 冯feng 都du 车che 哈ha 葛ge 俞yu 燕yan 应ying 占zhan 粘nian 撒sa 祭zhai "
        "盛sheng 晁chao 朝chao 相xiang 令ling 於yu 隽juan 逄pang 贲ben 蔚yu 柏bai 臧zang "
        "阚kan 卜bu 沈shen 陆lu 贾jia 曲qu 华hua 洪hong 居ju 强qiang 撖han 尕ga"
    )
}

# Given-name characters whose usual reading is not the first one in the dictionaries.
GIVEN_READINGS = {pair[0]: pair[1:] for pair in words_of("晟sheng 隽jun 琢zhuo 都du 朝chao 瞭liao")}
