"""How a line of a page is read off a resource: small readers that compose, each a plain function.

A line is a key of the translations (`field.{key}`) and a reader; the lines of each kind of page are in `views.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from publisher.site.numbers import Locally
from publisher.site.thing import Thing
from publisher.site.translations import phrases_in


class Shown(NamedTuple):
    """One value on a page: its text, where it leads ("" for nowhere), and what is said beside it in small letters."""

    text: str
    href: str = ""
    note: str = ""


class Line(NamedTuple):
    """One line of a page: what it is called in the translations, and its values."""

    key: str
    values: tuple[Shown, ...]


Read = Callable[[Thing], Iterable[Shown]]
LineOf = tuple[str, Read]


def lines(thing: Thing, wanted: Sequence[LineOf]) -> list[Line]:
    """Return the lines that have a value, in order; no value is shown twice in a line."""
    made = ((key, tuple(dict.fromkeys(shown for shown in read(thing) if shown.text))) for key, read in wanted)
    return [Line(key, values) for key, values in made if values]


def literals(*paths: str) -> Read:
    """Read the literals at the end of the paths."""
    return lambda thing: (Shown(text) for path in paths for text in thing.texts(path))


def days(*paths: str) -> Read:
    """Read the days, at the end of the paths, that literals of any precision begin with, as the reader writes them."""
    return lambda thing: (
        Shown(Locally(thing.language).day(text.partition("T")[0])) for path in paths for text in thing.texts(path)
    )


def terms(path: str) -> Read:
    """Read the labels of the terms of code lists at the end of `path`."""
    return lambda thing: (Shown(_in_words(term.label, thing)) for term in thing.things(path) if term.exists)


def entities(path: str, *kinds: str) -> Read:
    """Read the entities at the end of `path`, each with a link to its page; with `kinds`, only those."""
    return lambda thing: (
        Shown(found.label, found.iri) if found.kind else Shown(found.label)
        for found in thing.things(path)
        if found.exists and (not kinds or found.kind in kinds)
    )


def addresses(path: str) -> Read:
    """Read web addresses elsewhere."""
    return lambda thing: (Shown(_readable(address), address) for address in thing.links(path))


def qualified(path: str, text: str, *notes: str) -> Read:
    """Read `text` of each part at the end of `path`, with its `notes` beside it: an ISBN and which volume has it."""

    def read(thing: Thing) -> Iterable[Shown]:
        for part in thing.things(path):
            note = "; ".join(_in_words(value, thing) for each in notes for value in part.texts(each))
            for value in part.texts(text):
                yield Shown(value, "", note)

    return read


def of_class(path: str, *classes: str, text: str = "rdf:value", note: str = "bf:qualifier") -> Read:
    """Read `text` of the parts at the end of `path` that belong to one of `classes`."""

    def read(thing: Thing) -> Iterable[Shown]:
        for part in thing.things(path):
            if part.classes & set(classes):
                for value in part.texts(text):
                    yield Shown(value, "", "; ".join(part.texts(note)))

    return read


def titles(*classes: str) -> Read:
    """Read the titles of these classes, with their parts and subtitles."""

    def read(thing: Thing) -> Iterable[Shown]:
        for part in thing.things("bf:title"):
            if part.classes & set(classes):
                yield Shown(title_text(part))

    return read


def title_text(title: Thing) -> str:
    """Return a title as it is read: main title, part, subtitle."""
    main = title.text("bf:mainTitle") or title.text("rdfs:label")
    parts = [title.text("bf:partNumber"), title.text("bf:partName")]
    label = ". ".join([main, *(part for part in parts if part)])
    subtitle = title.text("bf:subtitle")
    return f"{label} : {subtitle}" if subtitle else label


def classification(thing: Thing) -> Iterable[Shown]:
    """Read the class numbers, each with its scheme beside it ("DDC 23")."""
    for part in thing.things("bf:classification"):
        schemes = [name.removeprefix("Classification").upper() for name in part.classes if name != "Classification"]
        edition = " ".join(text for text in part.texts("bf:edition") if text.isdecimal())
        source = " ".join(each.text("bf:code") or each.label for each in part.things("bf:source") if each.exists)
        note = " ".join(filter(None, [*schemes, source if not schemes else "", edition]))
        for number in part.texts("bf:classificationPortion"):
            yield Shown(" ".join([number, *part.texts("bf:itemPortion")]), "", note)


def notes(thing: Thing) -> Iterable[Shown]:
    """Read the notes, without those that cataloguers write for themselves."""
    for part in thing.things("bf:note"):
        if "internal" not in part.classes:
            yield from (Shown(text) for text in part.texts("rdfs:label"))


def series(thing: Thing) -> Iterable[Shown]:
    """Read the series that a work or an instance belongs to, with the number in it."""
    for relation in thing.things("bf:relation"):
        for resource in relation.things("bf:associatedResource"):
            if "Series" in resource.classes:
                names = [title_text(title) for title in resource.things("bf:title")] or [resource.text("rdfs:label")]
                yield Shown(names[0], "", "; ".join(relation.texts("bf:seriesEnumeration")))


def both(*reads: Read) -> Read:
    """Read with one reader after the other."""
    return lambda thing: (shown for read in reads for shown in read(thing))


def via(path: str, read: Read) -> Read:
    """Read with `read` from what stands at the end of `path`."""
    return lambda thing: (shown for found in thing.things(path) for shown in read(found))


def _in_words(text: str, thing: Thing) -> str:
    """Return what the code of a source or scheme that no code list names means; any other text as it is."""
    return phrases_in(thing.language).get(f"source.{text}", text)


def _readable(address: str) -> str:
    return address.partition("://")[2].rstrip("/")
