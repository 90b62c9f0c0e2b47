"""The files of a METS document and their order: fileSec, structMap and structLink (METS 1.12, Primer and Reference)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress

import imagesize  # type: ignore[import-untyped]
from lxml import etree

from publisher.errors import RecordError
from publisher.sources import alto
from publisher.sources.digital import Digital, DigitalFile, Page, Part, Service
from publisher.sources.draft import Draft, squeezed
from publisher.sources.surroundings import Surroundings

XLINK = "{http://www.w3.org/1999/xlink}"
DEEPEST = 20
"""Levels of divisions that are read."""

_SHOWN = ("image/jpeg", "image/jpg", "image/png", "image/webp", "image/gif")
_FOR_SHOW = ("DEFAULT", "PRESENTATION", "MAX", "REFERENCE", "IMAGE", "IMG", "ACCESS", "LARGE", "ORIGINAL", "CONTENT")
_NOT_FOR_SHOW = ("THUMB", "TEASER", "MIN", "PREVIEW", "ICON", "LICENSE", "LICENCE", "METADATA", "SWORD")
_WHOLE = ("application/pdf", "application/epub+zip", "audio/", "video/", "model/", "text/html", "text/plain")
_IMAGE_REQUEST = re.compile(
    r"(?P<base>https?://.+?)/(?:full|square|(?:pct:)?[\d.]+(?:,[\d.]+){3})/(?P<size>max|full|\^?!?[\w:.,]+)/!?[\d.]+/"
    r"(?P<quality>default|native|color|colour|gr[ae]y|bitonal)\.(?:jpe?g|png|webp|tif|gif|jp2)"
)
_TYPES = {".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png", ".tif": "image/tiff", ".tiff": "image/tiff",
          ".jp2": "image/jp2", ".pdf": "application/pdf", ".webp": "image/webp", ".gif": "image/gif"}  # fmt: skip


def name_of(element: etree._Element) -> str:
    """Return the name of `element` without its namespace, "" for a comment."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def divisions(document: etree._Element, kind: str = "") -> Iterator[etree._Element]:
    """Yield the divisions of the structures of `kind` ("LOGICAL", "PHYSICAL"; "" for all), outer before inner."""
    for structure in document.iterchildren("{*}structMap"):
        if not kind or str(structure.get("TYPE") or "").upper() == kind:
            yield from structure.iter("{*}div")


def service_of(address: str) -> Service | None:
    """Return the image service that an address asks for a whole image, None when it asks none.

    Source: IIIF Image API 2.1 and 3.0, section 4: {base}/{region}/{size}/{rotation}/{quality}.{format}.

    >>> service_of("https://i.example/iiif/3/p1/full/max/0/default.jpg")
    Service(address='https://i.example/iiif/3/p1', version=3)
    """
    found = _IMAGE_REQUEST.fullmatch(address)
    if found is None:
        return None
    base = found["base"]
    if "/3/" in base or (found["size"] == "max" and "/2/" not in base):
        return Service(base, 3)
    return Service(base, 1 if found["quality"] == "native" else 2)


def digital(document: etree._Element, around: Surroundings, draft: Draft) -> Digital | None:
    """Return what `document` says was digitized, None when none of its files has an address on the web.

    Files without one, and links that are not followed, are warnings of `draft`; a language that only the texts of
    the pages name becomes that of the draft.
    """
    return _Files(document, around, draft).digital()


