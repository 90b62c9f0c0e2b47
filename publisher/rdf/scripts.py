"""Titles in one script each, as profiles ask for them.

The reference writes a title and its 880 as one `bf:Title` with two `bf:mainTitle`s; the profiles of the BIBFRAME
Interoperability Group allow one. So in the store, and in every syntax but the reference's RDF/XML, each script has a
title of its own: what is said in a language goes with it, what is said of the title itself goes with each.
"""

from __future__ import annotations

import unicodedata

from publisher.rdf.description import Arc, Arcs, Node, Text, Value

MAIN = "bf:mainTitle"
TITLED = frozenset({"bf:Hub", "bf:Instance", "bf:Relation", "bf:Series", "bf:Work"})
"""Classes of nodes that have titles, or hold nodes that have."""


def apart(arcs: tuple[Arc, ...]) -> tuple[Arc, ...]:
    """Return `arcs` with every title below them in one script: the same tuple where that is so already."""
    for prop, value in arcs:
        if isinstance(value, Node) and (prop == "bf:title" or value.cls in TITLED):
            return _apart(arcs)
    return arcs


def _apart(arcs: tuple[Arc, ...]) -> tuple[Arc, ...]:
    result: list[Arc] = []
    changed = False
    for arc in arcs:
        value = arc[1]
        if not isinstance(value, Node):
            result.append(arc)
        elif arc[0] == "bf:title" and len(scripts := _scripts(value)) > 1:
            result += [(arc[0], each) for each in scripts]
            changed = True
        elif value.cls not in TITLED:
            result.append(arc)
        else:
            below = apart(value.arcs)
            result.append(arc if below is value.arcs else (arc[0], _with(value, below)))
            changed = changed or below is not value.arcs
    return tuple(result) if changed else arcs


def _scripts(title: Node) -> list[Node]:
    """Return `title` once for each language or script of its main titles, in their order."""
    scripts: dict[str, list[Arc]] = {}
    for prop, value in title.arcs:
        if prop == MAIN:
            scripts.setdefault(_script(value), [])
    if len(scripts) <= 1:
        return [title]
    first = next(iter(scripts))
    for prop, value in title.arcs:
        if prop in ("rdf:type", "bf:variantType"):
            for its in scripts.values():
                its.append((prop, value))
        else:
            script = first if prop == "bflc:nonSortNum" else _script(value)
            scripts[script if script in scripts else first].append((prop, value))
    return [_with(title, its) for its in scripts.values()]


def _script(value: Value) -> str:
    """Return the language of a literal; of one without, the script of its first letter as Unicode names it."""
    if isinstance(value, Text):
        return value.lang
    letter = next((c for c in value if c.isalpha()), "") if type(value) is str else ""
    return f"?{unicodedata.name(letter, '').partition(' ')[0]}" if letter else ""


def _with(node: Node, arcs: Arcs) -> Node:
    return Node(node.cls, *arcs, iri=node.iri, mint=node.mint)
