"""Which editions are of the same work: by author and title, over editions, translations and carriers.

A work is filed under its author with the uniform title, the title as it stands and the original title of a
translation. Where an author is not named, where the title says nothing, and for maps, serials and parts of other
things, an edition is its own work.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import blake2b
from itertools import groupby

import orjson
from rapidfuzz import fuzz

from publisher.identity.clusters import Clusters
from publisher.identity.evidence import Evidence
from publisher.identity.people import same_word
from publisher.identity.wording import GENERIC, bare, figures, weight
from publisher.identity.workbook import Joined, Workbook

_MOST = 400
"""Editions under one key that are looked at; what has more is no title of a work."""

_AT_A_TIME = 5_000


def work_keys(e: Evidence) -> list[str]:
    """Return the keys under which the work of a record is filed, the one that names the work first; perhaps none.

    >>> e = Evidence(form="text m", main="truyện kiều", agents=("du nguyễn",))
    >>> work_keys(e)
    ['text|du nguyen|truyen kieu|']
    """
    author = " ".join(sorted({bare(word) for word in e.agents[0].split()})) if e.agents else ""
    kind, _, level = e.form.partition(" ")
    if not author or level != "m" or kind in ("map", "mixed", "kit", "object", "data"):
        return []
    least = 4 if e.corporate else 2
    volume = ",".join(e.volume)
    found: list[str] = []
    if e.work_title and weight(tuple(e.work_title.split())) >= 2:
        found.append(e.work_title)
    main = tuple(bare(word) for word in e.main.split())
    whole = main + tuple(bare(word) for word in e.rest.split())
    if weight(whole) >= least and " ".join(main) not in GENERIC:
        found.append(" ".join(_without_article(main)))
    elif weight(whole) > max(least, 3):
        found.append(" ".join(_without_article(whole)))
    found += [title for title in e.also if weight(tuple(title.split())) >= max(least, 3)]
    return [f"{kind}|{author}|{title}|{volume}" for title in dict.fromkeys(found)]


_ARTICLES = frozenset({"the", "a", "an", "la", "le", "les", "der", "die", "das", "el", "los", "las", "il", "un", "une"})


def _without_article(title: tuple[str, ...]) -> tuple[str, ...]:
    return title[1:] if len(title) > 1 and title[0] in _ARTICLES else title


def work_id(said: str) -> str:
    """Return the identifier of a work: a digest of its key, or of the name of the record that stands for it."""
    return blake2b(said.encode(), digest_size=8, person=b"work").hexdigest()


def works_contradict(a: Evidence, b: Evidence) -> str:
    """Return why two records under one key are yet of two works, or ""."""
    if a.born and b.born and a.born != b.born:
        return f"the author born {a.born} is not the one born {b.born}"
    if a.agents and b.agents and a.agents[0] and b.agents[0] and not _one_name(a.agents[0], b.agents[0]):
        return f"{a.agents[0]} is not {b.agents[0]}"
    if a.form != b.form:
        return f"{a.form} is not {b.form}"
    if a.volume != b.volume:
        return f"volume {', '.join(a.volume) or 'none'} is not {', '.join(b.volume) or 'none'}"
    if a.main == b.main or _same_plain(a.main, b.main):
        whole_a, whole_b = _plain(f"{a.main} {a.rest}"), _plain(f"{b.main} {b.rest}")
        if not (figures(whole_a) <= figures(whole_b) or figures(whole_b) <= figures(whole_a)):
            return f"“{a.main} {a.rest}” is not “{b.main} {b.rest}”"
        if a.rest and b.rest and a.language == b.language and fuzz.token_set_ratio(a.rest, b.rest) < _SUBTITLE:
            return f"“{a.main} : {a.rest}” is not “{b.main} : {b.rest}”"
        if weight(_plain(a.main)) < 3 and bool(a.rest) != bool(b.rest):
            return "the title alone says too little"
    return ""


_SUBTITLE = 60
"""How alike (0-100) the subtitles of two editions have to be."""


def _plain(text: str) -> tuple[str, ...]:
    return tuple(bare(word) for word in text.split())


def _same_plain(a: str, b: str) -> bool:
    return _plain(a) == _plain(b)


def _one_name(a: str, b: str) -> bool:
    words_a, words_b = a.split(), b.split()
    return len(words_a) != len(words_b) or all(any(same_word(x, y) for y in words_b) for x in words_a)


def match(book: Workbook, editions: Clusters, works: Clusters) -> None:
    """Join in `works` first the faces of one edition (`editions`), then the editions of one work."""
    for members in editions.several():
        for other in members[1:]:
            works.join(members[0], other)
    book.database.execute("CREATE TABLE of_work (key TEXT, face INTEGER)")
    book.database.executemany(
        "INSERT INTO of_work VALUES (?,?)", ((key, face) for face, e in book.evidence() for key in work_keys(e))
    )
    joined: list[Joined] = []
    rows = book.database.cursor().execute("SELECT key, face FROM of_work ORDER BY key, face")
    for key, group in groupby(rows, key=lambda row: str(row[0])):
        joined += _join(book, works, key, [face for _, face in group][:_MOST])
        if len(joined) > _AT_A_TIME:
            book.enter(joined, [], "work_joined")
    book.enter(joined, [], "work_joined")


def _join(book: Workbook, works: Clusters, key: str, faces: list[int]) -> Iterator[Joined]:
    def forbids(a: int, b: int) -> bool:
        return bool(works_contradict(book.faces(a)[0], book.faces(b)[0]))

    found: list[int] = []
    for face in faces:
        for leader in found:
            if works.of(leader) == works.of(face):
                break
            if works.join(leader, face, forbids):
                _, author, title, volume = key.split("|")
                said = [f"author {author}", f"title {title}", *([f"volume {volume}"] if volume else [])]
                yield float(len(said)), leader, face, orjson.dumps(said)
                break
        else:
            found.append(face)
