"""What other services are asked about: our agents, concepts and places that nobody has linked yet."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from pyoxigraph import Literal, NamedNode, Store

from publisher.identity.iris import Iris
from publisher.rdf.terms import expand
from publisher.reconcile.service import Question
from publisher.release.ledger import Ledger
from publisher.release.release import Release

KINDS = {
    "agent": ("agent", ""),
    "person": ("agent", "bf:Person"),
    "organization": ("agent", "bf:Organization"),
    "concept": ("concept", ""),
    "place": ("place", ""),
}
"""What can be asked about, by the word for it in the configuration: the kind of entity, and the class it must have."""
HINTS = {"born": "schema:birthDate", "died": "schema:deathDate"}
"""What can be said beside the name, by the word for it in the configuration."""

_LINKS = ("owl:sameAs", "skos:exactMatch")
_YEARS = re.compile(r"[,\s]*\(?\b\d{3,4}\??\s*[-–]\s*(?:\d{3,4}\??)?\)?\.?$")
_PAGE = 2_000


class Thing(NamedTuple):
    """One of ours: its IRI, its label, and what is asked about it."""

    iri: str
    label: str
    question: Question


def things(release: Release, of: str, their_type: str, properties: dict[str, str], service: str) -> Iterator[Thing]:
    """Yield the things of the sort `of` (a key of `KINDS`) that have no link into the IRIs that begin with `service`.

    `their_type` is the service's type for them, `properties` its properties by our words (`HINTS`).
    """
    kind, cls = KINDS[of]
    store, ledger = Store.read_only(str(release.store_path)), Ledger(release.ledger_path)
    iris = Iris(str(release.manifest["base"]))
    after = ""
    while rows := ledger.entities(kind, after, _PAGE):
        after = rows[-1].iri
        for row in rows:
            node = NamedNode(row.iri)
            if cls and not _has(store, node, "rdf:type", expand(cls)):
                continue
            if row.label and iris.split(row.iri) and not _linked(store, node, service):
                hints = tuple(
                    (pid, text) for word, pid in properties.items() for text in _texts(store, node, HINTS[word])[:1]
                )
                yield Thing(row.iri, row.label, Question(asked_for(row.label), their_type, hints))


def asked_for(label: str) -> str:
    """Return a label as it is asked for: without the years of a life, a Western name turned around.

    >>> asked_for("Nguyễn, Du, 1765-1820"), asked_for("Condominas, Georges"), asked_for("Sở Văn hoá, Thể thao Kon Tum")
    ('Nguyễn Du', 'Georges Condominas', 'Sở Văn hoá Thể thao Kon Tum')
    """
    name = _YEARS.sub("", label).strip(" ,.")
    parts = [part.strip() for part in name.split(",")]
    if len(parts) == 2 and name.isascii():
        return f"{parts[1]} {parts[0]}"
    return " ".join(part for part in parts if part)


def _linked(store: Store, node: NamedNode, service: str) -> bool:
    targets = (q.object for link in _LINKS for q in store.quads_for_pattern(node, NamedNode(expand(link)), None))
    return any(isinstance(target, NamedNode) and target.value.startswith(service) for target in targets)


def _has(store: Store, node: NamedNode, prop: str, iri: str) -> bool:
    return any(True for _ in store.quads_for_pattern(node, NamedNode(expand(prop)), NamedNode(iri)))


def _texts(store: Store, node: NamedNode, prop: str) -> list[str]:
    found = (quad.object for quad in store.quads_for_pattern(node, NamedNode(expand(prop)), None))
    return sorted(value.value for value in found if isinstance(value, Literal))
