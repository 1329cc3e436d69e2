"""Who stands on the suppression list is taken out of what lands, before it is loaded."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import duckdb
import pytest

from assets.privacy.erasure.ledger import erase_listed_keys
from assets.privacy.erasure.screen import erasing_all, screen_everything, screen_object
from assets.privacy.erasure.suppression import readmit, suppress
from assets.privacy.subject.traces import add_traces, create_traces
from assets.raw.contract import SourceContract, load_contracts
from assets.raw.errors import FileError
from assets.raw.landing import Manifest
from assets.raw.load import load_followers, load_one
from assets.raw.mends import Mend, fingerprint, keep_mends, read_mends
from pipelines.runtime.builds import Build, open_build
from pipelines.runtime.clock import utc_now
from pipelines.runtime.settings import Settings, load_settings
from pipelines.runtime.suppression import listed, suppression_key
from tests.unit.raw.test_load_command import company

__all__ = ["company"]

CONTRACT = """
source: shop
description: A shop
objects:
  answers:
    description: One row per answer to a ticket
    path: answers.csv
    format: csv
    columns:
      - {name: id, type: bigint}
      - {name: ticket_id, type: bigint, part_of: tickets}
      - {name: score, type: integer, required: true}
    key: [id]
  tickets:
    description: One row per ticket
    path: tickets.csv
    format: csv
    columns: [{name: id, type: bigint}, {name: email, type: varchar, identifier: email}]
    key: [id]
  products:
    description: One row per product
    path: products.csv
    format: csv
    customers: none
    columns: [{name: id, type: bigint}]
    key: [id]
