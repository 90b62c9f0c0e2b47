"""docs/datasets.md keeps up with what can be declared, and with what is declared."""

from __future__ import annotations

import re
from pathlib import Path

from publisher.exports.declaration import Column, Declaration, read_datasets_declared

DOCS = (Path(__file__).parents[2] / "docs" / "datasets.md").read_text("utf-8")


def test_every_key_of_a_declaration_is_documented() -> None:
    declaring = DOCS.partition("## Declaring one")[2].partition("## Descriptions")[0]
    keys = re.findall(r"`([a-z_.]+)`", " ".join(re.findall(r"^\| (`.+?) \|", declaring, re.MULTILINE)))
    assert sorted(keys) == sorted([*Declaration.model_fields, *(f"columns.{name}" for name in Column.model_fields)])


def test_every_declared_dataset_and_file_is_listed() -> None:
    for dataset in read_datasets_declared():
        assert f"| `{dataset.name}` ({dataset.declaration.title.vi}) |" in DOCS
        for kind in dataset.declaration.formats:
            assert f"`{dataset.name}.{kind}`" in DOCS
