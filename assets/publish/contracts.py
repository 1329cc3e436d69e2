"""Writes the dbt models of the stage publish from those of core and marts: `make publish-models`.

dbt asks for every column of a contract in YAML, once more where the table is published. Nobody
should have to write the same words twice: what is published of a model, and in which order its
rows are written, its own YAML says (`meta.order_by`, or `meta.is_step: true` for a model that is a
step of others only).
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from pipelines.runtime.settings import PROJECT_ROOT

MODELS = PROJECT_ROOT / "dbt_project" / "models"
LAYERS = ("core", "marts")
EXPOSURE = Path("publish") / "_publish__exposures.yml"
WRITTEN = "written by `make publish-models` from {origin}"


def publish_models(models: Path) -> dict[Path, str]:
    """What the folder publish has to hold, besides what has no origin in core or marts.

    Args:
        models: the folder of the dbt models.

    Returns:
        Text by path, below `models`: one folder for core and for each area of the marts, and the
        exposure, which lists all that is published.

    Raises:
        ValueError: a model says neither that it is a step nor by which key it is ordered, or a
            column has no class.
    """
    texts: dict[Path, str] = {}
    for layer in LAYERS:
        for origin in sorted((models / layer).rglob("*.yml")):
            area = origin.parent.name
            for model in yaml.safe_load(origin.read_text()).get("models", []):
                meta = model.get("config", {}).get("meta", {})
                if meta.get("is_step"):
                    continue
                if not meta.get("order_by"):
                    raise ValueError(
                        f"{origin.relative_to(models)}: {model['name']} has no meta.order_by; name"
                        " its key, or say is_step: true if only other models read it"
                    )
                file = Path("publish") / area / f"publish_{model['name']}.sql"
                source = str(origin.relative_to(models))
                texts[file] = _select(model, meta["order_by"], source)
                texts[file.with_suffix(".yml")] = _contract(model, source)
    texts[EXPOSURE] = _exposure(models, texts)
    return texts


def _select(model: Mapping[str, Any], order_by: list[str], source: str) -> str:
    columns = ",\n    ".join(column["name"] for column in model["columns"])
    key = ", ".join(f"'{column}'" for column in order_by)
    return (
        f"-- {WRITTEN.format(origin=source)}\n"
        f"{{{{ config(\n    alias='{model['name']}',\n    meta={{'order_by': [{key}]}}\n) }}}}\n\n"
        f"select\n    {columns}\nfrom {{{{ ref('{model['name']}') }}}}\n"
    )


def _contract(model: Mapping[str, Any], source: str) -> str:
    return "\n".join(_contract_lines(model, source)) + "\n"


def _contract_lines(model: Mapping[str, Any], source: str) -> Iterator[str]:
    yield f"# {WRITTEN.format(origin=source)}"
    yield "version: 2"
    yield ""
    yield "models:"
    yield f"    - name: publish_{model['name']}"
    yield f"      description: {_quoted(model['description'])}"
    yield "      columns:"
    for column in model["columns"]:
        yield f"          - name: {column['name']}"
        yield f"            config: {{meta: {_privacy(model, column, source)}}}"
        yield f"            data_type: {column['data_type']}"
        yield f"            description: {_quoted(column['description'])}"


def _privacy(model: Mapping[str, Any], column: Mapping[str, Any], source: str) -> str:
    """What the catalogue says of the column, as YAML in one line."""
    meta = column.get("config", {}).get("meta", {})
    if "class" not in meta:
        raise ValueError(
            f"{source}: {model['name']}.{column['name']} has no class; write"
            " `config: {meta: {class: …}}` under its name (docs/privacy.md)"
        )
    return str(yaml.safe_dump(meta, default_flow_style=True, width=1000)).strip()


def _quoted(text: str) -> str:
    return json.dumps(" ".join(text.split()), ensure_ascii=False)


def _exposure(models: Path, texts: Mapping[Path, str]) -> str:
    """The exposure as it is, with every model of the folder in its list."""
    said, _, _ = (models / EXPOSURE).read_text().partition("      depends_on:\n")
    by_hand = {file.stem for file in (models / "publish").glob("publish_*.sql")}
    names = sorted(by_hand | {file.stem for file in texts if file.suffix == ".sql"})
    return said + "      depends_on:\n" + "".join(f"          - ref('{name}')\n" for name in names)


def main() -> None:
    """Write the folders anew, so that what is published no longer leaves with its file."""
    texts = publish_models(MODELS)
    for folder in (MODELS / "publish").iterdir():
        if folder.is_dir():
            shutil.rmtree(folder)
    for file, text in texts.items():
        (MODELS / file).parent.mkdir(exist_ok=True)
        (MODELS / file).write_text(text)
    print(f"{len(texts) // 2} models of core and marts are published")


if __name__ == "__main__":
    main()
