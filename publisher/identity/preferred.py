"""One preferred title of what several records describe: the leading record's; other spellings are variant titles.

A worker takes a record's own titles (`bf:Title`) out of what it says and writes each both ways, as the title and as a
variant; `settle` decides, when all records are known, which of them go out and how.

Spellings that differ in nothing but capitals, punctuation or the place of a tone (hoà, hòa) are one.
"""

from __future__ import annotations

import sqlite3
from array import array
from collections.abc import Iterable
from hashlib import blake2b
from itertools import groupby
from typing import NamedTuple

from publisher.identity.labels import title_of
from publisher.rdf.description import Arc, Node
from publisher.rdf.ntriples import NTriples
from publisher.rdf.resource import Made, Resource
from publisher.rdf.scripts import apart
from publisher.rdf.vietnamese import spelled

TITLE, VARIANT = "bf:Title", "bf:VariantTitle"


class Spelling(NamedTuple):
    """A title of a record: what stands for its spelling, and its statements as the title and as a variant title."""

    key: int
    title: str
    variant: str


def without_titles(resource: Resource) -> tuple[Resource, list[Node]]:
    """Return `resource` without its own titles, and these, each in one script; the same resource if it has none."""
    titles: list[Arc] = []
    parts: list[tuple[int, Made]] = []
    for position, made in resource.parts:
        own = [arc for arc in made.arcs if _is_title(arc)]
        if not own:
            parts.append((position, made))
            continue
        titles += own
        left = tuple(arc for arc in made.arcs if not _is_title(arc))
        if left:
            parts.append((position, Made(left)))
    if not titles:
        return resource, []
    nodes = [value for _, value in apart(tuple(titles)) if isinstance(value, Node)]
    return Resource(resource.cls, resource.name, parts), nodes


def spellings(writer: NTriples, about: str, titles: Iterable[Node]) -> tuple[Spelling, ...]:
    """Return each of `titles` (of the open name `about`) written both ways."""
    found = []
    for title in titles:
        words = title_of(title)
        key = int.from_bytes(blake2b(spelled(words).encode(), digest_size=8).digest(), "big", signed=True)
        variant: list[Arc] = [("bf:title", Node(VARIANT, *title.arcs, iri=title.iri))]
        if words:
            variant.append(("schema:alternateName", words))
        as_title, as_variant = (writer.arcs(about, about, arcs) for arcs in ([("bf:title", title)], variant))
        found.append(Spelling(key, as_title, as_variant))
    return tuple(found)


def keys(titles: Iterable[Spelling]) -> bytes:
    """Return what stands for the spellings of `titles`, packed for the workbook."""
    return array("q", (title.key for title in titles)).tobytes()


def said(titles: tuple[Spelling, ...], choice: bytes | None) -> str:
    """Return the statements of those `titles` that go out by the `choice` that `settle` made."""
    if choice is None:
        return "".join(title.title for title in titles)
    return "".join(title.variant for title, chosen in zip(titles, choice, strict=True) if chosen)


def settle(database: sqlite3.Connection, kind: str) -> None:
    """Decide on the titles of the records in the workbook `database`; `kind` is "instance" or "work".

    Makes the table `{kind}_titles` of (incoming, choice) for the records that describe one together: NULL for the
    record whose titles are the preferred ones, the leading one unless it has none; else a byte for each of its titles,
    1 where nobody before said it. A record that is not in the table speaks for itself alone.
    """
    database.execute(f"CREATE TABLE {kind}_titles (incoming INTEGER PRIMARY KEY, choice BLOB)")
    _settle(database, kind, f"SELECT {kind} AS cluster FROM place GROUP BY 1 HAVING count(*) > 1")  # noqa: S608


def settle_again(database: sqlite3.Connection, kind: str, table: str) -> None:
    """Decide on the titles of the records of the clusters that are in `table` (cluster)."""
    database.execute(
        f"DELETE FROM {kind}_titles WHERE incoming IN (SELECT record.incoming FROM {table} "  # noqa: S608
        f"CROSS JOIN place ON place.{kind} = {table}.cluster CROSS JOIN record ON record.id = place.id)"
    )
    several = f"SELECT cluster FROM {table} CROSS JOIN place ON {kind} = cluster GROUP BY 1 HAVING count(*) > 1"  # noqa: S608
    _settle(database, kind, several)


def _settle(database: sqlite3.Connection, kind: str, clusters: str) -> None:
    together = database.cursor().execute(
        f"SELECT place.{kind}, record.incoming, incoming.{kind}_titles FROM ({clusters}) AS several "  # noqa: S608
        f"CROSS JOIN place ON place.{kind} = several.cluster CROSS JOIN record ON record.id = place.id "
        "CROSS JOIN incoming ON incoming.number = record.incoming "
        f"ORDER BY place.{kind}, record.size DESC, record.id"
    )
    choices = (
        choice
        for _, group in groupby(together, key=lambda row: row[0])
        for choice in _choices((incoming, array("q", packed)) for _, incoming, packed in group)
    )
    database.executemany(f"INSERT INTO {kind}_titles VALUES (?, ?)", choices)  # noqa: S608


def _choices(records: Iterable[tuple[int, array[int]]]) -> Iterable[tuple[int, bytes | None]]:
    """Yield the choice of each of `records`, of which the first leads."""
    heard: set[int] = set()
    for incoming, titles in records:
        if not heard and titles:
            yield incoming, None
        else:
            yield incoming, bytes(key not in heard and key not in titles[:n] for n, key in enumerate(titles))
        heard.update(titles)


def _is_title(arc: Arc) -> bool:
    return arc[0] == "bf:title" and isinstance(arc[1], Node) and arc[1].cls == TITLE
