from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.enrich.identity.standardise.names import read_name, standardise_names
from assets.enrich.identity.standardise.names_array import read_plain_han
from assets.enrich.identity.standardise.pinyin import split_syllables
from assets.enrich.identity.standardise.surnames import COMPOUND, READINGS, SINGLE

BETWEEN = "\x1f"


def one(raw: str | None) -> dict[str, str | None]:
    return standardise_names(pa.array([raw], pa.string())).to_pylist()[0]


@pytest.mark.parametrize(
    ("raw", "han", "key", "family", "given"),
    [
        ("张伟", "张伟", "wei zhang", "zhang", "wei"),
        ("張偉", "张伟", "wei zhang", "zhang", "wei"),
        ("張偉先生", "张伟", "wei zhang", "zhang", "wei"),
        ("张伟总经理", "张伟", "wei zhang", "zhang", "wei"),
        ("尊敬的张伟先生", "张伟", "wei zhang", "zhang", "wei"),
        ("张.伟", "张伟", "wei zhang", "zhang", "wei"),
        ("张 伟", "张伟", "wei zhang", "zhang", "wei"),
        ("张　伟\u200b", "张伟", "wei zhang", "zhang", "wei"),
        ("张伟 (Wei Zhang)", "张伟", "wei zhang", "zhang", "wei"),
        ("Wei Zhang（张伟）", "张伟", "wei zhang", "zhang", "wei"),
        ("张伟（已离职）", "张伟", "wei zhang", "zhang", "wei"),
        ("伟\x1f张", "张伟", "wei zhang", "zhang", "wei"),
        ("张\x1f伟", "张伟", "wei zhang", "zhang", "wei"),
        ("\x1f张伟", "张伟", "wei zhang", "zhang", "wei"),
        ("张伟\x1f张", "张伟", "wei zhang", "zhang", "wei"),
        ("张伟\x1f张伟", "张伟", "wei zhang", "zhang", "wei"),
        ("张伟\x1fZhang", "张伟", "wei zhang", "zhang", "wei"),
        ("王小明", "王小明", "ming wang xiao", "wang", "xiaoming"),
        ("欧阳娜娜", "欧阳娜娜", "na na ou yang", "ouyang", "nana"),
        ("歐陽娜", "欧阳娜", "na ou yang", "ouyang", "na"),
        ("娜\x1f欧阳", "欧阳娜", "na ou yang", "ouyang", "na"),
        ("尉遲恭", "尉迟恭", "chi gong yu", "yuchi", "gong"),
        ("万俟雪", "万俟雪", "mo qi xue", "moqi", "xue"),
        ("單雪", "单雪", "shan xue", "shan", "xue"),
        ("區小明", "区小明", "ming ou xiao", "ou", "xiaoming"),
        ("仇明", "仇明", "ming qiu", "qiu", "ming"),
        ("任盈盈", "任盈盈", "ren ying ying", "ren", "yingying"),
        ("吕文", "吕文", "lv wen", "lv", "wen"),
        ("张杨紫涵", "张杨紫涵", "han yang zhang zi", "zhang", "yangzihan"),
        ("阿依古丽·买买提", "阿依古丽买买提", "a gu li mai mai ti yi", None, "ayigulimaimaiti"),
        ("李建工", "李建工", "gong jian li", "li", "jiangong"),
        ("陈乾", "陈乾", "chen qian", "chen", "qian"),
    ],
)
def test_a_chinese_name(
    raw: str, han: str, key: str, family: str | None, given: str | None
) -> None:
    found = one(raw)
    assert found == {
        "raw_value": raw,
        "name_han": han,
        "name_key": key,
        "name_family": family,
        "name_given": given,
        "name_kind": "han",
        "invalid_reason": None,
    }


@pytest.mark.parametrize(
    "raw",
    [
        *("Zhang Xiaoming", "ZHANG Xiaoming", "Xiaoming ZHANG", "xiaoming zhang"),
        *("Xiao-Ming Zhang", "Zhang Xiao Ming", "Xiao Ming Zhang", "Zhang, Xiaoming"),
        *("Xiaoming, Zhang", "zhāng xiǎomíng", "Zhang Xiao'ming", "ＺＨＡＮＧ　Ｘｉａｏｍｉｎｇ"),
        *("ZhangXiaoming", "zhangxiaoming", "Mr. Zhang Xiaoming", "Dr Xiaoming Zhang"),
        *("Xiaoming\x1fZhang", "Xiao Ming\x1fZhang", "Xiaoming 张", "XIAOMING\x1fZHANG"),
        "Xiaoming\x1f张",
    ],
)
def test_a_name_in_pinyin(raw: str) -> None:
    found = one(raw)
    assert found["name_key"] == one("张小明")["name_key"]
    assert (found["name_family"], found["name_given"]) == ("zhang", "xiaoming")
    assert (found["name_kind"], found["name_han"]) == ("pinyin", None)


