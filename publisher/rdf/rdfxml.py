"""RDF/XML in the shape and order of the Library of Congress' conversion: striped, nested, properties as they come.

Source: the output of marc2bibframe2, specification 2.10. What the reference leaves blank stays blank here, and what it
numbers (`#Agent100-14`, the class, the tag and the position of the field) is numbered, so that assertions about its
output can be asked of ours. Every other writer uses IRIs derived from content instead.
"""

from __future__ import annotations

import re
from xml.sax.saxutils import escape, quoteattr

from publisher.rdf.description import Arc, Arcs, Iri, Local, Node, Parent, Sequence, Text, Typed, Value
from publisher.rdf.iri import fit_iri
from publisher.rdf.resource import Description, Made, Resource
from publisher.rdf.terms import PREFIXES, expand, term

REFERENCE = "https://github.com/lcnetdev/marc2bibframe2/releases/tag/v2.10.0"
"""What a description in the reference's shape says that it was made by."""

SHOWN = ("rdf", "rdfs", "bf", "bflc", "madsrdf")
OF_PROFILES = {
    "bf:AdminMetadata": frozenset({"bf:assigner", "bf:creationDate"}),
    "bf:Instance": frozenset({"bf:media", "bf:carrier", "bf:issuance", "bf:adminMetadata"}),
}
"""What profiles ask of descriptions, and of the electronic instances that 856 makes, and the reference does not say."""
HEADER = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<rdf:RDF' + "".join(f' xmlns:{p}="{PREFIXES[p]}"' for p in SHOWN) + ">\n"
)
FOOTER = "</rdf:RDF>\n"

_PLAYING_TIME = re.compile("PT([0-9]{2})H([0-9]{2})M([0-9]{2})S")
"""A duration of 306, which specification 2.10 leaves in its six digits; valid ones are in every other syntax."""

_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


def _text(value: str) -> str:
    return escape(_NOT_XML.sub("", value))


def _as_an_instance(supplement: Node) -> Node:
    """Return a sample of a text (856) as the reference has it: an electronic instance of the work."""
    arcs: list[Arc] = [("rdf:type", term("bf:Electronic"))]
    for prop, value in supplement.arcs:
        arcs.append(("bf:title", Node("bf:Title", ("bf:mainTitle", value))) if prop == "rdfs:label" else (prop, value))
    return Node("bf:Instance", *arcs, ("bf:instanceOf", Local("Work")), mint=supplement.mint)


class RdfXml:
    """Writes one description; `record` is the IRI before `#Work` and `#Instance`."""

    def __init__(self, record: str) -> None:
        self._record = record
        self._lines: list[str] = []
        self._above: list[str] = []

    def description(self, description: Description) -> str:
        """Return the elements of the record's work and instance, as they follow each other in `rdf:RDF`."""
        self._lines = []
        work, instance = description.work, description.instance
        if description.authority is not None:
            self._node(description.authority, 0, "  ")
            return "\n".join(self._lines) + "\n"
        if description.instance_type == "Holdings":
            self._open(instance)
            self._parts(description.items)
            self._lines.append(f"  </{instance.cls}>")
            return "\n".join(self._lines) + "\n"
        if description.instance_type != "SecondaryInstance":
            self._open(work)
            for event in description.history:
                self._arcs(event.arcs, 0, "    ")
            self._admin(description.admin)
            self._parts(work.parts)
            if description.instance_type == "Hub":
                self._parts(instance.parts)
            else:
                self._arc("bf:hasInstance", Local("Instance"), 0, "    ")
            self._lines.append(f"  </{work.cls}>")
        if description.instance_type != "Hub":
            self._open(instance)
            self._parts(instance.parts)
            self._arc("bf:instanceOf", description.instance_of, 0, "    ")
            self._parts(description.items)
            self._lines.append(f"  </{instance.cls}>")
        return "\n".join(self._lines) + "\n"

    def _open(self, resource: Resource) -> None:
        self._lines.append(f"  <{resource.cls} rdf:about={quoteattr(f'{self._record}#{resource.name}')}>")

    def _parts(self, parts: list[tuple[int, Made]], indent: str = "    ") -> None:
        for position, made in parts:
            self._arcs(made.arcs, position, indent)

    def _admin(self, admin: Resource) -> None:
        """AdminMetadata hangs on the work, nested and without a name of its own."""
        self._lines += ["    <bf:adminMetadata>", "      <bf:AdminMetadata>"]
        self._parts(admin.parts, "        ")
        self._lines += ["      </bf:AdminMetadata>", "    </bf:adminMetadata>"]

    def _arcs(self, arcs: Arcs, position: int, indent: str) -> None:
        for prop, value in arcs:
            self._arc(prop, value, position, indent)

    def _arc(self, prop: str, value: Value, position: int, indent: str) -> None:
        write = self._lines.append
        match value:
            case Iri() | Local():
                iri = self._iri(value)
                # What was to be an address and is none stays as text, in every syntax.
                said = f" rdf:resource={quoteattr(iri)}/>" if iri else f">{_text(value)}</{prop}>"
                write(f"{indent}<{prop}{said}")
            case str():
                write(f"{indent}<{prop}>{_text(value)}</{prop}>")
            case Text():
                write(f"{indent}<{prop} xml:lang={quoteattr(value.lang)}>{_text(value.value)}</{prop}>")
            case Typed():
                datatype = quoteattr(expand(value.datatype))
                said = _PLAYING_TIME.sub(r"\1\2\3", value.value) if value.datatype == "xsd:duration" else value.value
                write(f"{indent}<{prop} rdf:datatype={datatype}>{_text(said)}</{prop}>")
            case Parent():
                write(f"{indent}<{prop} rdf:resource={quoteattr(self._above[-2])}/>")
            case Node():
                if value.mint and value.cls == "bf:SupplementaryContent":
                    prop, value = "bf:hasInstance", _as_an_instance(value)
                write(f"{indent}<{prop}>")
                self._node(value, position, indent + "  ")
                write(f"{indent}</{prop}>")
            case Sequence():
                write(f'{indent}<{prop} rdf:parseType="Collection">')
                for member in value.members:
                    self._node(member, position, indent + "  ")
                write(f"{indent}</{prop}>")

    def _node(self, node: Node, position: int, indent: str) -> None:
        about = self._about(node, position)
        attribute = f" rdf:about={quoteattr(about)}" if about else ""
        if not node.arcs:
            self._lines.append(f"{indent}<{node.cls}{attribute}/>")
            return
        self._lines.append(f"{indent}<{node.cls}{attribute}>")
        self._above.append(about)
        arcs = node.arcs
        if node.cls == "bf:AdminMetadata" or (node.cls == "bf:Instance" and node.mint):
            arcs = tuple(arc for arc in arcs if arc[0] not in OF_PROFILES[node.cls])
        self._arcs(arcs, position, indent + "  ")
        self._above.pop()
        self._lines.append(f"{indent}</{node.cls}>")

    def _about(self, node: Node, position: int) -> str:
        if node.iri is not None:
            return self._iri(node.iri)
        return f"{self._record}#{node.mint % position}" if node.mint else ""

    def _iri(self, iri: str) -> str:
        if iri == "Converter" and type(iri) is Local:
            return REFERENCE
        return f"{self._record}#{iri}" if type(iri) is Local else _NOT_XML.sub("", fit_iri(iri))
