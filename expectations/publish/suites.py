"""What must be true before readers see a table: it is all there, and names nobody (privacy.py)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import duckdb

from expectations.engine.columns import columns_of
from expectations.engine.comparisons import Figure, figures_agree
from expectations.engine.models import Model
from expectations.engine.rules import Relation, Rule, Suite, row_count
from expectations.publish import anonymity, classes, privacy
from expectations.publish.known_people import keep_known_people
from expectations.publish.sweep import keep_accusations

BOUNDARY = "publish"


def suites(
    connection: duckdb.DuckDBPyConnection,
    models: Iterable[Model],
    origins: Mapping[str, Relation],
) -> list[Suite]:
    """One suite for each published view.

    Args:
        connection: The build; its texts are searched, now, for whom its vault knows.
        models: The published views.
        origins: By name, the table of core or marts that a view of the same name publishes.
    """
    published = list(models)
    known = {model.name: model.catalogue for model in published}
    columns = columns_of(connection, "warehouse", "publish", known)
    keep_known_people(connection)
    keep_accusations(
        connection,
        {model.relation: privacy.swept(columns.get(model.name, ())) for model in published},
        privacy.QUESTIONS,
    )
    return [
        Suite(
            boundary=BOUNDARY,
            subject=f"publish.{model.name}",
            asset=model.asset,
            relation=model.relation,
            rules=(
                _complete(model, origins.get(model.name)),
                *classes.rules(model.relation, columns.get(model.name, ())),
                *privacy.rules(model.relation, columns.get(model.name, ())),
                *anonymity.rules(model.relation, columns),
            ),
        )
        for model in published
    ]


def _complete(model: Model, origin: Relation | None) -> Rule:
    """A table may be empty when its origin is: what may be empty follows from the contracts."""
    if origin is None:
        return Rule(
            name="not_empty",
            sentence="the published table has rows",
            action=f"Look at the inputs of the model publish_{model.name}",
            check=row_count(minimum=1),
        )
    return figures_agree(
        "rows_as_origin",
        f"the published table has the rows of {origin.schema}.{origin.table}",
        f"Look what the model publish_{model.name} filters or joins",
        Figure(f"{origin.schema} has rows:", f"select count(*) from {origin.sql}"),
        Figure("publish:", f"select count(*) from {model.relation.sql}"),
    )
