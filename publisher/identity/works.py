"""Which records describe the same work: by author and preferred title, language and kind of content."""

from __future__ import annotations

from hashlib import blake2b

from publisher.identity.entities import entity_of
from publisher.identity.labels import first_text, resource_label, title_of
from publisher.rdf.description import Iri, Node
from publisher.rdf.resource import Description, Resource
from publisher.rdf.terms import term
from publisher.rdf.vietnamese import fold

_PRIMARY = term("bf:PrimaryContribution")
_GENERIC = frozenset(
    {
        "bao cao", "bao cao tong ket", "hoi ky", "ky yeu", "nhat ky", "tac pham", "tac pham chon loc", "thi tuyen",
        "tho", "toan tap", "truyen", "truyen ngan", "truyen ngan chon loc", "tuyen tap", "tuyen tap tho", "tuyen tho",
        "van tuyen", "collected poems", "collected works", "essays", "letters", "maps", "plays", "poems",
        "proceedings", "report", "selected poems", "selections", "short stories", "works",
    }
)  # fmt: skip
"""Folded titles that one author uses for many different things."""


def work_id(description: Description, own: str) -> str:
    """Return the identifier of the work that `description` is of.

    Records meet in one work when a principal author, the preferred title with its parts, the language and the kind of
    content agree. Without an author, or with a title that says nothing, the work is the record's own: `own` names it.
    """
    work = description.work
    author = _principal_author(work)
    title = _preferred_title(description)
    folded = fold(title)
    if not author or not folded or folded in _GENERIC or len(folded) < 3:
        return blake2b(own.encode(), digest_size=8, person=b"own").hexdigest()
    said = "\x1f".join([author, folded, *_values(work, "bf:language"), *_values(work, "bf:content")])
    return blake2b(said.encode(), digest_size=8, person=b"work").hexdigest()


def _principal_author(work: Resource) -> str:
    for value in work.values("bf:contribution"):
        if isinstance(value, Node) and _PRIMARY in value.values("rdf:type"):
            for agent in value.values("bf:agent"):
                entity = entity_of(agent) if isinstance(agent, Node) else None
                if entity is not None:
                    return entity.path
    return ""


def _preferred_title(description: Description) -> str:
    for value in description.work.values("bf:expressionOf"):
        if isinstance(value, Node):
            for title in value.values("bf:title"):
                if isinstance(title, Node) and first_text(title, "bf:mainTitle"):
                    return title_of(title)
    return resource_label(description.work, description.instance)


def _values(work: Resource, prop: str) -> list[str]:
    found = set()
    for value in work.values(prop):
        iri = value.iri if isinstance(value, Node) else value
        if isinstance(iri, Iri):
            found.add(str(iri))
    return sorted(found)
