"""One release, open for reading, and the one that is in service."""

from __future__ import annotations

import gc
import logging
from collections.abc import Mapping
from functools import cached_property, lru_cache, partial
from pathlib import Path
from threading import Lock, Timer
from types import MappingProxyType

from pyoxigraph import BlankNode, Literal, NamedNode, Store, Triple

from publisher.config import DatedName
from publisher.errors import ReleaseError
from publisher.exports.files import DatasetFiles, read_datasets
from publisher.identity.iris import Iris
from publisher.rdf.terms import expand
from publisher.release.chronicle import Chronicle
from publisher.release.ledger import Ledger
from publisher.release.registry import Published, Registry
from publisher.release.release import Release, active
from publisher.release.remote import RemoteStore, graph_of
from publisher.site.search import Search
from publisher.site.settings import settings_of

Term = NamedNode | BlankNode | Literal | Triple
Arcs = Mapping[str, tuple[Term, ...]]

_REMEMBERED = 20_000
"""Resources whose statements are kept in memory: the labels of code lists and what many pages show."""

_log = logging.getLogger(__name__)


class Reader:
    """Everything that pages read of one release. A release never changes, so anything may be remembered."""

    def __init__(self, release: Release, server: str | None = None) -> None:
        self.release = release
        self.settings = settings_of(release.manifest)
        self.iris = Iris(self.settings.base)
        self.store: Store | RemoteStore = _store_of(release, self.settings.base, server)
        self.ledger = Ledger(release.ledger_path)
        self.search = Search(release.index_path)
        # What remembers must not know the reader: an earlier release is let go when its last request ends, not when
        # garbage is looked for, which a server seldom does.
        self.arcs = lru_cache(_REMEMBERED)(partial(_arcs, self.store))

    @cached_property
    def datasets(self) -> Mapping[str, DatasetFiles]:
        """The datasets of the release by name, in their order."""
        return MappingProxyType({dataset.name: dataset for dataset in read_datasets(self.release.datasets_path)})

    @cached_property
    def counts(self) -> Mapping[str, int]:
        """How many entities of each kind the release has."""
        return MappingProxyType(self.release.manifest["entities"])

    @property
    def publisher_name(self) -> DatedName:
        """What the publisher was called when the release was made."""
        return self.settings.publisher.name_on(self.release.created.date())

    def exists(self, iri: str) -> bool:
        """Return whether the release says anything of `iri`."""
        return next(iter(self.store.quads_for_pattern(NamedNode(iri), None, None)), None) is not None

    def subjects(self, predicate: str, value: str) -> list[str]:
        """Return the IRIs that have the IRI `value` for the property `predicate` (a CURIE)."""
        quads = self.store.quads_for_pattern(None, NamedNode(expand(predicate)), NamedNode(value))
        return [quad.subject.value for quad in quads if isinstance(quad.subject, NamedNode)]


def _arcs(store: Store | RemoteStore, iri: str) -> Arcs:
    found: dict[str, list[Term]] = {}
    for quad in store.quads_for_pattern(NamedNode(iri), None, None):
        found.setdefault(quad.predicate.value, []).append(quad.object)
    return MappingProxyType({predicate: tuple(values) for predicate, values in found.items()})


def _store_of(release: Release, base: str, server: str | None) -> Store | RemoteStore:
    if server is None:
        return Store.read_only(str(release.store_path))
    store = RemoteStore(server, graph_of(base, release.id))
    store.require()
    return store


_LATER = 30.0
"""Seconds after which the requests that began with an earlier release have ended, but for a few."""


class InService:
    """The release in service: asks the link `current` at every request, and opens a release once.

    A request keeps the reader that it began with; the reader of an earlier release is closed soon after the last
    request that holds it has ended: what Jinja leaves of a page holds itself and the reader, and goes when garbage is
    looked for.
    """

    def __init__(self, data: Path, server: str | None = None) -> None:
        """`server` is the address of a SPARQL 1.1 server that is asked in the place of the releases' own stores."""
        self.data = data
        self._server = server
        self._registry = Registry(data)
        self.chronicle = Chronicle(data)
        self._lock = Lock()
        self._reader: Reader | None = None

    def reader(self) -> Reader:
        """Return the reader of the active release; raises ReleaseError when there never was one.

        While another release cannot be opened, the one that is open stays in service.
        """
        reader = self._reader
        if reader is not None and self._active_id() == reader.release.id:
            return reader
        with self._lock:
            if self._reader is None or self._active_id() != self._reader.release.id:
                earlier, self._reader = self._reader, self._open(self._reader)
                if earlier is not None and earlier is not self._reader:
                    later = Timer(_LATER, gc.collect)
                    later.daemon = True
                    later.start()
            return self._reader

    def _active_id(self) -> str:
        try:
            return (self.data / "current").readlink().name
        except OSError:
            return ""

    def _open(self, earlier: Reader | None) -> Reader:
        try:
            return Reader(active(self.data), self._server)
        except (ReleaseError, OSError, ValueError) as problem:
            if earlier is None:
                raise
            _log.warning("%s stays in service: %s", earlier.release.id, problem)
            return earlier

    def known(self, iri: str) -> Published | None:
        """Return what became of `iri` if any release ever published it; None when nobody can tell."""
        try:
            return self._registry.lookup(iri)
        except ReleaseError as problem:
            _log.warning("%s", problem)
            return None
