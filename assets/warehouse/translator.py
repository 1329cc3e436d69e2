"""How a dbt node looks in Dagster: one rule for each attribute, read from the node and its meta.

No list of model names: a model that wants to look different says so in its own yml.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DagsterDbtTranslatorSettings

from pipelines.runtime import keys


class WarehouseTranslator(DagsterDbtTranslator):
    """Keys `<schema>/<table>`, groups by stage, owners from meta."""

    def __init__(self) -> None:
        super().__init__(DagsterDbtTranslatorSettings(enable_code_references=False))

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> dg.AssetKey:
        """`<schema>/<name>`; a source is the raw object or Python table that it names."""
        props = dbt_resource_props
        if props["resource_type"] == "source":
            named = (props.get("meta") or {}).get("dagster", {}).get("asset_key")
            return dg.AssetKey(named or [props["source_name"], props["name"]])
        return dg.AssetKey([props["schema"], props.get("alias") or props["name"]])

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        """The stage that the node's meta names."""
        return _meta(dbt_resource_props).get("stage")

    def get_owners(self, dbt_resource_props: Mapping[str, Any]) -> list[str]:
        """The owner that the node's meta names, else the platform team."""
        return [_meta(dbt_resource_props).get("owner", keys.OWNER)]

    def get_description(self, dbt_resource_props: Mapping[str, Any]) -> str:
        """The model's own words, grain first; Dagster's default would append its SQL."""
        return str(dbt_resource_props.get("description") or "")


def _meta(props: Mapping[str, Any]) -> Mapping[str, Any]:
    return {**(props.get("config") or {}).get("meta", {}), **(props.get("meta") or {})}
