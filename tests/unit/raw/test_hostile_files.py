"""Files as they should not be: each is loaded exactly, quarantined by name, or refused loudly."""

from __future__ import annotations

import gzip
import json

import pytest

from assets.raw.errors import FileError
from assets.raw.files.encoding import CHUNK
from tests.unit.raw.conftest import Workbench
from tests.unit.raw.naughty import NAUGHTY

HEADER = "id,label,amount\n"


def refusal(bench: Workbench, content: bytes | str, **keys: object) -> str:
    with pytest.raises(FileError) as caught:
        bench.load_csv(content, **keys)
    message = str(caught.value)
    assert "\n" not in message, f"more than one line: {message}"
    assert message.startswith("things.csv"), f"does not name the file: {message}"
    return message


def test_byte_order_mark(bench: Workbench) -> None:
    outcome = bench.load_csv(b"\xef\xbb\xbf" + f"{HEADER}1,a,2\n".encode())
    assert outcome.values("id", "label") == [(1, "a")]


def test_nul_character_is_quarantined(bench: Workbench) -> None:
    outcome = bench.load_csv(f"{HEADER}1,a\x00b,2\n2,b,3\n")
    assert outcome.rules == ["wrong_type"]
    assert outcome.quarantine[0]["reason"] == "column label holds a NUL character"
    assert outcome.values("id") == [2]


def test_a_shifted_row_is_quarantined(bench: Workbench) -> None:
    outcome = bench.load_csv(f"{HEADER}1,a,2\n2,b\n3,c,,4\n5,d,6\n")
    assert outcome.rules == ["too_few_fields", "too_many_fields"]
    assert [row["_position"] for row in outcome.quarantine] == [2, 3]
    assert outcome.values("id", "_position") == [(1, 1), (5, 4)]


def test_one_more_empty_field_is_too_many(bench: Workbench) -> None:
    assert bench.load_csv(f"{HEADER}3,,4,\n").rules == ["too_many_fields"]


def test_many_more_fields_are_quarantined_with_their_text(bench: Workbench) -> None:
    outcome = bench.load_csv(f"{HEADER}1,a,2\n1,2,3,4,5,6,7,8,9\n2,b,3\n")
    assert outcome.rules == ["too_many_fields"]
    assert "1,2,3,4,5,6,7,8,9" in outcome.quarantine[0]["payload"]
    assert outcome.quarantine[0]["_position"] == 2
    assert outcome.values("_position") == [1, 3], "record numbers must count refused records too"


def test_text_behind_a_closing_quote_is_quarantined(bench: Workbench) -> None:
    outcome = bench.load_csv(f'{HEADER}1,"a" x,2\n2,b,3\n')
    assert outcome.values("id") == [2]
    assert outcome.load.rows_quarantined == 1


@pytest.mark.parametrize("tail", ['2,"b', '2,b,"3', '2,b,3,"x', '2,"b,3\n4,c,5\n6,d,7\n'])
def test_a_file_cut_inside_quotes_is_refused(tail: str, bench: Workbench) -> None:
    message = refusal(bench, f"{HEADER}1,a,2\n{tail}")
    assert "ends inside a quoted field that starts in record 2" in message


def test_a_lone_quote_inside_a_bare_field_is_quarantined(bench: Workbench) -> None:
    outcome = bench.load_csv(f'{HEADER}1,5" pipe,2\n2,b,3\n')
    assert outcome.rules == ["stray_quote"]
    assert json.loads(outcome.quarantine[0]["payload"])["label"] == '5" pipe'
    assert outcome.values("id") == [2]


def test_gzip_under_a_csv_name_is_refused(bench: Workbench) -> None:
    assert "is gzip-compressed, against its name" in refusal(bench, gzip.compress(HEADER.encode()))


def test_excel_under_a_csv_name_is_refused(bench: Workbench) -> None:
    assert "is an Excel or zip file" in refusal(bench, b"PK\x03\x04abc")


def test_undeclared_utf16_is_refused(bench: Workbench) -> None:
    message = refusal(bench, f"{HEADER}1,a,2\n".encode("utf-16"))
    assert "write 'encoding: utf-16' in the contract" in message


@pytest.mark.parametrize("encoding", ["gb18030", "big5", "utf-16", "utf-16-le", "latin-1"])
def test_declared_encodings_are_read_exactly(encoding: str, bench: Workbench) -> None:
    label = "é" if encoding == "latin-1" else "中文"
    content = f"{HEADER}1,{label},2\n".encode(encoding)
    assert bench.load_csv(content, encoding=encoding).values("label") == [label]


