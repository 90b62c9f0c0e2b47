"""The types and the properties of the reconciliation service: what it knows of a thing, and where that stands.

Identifiers of things are the ends of their IRIs ("place/vn-51"), so that `identifierSpace` and an identifier make the
IRI (specification, Core Concepts).
"""

from __future__ import annotations

from typing import NamedTuple


class Type(NamedTuple):
    """A type of things: what it is called, the kind of entity, the class among the kind's ("" for all)."""

    id: str
    vi: str
    en: str
    kind: str
    cls: str = ""
    broader: str = ""

    def name(self, language: str) -> str:
        """Return what it is called in `language`."""
        return self.vi if language == "vi" else self.en


TYPES = {
    each.id: each
    for each in (
        Type("work", "Tác phẩm", "Work", "work"),
        Type("instance", "Ấn phẩm", "Edition", "instance"),
        Type("agent", "Tác giả, tổ chức", "Agent", "agent"),
        Type("person", "Cá nhân", "Person", "agent", "Person", "agent"),
        Type("organization", "Tổ chức", "Organization", "agent", "Organization", "agent"),
        Type("meeting", "Hội nghị", "Meeting", "agent", "Meeting", "agent"),
        Type("concept", "Chủ đề", "Concept", "concept"),
        Type("place", "Địa danh", "Place", "place"),
        Type("library", "Thư viện", "Library", "library"),
    )
}
BY_DEFAULT = ("work", "instance", "agent", "concept", "place")


class Property(NamedTuple):
    """What is known of things of some kinds.

    `paths` are where it stands, CURIEs with slashes between; a path that begins with "^" is read of the work of an
    instance, one that begins with "+" of the instances of a work. `of` are kinds, `entity` the kind of things that are
    its values ("" for text).
    """

    id: str
    vi: str
    en: str
    of: tuple[str, ...]
    paths: tuple[str, ...]
    entity: str = ""

    def name(self, language: str) -> str:
        """Return what it is called in `language`."""
        return self.vi if language == "vi" else self.en


def _with_editions(path: str) -> tuple[str, ...]:
    return path, f"+{path}"


def _with_work(path: str) -> tuple[str, ...]:
    return path, f"^{path}"


VALID_IN = "valid-in"
"""Asked of places: whether the place was there in a year; it has no value of its own."""
_BOOKS = ("work", "instance")
_PUBLISHED = "rong:publicationPlace"
_NAMED = ("concept", "place")
PROPERTIES = {
    each.id: each
    for each in (
        Property("author", "Tác giả", "Author", _BOOKS, ("schema:author", "schema:contributor"), "agent"),
        Property("year", "Năm xuất bản", "Year of publication", _BOOKS, _with_editions("schema:datePublished")),
        Property("isbn", "ISBN", "ISBN", _BOOKS, _with_editions("schema:isbn")),
        Property("issn", "ISSN", "ISSN", _BOOKS, _with_editions("schema:issn")),
        Property("language", "Ngôn ngữ", "Language", _BOOKS, ("schema:inLanguage",)),
        Property("publisher", "Nhà xuất bản", "Publisher", _BOOKS, _with_editions("schema:publisher/schema:name")),
        Property("subject", "Chủ đề", "Subject", _BOOKS, _with_work("schema:about"), "concept"),
        Property("about-place", "Viết về nơi", "About place", _BOOKS, _with_work("schema:spatialCoverage"), "place"),
        Property("published-in", "Xuất bản tại", "Published in", _BOOKS, _with_editions(_PUBLISHED), "place"),
        Property("held-by", "Thư viện lưu giữ", "Held by", _BOOKS, _with_editions("bf:hasItem/bf:heldBy"), "library"),
        Property("work", "Tác phẩm", "Work", ("instance",), ("bf:instanceOf",), "work"),
        Property("born", "Năm sinh", "Born", ("agent",), ("schema:birthDate",)),
        Property("died", "Năm mất", "Died", ("agent",), ("schema:deathDate",)),
        Property("other-name", "Tên khác", "Other name", ("agent", *_NAMED), ("skos:altLabel", "schema:alternateName")),
        Property("scheme", "Bộ chủ đề", "Scheme", _NAMED, ("skos:inScheme/dcterms:title",)),
        Property("notation", "Ký hiệu", "Notation", ("concept",), ("skos:notation",)),
        Property("broader", "Thuộc", "Broader", _NAMED, ("skos:broader",), "concept"),
        Property(VALID_IN, "Có vào năm", "There in the year", ("place",), ()),
        Property("valid-from", "Từ", "Valid from", ("place",), ("rong:validFrom",)),
        Property("valid-to", "Đến", "Valid to", ("place",), ("rong:validTo",)),
        Property("replaced-by", "Được thay bằng", "Replaced by", ("place",), ("dcterms:isReplacedBy",), "place"),
        Property("replaces", "Thay cho", "Replaces", ("place",), ("dcterms:replaces",), "place"),
        Property("code", "Mã số", "Code", ("place",), ("bf:identifiedBy/rdf:value",)),
        Property("same-as", "Liên kết", "Same as", ("agent", *_NAMED), ("owl:sameAs", "skos:exactMatch")),
    )
}  # fmt: skip


def types_of(kind: str, classes: frozenset[str]) -> list[Type]:
    """Return the types of a thing of `kind` with these classes (names without namespace), the narrowest first."""
    found = [each for each in TYPES.values() if each.kind == kind and (not each.cls or each.cls in classes)]
    return sorted(found, key=lambda each: not each.cls)