class _Files:
    """The files of one document by their ID."""

    def __init__(self, document: etree._Element, around: Surroundings, draft: Draft) -> None:
        self._mets = document
        self._around = around
        self._draft = draft
        self._by_id: dict[str, etree._Element] = {}
        self._use: dict[str, str] = {}
        for number, each in enumerate(document.iterfind("{*}fileSec//{*}file")):
            name = each.get("ID") or f"file {number}"
            groups = [str(parent.get("USE") or "") for parent in each.iterancestors("{*}fileGrp")]
            self._by_id.setdefault(name, each)
            self._use.setdefault(name, " ".join([str(each.get("USE") or ""), *groups]).upper().strip())
        self._technical = {str(each.get("ID")): each for each in document.iterfind("{*}amdSec/{*}techMD")}
        self._without_address = 0

    def digital(self) -> Digital | None:
        places, pages = self._pages()
        used = {page.image.address for page in pages}
        files = [file for name in self._by_id if self._is_whole(name) and (file := self._file(name)) is not None]
        found = Digital(
            tuple(pages),
            tuple({file.address: file for file in files if file.address not in used}.values()),
            self._parts(places) if pages else (),
        )
        if self._without_address:
            self._draft.warnings.append(
                ("856", "files have no address on the web; say where they are (files_at of the source)")
            )
        return found or None

    # Pages

    def _pages(self) -> tuple[dict[str, list[int]], list[Page]]:
        """Return the pages, and which pages each division and each file is about."""
        places: dict[str, list[int]] = {}
        pages: list[Page] = []
        for division in divisions(self._mets, "PHYSICAL"):
            names = [name for name in self._pointed(division) if name in self._by_id]
            page = self._page(names, self._called(division)) if names else None
            if page is not None:
                for name in [str(division.get("ID")), *names]:
                    places.setdefault(name, []).append(len(pages))
                pages.append(page)
        if not pages:
            for name in self._images_in_order():
                page = self._page([name], "")
                if page is not None:
                    places.setdefault(name, []).append(len(pages))
                    pages.append(page)
        return places, pages

    def _images_in_order(self) -> list[str]:
        """Return the images of a document without a physical structure: those of its best group."""
        images = [name for name in self._by_id if self._is_image(name) and not self._is_small(name)]
        if not images:
            return []
        use = min((self._use[name] for name in images), key=_rank)
        return [name for name in images if self._use[name] == use]

    @staticmethod
    def _pointed(division: etree._Element) -> list[str]:
        """Return the IDs of the files that a division itself points at."""
        found = [
            str(each.get("FILEID"))
            for pointer in division.iterchildren("{*}fptr")
            for each in pointer.iter("{*}fptr", "{*}area")
            if each.get("FILEID")
        ]
        return list(dict.fromkeys(found))

    @staticmethod
    def _called(division: etree._Element) -> str:
        return squeezed(division.get("LABEL") or division.get("ORDERLABEL") or division.get("ORDER") or "")

    def _page(self, names: list[str], label: str) -> Page | None:
        images = [name for name in names if self._is_image(name)]
        images = [name for name in images if not self._is_small(name)] or images
        best = min(images, key=lambda name: (self._type(name) not in _SHOWN, _rank(self._use[name])), default="")
        image = self._file(best) if best else None
        if image is None:
            return None
        width, height = self._size_of_image(best)
        text, has_text = None, None
        for name in names:
            found = self._sheet(name)
            if found is not None:
                text, has_text = self._file(name, quiet=True), found.has_text
                if not width or not height:
                    width, height = found.width, found.height
                if found.language and not self._draft.language:
                    self._speaks(found.language)
        return Page(image, label, width, height, text, has_text)

    def _speaks(self, language: str) -> None:
        before = len(self._draft.warnings)
        self._draft.speaks(language)
        del self._draft.warnings[before:]

    def _size_of_image(self, name: str) -> tuple[int, int]:
        """Return width and height, from MIX (Z39.87) or from the image itself where it is beside the document."""
        file = self._by_id[name]
        for each in str(file.get("ADMID") or "").split():
            technical = self._technical.get(each)
            if technical is not None:
                width, height = technical.findtext(".//{*}imageWidth"), technical.findtext(".//{*}imageHeight")
                if (width or "").strip().isdecimal() and (height or "").strip().isdecimal():
                    return int(str(width)), int(str(height))
        with suppress(RecordError, OSError, ValueError):
            found = self._around.path(self._link(name))
            if found is not None:
                width_px, height_px = imagesize.get(str(found))
                if width_px > 0 and height_px > 0:
                    return int(width_px), int(height_px)
        return 0, 0

    def _sheet(self, name: str) -> alto.Sheet | None:
        if "XML" not in self._type(name).upper() and "ALTO" not in self._type(name).upper():
            return None
        try:
            content = self._around.content(self._link(name))
        except RecordError:
            return None
        return alto.sheet(content) if content else None

    # Files

    def _link(self, name: str) -> str:
        place = self._by_id[name].find("{*}FLocat")
        return (place.get(f"{XLINK}href") or "").strip() if place is not None else ""

    def _type(self, name: str) -> str:
        said = str(self._by_id[name].get("MIMETYPE") or "").lower().strip()
        link = self._link(name).partition("?")[0].lower()
        return said or next((kind for ending, kind in _TYPES.items() if link.endswith(ending)), "")

    def _file(self, name: str, *, quiet: bool = False) -> DigitalFile | None:
        link = self._link(name)
        address = self._around.address(link)
        if not address:
            if not quiet:
                self._without_address += 1
                self._warn_of_outside(link)
            return None
        said = str(self._by_id[name].get("SIZE") or "")
        size = int(said) if said.isdecimal() and len(said) < 15 else 0
        kind = self._type(name)
        place = self._by_id[name].find("{*}FLocat")
        label = squeezed(place.get(f"{XLINK}title") or "") if place is not None else ""
        return DigitalFile(address, kind, size, label, service_of(address) if kind.startswith("image/") else None)

    def _warn_of_outside(self, link: str) -> None:
        try:
            self._around.path(link)
        except RecordError as error:
            if not any(reason == error.reason for _, reason in self._draft.warnings):
                self._draft.warnings.append(("856", error.reason))

    def _is_image(self, name: str) -> bool:
        return self._type(name).startswith("image/")

    def _is_small(self, name: str) -> bool:
        return any(word in self._use[name] for word in _NOT_FOR_SHOW)

    def _is_whole(self, name: str) -> bool:
        return self._type(name).startswith(_WHOLE) and not self._is_small(name) and "TEXT" not in self._use[name]

    # Parts

    def _parts(self, places: dict[str, list[int]]) -> tuple[Part, ...]:
        for link in self._mets.iterfind("{*}structLink/{*}smLink"):
            beginning, end = link.get(f"{XLINK}from") or "", link.get(f"{XLINK}to") or ""
            if end in places:
                places.setdefault(f"\0{beginning}", []).extend(places[end])
        tops = [
            self._part(division, places, 0)
            for structure in self._mets.iterchildren("{*}structMap")
            if str(structure.get("TYPE") or "").upper() == "LOGICAL"
            for division in structure.iterchildren("{*}div")
        ]
        found = [part for part in tops if part is not None]
        # The topmost division is the thing itself.
        return found[0].parts if len(found) == 1 else tuple(found)

    def _part(self, division: etree._Element, places: dict[str, list[int]], depth: int) -> Part | None:
        numbers = set(places.get("\0" + str(division.get("ID")), ()))
        for name in self._pointed(division):
            numbers.update(places.get(name, ()))
        below = list(division.iterchildren("{*}div")) if depth < DEEPEST else []
        parts = [part for each in below if (part := self._part(each, places, depth + 1)) is not None]
        label = squeezed(division.get("LABEL") or division.get("ORDERLABEL") or "")
        if not label:
            if not parts and (not numbers or depth == 0):
                return None
            label = squeezed(division.get("TYPE") or "") if depth else ""
        return Part(label, tuple(sorted(numbers)), tuple(parts)) if numbers or parts else None


def _rank(use: str) -> int:
    """Return how far a group of files is from being the one to show."""
    words = set(re.split(r"[^A-Z0-9]+", use))
    return next((number for number, word in enumerate(_FOR_SHOW) if word in words), len(_FOR_SHOW))
