"""`make value-eval` on CDNOW, from the raw order file to what each customer is worth."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from tests import cdnow
from tests.integration.company import ROOT

pytestmark = pytest.mark.pipeline

FILES = ("rfm", "customer_lifetime_value", "value_model_parameters", "value_model_backtests")
PUBLISHED = {
    "bg_nbd": ("-9582.4", ("0.243", "4.414", "0.793", "2.426")),
    "pareto_nbd": ("-9595.0", ("0.553", "10.578", "0.606", "11.669")),
    "gamma_gamma": ("-4055.92", ("6.25", "3.74", "15.44")),
}
"""Log-likelihood and parameters as printed: Fader, Hardie, Lee (2005); Fader and Hardie (2013)."""


@dataclass(frozen=True)
class TryOut:
    """A run of the door: what it printed, and where its files are."""

    done: subprocess.CompletedProcess[str]
    out: Path

    def query(self, sql: str) -> list[tuple]:
        with duckdb.connect() as con:
            for name in FILES:
                con.execute(f"create view {name} as from '{self.out / name}.parquet'").fetchall()
            return con.execute(sql).fetchall()


def run(folder: Path, rows: list[str]) -> TryOut:
    orders = folder / "orders.csv"
    orders.write_text("\n".join(["Customer_ID,date_of_entry,下单日期,quantity,amount", *rows]))
    kept = {name: value for name, value in os.environ.items() if not name.startswith("C360_")}
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pipelines.value_eval", "--orders", str(orders)),
            *("--as-of", "1997-09-30", "--horizon-days", "273", "--out", str(folder / "out")),
        ],
        cwd=ROOT,
        env={**kept, "TMPDIR": str(folder), "C360_TIMEZONE": "Asia/Shanghai"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr[-3000:]
    return TryOut(done, folder / "out")


@pytest.fixture(scope="module")
def tried(tmp_path_factory: pytest.TempPathFactory) -> TryOut:
    """The sample of 2,357 customers: their orders of 78 weeks, of which 39 count.

    Planted among them: an order of each after the cut, customers who come later, two wrong rows.
    """
    orders = [",".join((row[0], "x", *map(str, row[1:]))) for row in cdnow.orders()]
    later = [f"{number:05},x,1997-10-01,9,9999.99" for number in range(1, 25_000)]
    wrong = ["00004,x,1997-09-31,1,9.99", "99999,x,1997-09-01,1,-5.00"]
    return run(tmp_path_factory.mktemp("cdnow"), [*later, *orders, *wrong])


def test_every_customer_of_the_list_is_there_with_its_own_id(tried: TryOut) -> None:
    counts = tried.query(
        """
        select count(*), count(distinct customer_id), min(customer_id), max(as_of_date)::varchar
        from customer_lifetime_value
        """
    )
    assert counts == [(2357, 2357, "00004", "1997-09-30")]
    assert tried.query("select customer_id, customer_key from rfm") == tried.query(
        "select customer_id, customer_key from customer_lifetime_value"
    )
    assert tried.query("select column_name from (describe rfm) limit 2") == [
        ("customer_id",),
        ("customer_key",),
    ]


def test_orders_and_money_are_those_of_the_list(tried: TryOut) -> None:
    with duckdb.connect() as con:
        expected = con.execute(
            f"""
            select count(*), sum(amount)
            from read_csv('{tried.out.parent}/orders.csv', types = {{
                'amount': 'decimal(18,2)', '下单日期': 'varchar'}})
            where amount > 0 and 下单日期 <= '1997-09-30'
            """
        ).fetchall()
    assert tried.query("select sum(frequency)::bigint, sum(monetary) from rfm") == expected


def test_the_history_of_customers_is_what_one_counts_by_hand(tried: TryOut) -> None:
    # 00004 bought on 1 and 18 January and on 2 August, 00021 on 1 and 13 January.
    assert tried.query(
        """
        select customer_id, repeat_purchase_days, purchase_span_days, observed_days
        from customer_lifetime_value where customer_id in ('00004', '00021') order by 1
        """
    ) == [("00004", 2, 213, 272), ("00021", 1, 12, 272)]
    assert tried.query(
        """
        select sum(repeat_purchase_days)::bigint, sum(purchase_span_days)::bigint,
            sum(observed_days)::bigint
        from customer_lifetime_value
        """
    ) == [(2457, 112_949, 539_779)]


@pytest.mark.parametrize("model", PUBLISHED)
def test_parameters_are_the_published_ones_to_every_printed_digit(
    tried: TryOut, model: str
) -> None:
    log_likelihood, printed = PUBLISHED[model]
    fitted = tried.query(
        f"""
        select parameter_name, estimate, log_likelihood, is_converged
        from value_model_parameters where model_name = '{model}' and segment = 'all'
        """
    )
    found = {as_printed(estimate, like) for _, estimate, _, _ in fitted for like in printed}
    assert set(printed) <= found, fitted
    assert len(fitted) == len(printed)
    assert {as_printed(row[2], log_likelihood) for row in fitted} == {log_likelihood}
    assert all(row[3] for row in fitted)


def as_printed(figure: float, like: str) -> str:
    return f"{figure:.{len(like.partition('.')[2])}f}"


def test_the_back_test_shows_naive_rules_beside_the_models(tried: TryOut) -> None:
    kinds = dict(
        tried.query("select kind, count(distinct candidate) from value_model_backtests group by 1")
    )
    assert kinds["naive"] >= 3
    assert kinds["model"] >= 3
    assert tried.query(
        "select count(*) from value_model_backtests where is_chosen and split_number = 1"
    ) == [(1,)]


def test_wrong_rows_are_counted_with_their_reason(tried: TryOut) -> None:
    printed = tried.done.stdout
    assert "2 quarantined" in printed
    assert "column order_date is no date written as YYYY-MM-DD" in printed
    assert "column amount is below 0" in printed
    assert "columns not read: date_of_entry" in printed
    assert "99999" not in printed


def test_nothing_is_left_but_the_result(tried: TryOut) -> None:
    assert {file.name for file in tried.out.parent.iterdir()} == {"orders.csv", "out"}
    assert {file.name for file in tried.out.iterdir()} == {f"{name}.parquet" for name in FILES}


def test_the_document_says_what_each_column_means(tried: TryOut) -> None:
    document = (ROOT / "docs" / "value-eval.md").read_text()
    for name in FILES:
        part = document.split(f"\n`{name}.parquet`, one row", 1)[1].split(".parquet`, one row")[0]
        columns = [row[0] for row in tried.query(f"select column_name from (describe {name})")]
        assert re.findall(r"^\| `(\w+)` \|", part, flags=re.M) == columns
