"""Subject headings of all kinds: where they come from, and the parts of those that are subdivided ($v $x $y $z).

Source: Conversion specification 2.10, 600-662 and Subject Thesaurus.
"""

from __future__ import annotations

from functools import cache

from publisher.bibframe.field import MarcField
from publisher.bibframe.subfields import source, uri_of
from publisher.bibframe.text import chop
from publisher.rdf.codelists import codelist
from publisher.rdf.description import Arc, Iri, Node, literal

SUBJECT_SCHEMES = "http://id.loc.gov/vocabulary/subjectSchemes/"
SUBDIVISIONS = "vxyz"
SUBDIVISION_CLASS = {
    "v": "madsrdf:GenreForm", "x": "madsrdf:Topic", "y": "madsrdf:Temporal", "z": "madsrdf:Geographic",
}  # fmt: skip


@cache
def _thesaurus(ind2: str) -> tuple[tuple[Arc, ...], tuple[Arc, ...]]:
    """Return the scheme and the source that the second indicator stands for."""
    row = codelist("subject-thesauri").get(ind2)
    if row is None:
        return (), ()
    scheme = row.more["mads_scheme"]
    of_scheme: tuple[Arc, ...] = (("madsrdf:isMemberOfMADSScheme", Iri(scheme)),) if scheme else ()
    return of_scheme, (("bf:source", Iri(row.iri)),)


def thesaurus(ind2: str) -> tuple[Arc, ...]:
    """Return scheme and source of a heading whose second indicator would be `ind2`."""
    return tuple(arc for its in _thesaurus(ind2) for arc in its)


def scheme(field: MarcField) -> tuple[Arc, ...]:
    """Return the scheme that the heading is a member of."""
    return _thesaurus(field.ind2)[0]


def heading_source(field: MarcField, stem: str = SUBJECT_SCHEMES) -> tuple[Arc, ...]:
    """Return where the heading comes from: the second indicator says it, or leaves it to $2."""
    known = _thesaurus(field.ind2)[1]
    return known or (tuple(source(field, stem)) if field.ind2 in ("4", "7") else ())


def has_subdivisions(field: MarcField) -> bool:
    """Return whether the heading is subdivided by form, topic, time or place."""
    return any(code in SUBDIVISIONS for code, _ in field.subfields)


def parts_identified(field: MarcField) -> bool:
    """Return whether $0 stands after single parts of a subdivided heading, and not only after the whole of it.

    The reference takes the first $0 for the whole in any case: then all that is about Mozart has Mozart's address.
    """
    seen = False
    for code, _ in field.subfields:
        if code in SUBDIVISIONS and seen:
            return True
        seen = seen or code in "01"
    return False


def part_iri(field: MarcField, at: int) -> Iri | None:
    """Return the address that follows the part of a heading at index `at`."""
    for code, value in field.subfields[at + 1 :]:
        if code not in "01":
            return None
        if uri_of(value):
            return Iri(uri_of(value))
    return None


def subdivisions(field: MarcField) -> list[Node]:
    """Return the subdivisions as parts of a complex subject."""
    each = parts_identified(field)
    return [
        Node(
            SUBDIVISION_CLASS[code],
            ("madsrdf:authoritativeLabel", literal(chop(value), field.lang)),
            iri=part_iri(field, at) if each else None,
        )
        for at, (code, value) in enumerate(field.subfields)
        if code in SUBDIVISIONS
    ]
