"""What is measured of a published record: which parts it has, and which of them cannot be right.

Statements are read as docs/architecture.md promises them ("The store").
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from pyoxigraph import Literal, NamedNode, Store
from stdnum import isbn as isbns
from stdnum import issn as issns

from publisher.rdf.terms import expand

_YEAR = re.compile(r"^-?(\d{4})")
_FIRST_PRINTED = 868
"""The year of the oldest printed book that is dated, the Diamond Sutra."""

_REMEMBERED = 100_000
"""Agents of which is known whether they are linked to elsewhere."""

_NO_LANGUAGE = frozenset({"und", "zxx", "mul", "mis"})


@dataclass(frozen=True, slots=True)
class Part:
    """A part that a good record has; `weight` is how badly it is missed among the worst records."""

    name: str
    vi: str
    en: str
    weight: int
    of_instance: tuple[str, ...] = ()
    of_work: tuple[str, ...] = ()


PARTS = (
    Part("title", "nhan đề", "title", 10, ("bf:title",)),
    Part("maker", "tác giả", "author or contributor", 3, (), ("bf:contribution",)),
    Part("date", "năm xuất bản", "date of publication", 3, ("schema:datePublished",)),
    Part("publisher", "nhà xuất bản", "publisher", 2, ("schema:publisher",)),
    Part("extent", "mô tả vật lý", "extent", 1, ("bf:extent",)),
    Part("identifier", "ISBN hay ISSN", "ISBN or ISSN", 1, ("schema:isbn", "schema:issn")),
    Part("language", "ngôn ngữ", "language", 3, ("schema:inLanguage",), ("schema:inLanguage",)),
    Part("classification", "ký hiệu phân loại", "classification", 2, (), ("bf:classification",)),
    Part("subject", "chủ đề", "subject", 2, (), ("bf:subject",)),
    Part("summary", "tóm tắt", "summary", 1, ("bf:summary", "schema:description"), ("bf:summary", "schema:abstract")),
    Part("item", "bản tài liệu", "copy", 1, ("bf:hasItem",)),
    Part("digital", "bản số", "digital copy", 0, ("schema:encoding", "bf:electronicLocator")),
)
"""The parts in the order in which reports show them; digital copies are counted and not missed."""

PROBLEMS = {
    "isbn": ("ISBN sai", "invalid ISBN", 3),
    "issn": ("ISSN sai", "invalid ISSN", 3),
    "date": ("năm xuất bản không thể có", "impossible date of publication", 4),
    "language": ("ngôn ngữ không xác định", "language undetermined", 1),
    "repair": ("đã phải sửa khi đọc", "repaired while reading", 1),
    "doubt": ("có điều chưa rõ", "something doubtful", 1),
    "key": ("số biểu ghi thiếu hay trùng", "record number missing or used twice", 2),
    "unlinked": ("tên chưa gắn với hồ sơ nào ngoài thư viện", "name not linked to any authority", 0),
    "personal": ("có dữ liệu cá nhân bị lược bỏ", "personal data was taken out", 2),
}
"""Problems: (Vietnamese, English, weight)."""


class Measure:
    """Looks at published records in the store of one release."""

    def __init__(self, store: Store, today: date) -> None:
        self._store = store
        self._latest = today.year + 1
        self._parts = [
            (part.name, [NamedNode(expand(p)) for p in part.of_instance], [NamedNode(expand(p)) for p in part.of_work])
            for part in PARTS
        ]
        self._contribution, self._agent = NamedNode(expand("bf:contribution")), NamedNode(expand("bf:agent"))
        self._links = [NamedNode(expand(each)) for each in ("owl:sameAs", "skos:exactMatch", "bf:identifiedBy")]
        self._linked = lru_cache(_REMEMBERED)(self._look_for_links)
        self._identified = NamedNode(expand("bf:identifiedBy"))
        self._type = NamedNode(expand("rdf:type"))
        self._value = NamedNode(expand("rdf:value"))
        self._isbn, self._issn = NamedNode(expand("bf:Isbn")), NamedNode(expand("bf:Issn"))
        self._published = NamedNode(expand("schema:datePublished"))
        self._language = NamedNode(expand("bf:language"))

    def parts(self, instance: str, work: str) -> set[str]:
        """Return the names of the parts that a record has."""
        of_instance, of_work = NamedNode(instance), NamedNode(work)
        found = {
            name
            for name, instance_properties, work_properties in self._parts
            if any(self._has(of_instance, each) for each in instance_properties)
            or any(self._has(of_work, each) for each in work_properties)
        }
        if "language" in found or self._has(of_work, self._language):
            found.discard("language")
            if any(code not in _NO_LANGUAGE for code in self._languages(of_work)):
                found.add("language")
        return found

    def problems(self, instance: str, work: str) -> Iterator[str]:
        """Yield the problems that the statements about a record show, each once."""
        of_instance = NamedNode(instance)
        kinds: set[str] = set()
        for quad in self._store.quads_for_pattern(of_instance, self._identified, None):
            if isinstance(quad.object, NamedNode):
                kinds.update(self._unsound(quad.object))
        dates = [str(q.object.value) for q in self._store.quads_for_pattern(of_instance, self._published, None)
                 if isinstance(q.object, Literal)]  # fmt: skip
        years = [int(found[1]) for found in map(_YEAR.match, dates) if found]
        if any(not _FIRST_PRINTED <= year <= self._latest for year in years):
            kinds.add("date")
        languages = list(self._languages(NamedNode(work)))
        if languages and all(code == "und" for code in languages):
            kinds.add("language")
        if not all(self._linked(agent.value) for agent in self._agents(NamedNode(work))):
            kinds.add("unlinked")
        yield from sorted(kinds)

    def _agents(self, work: NamedNode) -> Iterator[NamedNode]:
        for contribution in self._store.quads_for_pattern(work, self._contribution, None):
            if isinstance(contribution.object, NamedNode):
                for quad in self._store.quads_for_pattern(contribution.object, self._agent, None):
                    if isinstance(quad.object, NamedNode):
                        yield quad.object

    def _look_for_links(self, agent: str) -> bool:
        return any(self._has(NamedNode(agent), each) for each in self._links)

    def _has(self, subject: NamedNode, predicate: NamedNode) -> bool:
        return next(iter(self._store.quads_for_pattern(subject, predicate, None)), None) is not None

    def _languages(self, work: NamedNode) -> Iterator[str]:
        for quad in self._store.quads_for_pattern(work, self._language, None):
            if isinstance(quad.object, NamedNode):
                yield quad.object.value.rpartition("/")[2]

    def _unsound(self, identifier: NamedNode) -> Iterator[str]:
        for name, kind, is_valid in (("isbn", self._isbn, isbns.is_valid), ("issn", self._issn, issns.is_valid)):
            if next(iter(self._store.quads_for_pattern(identifier, self._type, kind)), None) is not None:
                values = self._store.quads_for_pattern(identifier, self._value, None)
                if any(isinstance(q.object, Literal) and not is_valid(q.object.value) for q in values):
                    yield name
