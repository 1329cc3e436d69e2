"""Source contracts: what a source delivers, declared in one YAML file per source.

Belongs here: reading contracts, with every mistake explained in one line: what, where, how to
mend. The keys of a contract and their meaning are in contract_model.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from assets.raw.contract_columns import Column
from assets.raw.contract_model import ContractError, ObjectContract, SourceContract

__all__ = [
    "Column",
    "ContractError",
    "ObjectContract",
    "SourceContract",
    "each_object",
    "load_contract",
    "load_contracts",
]


def load_contracts(folder: Path) -> list[SourceContract]:
    """All contracts of a folder, by source name. Reads YAML only: no data, no network.

    Raises:
        ContractError: no folder, no contract in it, or a mistake in one.
    """
    if not folder.is_dir():
        raise ContractError(
            f"C360_SOURCES: no folder at {folder}; make it, with one YAML contract per source "
            "(docs/add-a-source.md)"
        )
    files = sorted(file for file in folder.iterdir() if file.suffix in (".yml", ".yaml"))
    if not files:
        raise ContractError(
            f"C360_SOURCES: no .yml file in {folder}; write one contract per source "
            "(docs/add-a-source.md)"
        )
    contracts: dict[str, tuple[Path, SourceContract]] = {}
    for file in files:
        contract = load_contract(file)
        if contract.source in contracts:
            raise ContractError(
                f"{file.name}: source {contract.source} is already declared in "
                f"{contracts[contract.source][0].name}; give it another name or join the files"
            )
        contracts[contract.source] = (file, contract)
    return [contracts[name][1] for name in sorted(contracts)]


def load_contract(file: Path) -> SourceContract:
    """One contract.

    Raises:
        ContractError: the file is no YAML, or no contract.
    """
    status = file.stat()
    return _parse(file, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=256)
def _parse(file: Path, mtime_ns: int, size: int) -> SourceContract:
    """Parse one file; sensors ask every minute, so an unchanged file is parsed once."""
    try:
        content = yaml.load(file.read_text(encoding="utf-8"), Loader=_UniqueKeys)  # nosec B506 # a SafeLoader
    except yaml.YAMLError as error:
        raise ContractError(f"{file.name}: {_explain_yaml(error)}") from None
    except UnicodeDecodeError:
        raise ContractError(f"{file.name}: is not UTF-8; save it as UTF-8") from None
    if not isinstance(content, dict):
        raise ContractError(f"{file.name}: is no contract; start it with 'source: <name>'")
    try:
        return SourceContract.model_validate(content)
    except ValidationError as error:
        raise ContractError(_explain(file, content, error)) from None


def each_object(
    contracts: list[SourceContract],
) -> Iterator[tuple[SourceContract, str, ObjectContract]]:
    """Every object of every source: (source contract, object name, object contract)."""
    for contract in contracts:
        for name, obj in contract.objects.items():
            yield contract, name, obj


class _UniqueKeys(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """Plain YAML lets a second key of the same name win silently; here it is an error."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[object] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if key in seen:
                raise yaml.MarkedYAMLError(
                    problem=f"{key!r} is written twice", problem_mark=key_node.start_mark
                )
            seen.add(key)
        return super().construct_mapping(node, deep)


def _explain_yaml(error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or "cannot be read"
    where = f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
    return f"{where}{problem}; mend the YAML there"


def _explain(file: Path, content: dict[str, Any], error: ValidationError) -> str:
    lines = []
    for problem in error.errors():
        place, key = _place(content, problem["loc"])
        reason = problem["msg"].removeprefix("Value error, ")
        if problem["type"] == "extra_forbidden":
            reason = f"key {key!r} is unknown; remove it or see docs/add-a-source.md for all keys"
        elif problem["type"] == "missing":
            reason = f"key {key!r} is missing; add it"
        elif problem["type"] != "value_error":
            reason = f"{key}: {reason[0].lower()}{reason[1:]}"
        line = f"{place}{reason}"
        if line not in lines:
            lines.append(line)
    return f"{file.name}: " + " | ".join(lines)


def _place(content: dict[str, Any], loc: tuple[int | str, ...]) -> tuple[str, str]:
    """Words for a position in the contract, and the last key of it."""
    words = []
    keys = [part for part in loc if isinstance(part, str)]
    if len(loc) >= 2 and loc[0] == "objects":
        words.append(f"object {loc[1]}")
    if len(loc) >= 4 and loc[2] == "columns" and isinstance(loc[3], int):
        try:
            name = content["objects"][loc[1]]["columns"][loc[3]]["name"]
        except (KeyError, TypeError, IndexError):
            name = f"number {loc[3] + 1}"
        words.append(f"column {name}")
        keys = [part for part in loc[4:5] if isinstance(part, str)] or ["columns"]
    key = keys[-1] if keys else ""
    return (", ".join(words) + ": " if words else ""), key
