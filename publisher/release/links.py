"""The links that librarians accepted, stated of what a release has."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from pyoxigraph import NamedNode, Quad, RdfFormat, Store, serialize

from publisher.identity.iris import Iris
from publisher.identity.links import accepted, predicate, read_links
from publisher.rdf.iri import fit_iri
from publisher.rdf.terms import expand
from publisher.release.registry import Registry


def state_links(store: Store, path: Path | None, iris: Iris, registry: Registry) -> tuple[list[Quad], list[str]]:
    """State in `store` the accepted links of the file `path` (None for none); return them, and warnings.

    A link of a thing that was merged into another since is stated of that one. What is warned of are links of what the
    release does not have. Raises ConfigError for a file that cannot be used.
    """
    stated: list[Quad] = []
    gone: list[str] = []
    for thing, target in accepted(read_links(path)) if path is not None else ():
        iri = _present(store, thing, registry)
        split = iris.split(iri)
        if split is None:
            gone.append(f"{thing} is linked to {target} in {path}, but the release does not have it")
            continue
        stated.append(Quad(NamedNode(iri), NamedNode(expand(predicate(split[0]))), NamedNode(target)))
    store.extend(stated)
    return stated, gone


def as_lines(stated: Iterable[Quad]) -> bytes:
    """Return links as N-Triples."""
    return serialize((quad.triple for quad in stated), format=RdfFormat.N_TRIPLES) or b""


def _present(store: Store, thing: str, registry: Registry) -> str:
    """Return `thing`, or what it leads to, if the store says anything of it, else ""."""
    known = registry.lookup(thing) if fit_iri(thing) else None
    for iri in (thing, known.target if known is not None else ""):
        if iri and fit_iri(iri) and any(True for _ in store.quads_for_pattern(NamedNode(iri), None, None)):
            return iri
    return ""
