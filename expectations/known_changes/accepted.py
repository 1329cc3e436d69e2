"""The user's own file of the gates: changes of the world that are known, and bands that fit better.

`quality.yml` beside `.env`, or the file that C360_QUALITY_FILE names; it may be absent. It may let
pass only rules that compare with the past (`Rule.can_be_accepted`), each until a business date and
with a reason, and make their bands wider or narrower.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from expectations.engine.day import Day
from expectations.engine.rules import Rule, Severity, Suite


class QualityFileError(Exception):
    """One line: what in the file is wrong, and how to mend it."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Accepted(_Strict):
    """A known change: a rule of a table may fail until a business date, that one included."""

    subject: str
    rule: str
    until: date
    reason: str = Field(min_length=10)


class Tuned(_Strict):
    """A band of a rule: so many times as wide as the one that is learned."""

    tolerance: float = Field(gt=0, le=100)


class _File(_Strict):
    accepted: tuple[Accepted, ...] = ()
    bands: Mapping[str, Mapping[str, Tuned]] = Field(default_factory=dict)


@dataclass(frozen=True)
class Quality:
    """What the file says, and its name for sentences."""

    name: str = "quality.yml"
    accepted: tuple[Accepted, ...] = ()
    bands: Mapping[str, Mapping[str, Tuned]] = field(default_factory=dict)


def load_quality(file: Path) -> Quality:
    """Read the file; an absent one says nothing.

    Raises:
        QualityFileError: the file is no YAML, or a line of it is wrong.
    """
    if not file.is_file():
        return Quality(file.name)
    try:
        content = yaml.safe_load(file.read_text("utf-8")) or {}
        read = _File.model_validate(content)
    except (yaml.YAMLError, UnicodeDecodeError):
        raise QualityFileError(f"{file.name} is no YAML; mend its indents and colons") from None
    except ValidationError as error:
        raise QualityFileError(_explain(error, file.name)) from None
    twice = _twice([(one.subject, one.rule) for one in read.accepted])
    if twice:
        raise QualityFileError(
            f"{file.name}: {twice[1]} of {twice[0]} is accepted twice; keep one entry"
        )
    return Quality(file.name, read.accepted, read.bands)


def applied(suites: Sequence[Suite], quality: Quality, day: Day) -> list[Suite]:
    """The suites with the user's bands, and with the rules that are let pass as warnings.

    Raises:
        QualityFileError: a rule that is named cannot be accepted, or has no band.
    """
    return [
        replace(suite, rules=tuple(_applied(rule, suite, quality, day) for rule in suite.rules))
        for suite in suites
    ]


def refuse_unknown(quality: Quality, suites: Iterable[Suite], published: Sequence[str]) -> None:
    """Refuse subjects and rules that no gate has, and rules that cannot be accepted.

    Args:
        quality: What the file says.
        suites: All suites but those of the published tables.
        published: The published tables, of whose rules none can be accepted.

    Raises:
        QualityFileError: the first that is wrong.
    """
    rules: dict[str, dict[str, Rule]] = {name: {} for name in published}
    for suite in suites:
        rules.setdefault(suite.subject, {}).update({rule.name: rule for rule in suite.rules})
    named = [(one.subject, one.rule) for one in quality.accepted]
    named += [(subject, rule) for subject, bands in quality.bands.items() for rule in bands]
    for subject, name in named:
        if subject not in rules:
            raise QualityFileError(
                f"{quality.name}: no gate has the subject {subject}; a subject is a table such as"
                " stg_orders__order_lines, as the results of a gate name it"
            )
        known = rules[subject]
        may = sorted(rule.name for rule in known.values() if rule.can_be_accepted)
        if name in known and name not in may:
            raise QualityFileError(_cannot(quality, subject, name))
        if name not in known:
            raise QualityFileError(
                f"{quality.name}: {subject} has no rule {name};"
                f" {', '.join(may) or 'none'} can be accepted there"
            )
    for subject, bands in quality.bands.items():
        for name in bands:
            if rules[subject][name].with_tolerance is None:
                raise QualityFileError(
                    f"{quality.name}: rule {name} of {subject} has no band to tune"
                )


def _applied(rule: Rule, suite: Suite, quality: Quality, day: Day) -> Rule:
    tuned = quality.bands.get(suite.subject, {}).get(rule.name)
    if tuned is not None:
        if rule.with_tolerance is None:
            raise QualityFileError(
                f"{quality.name}: rule {rule.name} of {suite.subject} has no band to tune"
            )
        rule = rule.with_tolerance(tuned.tolerance)
    for one in quality.accepted:
        if (one.subject, one.rule) == (suite.subject, rule.name):
            return _let_pass(rule, suite, one, quality, day)
    return rule


def _let_pass(rule: Rule, suite: Suite, one: Accepted, quality: Quality, day: Day) -> Rule:
    if not rule.can_be_accepted:
        raise QualityFileError(_cannot(quality, suite.subject, rule.name))
    if day.as_of <= one.until:
        return replace(
            rule,
            severity=Severity.WARN,
            reason=f"accepted until {one.until} in {quality.name}: {one.reason}",
        )
    return replace(
        rule,
        action=(
            f"{rule.action}. It was accepted until {one.until} in {quality.name}, which is over:"
            " take the entry out, or give it a later date"
        ),
    )


def _cannot(quality: Quality, subject: str, rule: str) -> str:
    return (
        f"{quality.name}: rule {rule} of {subject} cannot be accepted: rules of accounting, keys"
        " and privacy hold whatever the world does; mend the data instead"
    )


def _explain(error: ValidationError, name: str) -> str:
    problem = error.errors()[0]
    place = ".".join(str(part) for part in problem["loc"]) or "the file"
    if problem["type"] == "missing":
        return f"{name}: {place} is missing"
    if problem["type"] == "extra_forbidden":
        return (
            f"{name}: {place} is no key; the file has accepted (subject, rule, until, reason)"
            " and bands (subject, rule, tolerance)"
        )
    return f"{name}: {place} is wrong: {problem['msg']}"


def _twice(named: Sequence[tuple[str, str]]) -> tuple[str, str] | None:
    return next((one for one in named if named.count(one) > 1), None)
