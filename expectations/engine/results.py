"""How rules and suites came out: names, sentences and counts, never values."""

from __future__ import annotations

from dataclasses import dataclass, field

from expectations.engine.rules import Severity


@dataclass(frozen=True)
class RuleResult:
    """How one rule came out. Holds counts and names, never values."""

    rule: str
    sentence: str
    column: str
    passed: bool
    unexpected_count: int
    observed: str
    severity: Severity
    reason: str
    action: str
    expectation: str
    finding: str = ""

    @property
    def blocks(self) -> bool:
        """Whether the next stage must not start."""
        return not self.passed and self.severity is Severity.ERROR

    @property
    def message(self) -> str:
        """What failed, how many, what to do; empty when the rule holds."""
        if self.passed:
            return ""
        rows = f"{self.unexpected_count:,} rows" if self.unexpected_count else "no count"
        found = self.finding or f"it must hold that {self.sentence} ({rows} against it)"
        return f"{found}. {self.action}"


@dataclass(frozen=True)
class SuiteResult:
    """How one suite came out."""

    boundary: str
    subject: str
    asset: tuple[str, ...]
    relation: str
    results: tuple[RuleResult, ...] = field(default=())

    @property
    def passed(self) -> bool:
        """Whether every rule holds, warnings included."""
        return all(result.passed for result in self.results)

    @property
    def blocks(self) -> bool:
        """Whether a rule of severity error failed."""
        return any(result.blocks for result in self.results)

    @property
    def failures(self) -> list[RuleResult]:
        """The rules that do not hold, errors first."""
        failed = [result for result in self.results if not result.passed]
        return sorted(failed, key=lambda result: result.severity is Severity.WARN)

    @property
    def failures_first(self) -> list[RuleResult]:
        """Every rule, those that do not hold on top, where a person looks."""
        return self.failures + [result for result in self.results if result.passed]

    @property
    def sentence(self) -> str:
        """One sentence for a person: what holds, or what failed and what to do."""
        if self.passed:
            return f"{self.subject}: all {len(self.results)} rules hold"
        return "; ".join(f"{self.subject}: {failure.message}" for failure in self.failures)
