"""What must be true of a raw object of a system: it gave records, its fields are as declared."""

from __future__ import annotations

from expectations.engine.rules import Rule, Severity, no_rows
from expectations.raw.objects import RawObject

SHRINKAGE = 0.2
"""Share of its usual records that a snapshot may lack; of a few, as many as `FEW`."""

FEW = 20


def stream_not_empty(described: RawObject) -> Rule:
    """An object of a system that is used here has rows; one that is not configured has none."""
    pulls = _entries("pulls", described)
    in_raw = f'(select count(*) as in_raw from vault.raw."{described.table}")'
    return Rule(
        name="not_empty",
        sentence="at least one record was pulled, unless the source is not configured",
        action=(
            "Run `make check-sources`; if the system may have none, say `optional: true` in the "
            f"contract of {described.source}"
        ),
        check=no_rows(
            f"select 1 from (select count(*) as entries, count(*) filter (is_configured) as used"
            f" from {pulls}) cross join {in_raw}"
            " where entries = 0 or (used > 0 and in_raw = 0)"
        ),
        finding=f"select 'no row was loaded into vault.raw.{described.table}'",
    )


def stream_rules(described: RawObject) -> list[Rule]:
    """Whether the system told all that it has, in the form that the contract knows."""
    shrinks = [_not_shrunk(described)] if described.is_snapshot else []
    return [*shrinks, *_field_rules(described)]


def _not_shrunk(described: RawObject) -> Rule:
    """A user of the API who may not see everything any more looks like a mass deletion."""
    shrunk = (
        f"select record_count, usual_record_count from {_entries('pulls', described)}"
        f" where usual_record_count - record_count > greatest({FEW}, {SHRINKAGE!r} *"
        " usual_record_count)"
    )
    return Rule(
        name="not_shrunk",
        sentence=f"a snapshot has at least {1 - SHRINKAGE:.0%} of the records that it usually has",
        action=(
            "Look whether the user of the API still may see everybody's records 数据权限, then run "
            f"again; if they really are gone, remove the older pulls of {described.subject} under "
            "landing/"
        ),
        check=no_rows(f"select 1 from ({shrunk})"),
        finding=(
            "select format('{:,} records, usually {:,}', record_count, usual_record_count)"
            f" from ({shrunk})"
        ),
    )


def _field_rules(described: RawObject) -> list[Rule]:
    """Changes of a system's schema are told before they do harm."""
    fields = _entries("source_fields", described)
    changed = f"select * from {fields} where state in ('missing', 'retyped')"
    return [
        Rule(
            name="fields_as_declared",
            sentence="the system has every declared field, in a type that fits",
            action=(
                f"See vault.accounting.source_fields; mend the columns of {described.subject} in "
                "the contract, or have the field restored in the system"
            ),
            check=no_rows(changed),
            finding=(
                "select case state when 'missing' then format('field {} is there no more', field)"
                " else format('field {} is {} in the system and {} in the contract',"
                f" field, system_type, declared_type) end from ({changed}) order by field"
            ),
        ),
        Rule(
            name="no_new_fields",
            sentence="the system has no field that it did not have at the pull before",
            action=(
                "It is kept as a text column of the raw table; declare it in the contract of "
                f"{described.source} if it shall be used"
            ),
            check=no_rows(f"select 1 from {fields} where state = 'new'"),
            severity=Severity.WARN,
            reason="A new field loses nothing: it is kept, and nothing downstream reads it yet.",
            finding=(
                "select format('field {} is new, kept as {}', field, column_name)"
                f" from {fields} where state = 'new' order by field"
            ),
        ),
    ]


def _entries(table: str, described: RawObject) -> str:
    return (
        f"(select * from vault.accounting.{table}"
        f" where source = '{described.source}' and object = '{described.name}')"
    )
