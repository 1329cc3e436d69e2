"""What would be erased, counted in the live build; nothing is changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assets.privacy.subject.live import live_build_of, resolve, rows_by_table
from assets.privacy.subject.request import Request
from assets.raw.contract_model import SourceContract
from pipelines.runtime.audit_log import subject_hash
from pipelines.runtime.settings import Settings


@dataclass(frozen=True)
class Found:
    """What an instance holds of a person, before anything is erased.

    Attributes:
        subject: Keyed hash of the customer key, as in the audit log.
        records: Records of the sources.
        references: Rows that name the customer: tickets, answers, consents.
        identifiers: Identifiers that nobody else has.
        shared: Identifiers that others have as well, which are left to them.
        rows: Rows of the live build, by table.
    """

    subject: str
    records: int
    references: int
    identifiers: int
    shared: int
    rows: dict[str, int]


def find(settings: Settings, contracts: Sequence[SourceContract], request: Request) -> Found:
    """What would be erased.

    Raises:
        NothingLiveError: nothing is published.
        NobodyError: the request is about nobody here, or about several people.
        RequestError: a value of the request can be nobody's.
    """
    with live_build_of(settings, contracts, resolve(settings, request)) as live:
        person = live.person
        return Found(
            subject_hash(settings, person.customer_key),
            person.records,
            person.references,
            person.identifiers,
            person.shared,
            rows_by_table(live, settings.phone_region),
        )
