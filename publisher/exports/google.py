"""A dataset in schema.org, by the rules of Google's dataset search.

https://developers.google.com/search/docs/appearance/structured-data/dataset: `name` and `description` (50 to 5000
characters) are required; `distribution` needs `contentUrl` and `encodingFormat`; `license` is an address.
"""

from __future__ import annotations

from typing import Any

from publisher.config import Settings
from publisher.exports.dcat import download_address
from publisher.exports.files import DataFile, DatasetFiles
from publisher.identity.iris import Iris

LONGEST_DESCRIPTION = 5000


def dataset_jsonld(settings: Settings, dataset: DatasetFiles) -> dict[str, Any]:
    """Return the schema.org description of `dataset` as a JSON-LD object."""
    iris = Iris(settings.base)
    iri = iris.dataset(dataset.name)
    declared = dataset.dataset.declaration
    name = settings.publisher.name_on(dataset.created.date())
    creator: dict[str, Any] = {"@type": "Organization", "name": name.vi, "alternateName": name.en}
    if settings.publisher.iri:
        creator["@id"] = settings.publisher.iri
    if settings.publisher.contact.url:
        creator["url"] = settings.publisher.contact.url
    description: dict[str, Any] = {
        "@context": "https://schema.org/",
        "@id": iri,
        "@type": "Dataset",
        "name": declared.title.vi,
        "alternateName": declared.title.en,
        "description": f"{declared.description.vi}\n\n{declared.description.en}"[:LONGEST_DESCRIPTION],
        "url": iri,
        "identifier": iri,
        "keywords": list(dict.fromkeys(word for each in declared.keywords for word in (each.vi, each.en))),
        "inLanguage": ["vi", "en"],
        "isAccessibleForFree": True,
        "dateModified": dataset.modified.isoformat(),
        "version": dataset.release,
        "creator": creator,
        "publisher": creator,
        "includedInDataCatalog": {"@type": "DataCatalog", "@id": iris.page("catalog"), "url": iris.page("")},
        "distribution": [_download(iris, dataset, file) for file in dataset.files],
    }
    if licence := dataset.licence_iri(settings):
        description["license"] = licence
    if dataset.dataset.columns:
        description["variableMeasured"] = [
            {
                "@type": "PropertyValue",
                "name": column.name,
                "alternateName": column.title.vi,
                "description": f"{column.meaning.vi} / {column.meaning.en}",
                **({"propertyID": column.property} if column.property else {}),
            }
            for column in dataset.dataset.columns
        ]
    return description


def _download(iris: Iris, dataset: DatasetFiles, file: DataFile) -> dict[str, Any]:
    address = download_address(iris, dataset, file)
    formats = [file.kind.media_type, file.media_type] if file.packing else [file.media_type]
    return {
        "@type": "DataDownload",
        "@id": f"{iris.dataset(dataset.name)}#{file.format}",
        "name": file.name,
        "contentUrl": address,
        "encodingFormat": formats[0] if len(formats) == 1 else formats,
        "contentSize": f"{file.bytes} B",
        "sha256": file.sha256,
        "dateModified": dataset.modified.isoformat(),
    }