@pytest.mark.parametrize(
    ("raw", "han"),
    [
        ("Zhang Xi'an", "张西安"),
        ("Zhang Xian", "张西安"),
        ("Lü Bu", "吕布"),
        ("LYU Bu", "吕布"),
        ("Lv Bu", "吕布"),
        ("lǚ bù", "吕布"),
        ("Na Ouyang", "欧阳娜"),
        ("Ou Yang Na", "欧阳娜"),
        ("Zhuge Liang", "诸葛亮"),
        ("Wei Li", "李伟"),
        ("Li Wei", "李伟"),
    ],
)
def test_pinyin_and_characters_share_the_key(raw: str, han: str) -> None:
    for column in ("name_key", "name_family", "name_given"):
        assert one(raw)[column] == one(han)[column]


@pytest.mark.parametrize(
    ("raw", "key", "family", "given"),
    [
        ("John Smith", "john smith", "smith", "john"),
        ("SMITH, John", "john smith", "smith", "john"),
        ("Mr. John Smith Jr.", "john smith", "smith", "john"),
        ("John Smith, PhD", "john smith", "smith", "john"),
        ("John Smith III", "john smith", "smith", "john"),
        ("John\x1fSmith", "john smith", "smith", "john"),
        ("John Smith\x1fSmith", "john smith", "smith", "john"),
        ('John "Jack" Smith', "john smith", "smith", "john"),
        ("John\x1fUnknown", "john", None, "john"),
        ("J. R. Smith", "j r smith", "smith", "jr"),
        ("Jan van der Berg", "berg der jan van", "vanderberg", "jan"),
        ("Jean-Luc O’Brien", "jean luc obrien", "obrien", "jeanluc"),
        ("José García", "garcia jose", "garcia", "jose"),
        ("Łukasz Großmann", "grossmann lukasz", "grossmann", "lukasz"),
        ("David 张", "david zhang", "zhang", "david"),
        ("David\x1f张", "david zhang", "zhang", "david"),
        ("Ming Lee", "lee ming", "lee", "ming"),
        ("Mary", "mary", None, "mary"),
        ("Anna", "anna", None, "anna"),
        ("Wei\x1f", "wei", None, "wei"),
    ],
)
def test_a_western_name(raw: str, key: str, family: str | None, given: str) -> None:
    found = one(raw)
    assert (found["name_key"], found["name_family"], found["name_given"]) == (key, family, given)
    assert (found["name_kind"], found["name_han"]) == ("latin", None)


@pytest.mark.parametrize(
    ("raw", "family"),
    [
        ("王先生", "wang"),
        ("李女士", "li"),
        ("單小姐", "shan"),
        ("歐陽老師", "ouyang"),
        ("王总", "wang"),
        ("李工", "li"),
        ("小王", "wang"),
        ("老李", "li"),
        ("张*", "zhang"),
        ("张**", "zhang"),
        ("王某某", "wang"),
        ("王女士（会员）", "wang"),
        ("王", "wang"),
        ("Mr Wang", "wang"),
        ("Mr. Smith", "smith"),
        ("Mr and Mrs Smith", "smith"),
        ("Wang", "wang"),
        ("Ouyang", "ouyang"),
        ("\x1fSmith", "smith"),
        ("\x1f王", "wang"),
        ("先生\x1f王", "wang"),
    ],
)
def test_a_record_known_by_its_surname(raw: str, family: str) -> None:
    found = one(raw)
    assert (found["name_family"], found["name_kind"]) == (family, "surname_only")
    assert found["name_key"] is found["name_han"] is found["name_given"] is None


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (None, "missing"),
        ("", "missing"),
        ("　", "missing"),
        (BETWEEN, "missing"),
        ("无", "filler"),
        ("匿名", "filler"),
        ("微信用户", "filler"),
        ("微信用戶8321", "filler"),
        ("测试", "filler"),
        ("测试账号", "filler"),
        ("张三", "filler"),
        ("先生", "filler"),
        ("unknown", "filler"),
        ("Dear Customer", "filler"),
        ("Test User", "filler"),
        ("user123", "filler"),
        ("John Doe", "filler"),
        ("N/A", "filler"),
        ("NA\x1fUnknown", "filler"),
        ("*伟", "masked"),
        ("J*** S****", "masked"),
        ("13912345670", "not_a_name"),
        ("li.wei@example.com", "not_a_name"),
        ("zhangwei88", "not_a_name"),
        ("......", "not_a_name"),
        ("上海某某有限公司", "organisation"),
        ("Example Trading Ltd", "organisation"),
        ("张伟、李娜", "several_values"),
        ("Wei & Na Zhang", "several_values"),
        ("张伟妈妈", "filler"),
        ("小红", "nickname"),
        ("阳光男孩", "nickname"),
        ("开心就好的鱼", "nickname"),
        ("鈴木さくら", "nickname"),
    ],
)
def test_what_is_no_name_says_why(raw: str | None, reason: str) -> None:
    found = one(raw)
    assert found.pop("raw_value") == raw
    assert found.pop("invalid_reason") == reason
    assert set(found.values()) == {None}


