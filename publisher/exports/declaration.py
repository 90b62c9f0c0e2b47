"""A dataset as it is declared in `exports/{name}/`: `dataset.toml`, and `query.rq` where a query makes its rows."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, field_validator

from publisher import resources
from publisher.config import Bilingual, Iri, Text
from publisher.errors import ExportError
from publisher.toml_model import TomlModel, read_toml, shaped

ColumnType = Literal["text", "integer", "number", "date", "iri"]
Values = Literal["one", "list", "count"]
Format = Literal["csv", "jsonl", "jsonl.gz", "nq.gz"]
ColumnName = Annotated[str, shaped(r"[a-z][a-z0-9_]{0,62}", "lower-case letters, digits and _, a letter first")]
TABLE_FORMATS = ("csv", "jsonl", "jsonl.gz")
_DATASET_NAME = re.compile(r"[a-z][a-z0-9-]{1,39}")


class Column(TomlModel):
    """One column: `values` says whether a row has one value, a list, or the count of what the query finds."""

    name: ColumnName
    type: ColumnType = "text"
    values: Values = "one"
    title: Bilingual
    meaning: Bilingual
    example: Text
    property: Iri | None = None


class Theme(Bilingual):
    """What the dataset is about, as a concept of some list of themes."""

    iri: Iri


class Declaration(TomlModel):
    """What `dataset.toml` says."""

    order: int = 100
    generator: Literal["query", "graph"] = "query"
    formats: tuple[Format, ...] = Field(min_length=1)
    title: Bilingual
    description: Bilingual
    keywords: tuple[Bilingual, ...] = ()
    theme: Theme | None = None
    frequency: Iri | None = None
    columns: tuple[Column, ...] = ()

    @field_validator("columns")
    @classmethod
    def _each_column_once(cls, columns: tuple[Column, ...]) -> tuple[Column, ...]:
        for name, times in Counter(column.name for column in columns).items():
            if times > 1:
                raise ValueError(f'give the name "{name}" to {times} columns; a name stands for one column')
        return columns


class Dataset(TomlModel):
    """A declaration with the name of its folder and the text of its query (empty for the whole graph)."""

    name: str
    declaration: Declaration
    query: str = ""

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns, in order; none for the whole graph."""
        return self.declaration.columns


def read_datasets_declared(folder: Path | None = None) -> tuple[Dataset, ...]:
    """Return the datasets declared in `folder` (default: the content folder `exports`), in their order.

    Raises `ExportError` with one sentence a problem.
    """
    root = folder if folder is not None else resources.folder("exports")
    datasets = [read_dataset_declared(path.parent) for path in sorted(root.glob("*/dataset.toml"))]
    if not datasets:
        raise ExportError(f"{root}: no dataset is declared here; each has a folder with a dataset.toml.")
    return tuple(sorted(datasets, key=lambda dataset: (dataset.declaration.order, dataset.name)))


def read_dataset_declared(folder: Path) -> Dataset:
    """Return the dataset declared in `folder`; raises `ExportError`."""
    path = folder / "dataset.toml"
    if not _DATASET_NAME.fullmatch(folder.name):
        raise ExportError(
            f"{folder}: a dataset's folder is named with lower-case letters, digits and -, a letter first."
        )
    declaration = read_toml(path, Declaration, ExportError)
    wrong = [name for name in declaration.formats if (name in TABLE_FORMATS) != (declaration.generator == "query")]
    if wrong:
        raise ExportError(f"{path}: formats has {wrong[0]}, which the generator {declaration.generator} cannot make.")
    if declaration.generator == "graph":
        return Dataset(name=folder.name, declaration=declaration)
    if not declaration.columns:
        raise ExportError(f"{path}: columns is missing; a dataset made by a query names its columns.")
    if declaration.columns[0].values != "one":
        raise ExportError(f"{path}: columns[1] is the key of the row, so its values must be one.")
    query_path = folder / "query.rq"
    try:
        query = query_path.read_text("utf-8")
    except OSError as problem:
        raise ExportError(f"{query_path}: the query cannot be read ({problem.strerror}).") from None
    return Dataset(name=folder.name, declaration=declaration, query=query)
