"""The entities that the nodes of a record stand for, by the name that the station gives them."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import blake2b

from publisher.identity.attendance import Attendance
from publisher.identity.labels import copy_labels
from publisher.rdf.description import Local, Node, sketch
from publisher.rdf.ntriples import BASE, ITEM, Named


class Names:
    """Names libraries by their code, copies, agents, concepts and places.

    `libraries` has the codes of those that are configured, by the code in small letters; `attendance` keeps whom and
    what records name. While an authority record is written, `described` is what it describes, under its name; while
    holdings are, `holdings` is their key.
    """

    def __init__(self, libraries: Mapping[str, str], attendance: Attendance) -> None:
        self._libraries = libraries
        self._attendance = attendance
        self.described: tuple[Node, Named] | None = None
        self.holdings = ""

    def of(self, node: Node) -> Named | None:
        """Return the entity that `node` stands for; None where the node is the record's own."""
        if node.cls == "bf:Item" and node.iri is None:
            return self._item(node)
        if self.described is not None and node is self.described[0]:
            return self.described[1]
        if node.cls == "bf:Agent" and (library := self._library(node)):
            return Named(f"{BASE}/library/{library}", ())
        return self._attendance.named(node)

    def _library(self, node: Node) -> str:
        """Return the code of the configured library that `node` names by it, "" when it names none."""
        codes = (self._libraries.get(str(code).casefold()) for code in node.values("bf:code"))
        return next((code for code in codes if code), "")

    def _item(self, node: Node) -> Named:
        """Name a copy by what the record says of it. A branch that the configuration does not name is the library's."""
        number = blake2b((self.holdings + sketch(node.arcs)).encode(), digest_size=4).hexdigest()
        arcs = [arc for arc in node.arcs if arc[0] != "bf:itemOf"]
        holders = [value for prop, value in arcs if prop == "bf:heldBy" and isinstance(value, Node)]
        if not any(self._library(holder) for holder in holders):
            arcs.append(("bf:heldBy", Local("Library")))
        return Named(f"{ITEM}-{number}", (*arcs, *copy_labels(node), ("bf:itemOf", Local("Instance"))))
