"""Settings: every mistake gives one line with the variable, what is wrong and where to mend it."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.runtime.settings import Settings, SettingsError, load_settings, variable

GOOD = {
    "C360_SOURCES": "sources",
    "C360_DATA": "/data",
    "C360_TIMEZONE": "Asia/Shanghai",
    "C360_REPORTING_CURRENCY": "CNY",
    "C360_FIRST_DATE": "2020-01-01",
}


@pytest.fixture
def load(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    for name in list(__import__("os").environ):
        if name.startswith("C360_"):
            monkeypatch.delenv(name)

    def _load(**changes: str | None) -> Settings:
        values = {**GOOD, **changes}
        file = tmp_path / "company.env"
        file.write_text("".join(f"{k}={v}\n" for k, v in values.items() if v is not None))
        monkeypatch.setenv("C360_ENV_FILE", str(file))
        return load_settings()

    return _load


def test_a_complete_file_loads(load) -> None:
    settings = load()
    assert settings.timezone == "Asia/Shanghai"
    assert settings.as_of is None
    assert settings.key_file.name == "pseudonym.key"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"C360_TIMEZONE": None}, ["C360_TIMEZONE is not set", "company.env"]),
        ({"C360_TIMEZONE": "Peking"}, ["C360_TIMEZONE is wrong", "Peking", "Asia/Shanghai"]),
        ({"C360_REPORTING_CURRENCY": "yuan"}, ["C360_REPORTING_CURRENCY is wrong"]),
        ({"C360_FIRST_DATE": "soon"}, ["C360_FIRST_DATE is wrong", "date"]),
        ({"C360_KEEP_BUILDS": "0"}, ["C360_KEEP_BUILDS is wrong"]),
        ({"C360_NIGHTLY_CRON": "daily"}, ["C360_NIGHTLY_CRON is wrong", "five fields"]),
        ({"C360_PUBLISH_GROUP": "bi-nowhere"}, ["C360_PUBLISH_GROUP is wrong", "no group"]),
        (
            {"C360_POSTGRES_DSN_FILE": "/nowhere/dsn"},
            ["C360_POSTGRES_DSN_FILE is wrong: no file at /nowhere/dsn", "unset"],
        ),
        ({"C360_TIMEZON": "UTC"}, ["C360_TIMEZON", "is no setting", ".env.example"]),
    ],
)
def test_a_mistake_is_one_line_that_says_how_to_mend_it(load, changes, words) -> None:
    with pytest.raises(SettingsError) as error:
        load(**changes)
    text = str(error.value)
    assert "\n" not in text
    for word in words:
        assert word in text


def test_the_environment_wins_over_the_file(load, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("C360_TIMEZONE", "UTC")
    assert load().timezone == "UTC"


def test_a_named_env_file_that_is_not_there_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("C360_ENV_FILE", "nowhere.env")
    with pytest.raises(SettingsError, match=r"C360_ENV_FILE: no file at .*nowhere\.env"):
        load_settings()


def test_env_example_names_every_setting_and_no_other() -> None:
    example = (Path(__file__).parents[3] / ".env.example").read_text()
    named = {line.split("=")[0] for line in example.splitlines() if line.startswith("C360_")}
    assert named == {f"C360_{name.upper()}" for name in Settings.model_fields}


def test_variables_of_sources_may_stand_in_the_env_file(load) -> None:
    assert load(ZOHO_CLIENT_ID="1000.X", SHOP_TOKEN="'a#b $c'").timezone == "Asia/Shanghai"
    assert variable("ZOHO_CLIENT_ID") == "1000.X"
    assert variable("SHOP_TOKEN") == "a#b $c"
    assert variable("ZOHO_CLIENT_SECRET") is None
    assert "1000.X" not in repr(load(ZOHO_CLIENT_ID="1000.X"))


def test_a_variable_of_the_environment_wins_unless_it_is_empty(
    load, monkeypatch: pytest.MonkeyPatch
) -> None:
    load(ZOHO_CLIENT_ID="of the file")
    monkeypatch.setenv("ZOHO_CLIENT_ID", "of the environment")
    assert variable("ZOHO_CLIENT_ID") == "of the environment"
    monkeypatch.setenv("ZOHO_CLIENT_ID", "")
    assert variable("ZOHO_CLIENT_ID") == "of the file"


@pytest.mark.parametrize("name", ["C360_TIMEZON", "c360_timezon", "C360_ENV_FILE"])
def test_a_name_of_ours_that_is_no_setting_is_refused(load, name: str) -> None:
    with pytest.raises(SettingsError, match=f"{name} in company.env is no setting; see") as error:
        load(**{name: "s3cret"})
    assert "s3cret" not in str(error.value)


def test_a_mistake_does_not_quote_the_variables_of_sources(load) -> None:
    with pytest.raises(SettingsError) as error:
        load(ZOHO_CLIENT_SECRET="s3cret", C360_TIMEZONE="Peking")  # allowlist secret: of this test
    assert "s3cret" not in str(error.value)
