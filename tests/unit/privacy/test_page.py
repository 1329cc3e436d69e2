"""docs/privacy.md is what the catalogue says."""

from __future__ import annotations

from assets.privacy.page import PAGE, page
from assets.raw.contract import load_contracts
from assets.warehouse.project import read_manifest
from pipelines.runtime.privacy import CatalogueColumn, whole_catalogue
from pipelines.runtime.settings import PROJECT_ROOT

DEMO = PROJECT_ROOT / "demo" / "sources"


def test_the_page_is_up_to_date() -> None:
    written = PAGE.read_text(encoding="utf-8")
    assert written == page(whole_catalogue(read_manifest()), load_contracts(DEMO)), (
        "run `make privacy-page`"
    )


def test_a_table_is_one_line() -> None:
    table = ("warehouse", "core", "dim_people")
    said = (("analytics",), "build")
    text = page(
        [
            CatalogueColumn(table, "gender", "quasi", *said),
            CatalogueColumn(table, "customer_key", "plain", *said),
            CatalogueColumn(("vault", "raw", "people"), "*", "direct", *said),
        ],
        load_contracts(DEMO),
    )
    assert text.endswith(
        "| `vault.raw.people` | analytics | build | all columns |  |  |  |\n"
        "| `warehouse.core.dim_people` | analytics | build |  | `gender` |  | 1 |\n"
    )


def test_an_object_is_one_line_of_limits() -> None:
    lines = page([], load_contracts(DEMO)).splitlines()
    for line in (
        "| `service` | `tickets` | 3,650 days | `description` 1,825 days |",
        "| `consent` | `consent_events` | no limit |  |",
        "| `orders` | `stores` | as long as the source delivers them |  |",
    ):
        assert line in lines
