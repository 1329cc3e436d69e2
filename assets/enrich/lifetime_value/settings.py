"""What a tenant may set about customer value; light to import."""

from __future__ import annotations

from dataclasses import dataclass

DAYS_PER_MONTH = 365.25 / 12
WEEKS_PER_MONTH = DAYS_PER_MONTH / 7


@dataclass(frozen=True)
class ValueSettings:
    """How customer value is reckoned.

    Attributes:
        horizon_days: how far ahead `p_active_horizon` and its companions look.
        annual_discount_rate: what a coming year takes off a margin; 0.1 is ten per cent.
        default_margin_ratio: margin per amount where no purchase carries a cost.
        clv_months: months that `clv` adds up.
        interval: share of customers whose outcome should lie between low and high.
        margin_credibility: purchases with spend after which a customer's own margin ratio counts
            as much as that of all customers.
        calibration_limit: factor by which totals may miss in the first split of the back-test.
        segment_customers: customers that a segment needs for a fit of its own.
        segment_repeat_buyers: and how many of them must have bought on a second day.
    """

    horizon_days: int = 90
    annual_discount_rate: float = 0.1
    default_margin_ratio: float = 0.3
    clv_months: int = 36
    interval: float = 0.8
    margin_credibility: float = 4.0
    calibration_limit: float = 2.0
    segment_customers: int = 500
    segment_repeat_buyers: int = 100

    def __post_init__(self) -> None:
        """Refuse what no calculation could use."""
        if self.horizon_days < 1 or self.clv_months < 1:
            raise ValueError("horizon_days and clv_months must be at least 1")
        if not self.annual_discount_rate > -1:
            raise ValueError("annual_discount_rate must be above -1")
        if not 0 <= self.default_margin_ratio <= 1:
            raise ValueError("default_margin_ratio must lie between 0 and 1")
        if not 0 < self.interval < 1:
            raise ValueError("interval must lie between 0 and 1, both excluded")
        if not self.margin_credibility >= 0:
            raise ValueError("margin_credibility must not be negative")
