"""A dataset as it is declared in `exports/{name}/`: `dataset.toml`, and `query.rq` where a query makes its rows."""

from __future__ import annotations

import builtins
import re
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, ConfigDict, Field, field_validator, model_validator

from publisher import resources
from publisher.config import Bilingual, Contact, Licence
from publisher.config.values import CkanName, Iri, Text
from publisher.errors import ExportError
from publisher.exports.formats import GRAPH_FORMATS, TABLE_FORMATS, Format
from publisher.exports.paths import Path as Ways
from publisher.exports.paths import read_path
from publisher.rdf.terms import PREFIXES
from publisher.toml_model import TomlModel, read_toml, shaped

ColumnType = Literal["text", "integer", "number", "date", "iri"]
Values = Literal["one", "first", "list", "count"]
Generator = Literal["paths", "query", "graph", "codes", "fates", "indicators", "sheet", "changes"]
Part = Literal["all", "bibframe", "schemaorg", "classes"]
ColumnName = Annotated[str, shaped(r"[a-z][a-z0-9_]{0,62}", "lower-case letters, digits and _, a letter first")]


def _path(text: str) -> str:
    read_path(text)
    return text


def _curie(text: str) -> str:
    if text.partition(":")[0] not in PREFIXES:
        raise ValueError(f'is "{text}"; it must be a class such as bf:Work, with one of {", ".join(sorted(PREFIXES))}')
    return text


_BY_EITHER_NAME = ConfigDict(populate_by_name=True)
"""`class` and `except` are words of Python, so those fields have other names, which a stored declaration has."""

PathText = Annotated[str, AfterValidator(_path)]
Curie = Annotated[str, shaped(r"[a-z]+:[A-Za-z_][A-Za-z0-9_-]*", "a class such as bf:Work"), AfterValidator(_curie)]
MADE: dict[Generator, tuple[str, ...]] = {
    "codes": (
        "khoa", "danh_muc", "ten_danh_muc", "ma", "ten", "ten_en", "ma_cha", "ngay_hl", "ngay_hhl", "trang_thai", "iri",
    ),
    "fates": ("key", "library", "fate", "rule", "records"),
    "changes": ("key", "release", "since", "day", "iri", "kind", "change", "added", "removed"),
}  # fmt: skip
"""The columns that a generator makes; a declaration may leave some out, but not the first one."""

_DATASET_NAME = re.compile(r"[a-z][a-z0-9-]{1,39}")


class Column(TomlModel):
    """One column: `values` says whether a row has one value, the first of several, a list, or a count.

    `path` leads to the values where paths make the rows; of texts in several languages those in `language` are taken,
    and of each the `first` characters only.
    `vocabulary` is the list that the values come from.
    """

    name: ColumnName
    type: ColumnType = "text"
    values: Values = "one"
    title: Bilingual
    meaning: Bilingual
    example: Text
    property: Iri | None = None
    path: PathText | None = None
    language: Literal["vi", "en"] | None = None
    first: int | None = Field(default=None, ge=1)
    vocabulary: Iri | None = None

    @builtins.property
    def ways(self) -> Ways:
        """The path, taken apart."""
        return read_path(self.path) if self.path else ()


class Condition(TomlModel):
    """What a row must have at the end of `path`: anything, or one of `values`, a beginning, one of `words`.

    `values` are IRIs and texts as they are, `except` those that do not count; `words` are found whatever their marks
    and capitals, as whole words.
    """

    model_config = _BY_EITHER_NAME
    path: PathText
    values: tuple[Text, ...] = ()
    other_than: tuple[Text, ...] = Field(default=(), alias="except")
    starts: tuple[Text, ...] = ()
    words: tuple[Text, ...] = ()

    @model_validator(mode="after")
    def _one_test(self) -> Condition:
        if sum(map(bool, (self.values, self.other_than, self.starts, self.words))) > 1:
            raise ValueError("has more than one of values, except, starts and words; write a condition for each")
        return self

    @property
    def ways(self) -> Ways:
        """The path, taken apart."""
        return read_path(self.path)


class RowsOf(TomlModel):
    """What the rows are: the things of a class, of which every one of the conditions `where` holds."""

    model_config = _BY_EITHER_NAME
    cls: Curie = Field(alias="class")
    where: tuple[Condition, ...] = ()


class Coverage(TomlModel):
    """Which time a dataset is about; an open end is not written."""

    start: date | None = None
    end: date | None = None


