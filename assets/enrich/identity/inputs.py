"""What identity resolution reads, checked and numbered: people, references, steward's decisions."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assets.enrich.arrays import is_first, read_arrays
from assets.enrich.identity.keys.hashes import PADS_TABLE
from assets.enrich.identity.rules import ATTRIBUTES, Rules

if TYPE_CHECKING:
    import duckdb

RECORD_COLUMNS = ("source", "source_record_id")
NODE_COLUMNS = (*RECORD_COLUMNS, "first_seen_at", "observed_at", "is_linkable")
OTHER_COLUMNS = ("is_test",)
"""Columns of the people that others read; they say nothing about who somebody is."""


class IdentityInputError(Exception):
    """What is wrong with the identity inputs, where, and how to mend it; names no person."""


@dataclass(frozen=True)
class Inputs:
    """The relations that identity resolution reads.

    Attributes:
        people: one row per source record that is a person: source, source_record_id,
            first_seen_at, observed_at, is_linkable, and one column per value, named by its type
            (`phone`, `phone_2`, `full_name`), as typed; a column may hold a list.
        references: one row per record that names a person without being one, likewise; or None.
        decisions: decision, source_a, source_record_id_a, source_b, source_record_id_b; or None.
    """

    people: str
    references: str | None = None
    decisions: str | None = None


@dataclass(frozen=True)
class Column:
    """A column of values and the type that its name says."""

    name: str
    type: str
    is_list: bool


def value_columns(con: duckdb.DuckDBPyConnection, relation: str, rules: Rules) -> list[Column]:
    """The value columns of a wide relation.

    Raises:
        IdentityInputError: a column's name is no known type.
    """
    described = con.execute(f"describe select * from {relation}").fetchall()
    columns = []
    for name, data_type, *_ in described:
        if name in NODE_COLUMNS or name in OTHER_COLUMNS:
            continue
        kind = re.sub(r"_[0-9]+$", "", name)
        if kind not in rules.types and kind not in ATTRIBUTES:
            known = ", ".join([*ATTRIBUTES, *rules.types])
            raise IdentityInputError(
                f"{relation}: column {name} is no identifier type and no attribute (known: {known})"
                "; add the type to assets/enrich/identity/rules.yml, or rename the column"
            )
        columns.append(Column(name, kind, data_type.endswith("[]")))
    return columns


def check_inputs(con: duckdb.DuckDBPyConnection, inputs: Inputs) -> None:
    """Raise IdentityInputError if the inputs are not what they promise."""
    checks = {
        f"{inputs.people} holds {{}} records without source or id": f"""
            select count(*) from {inputs.people} where source is null or source_record_id is null
        """,
        f"{inputs.people} holds {{}} records that do not say whether they are linkable": f"""
            select count(*) from {inputs.people} where is_linkable is null
        """,
        "the accounting schema holds {} rows of pseudonym pads too many or too few": f"""
            select count(*) - 1 from {PADS_TABLE}
        """,
    }
    for message, query in checks.items():
        count = con.execute(query).fetchall()[0][0]
        if count:
            raise IdentityInputError(message.format(count) + "; mend the model or step before")


def number_records(
    con: duckdb.DuckDBPyConnection, inputs: Inputs, rules: Rules, made_by: str
) -> None:
    """Make `identity_nodes` and `identity_reference_nodes`.

    People are numbered 0..n-1 by seniority, so that the smallest node of a customer founds it;
    references follow as n..m-1 in the order of their ids. `place` is a record's place in its
    relation, `record_hash` tells whether its raw values, or what they are standardised by, have
    changed since last night.
    """
    import numpy as np

    con.execute(
        f"""
        create or replace temp table identity_nodes as
        select (row_number() over () - 1)::integer as node, *
        from (
            select
                row_number() over () as place,
                {_record_hash(con, inputs.people, rules, made_by)} as record_hash,
                source,
                source_record_id,
                first_seen_at,
                is_linkable
            from {inputs.people}
            order by
                first_seen_at asc nulls last,
                coalesce(list_position($priority, source), {len(rules.source_priority) + 1}),
                source,
                source_record_id
        )
        """,
        {"priority": rules.source_priority},
    ).fetchall()
    ids = read_arrays(con, "select hash(source, source_record_id) as id from identity_nodes")["id"]
    doubles = len(ids) - int(is_first(np.sort(ids)).sum())
    if doubles:
        raise IdentityInputError(
            f"{inputs.people} holds {doubles} records twice; its key is source, source_record_id; "
            "mend the model or step before"
        )
    _number_references(con, inputs, rules, made_by)


def _number_references(
    con: duckdb.DuckDBPyConnection, inputs: Inputs, rules: Rules, made_by: str
) -> None:
    if inputs.references is None:
        con.execute(
            """
            create or replace temp table identity_reference_nodes (
                node integer, place bigint, record_hash ubigint, source varchar,
                source_record_id varchar
            )
            """
        ).fetchall()
        return
    con.execute(
        f"""
        create or replace temp table identity_reference_nodes as
        select
            ((select count(*) from identity_nodes) + row_number() over () - 1)::integer as node, *
        from (
            select
                row_number() over () as place,
                {_record_hash(con, inputs.references, rules, made_by)} as record_hash,
                source,
                source_record_id
            from {inputs.references}
            order by source, source_record_id
        )
        """
    ).fetchall()


def _record_hash(con: duckdb.DuckDBPyConnection, relation: str, rules: Rules, made_by: str) -> str:
    values = [f'"{column.name}"' for column in value_columns(con, relation, rules)]
    names = ",".join(values).replace("'", "")
    said = f"{made_by} {names}".replace("'", "''")
    return f"hash('{said}', source, source_record_id, {', '.join(values) or 'null'})"


def read_decisions(con: duckdb.DuckDBPyConnection, inputs: Inputs) -> None:
    """Make `identity_decisions`: the steward's pairs whose records both exist."""
    con.execute(
        "create or replace temp table identity_decisions (decision varchar, a integer, b integer)"
    ).fetchall()
    if inputs.decisions is None:
        return
    con.execute(
        f"""
        insert into identity_decisions
        select distinct
            decisions.decision,
            least(one.node, other.node) as a,
            greatest(one.node, other.node) as b
        from {inputs.decisions} as decisions
        inner join identity_nodes as one
            on decisions.source_a = one.source
            and decisions.source_record_id_a = one.source_record_id
        inner join identity_nodes as other
            on decisions.source_b = other.source
            and decisions.source_record_id_b = other.source_record_id
        where one.node <> other.node
        """
    ).fetchall()
