"""A failing system in Dagster: one line, no secret, and another try only where it may help."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import dagster as dg
import pytest

from assets.raw.connector.errors import Fatal, StopForToday
from assets.raw.connector.http import GaveUp
from assets.raw.defs import build_raw_assets
from pipelines.runtime.resources import PipelineResource
from pipelines.runtime.settings import load_settings
from tests.unit.raw.connector.books import SECRET, Books, Shelf
from tests.unit.raw.connector.company import set_up_company

BOOKS = dg.AssetKey(["raw", "shop", "books"])


@pytest.fixture
def company(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = set_up_company(tmp_path, monkeypatch)
    (folder / "company.env").write_text(f"SHOP_PASSWORD={SECRET}\nSHOP_USER=reader\n")
    return folder


def materialize() -> dg.ExecuteInProcessResult:
    assets = {asset.key: asset for asset in build_raw_assets(load_settings())}
    return dg.materialize(
        [assets[BOOKS]],
        resources={"pipeline": PipelineResource()},
        partition_key="2017-12-31",
        instance=dg.DagsterInstance.ephemeral(),
        raise_on_error=False,
    )


@pytest.mark.usefixtures("company")
def test_a_system_is_loaded_and_shown(shelf: Shelf) -> None:
    (asset,) = [one for one in build_raw_assets(load_settings()) if one.key == BOOKS]
    spec = asset.get_asset_spec(BOOKS)
    assert (spec.metadata["stream"], spec.kinds) == ("books", {"duckdb", "books"})
    result = materialize()
    assert result.success
    (event,) = result.asset_materializations_for_node("raw__shop__books")
    found = {name: value.value for name, value in event.metadata.items()}
    assert (found["dagster/row_count"], found["files"]) == (7, 3)
    assert found["bytes_landed"] > 0


@pytest.mark.usefixtures("company")
@pytest.mark.parametrize(
    ("error", "again"),
    [
        (Fatal("shop: the system forbids the request; give it the scope"), False),
        (StopForToday("shop: the system is done for today; run again tomorrow"), False),
        (GaveUp("shop: the system does not answer in time; tried 6 times"), True),
    ],
)
def test_a_system_that_fails(
    shelf: Shelf, error: Exception, again: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(request: object, state: object) -> None:
        local_secret = SECRET  # noqa: F841 - a trace may not show it
        raise error

    shelf.before_page = fail
    # An asset that is called directly has no run that could name the date.
    monkeypatch.setattr(PipelineResource, "as_of", lambda self, context: date(2017, 12, 31))
    asset = next(one for one in build_raw_assets(load_settings()) if one.key == BOOKS)
    with pytest.raises(dg.Failure) as failure, _context() as context:
        asset(context)
    assert failure.value.description == str(error)
    assert failure.value.allow_retries is again
    assert failure.value.__cause__ is None


def _context():
    instance = dg.DagsterInstance.ephemeral()
    return dg.build_asset_context(
        resources={"pipeline": PipelineResource()}, partition_key="2017-12-31", instance=instance
    )


def test_what_dagster_shows_of_a_failure(shelf: Shelf, company: Path) -> None:
    shelf.changes = False
    result = materialize()
    assert not result.success
    assert not result.filter_events(lambda event: event.is_step_up_for_retry)
    (failure,) = result.filter_events(lambda event: event.is_step_failure)
    told = str(failure.event_specific_data.error)
    assert "the stream books cannot be asked for changes" in told
    assert SECRET not in told
    assert Books.shelf.asked == []


def test_a_source_that_is_not_configured_does_not_fail(shelf: Shelf, company: Path) -> None:
    (company / "company.env").write_text("")
    result = materialize()
    assert result.success
    (event,) = result.asset_materializations_for_node("raw__shop__books")
    assert event.metadata["dagster/row_count"].value == 0
    assert shelf.asked == []
