"""Whom and what the records of a batch name: what a worker tells the roster.

What is said of agents, concepts and places is taken out of the statements of a record: it goes out once for each of
them, and not with every record that names them.
"""

from __future__ import annotations

import re
from collections import Counter
from hashlib import blake2b
from typing import NamedTuple

from publisher.identity.entities import Entity, Naming, naming_of, said_of
from publisher.identity.heading import Heading, heading_of
from publisher.identity.roster import Face, Said, pack
from publisher.identity.ties import DIRECTED
from publisher.rdf.description import Node
from publisher.rdf.ntriples import BASE, Named

_SUBJECT = re.compile(f"<{BASE}/((?:agent|concept|place|work)/[^>#]+)[>#]")
_AGENT = re.compile(f"<{BASE}/(agent/[^>#]+)>")
_OF_THE_RECORD = re.compile(r"<[\x01-\x04\x06-\x08\x0e-\x1f]")
"""A name that is the record's own: what a heading says of its relation to this one work."""
_LABEL = re.compile(r'> <http://www\.w3\.org/2000/01/rdf-schema#label> "((?:[^"\\]|\\.)*)"')
_REMEMBERED = 200_000
"""Faces and words that a worker knows it has handed over; then it forgets them, and hands some over again."""


class Attended(NamedTuple):
    """What a batch names: new faces, what is said of them, (record, agent), and (face, property, face)."""

    faces: list[Face]
    said: list[Said]
    mentions: list[tuple[int, str]]
    related: list[tuple[str, str, str]]


class Attendance:
    """Keeps the list while a worker goes through its batches."""

    def __init__(self) -> None:
        self._handed: set[str] = set()
        self._spoken: set[int] = set()
        self._begin()

    def _begin(self) -> None:
        self._faces: list[Face] = []
        self._times: Counter[tuple[str, int]] = Counter()
        self._words: dict[tuple[str, int], tuple[str, bytes]] = {}
        self._mentions: list[tuple[int, str]] = []
        self._related: list[tuple[str, str, str]] = []

    def named(self, node: Node) -> Named | None:
        """Return the entity that `node` stands for, under its face; None where the node is the record's own."""
        naming = naming_of(node)
        if naming is None:
            return None
        if naming.face not in self._handed:
            self._hand_over(node, naming)
        return Named(f"{BASE}/{naming.face}", said_of(node, naming.kind, naming.label))

    def _hand_over(self, node: Node, naming: Naming) -> None:
        heading = heading_of(node, naming.label)
        if heading is not None:
            self._handed.add(naming.face)
            self._faces.append(Face(naming.face, naming.path, naming.label, heading))

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
        self._faces.append(Face(entity.face, entity.path, entity.label, heading, name, kept))
        for prop, value in node.arcs:
            if prop in DIRECTED and isinstance(value, Node) and (other := naming_of(value)) is not None:
                self._related.append((entity.face, prop, other.face))

    def without_entities(self, text: str, number: int) -> str:
        """Return the statements `text` of the record `number` of the batch without those about entities."""
        own: list[str] = []
        about: dict[str, list[str]] = {}
        for line in text.split("\n"):
            found = _SUBJECT.match(line)
            if found and not _OF_THE_RECORD.search(line):
                about.setdefault(found[1], []).append(line)
            else:
                own.append(line)
        for path, lines in about.items():
            self._speak(path, "\n".join(sorted(set(lines))))
        left = "\n".join(own)
        self._mentions += [(number, path) for path in set(_AGENT.findall(left))]
        return left

    def _speak(self, path: str, text: str) -> None:
        digest = int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big", signed=True)
        self._times[path, digest] += 1
        if digest not in self._spoken:
            self._spoken.add(digest)
            label = _LABEL.search(text)
            self._words[path, digest] = label[1] if label else "", pack(text)

    def taken(self) -> Attended:
        """Return what was named since the last time."""
        said = [
            Said(
                path,
                digest,
                *((word[0], times, word[1]) if (word := self._words.get((path, digest))) else ("", times, b"")),
            )
            for (path, digest), times in self._times.items()
        ]
        found = Attended(self._faces, said, self._mentions, self._related)
        if len(self._handed) > _REMEMBERED or len(self._spoken) > _REMEMBERED:
            self._handed.clear()
            self._spoken.clear()
        self._begin()
        return found


def _of_variant(node: Node) -> Heading | None:
    label = next((str(getattr(value, "value", value)) for value in node.values("rdfs:label")), "")
    return heading_of(node, label) if label else None
