"""The Europeana Data Model in RDF/XML, as libraries and DSpace give it away: a record and what was digitized.

Source: Definition of the Europeana Data Model, version 5.2.8, and EDM Mapping Guidelines 2.4: ore:Aggregation,
edm:ProvidedCHO (or its ore:Proxy), edm:WebResource, and the agents, places, times and concepts beside them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from publisher.errors import RecordError
from publisher.sources import dublincore
from publisher.sources.digital import Digital, DigitalFile, Page, Service
from publisher.sources.digital_fields import carrier, characteristics
from publisher.sources.draft import Draft, squeezed
from publisher.sources.marcxml import parsed
from publisher.sources.metsfiles import name_of, service_of
from publisher.sources.oai import begun, split_elements
from publisher.sources.raw import Piece, RawRecord
from publisher.sources.record import Record
from publisher.sources.stream import ByteStream

HEAD = re.compile(rb"http://www\.europeana\.eu/schemas/edm/")
ELEMENT = re.compile(rb"<((?:[A-Za-z_][\w.-]*:)?RDF)(?=[\s>])")

_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_OBJECT = re.compile(rb"<(?:[A-Za-z_][\w.-]*:)?ProvidedCHO(?=[\s/>])")
_DESCRIBED = ("http://purl.org/dc/elements/1.1/", "http://purl.org/dc/terms/")
_SHAPES = {"TEXT": "text", "IMAGE": "image", "SOUND": "sound", "VIDEO": "moving image", "3D": "physical object"}
_IMAGES = re.compile(r"\.(?:jpe?g|png|tiff?|gif|webp|jp2)(?:[?#].*)?$", re.I)
_VERSION = re.compile(r"iiif\.io/api/image/(\d)")


def split(stream: ByteStream) -> Iterator[Piece]:
    """Cut a document into its OAI-PMH records, or its `rdf:RDF` elements; one with several objects at each of them."""
    for piece in split_elements(stream, ELEMENT, b"rdf:RDF"):
        if piece.rule or len(_OBJECT.findall(piece.data)) < 2:
            yield piece
        else:
            yield from _one_by_one(piece)


def _one_by_one(piece: Piece) -> Iterator[Piece]:
    """Yield a piece for each object of an RDF document; the document as it is when it cannot be taken apart."""
    try:
        whole = parsed(RawRecord(piece.data, "", 0, 0, "edm", "", piece.frame), [])
    except RecordError:
        yield piece
        return
    root = whole if name_of(whole) == "RDF" else whole.find(".//{*}RDF")
    objects = [each for each in root if name_of(each) == "ProvidedCHO"] if root is not None else []
    if root is None or len(objects) < 2:
        yield piece
        return
    for it in objects:
        about = it.get(f"{_RDF}about")
        others = [
            each
            for each in root
            if isinstance(each.tag, str) and each is not it and _object_of(each) in (about, None)
            and name_of(each) != "ProvidedCHO"
        ]  # fmt: skip
        inner = b"".join(etree.tostring(each, with_tail=False) for each in (it, *others))
        yield Piece(piece.offset, b'<rdf:RDF xmlns:rdf="' + _RDF[1:-1].encode() + b'">' + inner + b"</rdf:RDF>",
                    frame=b"<x>")  # fmt: skip


def _object_of(element: etree._Element) -> str | None:
    """Return the object that an aggregation or a proxy is about, None for anything else."""
    for name in ("aggregatedCHO", "proxyFor"):
        found = element.find(f"{{*}}{name}")
        if found is not None:
            return found.get(f"{_RDF}resource") or ""
    return None


def decode(raw: RawRecord) -> Record:
    """Make a record of one object. Raises `RecordError` when it is damaged, deleted or has no object."""
    draft, element, header = begun(raw)
    if header is not None:
        draft.number(header.findtext("{*}identifier") or "")
    root = element if name_of(element) == "RDF" else element.find(".//{*}RDF")
    if root is None or root.find("{*}ProvidedCHO") is None:
        raise RecordError("record-empty", "there is no edm:ProvidedCHO in the record; fill it in at the repository")
    return _Model(root, draft).record(raw)


class _Model:
    """One object with its aggregation and everything around it."""

    def __init__(self, root: etree._Element, draft: Draft) -> None:
        self._draft = draft
        self._nodes: dict[str, list[etree._Element]] = {}
        self._root = root
        for each in root.iterchildren(etree.Element):
            self._nodes.setdefault(each.get(f"{_RDF}about") or "", []).append(each)

    def record(self, raw: RawRecord) -> Record:
        draft = self._draft
        aggregation = self._root.find("{*}Aggregation")
        described = [
            each
            for each in self._root.iterchildren(etree.Element)
            if name_of(each) in ("ProvidedCHO", "Proxy")
            and (each.findtext("{*}europeanaProxy") or "").strip() != "true"
        ]
        if aggregation is not None:
            draft.digital = self._digital(aggregation)
        if not dublincore.read(self._as_dublin_core(described), draft):
            raise RecordError("record-empty", "the object has no title and no other description; describe it")
        draft.number(squeezed(described[0].get(f"{_RDF}about") or ""))
        if aggregation is not None:
            self._of_aggregation(aggregation)
        if draft.digital:
            draft.fields += [*carrier(), *characteristics(draft.digital)]
        return draft.finish(raw)

    def _as_dublin_core(self, described: list[etree._Element]) -> etree._Element:
        """Return the description with names in the place of references, and without what refers to nothing named."""
        holder = etree.Element("holder")
        seen: set[tuple[str, str]] = set()
        for each in described:
            for child in each.iterchildren(etree.Element):
                space = str(child.tag).partition("}")[0][1:]
                said = squeezed("".join(str(text) for text in child.itertext()))
                said = said or self._called(child.get(f"{_RDF}resource") or "", name_of(child))
                if space in _DESCRIBED and said and (str(child.tag), said) not in seen:
                    seen.add((str(child.tag), said))
                    etree.SubElement(holder, child.tag).text = said
                elif name_of(child) == "type" and said in _SHAPES:
                    etree.SubElement(holder, f"{{{_DESCRIBED[0]}}}type").text = _SHAPES[said]
        return holder

    def _called(self, address: str, name: str) -> str:
        """Return what a reference is called, in Vietnamese, English or its first language; rights are their address."""
        if name in ("rights", "license"):
            return address
        labels: dict[str, str] = {}
        for node in self._nodes.get(address, ()):
            for label in node.iterfind("{*}prefLabel"):
                if words := squeezed("".join(str(text) for text in label.itertext())):
                    labels.setdefault(str(label.get(_LANG) or ""), words)
        return labels.get("vi") or labels.get("en") or labels.get("") or next(iter(labels.values()), "")

    def _of_aggregation(self, aggregation: etree._Element) -> None:
        draft = self._draft
        for rights in aggregation.iterfind("{*}rights"):
            draft.rights(rights.get(f"{_RDF}resource") or "".join(str(text) for text in rights.itertext()))
        for shown in aggregation.iterfind("{*}isShownAt"):
            draft.add("856", "40", ("u", shown.get(f"{_RDF}resource") or ""))
        for holder in aggregation.iterfind("{*}dataProvider"):
            name = "".join(str(text) for text in holder.itertext()) or self._called(
                holder.get(f"{_RDF}resource") or "", "dataProvider"
            )
            if squeezed(name):
                draft.name(name, main=False, tag="10", role="prv")

    # What was digitized

    def _digital(self, aggregation: etree._Element) -> Digital | None:
        pages: list[Page] = []
        files: list[DigitalFile] = []
        manifest = ""
        addresses = [
            each.get(f"{_RDF}resource") or ""
            for name in ("isShownBy", "hasView")
            for each in aggregation.iterfind(f"{{*}}{name}")
        ]
        for address in dict.fromkeys(addresses):
            if not address.startswith(("http://", "https://")):
                continue
            resource = next((node for node in self._nodes.get(address, ()) if name_of(node) == "WebResource"), None)
            file = self._file(address, resource)
            if file.media_type.startswith("image/") or (not file.media_type and _IMAGES.search(address)):
                pages.append(Page(file, file.label, _count(resource, "width"), _count(resource, "height")))
            else:
                files.append(file)
            referenced = resource.find("{*}isReferencedBy") if resource is not None else None
            if referenced is not None and not manifest:
                manifest = self._web(referenced.get(f"{_RDF}resource") or "")
        return Digital(tuple(pages), tuple(files), (), manifest) or None

    @staticmethod
    def _web(address: str) -> str:
        return address if address.startswith(("http://", "https://")) else ""

    def _file(self, address: str, resource: etree._Element | None) -> DigitalFile:
        if resource is None:
            return DigitalFile(address, service=service_of(address))
        kind = ""
        for name in ("hasMimeType", "format"):
            said = squeezed(resource.findtext(f"{{*}}{name}") or "").lower()
            kind = kind or (said if re.fullmatch(r"[\w.+-]+/[\w.+-]+", said) else "")
        label = squeezed(resource.findtext("{http://purl.org/dc/elements/1.1/}title") or "")
        return DigitalFile(address, kind, _count(resource, "fileByteSize"), label, self._service(address, resource))

    def _service(self, address: str, resource: etree._Element) -> Service | None:
        named = resource.find("{*}has_service")
        base = self._web(named.get(f"{_RDF}resource") or "") if named is not None else ""
        if not base:
            return service_of(address)
        for node in self._nodes.get(base, ()):
            for profile in node.iterfind("{*}conformsTo"):
                if version := _VERSION.search(profile.get(f"{_RDF}resource") or ""):
                    return Service(base.rstrip("/"), min(int(version[1]), 3) or 2)
        return Service(base.rstrip("/"))


def _count(resource: etree._Element | None, name: str) -> int:
    said = (resource.findtext(f"{{*}}{name}") or "").strip() if resource is not None else ""
    return int(said) if said.isdecimal() and len(said) < 13 else 0
