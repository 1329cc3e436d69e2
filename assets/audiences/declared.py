"""What an audience 受众 is: declared in a YAML file by people of marketing, without any SQL.

`audiences.yml` beside `.env`, or the file that C360_AUDIENCES_FILE names; docs/audiences.md.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from assets.audiences.errors import AudienceError
from pipelines.runtime.audit_facts import PersonalFactError, refuse_personal

Scalar = bool | int | float | date | str

COMPARISONS = {
    "is": "=",
    "is_not": "<>",
    "at_least": ">=",
    "at_most": "<=",
    "more_than": ">",
    "less_than": "<",
}
LISTS = {"in": "in", "not_in": "not in"}
KNOWN = "known"
OPERATORS = (*COMPARISONS, *LISTS, KNOWN)
"""All that a condition can say. A customer for whom the column is empty meets `known: no` only."""

COLUMN = re.compile(r"([a-z][a-z0-9_]*\.)?[a-z][a-z0-9_]*")
NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Condition(_Strict):
    """One condition: a column, one of `OPERATORS`, and the value or values it is held against."""

    column: str
    operator: str
    values: tuple[Scalar, ...]

    @model_validator(mode="before")
    @classmethod
    def _as_written(cls, written: Any) -> Any:
        if not isinstance(written, Mapping):
            raise ValueError("a condition is written as {column: …, is: …}")
        words = [word for word in written if word != "column"]
        if "column" not in written or len(words) != 1 or words[0] not in OPERATORS:
            raise ValueError(
                f"a condition has the key column and one of {', '.join(OPERATORS)}, in that way:"
                " {column: rfm_segment, is: champions}"
            )
        operator, value = words[0], written[words[0]]
        if isinstance(value, list) != (operator in LISTS) or value == []:
            wanted = "a list of values" if operator in LISTS else "one value"
            raise ValueError(f"{operator} wants {wanted}")
        if operator == KNOWN and not isinstance(value, bool):
            raise ValueError("known wants yes or no")
        values = tuple(value) if operator in LISTS else (value,)
        if not all(isinstance(one, Scalar) for one in values):
            raise ValueError(f"{operator} wants texts, numbers, dates, yes or no")
        return {"column": written["column"], "operator": operator, "values": values}

    @field_validator("column")
    @classmethod
    def _column(cls, value: str) -> str:
        return _as_column(value)


class Audience(_Strict):
    """One audience.

    Attributes:
        description: what the list is for; `description_zh` in Chinese.
        purpose: the purpose that people must have consented to.
        channel: the channel that people must have consented to, and have an address on.
        where: conditions, all of which a customer must meet.
        labels: columns that go into the file beside the address.
        with_name: whether the name goes into the file.
    """

    description: str = Field(min_length=10)
    description_zh: str = Field(min_length=4)
    purpose: Literal["marketing", "profiling", "service"]
    channel: Literal["email", "sms", "phone", "wechat", "weibo", "direct_mail"]
    where: tuple[Condition, ...]
    labels: tuple[str, ...] = ()
    with_name: bool = False

    @field_validator("labels")
    @classmethod
    def _labels(cls, values: tuple[str, ...]) -> tuple[str, ...]:
        names = [_as_column(value).rpartition(".")[2] for value in values]
        twice = [name for name in names if names.count(name) > 1]
        if twice:
            raise ValueError(f"two labels would be the column {twice[0]}; keep one")
        return values


class _File(_Strict):
    audiences: Mapping[str, Audience]

    @field_validator("audiences")
    @classmethod
    def _names(cls, audiences: Mapping[str, Audience]) -> Mapping[str, Audience]:
        for name in audiences:
            _check_name(name)
        return audiences


def load_audiences(file: Path) -> dict[str, Audience]:
    """All audiences of a file, by name.

    Raises:
        AudienceError: there is no such file, or it declares something that cannot be.
    """
    try:
        content = yaml.load(file.read_text(encoding="utf-8"), Loader=_UniqueKeys)  # nosec B506 # a SafeLoader
        return dict(_File.model_validate(content).audiences)
    except FileNotFoundError:
        raise AudienceError(
            f"No audiences are declared: there is no {file}; docs/audiences.md says what to write"
        ) from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise AudienceError(f"{file.name} cannot be read: {' '.join(str(error).split())}") from None
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"][1:]) or "audiences"
        reason = first["msg"].removeprefix("Value error, ")
        raise AudienceError(f"{file.name}: {place}: {reason}; mend it there") from None


def _as_column(value: str) -> str:
    if not COLUMN.fullmatch(value):
        raise ValueError(
            "a column is written as column (of customer_360) or table.column, in lower case"
        )
    return value


def _check_name(name: str) -> None:
    wanted = "a name is lower-case letters, digits and _, at most 60 and no long number"
    if not isinstance(name, str) or not NAME.fullmatch(name):
        raise ValueError(wanted)
    try:
        refuse_personal({"audience": name})
    except PersonalFactError:
        raise ValueError(wanted) from None


class _UniqueKeys(yaml.SafeLoader):
    """Plain YAML lets a second audience of the same name win silently."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        twice = [key for key in keys if keys.count(key) > 1]
        if twice:
            raise yaml.MarkedYAMLError(
                problem=f"{twice[0]!r} is written twice", problem_mark=node.start_mark
            )
        return super().construct_mapping(node, deep)
