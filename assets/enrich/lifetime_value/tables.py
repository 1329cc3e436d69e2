"""The tables that the value models write, said once for SQL, Dagster and the tests."""

from __future__ import annotations

from assets.enrich.tables import EnrichTable

_AS_OF = ("as_of_date", "date", "Business date of the run (业务日期).")
_MODEL = ("model_name", "varchar", "Purchase model (购买模型), such as pareto_nbd.")
_SEGMENT = (
    "segment",
    "varchar",
    "Customers that share the parameters (分组): `all`, or the channel of their first order.",
)
_SPLIT = (
    (
        "split_number",
        "integer",
        "Number of the split (回测切分): 1 is the nearest to the business date of those with the "
        "whole horizon; where there is none, the longest.",
    ),
    ("cut_date", "date", "Last day that the model saw (切分日期)."),
    ("candidate", "varchar", "Model or naive rule that predicted (候选模型)."),
)

PREDICTIONS = EnrichTable(
    "customer_value_predictions",
    "One row per customer with a purchase (客户价值预测): how likely he is to buy again, expected "
    "orders and margin, and their discounted value. Prospects have no row.",
    (
        ("customer_key", "varchar", "The customer (客户主键)."),
        _AS_OF,
        _SEGMENT,
        _MODEL,
        ("fitted_on", "date", "Business date of the fit (拟合日期)."),
        ("spend_model_name", "varchar", "Model of the spend per order (客单价模型)."),
        ("repeat_purchase_days", "integer", "Days with a purchase after the first one (复购天数)."),
        (
            "purchase_span_days",
            "integer",
            "Days from the first to the last purchase (购买跨度).",
        ),
        (
            "observed_days",
            "integer",
            "Days from the first purchase to the business date (观察天数).",
        ),
        ("p_alive", "double", "Probability that the customer still buys at all (存活概率)."),
        (
            "p_active_horizon",
            "double",
            "Probability of at least one order within the horizon (期内复购概率).",
        ),
        ("horizon_days", "integer", "Length of the horizon in days (预测期)."),
        (
            "expected_orders_horizon",
            "double",
            "Expected orders within the horizon (期内预期订单数).",
        ),
        (
            "expected_net_amount_horizon",
            "decimal(18, 2)",
            "Expected net amount within the horizon (期内预期销售额).",
        ),
        ("expected_orders_12m", "double", "Expected orders in 12 months (未来12个月预期订单数)."),
        ("expected_orders_12m_low", "double", "Lower end of their interval (区间下限)."),
        ("expected_orders_12m_high", "double", "Upper end of their interval (区间上限)."),
        ("expected_orders_36m", "double", "Expected orders in 36 months (未来36个月预期订单数)."),
        ("expected_orders_36m_low", "double", "Lower end of their interval (区间下限)."),
        ("expected_orders_36m_high", "double", "Upper end of their interval (区间上限)."),
        (
            "expected_spend_per_order",
            "decimal(18, 2)",
            "Expected net amount per order (预期客单价).",
        ),
        ("margin_ratio", "double", "Margin per unit of net amount that is expected (预期毛利率)."),
        (
            "expected_net_amount_12m",
            "decimal(18, 2)",
            "Expected net amount in 12 months (未来12个月预期销售额).",
        ),
        (
            "expected_margin_12m",
            "decimal(18, 2)",
            "Expected margin in 12 months (未来12个月预期毛利).",
        ),
        ("expected_margin_12m_low", "decimal(18, 2)", "Lower end of its interval (区间下限)."),
        ("expected_margin_12m_high", "decimal(18, 2)", "Upper end of its interval (区间上限)."),
        (
            "expected_margin_36m",
            "decimal(18, 2)",
            "Expected margin in 36 months (未来36个月预期毛利).",
        ),
        ("expected_margin_36m_low", "decimal(18, 2)", "Lower end of its interval (区间下限)."),
        ("expected_margin_36m_high", "decimal(18, 2)", "Upper end of its interval (区间上限)."),
        ("clv", "decimal(18, 2)", "Discounted expected margin (客户终身价值)."),
        (
            "next_order_date",
            "date",
            "Date by which the next order is as likely as not (预计下次购买日); empty below three "
            "repeat purchases.",
        ),
        (
            "next_order_error_days",
            "double",
            "Mean error of such dates in the back-test, in days (误差天数); empty if not measured.",
        ),
    ),
)

