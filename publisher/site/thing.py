"""One resource of a release as a page reads it: what stands at the end of a path, in the language of the reader."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from publisher.rdf.terms import expand
from publisher.site.reader import Reader, Term


@dataclass(frozen=True, slots=True)
class Thing:
    """The resource `iri` of the release that `reader` reads, for a person who reads `language` ("vi" or "en")."""

    reader: Reader
    iri: str
    language: str

    def values(self, path: str) -> Iterator[Term]:
        """Yield what stands at the end of `path`, properties as CURIEs with slashes between: "bf:extent/rdfs:label"."""
        first, _, rest = path.partition("/")
        for value in self.reader.arcs(self.iri).get(expand(first), ()):
            if not rest:
                yield value
            elif isinstance(value, NamedNode):
                yield from self.of(value.value).values(rest)

    def of(self, iri: str) -> Thing:
        """Return another resource, for the same reader."""
        return Thing(self.reader, iri, self.language)

    def things(self, path: str) -> list[Thing]:
        """Return the resources at the end of `path`, sorted as Vietnamese sorts their labels, each once."""
        iris = {value.value for value in self.values(path) if isinstance(value, NamedNode)}
        return sorted((self.of(iri) for iri in iris), key=lambda thing: (thing.sort_key, thing.iri))

    def texts(self, path: str) -> list[str]:
        """Return the literals at the end of `path` in the best language there is, each once, sorted."""
        return sorted(set(in_language((v for v in self.values(path) if isinstance(v, Literal)), self.language)))

    def text(self, path: str) -> str:
        """Return the first of `texts`, "" when there is none."""
        return next(iter(self.texts(path)), "")

    def links(self, path: str) -> list[str]:
        """Return the addresses at the end of `path`: IRIs, and literals that are web addresses."""
        found = {value.value for value in self.values(path) if isinstance(value, NamedNode | Literal)}
        return sorted(address for address in found if address.startswith(("http://", "https://")))

    @property
    def classes(self) -> frozenset[str]:
        """The names of its classes, without their namespaces."""
        types = self.reader.arcs(self.iri).get(expand("rdf:type"), ())
        return frozenset(t.value.rpartition("/")[2].rpartition("#")[2] for t in types if isinstance(t, NamedNode))

    @property
    def label(self) -> str:
        """What people call it; what its value or its address ends with when nothing else is known."""
        return (
            self.text("rdfs:label")
            or self.text("schema:name")
            or self.text("rdf:value")
            or self.iri.rpartition("/")[2].rpartition("#")[2]
        )

    @property
    def sort_key(self) -> str:
        """The key by which Vietnamese sorts its label."""
        return self.text("rong:sortKey") or self.label

    @property
    def kind(self) -> str:
        """The kind of entity that it is ("work", "agent", ...), "" when it is none of ours or a part of one."""
        split = self.reader.iris.split(self.iri)
        return split[0] if split and "#" not in self.iri else ""

    @property
    def exists(self) -> bool:
        """Whether the release says anything of it."""
        return bool(self.reader.arcs(self.iri))


def in_language(literals: Iterable[Literal], language: str) -> list[str]:
    """Return the values in `language`; without one, those without a language; else the Vietnamese; else all."""
    by_language: dict[str, list[str]] = {}
    for literal in literals:
        by_language.setdefault((literal.language or "").partition("-")[0], []).append(literal.value)
    for wanted in (language, "", "vi"):
        if wanted in by_language:
            return by_language[wanted]
    return [value for values in by_language.values() for value in values]
