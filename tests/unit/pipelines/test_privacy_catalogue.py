"""The column catalogue: nothing is without a class, and nothing slips in under another's."""

from __future__ import annotations

from typing import Any

import pytest

from pipelines.runtime.privacy import CatalogueError, catalogue

META = {"purposes": ["analytics"], "retention": "build"}


def node(kind: str = "model", meta: dict[str, Any] | None = None, **columns: Any) -> dict[str, Any]:
    return {
        "resource_type": kind,
        "database": "warehouse",
        "schema": "core",
        "name": "dim_people",
        "alias": "dim_people",
        "description": "One row per person",
        "config": {"meta": META if meta is None else meta},
        "columns": {
            name: {"name": name, "description": "", "config": {"meta": own}}
            for name, own in columns.items()
        },
    }


def manifest(*nodes: dict[str, Any], **sources: dict[str, Any]) -> dict[str, Any]:
    return {"nodes": dict(enumerate(nodes)), "sources": sources}


def test_a_column_takes_purposes_and_retention_from_its_table() -> None:
    (found,) = catalogue(manifest(node(gender={"class": "quasi"})))
    assert found.table == ("warehouse", "core", "dim_people")
    assert (found.name, found.privacy_class) == ("gender", "quasi")
    assert (found.purposes, found.retention) == (("analytics",), "build")


def test_a_column_may_have_a_purpose_of_its_own() -> None:
    own = {"class": "quasi", "purposes": ["marketing"], "retention": "source"}
    (found,) = catalogue(manifest(node(birthday=own)))
    assert (found.purposes, found.retention) == (("marketing",), "source")


@pytest.mark.parametrize(
    ("own", "words"),
    [
        ({}, "core.dim_people.gender has no class"),
        ({"class": "secret"}, "has the class 'secret'"),
        ({"class": "plain", "purposes": []}, "has no purpose of integration"),
        ({"class": "plain", "purposes": ["fun"]}, "has no purpose of integration"),
        ({"class": "plain", "retention": "ever"}, "has no retention of source, build"),
    ],
)
def test_what_is_missing_fails_the_build(own: dict[str, Any], words: str) -> None:
    with pytest.raises(CatalogueError) as error:
        catalogue(manifest(node(gender=own)))
    assert words in str(error.value)
    assert "\n" not in str(error.value)


def test_a_model_has_no_common_class() -> None:
    with pytest.raises(CatalogueError, match=r"dim_people\.gender has no class"):
        catalogue(manifest(node(meta=META | {"class": "plain"}, gender={})))


@pytest.mark.parametrize("kind", ["seed", "source"])
def test_rules_and_tables_of_python_may_have_one(kind: str) -> None:
    table = node(kind, META | {"class": "direct"}, name={})
    (found,) = catalogue(manifest(people=table) if kind == "source" else manifest(table))
    assert (found.name, found.privacy_class) == ("*", "direct")


def test_many_faults_are_counted() -> None:
    columns: dict[str, Any] = {f"column_{number}": {} for number in range(12)}
    with pytest.raises(CatalogueError, match="and 7 more: write"):
        catalogue(manifest(node(**columns)))
