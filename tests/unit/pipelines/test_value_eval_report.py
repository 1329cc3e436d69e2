"""What a try-out says at the end: nothing is lost on the way, and the model beside naive rules."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from pipelines.value_eval import audit as audits
from pipelines.value_eval.errors import ValueEvalError
from pipelines.value_eval.instance import TryOut, passing_instance
from pipelines.value_eval.landing import LIST, Landed
from pipelines.value_eval.order_file import OrderFile
from pipelines.value_eval.summary import Candidate, Findings, Summary

AS_OF = date(1997, 9, 30)


def audited(tryout: TryOut, lines: str, customers: int) -> list[str]:
    """The audit of two orders of 15.00 by two customers, and one after the business date."""
    with tryout.build.connect() as con:
        for statement in (
            "create schema vault.raw",
            "create schema warehouse.core",
            "create schema warehouse.marts",
            f"""
            create table {LIST} as
            select * from (values ('a', '1997-01-01', 5.00), ('b', '1997-01-01', 10.00),
                ('c', '1997-10-01', 7.00)) as listed (customer_id, order_date, amount)
            """,
            f"create table warehouse.core.fct_order_lines as {lines}",
            f"create table warehouse.marts.rfm as select * from range({customers})",
        ):
            con.execute(statement).fetchall()
        return audits.audit(con, tryout, {}, ())


@pytest.mark.parametrize(
    ("lines", "customers", "told"),
    [
        ("select 5.00 as net_amount union all select 10.00", 2, False),
        ("select 5.00 as net_amount union all select 9.99", 2, True),
        ("select 15.00 as net_amount", 2, True),
        ("select 5.00 as net_amount union all select 10.00", 1, True),
    ],
)
def test_lost_orders_money_or_customers_are_told(
    monkeypatch: pytest.MonkeyPatch, lines: str, customers: int, told: bool
) -> None:
    monkeypatch.setattr(audits, "_gate", lambda *_: ["a rule of the gate"])
    with passing_instance(AS_OF, {}, None) as tryout:
        if told:
            with pytest.raises(ValueEvalError, match=r"2 orders of 15\.00 by 2 customers"):
                audited(tryout, lines, customers)
        else:
            assert audited(tryout, lines, customers) == ["a rule of the gate"]


def summary(candidates: list[Candidate]) -> str:
    cut = (date(1997, 5, 1), 152) if candidates else (None, None)
    done = Summary(
        AS_OF,
        OrderFile(Path("orders.csv"), "gb18030", (), ("姓名", ""), ""),
        Landed(
            *(12, [("wrong_type", "column amount is no decimal(18,2)", 2)], 7, 3, "YYYYMMDD"),
            *(date(1997, 1, 1), date(1997, 9, 1)),
        ),
        Findings(5, "pareto_nbd", "It lost to nobody.", *cut, candidates),
        ["a rule of the gate"],
        [Path("out/rfm.parquet")],
        None,
    )
    return "\n".join(done.lines())


def test_the_summary_accounts_for_every_row_and_names_what_it_passed_over() -> None:
    text = summary([])

    for line in (
        "12 rows read (GB18030 (GBK), dates as YYYYMMDD)",
        "2 quarantined",
        "2 wrong_type: column amount is no decimal(18,2)",
        "3 after 1997-09-30, not looked at",
        "7 orders from 1997-01-01 to 1997-09-01 by 5 customers",
        "columns not read: 姓名, (no name)",
        "warning: a rule of the gate",
        "Written: out/rfm.parquet",
    ):
        assert line in text


def test_the_summary_shows_the_chosen_model_beside_naive_rules() -> None:
    lines = summary(
        [
            Candidate("pareto_nbd", True, 0.95, 92.9, 0.72, 0.771),
            Candidate("mean", False, 1.33, 125.2, None, None),
        ]
    ).splitlines()

    assert "Model: pareto_nbd. It lost to nobody." in lines
    [chosen] = [line.split() for line in lines if line.startswith("*")]
    assert chosen == ["*", "pareto_nbd", "0.950", "92.900", "0.720", "0.771"]
    assert ["mean", "1.330", "125.200", "-", "-"] in [line.split() for line in lines]
