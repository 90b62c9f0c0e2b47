"""METS (https://www.loc.gov/standards/mets/, 1.x): a digitized thing, as a MARC 21 record and what was digitized.

The description is that of the topmost division of the logical structure, in MARCXML, MODS or Dublin Core, wrapped in
the document or in a file beside it; rights are those of amdSec. Files and structure: `publisher.sources.metsfiles`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from publisher.errors import RecordError
from publisher.sources import dublincore, kitodo, marcxml, mods
from publisher.sources.digital_fields import carrier, characteristics
from publisher.sources.draft import Draft, squeezed
from publisher.sources.marcxml import parsed
from publisher.sources.metsfiles import XLINK, digital, divisions, name_of
from publisher.sources.oai import begun, split_elements
from publisher.sources.raw import Piece, RawRecord
from publisher.sources.record import Field, Record
from publisher.sources.stream import ByteStream
from publisher.sources.surroundings import Surroundings

HEAD = re.compile(rb"http://www\.loc\.gov/METS/")
ELEMENT = re.compile(rb"<((?:[A-Za-z_][\w.-]*:)?mets)(?=[\s>])")
LINKS = re.compile(rb"""<(?:[A-Za-z_][\w.-]*:)?(?:FLocat|mdRef)\b[^<>]*?\bhref\s*=\s*["']([^"'<>]{1,2000})["']""")
"""The links of a METS document to its files (group 1), still as XML writes them."""

_CATEGORIES = {
    "PUBLIC DOMAIN": "Public domain",
    "COPYRIGHTED": "In copyright",
}
_LICENCE = re.compile(r"https?://(?:creativecommons\.org|(?:www\.)?rightsstatements\.org)/[^\s\"'<>]+")
_SAID = {"license", "licence", "rightsStatement", "RightsDeclaration", "rights", "copyrightStatus", "useConditions"}


def split(stream: ByteStream) -> Iterator[Piece]:
    """Cut a document into its OAI-PMH records, or its `mets` elements where it is none."""
    for piece in split_elements(stream, ELEMENT, b"mets"):
        yield piece._replace(frame=stream.surroundings.framed(piece.frame)) if piece.frame else piece


def decode(raw: RawRecord) -> Record:
    """Make a record of one METS document.

    Raises `RecordError` when it is damaged, deleted, has no description and no label, or links to outside its folder.
    """
    draft, element, header = begun(raw)
    document = element if name_of(element) == "mets" else element.find(".//{*}mets")
    if document is None:
        raise RecordError("record-empty", "there is no METS in the record; fill it in at the repository")
    return _Document(raw, document, Surroundings.of(element), draft, header).record()


class _Document:
    """One METS document on its way to a record."""

    def __init__(
        self,
        raw: RawRecord,
        document: etree._Element,
        around: Surroundings,
        draft: Draft,
        header: etree._Element | None,
    ) -> None:
        self._raw = raw
        self._mets = document
        self._around = around
        self._draft = draft
        self._header = header

    def record(self) -> Record:
        draft = self._draft
        described = self._described()
        draft.digital = digital(self._mets, self._around, draft)
        if isinstance(described, Record):
            return self._completed(described)
        self._number(draft)
        label = squeezed(self._label())
        if not draft.has_title:
            if not label:
                raise RecordError(
                    "record-empty",
                    "the METS document has neither a title in MODS, Dublin Core or MARCXML nor a label; describe it",
                )
            draft.title(label)
        for field in self._rights():
            draft.fields.append(field)
        self._add_contents(draft.fields)
        if not draft.has("300") and draft.digital and draft.digital.pages:
            draft.add("300", "  ", ("a", f"1 tài nguyên trực tuyến ({len(draft.digital.pages)} ảnh)"))
        if draft.digital:
            draft.fields += [*carrier(), *characteristics(draft.digital)]
        return draft.finish(self._raw)

    def _completed(self, record: Record) -> Record:
        """Return the record that stands in the document, with what METS knows beyond it."""
        record.raw = self._raw.data
        record.warnings[:0] = self._draft.warnings
        if not record.control("001"):
            self._number(self._draft)
            record.fields[:0] = [field for field in self._draft.fields if field.tag == "001"]
        for field in self._rights():
            if field.tag == "506" or record.first(field.tag) is None:
                record.fields.append(field)
        self._add_contents(record.fields)
        if self._draft.digital and record.first("347") is None:
            record.fields += characteristics(self._draft.digital)
        for place, field in enumerate(record.fields, start=2):
            field.position = place
        record.digital = self._draft.digital
        return record

    def _number(self, draft: Draft) -> None:
        identifier = self._header.findtext("{*}identifier") if self._header is not None else ""
        draft.number(squeezed(identifier or self._mets.get("OBJID") or ""))

    def _label(self) -> str:
        for division in divisions(self._mets, "LOGICAL"):
            if division.get("LABEL"):
                return str(division.get("LABEL"))
        return str(self._mets.get("LABEL") or "")

    # The description

    def _described(self) -> Record | bool:
        """Read the first description that can be read, the topmost first: into the draft, or as a record of its own."""
        for section in self._sections():
            for place in section.iterchildren():
                if name_of(place) == "mdWrap":
                    data = place.find("{*}xmlData")
                    inner = list(data.iterchildren(tag=etree.Element)) if data is not None else []
                elif name_of(place) == "mdRef":
                    inner = self._beside(place)
                else:
                    continue
                if described := self._read(inner):
                    return described
        return False

    def _sections(self) -> list[etree._Element]:
        by_id = {str(each.get("ID")): each for each in self._mets.iterchildren("{*}dmdSec")}
        for kind in ("LOGICAL", ""):
            for division in divisions(self._mets, kind):
                # Below the topmost division that is described there are parts, whose titles are not that of the whole.
                named = [by_id[name] for name in str(division.get("DMDID") or "").split() if name in by_id]
                if named:
                    return named
        return list(by_id.values())

    def _beside(self, place: etree._Element) -> list[etree._Element]:
        """Return the root of the file that an mdRef names, where it is beside the document."""
        content = self._around.content(place.get(f"{XLINK}href") or "")
        if not content:
            self._draft.warnings.append(("LDR", "the file of the description (mdRef) is not beside the METS document"))
            return []
        if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
            raise RecordError(
                "xml-doctype",
                "the file of the description (mdRef) has a document type declaration, which Rông does not follow; "
                "remove the <!DOCTYPE ...> from it",
            )
        return [parsed(self._raw._replace(data=_without_declaration(content), frame=b"<x>"), self._draft.warnings)]

    def _read(self, found: list[etree._Element]) -> Record | bool:
        for element in found:
            for each in element.iter(etree.Element):
                kind = name_of(each)
                if kind == "record" and each.find("{*}datafield") is not None:
                    inner = etree.tostring(each, with_tail=False)
                    return marcxml.decode(self._raw._replace(data=inner, frame=b"<x>", encoding=""))
                if kind == "mods" and len(each):
                    before = len(self._draft.fields)
                    mods.read(each, self._draft)
                    if len(self._draft.fields) > before:
                        return True
            if kitodo.read(element, self._draft):
                return True
        holder = etree.Element("holder")
        holder.extend(_copied(found))
        return bool(len(holder)) and dublincore.read(holder, self._draft)

    # Rights and parts

    def _rights(self) -> Iterator[Field]:
        """Yield what the administrative sections say of rights: 540, and 506 for what the public may not know of."""
        said: list[str] = []
        for section in self._mets.iterfind("{*}amdSec/{*}rightsMD"):
            for each in section.iter(etree.Element):
                if category := _CATEGORIES.get(str(each.get("RIGHTSCATEGORY") or "").upper()):
                    said.append(category)
                if name_of(each) in _SAID and not any(name_of(child) in _SAID for child in each):
                    said.append(squeezed("".join(str(text) for text in each.itertext())))
                link = each.get(f"{XLINK}href") or ""
                if _LICENCE.fullmatch(link):
                    said.append(link)
                if name_of(each) == "Context" and "PUBLIC" in str(each.get("CONTEXTCLASS") or "").upper():
                    yield from self._of_the_public(each)
        for words in dict.fromkeys(filter(None, said)):
            address = _LICENCE.search(words)
            yield Field.data("540", "  ", ("u", address.group()) if address else ("a", words))

    def _of_the_public(self, context: etree._Element) -> Iterator[Field]:
        """Read what METSRights lets the public do: what it may not know of is restricted, not see has no files."""
        allowed = context.find("{*}Permissions")
        if allowed is None:
            return
        if allowed.get("DISCOVER") == "false":
            yield Field.data("506", "1 ", ("a", "Access is restricted (METSRights)"))
        if allowed.get("DISPLAY") == "false":
            self._draft.digital = None
            self._draft.warnings.append(("856", "the files may not be shown to the public (METSRights)"))

    def _add_contents(self, fields: list[Field]) -> None:
        parts = self._draft.digital.parts if self._draft.digital else ()
        labels = [part.label for part in parts if part.label]
        if len(labels) > 1 and not any(field.tag == "505" for field in fields):
            fields.append(Field.data("505", "0 ", ("a", " -- ".join(labels))))


def _copied(found: list[etree._Element]) -> Iterator[etree._Element]:
    for element in found:
        yield etree.fromstring(etree.tostring(element, with_tail=False))


def _without_declaration(content: bytes) -> bytes:
    return re.sub(rb"^\s*(?:\xef\xbb\xbf)?\s*<\?xml[^>]*\?>", b"", content, count=1)
