"""Control subfields: $0 $1 $w as IRIs and identifiers, $2 $3 $4 $5 $7 $u, alike in all fields.

Source: Conversion specification 2.10, Numeric subfields.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from publisher.bibframe.field import MarcField
from publisher.bibframe.text import chop, code_for_iri
from publisher.rdf.description import Arc, Iri, Node, literal, node
from publisher.rdf.terms import term
from publisher.sources.record import Field

ORGANIZATIONS = "http://id.loc.gov/vocabulary/organizations/"
FAST = "http://id.worldcat.org/fast/"
GND = "https://d-nb.info/gnd/"
AUTHORITIES = "id.loc.gov/authorities/"
NAMES = "id.loc.gov/authorities/names/"
AGENTS = "id.loc.gov/rwo/agents/"
"""The real-world objects beside the authorities for their names."""


def uri_of(value: str) -> str:
    """Return the address that a $0, $1 or $w holds ("(uri)http://…" or "http://…"), or ""."""
    value = value.removeprefix("(uri)").strip() if value.startswith("(uri)") else value
    return value if value.startswith(("http://", "https://")) else ""


def names_address(value: str) -> bool:
    """Return whether a $0, $1 or $w is written as an address, rather than as an identifier with its source."""
    return value.startswith(("(uri)", "http"))


def _secure_to_plain(address: str) -> str:
    return "http://" + address.removeprefix("https://") if address.startswith("https://") else address


def entity_iri(field: MarcField, entity: str = "") -> Iri | None:
    """Return the first address in $1, $0 or $w of a name, title or subject field.

    With $t the field names an agent and a work: `entity` "bf:Agent" takes what stands before $t, "bf:Hub" what follows.
    """
    if field.has("t"):
        at = next(i for i, (code, _) in enumerate(field.subfields) if code == "t")
        side = field.subfields[:at] if entity == "bf:Agent" else field.subfields[at + 1 :]
        addresses = [value for code, value in side if code in "0w" and names_address(value)] if entity else []
        return _iri(uri_of(addresses[0])) if addresses else None
    if not _identifies(field):
        return None
    for value in field.all("1"):
        if uri_of(value):
            return Iri(uri_of(value))
    for value in field.all("0"):
        if value.startswith("(OCoLC)fst"):
            return Iri(FAST + value.removeprefix("(OCoLC)fst"))
    for value in field.all("0w"):
        if names_address(value):
            return _iri(uri_of(value))
    return None


def _identifies(field: Field) -> bool:
    """Return whether the field has any of the subfields in which an address may stand: most have none."""
    return field.has("0") or field.has("1") or field.has("w")


def authority_iri(field: MarcField) -> Iri | None:
    """Return the authority that $0 names: id.loc.gov first, then FAST, any address, GND, Homosaurus."""
    if not _identifies(field):
        return None
    return _first(
        _at_loc(field, "0", AUTHORITIES),
        _at_loc(field, "1", AGENTS, NAMES),
        (FAST + value.removeprefix("(OCoLC)fst") for value in field.all("0") if value.startswith("(OCoLC)fst")),
        (uri_of(value) for value in field.all("0w") if names_address(value)),
        (GND + value.removeprefix("(DE-588)").removesuffix(".") for value in field.all("0") if "(DE-588)" in value[:8]),
        (uri_of(value) for value in field.all("1") if "homosaurus.org/v" in value),
    )


def real_world_iri(field: Field) -> Iri | None:
    """Return the real-world object that $1 names, or that follows from an id.loc.gov name in $0."""
    if not _identifies(field):
        return None
    return _first(
        _at_loc(field, "1", AGENTS),
        _at_loc(field, "0", NAMES, AGENTS),
        (uri_of(value).removesuffix(".") for value in field.all("1") if "isni.org/isni/" in value),
        map(uri_of, field.all("1")),
    )


def _at_loc(field: Field, code: str, stem: str, becomes: str = "") -> Iterator[str]:
    """Yield the addresses at id.loc.gov below `stem` in subfields `code`, moved below `becomes` where that is given."""
    for value in field.all(code):
        if stem in value:
            yield _secure_to_plain(uri_of(value).replace(stem, becomes or stem, 1))


def _first(*ways: Iterable[str]) -> Iri | None:
    """Return the first address that any of `ways` to find one finds."""
    return next((Iri(address) for way in ways for address in way if address), None)


def _iri(address: str) -> Iri | None:
    return Iri(address) if address else None


def identifier(value: str, code: str = "0", cls: str = "bf:Identifier") -> Arc:
    """Return what $0 or $w says: an authority's address, or an identifier with its source in parentheses."""
    address = uri_of(value)
    if address:
        return "madsrdf:isIdentifiedByAuthority", Iri(address)
    if value.startswith("(OCoLC)fst"):
        return "madsrdf:isIdentifiedByAuthority", Iri(FAST + value.removeprefix("(OCoLC)fst"))
    source, plain = "", value
    if "(" in value and ")" in value:
        source = value.partition("(")[2].partition(")")[0]
        plain = value.partition(")")[2] if source else value
    arcs: list[Arc] = [("rdf:value", Iri(plain) if uri_of(plain) else plain)]
    if source and source != "uri":
        iri = Iri(ORGANIZATIONS + "dlc") if source == "DLC" else None
        prop, kind = ("bf:assigner", "bf:Agent") if code == "w" else ("bf:source", "bf:Source")
        arcs.append((prop, Node(kind, ("bf:code", source), iri=iri)))
    return "bf:identifiedBy", node(cls, arcs)


