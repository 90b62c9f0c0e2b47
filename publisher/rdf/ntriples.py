"""N-Triples (W3C N-Triples 1.1), the fast way out: a description becomes lines with its names still open.

A description is written once and used in many records, so the names of the record's own resources stay open: `WORK`,
`INSTANCE` and `ITEM` stand for them and are filled in by `close`. A node without an IRI becomes a fragment of its owner
named after its class and a digest of its own content: no blank nodes, no running numbers, and two equal nodes are one.
A node that refers to the one it hangs on (`Parent`) is that one's alone, so it is named after it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from hashlib import blake2b
from typing import NamedTuple

from publisher.rdf.description import Arc, Arcs, Local, Node, Parent, Sequence, Text, Typed, Value
from publisher.rdf.iri import fit_iri
from publisher.rdf.langtag import canonical
from publisher.rdf.resource import Description, Made, Resource
from publisher.rdf.scripts import apart
from publisher.rdf.terms import PREFIXES, expand

WORK, INSTANCE, ITEM, RECORD, BASE, LIBRARY, MANIFEST = "\x01", "\x02", "\x03", "\x04", "\x05", "\x06", "\x08"
AUTHORITY = RECORD + "-authority"
"""What an authority record without an IRI of its own describes: closed with the record's name, if not before it."""
OPEN_NAMES = {
    "Work": WORK, "Instance": INSTANCE, "Item": ITEM, "Record": RECORD, "Library": LIBRARY, "Authority": AUTHORITY,
    "Manifest": MANIFEST,
    "Converter": f"{PREFIXES['rong']}Converter",
}  # fmt: skip
_OPEN = frozenset(OPEN_NAMES.values())

PARENT = "\x07"
"""The node that a node hangs on, until that one is named."""