def test_every_name_of_the_demo_company_is_read_as_its_word_list_says() -> None:
    words = yaml.safe_load(Path("demo/words/names.yml").read_text(encoding="utf-8"))
    givens = [word.split(":") for word in words["given_characters"].split()]
    expected = {"乐": "le"}
    for simplified, traditional, pinyin in (w.split(":") for w in words["surnames"].split()):
        for given_word in (givens[0], givens[7]):
            found = one(traditional + given_word[1])
            assert found["name_han"] == simplified + given_word[0]
            assert found["name_family"] == pinyin
    for simplified, traditional, pinyin in givens:
        found = one("王" + traditional)
        assert (found["name_han"], found["name_given"]) == (
            "王" + simplified,
            expected.get(simplified, pinyin),
        )


@pytest.mark.parametrize("surname", sorted({*READINGS, *COMPOUND, "欧", "区"}))
def test_every_surname_has_a_reading_that_pinyin_finds_again(surname: str) -> None:
    han = one(f"{surname}小芳")
    family = READINGS.get(surname) or "".join(COMPOUND.get(surname, ("ou",)))
    assert han["name_family"] == family
    assert one(f"{family.capitalize()} Xiaofang")["name_key"] == han["name_key"]


SURNAMES = st.sampled_from([*SINGLE[:300], *COMPOUND])
GIVEN = st.text(
    st.sampled_from(
        "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华建国文玉兰红安恩昂尔小晓雨子涵"
    ),
    min_size=1,
    max_size=2,
)
SPOKEN = st.sampled_from(["{f} {g}", "{g} {f}", "{F} {g}", "{g} {F}", "{f}, {g}", "{g}\x1f{f}"])


@settings(deadline=None, max_examples=200)
@given(SURNAMES, GIVEN, SPOKEN)
def test_a_name_and_its_pinyin_share_the_key(family: str, given_name: str, form: str) -> None:
    han = read_name(family + given_name)
    if han.kind != "han":
        return
    parts = {"f": str(han.family).capitalize(), "g": str(han.given).capitalize()}
    spoken = read_name(form.format(F=parts["f"].upper(), **parts))
    assert spoken.key == han.key
    assert spoken.kind in ("pinyin", "surname_only")


TEXTS = st.one_of(
    st.text(max_size=20),
    st.text("张王李欧阳伟娜小明先生女士总经理微信用户公司(（）) ·*、\x1f aB", max_size=8),
    st.text("abcXYZ áöü'-,.&@ \x1fMr19", max_size=24),
    st.tuples(SURNAMES, GIVEN, st.sampled_from(["", "先生", "总", "女士", "工", "用户"])).map(
        "".join
    ),
    st.tuples(GIVEN, st.just("\x1f"), SURNAMES).map("".join),
)


@settings(deadline=None, max_examples=400)
@given(st.lists(TEXTS, max_size=8))
def test_any_text_has_a_verdict_and_arrays_say_the_same(raws: list[str]) -> None:
    found = standardise_names(pa.array(raws, pa.string())).to_pylist()
    assert [row["raw_value"] for row in found] == raws
    for row in found:
        name = read_name(row["raw_value"])
        assert list(row.values())[1:] == list(name)
        assert (name.kind is None) == (name.reason is not None)


def test_plain_chinese_names_do_not_take_the_slow_path() -> None:
    raws = ["张伟", "張偉先生", "欧阳娜", " 王 芳", "小明\x1f王", "娜\x1f欧阳"]
    assert read_plain_han(pa.array(raws))[0].all()


@given(st.text("abcdefghijklmnopqrstuvwxyz", max_size=60))
def test_syllables_are_the_letters_that_were_given(letters: str) -> None:
    found = split_syllables(letters)
    assert not found or "".join(found) == letters
