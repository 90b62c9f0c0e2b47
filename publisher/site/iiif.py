"""IIIF: the manifests of what was digitized, at `/iiif/{library}-{key}/manifest`, and a collection of them all."""

from __future__ import annotations

from typing import Any

import orjson
from flask import Blueprint, Response, abort

from publisher.exports.iiif import CONTEXT, MEDIA_TYPE, Subject, Words, manifest
from publisher.release.digitized import DigitizedReader
from publisher.site.formats import RDF_FORMATS
from publisher.site.people import contributors
from publisher.site.thing import Thing
from publisher.site.validators import validated
from publisher.site.visit import Visit, visit

blueprint = Blueprint("iiif", __name__)

MOST = 10_000
"""Manifests that the collection lists."""


def manifests_of(instance: Thing) -> list[str]:
    """Return the addresses of the manifests of `instance`."""
    found = DigitizedReader(instance.reader.release.path).of_instance(instance.iri)
    return [instance.reader.iris.manifest(identifier) for identifier in found]


@blueprint.get("/iiif/<identifier>/manifest")
def of_record(identifier: str) -> Response:
    """Return the manifest of what one record says was digitized."""
    now = visit()
    found = DigitizedReader(now.reader.release.path).get(identifier)
    if found is None or not found.digital.pages:
        abort(404)
    return _answer(manifest(found.digital, _subject(now, found.id, found.instance)))


@blueprint.get("/iiif/collection")
def collection() -> Response:
    """Return the collection of all manifests."""
    now = visit()
    iris, reader = now.reader.iris, DigitizedReader(now.reader.release.path)
    name = now.reader.publisher_name
    items = [
        {"id": iris.manifest(identifier), "type": "Manifest", "label": _label(now.thing(instance))}
        for identifier, instance in reader.identifiers(MOST)
    ]
    return _answer(
        {
            "@context": CONTEXT,
            "id": iris.page("iiif/collection"),
            "type": "Collection",
            "label": {"vi": [name.vi], "en": [name.en]},
            "items": items,
        }
    )


def _answer(content: dict[str, Any]) -> Response:
    return validated(Response(orjson.dumps(content), content_type=MEDIA_TYPE))


def _subject(now: Visit, identifier: str, instance_iri: str) -> Subject:
    iris, name = now.reader.iris, now.reader.publisher_name
    instance = now.thing(instance_iri)
    library = next(iter(instance.things("bf:hasItem/bf:heldBy")), None)
    owner = library if library is not None and library.kind == "library" else None
    names = {each: Thing(now.reader, owner.iri, each).label for each in now.languages} if owner else {}
    return Subject(
        address=iris.manifest(identifier),
        instance=instance_iri,
        label=_label(instance),
        provider_address=owner.iri if owner else f"{iris.base}/",
        provider={each: [label] for each, label in names.items() if label} or {"vi": [name.vi], "en": [name.en]},
        metadata=tuple(_metadata(instance)),
        rights=next(iter(instance.links("schema:license")), ""),
        languages=now.languages,
        see_also=tuple((f"{instance_iri}.{each.suffix}", each.media_type) for each in RDF_FORMATS),
    )


def _label(instance: Thing) -> Words:
    languages = instance.texts("schema:inLanguage")
    return {languages[0] if len(languages) == 1 else "none": [instance.label]}


def _metadata(instance: Thing) -> list[tuple[Words, Words]]:
    work = next(iter(instance.things("bf:instanceOf")), instance)
    rows = (
        ({"vi": ["Tác giả"], "en": ["Contributor"]}, [each.agent.label for each in contributors(work)]),
        ({"vi": ["Xuất bản"], "en": ["Published"]}, instance.texts("bf:publicationStatement")),
        ({"vi": ["Số lượng"], "en": ["Extent"]}, instance.texts("bf:extent/rdfs:label")),
    )
    return [(label, {"none": values}) for label, values in rows if values]
