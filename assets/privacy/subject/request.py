"""Whom a request is about 请求对象: a customer key, a record of a source, or a file of identifiers.

    <home>/requests/<name>      {"phone": "138 1234 5678", "email": "wei@example.com"}

What reaches a person is never written into a command or a run: others can read those. It stands in
a file that only its owner can read, under the names of identifier types (rules.yml); the file may
give a `customer_key` or a `record` as well.
"""

from __future__ import annotations

import json
import os
import re
import stat
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from assets.enrich.identity.rules import Rules
from assets.enrich.identity.standardise.registry import standardise
from assets.privacy.subject.leads import leads
from assets.privacy.subject.person import NobodyError, customer_of_record
from assets.raw.contract_model import SourceContract
from pipelines.runtime.exports import REQUESTS

FOLDER = REQUESTS
CUSTOMER_KEY = re.compile(r"C[0-9a-f]{16}")
RECORD = re.compile(r"([a-z0-9_]+\.[a-z0-9_]+)/(.+)")
OWN_NUMBERS = {"shop_customer_id", "loyalty_id"}
"""Identifiers that the company gave itself: they may stand in a command."""

MAX_BYTES = 65_536


class RequestError(Exception):
    """One line: why a request cannot be read. It quotes nothing of it."""


@dataclass(frozen=True)
class Request:
    """Who is asked for, in one of three ways.

    Attributes:
        customer_key: Of today or of before.
        record: `crm_zoho.contacts/123`.
        identifiers: Types and values as typed; the customer has all of them.
    """

    customer_key: str | None = None
    record: str | None = None
    identifiers: Mapping[str, str] = field(default_factory=dict, repr=False)


def spoken_request(
    customer_key: str, record: str, file: str, home: Path, contracts: Sequence[SourceContract]
) -> Request:
    """The request of a command or a run; an empty text is not given.

    Raises:
        RequestError: not exactly one is given, or it is not written as it must be.
    """
    given = [it for it in (customer_key, record, file) if it]
    if len(given) != 1:
        raise RequestError(
            f"{len(given)} of CUSTOMER_KEY, RECORD and FILE are given; give exactly one"
        )
    if file:
        return read_request(home, file)
    request = _checked(customer_key or None, record or None, {})
    if request.record:
        _refuse_accounts(request.record, contracts)
    return request


def read_request(home: Path, name: str) -> Request:
    """The request in a file of `<home>/requests`.

    Raises:
        RequestError: there is none, others may read it, or it is no request.
    """
    if Path(name).name != name or name in ("", ".", ".."):
        raise RequestError(f"FILE: give the name alone; the file lies in {home / FOLDER}")
    try:
        descriptor = os.open(home / FOLDER / name, os.O_RDONLY | os.O_NOFOLLOW)
        state = os.fstat(descriptor)
    except OSError:
        raise RequestError(f"FILE: there is no such file in {home / FOLDER}") from None
    if not stat.S_ISREG(state.st_mode) or state.st_uid != os.geteuid() or state.st_mode & 0o077:
        os.close(descriptor)
        raise RequestError(
            "FILE: others may read the request, or it is another user's; chmod 600 it, as the "
            "user of the pipeline"
        )
    with os.fdopen(descriptor, "rb") as handle:
        content = handle.read(MAX_BYTES)
    try:
        said = json.loads(content)
    except ValueError:
        said = None
    if not isinstance(said, dict) or not said or not all(_is_value(it) for it in said.values()):
        raise RequestError(
            'FILE: write one JSON object of texts, such as {"phone": "…", "email": "…"}'
        )
    values = {key: str(value) for key, value in said.items()}
    return _checked(values.pop("customer_key", None), values.pop("record", None), values)


def customer_of(con: duckdb.DuckDBPyConnection, request: Request, rules: Rules, region: str) -> str:
    """The customer key of a request; the vault of the live build is attached as `vault`.

    Args:
        con: The connection.
        request: Who is asked for.
        rules: Of identity resolution: which identifiers there are, and how they are standardised.
        region: Of phones that give no hint themselves.

    Raises:
        NobodyError: nobody fits, or several people do; it names counts only.
        RequestError: there is no identifier of that type, or a value of it can be nobody's.
    """
    if request.customer_key:
        return request.customer_key
    if request.record:
        source, _, record_id = request.record.partition("/")
        return customer_of_record(con, source, record_id)
    found = {
        kind: _customers(con, kind, _standard(rules, kind, value, region))
        for kind, value in request.identifiers.items()
    }
    common = set.intersection(*found.values())
    if len(common) != 1:
        counts = ", ".join(f"{kind}: {len(keys)}" for kind, keys in sorted(found.items()))
        raise NobodyError(
            f"{len(common)} customers have all that the request gives (customers by identifier: "
            f"{counts}); it must be exactly one: give more identifiers, or the customer_key"
        )
    return common.pop()


def _checked(customer_key: str | None, record: str | None, identifiers: dict[str, str]) -> Request:
    ways = [it for it in (customer_key, record, identifiers) if it]
    if len(ways) != 1:
        raise RequestError("give a customer_key, a record, or identifiers, and one of them only")
    if customer_key and not CUSTOMER_KEY.fullmatch(customer_key):
        raise RequestError("a customer_key is a C and 16 hexadecimal digits")
    if record and not RECORD.fullmatch(record):
        raise RequestError("a record is written source.object/number, as crm_zoho.contacts/123")
    return Request(customer_key, record, identifiers)


def _is_value(value: Any) -> bool:
    return isinstance(value, str | int) and not isinstance(value, bool) and str(value).strip() != ""


def _refuse_accounts(record: str, contracts: Sequence[SourceContract]) -> None:
    """Of some sources the number of a record is an account that reaches a person."""
    named = record.partition("/")[0]
    for contract in contracts:
        for name, obj in contract.objects.items():
            if f"{contract.source}.{name}" != named:
                continue
            in_key = [lead for lead in leads(contract.source, obj) if lead.column in obj.key]
            if {kind for lead in in_key for kind in lead.identifiers} - OWN_NUMBERS:
                raise RequestError(
                    f"{named}: the numbers of its records are accounts of people; write the "
                    f'request into a file: {{"record": "{named}/…"}}'
                )
            return
    raise RequestError("the record's source is no object of any contract")


def _standard(rules: Rules, kind: str, value: str, region: str) -> str:
    standardiser = next((it.standardiser for it in rules.identifiers if it.type == kind), None)
    if standardiser is None:
        known = ", ".join(it.type for it in rules.identifiers)
        raise RequestError(
            f"the request gives what is no identifier here; known are {known}, customer_key, record"
        )
    row = standardise(standardiser, pa.array([value]), region).to_pylist()[0]
    if not row["is_valid"]:
        raise RequestError(f"{kind}: the value can be nobody's ({row['invalid_reason']})")
    return str(row["identifier_value"])


def _customers(con: duckdb.DuckDBPyConnection, kind: str, standard: str) -> set[str]:
    rows = con.execute(
        """
        with owners as (
            select source, source_record_id, customer_key
            from vault.identity.customers_map where is_current
            union all
            select source, source_record_id, customer_key from vault.identity.references_map
        )

        select distinct owners.customer_key
        from vault.identity.identifiers as identifiers
        inner join owners
            on identifiers.source = owners.source
            and identifiers.source_record_id = owners.source_record_id
        where identifiers.identifier_type = ?
            and identifiers.identifier_value = ?
            and identifiers.is_valid
            and owners.customer_key <> 'unknown'
        """,
        [kind, standard],
    ).fetchall()
    return {str(key) for (key,) in rows}
