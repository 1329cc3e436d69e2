"""Three small files over two nights, through the command that a user types."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest

from assets.enrich.identity.evaluate.__main__ import main

MAPPING = """
do_not_link: do_not_link.csv
always_link: always_link.csv
sources:
  crm:
    file: crm.csv
    id: contact_id
    first_seen: created_at
    columns:
      full_name: name
      phone: [mobile, home_phone]
      email: email
      birth_date: dob
      address: street
  shop:
    file: shop.csv
    id: customer_no
    columns: {full_name: full_name, phone: phone, email: mail}
  wechat:
    file: wechat.csv
    id: openid
    columns: {openid: openid, unionid: unionid, full_name: nickname, phone: phone}
"""
CRM = """contact_id,name,mobile,home_phone,email,dob,street,created_at
1,张伟,13900001234,,zhang.wei@example.com,1985-03-02,浙江省杭州市西湖区文三路90号3幢502室,2016-01-01
2,ZHANG Wei,+86 139 0000 1234,,,1985-03-02,,2016-05-01
3,李娜,13700002341,,li.na@example.org,,,2017-02-01
4,王强,13500004321,,,,,2017-03-01
5,王强,13500004321,,,,,2017-03-02
"""
SHOP = """customer_no,full_name,phone,mail
900,張偉先生,013900001234,ZHANG.WEI@example.com
901,王芳,13600003421,wang.fang@example.com
902,陈静,,chen.jing@example.com
"""
WECHAT = """openid,unionid,nickname,phone
oA1,uA1,微信用户,13700002341
oB1,uB1,芳芳,13600003421
oC1,uC1,星星,
"""
LIST = "source_a,source_record_id_a,source_b,source_record_id_b\n"


@pytest.fixture
def trial(tmp_path: Path) -> Path:
    folder = tmp_path / "one"
    folder.mkdir()
    for name, text in {
        "mapping.yml": MAPPING,
        "crm.csv": CRM,
        "shop.csv": SHOP,
        "wechat.csv": WECHAT,
        "do_not_link.csv": LIST + "crm,4,crm,5\n",
        "always_link.csv": LIST + "shop,902,wechat,oC1\n",
    }.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def night(folder: Path, out: Path, state: str = "") -> dict[str, str]:
    """Run the command; record to key."""
    arguments = ["--dir", str(folder), "--map", "mapping.yml", "--out", str(out), "--state", state]
    assert main(arguments) == 0
    with duckdb.connect() as con:
        found = con.execute("select * from read_parquet($out)", {"out": str(out)})
        assert [column[0] for column in found.description] == [
            "source",
            "source_record_id",
            "customer_key",
        ]
        rows = found.fetchall()
    assert rows == sorted(rows)
    return {f"{source}:{record}": key for source, record, key in rows}


def test_the_first_night(trial: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    keys = night(trial, tmp_path / "out" / "keys.parquet")
    assert len(keys) == 11
    assert keys["crm:1"] == keys["crm:2"] == keys["shop:900"]
    assert keys["crm:4"] != keys["crm:5"]
    assert keys["shop:902"] == keys["wechat:oC1"]
    assert keys["crm:1"] not in (keys["crm:3"], keys["shop:901"])
    said = capsys.readouterr().out
    assert "Identity of 11 records, first night" in said
    assert f"Customers: {len(set(keys.values()))}" in said
    assert f"NEW {len(set(keys.values()))}  JOINED 0  MERGED 0  SPLIT 0  RETIRED 0" in said
    assert "Largest customers, in records: 3, " in said
    assert "keys.state.duckdb" in said
    for value in ("张伟", "1390000", "example.com", "文三路"):
        assert value not in said


def test_equal_files_give_equal_keys(trial: Path, tmp_path: Path) -> None:
    first = night(trial, tmp_path / "a.parquet")
    assert night(trial, tmp_path / "b.parquet") == first
    assert (tmp_path / "a.parquet").read_bytes() == (tmp_path / "b.parquet").read_bytes()


def test_the_second_night_keeps_keys_and_tells_what_changed(
    trial: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first = night(trial, tmp_path / "a.parquet")
    second_folder = tmp_path / "two"
    shutil.copytree(trial, second_folder)
    # The founding record leaves, somebody new comes, and the two 王强 prove to be one.
    crm = "".join(line for line in CRM.splitlines(keepends=True) if not line.startswith("1,"))
    (second_folder / "crm.csv").write_text(crm + "6,赵敏,13300005678,,,,,2017-05-01\n")
    (second_folder / "do_not_link.csv").write_text(LIST + "crm,1,crm,5\n")
    capsys.readouterr()
    second = night(second_folder, tmp_path / "b.parquet", str(tmp_path / "a.parquet"))
    said = capsys.readouterr().out
    assert "a later night" in said
    assert "1 pairs, 1 of records that have left" in said
    assert "NEW 1  JOINED 0  MERGED 1  SPLIT 0  RETIRED 0" in said
    assert "crm:1" not in second
    assert second["crm:2"] == second["shop:900"] == first["crm:1"]
    assert second["crm:4"] == second["crm:5"] == first["crm:4"]
    assert second["crm:6"] not in first.values()
    for record in ("crm:3", "shop:901", "shop:902", "wechat:oA1", "wechat:oB1", "wechat:oC1"):
        assert second[record] == first[record]
    # Back as it was, from the second state: the keys are those of the first night.
    third = night(trial, tmp_path / "c.parquet", str(tmp_path / "b.state.duckdb"))
    assert third == first


def test_one_state_carries_every_night(trial: Path, tmp_path: Path) -> None:
    state = str(tmp_path / "state.duckdb")
    nights = [night(trial, tmp_path / f"{n}.parquet", state) for n in range(3)]
    assert nights[0] == nights[1] == nights[2]
    with duckdb.connect(state, read_only=True) as con:
        assert con.execute("select commits, is_companion from night").fetchall() == [(3, False)]
        assert con.execute("select count(*), max(sequence) from ledger").fetchall() == [(11, 1)]


def test_the_state_keeps_no_value_that_left(trial: Path, tmp_path: Path) -> None:
    state = tmp_path / "state.duckdb"
    night(trial, tmp_path / "a.parquet", str(state))
    carriers = _values(state).count("+8613900001234")
    lines = CRM.splitlines(keepends=True)
    (trial / "crm.csv").write_text("".join(line for line in lines if not line.startswith("2,")))
    night(trial, tmp_path / "b.parquet", str(state))
    assert _values(state).count("+8613900001234") == carriers - 1


def _values(state: Path) -> list[str]:
    with duckdb.connect(str(state), read_only=True) as con:
        rows = con.execute("select identifier_value from caches.identifiers").fetchall()
    return [value for (value,) in rows]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "Say which files: make identity-eval DIR=folder MAP=mapping.yml OUT=keys.parquet"),
        (["--dir", "nowhere", "--map", "m", "--out", "o"], "DIR=nowhere: is no folder"),
        (["--dir", ".", "--map", "no.yml", "--out", "o"], "MAP=no.yml: no file at no.yml"),
        (["--dir", ".", "--map", "m", "--out", "."], "OUT=.: is a folder"),
        (
            ["--dir", ".", "--map", "m", "--out", "o", "--as-of", "soon"],
            "AS_OF=soon: is no date; write it as 2017-12-31",
        ),
    ],
)
def test_a_wrong_call_says_what_to_mend(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    assert capsys.readouterr().err.startswith(f"error: {words}")


def test_a_date_before_the_last_night_is_refused(
    trial: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "a.parquet"
    night(trial, out)
    arguments = ["--dir", str(trial), "--map", "mapping.yml", "--out", str(out)]
    assert main([*arguments, "--state", str(out), "--as-of", "2018-01-01"]) == 2
    assert "AS_OF=2018-01-01: must be later than the night before" in capsys.readouterr().err
