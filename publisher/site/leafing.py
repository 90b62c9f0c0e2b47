"""Reading what was digitized, page by page: `/iiif/{library}-{key}/read`, and the same on the page of its edition.

The pictures are the library's own and are fetched from there only when somebody opens them. Without script each page is
an address; with it `site/static/viewer.js` turns the pages, from the IIIF manifest and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from flask import Blueprint, Response, abort, render_template, request

from publisher.release.digitized import Digitized, DigitizedReader
from publisher.site.security import origin, with_images_from
from publisher.site.thing import Thing
from publisher.site.validators import validated
from publisher.site.visit import visit
from publisher.sources.digital import DigitalFile, Part

blueprint = Blueprint("leafing", __name__)

_SHOWN = ("", "image/jpeg", "image/jpg", "image/png", "image/gif", "image/webp", "image/avif")
"""What browsers show; a picture whose type is not known is tried."""
_WORDS = ("page", "of", "previous", "next", "nearer", "farther", "whole_screen", "missing", "open", "alone")
MOST_PARTS = 500
"""Lines of a table of contents that are listed."""


class Entry(NamedTuple):
    """A line of the table of contents: how deep it lies, what it says, the page that it begins on (from 1)."""

    depth: int
    label: str
    page: int


class Reading(NamedTuple):
    """What a page shows of something digitized: where it is read, how many pages it has, who sends the pictures."""

    manifest: str
    address: str
    pages: int
    hosts: tuple[str, ...]
    pictures: tuple[str, ...]


def readings(instance: Thing) -> list[Reading]:
    """Return what can be read of `instance` page by page."""
    reader = DigitizedReader(instance.reader.release.path)
    found = (reader.get(identifier) for identifier in reader.of_instance(instance.iri))
    return [_reading(instance, each) for each in found if each is not None and each.digital.pages]


def _reading(instance: Thing, found: Digitized) -> Reading:
    manifest = instance.reader.iris.manifest(found.id)
    pictures = tuple(filter(None, (shown(page.image) for page in found.digital.pages)))
    hosts = dict.fromkeys(origin(picture).partition("://")[2] for picture in pictures)
    address = manifest.removesuffix("/manifest") + "/read"
    return Reading(manifest, address, len(found.digital.pages), tuple(filter(None, hosts)), pictures)


def shown(image: DigitalFile) -> str:
    """Return the address of a picture that browsers show, "" when there is none.

    What browsers do not show (TIFF, JPEG 2000) an image service makes a JPEG of: every level of compliance has the
    whole picture (https://iiif.io/api/image/3.0/compliance/; "full" for "max" before version 3).

    >>> shown(DigitalFile("https://files.example.vn/1.jpg", "image/jpeg")), shown(DigitalFile("x.tif", "image/tiff"))
    ('https://files.example.vn/1.jpg', '')
    """
    if image.media_type.lower() in _SHOWN:
        return image.address
    if image.service is None:
        return ""
    size = "max" if image.service.version >= 3 else "full"
    name = "native" if image.service.version == 1 else "default"
    return f"{image.service.address.rstrip('/')}/full/{size}/0/{name}.jpg"


def words() -> dict[str, str]:
    """Return what the viewer says, in the language of the visit, by name."""
    return {name: visit().t(f"viewer.{name}") for name in _WORDS}


@blueprint.get("/iiif/<identifier>/read")
def read(identifier: str) -> Response:
    """Return one page of what was digitized, with the way to the others."""
    now = visit()
    found = DigitizedReader(now.reader.release.path).get(identifier)
    if found is None or not found.digital.pages:
        abort(404)
    pages = found.digital.pages
    asked = request.args.get("page", "1")
    number = int(asked) if asked.isdecimal() and len(asked) < 7 else 1
    if not 1 <= number <= len(pages):
        abort(404)
    instance, page = now.thing(found.instance), pages[number - 1]
    page_html = render_template(
        "read.html",
        instance=instance,
        reading=_reading(instance, found),
        page=page,
        picture=shown(page.image),
        number=number,
        contents=_first(found.digital.parts),
        words=words(),
        licence=next(iter(instance.links("schema:license")), ""),
    )
    return with_images_from(validated(Response(page_html)), _reading(instance, found).pictures)


def _first(parts: tuple[Part, ...]) -> list[Entry]:
    return [entry for entry, _ in zip(_contents(parts), range(MOST_PARTS), strict=False)]


def _contents(parts: tuple[Part, ...], depth: int = 0) -> Iterator[Entry]:
    for part in parts:
        if part.label and (number := _begins(part)):
            yield Entry(depth, part.label, number)
        yield from _contents(part.parts, depth + 1)


def _begins(part: Part) -> int:
    """Return the page that `part` begins on, from 1; 0 when it has none."""
    pages = [*(page + 1 for page in part.pages), *filter(None, map(_begins, part.parts))]
    return min(pages, default=0)
