"""Logs hold no personal value that has a shape, and no secret; what operators need stays."""

import io
import logging
import sys
import time
from collections.abc import Iterator
from typing import Any

import dagster as dg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.runtime import log_filter
from pipelines.runtime.log_filter import RedactingFilter, secret_values
from pipelines.runtime.settings import load_settings

KNOWN = "correct-horse-battery"
MICROSECONDS = 250
"""A wide limit: a message takes about 5, one with dates and a UUID about 30."""


@pytest.fixture
def installed() -> Iterator[io.StringIO]:
    """What a handler of the root writes, with the filter in place."""
    before = logging.getLogRecordFactory()
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    logging.getLogger().addHandler(handler)
    log_filter.install([KNOWN])
    yield written
    logging.getLogger().removeHandler(handler)
    log_filter.install([])
    logging.setLogRecordFactory(before)


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("mail to olga.li+x@example.com.cn failed", "mail to [e-mail] failed"),
        ("手机13800138000号", "手机[phone]号"),
        ("phone:13800138000,", "phone:[phone],"),
        ("+86 138 0013 8000", "[phone]"),
        ("call +1 (415) 555-2671 now", "call [phone] now"),
        ("415-555-2671", "[phone]"),
        ("(415) 555-2671", "[phone]"),
        ("010-12345678", "[phone]"),
        ("身份证 11010519491231002X", "身份证 [id number]"),
        ("ssn 078-05-1120", "ssn [id number]"),
        ("card 4111 1111 1111 1111.", "card [card]."),
        ("card=4111111111111111", "card=[card]"),
        (
            "postgresql://reader:p%40ss@db:5432/shop",  # allowlist secret: of this test
            "postgresql://reader:[secret]@db:5432/shop",
        ),
        ("GET /v1/x?access_token=ab12&page=2", "GET /v1/x?access_token=[secret]&page=2"),
        (
            "Authorization: Bearer abcdefgh1234",  # allowlist secret: of this test
            "Authorization: Bearer [secret]",
        ),
        (
            "{'client_secret': 'hunter2222'}",  # allowlist secret: of this test
            "{'client_secret': '[secret]'}",
        ),
        (
            "host=db password=hunter22 user=me",  # allowlist secret: of this test
            "host=db password=[secret] user=me",
        ),
        (f"refused {KNOWN}!", "refused [secret]!"),
    ],
)
def test_values_with_a_shape_are_masked(text: str, masked: str) -> None:
    assert RedactingFilter([KNOWN]).redact(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "run 7f064b00-1111-4222-8333-944445555666 of 2017-12-31, 2017-12-31T00:00:00.123456+00:00",
        "1,829,538 rows read, 1829522 loaded, 12345678901 bytes, 0.13800138000 s, 12.5 %",
        "started at 1700000000 (1700000000000 ms)",
        "core.fct_orders of crm_zoho.contacts: customer_key 8711c397401ced9f2055a3d4f5ef05f4",
        "sha256 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "the token of zoho has expired; the password counts no more (see secrets/tokens)",
        "https://example.com/a?page=2&limit=100 answered 429 in 1.25 s",
        "order 202311230000123456, build 20171231-020000",
    ],
)
def test_what_operators_read_stays(text: str) -> None:
    assert RedactingFilter([KNOWN]).redact(text) == text


@given(st.uuids(), st.datetimes(), st.integers(0, 10**9))
def test_ids_times_and_counts_stay(run: object, moment: object, count: int) -> None:
    text = f"run {run} at {moment}: {count:,} rows, {count} bytes"
    assert RedactingFilter().redact(text) == text


@given(st.text(max_size=20), st.integers(13_000_000_000, 19_999_999_999), st.text(max_size=20))
def test_a_mobile_is_masked_wherever_it_stands(before: str, mobile: int, after: str) -> None:
    assert str(mobile) not in RedactingFilter().redact(f"{before} {mobile} {after}")


@given(st.text(), st.one_of(st.none(), st.text(), st.integers(), st.tuples(st.text(), st.floats())))
def test_nothing_is_raised_whatever_is_logged(message: str, arguments: Any) -> None:
    args = arguments if isinstance(arguments, tuple) else (arguments,)
    record = logging.LogRecord("x", logging.INFO, "f", 1, message, args, None)
    assert RedactingFilter([KNOWN]).filter(record)
    assert isinstance(logging.Formatter().format(record), str)


class _OddError(Exception):
    def __str__(self) -> str:
        raise RuntimeError("no text")


