"""A dataset as a Frictionless Data Package (https://datapackage.org/): its files, and the schema of its table."""

from __future__ import annotations

from typing import Any

from publisher.config import Settings
from publisher.exports.declaration import Column, ColumnType
from publisher.exports.files import DataFile, DatasetFiles
from publisher.identity.iris import Iris

NAME = "datapackage.json"
_TYPES: dict[ColumnType, str] = {
    "text": "string",
    "integer": "integer",
    "number": "number",
    "date": "date",
    "iri": "string",
}


def datapackage(settings: Settings, dataset: DatasetFiles) -> dict[str, Any]:
    """Return the description of `dataset`; paths are relative to it, for it lies beside the files."""
    declared = dataset.dataset.declaration
    licence = declared.licence or settings.licence
    name = settings.publisher.name_on(dataset.created.date())
    package: dict[str, Any] = {
        "profile": "data-package",
        "name": dataset.name,
        "id": Iris(settings.base).dataset(dataset.name),
        "title": declared.title.vi,
        "description": f"{declared.description.vi}\n\n{declared.description.en}",
        "version": dataset.version,
        "created": dataset.modified.isoformat(),
        "homepage": Iris(settings.base).dataset(dataset.name),
        "keywords": list(dict.fromkeys(word for each in declared.keywords for word in (each.vi, each.en))),
        "contributors": [{"title": name.vi, "role": "publisher"}],
        "resources": [_resource(dataset, file) for file in _described(dataset)],
    }
    if licence:
        package["licenses"] = [{"name": licence.id, "path": licence.iri, "title": licence.title.vi}]
    return package


def _described(dataset: DatasetFiles) -> tuple[DataFile, ...]:
    """The CSV file of a table, whose schema is given; the same rows in other formats would be the same table again."""
    table = dataset.file("csv")
    return dataset.files if table is None else (table,)


def _resource(dataset: DatasetFiles, file: DataFile) -> dict[str, Any]:
    resource: dict[str, Any] = {
        "name": file.name.replace(".", "-"),
        "path": file.name,
        "title": dataset.dataset.declaration.title.vi,
        "format": file.format.partition(".")[0],
        "mediatype": file.media_type,
        "bytes": file.bytes,
        "hash": f"sha256:{file.sha256}",
    }
    if file.format == "csv":
        resource |= {
            "profile": "tabular-data-resource",
            "encoding": "utf-8-sig",
            "dialect": {
                "delimiter": ",",
                "lineTerminator": "\r\n",
                "quoteChar": '"',
                "doubleQuote": True,
                "header": True,
            },
            "schema": {
                "fields": [_field(column, is_key=not n) for n, column in enumerate(dataset.dataset.columns)],
                "primaryKey": dataset.dataset.columns[0].name,
                "missingValues": [""],
            },
        }
    return resource


def _field(column: Column, *, is_key: bool) -> dict[str, Any]:
    field: dict[str, Any] = {
        "name": column.name,
        "type": "string" if column.values == "list" else "integer" if column.values == "count" else _TYPES[column.type],
        "title": f"{column.title.vi} / {column.title.en}",
        "description": f"{column.meaning.vi} / {column.meaning.en}",
        "example": column.example,
    }
    if column.property:
        field["rdfType"] = column.property
    if is_key:
        field["constraints"] = {"required": True, "unique": True}
    return field
