"""Authors and contributors: the relator of a contribution decides the property.

Source: MARC relators and the properties of schema.org 30.0 that mean the same. Which of them a thing may have is
schema.org's domain of the property; a role without a property of its own is a `contributor`.
"""

from __future__ import annotations

from collections.abc import Iterator

from publisher.rdf.description import Arc, Iri, Local, Node
from publisher.rdf.resource import Resource
from publisher.rdf.terms import term

_EVERYWHERE = {
    "aut": "schema:author", "cre": "schema:creator", "aui": "schema:author", "ctb": "schema:contributor",
    "edt": "schema:editor", "com": "schema:editor", "edc": "schema:editor", "trl": "schema:translator",
    "fnd": "schema:funder", "spn": "schema:sponsor", "pro": "schema:producer", "pbl": "schema:publisher",
    "prv": "schema:provider", "cph": "schema:copyrightHolder", "mte": "schema:contributor",
}  # fmt: skip
_SOMEWHERE = {
    "ill": ("schema:illustrator", ("schema:Book",)),
    "cmp": ("schema:composer", ("schema:MusicComposition",)),
    "lyr": ("schema:lyricist", ("schema:MusicComposition",)),
    "lbt": ("schema:lyricist", ("schema:MusicComposition",)),
    "drt": ("schema:director", ("schema:Movie",)),
    "fmd": ("schema:director", ("schema:Movie",)),
    "act": ("schema:actor", ("schema:Movie",)),
    "mus": ("schema:musicBy", ("schema:Movie",)),
    "art": ("schema:artist", ("schema:VisualArtwork",)),
}
_ROLE_WORDS = {
    "author": "aut", "tác giả": "aut", "editor": "edt", "chủ biên": "edt", "biên tập": "edt", "biên soạn": "com",
    "sưu tầm": "com", "compiler": "com", "translator": "trl", "dịch": "trl", "người dịch": "trl", "dịch giả": "trl",
    "illustrator": "ill", "minh hoạ": "ill", "minh họa": "ill", "composer": "cmp", "soạn nhạc": "cmp",
    "nhạc sĩ": "cmp", "director": "drt", "film director": "drt", "đạo diễn": "drt", "actor": "act",
    "diễn viên": "act", "artist": "art", "hoạ sĩ": "art", "publisher": "pbl", "nhà xuất bản": "pbl",
}  # fmt: skip

_PRIMARY = term("bf:PrimaryContribution")
_RELATORS = "http://id.loc.gov/vocabulary/relators/"


def people(work: Resource, kind: Iri) -> Iterator[Arc]:
    """Yield who made the work, as far as the record says so."""
    said: set[Arc] = set()
    for contribution in work.values("bf:contribution"):
        if not isinstance(contribution, Node):
            continue
        primary = any(each == _PRIMARY for each in contribution.values("rdf:type"))
        for agent in contribution.values("bf:agent"):
            if isinstance(agent, Local | Iri) or (isinstance(agent, Node) and any(agent.values("rdfs:label"))):
                for prop in dict.fromkeys(_properties(contribution, kind, primary)):
                    if (arc := (prop, agent)) not in said:
                        said.add(arc)
                        yield arc


def _properties(contribution: Node, kind: Iri, primary: bool) -> Iterator[str]:
    roles = list(_roles(contribution))
    if primary and (not roles or roles == ["ctb"]):
        yield "schema:creator" if kind == term("schema:Collection") else "schema:author"
        return
    for role in roles or ["ctb"]:
        prop, kinds = _SOMEWHERE.get(role, ("", ()))
        if prop and kind in {term(name) for name in kinds}:
            yield prop
        else:
            yield _EVERYWHERE.get(role, "schema:contributor")


def _roles(contribution: Node) -> Iterator[str]:
    """Yield the relator codes of a contribution; words are recognised in English and Vietnamese."""
    for role in contribution.values("bf:role"):
        iri = role.iri if isinstance(role, Node) else role
        if isinstance(iri, Iri) and iri.startswith(_RELATORS):
            yield iri.removeprefix(_RELATORS)
        elif isinstance(role, Node):
            for prop in ("rdfs:label", "bf:code"):
                for value in role.values(prop):
                    text = value if type(value) is str else getattr(value, "value", "")
                    word = text.strip(" .,()").lower()
                    yield _ROLE_WORDS.get(word, word if len(word) == 3 else "ctb")
