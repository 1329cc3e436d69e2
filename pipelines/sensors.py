"""What starts a run by itself, and what is told when one fails.

Belongs here: file drops and the failure alert. Not here: retries (.dagster_home/dagster.yaml).
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import dagster as dg

from pipelines.jobs import ingest_job_name
from pipelines.runtime.clock import last_complete_business_date
from pipelines.runtime.settings import Settings, load_settings

if TYPE_CHECKING:
    from pipelines.jobs import AssetJob

ALERT_TIMEOUT_SECONDS = 10


def file_drop_sensor(
    sources: Sequence[str],
    jobs: Sequence["dg.JobDefinition | AssetJob"],
    fingerprint: Callable[[Settings, str], str],
) -> dg.SensorDefinition:
    """Land a source when its delivered files change; one run for each new state of its files."""

    @dg.sensor(
        name="file_drop",
        jobs=list(jobs),
        minimum_interval_seconds=60,
        description="新文件到达 Lands a source as soon as its files changed.",
    )
    def file_drop(context: dg.SensorEvaluationContext) -> dg.SensorResult:
        settings = load_settings()
        seen = dict(pair.split("=", 1) for pair in (context.cursor or "").split() if "=" in pair)
        as_of = settings.as_of or last_complete_business_date(settings.timezone)
        state = {source: fingerprint(settings, source) for source in sources}
        requests = [
            dg.RunRequest(
                job_name=ingest_job_name(source),
                run_key=f"{source}:{seen.get(source, '')}:{print_}",
                partition_key=as_of.isoformat(),
            )
            for source, print_ in state.items()
            if print_ and seen.get(source) != print_
        ]
        cursor = " ".join(f"{source}={print_}" for source, print_ in sorted(state.items()))
        return dg.SensorResult(run_requests=requests, cursor=cursor)

    return file_drop


def alert_text(job_name: str, run_id: str, failed_steps: Sequence[str]) -> str:
    """What an engineer reads on the phone: names of steps only, never a value of the data."""
    steps = ", ".join(failed_steps) or "before its first step"
    return (
        f"customer-360: job {job_name} failed in {steps} (run {run_id}). "
        "The last good publication stays live."
    )


def post_alert(url: str, text: str) -> None:
    """Post the text to a webhook; `text` suits Slack, `msgtype` 企业微信 WeCom and DingTalk."""
    import requests

    body = {"text": text, "msgtype": "text"}
    if "dingtalk" in url or "qyapi.weixin" in url:
        body = {"msgtype": "text", "text": {"content": text}}  # type: ignore[dict-item]
    requests.post(url, json=body, timeout=ALERT_TIMEOUT_SECONDS).raise_for_status()


def failure_alert() -> dg.SensorDefinition:
    """Announce a failed run at C360_ALERT_WEBHOOK_URL; without one it says so and does nothing."""

    @dg.run_failure_sensor(
        name="failure_alert",
        monitor_all_code_locations=True,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="失败告警 Posts failed runs to the webhook of the settings.",
    )
    def alert(context: dg.RunFailureSensorContext) -> dg.SkipReason | None:
        url = load_settings().alert_webhook_url
        run = context.dagster_run
        if not url:
            return dg.SkipReason("C360_ALERT_WEBHOOK_URL is not set; nobody was told.")
        failed = [event.step_key or "" for event in context.get_step_failure_events()]
        post_alert(url, alert_text(run.job_name, run.run_id, failed))
        return None

    return alert
