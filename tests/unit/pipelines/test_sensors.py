"""Schedule, file drops and the failure alert, without a daemon."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer

import dagster as dg
import pytest

from pipelines.definitions import build_definitions
from pipelines.runtime.settings import Settings, load_settings
from pipelines.sensors import alert_text, file_drop_sensor, post_alert


@pytest.fixture
def webhook() -> Iterator[tuple[str, list[dict]]]:
    received: list[dict] = []

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            received.append(json.loads(self.rfile.read(length)))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Receiver)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", received
    server.shutdown()
    thread.join()
    server.server_close()


def test_an_alert_names_job_steps_and_run(webhook: tuple[str, list[dict]]) -> None:
    url, received = webhook
    post_alert(url, alert_text("nightly", "run-1", ["dbt_core"]))
    assert received[0]["text"] == (
        "customer-360: job nightly failed in dbt_core (run run-1). "
        "The last good publication stays live."
    )


def test_wecom_and_dingtalk_get_their_own_shape(webhook: tuple[str, list[dict]]) -> None:
    url, received = webhook
    post_alert(f"{url}/dingtalk", "失败")
    assert received[0] == {"msgtype": "text", "text": {"content": "失败"}}


def test_the_schedule_asks_for_the_pinned_or_the_last_complete_business_date() -> None:
    settings = load_settings().model_copy(update={"as_of": None, "timezone": "Asia/Shanghai"})
    at_two_in_shanghai = datetime(2026, 3, 1, 18, 0, tzinfo=UTC)
    assert _asked_for(settings, at_two_in_shanghai) == "2026-03-01"
    assert _asked_for(load_settings(), at_two_in_shanghai) == "2017-12-31"


def _asked_for(settings: Settings, moment: datetime) -> str | None:
    definitions = build_definitions(settings)
    schedule = definitions.resolve_schedule_def("nightly")
    assert schedule.execution_timezone == settings.timezone
    context = dg.build_schedule_context(
        scheduled_execution_time=moment, repository_def=definitions.get_repository_def()
    )
    (request,) = schedule.evaluate_tick(context).run_requests
    return request.partition_key


def test_a_source_is_landed_once_for_each_state_of_its_files() -> None:
    state = {"orders": "aaa", "web": "bbb"}
    definitions = build_definitions(load_settings())
    jobs = [definitions.resolve_job_def(f"ingest_{source}") for source in state]
    sensor = file_drop_sensor(list(state), jobs, lambda _settings, source: state[source])

    first = sensor(dg.build_sensor_context(definitions=definitions))
    assert [r.job_name for r in first.run_requests] == ["ingest_orders", "ingest_web"]
    again = sensor(dg.build_sensor_context(cursor=first.cursor, definitions=definitions))
    assert again.run_requests == []
    state["web"] = "ccc"
    changed = sensor(dg.build_sensor_context(cursor=first.cursor, definitions=definitions))
    assert [r.job_name for r in changed.run_requests] == ["ingest_web"]
