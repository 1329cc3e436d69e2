"""An order list of a user's own: which file is taken, and which of its rows."""

from __future__ import annotations

import csv
import io
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.value_eval import landing
from pipelines.value_eval.__main__ import main
from pipelines.value_eval.errors import ValueEvalError
from pipelines.value_eval.instance import passing_instance
from pipelines.value_eval.order_file import NAMES, read_order_file, write_copy
from pipelines.value_eval.plan import make_plan

AS_OF = date(1997, 9, 30)
HEADER = "customer_id,order_date,quantity,amount\n"


@pytest.fixture(autouse=True)
def _no_calendar(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(landing, "load_calendar", lambda *_: None)


def landed(
    folder: Path, content: str | bytes, as_of: date = AS_OF
) -> tuple[landing.Landed, list[tuple]]:
    """What became of a list, and the shop's order lines that it gave."""
    file = folder / "orders.csv"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    with passing_instance(as_of, {}, None) as tryout:
        done = landing.land(tryout, read_order_file(file), [("orders", "order_lines")])
        with tryout.build.connect() as con:
            lines = con.execute(
                f"""
                select ids.customer_id, lines.basket_id, lines.transaction_timestamp::date,
                    lines.quantity, lines.sales_value
                from {landing.ORDER_LINES} as lines
                inner join ({landing.CUSTOMER_IDS}) as ids
                    on lines.household_id = ids.shop_customer_id
                order by lines._position
                """
            ).fetchall()
        home = tryout.settings.home
    assert not home.exists(), "the passing instance is still there"
    return done, lines


def test_rows_become_orders_and_ids_stay_text(tmp_path: Path) -> None:
    done, lines = landed(
        tmp_path,
        HEADER + "00017,1997-01-02,1,11.77\n17,1997-01-02,2,0\n 00017 ,1997-01-02,1,11.77\n\n",
    )

    assert [line[0] for line in lines] == ["00017", "17", "00017"]
    assert len({line[1] for line in lines}) == 3, "equal rows are orders of their own"
    assert [(line[2], line[3], str(line[4])) for line in lines][:2] == [
        (date(1997, 1, 2), 1, "11.77"),
        (date(1997, 1, 2), 2, "0.00"),
    ]
    assert (done.rows_read, done.rows_used, done.rows_later, done.quarantined) == (3, 3, 0, [])


def test_wrong_rows_are_quarantined_with_a_reason_and_the_others_stay(tmp_path: Path) -> None:
    rows = [
        "1,1997-01-01,1,10.00",
        "1,1997-01-02,1,-10.00",
        "1,1997-01-03,-1,10.00",
        "1,1997-02-30,1,10.00",
        "1,19970104,1,10.00",
        "1,0197-01-05,1,10.00",
        ",1997-01-06,1,10.00",
        "  ,1997-01-07,1,10.00",
        '1,1997-01-08,1,"1,000.00"',
        "1,1997-01-09,1",
        "1,1997-01-10,1,10.00,more",
        "1,1997-01-11,,10.00",
        "2,1997-01-12,1.5,10.00",
    ]

    done, lines = landed(tmp_path, HEADER + "\n".join(rows) + "\n")

    assert [line[:1] + line[2:4] for line in lines] == [
        ("1", date(1997, 1, 1), 1),
        ("2", date(1997, 1, 12), 2),
    ]
    assert {reason: count for _, reason, count in done.quarantined} == {
        "column amount is below 0": 1,
        "column quantity is below 0": 1,
        "column order_date is no date written as YYYY-MM-DD": 2,
        "column order_date is below 1950-01-01": 1,
        "column customer_id is empty": 2,
        "column amount is no decimal(18,2)": 1,
        "column quantity is empty": 1,
        "the record has fewer than 4 fields": 1,
        "the record has more than 4 fields": 1,
    }
    assert done.rows_read == done.rows_used + 11 == len(rows)


def test_the_spelling_of_most_dates_is_that_of_the_file(tmp_path: Path) -> None:
    rows = ["1,19970101,1,1", "1,19970102,1,1", "1,1997-01-03,1,1", "1,1997014,1,1"]

    done, lines = landed(tmp_path, HEADER + "\n".join(rows))

    assert done.date_form == "YYYYMMDD"
    assert [line[2].day for line in lines] == [1, 2]
    assert [(reason, count) for _, reason, count in done.quarantined] == [
        ("column order_date is no date written as YYYYMMDD", 2)
    ]


def test_a_chinese_list_in_gbk_with_columns_that_nobody_asked_for(tmp_path: Path) -> None:
    text = (
        "姓名,客户编号,金额,数量,下单日期,\n"
        '"张\n伟",甲01,5.5,1,20170101,x\n'
        "李娜,甲02,6,1,20170102,y\n"
    )
    (tmp_path / "orders.csv").write_bytes(text.encode("gbk"))

    file = read_order_file(tmp_path / "orders.csv")
    _, lines = landed(tmp_path, text.encode("gbk"), date(2017, 12, 31))

    assert file.encoding == "gb18030"
    assert file.ignored == ("姓名", "")
    assert [(line[0], str(line[4])) for line in lines] == [("甲01", "5.50"), ("甲02", "6.00")]


def test_rows_of_one_order_id_customer_and_day_are_one_order(tmp_path: Path) -> None:
    rows = ["A,1,1997-01-01,1,1", "A,1,1997-01-01,2,2", "A,2,1997-01-01,1,3", "A,1,1997-01-02,1,4"]

    _, lines = landed(
        tmp_path, "Order ID,Customer-ID,order_date,quantity,amount\n" + "\n".join(rows)
    )

    orders = [line[1] for line in lines]
    assert orders[0] == orders[1]
    assert len(set(orders)) == 3


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_byte_order_mark_and_line_ends_do_not_matter(tmp_path: Path, mark: bytes, end: str) -> None:
    content = mark + (HEADER + "1,1997-01-01,1,2.50\n").replace("\n", end).encode()

    _, lines = landed(tmp_path, content)

    assert [(line[0], str(line[4])) for line in lines] == [("1", "2.50")]


@pytest.mark.parametrize(
    ("content", "as_of", "sentence"),
    [
        ("customer_id,order_date,quantity\n1,1997-01-01,1\n", AS_OF, "no column amount"),
        ("a;b\n1;2\n", AS_OF, "no column customer_id"),
        ("", AS_OF, "is empty"),
        (HEADER, AS_OF, "no row can be used"),
        (HEADER + "1,01.01.1997,1,2\n", AS_OF, "no row can be used"),
        (HEADER + "1,1997-01-02,1,2\n", date(1997, 1, 1), "the first order is of 1997-01-02"),
        ("customer_id,客户编号,order_date,quantity,amount\n", AS_OF, "two columns for customer_id"),
        (b"PK\x03\x04 a workbook", AS_OF, "an Excel or zip file"),
        (HEADER.encode("utf-16"), AS_OF, "UTF-16"),
        (HEADER.encode() + b"\xff\xff\xff\n", AS_OF, "neither UTF-8 nor GBK"),
        ('"customer_id,order_date\n', AS_OF, "quotes in the first line"),
        (HEADER + '"1,1997-01-01,1,2\n', AS_OF, "inside a quoted field"),
    ],
)
def test_a_list_that_cannot_be_used_is_refused_in_a_sentence(
    tmp_path: Path, content: str | bytes, as_of: date, sentence: str
) -> None:
    with pytest.raises(ValueEvalError, match=sentence):
        landed(tmp_path, content, as_of)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([], "Say which list"),
        (["--as-of", "30.9.1997"], "is no date"),
        (["--as-of", "2099-01-01"], "the last day of the calendar"),
        (["--as-of", "1997-09-30"], "no such file"),
    ],
)
def test_the_command_says_what_to_mend_and_exits_with_2(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    sentence: str,
) -> None:
    places = ["--orders", str(tmp_path / "none.csv"), "--out", str(tmp_path / "out")]

    assert main([*(places if arguments else []), *arguments]) == 2

    error = capsys.readouterr().err
    assert error.startswith("error: ")
    assert error.count("\n") == 1
    assert sentence in error


