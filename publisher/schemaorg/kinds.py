"""Which schema.org type a work and its instance are.

Source: schema.org 30.0. The first line of the table whose BIBFRAME classes the work all has decides.
"""

from __future__ import annotations

from publisher.rdf.description import Iri, Node
from publisher.rdf.resource import Resource
from publisher.rdf.terms import term
from publisher.schemaorg.hosts import hosts

_TABLE: tuple[tuple[frozenset[str], str, str], ...] = tuple(
    (frozenset(classes.split()), work, instance)
    for classes, work, instance in (
        # the work has                 the work is                 the instance is
        ("Serial",                     "schema:Periodical",        "schema:Periodical"),
        ("Series",                     "schema:BookSeries",        "schema:BookSeries"),
        ("Integrating",                "schema:CreativeWork",      "schema:CreativeWork"),
        ("Cartography",                "schema:Map",               "schema:Map"),
        ("NotatedMusic",               "schema:MusicComposition",  "schema:SheetMusic"),
        ("MusicAudio",                 "schema:MusicComposition",  "schema:MusicRecording"),
        ("NonMusicAudio",              "schema:CreativeWork",      "schema:AudioObject"),
        ("Audio",                      "schema:CreativeWork",      "schema:AudioObject"),
        ("MovingImage",                "schema:Movie",             "schema:Movie"),
        ("StillImage",                 "schema:VisualArtwork",     "schema:VisualArtwork"),
        ("Dataset",                    "schema:Dataset",           "schema:Dataset"),
        ("Multimedia",                 "schema:SoftwareApplication", "schema:SoftwareApplication"),
        ("Collection",                 "schema:Collection",        "schema:Collection"),
        ("MixedMaterial",              "schema:Collection",        "schema:Collection"),
        ("Text",                       "schema:Book",              "schema:Book"),
    )
)  # fmt: skip

THESIS = "schema:Thesis"
ARTICLE = "schema:Article"
CHAPTER = "schema:Chapter"
OTHER = "schema:CreativeWork"


def kinds(work: Resource) -> tuple[Iri, Iri]:
    """Return the types of the work and of its instance. A dissertation is a Thesis, whatever carries it.

    A text that has its place in a host ("Số 3, tr. 5-9") is an article of a periodical or a chapter of a book.
    """
    if any(isinstance(value, Node) for value in work.values("bf:dissertation")):
        return term(THESIS), term(THESIS)
    classes = {value.rpartition("/")[2] for value in work.values("rdf:type") if isinstance(value, Iri)}
    if "Text" in classes and "Serial" not in classes:
        for host in hosts(work):
            if host.place:
                kind = term(ARTICLE if host.issns else CHAPTER)
                return kind, kind
    for wanted, of_work, of_instance in _TABLE:
        if wanted <= classes:
            return term(of_work), term(of_instance)
    return term(OTHER), term(OTHER)
