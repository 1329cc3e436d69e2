"""The tables that the calibration leaves, each column with its type and meaning."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from assets.enrich.churn.candidates import Candidate
from assets.enrich.churn.scores import Choice, Score
from assets.enrich.tables import EnrichTable

if TYPE_CHECKING:
    import duckdb

_AS_OF = ("as_of_date", "date", "Business date of the run (统计日期).")
_PARAMETERS = (
    (
        "rule",
        "varchar",
        "Rule (流失判定规则): fixed_days, own_rhythm, probability, or default where nothing"
        " could be measured.",
    ),
    ("candidate", "varchar", "The rule with its parameters, as one name (候选规则)."),
    (
        "fixed_days",
        "integer",
        "Days of silence that a rule of fixed days allows, and an own rhythm where none is known"
        " (固定天数).",
    ),
    ("own_rhythm_factor", "decimal(9, 2)", "How many times the median gap may pass (间隔倍数)."),
    ("own_rhythm_min_days", "integer", "Silence that an own rhythm always allows (最短天数)."),
    (
        "min_purchase_days",
        "integer",
        "Purchase days from which the own rhythm counts (启用自身节奏的最少购买天数).",
    ),
    (
        "fallback",
        "varchar",
        "What stands in for a rhythm: category (the main category's, else everybody's) or fixed"
        " (后备依据).",
    ),
    (
        "threshold_basis",
        "varchar",
        "Where the threshold of the probability comes from (阈值依据): half is 0.5; flagged_share"
        " flags as many customers as are expected to stay away.",
    ),
)
CHURN_RULE_BACKTESTS = EnrichTable(
    "churn_rule_backtests",
    "One row per split and candidate rule (流失规则回测): how well it would have found the buyers"
    " who stayed away.",
    (
        _AS_OF,
        ("split_number", "integer", "1 for the newest hold-out (切分序号)."),
        ("cut_date", "date", "Last day that the rule knew (切分日)."),
        ("horizon_days", "integer", "Length of the hold-out in days (留出期天数)."),
        *_PARAMETERS,
        ("probability_threshold", "double", "Probability below which the rule flags (概率阈值)."),
        ("customers_count", "bigint", "Buyers until the cut (客户数)."),
        ("lost_count", "bigint", "Of these, without a purchase in the hold-out (流失客户数)."),
        ("flagged_count", "bigint", "Of the buyers, called lost at the cut (判定流失数)."),
        ("precision", "decimal(9, 6)", "Share of the flagged that are lost (精确率)."),
        ("recall", "decimal(9, 6)", "Share of the lost that are flagged (召回率)."),
        ("f1", "decimal(9, 6)", "Harmonic mean of precision and recall (F1 值)."),
        (
            "f1_of_all",
            "decimal(9, 6)",
            "F1 of calling every buyer lost, which a rule should beat (全部判定流失的 F1 值).",
        ),
        ("is_chosen", "boolean", "Whether this candidate is the rule that is applied (是否采用)."),
    ),
)
CHURN_RULE_CHOICE = EnrichTable(
    "churn_rule_choice",
    "One row: the rule of silence that is applied (流失规则选择), its measured F1, and why.",
    (
        _AS_OF,
        (
            "calibrated_on",
            "date",
            "Last day that the choice knows, the end of a month (校准截止日).",
        ),
        (
            "horizon_days",
            "integer",
            "Days without a purchase that make a buyer lost (流失期限天数).",
        ),
        *_PARAMETERS,
        ("split_count", "integer", "Hold-outs that the rule was measured on (切分数)."),
        (
            "precision",
            "decimal(9, 6)",
            "Mean precision over the splits; empty if unmeasured (精确率).",
        ),
        ("recall", "decimal(9, 6)", "Mean recall over the splits; empty if unmeasured (召回率)."),
        ("f1", "decimal(9, 6)", "Mean F1 over the splits; empty if unmeasured (F1 值)."),
        (
            "f1_of_all",
            "decimal(9, 6)",
            "Mean F1 of calling every buyer lost; empty if unmeasured (全部判定流失的 F1 值).",
        ),
        ("reason", "varchar", "Why this rule, in words (原因)."),
        ("reason_zh", "varchar", "Why this rule, in Chinese (原因中文)."),
    ),
)
CHURN_THRESHOLDS = EnrichTable(
    "churn_thresholds",
    "One row per customer and purchase day (流失判定阈值): the silence that the rule allows"
    " after it.",
    (
        ("customer_key", "varchar", "Pseudonymous key of the customer (客户键)."),
        _AS_OF,
        ("purchased_on", "date", "Business date of the purchase day (购买日)."),
        (
            "churn_after_days",
            "integer",
            "Days of silence that the rule allows after this purchase day (流失判定天数).",
        ),
        (
            "churn_basis",
            "varchar",
            "What the days come from (判定依据): own_rhythm, category, tenant, fixed_days or"
            " probability.",
        ),
        (
            "main_category",
            "varchar",
            "Category of the largest spend so far, for buyers with too few purchase days for a"
            " rhythm (主要品类).",
        ),
        (
            "reference_gap_days",
            "decimal(9, 1)",
            "Median gap of the main category's customers, else of everybody's, in days"
            " (参考间隔天数).",
        ),
    ),
)
TABLES = (CHURN_RULE_BACKTESTS, CHURN_RULE_CHOICE, CHURN_THRESHOLDS)


def write_backtests(
    con: duckdb.DuckDBPyConnection,
    as_of: date,
    scores: Sequence[Score],
    choice: Choice,
) -> None:
    """Write `churn_rule_backtests`: one row per split and candidate."""
    rows = [
        (
            as_of,
            score.split.number,
            score.split.cut,
            score.split.horizon_days,
            *_parameters(score.candidate),
            None if score.threshold is None else round(score.threshold, 6),
            score.customers,
            score.lost,
            score.flagged,
            score.precision,
            score.recall,
            score.f1,
            score.f1_of_all,
            score.candidate == choice.candidate,
        )
        for score in scores
    ]
    _write(con, CHURN_RULE_BACKTESTS, rows)


def write_choice(
    con: duckdb.DuckDBPyConnection,
    as_of: date,
    calibrated_on: date,
    horizon_days: int,
    choice: Choice,
) -> None:
    """Write `churn_rule_choice`: one row."""
    row = (
        as_of,
        calibrated_on,
        horizon_days,
        *_parameters(choice.candidate),
        len(choice.scores),
        _mean([score.precision for score in choice.scores]),
        _mean([score.recall for score in choice.scores]),
        choice.f1,
        _mean([score.f1_of_all for score in choice.scores]),
        choice.reason,
        choice.reason_zh,
    )
    _write(con, CHURN_RULE_CHOICE, [row])


def _parameters(candidate: Candidate) -> tuple[object, ...]:
    return (
        candidate.rule,
        candidate.name,
        candidate.days,
        candidate.factor,
        candidate.min_days,
        candidate.min_purchase_days,
        candidate.fallback,
        candidate.threshold_basis,
    )


def _mean(figures: Sequence[float | None]) -> float | None:
    known = [figure for figure in figures if figure is not None]
    return sum(known) / len(known) if known else None


def _write(
    con: duckdb.DuckDBPyConnection, table: EnrichTable, rows: Sequence[Sequence[object]]
) -> None:
    table.create(con)
    if rows:
        marks = ", ".join("?" for _ in table.columns)
        con.executemany(f"insert into {table.relation} values ({marks})", rows).fetchall()
