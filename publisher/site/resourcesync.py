"""ResourceSync (ANSI/NISO Z39.99): what there is, and what has changed, for those who keep a copy.

There are two sets: the files of the datasets, and the editions. Of an edition the last change is listed, with its time;
so whoever reads the change lists from the moment of the last visit on misses nothing, deletions included.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape
from typing import NamedTuple

from flask import Blueprint, Response, abort

from publisher.errors import ExportError
from publisher.exports.dcat import download_address
from publisher.exports.files import DataFile, DatasetFiles, read_datasets
from publisher.release.chronicle import Entry, Shard
from publisher.release.release import Release
from publisher.site.history import kept
from publisher.site.validators import validated
from publisher.site.visit import in_service, visit

blueprint = Blueprint("resourcesync", __name__)
SHARD = 50_000
"""Resources in one list; the protocol of sitemaps, which ResourceSync extends, allows no more."""

SETS = ("datasets", "editions")
_NAMESPACES = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:rs="http://www.openarchives.org/rs/terms/"'


class _Resource(NamedTuple):
    """A resource of a list: its address, when it changed, and the attributes of its `rs:md`."""

    address: str
    moment: str
    about: dict[str, str]


@blueprint.get("/.well-known/resourcesync")
def description() -> Response:
    """Return which sets there are."""
    sets = [_Resource(_address(name, "capabilitylist"), "", {"capability": "capabilitylist"}) for name in SETS]
    return _list("description", sets, up="")


@blueprint.get("/resourcesync/<any(datasets, editions):name>/capabilitylist.xml")
def capabilities(name: str) -> Response:
    """Return what lists a set has."""
    lists = [_Resource(_address(name, kind), "", {"capability": kind}) for kind in ("resourcelist", "changelist")]
    return _list("capabilitylist", lists, up=visit().reader.iris.page(".well-known/resourcesync"))


@blueprint.get("/resourcesync/datasets/resourcelist.xml")
def files() -> Response:
    """Return every file of the datasets of the active release, with its checksum."""
    reader = visit().reader
    found = [
        _Resource(download_address(reader.iris, dataset, file), dataset.modified.isoformat(), _file(file))
        for dataset in reader.datasets.values()
        for file in dataset.files
    ]
    return _list("resourcelist", found, at=_moment(reader.release), up=_address("datasets", "capabilitylist"))


@blueprint.get("/resourcesync/datasets/changelist.xml")
def changed_files() -> Response:
    """Return which files came, changed and went from one release that is kept to the next."""
    releases = list(reversed(kept(visit().reader.release)))
    found: list[_Resource] = []
    before: dict[str, DataFile] = {}
    for number, release in enumerate(releases):
        now = dict(_files_of(release))
        if number:
            found += _changes(before, now, _moment(release))
        before = now
    begin = _moment(releases[0]) if releases else ""
    return _list("changelist", found, since=begin, up=_address("datasets", "capabilitylist"))


@blueprint.get("/resourcesync/editions/<any(resourcelist, changelist):kind>.xml")
def editions(kind: str) -> Response:
    """Return the index of the lists of editions."""
    shards = in_service().chronicle.shards(SHARD)
    lists = [
        _Resource(
            visit().reader.iris.page(f"resourcesync/editions/{kind}-{each.turn}-{each.after}.xml"), each.moment, {}
        )
        for each in shards
    ]
    return _list(kind, lists, up=_address("editions", "capabilitylist"), root="sitemapindex", **_span(kind, shards))


@blueprint.get("/resourcesync/editions/<any(resourcelist, changelist):kind>-<int:turn>-<int:after>.xml")
def some_editions(kind: str, turn: int, after: int) -> Response:
    """Return one list of editions: those that last changed in a turn, from one place on."""
    chronicle = in_service().chronicle
    shard = next((each for each in chronicle.shards(SHARD) if (each.turn, each.after) == (turn, after)), None)
    if shard is None:
        abort(404)
    entries = chronicle.of_shard(shard, SHARD)
    if kind == "resourcelist":
        found = [_Resource(each.iri, each.moment, {}) for each in entries if not each.deleted]
    else:
        found = [
            _Resource(each.iri, each.moment, {"change": _change(each), "datetime": each.moment}) for each in entries
        ]
    return _list(kind, found, up=_address("editions", kind), **_span(kind, [shard]))


def _span(kind: str, shards: list[Shard]) -> dict[str, str]:
    if not shards:
        return {}
    return {"at": shards[-1].moment} if kind == "resourcelist" else {"since": shards[0].moment}


def _change(entry: Entry) -> str:
    if entry.deleted:
        return "deleted"
    return "created" if entry.first == entry.moment else "updated"


def _files_of(release: Release) -> Iterator[tuple[str, DataFile]]:
    """Yield the files of a release by their addresses; none where an older Rông wrote them."""
    iris = visit().reader.iris
    try:
        datasets: list[DatasetFiles] = read_datasets(release.datasets_path)
    except ExportError:
        return
    for dataset in datasets:
        for file in dataset.files:
            yield download_address(iris, dataset, file), file


def _changes(before: dict[str, DataFile], now: dict[str, DataFile], moment: str) -> Iterator[_Resource]:
    for address in sorted({*before, *now}):
        was, is_now = before.get(address), now.get(address)
        if is_now is None:
            yield _Resource(address, moment, {"change": "deleted", "datetime": moment})
        elif was is None:
            yield _Resource(address, moment, {"change": "created", "datetime": moment, **_file(is_now)})
        elif was.sha256 != is_now.sha256:
            yield _Resource(address, moment, {"change": "updated", "datetime": moment, **_file(is_now)})


def _file(file: DataFile) -> dict[str, str]:
    return {"hash": f"sha-256:{file.sha256}", "length": str(file.bytes), "type": file.media_type}


def _moment(release: Release) -> str:
    return release.created.strftime("%Y-%m-%dT%H:%M:%SZ")


def _address(name: str, kind: str) -> str:
    return visit().reader.iris.page(f"resourcesync/{name}/{kind}.xml")


def _list(
    capability: str,
    resources: Iterable[_Resource],
    *,
    up: str,
    at: str = "",
    since: str = "",
    root: str = "urlset",
) -> Response:
    """Return a document of ResourceSync; `at` is when a list was true, `since` from when on changes are listed."""
    element = "url" if root == "urlset" else "sitemap"
    about = {"capability": capability, "at": at, "from": since}
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f"<{root} {_NAMESPACES}>"]
    if up:
        lines.append(f'<rs:ln rel="up" href="{escape(up)}"/>')
    lines.append(f"<rs:md{_attributes(about)}/>")
    for each in resources:
        moment = f"<lastmod>{each.moment}</lastmod>" if each.moment else ""
        said = f"<rs:md{_attributes(each.about)}/>" if each.about else ""
        lines.append(f"<{element}><loc>{escape(each.address)}</loc>{moment}{said}</{element}>")
    lines.append(f"</{root}>\n")
    return validated(Response("\n".join(lines), content_type="application/xml; charset=utf-8"))


def _attributes(about: dict[str, str]) -> str:
    return "".join(f' {name}="{escape(value)}"' for name, value in about.items() if value)
