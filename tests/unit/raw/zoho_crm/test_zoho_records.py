"""Records of a listing are cut out, not parsed; rows of a bulk file become the same records."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import pytest

from assets.raw.connector.errors import Retryable
from assets.raw.zoho_crm.csv_records import converter, records
from assets.raw.zoho_crm.listings import read_listing
from assets.raw.zoho_crm.metadata import Field

FIELDS = {
    field.name: field
    for field in (
        Field("id", "bigint", "string", None),
        Field("Last_Name", "text", "string", None),
        Field("Amount", "currency", "double", None),
        Field("Age", "integer", "integer", None),
        Field("Email_Opt_Out", "boolean", "boolean", None),
        Field("Owner", "ownerlookup", "jsonobject", None),
        Field("Interests", "multiselectpicklist", "jsonarray", None),
    )
}
HEADER = ",".join(FIELDS)


def zipped(content: str | bytes) -> io.BytesIO:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("1.csv", content)
    return target


def test_numbers_of_a_listing_keep_their_digits() -> None:
    body = b'{"data":[{"id":"1","Amount":12.10,"Big":12345678901234567890123}],"info":{}}'
    listing = read_listing(body)
    assert listing.records == [b'{"id":"1","Amount":12.10,"Big":12345678901234567890123}']
    assert not listing.more


def test_an_empty_body_is_an_empty_page() -> None:
    listing = read_listing(b"")
    assert (listing.records, listing.more, listing.token) == ([], False, None)


@pytest.mark.parametrize(
    "body",
    [
        b'{"data":[{"id":"1"},',
        b'{"data":[{"id":1}]}',
        b'{"data":[{"name":"no id"}]}',
        b'{"data":"x"}',
        b'{"data":[{"id":"1"}],"info":{"more_records":"yes"}}',
        b'[{"id":"1"}]',
        b'{"data":[{"id":"1","x":NaN}]}',
        b"\xff\xfe",
    ],
)
def test_answers_of_another_form_are_asked_for_again(body: bytes) -> None:
    with pytest.raises(Retryable):
        read_listing(body)


def test_rows_become_records() -> None:
    rows = [
        '1,"李, ""四""\nx",12.10,42,true,77,red;blue',
        "2,,,,,,",
        "3,x,1e3,007,perhaps,77,red",
    ]
    archive = zipped("\ufeff" + "\r\n".join([HEADER, *rows]) + "\r\n")
    found = list(records(archive, FIELDS, 3))
    assert (
        found[0]
        == (
            '{"id":"1","Last_Name":"李, \\"四\\"\\nx","Amount":12.10,"Age":42,"Email_Opt_Out":true,'
            '"Owner":{"id":"77"},"Interests":["red","blue"]}'
        ).encode()
    )
    assert json.loads(found[1]) == dict.fromkeys(FIELDS) | {"id": "2"}
    # What is no number stays the text that it is, for the row rules to judge.
    third = json.loads(found[2])
    assert (third["Amount"], third["Age"], third["Email_Opt_Out"]) == (1000, "007", "perhaps")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"{HEADER}\n1,x\n", 1),
        (f"{HEADER}\n1,,,,,,\n", 2),
        (f"{HEADER},More\n1,,,,,,,\n", 1),
        ("", 0),
        (f'{HEADER}\n1,"open,,,,,,\n', 1),
    ],
)
def test_broken_bulk_files_are_refused(text: str, expected: int) -> None:
    with pytest.raises(Retryable):
        list(records(zipped(text), FIELDS, expected))


def test_bytes_that_are_no_zip_or_no_text_are_refused() -> None:
    with pytest.raises(Retryable, match="broken"):
        list(records(io.BytesIO(b"PK nonsense"), FIELDS, 0))
    with pytest.raises(Retryable, match="broken"):
        list(records(zipped(HEADER.encode() + b"\n1,\xff,,,,,\n"), FIELDS, 1))


@pytest.mark.parametrize(
    ("json_type", "cell", "expected"),
    [("integer", "-5", b"-5"), ("double", "0.10", b"0.10"), ("double", "1.", "1.")],
)
def test_numbers_of_a_cell(json_type: str, cell: str, expected: Any) -> None:
    value = converter(Field("x", "x", json_type, None))(cell)
    assert (value if isinstance(value, str) else bytes(value)) == expected
