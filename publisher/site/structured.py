"""The JSON-LD of a page, for crawlers: what the entity's own statements say in schema.org, no more and no less.

Every statement in it is also in the `.nt` of the same IRI, with the same datatypes; the context is one line, so that
nothing has to be fetched to read it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import orjson
from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from publisher.rdf.terms import PREFIXES, expand

SCHEMA = PREFIXES["schema"]
_TYPE = expand("rdf:type")
_STRING = expand("xsd:string")
_INTEGER = expand("xsd:integer")
_Statements = dict[str, dict[str, list[NamedNode | BlankNode | Literal | Triple]]]


def structured(triples: Iterable[Triple], iri: str) -> dict[str, Any]:
    """Return the schema.org statements among `triples` as one JSON-LD object about `iri`."""
    by_subject: _Statements = {}
    for triple in triples:
        is_type = triple.predicate.value == _TYPE and _is_schema(triple.object)
        if isinstance(triple.subject, NamedNode) and (is_type or triple.predicate.value.startswith(SCHEMA)):
            by_subject.setdefault(triple.subject.value, {}).setdefault(triple.predicate.value, []).append(triple.object)
    return {"@context": {"@vocab": SCHEMA}, **_object(by_subject, iri, set())}


def _is_schema(term: object) -> bool:
    return isinstance(term, NamedNode) and term.value.startswith(SCHEMA)


def _object(by_subject: _Statements, iri: str, written: set[str]) -> dict[str, Any]:
    """Return what is known of `iri`, in full where it comes first and by its IRI alone afterwards."""
    made: dict[str, Any] = {"@id": iri}
    if iri in written:
        return made
    written.add(iri)
    for predicate, values in by_subject.get(iri, {}).items():
        if predicate == _TYPE:
            names = [value.value.removeprefix(SCHEMA) for value in values if isinstance(value, NamedNode)]
            made["@type"] = names[0] if len(names) == 1 else names
            continue
        shown = [_value(by_subject, value, written) for value in values]
        made[predicate.removeprefix(SCHEMA)] = shown[0] if len(shown) == 1 else shown
    return made


def _value(by_subject: _Statements, value: object, written: set[str]) -> Any:
    if isinstance(value, NamedNode):
        return _object(by_subject, value.value, written)
    assert isinstance(value, Literal), "the store has no blank nodes and no triple terms"
    if value.language:
        return {"@language": value.language, "@value": value.value}
    datatype = value.datatype.value
    if datatype == _STRING:
        return value.value
    if datatype == _INTEGER and value.value.isdecimal() and not value.value.startswith("0"):
        return int(value.value)
    return {"@type": datatype, "@value": value.value}


_ESCAPED = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}


def script_text(content: Mapping[str, Any]) -> str:
    """Return `content` as JSON that is safe inside a script element: no title can end it."""
    text = orjson.dumps(dict(content)).decode()
    for char, escape in _ESCAPED.items():
        text = text.replace(char, escape)
    return text
