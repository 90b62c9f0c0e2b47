"""Every entity that a release publishes, read off its store: its label, its place in the alphabet, its other names."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pyoxigraph

from publisher.identity.iris import Iris
from publisher.identity.vocabulary import TIES, our_paths
from publisher.rdf.terms import expand
from publisher.release.index import IDLE, SearchIndexWriter
from publisher.release.statements import connect, read_statements

_SORT_KEY = pyoxigraph.NamedNode(expand("rong:sortKey"))
_LABEL = pyoxigraph.NamedNode(expand("rdfs:label"))
_CONTROL = "\t"
"""What `read_statements` makes of every control character."""
_OTHER_NAMES = [pyoxigraph.NamedNode(expand(name)) for name in ("skos:altLabel", "schema:alternateName")]
TIED = frozenset(expand(tie) for tie in TIES)
"""Properties by which records have to do with our places and concepts."""

_MEMORY = "300MB"
_ROWS_AT_ONCE = 10_000
_ALL = """
WITH label AS (SELECT DISTINCT s, o, lang FROM statement WHERE p = {label} AND lang IS NOT NULL),
    named AS (
        SELECT s, coalesce(min(o) FILTER (lang = 'vi'), min(o)) AS label, count(*) AS labels FROM label GROUP BY s),
    entity AS (SELECT s, max(o) AS sort_key FROM statement WHERE p = {sort_key} AND lang IS NOT NULL GROUP BY s)
SELECT entity.s, sort_key, coalesce(label, ''), coalesce(labels, 0)
FROM entity LEFT JOIN named USING (s) WHERE NOT contains(entity.s, '#') ORDER BY entity.s
"""


class Counted(NamedTuple):
    """One entity: a Vietnamese label goes first; of several sort keys it is the last one."""

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

    def all(self, statements: Path, scratch: Path) -> Iterator[Counted]:
        """Yield every entity in the order of their IRIs, which the ledger takes in fastest.

        What the store has is in the file `statements`, so it is not asked of each. `scratch` is a folder for what waits
        on the disk. Raises ExportError when the statements cannot be read.
        """
        with connect(scratch, _MEMORY) as database:
            numbers = read_statements(database, statements, [_SORT_KEY.value, _LABEL.value])
            database.execute(_ALL.format(label=numbers[_LABEL.value], sort_key=numbers[_SORT_KEY.value]))
            while rows := database.fetchmany(_ROWS_AT_ONCE):
                for iri, sort_key, label, labels in rows:
                    split = self._iris.split(iri)
                    if split is None:
                        continue
                    if labels > 1 and split[0] != "instance":  # an instance is found by its document
                        self._several.add(hash(iri))
                    if _CONTROL in label or _CONTROL in sort_key:
                        found = self.one(iri)
                        assert found is not None, "the statements are those of the store"
                        yield found
                    else:
                        yield Counted(iri, split[0], label, sort_key)

    def one(self, iri: str) -> Counted | None:
        """Return the entity `iri`, None where the store has none of that name."""
        subject, split = pyoxigraph.NamedNode(iri), self._iris.split(iri)
        keys = [each.value for each in self._literals(subject, _SORT_KEY)]
        if not keys or split is None or "#" in iri:
            return None
        labels = sorted((each.language != "vi", each.value) for each in self._literals(subject, _LABEL))
        return Counted(iri, split[0], labels[0][1] if labels else "", max(keys))

    def enter(self, index: SearchIndexWriter, iri: str, kind: str, label: str) -> None:
        """Have an entity found by its names, unless the document of a record stands for it."""
        if kind not in ("instance", "item"):
            has_others = self._renamed is None or hash(iri) in self._renamed
            others = self._names(iri) if has_others else ()
            index.add_entity(iri, (IDLE if self._is_idle(iri) else "") + kind, label, others)

    def is_ours(self, iri: str) -> bool:
        """Return whether `iri` is a place or a concept of ours."""
        return iri.removeprefix(f"{self._iris.base}/") in our_paths()

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
        return sorted({each.value for name in (_LABEL, *_OTHER_NAMES) for each in self._literals(thing, name)})

    def _literals(self, subject: pyoxigraph.NamedNode, predicate: pyoxigraph.NamedNode) -> Iterator[pyoxigraph.Literal]:
        for quad in self._store.quads_for_pattern(subject, predicate, None):
            if isinstance(quad.object, pyoxigraph.Literal):
                yield quad.object