_ITS_PARENT = f"<{PARENT}>"
_TYPE = f" <{PREFIXES['rdf']}type> "
_FIRST = f" <{PREFIXES['rdf']}first> "
_REST = f" <{PREFIXES['rdf']}rest> "
_NIL = f"<{PREFIXES['rdf']}nil>"
_ESCAPES = str.maketrans(
    {chr(code): f"\\u{code:04X}" for code in range(32)} | {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r"}
)
_SLUG = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_NEEDS_CARE = re.compile(r'["\\\x00-\x1f]')


class Named(NamedTuple):
    """The IRI (open names allowed) of the entity a node stands for, and all that is said of it."""

    iri: str
    arcs: tuple[Arc, ...]


Namer = Callable[[Node], Named | None]
"""Tells which entity a node stands for, or None where the node is the record's own."""


def escape(value: str) -> str:
    """Return `value` as it stands between quotation marks in N-Triples."""
    if value.isprintable() and '"' not in value and "\\" not in value:
        return value
    return value.translate(_ESCAPES) if _NEEDS_CARE.search(value) else value


def close(text: str, names: dict[str, str]) -> str:
    """Fill in the names that `NTriples` left open: `names` maps `WORK`, `INSTANCE` ... to IRIs."""
    # In bytes a name that is there is found twice as fast, and one that is not there costs nothing.
    data = text.encode("utf-8", "surrogatepass")
    for name, iri in names.items():
        data = data.replace(name.encode(), iri.encode())
    return data.decode("utf-8", "surrogatepass")


class NTriples:
    """Writes nodes as N-Triples; `namer` decides which nodes are entities with IRIs of their own.

    `known` are IRIs that are described elsewhere (code lists, loaded once into the store): nodes with such an IRI are
    referred to, and not described again. `joint` stands between an owner and its fragment: "-" where the owner will be
    a fragment itself. `heard` is a list to which `namer` appends what it named: what is remembered of it with a text
    is appended again where the text is used again.

    While `takes_out` is set, the statements about an entity and all below it go through `take_out`, which returns those
    that are to stand in the text; what it keeps of the others has its place in `heard` too.
    """

    def __init__(
        self,
        namer: Namer | None = None,
        known: frozenset[str] = frozenset(),
        *,
        joint: str = "#",
        heard: list[object] | None = None,
        take_out: Callable[[str], str] | None = None,
    ) -> None:
        self._joint = joint
        self.heard: list[object] = [] if heard is None else heard
        self.takes_out = False
        self._take_out = take_out
        self._namer = namer
        self._known = known
        self._predicates: dict[str, str] = {}
        self._types: dict[str, str] = {}
        self._slugs: dict[str, str] = {}

    def arcs(self, subject: str, owner: str, arcs: Arcs) -> str:
        """Return the statements of `arcs` about `subject` (an open name or an IRI, no brackets), and all below them."""
        below: list[str] = []
        about = f"<{subject}>"
        lines = [about + self._predicate(prop) + self._object(value, owner, below) + " .\n" for prop, value in arcs]
        lines.extend(below)
        return "".join(lines)

    def node(self, node: Node, owner: str, below: list[str]) -> str:
        """Return the name of `node` in angle brackets; its statements are appended to `below`."""
        iri: str | None = None
        arcs = node.arcs
        named = self._namer(node) if self._namer is not None else None
        if named is not None:
            iri, arcs = named
            owner = iri
        elif node.iri is not None:
            # What was to be an IRI and is none names nothing: the node is the record's own.
            iri = OPEN_NAMES[node.iri] if type(node.iri) is Local else fit_iri(node.iri) or None
            if iri in self._known:
                return f"<{iri}>"
        inner: list[str] = []
        lines = [self._type(node.cls)]
        lines += [self._predicate(prop) + self._object(value, owner, inner) + " .\n" for prop, value in arcs]
        name = f"<{iri}>" if iri is not None else self._fragment(node.cls, owner, lines)
        text = name + name.join(lines)
        if inner:
            children = "".join(inner)
            if PARENT in children:
                text = text.replace(f"<{PARENT}-", name[:-1] + "-")
                children = children.replace(f"<{PARENT}", name[:-1])
            text += children
        below.append(self._left(text) if named is not None else text)
        return name

    def entity(self, iri: str, owner: str, arcs: Arcs) -> str:
        """Return what is to stand in the text of the statements of `arcs` about an entity; see `arcs`."""
        return self._left(self.arcs(iri, owner, arcs))

    def _left(self, text: str) -> str:
        return self._take_out(text) if self.takes_out and self._take_out is not None else text

    def name(self, value: Local | Node, owner: str) -> str:
        """Return the IRI (open names and `PARENT` allowed) by which `value`, hanging on `owner`, is referred to."""
        return self._object(value, owner, [])[1:-1]

    def _object(self, value: Value, owner: str, below: list[str]) -> str:
        if isinstance(value, str):
            kind = type(value)
            if kind is str:
                return f'"{escape(value)}"'
            if kind is Local:
                return f"<{OPEN_NAMES[value]}>"
            iri = fit_iri(value)
            # What was to be an address and is none is still what the record says.
            return f"<{iri}>" if iri else f'"{escape(value)}"'
        if isinstance(value, Node):
            return self.node(value, owner, below)
        if isinstance(value, Text):
            return f'"{escape(value.value)}"@{canonical(value.lang)}'
        if isinstance(value, Typed):
            return f'"{escape(value.value)}"^^<{expand(value.datatype)}>'
        if isinstance(value, Parent):
            return _ITS_PARENT
        return self._sequence(value, owner, below)

    def _sequence(self, sequence: Sequence, owner: str, below: list[str]) -> str:
        rest = _NIL
        for member in reversed(sequence.members):
            lines = [_FIRST + self.node(member, owner, below) + " .\n", _REST + rest + " .\n"]
            rest = self._fragment(":List", owner, lines)
            below.append(rest + rest.join(lines))
        return rest

    def _fragment(self, cls: str, owner: str, lines: list[str]) -> str:
        slug = self._slugs.get(cls)
        if slug is None:
            slug = self._slugs[cls] = _SLUG.sub("-", cls.partition(":")[2]).lower()
        text = "".join(lines)
        digest = blake2b(text.encode(), digest_size=6).hexdigest()
        if _ITS_PARENT in text:
            return f"<{PARENT}-{digest}>"
        joint = self._joint if owner in _OPEN else "#"
        return f"<{owner}{joint}{slug}-{digest}>"

    def _predicate(self, prop: str) -> str:
        found = self._predicates.get(prop)
        if found is None:
            found = self._predicates[prop] = f" <{expand(prop)}> "
        return found

    def _type(self, cls: str) -> str:
        found = self._types.get(cls)
        if found is None:
            found = self._types[cls] = f"{_TYPE}<{expand(cls)}> .\n"
        return found

    def description(self, description: Description) -> str:
        """Return all statements of `description`, its own names still open."""
        if description.authority is not None:
            about: list[str] = []
            self.node(description.authority, AUTHORITY, about)
            return "".join(about)
        if description.instance_type == "Holdings":
            return "".join([self._remembered(made, INSTANCE) for _, made in description.items])
        text = []
        secondary, hub = description.instance_type == "SecondaryInstance", description.instance_type == "Hub"
        if not secondary:
            text.append(self._head(WORK, description.work))
            text += [self._remembered(made, WORK) for _, made in description.work.parts]
        if not hub:
            text.append(self._head(INSTANCE, description.instance))
            text.append(self.arcs(INSTANCE, INSTANCE, [("bf:instanceOf", description.instance_of)]))
            if not secondary:
                text.append(self.arcs(WORK, WORK, [("bf:hasInstance", Local("Instance"))]))
        owner = WORK if hub else INSTANCE
        text += [self._remembered(made, owner) for _, made in description.instance.parts]
        text += [self._remembered(made, owner) for _, made in description.items]
        if not secondary:
            text.append(self._remembered(description.supplement, WORK))
        text.append(self._head(RECORD, description.admin))
        for described in dict.fromkeys((owner, INSTANCE if secondary else WORK)):
            text.append(self.arcs(described, described, [("bf:adminMetadata", Local("Record"))]))
        text.append(self._remembered(description.account, RECORD))
        text += [self._remembered(made, RECORD) for _, made in description.admin.parts]
        text += [self._remembered(event, owner, RECORD) for event in description.history]
        return "".join(text)

    def _head(self, name: str, resource: Resource) -> str:
        return f"<{name}>{self._type(resource.cls)}"

    def _remembered(self, made: Made, subject: str, owner: str = "") -> str:
        if made.writer is not self:  # Another writer has other names for the same things.
            before = len(self.heard)
            made.ntriples = self.arcs(subject, owner or subject, apart(made.arcs))
            made.named = tuple(self.heard[before:])
            made.writer = self
        else:
            self.heard.extend(made.named)
        return made.ntriples