def test_out_must_be_a_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "orders.csv"
    file.write_text(HEADER)

    assert main(["--orders", str(file), "--as-of", "1997-09-30", "--out", str(file)]) == 2

    assert "name a folder" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("chosen", "sentence"),
    [
        ({"value_horizon_days": "soon"}, "HORIZON_DAYS=soon: should be a valid integer"),
        ({"value_horizon_days": "3"}, "HORIZON_DAYS=3: should be greater"),
        ({"default_margin_ratio": "30"}, "MARGIN=30: should be less"),
    ],
)
def test_a_setting_that_cannot_be_is_named_as_the_user_wrote_it(
    chosen: dict[str, str], sentence: str
) -> None:
    with pytest.raises(ValueEvalError, match=sentence), passing_instance(AS_OF, chosen, None):
        pass


def test_settings_of_the_environment_do_not_reach_a_try_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("C360_DEFAULT_MARGIN_RATIO", "0.9")
    monkeypatch.setenv("C360_TIMEZONE", "Asia/Shanghai")

    with passing_instance(AS_OF, {}, None) as tryout:
        assert (tryout.settings.default_margin_ratio, tryout.settings.timezone) == (0.3, "UTC")


def test_a_folder_to_keep_must_be_empty_and_stays(tmp_path: Path) -> None:
    with passing_instance(AS_OF, {}, tmp_path / "kept") as tryout:
        assert tryout.build.folder.is_dir()
    assert (tmp_path / "kept").is_dir()

    with (
        pytest.raises(ValueEvalError, match="is not empty"),
        passing_instance(AS_OF, {}, tmp_path / "kept"),
    ):
        pass