def test_a_chinese_file_declared_as_utf8_is_refused_with_the_way_out(bench: Workbench) -> None:
    columns = [{"name": "id", "header": "编号", "type": "bigint"}]
    message = refusal(bench, "编号\n1\n".encode("gb18030"), columns=columns)
    assert "is not utf-8; mend 'encoding' in the contract, for example gb18030" in message


def test_undecodable_bytes_are_located(bench: Workbench) -> None:
    content = f"{HEADER}1,".encode() + b"\xff\xff" + b",2\n"
    assert "byte 18 is no gb18030" in refusal(bench, content, encoding="gb18030")


def test_undecodable_bytes_far_into_a_file_are_located(bench: Workbench) -> None:
    good = (HEADER + "1,中,2\n" * 200_000).encode("gb18030")
    message = refusal(bench, good + b"\xff\n", encoding="gb18030")
    assert f"byte {len(good)} is no gb18030" in message


def test_a_row_in_another_encoding_is_quarantined(bench: Workbench) -> None:
    outcome = bench.load_csv(f"{HEADER}1,a,2\n".encode() + b"2,\xff\xfe,3\n3,c,4\n")
    assert outcome.values("id", "_position") == [(1, 1), (3, 3)]
    assert "invalid encoding" in outcome.quarantine[0]["reason"]


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("id,label,price\n", "no column 'amount' and the undeclared column 'price'"),
        ("id,label\n", "the file has no column 'amount'"),
        ("id,label,amount,extra\n", "the file has the undeclared column 'extra'"),
        ("id,label,amount,id\n", "the header has the column 'id' twice"),
        ("ID,label,amount\n", "no column 'id' and the undeclared column 'ID'"),
        ("", "is empty, without a header"),
        ("\n1,a,2\n", "is empty, without a header"),
        ("id;label;amount\n", "no column 'id', 'label', 'amount'"),
    ],
)
def test_another_header_is_refused(header: str, expected: str, bench: Workbench) -> None:
    assert expected in refusal(bench, f"{header}")


def test_columns_in_another_order_are_read_by_name(bench: Workbench) -> None:
    outcome = bench.load_csv("amount,id,label\n2.50,1,a\n")
    assert outcome.values("id", "label") == [(1, "a")]


def test_only_a_header_is_no_rows(bench: Workbench) -> None:
    assert bench.load_csv(HEADER).load.rows_read == 0


def test_mixed_line_ends_are_refused(bench: Workbench) -> None:
    assert "mixed line ends" in refusal(bench, f"{HEADER}1,a,2\r\n2,b,3\n")


