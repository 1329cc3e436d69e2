"""docs/privacy.md is what the catalogue says."""

from __future__ import annotations

from assets.privacy.page import PAGE, page
from assets.warehouse.project import read_manifest
from pipelines.runtime.privacy import CatalogueColumn, catalogue


def test_the_page_is_up_to_date() -> None:
    written = PAGE.read_text(encoding="utf-8")
    assert written == page(catalogue(read_manifest())), "run `make privacy-page`"


def test_a_table_is_one_line() -> None:
    table = ("warehouse", "core", "dim_people")
    said = (("analytics",), "build")
    text = page(
        [
            CatalogueColumn(table, "gender", "quasi", *said),
            CatalogueColumn(table, "customer_key", "plain", *said),
            CatalogueColumn(("vault", "raw", "people"), "*", "direct", *said),
        ]
    )
    assert text.endswith(
        "| `vault.raw.people` | analytics | build | all columns |  |  |  |\n"
        "| `warehouse.core.dim_people` | analytics | build |  | `gender` |  | 1 |\n"
    )
