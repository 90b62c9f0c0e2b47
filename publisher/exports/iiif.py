"""A IIIF Presentation 3.0 manifest of a digitized thing (https://iiif.io/api/presentation/3.0/).

The place of a page is a canvas of the size of its image. Where the size is not known it is that of the first page
whose size is, else of a sheet of A4 (1,000 x 1,414): the viewer fits the image into it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from publisher.sources.digital import Digital, DigitalFile, Page, Part

CONTEXT = "http://iiif.io/api/presentation/3/context.json"
MEDIA_TYPE = f'application/ld+json;profile="{CONTEXT}"'
_SHEET = (1000, 1414)
_OPEN_TO_ALL = re.compile(
    r"https?://(creativecommons\.org/(?:licenses|publicdomain)/|(?:www\.)?rightsstatements\.org/vocab/)"
)
_KINDS = {"image": "Image", "audio": "Sound", "video": "Video", "model": "Model"}

Words = dict[str, list[str]]
"""A text in some languages; "none" for one whose language is not known."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What a manifest is about, as the catalogue knows it."""

    address: str
    instance: str
    label: Words
    provider_address: str
    provider: Words
    metadata: tuple[tuple[Words, Words], ...] = ()
    rights: str = ""
    languages: tuple[str, ...] = ("vi", "en")
    see_also: tuple[tuple[str, str], ...] = field(default_factory=tuple)

    @property
    def base(self) -> str:
        """What the addresses of canvases and ranges begin with."""
        return self.address.removesuffix("/manifest")


def manifest(digital: Digital, subject: Subject) -> dict[str, Any]:
    """Return the manifest of `digital`, which has pages, ready for JSON."""
    made: dict[str, Any] = {
        "@context": CONTEXT,
        "id": subject.address,
        "type": "Manifest",
        "label": subject.label,
        "metadata": [{"label": label, "value": value} for label, value in subject.metadata],
        "requiredStatement": {
            "label": {"vi": ["Nguồn"], "en": ["Attribution"]},
            "value": subject.provider,
        },
        "provider": [
            {
                "id": subject.provider_address,
                "type": "Agent",
                "label": subject.provider,
                "homepage": [_page_of(subject.provider_address, subject.provider, subject.languages)],
            }
        ],
        "homepage": [_page_of(subject.instance, subject.label, subject.languages)],
        "seeAlso": [
            {"id": address, "type": "Dataset", "format": media_type, "label": {"none": [media_type]}}
            for address, media_type in subject.see_also
        ],
        "items": list(_canvases(digital.pages, subject.base)),
    }
    if rights := stated_rights(subject.rights):
        made["rights"] = rights
    if digital.files:
        made["rendering"] = [_rendering(file) for file in digital.files]
    if structures := list(_ranges(digital.parts, f"{subject.base}/range", subject.base)):
        made["structures"] = structures
    return {name: value for name, value in made.items() if value != []}


def stated_rights(address: str) -> str:
    """Return a licence as the property `rights` takes it, "" for another one (Presentation 3.0, rights).

    >>> stated_rights("https://creativecommons.org/licenses/by/4.0/")
    'http://creativecommons.org/licenses/by/4.0/'
    """
    if not _OPEN_TO_ALL.match(address):
        return ""
    return re.sub(r"^https?://(?:www\.)?", "http://", address)


def _page_of(address: str, label: Words, languages: tuple[str, ...]) -> dict[str, Any]:
    return {"id": address, "type": "Text", "label": label, "format": "text/html", "language": list(languages)}


def _rendering(file: DigitalFile) -> dict[str, Any]:
    kind = file.media_type.partition("/")[0]
    label = file.label or file.media_type or file.address.rpartition("/")[2]
    made = {"id": file.address, "type": _KINDS.get(kind, "Text"), "label": {"none": [label]}}
    return {**made, "format": file.media_type} if file.media_type else made


def _canvases(pages: tuple[Page, ...], base: str) -> Iterator[dict[str, Any]]:
    sheet = next(((page.width, page.height) for page in pages if page.width and page.height), _SHEET)
    for number, page in enumerate(pages, start=1):
        canvas = _canvas_id(base, number - 1)
        known = page.width and page.height
        width, height = (page.width, page.height) if known else sheet
        made: dict[str, Any] = {
            "id": canvas,
            "type": "Canvas",
            "label": {"none": [page.label or str(number)]},
            "width": width,
            "height": height,
            "items": [
                {
                    "id": f"{canvas}/page",
                    "type": "AnnotationPage",
                    "items": [
                        {
                            "id": f"{canvas}/image",
                            "type": "Annotation",
                            "motivation": "painting",
                            "body": _image(page, width if known else 0, height if known else 0),
                            "target": canvas,
                        }
                    ],
                }
            ],
        }
        if page.text is not None:
            made["seeAlso"] = [
                {
                    "id": page.text.address,
                    "type": "Dataset",
                    "format": page.text.media_type or "application/xml",
                    "profile": "http://www.loc.gov/standards/alto/",
                    "label": {"vi": ["Văn bản của trang (ALTO)"], "en": ["Text of the page (ALTO)"]},
                }
            ]
        yield made


def _image(page: Page, width: int, height: int) -> dict[str, Any]:
    made: dict[str, Any] = {"id": page.image.address, "type": "Image"}
    if page.image.media_type:
        made["format"] = page.image.media_type
    if width and height:
        made |= {"width": width, "height": height}
    service = page.image.service
    if service is not None and service.version >= 3:
        made["service"] = [{"id": service.address, "type": "ImageService3", "profile": "level0"}]
    elif service is not None:
        # Version 2 and before name themselves as JSON-LD 1.0 does (Presentation 3.0, service).
        profile = f"http://iiif.io/api/image/{service.version}/level0.json"
        made["service"] = [{"@id": service.address, "@type": f"ImageService{service.version}", "profile": profile}]
    return made


def _canvas_id(base: str, number: int) -> str:
    return f"{base}/canvas/{number + 1}"


def _ranges(parts: tuple[Part, ...], name: str, base: str) -> Iterator[dict[str, Any]]:
    """Yield a range for each part that has pages, itself or in its own parts."""
    for number, part in enumerate(parts, start=1):
        address = f"{name}/{number}" if name.endswith("/range") else f"{name}-{number}"
        inner = list(_ranges(part.parts, address, base))
        below = {page for each in part.parts for page in _all_pages(each)}
        items: list[dict[str, Any]] = [
            {"id": _canvas_id(base, page), "type": "Canvas"} for page in part.pages if page not in below
        ]
        if items or inner:
            yield {
                "id": address,
                "type": "Range",
                "label": {"none": [part.label or str(number)]},
                "items": items + inner,
            }


def _all_pages(part: Part) -> Iterator[int]:
    yield from part.pages
    for each in part.parts:
        yield from _all_pages(each)
