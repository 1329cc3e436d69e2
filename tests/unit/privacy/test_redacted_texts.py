"""The night's step: every different text is looked at once, and has a row that says so."""

from __future__ import annotations

from pathlib import Path

import dagster as dg
import duckdb
import pytest

from assets.privacy.redaction.columns import MarkedColumn, RedactionMarkError, marked_columns
from assets.privacy.redaction.defs import build_redaction_asset
from assets.privacy.redaction.night import CONTACTS, TABLE, Redacted, redact_texts
from benchmarks.free_texts.cases import cases
from expectations.publish.privacy import QUESTIONS
from expectations.publish.sweep import TEXTS
from tests.unit.enrich.identity.test_defs import OneBuild

COLUMNS = [
    MarkedColumn("staging", "notes", "body", ("text",)),
    MarkedColumn("staging", "tickets", "subject", ("text",)),
    MarkedColumn("staging", "people", "full_name", ("person",)),
    MarkedColumn("staging", "accounts", "account_name", ("text", "company")),
]


def write_vault(con: duckdb.DuckDBPyConnection, **values: list[str | None]) -> None:
    con.execute("create schema vault.staging").fetchall()
    con.execute("create schema vault.identity").fetchall()
    for column in COLUMNS:
        con.execute(
            f"create table vault.staging.{column.table} as"
            f" select unnest($1::varchar[]) as {column.name}",
            [values.get(column.table, [])],
        ).fetchall()
    con.execute(
        f"create table {CONTACTS} (identifier_type varchar, identifier_value varchar,"
        " is_valid boolean)"
    ).fetchall()
    con.execute(
        f"insert into {CONTACTS} values ('phone', '+12125550134', true),"
        " ('phone', '+12125550135', false), ('email', 'a@example.com', true)"
    ).fetchall()


def redacted(**values: list[str | None]) -> tuple[Redacted, dict[str, str | None]]:
    """What was found, and of each text that was looked at what stands for it."""
    with duckdb.connect() as con:
        con.execute("attach ':memory:' as vault").fetchall()
        write_vault(con, **values)
        found = redact_texts(con, COLUMNS)
        assert redact_texts(con, COLUMNS) == found
        texts = {text for column in COLUMNS for text in values.get(column.table, []) if text}
        rows = dict(con.execute(f"select text_hash, redacted_text from {TABLE}").fetchall())
        hashes = dict(
            con.execute("select text, md5(text) from unnest($1::varchar[]) as t(text)", [[*texts]])
            .fetchall()
        )  # fmt: skip
        return found, {text: rows[made] for text, made in hashes.items() if made in rows}


def test_a_text_is_looked_at_once_wherever_it_stands() -> None:
    found, texts = redacted(
        notes=["call 13912345678 or li@example.com", None, "all well"],
        tickets=["all well", "call 13912345678 or li@example.com"],
    )
    assert found == Redacted(texts=2, changed=1, finds={"email": 1, "phone": 1})
    assert texts == {"call 13912345678 or li@example.com": "call [phone] or [email]",
                     "all well": None}  # fmt: skip


def test_names_of_people_go_and_names_of_companies_stay() -> None:
    _, texts = redacted(
        people=["沈阳远", "Anna Smith", "李小明先生"],
        accounts=["沈阳远大贸易有限公司", "Anna Smith Interiors", "李小明"],
        notes=["沈阳远说沈阳远大贸易有限公司好", "ANNA SMITH of Anna Smith Interiors", "找李小明"],
    )
    assert texts == {
        "沈阳远说沈阳远大贸易有限公司好": "[name]说沈阳远大贸易有限公司好",
        "ANNA SMITH of Anna Smith Interiors": "[name] of Anna Smith Interiors",
        "找李小明": "找[name]",
        "沈阳远大贸易有限公司": None,
        "Anna Smith Interiors": None,
        "李小明": "[name]",
    }


def test_a_word_in_the_field_for_the_name_is_no_name() -> None:
    _, texts = redacted(people=["客户", "王芳"], notes=["客户来电", "王芳来电"])
    assert texts == {"客户来电": None, "王芳来电": "[name]来电"}


def test_a_known_phone_goes_whatever_stands_around_it() -> None:
    _, texts = redacted(notes=["2125550134 is fine", "2125550135 is fine", "see 1 212-5550134"])
    assert texts == {
        "2125550134 is fine": "[phone] is fine",
        "2125550135 is fine": None,
        "see 1 212-5550134": "see [phone]",
    }


def test_without_texts_the_table_is_there_and_empty() -> None:
    assert redacted() == (Redacted(texts=0, changed=0, finds={}), {})


def test_more_texts_than_one_batch_keep_their_own_redaction(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("assets.privacy.redaction.night._BATCH", 10)
    given = [f"note {number}: 1391234{number:04}" for number in range(5000)]
    found, texts = redacted(notes=given)
    assert found.changed == 5000
    assert texts == {text: f"{text.partition(':')[0]}: [phone]" for text in given}


def test_an_unknown_mark_is_refused_in_one_line() -> None:
    column = {"name": "body", "config": {"meta": {"redaction": ["txet"]}}}
    node = {"resource_type": "model", "schema": "staging", "name": "notes"}
    with pytest.raises(
        RedactionMarkError, match=r"staging\.notes\.body has the redaction mark txet"
    ):
        marked_columns({"nodes": {"m": {**node, "columns": {"body": column}}}})


def test_dagster_tells_what_was_found(tmp_path: Path) -> None:
    pipeline = OneBuild(folder=str(tmp_path))
    with pipeline.build("run").connect() as con:
        write_vault(con, notes=["call 13912345678", "all well"])
    result = dg.materialize([build_redaction_asset(COLUMNS)], resources={"pipeline": pipeline})
    [event] = result.get_asset_materialization_events()
    assert event.asset_key == dg.AssetKey(["redaction", "redacted_texts"])
    metadata = event.materialization.metadata
    assert metadata["dagster/row_count"].value == 2
    assert metadata["texts_with_finds"].value == 1
    assert "| phone | 1 |" in str(metadata["finds"].value)


def test_what_redaction_leaves_passes_the_gate() -> None:
    """Hotlines, orders and payments look like phones and ID cards: a night must not stop there."""
    given = cases(1000, 7)
    names = [name for case in given for name in case.known_names]
    with duckdb.connect() as con:
        con.execute("attach ':memory:' as vault; attach ':memory:' as sweep").fetchall()
        write_vault(con, notes=[case.text for case in given], people=names)
        redact_texts(con, COLUMNS)
        con.execute(
            f"create table {TEXTS} as select distinct coalesce(redacted_text, body) as text"
            f" from vault.staging.notes inner join {TABLE} on md5(body) = text_hash"
        ).fetchall()
        accused = {
            asked.kind: con.execute(asked.query).fetchall()
            for asked in QUESTIONS
            if asked.rule == "no_identifier_patterns"
        }
    assert not any(accused.values())
