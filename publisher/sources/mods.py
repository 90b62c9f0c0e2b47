"""MODS 3 (https://www.loc.gov/standards/mods/), alone, in a collection or in an OAI-PMH list, as MARC 21.

Source: MODS to MARC 21 mapping, Library of Congress (https://www.loc.gov/standards/mods/mods2marc-mapping.html).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from publisher.errors import RecordError
from publisher.rdf.codelists import codelist
from publisher.sources.draft import Draft, squeezed
from publisher.sources.oai import begun, split_elements
from publisher.sources.raw import Piece, RawRecord
from publisher.sources.record import Record
from publisher.sources.stream import ByteStream

HEAD = re.compile(rb"http://www\.loc\.gov/mods/")
ELEMENT = re.compile(rb"<((?:[A-Za-z_][\w.-]*:)?mods)(?=[\s>])")
_SHAPES = {
    "text": "a", "cartographic": "e", "notated music": "c", "sound recording-musical": "j",
    "sound recording-nonmusical": "i", "sound recording": "i", "still image": "k", "moving image": "g",
    "three dimensional object": "r", "software, multimedia": "m", "mixed material": "p",
}  # fmt: skip
_KINDS_OF_NAME = {"personal": "00", "corporate": "10", "conference": "11", "family": "00"}
_RELATED = {"host": "773", "series": "830", "preceding": "780", "succeeding": "785", "original": "534",
            "otherVersion": "775", "otherFormat": "776", "constituent": "774"}  # fmt: skip

_NOTES = (("abstract", "520", "  "), ("tableOfContents", "505", "0 "), ("note", "500", "  "))


def split(stream: ByteStream) -> Iterator[Piece]:
    """Cut a document into its OAI-PMH records, or its `mods` elements where it is none."""
    return split_elements(stream, ELEMENT, b"mods")


def decode(raw: RawRecord) -> Record:
    """Make a record of one description. Raises `RecordError` when it is damaged, deleted or empty."""
    draft, element, _ = begun(raw)
    mods = element if etree.QName(element).localname == "mods" else element.find(".//{*}mods")
    if mods is None or not len(mods):
        raise RecordError("record-empty", "there is no MODS in the record; fill it in at the repository")
    read(mods, draft)
    draft.number(element.findtext(".//{*}header/{*}identifier") or "")
    return draft.finish(raw)


def read(mods: etree._Element, draft: Draft) -> None:
    """Read a `mods` element into `draft`."""
    _Reader(mods, draft).read()


class _Reader:
    """Reads one `mods` element into a draft."""

    def __init__(self, mods: etree._Element, draft: Draft) -> None:
        self._mods = mods
        self._space = f"{{{etree.QName(mods).namespace}}}" if etree.QName(mods).namespace else ""
        self._draft = draft

    def read(self) -> None:
        """Take in every element that has a place in MARC 21."""
        draft = self._draft
        draft.number(self._text(self._mods, "recordInfo/recordIdentifier"))
        kind = self._text(self._mods, "typeOfResource").lower()
        issuance = self._text(self._mods, "originInfo/issuance").lower()
        level = "s" if issuance in ("serial", "continuing") else "m"
        draft.shape = _SHAPES.get(kind, "a") + level
        for info in sorted(self._all("titleInfo"), key=lambda each: bool(each.get("type"))):
            self._title(info)
        for name in self._all("name"):
            self._name(name)
        for origin in self._all("originInfo"):
            self._origin(origin)
        for term in self._all("language/languageTerm"):
            if term.get("type") != "text" or not self._all("language/languageTerm[@type='code']"):
                draft.speaks(_words(term))
        self._physical()
        for path, tag, indicators in _NOTES:
            for note in self._all(path):
                draft.add(tag, indicators, ("a", _words(note)))
        for subject in self._all("subject"):
            self._subject(subject)
        self._numbers()
        self._conditions()
        for related in self._all("relatedItem"):
            self._related(related)

    def _conditions(self) -> None:
        for condition in self._all("accessCondition"):
            if "restriction" in condition.get("type", ""):
                self._draft.add("506", "  ", ("a", _words(condition)))
            else:
                self._draft.rights(_words(condition))

    def _title(self, info: etree._Element) -> None:
        title = f"{self._text(info, 'nonSort')} {self._text(info, 'title')}"
        parts = (("n", self._text(info, "partNumber")), ("p", self._text(info, "partName")))
        if info.get("type") == "uniform":
            self._draft.add("240", "10", ("a", squeezed(title)))
        else:
            self._draft.title(title, self._text(info, "subTitle"), *parts)

    def _name(self, name: etree._Element) -> None:
        parts = name.findall(f"{self._space}namePart")
        dates = " ".join(_words(part) for part in parts if part.get("type") == "date")
        family = [_words(part) for part in parts if part.get("type") == "family"]
        given = [_words(part) for part in parts if part.get("type") == "given"]
        plain = [_words(part) for part in parts if part.get("type") in (None, "", "termsOfAddress")]
        words = ", ".join(filter(None, [" ".join(family), " ".join(given)])) or " ".join(plain)
        terms = [_words(term) for term in name.findall(f"{self._space}role/{self._space}roleTerm")]
        role = next((term for term in terms if term in codelist("relators")), "")
        main = name.get("usage") == "primary" or role in ("aut", "cre") or not terms
        tag = _KINDS_OF_NAME.get(name.get("type", ""), "00")
        self._draft.name(words, main=main, tag=tag, dates=dates, role="" if role == "aut" else role)

    def _origin(self, origin: etree._Element) -> None:
        places = [
            _words(term)
            for term in origin.findall(f"{self._space}place/{self._space}placeTerm")
            if term.get("type") != "code"
        ]
        dates = [_words(each) for name in ("dateIssued", "copyrightDate", "dateCreated") for each in
                 origin.findall(f"{self._space}{name}")]  # fmt: skip
        self._draft.published("; ".join(places), self._text(origin, "publisher"), dates[0] if dates else "")
        self._draft.add("250", "  ", ("a", self._text(origin, "edition")))

    def _physical(self) -> None:
        for physical in self._all("physicalDescription"):
            self._draft.add("300", "  ", ("a", self._text(physical, "extent")))
            self._draft.add("856", "4 ", ("q", self._text(physical, "internetMediaType")))
        for genre in self._all("genre"):
            self._draft.add("655", " 4", ("a", _words(genre)))

    def _subject(self, subject: etree._Element) -> None:
        tags = {"topic": "650", "geographic": "651", "temporal": "648", "genre": "655"}
        for part in subject:
            if not isinstance(part.tag, str):
                continue
            kind = etree.QName(part).localname
            if kind in tags:
                self._draft.add(tags[kind], " 4", ("a", _words(part)))
            elif kind == "name":
                words = " ".join(_words(each) for each in part.findall(f"{self._space}namePart"))
                self._draft.add(f"6{_KINDS_OF_NAME.get(part.get('type', ''), '00')}", "14", ("a", words))
            elif kind == "titleInfo":
                self._draft.add("630", "04", ("a", self._text(part, "title")))

    def _numbers(self) -> None:
        for number in self._all("identifier"):
            kind = number.get("type", "").lower()
            words = _words(number)
            if number.get("invalid") == "yes":
                self._draft.add("020" if kind == "isbn" else "024", "  " if kind == "isbn" else "8 ", ("z", words))
            else:
                self._draft.identifier(f"{kind}:{words}" if kind in ("doi", "isbn", "issn") else words)
        for number in self._all("classification"):
            if number.get("authority") == "ddc":
                self._draft.add("082", "04", ("a", _words(number)))
            elif number.get("authority") == "lcc":
                self._draft.add("050", " 4", ("a", _words(number)))
        for url in self._all("location/url"):
            self._draft.add("856", "40", ("u", _words(url)))
        for place in self._all("location"):
            shelf = self._text(place, "shelfLocator")
            self._draft.add("852", "  ", ("b", self._text(place, "physicalLocation")), ("j", shelf))

    def _related(self, related: etree._Element) -> None:
        title = self._text(related, "titleInfo/title")
        tag = _RELATED.get(related.get("type", ""), "787")
        if tag == "830":
            self._draft.add("490", "0 ", ("a", title))
        elif tag == "534":
            self._draft.add("534", "  ", ("t", title))
        else:
            number = self._text(related, "identifier[@type='issn']")
            self._draft.add(tag, "0 ", ("t", title), ("g", self._text(related, "part/detail/number")), ("x", number))

    def _all(self, path: str) -> list[etree._Element]:
        return self._mods.findall(self._path(path))

    def _text(self, parent: etree._Element, path: str) -> str:
        found = parent.find(self._path(path))
        return _words(found) if found is not None else ""

    def _path(self, path: str) -> str:
        return "/".join(f"{self._space}{step}" for step in path.split("/"))


def _words(element: etree._Element) -> str:
    return squeezed("".join(str(part) for part in element.itertext()))