def source(field: Field, stem: str = "", *, strip_punctuation: bool = False) -> Iterator[Arc]:
    """Yield `bf:source` for each $2; `stem` is the vocabulary at id.loc.gov that the code belongs to."""
    for value in field.all("2"):
        if value.strip():
            yield source_arc(value, stem, strip_punctuation=strip_punctuation, whole=field.tag == "082")


def source_arc(value: str, stem: str = "", *, strip_punctuation: bool = False, whole: bool = False) -> Arc:
    """Return `bf:source` for the code in `value`; what follows a slash is a second language, unless `whole`."""
    code = value.partition("%2F")[0]
    if not whole:
        code = code.partition("/")[0] or code
    iri = Iri(stem + code_for_iri(code, strip_punctuation=strip_punctuation)) if stem else None
    if iri is not None and "/fast" in iri:
        return "bf:source", iri
    return "bf:source", Node("bf:Source", ("bf:code", code), iri=iri)


def applies_to(field: MarcField) -> Iterator[Arc]:
    """Yield `bflc:appliesTo` for $3, the part of the material that the field describes."""
    for value in field.all("3"):
        if part := chop(value):
            yield "bflc:appliesTo", Node("bflc:AppliesTo", ("rdfs:label", literal(part, field.lang)))


def institution(field: MarcField) -> Iterator[Arc]:
    """Yield `bflc:applicableInstitution` for $5, the institution to which the field applies."""
    for value in field.all("5"):
        if code := code_for_iri(value, strip_punctuation=True):
            yield "bflc:applicableInstitution", Node("bf:Agent", ("bf:code", value), iri=Iri(ORGANIZATIONS + code))


def role(field: MarcField) -> Iterator[Arc]:
    """Yield `bf:role` for $4."""
    for value in field.all("4"):
        if "://" in value:
            yield "bf:role", Node("bf:Role", iri=Iri(value))
        else:
            yield "bf:role", Node("bf:Role", ("rdfs:label", value))


def locator(field: MarcField) -> Iterator[Arc]:
    """Yield `bf:electronicLocator` for $u."""
    for value in field.all("u"):
        yield "bf:electronicLocator", Iri(value)


_TYPES_OF_7 = {
    "a": "bf:Text", "c": "bf:NotatedMusic", "d": "bf:NotatedMusic", "e": "bf:Cartography", "f": "bf:Cartography",
    "g": "bf:MovingImage", "i": "bf:Audio", "j": "bf:Audio", "k": "bf:StillImage", "o": "bf:MixedMaterial",
    "p": "bf:MixedMaterial", "r": "bf:Object", "t": "bf:Text",
}  # fmt: skip
_ISSUANCE_OF_7 = {"a": "m", "b": "s", "d": "d", "i": "i", "m": "m", "s": "s"}


def kind_of_linked(field: MarcField) -> Iterator[Arc]:
    """Yield the type and issuance that $7 of a linking entry (760-787) tells of the other title."""
    for value in field.all("7"):
        if value[:1] in _TYPES_OF_7:
            yield "rdf:type", term(_TYPES_OF_7[value[:1]])
        if value[1:2] in _ISSUANCE_OF_7:
            yield "bf:issuance", Node("bf:Issuance", ("bf:code", _ISSUANCE_OF_7[value[1:2]]))


def related_authorities(field: MarcField, at: int) -> Iterator[Arc]:
    """Yield what the $0s directly after the subfield at index `at` say of it (3XX: `$a term $0 identifier`)."""
    for code, value in field.subfields[at + 1 :]:
        if code != "0":
            return
        if "://" in value:
            yield "madsrdf:hasRelatedAuthority", Iri(value.removeprefix("(uri)"))
        else:
            yield identifier(value)
