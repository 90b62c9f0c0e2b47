"""What ckanext-dcat makes of our datasets, by both ways of publishing, dataset by dataset and file by file.

    RONG_TEST_CKAN_URL=... RONG_TEST_CKAN_TOKEN=... RONG_TEST_CKAN_PYTHON=.../bin/python \\
        .venv/bin/python -m benchmarks export_dcat

Every dataset of examples/kontum. Harvested: the catalogue of the release is read by ckanext-dcat's own parser (profile
`euro_dcat_ap_3`), which its harvester makes datasets of, in the CKAN whose Python `RONG_TEST_CKAN_PYTHON` is, for a
CKAN in Vietnamese and for one in English. Pushed: all are put on the CKAN by `apply`, and each is fetched as the CKAN
describes it (`/dataset/NAME.ttl`). Either must have title, description, publisher, contact, and every file with its
address, size, checksum, licence. Without one of the variables that way is left out.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
from rdflib import DCAT, DCTERMS, FOAF, RDF, Graph, Namespace, URIRef

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks._ckan_corner import TOKEN, URL, Corner
from benchmarks.export_ckan import published
from publisher.config import Settings
from publisher.exports.dcat import download_address
from publisher.exports.files import DatasetFiles
from publisher.identity.iris import Iris

PYTHON = "RONG_TEST_CKAN_PYTHON"
SPDX = Namespace("http://spdx.org/rdf/terms#")
Found = dict[str, Any]


def wanted(settings: Settings, dataset: DatasetFiles, language: str) -> Found:
    """Return what must be kept of `dataset`."""
    declared = dataset.dataset.declaration
    name = settings.publisher.name_on(dataset.created.date())
    licence = settings.licence
    assert licence is not None
    return {
        "title": declared.title.in_language(language),
        "publisher": name.in_language(language),
        "contact": settings.publisher.contact.email,
        "files": {
            download_address(Iris(settings.base), dataset, file): (file.bytes, file.sha256, True)
            for file in dataset.files
        },
    }


def harvested(catalogue: Path, python: str, settings: Settings, language: str) -> dict[str, Found]:
    """Return what ckanext-dcat's parser makes of `catalogue`, by IRI."""
    script = Path(__file__).with_name("_ckanext_dcat.py")
    done = subprocess.run([python, script, language], input=catalogue.read_bytes(), capture_output=True, check=True)
    assert settings.licence is not None
    licences = {settings.licence.iri, settings.licence.title.vi, settings.licence.title.en}
    found = {}
    for each in orjson.loads(done.stdout):
        extras = {extra["key"]: extra["value"] for extra in each["extras"]}
        found[extras["uri"]] = {
            "title": each["title"],
            "publisher": extras["publisher_name"],
            "contact": extras["contact_email"],
            "files": {
                file["download_url"]: (file["size"], file["hash"], file["license"] in licences)
                for file in each["resources"]
            },
        }
    return found


def pushed(corner: Corner, dataset: DatasetFiles) -> Found:
    """Return how the CKAN describes `dataset`; a file is known by the address that it has on our site."""
    answer = corner.portal().download(f"{corner.ckan.url}/dataset/{corner.ckan.name_prefix}{dataset.name}.ttl")
    graph = Graph().parse(data=b"".join(answer), format="turtle")
    (iri,) = graph.subjects(RDF.type, DCAT.Dataset)

    def text(subject: Any, predicate: URIRef) -> str:
        return str(graph.value(subject, predicate) or "")

    files = {}
    for distribution in graph.objects(iri, DCAT.distribution):
        checksum = graph.value(distribution, SPDX.checksum)
        name = text(distribution, DCTERMS.title)
        assert list(graph.objects(distribution, DCAT.accessURL)), f"{name} has no address"
        files[f"{Iris(corner.settings.base).dataset(dataset.name)}/{name}"] = (
            int(text(distribution, DCAT.byteSize).partition(".")[0]),
            text(checksum, SPDX.checksumValue),
            text(distribution, DCTERMS.license) == dataset.licence_iri(corner.settings),
        )
    point = graph.value(iri, DCAT.contactPoint)
    contact = text(point, URIRef("http://www.w3.org/2006/vcard/ns#hasEmail")).removeprefix("mailto:")
    publisher = text(graph.value(iri, DCTERMS.publisher), FOAF.name)
    return {"title": text(iri, DCTERMS.title), "publisher": publisher, "contact": contact, "files": files}


def lost(kept: Found | None, expected: Found) -> list[str]:
    """Say what of `expected` was not kept."""
    if kept is None:
        return ["the dataset"]
    return [key for key, value in expected.items() if kept[key] != value]


def _ways(settings: Settings, path: Path, datasets: list[DatasetFiles]) -> Iterator[tuple[str, dict[str, list[str]]]]:
    if python := os.environ.get(PYTHON):
        for language in ("vi", "en"):
            found = harvested(path / "catalog.ttl", python, settings, language)
            iris = Iris(settings.base)
            yield (
                f"harvested, in {language}",
                {
                    each.name: lost(found.get(iris.dataset(each.name)), wanted(settings, each, language))
                    for each in datasets
                },
            )
    if os.environ.get(URL) and os.environ.get(TOKEN):
        corner = Corner(settings, path, datasets, os.environ[URL].partition(",")[0])
        try:
            corner.apply()
            yield "pushed", {each.name: lost(pushed(corner, each), wanted(settings, each, "vi")) for each in datasets}
        finally:
            corner.clear()


def main() -> int:
    """Print a table in Markdown; return 1 if anything is lost."""
    status = 0
    with tempfile.TemporaryDirectory(prefix="rong-dcat-") as name:
        settings, path, datasets = published(Path(name))
        files = sum(len(each.files) for each in datasets)
        print(f"{len(datasets)} datasets, {files} files\n\n| way | datasets kept whole | lost |\n|---|---:|---|")
        for way, found in _ways(settings, path, datasets):
            wrong = [f"{dataset}: {', '.join(what)}" for dataset, what in found.items() if what]
            status = status or int(bool(wrong))
            print(f"| {way} | {len(found) - len(wrong)} | {'; '.join(wrong) or 'nothing'} |", flush=True)
    return status


if __name__ == "__main__":
    sys.exit(main())
