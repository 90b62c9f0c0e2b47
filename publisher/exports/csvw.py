"""A table as CSV on the Web (https://www.w3.org/TR/tabular-metadata/): what its columns are, as linked data."""

from __future__ import annotations

from typing import Any

from publisher.config import Settings
from publisher.exports.declaration import Column, ColumnType
from publisher.exports.files import DatasetFiles
from publisher.exports.xlsx import LIST_SEPARATOR
from publisher.identity.iris import Iris

_TYPES: dict[ColumnType, str] = {
    "text": "string",
    "integer": "integer",
    "number": "double",
    "date": "date",
    "iri": "anyURI",
}


def csvw(settings: Settings, dataset: DatasetFiles) -> dict[str, Any]:
    """Return the metadata of the CSV file of `dataset`, beside which it lies (section 5.2, `{file}-metadata.json`)."""
    declared = dataset.dataset.declaration
    key = dataset.dataset.columns[0]
    table: dict[str, Any] = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "vi"}],
        "@id": Iris(settings.base).dataset(dataset.name),
        "url": f"{dataset.name}.csv",
        "dc:title": _both(declared.title.vi, declared.title.en),
        "dc:description": _both(declared.description.vi, declared.description.en),
        "dc:modified": {"@value": dataset.modified.isoformat(), "@type": "xsd:dateTime"},
        "dialect": {"encoding": "utf-8", "header": True, "doubleQuote": True},
        "tableSchema": {
            "columns": [_column(column) for column in dataset.dataset.columns],
            "primaryKey": key.name,
        },
    }
    if key.type == "iri":
        table["tableSchema"]["aboutUrl"] = f"{{+{key.name}}}"
    if licence := dataset.licence_iri(settings):
        table["dc:license"] = {"@id": licence}
    return table


def _column(column: Column) -> dict[str, Any]:
    kind = "integer" if column.values == "count" else _TYPES[column.type]
    description: dict[str, Any] = {
        "name": column.name,
        "titles": column.name,
        "datatype": kind,
        "dc:title": _both(column.title.vi, column.title.en),
        "dc:description": _both(column.meaning.vi, column.meaning.en),
    }
    if column.values == "list":
        description["separator"] = LIST_SEPARATOR
    if column.property:
        description["propertyUrl"] = column.property
    return description


def _both(vi: str, en: str) -> list[dict[str, str]]:
    return [{"@value": vi, "@language": "vi"}, {"@value": en, "@language": "en"}]