FIELD = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"), max_size=12)


@settings(max_examples=60, deadline=None)
@given(
    order=st.permutations(["customer_id", "order_date", "quantity", "amount", None, None]),
    chinese=st.booleans(),
    titles=st.tuples(FIELD, FIELD),
    values=st.tuples(FIELD, FIELD),
)
def test_columns_may_stand_anywhere_between_any_others(
    tmp_path_factory: pytest.TempPathFactory,
    order: list[str | None],
    chinese: bool,
    titles: tuple[str, str],
    values: tuple[str, str],
) -> None:
    own = {"customer_id": "007", "order_date": "1997-01-01", "quantity": "1", "amount": "2"}
    extra = iter(zip([f"x{title}" for title in titles], values, strict=True))
    fields = [
        (NAMES[name] if chinese else name, own[name]) if name else next(extra) for name in order
    ]
    text = io.StringIO()
    csv.writer(text, quoting=csv.QUOTE_ALL).writerows(zip(*fields, strict=True))
    folder = tmp_path_factory.mktemp("list")
    (folder / "orders.csv").write_text(text.getvalue(), encoding="utf-8", newline="")

    file = read_order_file(folder / "orders.csv")
    write_copy(file, folder / "copy.csv")

    with (folder / "copy.csv").open(encoding="utf-8", newline="") as copy:
        [header, record] = list(csv.reader(copy))
    assert {name: value for name, value in zip(header, record, strict=True) if name in own} == own


def test_a_plan_holds_what_the_results_are_made_of_and_nothing_else() -> None:
    def node(name: str, *fqn: str) -> dict:
        return {"name": name, "resource_type": "model", "fqn": ["c", *fqn, name]}

    manifest = {
        "nodes": {
            "m.rfm": node("rfm", "marts", "value"),
            "m.other": node("other", "marts", "value"),
            "m.fct": node("fct", "core"),
            "m.stg": node("stg", "staging", "orders"),
            "m.int_identity_people": node("int_identity_people", "intermediate", "identity_inputs"),
            "s.tiers": {"name": "tiers", "resource_type": "seed", "fqn": ["c", "tiers"]},
        },
        "sources": {
            "source.lines": {"source_name": "orders", "name": "order_lines"},
            "source.map": {"source_name": "identity", "name": "customers_map"},
            "source.other": {"source_name": "web", "name": "events"},
        },
        "parent_map": {
            "m.rfm": ["m.fct", "s.tiers"],
            "m.other": ["source.other"],
            "m.fct": ["m.stg", "source.map"],
            "m.stg": ["source.lines"],
            "m.int_identity_people": ["m.stg"],
        },
    }

    plan = make_plan(manifest, ["rfm"])

    assert plan.raw == (("orders", "order_lines"),)
    assert plan.nodes == manifest["nodes"].keys() - {"m.other"}
    assert plan.core == "fqn:c.core.fct"
    assert plan.marts == "fqn:c.marts.value.rfm"
    assert set(plan.before_identity.split()) == {
        "fqn:c.staging.orders.stg",
        "fqn:c.intermediate.identity_inputs.int_identity_people",
        "fqn:c.tiers",
    }


def test_no_row_of_the_list_is_quoted_in_an_error(tmp_path: Path) -> None:
    with pytest.raises(ValueEvalError) as caught:
        landed(tmp_path, HEADER + "secret-customer,someday,1,2\n")
    assert "secret" not in str(caught.value)
    assert "someday" not in str(caught.value)
