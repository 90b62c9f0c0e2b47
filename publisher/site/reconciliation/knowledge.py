"""What a release says of a thing, as the reconciliation service needs it: names, types, values of properties."""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode

from publisher.rdf.terms import expand
from publisher.site.reader import Reader
from publisher.site.reconciliation.kinds import PROPERTIES, Property, Type, types_of
from publisher.site.thing import Thing, in_language

_NAMES = (
    "rdfs:label",
    "skos:prefLabel",
    "skos:altLabel",
    "schema:name",
    "schema:alternateName",
    "bf:title/bf:mainTitle",
    "madsrdf:hasVariant/madsrdf:variantLabel",
)
_MOST_VALUES = 50
_FEW_INSTANCES = 20


class Known:
    """One thing of the release, for someone who reads `language`."""

    def __init__(self, reader: Reader, iri: str, language: str) -> None:
        self.iri = iri
        self._reader = reader
        self._thing = Thing(reader, iri, language)

    @property
    def id(self) -> str:
        """Its identifier in the service: the end of its IRI."""
        return self.iri.removeprefix(f"{self._reader.settings.base}/")

    @property
    def name(self) -> str:
        """What it is called."""
        return self._thing.label

    @property
    def kind(self) -> str:
        """Which kind of entity it is."""
        return self._thing.kind

    @property
    def types(self) -> list[Type]:
        """Its types, the narrowest first."""
        return types_of(self.kind, self._thing.classes)

    @property
    def description(self) -> str:
        """What tells it from others of its name: who, when, where."""
        parts: list[str] = []
        for name in ("author", "year", "born", "died", "valid-from", "valid-to", "scheme"):
            found = PROPERTIES[name]
            if self.kind in found.of:
                values = [text for text, _ in self.values(found)][:2]
                parts += [f"{found.name(self._thing.language).lower()} {', '.join(values)}"] if values else []
        return "; ".join(parts)

    @property
    def tied_to(self) -> frozenset[str]:
        """The places and concepts of ours that it may be, when it is what a heading says."""
        ties = self._reader.arcs(self.iri).get(expand("skos:closeMatch"), ())
        return frozenset(tie.value for tie in ties if isinstance(tie, NamedNode))

    @property
    def is_heading(self) -> bool:
        """Whether it is what a heading says, and a place or a concept of ours stands behind it."""
        return bool(self.tied_to)

    def names(self) -> list[str]:
        """Return everything that it is called, in any language."""
        found = (value.value for path in _NAMES for value in self._thing.values(path) if isinstance(value, Literal))
        return list(dict.fromkeys(found))

    def values(self, wanted: Property) -> list[tuple[str, str]]:
        """Return the values of a property, (text, IRI of the thing or ""), each once, in order."""
        found: dict[tuple[str, str], None] = {}
        if self.kind in wanted.of:
            for path in wanted.paths:
                for source in self._sources(path):
                    values = list(source.values(path.lstrip("^+")))
                    texts = in_language((v for v in values if isinstance(v, Literal)), self._thing.language)
                    found |= dict.fromkeys((text, "") for text in texts)
                    found |= dict.fromkeys(self._thing_of(v) for v in values if isinstance(v, NamedNode))
        return sorted(found)[:_MOST_VALUES]

    def _sources(self, path: str) -> Iterator[Thing]:
        if path.startswith("^"):
            yield from self._thing.things("bf:instanceOf") if self.kind == "instance" else []
        elif path.startswith("+"):
            yield from self._thing.things("bf:hasInstance")[:_FEW_INSTANCES] if self.kind == "work" else []
        else:
            yield self._thing

    def _thing_of(self, value: NamedNode) -> tuple[str, str]:
        """Return (label, IRI) of a thing of ours, (address, "") of another."""
        ours = self._reader.iris.split(value.value) is not None and "#" not in value.value
        return (self._thing.of(value.value).label, value.value) if ours else (value.value, "")

    def year(self, prop: str) -> int | None:
        """Return the year of a date of a place, None where it has none."""
        for value in self._reader.arcs(self.iri).get(expand(prop), ()):
            if isinstance(value, Literal) and value.value[:4].isdecimal():
                return int(value.value[:4])
        return None
