"""Every entity that a release publishes, read off its store: its label, its place in the alphabet, its other names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import pyoxigraph

from publisher.identity.iris import Iris
from publisher.identity.vocabulary import TIES, our_paths
from publisher.rdf.terms import expand
from publisher.release.index import IDLE, SearchIndexWriter

_SORT_KEY = pyoxigraph.NamedNode(expand("rong:sortKey"))
_LABEL = pyoxigraph.NamedNode(expand("rdfs:label"))
_OTHER_NAMES = [pyoxigraph.NamedNode(expand(name)) for name in ("skos:altLabel", "schema:alternateName")]
TIED = frozenset(expand(tie) for tie in TIES)
"""Properties by which records have to do with our places and concepts."""


class Counted(NamedTuple):
    """One entity: a Vietnamese label goes first."""

    iri: str
    kind: str
    label: str
    sort_key: str


class Census:
    """Reads the entities under the base of `iris` off `store`."""

    def __init__(self, store: pyoxigraph.Store, iris: Iris) -> None:
        self._store = store
        self._iris = iris
        self._several: set[int] = set()
        self._renamed: set[int] | None = None

    def tell_renamed(self) -> None:
        """Find out, once `all` came, which entities have more names than one: few have, so the others are not asked."""
        found = (quad.subject for name in _OTHER_NAMES for quad in self._store.quads_for_pattern(None, name, None))
        self._renamed = {hash(each.value) for each in found if isinstance(each, pyoxigraph.NamedNode)} | self._several

    def all(self) -> Iterator[Counted]:
        """Yield every entity; one of several sort keys comes several times, and the last counts."""
        for quad in self._store.quads_for_pattern(None, _SORT_KEY, None):
            if isinstance(quad.subject, pyoxigraph.NamedNode) and isinstance(quad.object, pyoxigraph.Literal):
                found = self._counted(quad.subject, quad.object.value)
                if found is not None:
                    yield found

    def one(self, iri: str) -> Counted | None:
        """Return the entity `iri`, None where the store has none of that name."""
        subject, found = pyoxigraph.NamedNode(iri), None
        for quad in self._store.quads_for_pattern(subject, _SORT_KEY, None):
            if isinstance(quad.object, pyoxigraph.Literal):
                found = self._counted(subject, quad.object.value) or found
        return found

    def enter(self, index: SearchIndexWriter, iri: str, kind: str, label: str) -> None:
        """Have an entity found by its names, unless the document of a record stands for it."""
        if kind not in ("instance", "item"):
            has_others = self._renamed is None or hash(iri) in self._renamed
            others = self._names(iri) if has_others else ()
            index.add_entity(iri, (IDLE if self._is_idle(iri) else "") + kind, label, others)

    def is_ours(self, iri: str) -> bool:
        """Return whether `iri` is a place or a concept of ours."""
        return iri.removeprefix(f"{self._iris.base}/") in our_paths()

    def _counted(self, subject: pyoxigraph.NamedNode, sort_key: str) -> Counted | None:
        split = self._iris.split(subject.value)
        if split is None or "#" in subject.value:
            return None
        found = (quad.object for quad in self._store.quads_for_pattern(subject, _LABEL, None))
        labels = sorted((each.language != "vi", each.value) for each in found if isinstance(each, pyoxigraph.Literal))
        if len(labels) > 1 and split[0] != "instance":  # an instance is found by its document
            self._several.add(hash(subject.value))
        return Counted(subject.value, split[0], labels[0][1] if labels else "", sort_key)

    def _is_idle(self, iri: str) -> bool:
        """Return whether `iri` is a place or a concept of ours that no record has to do with."""
        if not self.is_ours(iri):
            return False
        thing = pyoxigraph.NamedNode(iri)
        ties = (self._store.quads_for_pattern(None, pyoxigraph.NamedNode(tie), thing) for tie in TIED)
        return not any(True for found in ties for _ in found)

    def _names(self, iri: str) -> list[str]:
        """Return every name of `iri`, in any language, by which it can be found."""
        thing = pyoxigraph.NamedNode(iri)
        found = (
            quad.object.value
            for name in (_LABEL, *_OTHER_NAMES)
            for quad in self._store.quads_for_pattern(thing, name, None)
            if isinstance(quad.object, pyoxigraph.Literal)
        )
        return sorted(set(found))