def test_a_cut_gzip_is_refused(bench: Workbench) -> None:
    packed = gzip.compress((HEADER + "1,a,2\n" * 5000).encode())
    bench.deliver("things.csv.gz", packed[: len(packed) // 2])
    with pytest.raises(FileError, match=r"things\.csv\.gz: .*(cut|unpacked|cannot be read)"):
        bench.load(path="things.csv.gz")


def test_very_long_fields_are_kept(bench: Workbench) -> None:
    text = "长" * 1_500_000
    assert bench.load_csv(f"{HEADER}1,{text},2\n").values("label") == [text]


def test_no_message_or_reason_quotes_a_value(bench: Workbench) -> None:
    outcome = bench.load_csv(f"{HEADER}13800138000,a,secret\nx13800138000,b,1\n")
    for row in outcome.quarantine:
        assert "13800138000" not in row["reason"]
        assert "secret" not in row["reason"]
    assert "13800138000" in outcome.quarantine[0]["payload"], "the vault keeps the row as read"


def test_naughty_strings_stay_as_they_are(bench: Workbench) -> None:
    lines = [f'{n},"{text.replace(chr(34), chr(34) * 2)}",1\n' for n, text in enumerate(NAUGHTY)]
    assert bench.load_csv(HEADER + "".join(lines)).values("label") == NAUGHTY


def test_naughty_strings_stay_as_they_are_in_json(bench: Workbench) -> None:
    lines = [json.dumps({"id": n, "label": text}) for n, text in enumerate(NAUGHTY)]
    bench.deliver("things.jsonl", "\n".join(lines))
    outcome = bench.load(format="jsonl", path="things.jsonl")
    assert outcome.values("label") == NAUGHTY


def test_the_list_of_naughty_strings_is_long_and_has_no_string_twice() -> None:
    assert len(NAUGHTY) == len(set(NAUGHTY)) >= 150


STRICT = "a comma too many, or a number that is none"
INVALID = "is no valid JSON object"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ('{"id": 1, "id": 2}', "has a key twice"),
        ('{"id": 1, "other": 1, "other": 1}', "has a key twice"),
        ('{"id": 1, "amount": NaN}', STRICT),
        ('{"id": 1, "label": Infinity}', STRICT),
        ('{"id": 1, "label": -inf}', STRICT),
        ('{"id": 1, "label": "a",}', STRICT),
        ('{"id": 1, "label": [1, ]}', STRICT),
        ('{"id": 1, "amount": 1e400}', "column amount is no decimal"),
        ('{"id": 1, "label": "\\ud800"}', INVALID),
        ('{"id": 1, "label": "\\udc00\\ud800"}', INVALID),
        ('{"id": 1, "label": "a\tb"}', INVALID),
        ('{"id": 1, "label": "\\x41"}', INVALID),
        ("{'id': 1}", INVALID),
        ('{"id": 01}', INVALID),
        ('{"id": +1}', INVALID),
        ('{"id": 1, "label": .5}', INVALID),
        ('{"id": 1} x', INVALID),
        ('{"id": 1}{"id": 2}', INVALID),
        ('{"id": 1 /* a */}', INVALID),
        ('{"id": 1', INVALID),
        ("[1]", INVALID),
        ("null", INVALID),
        ('\ufeff{"id": 1}', INVALID),
        ('{"id": 1, "label": ' + "[" * 100_000 + "]" * 100_000 + "}", "nested more than 500"),
        ('{"id": 1, "label": ' + '{"a":' * 600 + "1" + "}" * 600 + "}", "nested more than 500"),
        ('{"id": 9223372036854775808}', "column id is no bigint"),
    ],
)
def test_json_is_taken_strictly_and_the_row_is_named(
    line: str, expected: str, bench: Workbench
) -> None:
    bench.deliver("things.jsonl", f'{{"id": 7}}\n{line}\n{{"id": 8}}\n')
    outcome = bench.load(format="jsonl", path="things.jsonl")
    assert outcome.values("id") == [7, 8]
    (refused,) = outcome.quarantine
    assert refused["_position"] == 2
    assert expected in refused["reason"]


@pytest.mark.parametrize(
    ("line", "label"),
    [
        ('{"id": 1, "label": ' + "1" * 41 + "}", "1" * 41),
        ('{"id": 1, "label": "NaN, inf,}"}', "NaN, inf,}"),
        ('{"id": 1, "label": "\\"NaN,]"}', '"NaN,]'),
        ('{"id": 1, "label": "\\ud83d\\ude00"}', "😀"),
        ('{"id": 1, "x": {"id": 2}, "label": "a"}', "a"),
        ('  {"id": 1, "ID": 2, "label": "a"}  ', "a"),
        ('{"id": 1, "x": [' + "{}," * 5_000 + '{}], "label": "a"}', "a"),
    ],
)
def test_strict_json_is_kept_exactly(line: str, label: str, bench: Workbench) -> None:
    bench.deliver("things.jsonl", f"{line}\n")
    outcome = bench.load(format="jsonl", path="things.jsonl")
    assert outcome.values("id", "label") == [(1, label)]


@pytest.mark.parametrize("text", ["1" * 41, "-" + "9" * 41, "1e400", "1" + "0" * 41 + ".5"])
def test_numbers_that_are_too_long_are_quarantined(text: str, bench: Workbench) -> None:
    for kind in ("bigint", "decimal(38,2)", "integer"):
        assert bench.one_value(kind, text) == (None, ["wrong_type"]), kind
    assert bench.one_value("varchar", text) == (text, [])


def test_ten_thousand_columns_are_refused_or_read(bench: Workbench) -> None:
    names = [f"c{number}" for number in range(10_000)]
    wide = ",".join(names) + "\n" + ",".join("1" * 10_000) + "\n"
    assert "and 9995 more" in refusal(bench, "id," + wide)
    row = "1,a,2" + ",x" * 10_000
    outcome = bench.load_csv(f"{HEADER}{row}\n2,b,3\n")
    assert outcome.rules == ["too_many_fields"]
    assert outcome.values("id") == [2]


def test_lines_of_five_megabytes_are_kept(bench: Workbench) -> None:
    text = 'x,"长' * 1_000_000
    quoted = text.replace('"', '""')
    assert bench.load_csv(f'{HEADER}1,"{quoted}",2\n').values("label") == [text]
    bench.deliver("things.jsonl", json.dumps({"id": 1, "label": text}))
    assert bench.load(format="jsonl", path="things.jsonl").values("label") == [text]


