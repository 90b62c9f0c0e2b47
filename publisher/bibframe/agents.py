"""The agent that a name field names: 1XX, 600-611, 720, 7XX and 8XX alike.

Names are kept as printed: nothing is inverted and no initial is guessed; only trailing ISBD punctuation goes.

Source: Conversion specification 2.10, 1XX/6XX/7XX/8XX Names; Process 1 (roles).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache

from publisher.bibframe.field import MarcField
from publisher.bibframe.subfields import (
    applies_to,
    authority_iri,
    entity_iri,
    identifier,
    institution,
    names_address,
    real_world_iri,
    source,
    uri_of,
)
from publisher.bibframe.text import chop
from publisher.rdf.description import Arc, Iri, Node, literal, node
from publisher.rdf.terms import term
from publisher.rdf.text import percent_encode, squeeze

RELATORS = "http://id.loc.gov/vocabulary/relators/"
NAME_TITLE_SCHEMES = "http://id.loc.gov/vocabulary/nameTitleSchemes/"

_NAME = {"00": "abcdjqk", "10": "abcdngk", "11": "acdengq", "20": "a"}
_NAME_BEFORE_FORM = {"00": "abcdjq", "10": "abcdng", "11": "abcdng"}

_BETWEEN_ROLES = re.compile(r",| and\b|&")

Subfields = tuple[tuple[str, str], ...]


def subfields_before(field: MarcField, code: str) -> Subfields:
    """Return the subfields before the last subfield `code`; all of them if there is none."""
    for at in range(len(field.subfields) - 1, -1, -1):
        if field.subfields[at][0] == code:
            return field.subfields[:at]
    return field.subfields


def subfields_from(field: MarcField, code: str) -> Subfields:
    """Return the subfields from the first subfield `code` on; none if there is none."""
    for at, (found, _) in enumerate(field.subfields):
        if found == code:
            return field.subfields[at:]
    return ()


def name(field: MarcField) -> str:
    """Return the name as printed, without the title that may follow in $t."""
    codes = _NAME[field.tag[1:]]
    return " ".join([value for code, value in subfields_before(field, "t") if code in codes])


def name_before_form(field: MarcField) -> str:
    """Return the name before $k, where $k begins a title ("Viet Nam. Treaties, etc.")."""
    codes = _NAME_BEFORE_FORM[field.tag[1:]]
    return " ".join([value for code, value in subfields_before(field, "k") if code in codes])


def marc_key(field: MarcField) -> str:
    """Return the field in one line: tag, indicators and subfields ("1001 $aNguyễn, Du,$d1765-1820.")."""
    tag = "880" if field.vernacular else field.tag
    text = squeeze("".join([f"${code}{squeeze(value)}" for code, value in field.subfields]))
    return f"{tag}{field.ind1}{field.ind2}{text}"


def marc_key_before(field: MarcField, code: str) -> str:
    """Return the part of `marc_key` before the first subfield `code`."""
    return chop(marc_key(field).partition(f"${code}")[0])


def minted(entity: str, field: MarcField) -> str:
    """Return the name the reference conversion would number a node of `field` by ("Agent700-%d")."""
    return f"{entity}{'880' if field.vernacular else field.tag}-%d"


def agent_iri(field: MarcField) -> Iri | None:
    """Return the agent that $1, or else $0, identifies.

    Where the field goes on with a title ($t), what identifies the agent stands before it. (The reference takes the
    title's authority for the agent's too, so that a person and a book become one.)
    """
    if field.has("t"):
        return entity_iri(field, "bf:Agent")
    if field.has("1") or any("id.loc.gov/authorities/names/" in value for value in field.all("0")):
        return real_world_iri(field)
    return authority_iri(field)


def agent_type(field: MarcField) -> Iterator[Arc]:
    """Yield what kind of agent the tag and first indicator say."""
    kind = field.tag[1:]
    if kind == "00":
        yield "rdf:type", term("bf:Family" if field.ind1 == "3" else "bf:Person")
    elif kind == "10":
        yield "rdf:type", term("bf:Jurisdiction" if field.ind1 == "1" else "bf:Organization")
    elif kind == "11":
        yield "rdf:type", term("bf:Meeting")
    elif kind == "20":
        if field.ind1 == "1":
            yield "rdf:type", term("bf:Person")
        yield "rdf:type", term("bflc:Uncontrolled")


def labels(field: MarcField, name_of: Callable[[MarcField], str] = name) -> Iterator[Arc]:
    """Yield the name as a label, in both scripts where the field has a twin."""
    label = chop(name_of(field))
    if label:
        yield "rdfs:label", literal(label, field.lang)
    if field.twin is not None:
        other = chop(name_of(field.twin))
        if other:
            yield "rdfs:label", literal(other, field.twin.lang)


def marc_keys(field: MarcField, key_of: Callable[[MarcField], str] = marc_key) -> Iterator[Arc]:
    """Yield the field as it was (`bflc:marcKey`), and its twin."""
    if field.tag == "720":
        return
    yield "bflc:marcKey", literal(key_of(field), field.lang)
    if field.twin is not None:
        yield "bflc:marcKey", literal(key_of(field.twin), field.twin.lang)


def authorities(field: MarcField) -> Iterator[Arc]:
    """Yield the authorities and identifiers of the agent in $0 and $w: addresses first, then the others."""
    if field.has("t"):
        values = [value for code, value in subfields_before(field, "t") if code in "0w"]
        # The first address is the agent's own IRI already.
        addresses = [value for value in values if names_address(value)][1:]
    else:
        values = field.all("0w")
        addresses = [value for value in values if names_address(value)]
        if not addresses and "id.loc.gov/rwo/" in field.first("1"):
            authority = authority_iri(field)
            if authority is not None:
                yield "madsrdf:isIdentifiedByAuthority", authority
    yield from dict.fromkeys(identifier(value) for value in addresses)
    for value in values:
        if not names_address(value):
            yield identifier(value)


def agent(
    field: MarcField, name_of: Callable[[MarcField], str] = name, key_of: Callable[[MarcField], str] = marc_key
) -> Node:
    """Return the agent of a name field; `name_of` and `key_of` say how much of the field is the name."""
    arcs = [*agent_type(field), *labels(field, name_of), *marc_keys(field, key_of), *authorities(field)]
    if not field.has("t"):
        arcs += source(field, NAME_TITLE_SCHEMES)
        arcs += applies_to(field)
    return node("bf:Agent", arcs, agent_iri(field), minted("Agent", field))


def contribution(field: MarcField, its_agent: Node) -> Arc:
    """Return the contribution of `its_agent` to what the field is about."""
    arcs: list[Arc] = []
    if field.tag[0] == "1":
        arcs.append(("rdf:type", term("bf:PrimaryContribution")))
    arcs.append(("bf:agent", its_agent))
    arcs += roles(field)
    arcs += institution(field)
    return "bf:contribution", node("bf:Contribution", arcs)


def roles(field: MarcField) -> Iterator[Arc]:
    """Yield the roles: $4, else the words of $e ($j of a meeting), else author of a printed work, else contributor."""
    if field.tag[0] == "6":
        yield "bf:role", relator("ctb")
        return
    codes = field.all("4")
    words = field.all("j" if field.tag[1:] == "11" else "e")
    if field.has("t") and codes and all(map(names_address, codes)) and not words:
        return  # how the two works are related, not what the agent did (see `relationships_by_address`)
    if codes and (not words or "rdaregistry.info" not in codes[0]):
        yield from _roles_by_code(field)
    elif words:
        for value in words:
            for word in role_words(value):
                yield "bf:role", Node("bf:Role", ("rdfs:label", literal(word, field.lang)))
    elif field.tag[0] == "1" and field.profile.record_type == "a" and field.profile.level in ("a", "m"):
        yield "bf:role", relator("aut")
    else:
        yield "bf:role", relator("ctb")


def relationships_by_address(field: MarcField) -> Iterator[Arc]:
    """Yield the relationships to the work of the field that $4 has addresses of."""
    for value in field.all("4"):
        if uri_of(value):
            yield "bf:relationship", Iri(uri_of(value))


def _roles_by_code(field: MarcField) -> Iterator[Arc]:
    """Yield a role for each $4; one that is said again further on, as code or as address, is left to the last time."""
    for at, (code, value) in enumerate(field.subfields):
        if code == "4":
            iri = relator_iri(value)
            later = [other for _, other in field.subfields[at + 1 :]]
            if value not in later and iri not in later:
                yield "bf:role", relator(value)


@lru_cache(maxsize=4096)
def relator_iri(code: str) -> Iri | None:
    """Return the address of a role in $4: a MARC relator code, or an address as it stands."""
    if len(code) == 3:
        return Iri(RELATORS + percent_encode(code))
    address = uri_of(code)
    return Iri(address) if address else None


@lru_cache(maxsize=4096)
def relator(code: str, cls: str = "bf:Role") -> Node:
    """Return the role in $4, by its address or, where it has none, by its code."""
    iri = relator_iri(code)
    return Node(cls, iri=iri) if iri is not None else Node(cls, ("bf:code", code))


@lru_cache(maxsize=4096)
def role_words(words: str) -> tuple[str, ...]:
    """Split what $e or $j says into single roles, at commas, "and" and "&".

    >>> role_words("author, editor and translator.")
    ('author', 'editor', 'translator')
    """
    chopped = map(chop, _BETWEEN_ROLES.split(words))
    return tuple(part for part in chopped if part)