PARAMETERS = EnrichTable(
    "value_model_parameters",
    "One row per fit, segment and parameter (价值模型参数): tonight's fits and those of the nights "
    "before, with the data they saw, their likelihood and whether they converged.",
    (
        _AS_OF,
        ("fitted_on", "date", "Business date of the run that made the fit (拟合日期)."),
        _MODEL,
        _SEGMENT,
        ("parameter_name", "varchar", "Name of the parameter (参数), as in the model's paper."),
        ("parameter_number", "integer", "Place of the parameter in its model (参数序号)."),
        ("estimate", "double", "Maximum-likelihood estimate (估计值)."),
        ("standard_error", "double", "Standard error of the estimate (标准误); empty if unknown."),
        ("time_unit", "varchar", "Unit of time of the parameters (时间单位): week, or none."),
        ("log_likelihood", "double", "Log-likelihood of the fit (对数似然)."),
        ("customers_count", "bigint", "Customers of the fit (客户数)."),
        ("group_count", "bigint", "Groups of equal customers that were summed (分组数)."),
        ("data_from", "date", "First purchase day of the fit's data (数据起始)."),
        ("data_until", "date", "Last day of the fit's data (数据截止)."),
        ("is_converged", "boolean", "True when the optimum was found (收敛)."),
        ("message", "varchar", "What the fit says of itself (说明)."),
        ("is_used", "boolean", "True when tonight's predictions use this fit (在用)."),
    ),
)

BACKTESTS = EnrichTable(
    "value_model_backtests",
    "One row per split and candidate (价值模型回测): what each model and each naive rule would "
    "have predicted, beside what came.",
    (
        _AS_OF,
        *_SPLIT,
        ("horizon_days", "integer", "Days that were predicted (预测天数)."),
        ("is_horizon_shortened", "boolean", "True where the history is too short for the horizon."),
        ("is_sampled", "boolean", "True where a sample of customers stood for all (抽样)."),
        ("kind", "varchar", "`model` or `naive` (类别)."),
        ("is_chosen", "boolean", "True for the candidate that tonight's predictions use (选用)."),
        ("customers_count", "bigint", "Customers who had bought before the cut (客户数)."),
        ("actual_order_count", "bigint", "Days with a purchase that came (实际订单数)."),
        ("predicted_order_count", "double", "Those that were predicted (预测订单数)."),
        ("order_calibration", "double", "Predicted by actual orders (订单校准)."),
        ("actual_net_amount", "decimal(18, 2)", "Net amount that came (实际销售额)."),
        ("predicted_net_amount", "decimal(18, 2)", "That was predicted (预测销售额)."),
        ("net_calibration", "double", "Predicted by actual net amount (金额校准)."),
        ("decile_error", "double", "Sum of errors over deciles by actual amount (分组误差)."),
        ("mae", "double", "Mean absolute error of the net amount per customer (平均绝对误差)."),
        ("rmse", "double", "Root mean square error of the same (均方根误差)."),
        (
            "normalised_gini",
            "double",
            "Gini of the ranking by that of the perfect one (归一化基尼).",
        ),
        ("top_decile_capture", "double", "Share of the best tenth's amount that was found."),
        ("auc", "double", "Area under the curve of `buys again` (AUC)."),
        ("brier", "double", "Mean squared error of the probability to buy (Brier)."),
        ("interval_coverage", "double", "Share of customers whose orders fell into the interval."),
        (
            "calibration_limit",
            "double",
            "Factor by which the chosen model's totals may miss (校准界限): the gate stops beyond.",
        ),
        ("beats_naive", "boolean", "True when its RMSE is below every naive rule's (优于基准)."),
    ),
)

DECILES = EnrichTable(
    "value_model_backtest_deciles",
    "One row per split, candidate and tenth of the customers by predicted amount (回测分组).",
    (
        _AS_OF,
        *_SPLIT,
        ("decile", "integer", "1 is the tenth that was predicted highest (分组)."),
        ("customers_count", "bigint", "Customers (客户数)."),
        ("predicted_net_amount", "decimal(18, 2)", "Net amount that was predicted (预测销售额)."),
        ("actual_net_amount", "decimal(18, 2)", "Net amount that came (实际销售额)."),
        ("predicted_order_count", "double", "Orders that were predicted (预测订单数)."),
        ("actual_order_count", "bigint", "Orders that came (实际订单数)."),
    ),
)

TABLES = (PREDICTIONS, PARAMETERS, BACKTESTS, DECILES)
