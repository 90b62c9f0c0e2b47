"""A table in Croissant 1.0 (https://docs.mlcommons.org/croissant/docs/croissant-spec.html), for machine learning."""

from __future__ import annotations

from typing import Any

from publisher.config import Settings
from publisher.exports.dcat import download_address
from publisher.exports.declaration import Column, ColumnType
from publisher.exports.files import DataFile, DatasetFiles
from publisher.exports.google import dataset_jsonld
from publisher.identity.iris import Iris

NAME = "croissant.json"
_PARQUET = "application/x-parquet"
"""What Croissant's readers know Parquet by; the type that IANA has registered since they do not."""
_TYPES: dict[ColumnType, str] = {
    "text": "sc:Text",
    "integer": "sc:Integer",
    "number": "sc:Float",
    "date": "sc:Date",
    "iri": "sc:URL",
}
_TERMS = (
    "column", "data", "dataType", "examples", "extract", "field", "fileProperty", "fileObject", "fileSet", "format",
    "includes", "isLiveDataset", "jsonPath", "key", "md5", "parentField", "path", "recordSet", "references", "regex",
    "repeated", "replace", "separator", "source", "subField", "transform",
)  # fmt: skip
_CONTEXT: dict[str, Any] = {
    "@language": "vi",
    "@vocab": "https://schema.org/",
    "sc": "https://schema.org/",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "dct": "http://purl.org/dc/terms/",
    "conformsTo": "dct:conformsTo",
    "citeAs": "cr:citeAs",
    **{term: f"cr:{term}" for term in _TERMS},
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "examples": {"@id": "cr:examples", "@type": "@json"},
}


def croissant(settings: Settings, dataset: DatasetFiles) -> dict[str, Any]:
    """Return the description of the table of `dataset`; its records are the rows, out of Parquet where there is such.

    A reader of Croissant takes a CSV file as pandas does, whatever types are declared: the class number 027.4 becomes
    27.4, the year 2014 beside an empty cell 2014.0, and the code of Min Nan, "nan", is nothing.
    """
    csv, parquet = dataset.file("csv"), dataset.file("parquet")
    assert csv is not None, "only a table with a CSV file is described in Croissant"
    plain = dataset_jsonld(settings, dataset)
    kept = ("name", "alternateName", "description", "url", "keywords", "license", "creator", "publisher", "inLanguage")
    return {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        **{key: plain[key] for key in kept if key in plain},
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "datePublished": dataset.created.date().isoformat(),
        "dateModified": dataset.modified.date().isoformat(),
        "version": f"{dataset.modified:%Y.%-m.%-d}",
        "citeAs": citation(settings, dataset),
        "distribution": [_file(settings, dataset, file) for file in (csv, parquet) if file is not None],
        "recordSet": [
            {
                "@type": "cr:RecordSet",
                "@id": dataset.name,
                "name": dataset.name,
                "key": {"@id": f"{dataset.name}/{dataset.dataset.columns[0].name}"},
                "field": [_field(dataset.name, column, parquet or csv) for column in dataset.dataset.columns],
            }
        ],
    }


def _file(settings: Settings, dataset: DatasetFiles, file: DataFile) -> dict[str, Any]:
    return {
        "@type": "cr:FileObject",
        "@id": file.format,
        "name": file.name,
        "contentUrl": download_address(Iris(settings.base), dataset, file),
        "contentSize": f"{file.bytes} B",
        "encodingFormat": _PARQUET if file.format == "parquet" else file.media_type,
        "sha256": file.sha256,
    }


def citation(settings: Settings, dataset: DatasetFiles) -> str:
    """Return how `dataset` is cited: who, when, what, which release, where."""
    name = settings.publisher.name_on(dataset.created.date())
    title, iri = dataset.dataset.declaration.title, Iris(settings.base).dataset(dataset.name)
    return f"{name.vi} ({dataset.modified:%Y}). {title.vi} [{title.en}]. {dataset.release}. {iri}"


def _field(record_set: str, column: Column, file: DataFile) -> dict[str, Any]:
    """Return a field; in CSV a list stands as it is joined there, for Croissant 1.0 does not split cells."""
    is_list = column.values == "list"
    kind = "sc:Integer" if column.values == "count" else _TYPES[column.type]
    field: dict[str, Any] = {
        "@type": "cr:Field",
        "@id": f"{record_set}/{column.name}",
        "name": column.name,
        "description": f"{column.meaning.vi} / {column.meaning.en}",
        "dataType": "sc:Text" if is_list and file.format == "csv" else kind,
        "source": {"fileObject": {"@id": file.format}, "extract": {"column": column.name}},
    }
    if is_list and file.format != "csv":
        field["repeated"] = True
    if column.property:
        field["equivalentProperty"] = column.property
    return field
