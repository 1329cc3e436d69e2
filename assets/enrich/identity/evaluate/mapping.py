"""The mapping file: which CSV files there are, and what their columns mean."""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from assets.enrich.identity.evaluate.errors import EvaluationError
from assets.enrich.identity.rules import ATTRIBUTES, DEFAULT_PHONE_REGION, default_rules

HELP = "docs/identity-eval.md shows the whole format"


def _as_list(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _one_sign(value: Any) -> Any:
    return {"tab": "\t", "\\t": "\t"}.get(value, value) if isinstance(value, str) else value


Text = Annotated[str, Field(min_length=1)]
Names = Annotated[list[Text], BeforeValidator(_as_list), Field(min_length=1)]
Delimiter = Annotated[
    str, BeforeValidator(_one_sign), Field(min_length=1, max_length=1, pattern=r'^[^"\r\n]$')
]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class SourceMapping(_Strict):
    """One CSV file of people.

    Attributes:
        file: path of the file, relative to DIR.
        id: column that holds the id of a record, unique within the file.
        first_seen: column that says since when the record exists; the older record founds.
        delimiter: what separates two fields; a comma unless said.
        columns: type of value to the column or columns that hold it.
    """

    file: Text
    id: Text
    first_seen: Text | None = None
    delimiter: Delimiter = ","
    columns: Annotated[dict[str, Names], Field(min_length=1)]


class Mapping(_Strict):
    """The whole mapping file.

    Attributes:
        default_region: region of phone numbers whose writing gives no hint.
        do_not_link: CSV file of pairs of records that are two people, whatever the evidence.
        always_link: CSV file of pairs of records that are one person.
        sources: name of the source to its file.
    """

    default_region: Annotated[str, Field(pattern="^[A-Z]{2}$")] = DEFAULT_PHONE_REGION
    do_not_link: Text | None = None
    always_link: Text | None = None
    sources: Annotated[
        dict[Annotated[str, Field(pattern=r"^[\w.-]+$")], SourceMapping], Field(min_length=1)
    ]

    @property
    def lists(self) -> dict[str, str]:
        """Decision to the file that lists its pairs, for the lists that there are."""
        named = {"do_not_link": self.do_not_link, "always_link": self.always_link}
        return {decision: file for decision, file in named.items() if file is not None}


def known_types() -> tuple[str, ...]:
    """Every type that a column may be mapped to: attributes, then identifiers of rules.yml."""
    return (*ATTRIBUTES, *default_rules().types)


def find_mapping(given: str, folder: Path) -> Path:
    """The mapping file, named from the current folder or from DIR.

    Raises:
        EvaluationError: there is no such file.
    """
    candidates = [Path(given), folder / given]
    for path in candidates:
        if path.is_file():
            return path
    places = " nor ".join(dict.fromkeys(str(path) for path in candidates))
    raise EvaluationError(f"MAP={given}: no file at {places}; {HELP}")


def load_mapping(path: Path) -> Mapping:
    """Read and check a mapping file.

    Raises:
        EvaluationError: not YAML, a key too many or missing, or an unknown type; all of them named.
    """
    try:
        tree = yaml.load(path.read_text(encoding="utf-8-sig"), Loader=_NoDoubles)  # nosec B506 # a SafeLoader
    except UnicodeDecodeError:
        raise EvaluationError(f"{path}: is not UTF-8; save it as UTF-8") from None
    except OSError as error:
        raise EvaluationError(f"{path}: cannot be read ({error.strerror})") from None
    except yaml.YAMLError as error:
        raise EvaluationError(f"{path}: {_yaml_problem(error)}; {HELP}") from None
    if not isinstance(tree, dict):
        raise EvaluationError(f"{path}: must be keys and values, with `sources:` at least; {HELP}")
    try:
        mapping = Mapping.model_validate(tree)
    except ValidationError as error:
        problems = [_problem(detail["loc"], detail) for detail in error.errors()]
    else:
        problems = list(_unknown_types(mapping))
        if not problems:
            return mapping
    lines = "".join(f"\n  {problem}" for problem in problems)
    raise EvaluationError(f"{path}: {len(problems)} to mend ({HELP}){lines}")


class _NoDoubles(yaml.SafeLoader):
    """YAML that refuses a key given twice; otherwise the first would be dropped in silence."""


def _mapping_without_doubles(loader: _NoDoubles, node: yaml.MappingNode) -> dict[Any, Any]:
    loader.flatten_mapping(node)
    pairs = [(loader.construct_object(key, deep=True), key) for key, _ in node.value]
    seen = set()
    for key, key_node in pairs:
        if key in seen:
            raise yaml.MarkedYAMLError(
                problem=f"key {key!r} is given twice", problem_mark=key_node.start_mark
            )
        seen.add(key)
    return loader.construct_mapping(node, deep=True)


_NoDoubles.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping_without_doubles)


def _yaml_problem(error: yaml.YAMLError) -> str:
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark:
        return f"line {error.problem_mark.line + 1}: {error.problem}"
    return "is not YAML"


def _problem(place: tuple[int | str, ...], detail: Any) -> str:
    parts = [str(part) for part in place if part != "[key]"]
    where = ".".join(parts)
    kind = detail["type"]
    if kind == "missing":
        return f"{where}: is missing; add it"
    if kind == "extra_forbidden":
        fields = Mapping.model_fields if len(parts) == 1 else SourceMapping.model_fields
        return f"{where}: is not a key of the mapping; known here: {', '.join(fields)}"
    if kind == "string_pattern_mismatch" and parts[-1] == "default_region":
        return f"{where}: must be a country in two capital letters, such as CN or US"
    if kind == "string_pattern_mismatch" and "[key]" in place:
        return f"{where}: a source's name may hold letters, digits, dots, dashes and underscores"
    if parts[-1] == "delimiter":
        return f"{where}: must be one sign, such as ';', or tab"
    if "[key]" in place:
        return f"{where}: must be text; put it in quotes"
    if len(parts) >= 4 and parts[2] == "columns":
        return f"{where}: must name a column or a list of them, in quotes if it is a number"
    if kind in ("too_short", "string_too_short"):
        return f"{where}: must not be empty"
    return f"{where}: {detail['msg']}"


def _unknown_types(mapping: Mapping) -> list[str]:
    known = known_types()
    found = []
    for name, source in mapping.sources.items():
        for kind in source.columns:
            if kind not in known:
                near = get_close_matches(kind, known, n=1)
                hint = f"did you mean {near[0]}? " if near else ""
                found.append(
                    f"sources.{name}.columns.{kind}: is no type; {hint}known: {', '.join(known)}"
                )
    return found