def test_a_file_without_a_header_does_not_get_its_first_row_told(bench: Workbench) -> None:
    message = refusal(bench, "13800138000,secret,2\n1,a,2\n")
    assert "3 others instead, unless the first record is no header at all" in message
    assert "13800138000" not in message
    assert "mend 'delimiter'" in refusal(bench, "id;label;amount\n1;a;2\n")


def test_a_file_that_ends_inside_a_record_is_refused(bench: Workbench) -> None:
    assert "ends inside a record" in refusal(bench, f"{HEADER}1,a,2\n2,b")
    assert bench.load_csv(f"{HEADER}1,a,2\n2,b\n").rules == ["too_few_fields"]
    assert bench.load_csv(f"{HEADER}1,a,2\n2,b,3").values("id") == [1, 2]
    for inside_a_character in (1, 2):
        content = f"{HEADER}1,a,2\n2,".encode() + "成都".encode()[: 3 + inside_a_character]
        bench.deliver("things.csv", content)
        with pytest.raises(FileError, match="ends inside a record"):
            bench.load()


def test_a_header_inside_the_file_is_quarantined(bench: Workbench) -> None:
    outcome = bench.load_csv(
        "id,label\n1,a\nid,label\n2,b\n",
        columns=[{"name": "id", "type": "varchar"}, {"name": "label", "type": "varchar"}],
    )
    assert (outcome.rules, outcome.values("id")) == (["repeated_header"], ["1", "2"])


def test_quotes_of_another_dialect_are_seen_when_they_break_a_record(bench: Workbench) -> None:
    content = f"{HEADER}1,'O''Neil',2\n2,b,3\n"
    assert bench.load_csv(content).values("label") == ["'O''Neil'", "b"], "nothing tells of it"
    outcome = bench.load_csv(f"{content}3,'a, b',4\n")
    assert sorted(outcome.rules) == ["other_dialect", "too_many_fields"]
    assert outcome.values("id") == [2]


def test_backslashes_are_seen_to_escape_when_they_break_a_record(bench: Workbench) -> None:
    outcome = bench.load_csv(HEADER + '1,C:\\\\x,2\n2,b,3\n3,"a \\"b\\", c",4\n')
    assert sorted(outcome.rules) == ["other_dialect", "too_many_fields"]
    assert outcome.values("id") == [2]


def test_the_rows_beside_a_record_of_one_field_are_doubted(bench: Workbench) -> None:
    columns = ["id", "amount", "label"]
    declared = [{"name": name, "type": "varchar"} for name in columns]
    content = "id,amount,label\n1,2,first half\nsecond half\n2,3,b\n3,4,c\n"
    outcome = bench.load_csv(content, columns=declared)
    assert outcome.rules == ["split_record", "too_few_fields"]
    assert outcome.values("id") == ["2", "3"]


@pytest.mark.parametrize("declared", ["gb18030", "latin-1"])
def test_utf8_declared_as_something_else_is_refused(declared: str, bench: Workbench) -> None:
    content = f"{HEADER}1,客户回访记录客户回访,2\n".encode()
    assert f"is UTF-8, not {bench.contract(encoding=declared).encoding}" in refusal(
        bench, content, encoding=declared
    )


def test_big5_declared_as_gb18030_is_refused(bench: Workbench) -> None:
    content = (HEADER + "1,這是我的時候因為他們還沒有個國家來說,2\n" * 5).encode("big5")
    assert "characters of private use" in refusal(bench, content, encoding="gb18030")


def test_a_declared_delimiter_may_be_any_character(bench: Workbench) -> None:
    content = 'id，label，amount\n1，"a，""b"，2\n2，x"y，3\n'
    outcome = bench.load_csv(content, delimiter="，")
    assert outcome.values("id", "label") == [(1, 'a，"b')]
    assert outcome.rules == ["stray_quote"]


def test_quotes_are_looked_at_across_the_pieces_that_a_file_is_read_in(bench: Workbench) -> None:
    for length in range(CHUNK - 27, CHUNK - 18):
        text = "x" * length
        content = f'{HEADER}1,"{text}""","2"\n2,"b",3\n'
        outcome = bench.load_csv(content)
        assert (outcome.rules, outcome.values("label")) == ([], [f'{text}"', "b"])
    assert bench.load_csv(f'{HEADER}1,{text}"x,2\n2,"b",3\n').rules == ["stray_quote"]
