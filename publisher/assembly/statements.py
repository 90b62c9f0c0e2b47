"""What the record of an edition says, in N-Triples: apart what all records say of it, and what one of them does."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import NamedTuple

from publisher.exports.iiif import CONTEXT as IIIF_CONTEXT
from publisher.exports.iiif import MEDIA_TYPE as IIIF_MEDIA_TYPE
from publisher.identity.entities import keys_of
from publisher.identity.grounding import Grounded
from publisher.identity.labels import resource_label
from publisher.identity.preferred import Spelling, spellings, without_titles
from publisher.rdf.codelists import codelist, names
from publisher.rdf.description import Arc, Iri, Local, Node
from publisher.rdf.ntriples import BASE, INSTANCE, WORK, NTriples
from publisher.rdf.resource import Description
from publisher.schemaorg import schema_of


class Statements(NamedTuple):
    """N-Triples with the names of `publisher.rdf.ntriples` still open.

    `of_instance` and `of_work` need one voice where several records describe the same; `of_copy` is the copy that the
    library must have where the record describes none. The titles of instance and work are in none of the texts, and
    what is said of agents, concepts and places is not in `text` and `of_instance`: what the writer heard while these
    were written is in `heard` and `heard_of_instance`.
    """

    text: str
    of_instance: str
    of_work: str
    of_copy: str
    instance_titles: tuple[Spelling, ...]
    work_titles: tuple[Spelling, ...]
    heard: tuple[object, ...]
    heard_of_instance: tuple[object, ...]


def statements(writer: NTriples, description: Description, ground: Grounded, *, digitized: bool) -> Statements:
    """Return what `description` says; of a `digitized` edition there is a IIIF manifest."""
    untitled, instance_titles, work_titles = _titles(writer, description)
    label = resource_label(description.instance, description.work)
    called: list[Arc] = [("rdfs:label", label), *keys_of(label)]
    schema = schema_of(description)
    of_all = [arc for arc in schema.instance if arc[0] in _OF_EVERY_RECORD]
    of_leader = [arc for arc in schema.instance if arc[0] not in _OF_EVERY_RECORD]
    writer.takes_out, begin = True, len(writer.heard)
    text = [
        writer.description(untitled),
        writer.arcs(WORK, WORK, [arc for arc in schema.work if arc[0] != "schema:name"]),
        writer.arcs(WORK, WORK, ground.work),
        writer.arcs(INSTANCE, INSTANCE, ground.instance),
        *[writer.entity(f"{BASE}/{path}", BASE, arcs) for path, arcs in ground.entities],
    ]
    of_copy, lone = "", None
    if not description.items:
        lone = [arc for arc in of_all if arc[0] == "schema:offers"]
        of_all = [arc for arc in of_all if arc[0] != "schema:offers"]
    text.append(writer.arcs(INSTANCE, INSTANCE, of_all))
    if digitized:
        text.append(writer.arcs(INSTANCE, INSTANCE, _OF_A_MANIFEST))
    end = len(writer.heard)
    of_instance = writer.arcs(INSTANCE, INSTANCE, [*called, *of_leader])
    heard, heard_of_instance = tuple(writer.heard[begin:end]), tuple(writer.heard[end:])
    writer.takes_out = False
    if lone is not None:
        of_copy = writer.arcs(INSTANCE, INSTANCE, [("bf:hasItem", Node("bf:Item")), *lone])
    name = [arc for arc in schema.work if arc[0] == "schema:name"]
    return Statements(
        "".join(text),
        of_instance,
        writer.arcs(WORK, WORK, [*called, *name]),
        of_copy,
        instance_titles,
        work_titles,
        heard,
        heard_of_instance,
    )


def _titles(
    writer: NTriples, description: Description
) -> tuple[Description, tuple[Spelling, ...], tuple[Spelling, ...]]:
    """Return `description` without the titles of its own instance and work, and these.

    The titles of a hub's record stay: they are said of what stands in place of a work.
    """
    if description.instance_type == "Hub":
        return description, (), ()
    instance, of_instance = without_titles(description.instance)
    work, of_work = without_titles(description.work)
    untitled = replace(description, instance=instance, work=work)
    if description.instance_type == "SecondaryInstance":
        of_work = []
    return untitled, spellings(writer, INSTANCE, of_instance), spellings(writer, WORK, of_work)


_OF_EVERY_RECORD = frozenset(
    {
        "rdf:type", "schema:encoding", "schema:exampleOfWork", "schema:isbn", "schema:issn", "schema:isPartOf",
        "schema:offers",
    }
)  # fmt: skip
"""What an instance has of all records that describe it; of name, makers, date and pages one voice is enough."""


_OF_A_MANIFEST: list[Arc] = [
    ("rdfs:seeAlso", Local("Manifest")),
    (
        "schema:associatedMedia",
        Node(
            "schema:MediaObject",
            ("schema:contentUrl", Local("Manifest")),
            ("schema:encodingFormat", IIIF_MEDIA_TYPE),
            ("dcterms:conformsTo", Iri(IIIF_CONTEXT)),
            iri=Local("Manifest"),
        ),
    ),
]
"""What an instance of which pages were digitized says of their IIIF manifest."""


@cache
def known_iris() -> frozenset[str]:
    """Return the IRIs of all code lists: the store describes them once."""
    return frozenset(row.iri for name in names() for row in codelist(name).values() if row.iri)