"""
TICKETS = "id,email\n1,li@example.com\n2, Wei.Zhang@example.com\n"
ANSWERS = "id,ticket_id,score\n10,2,5\n11,1,x\n12,1,4\n"
AS_OF = date(2017, 1, 31)
WEI = "wei.zhang@example.com"


@pytest.fixture
def settings(company: Path) -> Settings:
    (company / "sources" / "shop.yml").write_text(CONTRACT, encoding="utf-8")
    (company / "data" / "tickets.csv").write_text(TICKETS, encoding="utf-8")
    (company / "data" / "answers.csv").write_text(ANSWERS, encoding="utf-8")
    (company / "data" / "products.csv").write_text("id\n7\n", encoding="utf-8")
    return load_settings()


@pytest.fixture
def contracts(settings: Settings) -> list[SourceContract]:
    return load_contracts(settings.sources)


def erase(settings: Settings, email: str, request: str = "first") -> None:
    with duckdb.connect() as con:
        create_traces(con, suppression_key(settings))
        found = add_traces(con, f"select 'identifier:email' as kind, '{email}' as value")
    assert suppress(settings, request, found) == 1
    assert suppress(settings, request, found) == 0, "a trace stands there once"


def load(settings: Settings, contracts: list[SourceContract], *names: str) -> Build:
    build = open_build(settings, f"run-{utc_now().timestamp()}")

    def screen(settings: Settings, contract: SourceContract, name: str) -> int:
        return screen_object(settings, contracts, contract, name)

    for name in names:
        load_one(settings, build, contracts[0], name, "load", utc_now(), AS_OF, screen)
    return build


def ids(build: Build, name: str, schema: str = "raw") -> list[int]:
    column = "id" if schema == "raw" else "_position"
    with build.connect() as con:
        return [
            row[0]
            for row in con.execute(
                f"select {column} from vault.{schema}.shop__{name} order by 1"
            ).fetchall()
        ]


def manifest(settings: Settings, name: str) -> Manifest:
    return Manifest(settings.home / "landing" / "shop" / name)


def test_a_person_is_out_before_the_load_and_so_is_what_is_part_of_them(
    settings: Settings, contracts: list[SourceContract]
) -> None:
    assert ids(load(settings, contracts, "tickets", "answers"), "tickets") == [1, 2]
    erase(settings, WEI)
    build = load(settings, contracts, "tickets", "answers")
    assert ids(build, "tickets") == [1]
    assert ids(build, "answers") == [12]
    assert ids(build, "answers", "quarantine") == [1], "the faulty row is the first one now"
    (delivery,) = manifest(settings, "tickets").deliveries
    assert delivery.rows_erased == 1
    kinds = [(json.loads(it)["request"], json.loads(it)["kind"]) for it in listed(settings.home)]
    assert kinds == [("first", "identifier:email"), ("followed", "row:shop.tickets")]
    assert WEI.split("@", maxsplit=1)[0] not in "".join(listed(settings.home)).lower()


def test_a_new_delivery_of_the_same_person_stays_out(
    settings: Settings, contracts: list[SourceContract]
) -> None:
    erase(settings, WEI)
    load(settings, contracts, "tickets", "answers")
    (settings.data / "tickets.csv").write_text(f"{TICKETS}3,{WEI.upper()}\n")
    (settings.data / "answers.csv").write_text("id,ticket_id,score\n13,3,5\n14,1,5\n")
    build = load(settings, contracts, "tickets", "answers")
    assert ids(build, "tickets") == [1]
    assert ids(build, "answers") == [14], "the answer to the new ticket is theirs too"


def test_what_was_loaded_before_it_was_known_to_be_theirs_is_loaded_again(
    settings: Settings, contracts: list[SourceContract]
) -> None:
    erase(settings, WEI)
    build = load(settings, contracts, "answers", "tickets", "products")
    assert ids(build, "answers") == [10, 12], "only the tickets tell whose the answer is"

    def screen(settings: Settings, contract: SourceContract, name: str) -> int:
        return screen_object(settings, contracts, contract, name)

    again = load_followers(settings, build, contracts, "load", utc_now(), AS_OF, screen)
    assert again == ["shop.answers"]
    assert ids(build, "answers") == [12]


def test_copies_are_compared_once_with_one_list(
    settings: Settings, contracts: list[SourceContract]
) -> None:
    erase(settings, WEI)
    load(settings, contracts, "tickets")
    before = manifest(settings, "tickets").deliveries
    assert before[0].screened is not None
    assert screen_everything(settings, contracts, "again") == {}
    assert manifest(settings, "tickets").deliveries == before
    erase(settings, "li@example.com", "second")
    assert screen_everything(settings, contracts, "second")["shop.tickets"].rows == 1
    assert manifest(settings, "tickets").deliveries[0].screened != before[0].screened


def test_objects_without_people_are_never_opened(
    settings: Settings, contracts: list[SourceContract]
) -> None:
    erase(settings, WEI)
    load(settings, contracts, "products")
    (delivery,) = manifest(settings, "products").deliveries
    assert delivery.screened is None


def test_mends_go_with_the_person_and_follow_the_others(
    settings: Settings, contracts: list[SourceContract]
) -> None:
    (settings.data / "answers.csv").write_text("id,ticket_id,score\n9,2,5\n10,2,y\n11,1,x\n")
    load(settings, contracts, "tickets", "answers")
    (digest,) = {it.sha256 for it in manifest(settings, "answers").deliveries}

    def mend(position: int, ticket: int, broken: str) -> Mend:
        refused = f'{{"id":"{8 + position}","ticket_id":"{ticket}","score":"{broken}"}}'
        mended = refused.replace(broken, "4")
        stamp = "2017-01-31T00:00:00"
        return Mend("answers.csv", position, fingerprint(refused), mended, digest, stamp)

    keep_mends(settings.home, "shop", "answers", [mend(2, 2, "y"), mend(3, 1, "x")])
    assert ids(load(settings, contracts, "answers"), "answers") == [9, 10, 11]
    erase(settings, WEI)
    assert ids(load(settings, contracts, "tickets", "answers"), "answers") == [11]
    (left,) = read_mends(settings.home, "shop", "answers")
    assert (left.position, left.file_sha256 == digest) == (1, False)


def test_a_load_that_cannot_keep_them_out_is_refused(
    settings: Settings, contracts: list[SourceContract]
) -> None:
    erase(settings, WEI)
    with pytest.raises(FileError, match="people were erased from this instance"):
        load_one(
            *(settings, open_build(settings, "trial"), contracts[0], "tickets", "load"),
            *(utc_now(), AS_OF),
        )


def test_who_is_readmitted_is_loaded_when_delivered_again(
    settings: Settings, contracts: list[SourceContract]
) -> None:
    erase(settings, WEI)
    load(settings, contracts, "tickets")
    assert readmit(settings.home, "no such request") == 0
    assert readmit(settings.home, "first") == 1
    assert ids(load(settings, contracts, "tickets"), "tickets") == [1], "erased stays erased"
    (settings.data / "tickets.csv").write_text(f"{TICKETS}3,{WEI}\n")
    assert ids(load(settings, contracts, "tickets"), "tickets") == [1, 2, 3]


def test_the_ledger_forgets_the_records_of_the_list(
    settings: Settings, contracts: list[SourceContract], tmp_path: Path
) -> None:
    ledger = tmp_path / "ledger"
    ledger.mkdir()
    file = ledger / "00000001-run.parquet"
    duckdb.execute(
        "copy (select * from (values (date '2017-01-01', 1, 'shop.tickets', '2', 'C1'),"
        " (date '2017-01-01', 1, 'shop.tickets', '1', 'C2'))"
        f" as t (as_of, sequence, source, source_record_id, customer_key)) to '{file}'"
    ).fetchall()
    erase(settings, WEI)
    load(settings, contracts, "tickets")
    with erasing_all(settings, contracts, "again") as erasing:
        assert erase_listed_keys(erasing.con, ledger) == 1
        assert erase_listed_keys(erasing.con, ledger) == 0
    assert duckdb.execute(f"select customer_key from '{file}'").fetchall() == [("C2",)]
    assert [it.name for it in ledger.iterdir()] == [file.name]


def test_landing_may_be_empty(settings: Settings, contracts: list[SourceContract]) -> None:
    assert screen_object(settings, contracts, contracts[0], "tickets") == 0
    erase(settings, WEI)
    assert screen_everything(settings, contracts, "again") == {}
