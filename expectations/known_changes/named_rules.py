"""Which rules the gates have, without a build: what the user's file may name.

The tables are those of dbt's manifest, empty, in a database in memory; no rule is asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import duckdb

from expectations.defs import boundaries
from expectations.engine.day import Day
from expectations.engine.models import models_of
from expectations.engine.rules import Suite
from expectations.enrich import sense as enrich_sense
from expectations.known_changes.accepted import Quality, refuse_unknown
from expectations.learned.past import Past
from expectations.publish import suites as publish
from expectations.raw.objects import ContractLike


def check_quality(
    quality: Quality, contracts: Iterable[ContractLike], manifest: Mapping[str, Any]
) -> None:
    """Refuse a file that names what no gate has, or what cannot be accepted.

    Raises:
        QualityFileError: the first thing that is wrong.
    """
    if not quality.accepted and not quality.bands:
        return
    published = [model.name for model in models_of(manifest, "publish")]
    refuse_unknown(quality, named_suites(contracts, manifest), published)


def named_suites(contracts: Iterable[ContractLike], manifest: Mapping[str, Any]) -> list[Suite]:
    """Every suite but those of publish, whose rules are made from the data and cannot be accepted.

    Those of a night that has a last good build with the same tables.
    """
    some_day = Day(date(2020, 1, 1), "UTC", date(2019, 1, 1))
    columns = {
        f"{node['database']}.{node['schema']}.{node['alias']}": frozenset(node.get("columns", {}))
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model"
    }
    # A table of enrich is written by Python, and no model of the manifest.
    columns["warehouse.enrich.customer_value_predictions"] = enrich_sense.COMPARED
    with duckdb.connect() as con:
        con.execute("attach ':memory:' as vault").fetchall()
        con.execute("create schema vault.staging").fetchall()
        for model in models_of(manifest, "staging"):
            relation = model.relation
            named = columns[f"{relation.catalog}.{relation.schema}.{relation.table}"]
            declared = ", ".join(f'"{name}" varchar' for name in sorted(named))
            if declared:
                con.execute(f"create table {relation.sql} ({declared})").fetchall()
        return [
            suite
            for boundary in boundaries(contracts, manifest)
            if boundary.name != publish.BOUNDARY
            for suite in boundary.suites(con, some_day, Past(some_day.as_of, columns))
        ]
