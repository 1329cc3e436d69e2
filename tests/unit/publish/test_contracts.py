"""What is published follows from the YAML of core and marts."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from assets.publish.contracts import EXPOSURE, publish_models

EXPOSED = "exposures:\n    - name: bi\n      depends_on:\n          - ref('publish_gone')\n"
MODEL = """
models:
    - name: rfm
      description: >-
          Says the
          "value" 价值.
      config: {meta: META}
      columns:
          - name: a
            config: {meta: {class: plain}}
            data_type: varchar
            description: "{{ doc('a') }}"
          - name: b
            config: {meta: {class: quasi, purposes: [marketing]}}
            data_type: date
            description: B
"""


def _models(folder: Path, meta: str) -> Path:
    (folder / "core").mkdir()
    (folder / "marts" / "value").mkdir(parents=True)
    (folder / "publish").mkdir()
    (folder / EXPOSURE).write_text(EXPOSED)
    (folder / "publish" / "publish_by_hand.sql").write_text("select 1 as one\n")
    (folder / "marts" / "value" / "rfm.yml").write_text(MODEL.replace("META", meta))
    return folder


def test_a_model_is_published_with_its_key_its_columns_and_its_words(tmp_path):
    texts = publish_models(_models(tmp_path, "{order_by: [b, a]}"))
    folder = Path("publish") / "value"
    assert set(texts) == {folder / "publish_rfm.sql", folder / "publish_rfm.yml", EXPOSURE}
    assert texts[folder / "publish_rfm.sql"] == (
        "-- written by `make publish-models` from marts/value/rfm.yml\n"
        "{{ config(\n    alias='rfm',\n    meta={'order_by': ['b', 'a']}\n) }}\n\n"
        "select\n    a,\n    b\nfrom {{ ref('rfm') }}\n"
    )
    contract = yaml.safe_load(texts[folder / "publish_rfm.yml"])["models"]
    assert contract == [
        {
            "name": "publish_rfm",
            "description": 'Says the "value" 价值.',
            "columns": yaml.safe_load(MODEL.replace("META", "{}"))["models"][0]["columns"],
        }
    ]


def test_a_column_without_a_class_is_not_published(tmp_path):
    models = _models(tmp_path, "{order_by: [a]}")
    file = models / "marts" / "value" / "rfm.yml"
    file.write_text(file.read_text().replace("config: {meta: {class: plain}}", "quote: false"))
    with pytest.raises(ValueError, match=r"marts/value/rfm\.yml: rfm\.a has no class; write"):
        publish_models(models)


def test_the_exposure_names_all_that_is_published_and_nothing_else(tmp_path):
    exposure = publish_models(_models(tmp_path, "{order_by: [a]}"))[EXPOSURE]
    assert exposure == EXPOSED.replace(
        "publish_gone", "publish_by_hand')\n          - ref('publish_rfm"
    )


def test_a_step_is_not_published(tmp_path):
    texts = publish_models(_models(tmp_path, "{is_step: true}"))
    assert set(texts) == {EXPOSURE}


def test_a_model_that_says_neither_is_named(tmp_path):
    with pytest.raises(ValueError, match=r"marts/value/rfm\.yml: rfm has no meta\.order_by"):
        publish_models(_models(tmp_path, "{}"))
