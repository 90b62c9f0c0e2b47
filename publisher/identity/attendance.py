"""Whom and what the records of a batch name: what a worker tells the roster.

What is said of agents, concepts and places is taken out of the statements of a record: it goes out once for each of
them, and not with every record that names them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from hashlib import blake2b
from typing import NamedTuple

from publisher.identity.entities import Entity, heading_in, naming_of, said_of
from publisher.identity.heading import Heading, heading_of
from publisher.identity.roster import Face, Said, pack
from publisher.identity.ties import DIRECTED
from publisher.rdf.description import Node
from publisher.rdf.ntriples import BASE, Named

_OURS = f"<{BASE}/"
_SUBJECT = re.compile(f"<{BASE}/((?:agent|concept|place|work)/[^>#]+)[>#]")
_AGENT = re.compile(f"<{BASE}/(agent/[^>#]+)>")
_OF_THE_RECORD = re.compile(r"<[\x01-\x04\x06-\x08\x0e-\x1f]")
"""A name that is the record's own: what a heading says of its relation to this one work."""
_LABEL = re.compile(r'> <http://www\.w3\.org/2000/01/rdf-schema#label> "((?:[^"\\]|\\.)*)"')


class Words(NamedTuple):
    """What one record says of a face: a digest of the words, the label in them, and the words."""

    path: str
    digest: int
    label: str
    text: str


class Present(NamedTuple):
    """What one record names: the faces, what is said of them, the agents among them, and (face, property, face)."""

    faces: tuple[Face, ...]
    words: tuple[Words, ...]
    mentions: tuple[str, ...]
    related: tuple[tuple[str, str, str], ...]


NOBODY = Present((), (), (), ())


class Attended(NamedTuple):
    """What a batch names: faces, what is said of them, (record, agent), and (face, property, face)."""

    faces: list[Face]
    said: list[Said]
    mentions: list[tuple[int, str]]
    related: list[tuple[str, str, str]]


def together(records: list[Present]) -> Attended:
    """Return what the records of a batch name, each thing once; mentions have the record's place in the batch."""
    times: Counter[tuple[str, int]] = Counter()
    words: dict[tuple[str, int], Words] = {}
    for each in (each for record in records for each in record.words):
        times[each.path, each.digest] += 1
        words.setdefault((each.path, each.digest), each)
    return Attended(
        list(dict.fromkeys(face for record in records for face in record.faces)),
        [Said(*key, each.label, times[key], pack(each.text)) for key, each in words.items()],
        [(number, path) for number, record in enumerate(records) for path in record.mentions],
        list(dict.fromkeys(each for record in records for each in record.related)),
    )


class Attendance:
    """Keeps the list while a worker goes through its records."""

    def __init__(self) -> None:
        self.heard: list[object] = []
        """The faces that were named since the last time; what writes statements appends them again with what it
        remembers."""
        self._begin()

    def _begin(self) -> None:
        self.heard.clear()
        self._words: list[Words] = []
        self._mentions: dict[str, None] = {}
        self._related: list[tuple[str, str, str]] = []

    def named(self, node: Node) -> Named | None:
        """Return the entity that `node` stands for, under its face; None where the node is the record's own."""
        naming = naming_of(node)
        if naming is None:
            return None
        # Not remembered by the face: headings that share one tell more or less, and no record may tell for another.
        if (heading := heading_in(node, naming)) is not None:
            self.heard.append(Face(naming.face, naming.path, naming.label, heading))
        return Named(f"{BASE}/{naming.face}", said_of(node, naming))

    def authority(
        self, node: Node, entity: Entity, name: str, variants: list[Node], numbers: set[str], *, shared: bool
    ) -> None:
        """Enter what an authority record describes: its `name`, its other names, its own `numbers`.

        `shared` says that several persons share the heading: then it is known by number only.
        """
        heading = heading_of(node, entity.label)
        if heading is None:
            return
        numbers.update(heading.numbers)
        heading = heading._replace(numbers=tuple(sorted(numbers)), beside="*" if shared else heading.beside)
        others = [other for other in map(_of_variant, variants) if other is not None and other.name != heading.name]
        kept = () if shared else tuple(other._replace(born=heading.born, died=heading.died) for other in others)
        self.heard.append(Face(entity.face, entity.path, entity.label, heading, name, kept))
        for prop, value in node.arcs:
            if prop in DIRECTED and isinstance(value, Node) and (other := naming_of(value)) is not None:
                self._related.append((entity.face, prop, other.face))

    def without_entities(self, text: str) -> str:
        """Return the statements `text` of a record without those about entities."""
        own: list[str] = []
        about: dict[str, list[str]] = {}
        for line in text.split("\n"):
            # Most lines are about the record's own: the first characters tell, and cost a tenth of the pattern.
            found = _SUBJECT.match(line) if line.startswith(_OURS) else None
            if found and not _OF_THE_RECORD.search(line):
                about.setdefault(found[1], []).append(line)
            else:
                own.append(line)
        for path, lines in about.items():
            self._speak(path, "\n".join(sorted(set(lines))))
        left = "\n".join(own)
        self._mentions.update(dict.fromkeys(sorted(set(_AGENT.findall(left)))))
        return left

    def _speak(self, path: str, text: str) -> None:
        digest = int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big", signed=True)
        label = _LABEL.search(text)
        self._words.append(Words(path, digest, label[1] if label else "", text))

    def taken(self) -> Present:
        """Return what was named since the last time: by one record, if it is asked for after each."""
        faces = tuple(dict.fromkeys(self._named()))
        found = Present(faces, tuple(self._words), tuple(self._mentions), tuple(self._related))
        self._begin()
        return found

    def _named(self) -> Iterator[Face]:
        return (face for face in self.heard if isinstance(face, Face))


def _of_variant(node: Node) -> Heading | None:
    label = next((str(getattr(value, "value", value)) for value in node.values("rdfs:label")), "")
    return heading_of(node, label) if label else None