@pytest.mark.parametrize("message", [_OddError(), "%s", "%d", "%(x)s", b"\xff", None, object()])
def test_odd_messages_and_arguments_are_written(message: Any) -> None:
    record = logging.LogRecord("x", logging.INFO, "f", 1, message, (_OddError(),), None)
    assert RedactingFilter().filter(record)
    logging.Formatter().format(record)


def test_arguments_that_do_not_fit_are_not_printed(
    installed: io.StringIO, capsys: pytest.CaptureFixture[str]
) -> None:
    logging.getLogger("odd").warning("no place", "olga@example.com")
    assert installed.getvalue() == "no place (its arguments do not fit)\n"
    assert "olga" not in "".join(capsys.readouterr())


def test_an_odd_exception_is_written_too() -> None:
    try:
        raise _OddError
    except _OddError:
        raised = sys.exc_info()
    record = logging.LogRecord("x", logging.INFO, "f", 1, "failed", (), raised)
    assert RedactingFilter().filter(record)
    assert "_OddError" in logging.Formatter().format(record)


@pytest.mark.parametrize(
    "name", ["", "dagster", "dbt.adapters", "great_expectations", "httpx", "x.y"]
)
def test_every_logger_is_behind_it(
    installed: io.StringIO, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    logger = logging.getLogger(name)
    # Other tests load libraries that silence their loggers.
    monkeypatch.setattr(logger, "disabled", False)
    for part in ("dagster", "dbt", "great_expectations", "httpx", name):
        monkeypatch.setattr(logging.getLogger(part), "propagate", True)
        monkeypatch.setattr(logging.getLogger(part), "level", logging.INFO)
    logger.warning("for %s with %s", "olga@example.com", {"phone": "13800138000"})
    try:
        raise ValueError("no such card: 4111111111111111")
    except ValueError:
        logger.exception("it failed")
    text = installed.getvalue()
    assert "for [e-mail] with {'phone': '[phone]'}" in text
    assert "ValueError: no such card: [card]" in text
    assert "Traceback" in text
    assert "4111" not in text


def test_dagsters_event_log_holds_the_masks(installed: io.StringIO) -> None:
    @dg.op
    def say(context: dg.OpExecutionContext) -> None:
        context.log.info("asked for olga@example.com and 13800138000")

    @dg.job
    def saying() -> None:
        say()

    with dg.DagsterInstance.ephemeral() as instance:
        run = saying.execute_in_process(instance=instance)
        said = [entry.user_message for entry in instance.all_logs(run.run_id)]
    assert "asked for [e-mail] and [phone]" in said
    assert not any("olga" in str(text) for text in said)


def test_values_of_secrets_are_known_by_the_names_of_their_variables() -> None:
    file = {
        "ZOHO_CLIENT_SECRET": "one-secret",
        "SHOP_PASSWORD": "two-secret",
        "C360_ALERT_WEBHOOK_URL": "https://hooks.example.com/three",
        "C360_PSEUDONYM_KEY_FILE": "/etc/c360/pseudonym.key",
        "C360_HOME": "var",
        "EMPTY_TOKEN": None,
    }
    assert secret_values(file, {"WECHAT_ACCESS_TOKEN": "four"}) == [
        *("one-secret", "two-secret", "https://hooks.example.com/three", "four")
    ]
    assert RedactingFilter(["four"]).redact("page four of four") == "page four of four"


def test_reading_the_settings_puts_it_in_place(
    installed: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    logging.setLogRecordFactory(logging.LogRecord)
    monkeypatch.setenv("C360_ENV_FILE", "demo/demo.env")
    monkeypatch.setenv("SHOP_API_TOKEN", "not-to-be-seen")
    load_settings()
    logging.getLogger("x").warning("answered 401 to not-to-be-seen")
    assert installed.getvalue() == "answered 401 to [secret]\n"


def test_it_is_cheap() -> None:
    asked = RedactingFilter([KNOWN, "another-secret"])
    text = "Stage core done, run 7f064b00-1111-4222-8333-944445555666 of 2017-12-31, 110 assets"
    best = min(_seconds(asked, text) for _ in range(5))
    assert best * 1e6 < MICROSECONDS


def _seconds(asked: RedactingFilter, text: str, times: int = 500) -> float:
    began = time.perf_counter()
    for _ in range(times):
        asked.filter(logging.LogRecord("x", logging.INFO, "f", 1, text, (), None))
    return (time.perf_counter() - began) / times
