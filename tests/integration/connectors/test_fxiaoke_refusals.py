"""What a 纷享销客 Fxiaoke refuses: the pull stops with a named error, and goes on when it may."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from assets.raw.connector.errors import Fatal, SourceError, StopForToday
from assets.raw.connector.pulls import PullStore
from demo.servers.base import Fault
from demo.servers.fxiaoke import FxiaokeServer, error_answer
from tests.integration.connectors.fxiaoke_tenant import (
    Time,
    by_id,
    connection,
    filled,
    pulled,
    records_of,
)

QUERY = "/data/query"


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def server(time: Time) -> Iterator[FxiaokeServer]:
    with filled(time, 350) as server:
        yield server


def test_the_day_quota_stops_the_pull_and_the_next_day_goes_on(time: Time, tmp_path: Path) -> None:
    with filled(time, 1_000, day_quota=8) as server:
        system = connection(server, tmp_path, time)
        with pytest.raises(StopForToday, match=r"crm_fxiaoke: .* no API calls left today .*30002"):
            pulled(system)
        time.pass_by(hours=20)
        pulled(system)
        first, *later = PullStore(tmp_path, "crm_fxiaoke", "LeadsObj").done()
        assert by_id(records_of(first)) == server.records["LeadsObj"]
        assert all(records_of(landed) == [] for landed in later)
        # One call was refused, no page was fetched twice, and what changed since was asked for.
        assert server.count(QUERY) == 1_000 // 100 + 1 + 1 + len(later)


@pytest.mark.parametrize(
    ("code", "words"),
    [(30003, "buy the package"), (20014, "authorize the application"), (77777, "look the code up")],
)
def test_what_a_person_must_mend_is_said_in_one_line(
    server: FxiaokeServer, time: Time, tmp_path: Path, code: int, words: str
) -> None:
    server.plan(Fault(QUERY, skip=2, answer=error_answer(code)))
    system = connection(server, tmp_path, time)
    with pytest.raises(Fatal, match=words) as caught:
        pulled(system)
    assert str(caught.value).startswith("crm_fxiaoke: ")
    assert f"errorCode {code}, traceId" in str(caught.value)
    assert by_id(records_of(pulled(system))) == server.records["LeadsObj"]
    assert server.count(QUERY) == 5


def test_a_wrong_path_is_not_taken_for_wrong_credentials(
    server: FxiaokeServer, time: Time, tmp_path: Path
) -> None:
    with pytest.raises(Fatal, match=r"does not know the path, .* check standard_path") as caught:
        pulled(connection(server, tmp_path, time, standard_path="/cgi/crm/v9"))
    assert "errorCode 10006" in str(caught.value)
    assert "credentials" not in str(caught.value)


def test_wrong_credentials_are_named_but_not_shown(
    server: FxiaokeServer, time: Time, tmp_path: Path
) -> None:
    with pytest.raises(SourceError) as caught:
        pulled(connection(server, tmp_path, time, app_secret="much-too-secret"))
    assert "check app_id, app_secret and permanent_code" in str(caught.value)
    assert "much-too-secret" not in str(caught.value)
    nobody = {"user": None, "user_mobile": "13800000001"}
    with pytest.raises(Fatal, match="nobody has connection"):
        pulled(connection(server, tmp_path, time, **nobody))
