"""What the contract of an object says of whose a row is, as SQL over its columns.

A lead is a column whose value tells it; its kind is the name under which values are compared:
`identifier:email` for an identifier of identity resolution, `row:crm_zoho.contacts` for the id of a
row. The same kinds name what a person has, so that the two can be joined.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import Protocol

from assets.enrich.identity.rules import default_rules
from assets.raw import sql
from assets.raw.contract_columns import Kinds
from assets.raw.contract_model import ContractError, ObjectContract, SourceContract

IDENTIFIER, ROW = "identifier:", "row:"

One = str | dict[str, str]
"""A kind, or what tells it; see `Kinds`."""


@dataclass(frozen=True)
class Lead:
    """One column that tells whose a row is.

    Attributes:
        column: Its name in raw.
        kinds: SQL of the kind of a row's value; null where the row says of none.
        identifiers: Types of identifiers that the values may be; they are compared standardised.
        clears: Whether only the value goes with the person, and not the row.
        by: The column that the kind depends on, if it does.
        named: The kinds that it may be of; empty: ids of rows of any object.
    """

    column: str
    kinds: str
    identifiers: tuple[str, ...]
    clears: bool
    by: str | None = None
    named: tuple[str, ...] = ()


@dataclass(frozen=True)
class Leading:
    """What is said of a column: see `assets.raw.contract_columns.Column`, which is one as well."""

    name: str
    identifier: Kinds | None = None
    person: Kinds | None = None
    part_of: str | None = None
    on_erasure: str = "row"


class Said(Protocol):
    """A column that says what it leads to."""

    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def identifier(self) -> Kinds | None: ...  # noqa: D102
    @property
    def person(self) -> Kinds | None: ...  # noqa: D102
    @property
    def part_of(self) -> str | None: ...  # noqa: D102
    @property
    def on_erasure(self) -> str: ...  # noqa: D102


def leads(source: str, obj: ObjectContract) -> list[Lead]:
    """The leads of an object, in the order of its columns."""
    return [lead for column in obj.columns for lead in leads_of(source, column)]


def own_kind(source: str, name: str) -> str:
    """The kind of the ids of an object's rows."""
    return f"{ROW}{source}.{name}"


def referred(contracts: Sequence[SourceContract]) -> set[str]:
    """Kinds of rows that other rows name: `row:orders.order_headers`.

    Raises:
        ContractError: a column names an object that no contract declares, or that has no single id.
    """
    there: dict[str, int] = {}
    for contract in contracts:
        there |= {
            own_kind(contract.source, name): len(obj.key) for name, obj in contract.objects.items()
        }
    found: set[str] = set()
    for contract in contracts:
        for name, obj in contract.objects.items():
            for column in obj.columns:
                named = {f"{ROW}{it}" for it in _objects(contract.source, column)}
                if wrong := sorted(kind for kind in named if there.get(kind) != 1):
                    raise ContractError(
                        f"{contract.source}.yml: object {name}, column {column.name}: "
                        f"{wrong[0].removeprefix(ROW)} {_fault(there.get(wrong[0]))}"
                    )
                found |= named
    return found


def parents_first(contracts: Sequence[SourceContract]) -> list[tuple[SourceContract, str]]:
    """All objects, those before the others whose rows the others are part of.

    Raises:
        ContractError: an object is part of itself by way of others.
    """
    every = {
        f"{contract.source}.{name}": (contract, name)
        for contract in contracts
        for name in contract.objects
    }
    before = {
        whole: {
            _whole(contract.source, column.part_of)
            for column in contract.objects[name].columns
            if column.part_of is not None
        }
        - {whole}
        for whole, (contract, name) in every.items()
    }
    try:
        order = list(TopologicalSorter(before).static_order())
    except CycleError as error:
        raise ContractError(
            f"part_of goes round in a circle: {' → '.join(error.args[1])}; a row belongs to one "
            "other, and not back"
        ) from None
    return [every[whole] for whole in order if whole in every]


def check_customers(contracts: Sequence[SourceContract]) -> None:
    """Every object says whose its rows are, or that no customer's data are in it.

    Raises:
        ContractError: one does not, or names a type or an object that there is not: who asks to be
            erased would stay in it.
    """
    referred(contracts)
    types = default_rules().types
    for contract in contracts:
        for name, obj in contract.objects.items():
            found = leads(contract.source, obj)
            if not found and obj.customers != "none":
                raise ContractError(
                    f"{contract.source}.yml: object {name} does not say whose its rows are; write "
                    "identifier, person or part_of at its columns, or 'customers: none' if no row "
                    "is about a customer (docs/add-a-source.md)"
                )
            for lead in found:
                if unknown := sorted(set(lead.identifiers) - set(types)):
                    raise ContractError(
                        f"{contract.source}.yml: object {name}, column {lead.column}: identifier "
                        f"{unknown[0]!r} is no type of rules.yml; use one of {', '.join(types)}"
                    )


def leads_of(source: str | None, column: Said) -> Iterator[Lead]:
    """The leads of one column; objects that it names are of the source, if they name none."""
    clears = column.on_erasure == "clear"
    for said in _each(column.identifier):
        types = [said] if isinstance(said, str) else list(_mapped(said).values())
        kinds, named = _kinds(said, lambda kind: f"{IDENTIFIER}{kind}")
        yield Lead(column.name, kinds, tuple(dict.fromkeys(types)), clears, _by(said), named)
    for said in (*_each(column.person), *_each(column.part_of)):
        kinds, named = _kinds(said, lambda kind: f"{ROW}{_whole(source, kind)}")
        yield Lead(column.name, kinds, (), clears, _by(said), named)


def _fault(key_columns: int | None) -> str:
    if key_columns is None:
        return (
            "is no object of any contract; write <source>.<object>, or <object> of the same source"
        )
    return (
        f"has a key of {key_columns} columns, so no value is its id; write identifier, or person "
        "and part_of with an object of one key column"
    )


def _each(said: Kinds | None) -> Sequence[One]:
    if said is None:
        return ()
    return said if isinstance(said, list) else (said,)


def _kinds(said: One, kind_of: Callable[[str], str]) -> tuple[str, tuple[str, ...]]:
    """SQL of the kind of a row's value, and the kinds that there may be."""
    if isinstance(said, str):
        return sql.text(kind_of(said)), (kind_of(said),)
    by = f"cast({sql.name(said['by'])} as varchar)"
    cases = "".join(
        f" when {sql.text(value)} then {sql.text(kind_of(kind))}"
        for value, kind in _mapped(said).items()
    )
    # Without any kinds the column itself names the object.
    named = tuple(dict.fromkeys(kind_of(kind) for kind in _mapped(said).values()))
    return (f"case {by}{cases} end" if cases else f"{sql.text(ROW)} || {by}"), named


def _by(said: One) -> str | None:
    return None if isinstance(said, str) else said["by"]


def _mapped(said: Mapping[str, str]) -> dict[str, str]:
    return {value: kind for value, kind in said.items() if value != "by"}


def _objects(source: str, column: Said) -> Iterator[str]:
    for said in (*_each(column.person), *_each(column.part_of)):
        kinds = [said] if isinstance(said, str) else list(_mapped(said).values())
        yield from (_whole(source, kind) for kind in kinds)


def _whole(source: str | None, named: str) -> str:
    """An object's name with its source; one of the same source may be named alone."""
    return named if "." in named or source is None else f"{source}.{named}"
