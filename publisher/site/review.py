"""The review page: doubtful pairs side by side, for librarians who decide whether two records are of one edition.

It is a file and no address of the site: what is doubtful is the house's own work. It says only what the release
publishes of the two editions; what was withheld or redacted is not in the release and so not here. It needs no script
and no network, and decides nothing: the lines to copy go into the decisions file, which is under version control.
"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from jinja2 import Environment, FileSystemLoader

from publisher import resources
from publisher.errors import ReleaseError
from publisher.identity.explanation import Doubt, Explanations
from publisher.rdf.vietnamese import spelled
from publisher.release.layered import opened
from publisher.release.release import active
from publisher.site import views
from publisher.site.fields import lines
from publisher.site.numbers import Locally
from publisher.site.reader import Reader
from publisher.site.thing import Thing
from publisher.site.translations import phrases_in


class Piece(NamedTuple):
    """Some words of a value, and whether the other side has them not."""

    text: str
    differs: bool


class Row(NamedTuple):
    """One field of both editions: its name in the translations, the values of each, how they compare."""

    key: str
    a: tuple[tuple[Piece, ...], ...]
    b: tuple[tuple[Piece, ...], ...]
    verdict: str
    """"same", "differs" or "one" (only one side says it)."""


class Pair(NamedTuple):
    """One doubtful pair as the page shows it."""

    number: int
    doubt: Doubt
    a: Thing
    b: Thing
    rows: tuple[Row, ...]


class Written(NamedTuple):
    """What was written."""

    path: Path
    pairs: int
    left: int

    def __str__(self) -> str:
        more = f", {self.left} more left out (give a higher --limit)" if self.left else ""
        return f"{self.pairs} doubtful pairs are in {self.path}{more}."


def write_page(data: Path, path: Path, language: str, limit: int) -> Written:
    """Write the `limit` nearest doubtful pairs of the active release in `data` to the file `path`, as one HTML page.

    Raises ReleaseError when there is no release or the file cannot be written.
    """
    release = active(data)
    reader = Reader(release)
    explanations = Explanations(opened(release.account_path), reader.iris)
    every = explanations.doubts()
    pairs = list(_pairs(reader, explanations, islice(every, limit), language))
    left = sum(1 for _ in every)
    environment = Environment(
        loader=FileSystemLoader(resources.folder("site") / "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    page = environment.get_template("review.html").render(
        pairs=pairs, left=left, _=phrases_in(language), locally=Locally(language), release=release, language=language
    )
    try:
        path.write_text(page, encoding="utf-8")
    except OSError as problem:
        raise ReleaseError(f"The page cannot be written to {path} ({problem.strerror}); give another file.") from None
    return Written(path, len(pairs), left)


def _pairs(reader: Reader, explanations: Explanations, doubts: Iterator[Doubt], language: str) -> Iterator[Pair]:
    for number, doubt in enumerate(doubts, 1):
        a, b = (Thing(reader, _iri(explanations, name), language) for name in (doubt.a, doubt.b))
        yield Pair(number, doubt, a, b, tuple(compared(a, b)))


def _iri(explanations: Explanations, name: str) -> str:
    """Return the IRI of the edition that the record `name` is part of."""
    found = explanations.explain(name)
    return found.leads_to or found.iri


def compared(a: Thing, b: Thing) -> Iterator[Row]:
    """Yield the fields that either edition has, with what differs marked word by word."""
    of_a, of_b = _values(a), _values(b)
    for key in dict.fromkeys((*of_a, *of_b)):
        left, right = of_a.get(key, []), of_b.get(key, [])
        same = [spelled(text) for text in left] == [spelled(text) for text in right]
        verdict = "same" if same else "differs" if left and right else "one"
        yield Row(key, *_marked(left, right, verdict), verdict)


def _values(edition: Thing) -> dict[str, list[str]]:
    """Return the texts of every field of an edition and of its work, the label first."""
    found: dict[str, list[str]] = {"main_title": [edition.label]}
    works = edition.things("bf:instanceOf")
    people = [who for source in (edition, *works) for who in source.texts("bf:contribution/bf:agent/rdfs:label")]
    found |= {"people": list(dict.fromkeys(people))} if people else {}
    for thing, wanted in ((edition, views.INSTANCE), *((work, views.WORK) for work in works)):
        for line in lines(thing, wanted):
            texts = (f"{value.text} ({value.note})" if value.note else value.text for value in line.values)
            found[line.key] = list(dict.fromkeys([*found.get(line.key, []), *texts]))
    held = [library.label for library in edition.things("bf:hasItem/bf:heldBy")]
    return found | ({"held_by": list(dict.fromkeys(held))} if held else {})


def _marked(
    left: list[str], right: list[str], verdict: str
) -> tuple[tuple[tuple[Piece, ...], ...], tuple[tuple[Piece, ...], ...]]:
    if verdict != "differs":
        return tuple((Piece(text, False),) for text in left), tuple((Piece(text, False),) for text in right)
    other_left, other_right = " ".join(right), " ".join(left)
    return tuple(_pieces(text, other_left) for text in left), tuple(_pieces(text, other_right) for text in right)


def _pieces(text: str, other: str) -> tuple[Piece, ...]:
    """Return `text` in pieces, those marked that `other` has not, case and punctuation apart."""
    words = text.split()
    keys = [spelled(word) for word in words]
    matcher = SequenceMatcher(None, keys, [spelled(word) for word in other.split()], autojunk=False)
    common = {n for block in matcher.get_matching_blocks() for n in range(block.a, block.a + block.size)}
    common |= {n for n, key in enumerate(keys) if not key}
    pieces: list[Piece] = []
    for n, word in enumerate(words):
        differs = n not in common
        if pieces and pieces[-1].differs == differs:
            pieces[-1] = Piece(f"{pieces[-1].text} {word}", differs)
        else:
            pieces.append(Piece(word, differs))
    return tuple(pieces)
