"""The datasets: their list, a page each, their DCAT, and their files."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from flask import Blueprint, Response, abort, render_template, request, send_file

from publisher.exports.croissant import citation
from publisher.exports.dcat import download_address
from publisher.exports.descriptions import names as descriptions
from publisher.exports.files import CATALOGUE, CHECKSUMS, DataFile, DatasetFiles, read_datasets
from publisher.exports.google import dataset_jsonld
from publisher.exports.indicators.charts import counted
from publisher.release.release import Release
from publisher.site import catalogue, mistakes
from publisher.site.entities import describe
from publisher.site.formats import HTML, accepted, split_suffix
from publisher.site.history import earlier, history
from publisher.site.validators import validated
from publisher.site.visit import visit

blueprint = Blueprint("downloads", __name__)
LATEST = "latest"
_MEDIA = {".json": "application/json"}


@blueprint.get("/datasets")
def datasets() -> Response:
    """Return the list of datasets."""
    return validated(Response(render_template("datasets.html", datasets=visit().reader.datasets.values())))


@blueprint.get("/dataset/<name>")
def dataset(name: str) -> Response:
    """Return one dataset: as a page, or as its part of the catalogue in DCAT."""
    reader = visit().reader
    name, suffix = (name, None) if name in reader.datasets else split_suffix(name)
    found = reader.datasets.get(name)
    if found is None:
        abort(404)
    syntax, iri = suffix or accepted(request.accept_mimetypes), reader.iris.dataset(name)
    if syntax is None:
        abort(406)
    if syntax == HTML:
        response = Response(
            render_template(
                "dataset.html",
                dataset=found,
                content=dataset_jsonld(reader.settings, found),
                sample=_sample(found),
                facts={fact.name: fact for fact in found.column_facts},
                history=history(reader.release, name),
                citation=citation(reader.settings, found),
                descriptions=descriptions(found),
                chart=_chart(found),
                address=partial(download_address, reader.iris, found),
                report=mistakes.about(visit(), iri, found.dataset.declaration.title.in_language(visit().language)),
            )
        )
    else:
        described = catalogue.about(reader.release.datasets_path / CATALOGUE, iri)
        response = catalogue.answer(described, syntax, reader.iris, iri)
    return describe(response, iri, syntax)


@blueprint.get("/dataset/<name>/<file>")
def download(name: str, file: str) -> Response:
    """Return a file of a dataset, whole or in part (RFC 9110, 14), with its checksum, or a description of it."""
    reader = visit().reader
    return _file(reader.release, reader.datasets.get(name), file)


@blueprint.get("/dataset/<name>/<release>/<file>")
def dated_download(name: str, release: str, file: str) -> Response:
    """Return a file of a dataset as it was in an earlier release that is still kept, or, of `latest`, as it is."""
    if release == LATEST:
        return download(name, file)
    then = earlier(visit().reader.release, release)
    if then is None:
        abort(404)
    return _file(then, next((each for each in read_datasets(then.datasets_path) if each.name == name), None), file)


def _file(release: Release, found: DatasetFiles | None, file: str) -> Response:
    if found is None:
        abort(404)
    known = next((each for each in found.files if each.name == file), None)
    if known is None and file not in (CHECKSUMS, *descriptions(found)):
        abort(404)
    return _sent(release.datasets_path / found.name / file, known, found)


def _sent(path: Path, known: DataFile | None, dataset: DatasetFiles) -> Response:
    asked = request.range
    if asked is None or asked.units != "bytes" or len(asked.ranges) != 1:
        request.environ.pop("HTTP_RANGE", None)  # what cannot be sent in one part is sent whole (RFC 9110, 14.2)
    media_type = known.media_type if known else _MEDIA.get(path.suffix, "text/plain")
    response = send_file(
        path,
        mimetype=media_type,
        as_attachment=known is not None,
        download_name=path.name,
        conditional=True,
        etag=known.sha256 if known else True,
        last_modified=dataset.modified,
        max_age=0,
    )
    if known:
        digest = catalogue.digest_field(known.sha256)
        response.headers["Repr-Digest"] = digest  # RFC 9530
    response.headers["Cache-Control"] = "public, no-cache"
    return response


def _chart(dataset: DatasetFiles) -> str:
    """Return how many rows have each value of the column that is declared for it, drawn; "" where none is."""
    declared, language = dataset.dataset.declaration.chart, visit().language
    if declared is None:
        return ""
    column = next(column for column in dataset.dataset.columns if column.name == declared.column)
    return counted(column.title.in_language(language), dataset.counts, language)


def _sample(dataset: DatasetFiles) -> list[list[str]]:
    """Return the first rows of the table of `dataset`, for people to see what they will get."""
    table = dataset.file("csv")
    if table is None:
        return []
    return catalogue.first_rows(visit().reader.release.datasets_path / dataset.name / table.name)
