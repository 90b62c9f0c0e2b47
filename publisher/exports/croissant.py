"""A table in Croissant 1.0 (https://docs.mlcommons.org/croissant/docs/croissant-spec.html), for machine learning."""

from __future__ import annotations

from typing import Any

from publisher.config import Settings
from publisher.exports.dcat import download_address
from publisher.exports.declaration import Column, ColumnType
from publisher.exports.files import DatasetFiles
from publisher.exports.google import dataset_jsonld
from publisher.identity.iris import Iris

NAME = "croissant.json"
_CSV = "csv"
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
    """Return the description of the CSV file of `dataset`; its records are the rows."""
    file = dataset.file("csv")
    assert file is not None, "only a table with a CSV file is described in Croissant"
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
        "distribution": [
            {
                "@type": "cr:FileObject",
                "@id": _CSV,
                "name": file.name,
                "contentUrl": download_address(Iris(settings.base), dataset, file),
                "contentSize": f"{file.bytes} B",
                "encodingFormat": file.media_type,
                "sha256": file.sha256,
            }
        ],
        "recordSet": [
            {
                "@type": "cr:RecordSet",
                "@id": dataset.name,
                "name": dataset.name,
                "key": {"@id": f"{dataset.name}/{dataset.dataset.columns[0].name}"},
                "field": [_field(dataset.name, column) for column in dataset.dataset.columns],
            }
        ],
    }


def citation(settings: Settings, dataset: DatasetFiles) -> str:
    """Return how `dataset` is cited: who, when, what, which release, where."""
    name = settings.publisher.name_on(dataset.created.date())
    title, iri = dataset.dataset.declaration.title, Iris(settings.base).dataset(dataset.name)
    return f"{name.vi} ({dataset.modified:%Y}). {title.vi} [{title.en}]. {dataset.release}. {iri}"


def _field(record_set: str, column: Column) -> dict[str, Any]:
    """Return a field; a list stands as it is joined in the file, for Croissant 1.0 does not split cells."""
    is_text = column.values == "list"
    kind = "sc:Text" if is_text else "sc:Integer" if column.values == "count" else _TYPES[column.type]
    field: dict[str, Any] = {
        "@type": "cr:Field",
        "@id": f"{record_set}/{column.name}",
        "name": column.name,
        "description": f"{column.meaning.vi} / {column.meaning.en}",
        "dataType": kind,
        "source": {"fileObject": {"@id": _CSV}, "extract": {"column": column.name}},
    }
    if column.property:
        field["equivalentProperty"] = column.property
    return field