class Theme(Bilingual):
    """What the dataset is about, as a concept of some list of themes."""

    iri: Iri


class Series(TomlModel):
    """A series of datasets that belong together; those that give one `id` are in one series."""

    id: CkanName
    title: Bilingual
    description: Bilingual


class Chart(TomlModel):
    """How many rows have each value of `column`: the last values in their order, or the most frequent ones."""

    column: ColumnName
    order: Literal["value", "count"] = "count"


class Declaration(TomlModel):
    """What `dataset.toml` says."""

    order: int = 100
    generator: Generator = "query"
    part: Part = "all"
    rows: RowsOf | None = None
    formats: tuple[Format, ...] = Field(min_length=1)
    title: Bilingual
    description: Bilingual
    keywords: tuple[Bilingual, ...] = ()
    theme: Theme | None = None
    frequency: Iri | None = None
    spatial: tuple[Iri, ...] = ()
    temporal: Coverage | None = None
    quality: Bilingual | None = None
    series: Series | None = None
    licence: Licence | None = None
    contact: Contact | None = None
    groups: tuple[CkanName, ...] = ()
    chart: Chart | None = None
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

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """What every row must have."""
        return self.declaration.rows.where if self.declaration.rows else ()


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
    made = GRAPH_FORMATS if declaration.generator == "graph" else TABLE_FORMATS
    for name in declaration.formats:
        if name not in made:
            raise ExportError(f"{path}: formats has {name}, which the generator {declaration.generator} cannot make.")
    if declaration.generator == "graph":
        by_class = [name for name in declaration.formats if not name.startswith("nq.")]
        if bool(by_class) != (declaration.part == "classes") or len(by_class) not in (0, len(declaration.formats)):
            raise ExportError(
                f'{path}: part is "{declaration.part}"; "classes" goes with Turtle, the others with N-Quads.'
            )
        return Dataset(name=folder.name, declaration=declaration)
    _check_columns(path, declaration)
    if declaration.generator == "paths":
        _check_paths(path, declaration)
    if declaration.generator != "query":
        return Dataset(name=folder.name, declaration=declaration)
    query_path = folder / "query.rq"
    try:
        query = query_path.read_text("utf-8")
    except OSError as problem:
        raise ExportError(f"{query_path}: the query cannot be read ({problem.strerror}).") from None
    return Dataset(name=folder.name, declaration=declaration, query=query)


def _check_columns(path: Path, declaration: Declaration) -> None:
    if not declaration.columns:
        raise ExportError(f"{path}: columns is missing; a dataset of rows names its columns.")
    if declaration.columns[0].values != "one":
        raise ExportError(f"{path}: columns[1] is the key of the row, so its values must be one.")
    columns = {column.name for column in declaration.columns}
    if declaration.chart and declaration.chart.column not in columns:
        raise ExportError(f"{path}: chart.column is {declaration.chart.column}, which is none of the columns.")
    if made := MADE.get(declaration.generator):
        for name in (column.name for column in declaration.columns if column.name not in made):
            raise ExportError(
                f"{path}: the generator {declaration.generator} makes no column {name}; it makes {', '.join(made)}."
            )
        if declaration.columns[0].name != made[0]:
            raise ExportError(f"{path}: columns[1] is the key of the row, so it must be {made[0]}.")
    if declaration.generator == "changes" and "jsonl.gz" not in declaration.formats:
        raise ExportError(f"{path}: formats lacks jsonl.gz, from which the next release takes what changed before.")
    if "geojson" in declaration.formats and not {"latitude", "longitude"} <= columns:
        raise ExportError(f"{path}: formats has geojson, for which there must be columns latitude and longitude.")
    if "ttl" in declaration.formats and declaration.generator != "indicators":
        raise ExportError(f"{path}: formats has ttl, an RDF Data Cube, which the generator indicators alone makes.")


def _check_paths(path: Path, declaration: Declaration) -> None:
    if declaration.rows is None:
        raise ExportError(f'{path}: rows is missing; say what the rows are, for example rows = {{class = "bf:Work"}}.')
    if declaration.columns[0].path:
        raise ExportError(f"{path}: columns[1] is the row itself, so it has no path.")
    for number, column in enumerate(declaration.columns[1:], 2):
        if not column.path:
            raise ExportError(
                f"{path}: columns[{number}], {column.name}, has no path; it says how to come to its values."
            )
