"""The results of one boundary as people and programs read them; pure, and without values."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from expectations.engine.results import RuleResult, SuiteResult


def write_results(results: Sequence[SuiteResult], file: Path, run_id: str, as_of: date) -> None:
    """Write `<boundary>.json`: every rule with its count, for reports and for later questions."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    content = {
        "run_id": run_id,
        "as_of": as_of.isoformat(),
        "blocks": any(result.blocks for result in results),
        "rules": sum(len(result.results) for result in results),
        "failed": sum(len(result.failures) for result in results),
        "suites": [_suite(result) for result in results],
    }
    file.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    file.chmod(0o600)


def _suite(result: SuiteResult) -> dict[str, Any]:
    return {
        "subject": result.subject,
        "asset": "/".join(result.asset),
        "relation": result.relation,
        "passed": result.passed,
        "blocks": result.blocks,
        "rules": [rule_record(rule) | {"message": rule.message} for rule in result.results],
    }


def rule_record(rule: RuleResult) -> dict[str, Any]:
    """One row of the table of rules."""
    return {
        "rule": rule.rule,
        "it must hold that": rule.sentence,
        "holds": rule.passed,
        "rows against it": rule.unexpected_count,
        "severity": rule.severity.value,
        "if not": rule.action,
        "why only a warning": rule.reason,
    }


def failures_as_markdown(result: SuiteResult) -> str:
    """What failed, as a list; one sentence when nothing did."""
    if result.passed:
        return result.sentence + "."
    return "\n".join(
        f"- **{'error' if failure.blocks else 'warning'}** `{failure.rule}`: {failure.message}."
        for failure in result.failures
    )
