"""What ckanext-dcat makes of our datasets, by both ways of publishing, dataset by dataset and file by file.

    RONG_TEST_CKAN_URL=... RONG_TEST_CKAN_TOKEN=... RONG_TEST_CKAN_PYTHON=.../bin/python \\
        .venv/bin/python -m benchmarks export_dcat

Every dataset of examples/kontum. Harvested: the catalogue of the release is read by ckanext-dcat's own parser (profile
`euro_dcat_ap_3`), which its harvester makes datasets of, in the CKAN whose Python `RONG_TEST_CKAN_PYTHON` is, for a
CKAN in Vietnamese and for one in English. Pushed: all are put on the CKAN by `apply`, and each is fetched as the CKAN
describes it (`/dataset/NAME.ttl`). Either must have title, description, publisher, contact, and every file with its
address, size, checksum, licence. Without one of the variables that way is left out.

    .venv/bin/python -m benchmarks export_dcat --harvest LAB

runs real jobs of ckanext-harvest instead, on the CKAN in the folder LAB (`venv/bin/ckan`, `run/ckan.ini`, `run/token`
of an administrator; plugins `harvest dcat dcat_rdf_harvester`, in Vietnamese): a copy of this checkout is served by
`rong serve` and harvested, again as it is, with one title changed in a new release, and with one dataset declared no
more. What CKAN has then is compared with what is declared, and with what it had before.
"""

from __future__ import annotations

import argparse
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
from benchmarks._harvest_job import Checkout, Harvester, Packages, changed
from benchmarks.export_ckan import published
from publisher.config import Settings
from publisher.exports.dcat import IANA, download_address
from publisher.exports.files import DatasetFiles
from publisher.identity.iris import Iris

PYTHON = "RONG_TEST_CKAN_PYTHON"
SPDX = Namespace("http://spdx.org/rdf/terms#")
FILE_TYPES = "http://publications.europa.eu/resource/authority/file-type/"
RENAMED, TAKEN_AWAY = "libraries", "subjects"
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


def _in_the_package(package: dict[str, Any], licences: set[str]) -> Found:
    """Return what CKAN has after a harvest job, in the shape of `_wanted_in_a_package`; `licences` are its names."""
    extras = package["extras"]
    return {
        "title": package["title"],
        "notes": package["notes"],
        "tags": {tag["name"] for tag in package["tags"]},
        "publisher": extras["publisher_name"],
        "contact": extras["contact_email"],
        "frequency": extras.get("frequency"),
        "theme": extras.get("theme"),
        "files": {
            file["url"]: (
                file["download_url"],
                file["name"],
                file["format"],
                file["mimetype"],
                file["size"],
                file["hash"],
                file["license"] in licences,
            )
            for file in package["resources"]
        },
    }


def _wanted_in_a_package(settings: Settings, dataset: DatasetFiles) -> Found:
    """Return what must be in CKAN of `dataset` after a harvest job."""
    declared = dataset.dataset.declaration
    files = {}
    for file in dataset.files:
        address = download_address(Iris(settings.base), dataset, file)
        media_type = str(IANA[file.kind.media_type]) if file.kind.is_registered else None
        format_ = f"{FILE_TYPES}{file.kind.eu_file_type}"
        files[address] = (address, file.name, format_, media_type, file.bytes, file.sha256, True)
    return {
        **wanted(settings, dataset, "vi"),
        "notes": declared.description.vi,
        "tags": {text for keyword in declared.keywords for text in (keyword.vi, keyword.en)},
        "frequency": declared.frequency or None,
        "theme": f'["{declared.theme.iri}"]' if declared.theme else None,
        "files": files,
    }


def _not_kept(packages: Packages, settings: Settings, datasets: list[DatasetFiles]) -> list[str]:
    """Say what is not in CKAN as it is declared, or is there and is not declared."""
    iris = {Iris(settings.base).dataset(each.name): each for each in datasets}
    found = [f"{iri} is not declared" for iri in packages.keys() - iris.keys()]
    for iri, dataset in iris.items():
        licence = dataset.dataset.declaration.licence or settings.licence
        assert licence is not None
        licences = {licence.iri, licence.title.vi, licence.title.en}
        kept = _in_the_package(packages[iri], licences) if iri in packages else None
        found += [f"{dataset.name}: {what}" for what in lost(kept, _wanted_in_a_package(settings, dataset))]
    return found


def harvest(lab: Path, folder: Path) -> int:
    """Run the jobs on the CKAN in `lab` and print a table in Markdown; return 1 if anything is not as it must be."""
    checkout = Checkout(folder)
    harvester = Harvester(lab, f"{checkout.base}/catalog.ttl")
    status, before, iris = 0, Packages(), Iris(checkout.base)
    print("| job | added | updated | deleted | datasets | files | doubled | changed | gone | not as declared |")
    print("|---|---:|---:|---:|---:|---:|---:|---|---|---|")
    try:
        for job in ("first", "again", f"title of {RENAMED}", f"without {TAKEN_AWAY}"):
            if job.startswith("title"):
                (was,) = (each.dataset.declaration.title.vi for each in checkout.datasets() if each.name == RENAMED)
                checkout.rename(RENAMED, was, f"{was} (mới)")
                checkout.release()
            elif job.startswith("without"):
                checkout.take_away(TAKEN_AWAY)
                checkout.release()
            with checkout.served(), harvester.consumers():
                counted = harvester.job()
            packages, doubled = harvester.packages()
            moved = changed(before, packages)
            wrong = _not_kept(packages, checkout.settings(), checkout.datasets())
            gone = before.keys() - packages.keys()
            expected = {iris.dataset(RENAMED)} if job.startswith("title") else set()
            expected_gone = {iris.dataset(TAKEN_AWAY)} if job.startswith("without") else set()
            status = status or int(bool(doubled or wrong or moved.keys() != expected or gone != expected_gone))
            files = sum(len(each["resources"]) for each in packages.values())
            shown = "; ".join(f"{iri.rpartition('/')[2]}: {', '.join(fields)}" for iri, fields in sorted(moved.items()))
            states = [f"{iri.rpartition('/')[2]} is {harvester.state(before[iri]['id'])}" for iri in gone]
            counts = (counted["added"], counted["updated"], counted["deleted"], len(packages), files, doubled)
            texts = (shown or "nothing", "; ".join(states) or "nothing", "; ".join(wrong) or "nothing")
            print(f"| {' | '.join(map(str, (job, *counts, *texts)))} |", flush=True)
            before = packages
    finally:
        harvester.clear()
    return status


def main() -> int:
    """Print a table in Markdown; return 1 if anything is lost."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks export_dcat",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--harvest", type=Path, metavar="LAB", help="run harvest jobs on the CKAN in this folder")
    if lab := parser.parse_args().harvest:
        with tempfile.TemporaryDirectory(prefix="rong-harvest-") as name:
            return harvest(lab, Path(name))
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
