"""Whom and what the records of a batch name: what a worker tells the roster.

What is said of agents, concepts and places is taken out of the statements of a record: it goes out once for each of
them, and not with every record that names them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache
from hashlib import blake2b
from typing import NamedTuple

from publisher.identity.entities import Entity, heading_in, naming_of, said_of
from publisher.identity.heading import Heading, heading_of
from publisher.identity.roster import Face, Said, pack
from publisher.identity.ties import DIRECTED
from publisher.rdf.description import Node
from publisher.rdf.ntriples import BASE, PARENT, Named

_OURS = f"<{BASE}/"
_SUBJECT = re.compile(f"<{BASE}/((?:agent|concept|place|work)/[^>#]+)[>#]")
_AGENT = re.compile(f"<{BASE}/(agent/[^>#]+)>")
_OF_THE_RECORD = re.compile(r"<[\x01-\x04\x06-\x08\x0e-\x1f]")
"""A name that is the record's own: what a heading says of its relation to this one work."""
_OPEN_PARENT = f"<{PARENT}"
_REMEMBERED = 5_000
"""Faces of which the words are kept: those that most records name."""
_LABEL = re.compile(r'> <http://www\.w3\.org/2000/01/rdf-schema#label> "((?:[^"\\]|\\.)*)"')


class Words(NamedTuple):
    """What one record says of a face: a digest of the words, the label in them, and the words."""

    path: str
    digest: int
    label: str
    text: str


class Spoken(NamedTuple):
    """Statements about a face, as they were heard: lines, the last without its end."""

    path: str
    text: str


UNSORTED = Spoken("", "")
"""That statements stand in a text of which it was not yet to be told whether they are the record's own."""


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

    def take_out(self, text: str) -> str:
        """Hear what the statements `text` say of entities; return the others."""
        heard, left = _taken_out(text)
        self.heard.extend(heard)
        return left

    def hear(self, text: str, heard: Iterable[object]) -> str:
        """Enter what was `heard` while the statements `text` of a record were written; return those that are its own.

        They are looked through again only where `UNSORTED` was heard.
        """
        about: dict[str, list[str]] = {}
        said = [each for each in heard if isinstance(each, Spoken)]
        for each in said:
            if each.path:
                about.setdefault(each.path, []).append(each.text)
        if UNSORTED in said:
            text = _sorted(text, about)
        self._words.extend([_words(path, tuple(lines)) for path, lines in about.items()])
        self._mentions.update(dict.fromkeys(sorted(set(_AGENT.findall(text)))))
        return text

    def taken(self) -> Present:
        """Return what was named since the last time: by one record, if it is asked for after each."""
        faces = tuple(dict.fromkeys(self._named()))
        found = Present(faces, tuple(self._words), tuple(self._mentions), tuple(self._related))
        self._begin()
        return found

    def _named(self) -> Iterator[Face]:
        return (face for face in self.heard if isinstance(face, Face))


def spoken(heard: Iterable[object]) -> list[str]:
    """Return all that was said of entities, of what was `heard`: lines, the last without its end."""
    return [each.text for each in heard if isinstance(each, Spoken) and each.path]


def _sorted(text: str, about: dict[str, list[str]]) -> str:
    """Return the statements `text` without those about entities, which go to `about` under the paths of these."""
    own: list[str] = []
    for line in text.split("\n"):
        # Most lines are about the record's own: the first characters tell, and cost a tenth of the pattern.
        found = _SUBJECT.match(line) if line.startswith(_OURS) else None
        if found and not _OF_THE_RECORD.search(line):
            about.setdefault(found[1], []).append(line)
        else:
            own.append(line)
    return "\n".join(own)


@lru_cache(_REMEMBERED)
def _taken_out(text: str) -> tuple[tuple[Spoken, ...], str]:
    """Return what the statements `text` say of entities, and the others; many records say the same of one."""
    about: dict[str, list[str]] = {}
    left = _sorted(text, about)
    heard = [Spoken(path, "\n".join(lines)) for path, lines in about.items()]
    if _OPEN_PARENT in left:
        heard.append(UNSORTED)
    return tuple(heard), left


@lru_cache(_REMEMBERED)
def _words(path: str, texts: tuple[str, ...]) -> Words:
    """Return what a record says of a face in `texts`; most records say what others said."""
    text = "\n".join(sorted({line for each in texts for line in each.split("\n")}))
    digest = int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big", signed=True)
    label = _LABEL.search(text)
    return Words(path, digest, label[1] if label else "", text)


def _of_variant(node: Node) -> Heading | None:
    label = next((str(getattr(value, "value", value)) for value in node.values("rdfs:label")), "")
    return heading_of(node, label) if label else None
