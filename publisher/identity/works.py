"""Which editions are of the same work: by author and title, over editions, translations and carriers.

A work is filed under its author with the uniform title, the title as it stands and the original title of a
translation. Where an author is not named, where the title says nothing, and for maps, serials and parts of other
things, an edition is its own work.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from itertools import groupby

import orjson
from rapidfuzz import fuzz

from publisher.identity.clusters import Clusters
from publisher.identity.evidence import Evidence
from publisher.identity.people import same_word
from publisher.identity.titles import companion, plain
from publisher.identity.wording import GENERIC, KINDS_OF_TEXT, bare, figures, weight
from publisher.identity.workbook import Before, Joined, Workbook

_MOST = 400
"""Editions under one key that are looked at; what has more is no title of a work."""

_AT_A_TIME = 5_000


def work_keys(e: Evidence) -> list[str]:
    """Return the keys under which the work of a record is filed, the one that names the work first; perhaps none.

    A key ends with "?" where the title is but one that the book goes by besides (a parallel title, 246): it joins only
    what is filed under the same words as its own title.

    >>> e = Evidence(form="text m", main="truyện kiều", agents=("du nguyễn",))
    >>> work_keys(e)
    ['text|du nguyen|truyen kieu|']
    """
    author = " ".join(sorted({bare(word) for word in e.agents[0].split()})) if e.agents else ""
    kind, _, level = e.form.partition(" ")
    kind = _READ_OR_HEARD.get(kind, kind)
    if level != "m" or kind in ("map", "mixed", "kit", "object", "data"):
        return []
    uniform = [e.work_title] if _names_a_work(e.work_title) else []
    if not author:
        uniform = [title for title in uniform if weight(tuple(title.split())) >= _ALONE]
    least = 4 if e.corporate else 2
    found = list(uniform)
    main = tuple(bare(word) for word in e.main.split())
    whole = main + tuple(bare(word) for word in e.rest.split())
    if author and weight(whole) >= least and " ".join(main) not in GENERIC:
        found.append(" ".join(_without_article(main)))
    elif author and weight(whole) > max(least, 3):
        found.append(" ".join(_without_article(whole)))
    if author:
        found += [title for title in e.originals if weight(tuple(title.split())) >= least and title not in GENERIC]
    found = list(dict.fromkeys(" ".join(_without_article(tuple(title.split()))) for title in found))
    besides = (" ".join(_without_article(tuple(title.split()))) for title in (*e.also, " ".join(whole)) if author)
    besides = (title for title in besides if title not in found and weight(tuple(title.split())) >= max(least, 3))
    ending = "|".join([",".join(e.volume), *([e.adapted] if e.adapted else [])])
    keys = [f"{kind}|{author}|{title}|{ending}" for title in found]
    return [*keys, *(f"{kind}|{author}|{title}|{ending}{_BESIDES}" for title in dict.fromkeys(besides))]


_READ_OR_HEARD = {"speech": "text"}
"""What is read aloud is the work that is read."""

_BESIDES = "?"
_ALONE = 2
"""How much a uniform title has to say to name a work that has no author."""


def _names_a_work(uniform: str) -> bool:
    """Return whether a uniform title is that of one work, not a collective one ("Works", "Poems. Selections")."""
    return uniform not in GENERIC and weight(tuple(uniform.split())) >= _LEAST_UNIFORM


_LEAST_UNIFORM = 1.5


_ARTICLES = frozenset({"the", "a", "an", "la", "le", "les", "der", "die", "das", "el", "los", "las", "il", "un", "une"})


def _without_article(title: tuple[str, ...]) -> tuple[str, ...]:
    return title[1:] if len(title) > 1 and title[0] in _ARTICLES else title


OWN_RANK = 99
"""The rank of the name that a work has of its record's own: behind those of its keys."""


def work_id(said: str) -> str:
    """Return the identifier of a work: a digest of its key, or of the name of the record that stands for it."""
    return blake2b(said.encode(), digest_size=8, person=b"work").hexdigest()


def works_contradict(a: Evidence, b: Evidence) -> str:
    """Return why two records under one key are yet of two works, or ""."""
    if a.born and b.born and a.born != b.born:
        return f"the author born {a.born} is not the one born {b.born}"
    if a.agents and b.agents and a.agents[0] and b.agents[0] and not _one_name(a.agents[0], b.agents[0]):
        return f"{a.agents[0]} is not {b.agents[0]}"
    if _kind(a) != _kind(b):
        return f"{a.form} is not {b.form}"
    if a.adapted != b.adapted:
        return f"{a.adapted or b.adapted}"
    if a.volume != b.volume:
        return f"volume {', '.join(a.volume) or 'none'} is not {', '.join(b.volume) or 'none'}"
    if companion(a) != companion(b):
        return f"{companion(a) or companion(b)} is another book"
    if a.main == b.main or _same_plain(a.main, b.main):
        if {" ".join(plain(a.rest)), " ".join(plain(b.rest))} <= KINDS_OF_TEXT | {""}:
            return ""
        whole_a, whole_b = plain(f"{a.main} {a.rest}"), plain(f"{b.main} {b.rest}")
        if not (figures(whole_a) <= figures(whole_b) or figures(whole_b) <= figures(whole_a)):
            return f"“{a.main} {a.rest}” is not “{b.main} {b.rest}”"
        if a.rest and b.rest and a.language == b.language and not _one_subtitle(a, b):
            return f"“{a.main} : {a.rest}” is not “{b.main} : {b.rest}”"
    elif _names(a).isdisjoint(_names(b)):
        return f"“{a.main}” and “{b.main}” have no title in common"  # an omnibus has one with each of them
    return ""


def _says_too_little(a: Evidence, b: Evidence) -> bool:
    """Return whether only one of two editions of a short title has a subtitle, so that they may be of two works.

    Asked of the two that could meet, not of all that are with them: another record of the edition may leave it out.
    """
    if plain(a.main) != plain(b.main) or bool(a.rest) == bool(b.rest) or weight(plain(a.main)) >= _ENOUGH_ALONE:
        return False
    return " ".join(plain(a.rest or b.rest)) not in KINDS_OF_TEXT


_ENOUGH_ALONE = 3
"""How much a title has to say for editions of one work to be known by it, whatever the subtitle of one of them."""

_SUBTITLE = 80
"""How alike (0-100) the subtitles of two editions have to be."""


def _one_subtitle(a: Evidence, b: Evidence) -> bool:
    """Return whether the subtitles of two editions can be those of one work.

    A body gives many of its works one title ("Flood insurance study : city of ..."): there all words have to agree.
    """
    words_a, words_b = set(plain(a.rest)), set(plain(b.rest))
    if words_a <= words_b or words_b <= words_a:
        return True
    personal = a.agents and a.agents[0] and not a.corporate
    return bool(personal) and fuzz.token_sort_ratio(a.rest, b.rest) >= _SUBTITLE


def _names(e: Evidence) -> set[str]:
    """Return all titles that an edition goes by, folded and without an article."""
    whole = " ".join((*plain(e.main), *plain(e.rest)))
    said = (" ".join(plain(e.main)), whole, e.work_title, *e.originals, *e.also)
    return {" ".join(_without_article(tuple(title.split()))) for title in said if title}


def _kind(e: Evidence) -> tuple[str, str]:
    kind, _, level = e.form.partition(" ")
    return _READ_OR_HEARD.get(kind, kind), level


def _same_plain(a: str, b: str) -> bool:
    return plain(a) == plain(b)


def _one_name(a: str, b: str) -> bool:
    words_a, words_b = a.split(), b.split()
    return len(words_a) != len(words_b) or all(any(same_word(x, y) for y in words_b) for x in words_a)


OfWork = tuple[int, int, bool, str]
"""A face, which of the keys of its work this is, whether it goes by it but besides, and the key."""


def filing(evidence: Iterable[tuple[int, Evidence]]) -> Iterator[OfWork]:
    """Yield the keys under which the works of (face, evidence) are filed."""
    for face, e in evidence:
        for rank, key in enumerate(work_keys(e)):
            yield face, rank, key.endswith(_BESIDES), key.removesuffix(_BESIDES)


def file(database: sqlite3.Connection, evidence: Iterable[tuple[int, Evidence]], table: str = "of_work") -> None:
    """File (face, evidence), in the order of the faces, under the keys of their works, in a new `table`."""
    database.execute(f"CREATE TABLE {table} (face INTEGER, rank INTEGER, besides INTEGER, key TEXT)")
    database.executemany(f"INSERT INTO {table} VALUES (?,?,?,?)", filing(evidence))  # noqa: S608 - our own word


def match(
    book: Workbook, editions: Clusters, works: Clusters, before: Before | None = None, filed: str = "of_work"
) -> None:
    """Join in `works` the faces of one edition (`editions`), then the editions of one work, by the table `filed`.

    What was published in one work (`before`) and is under one key still comes first: what is new tears none apart.
    """
    joined: list[Joined] = []
    # Of what is one edition it is not said why it is one work, though it was joined before the edition was.
    told = Clusters()
    for members in editions.several():
        for other in members[1:]:
            told.join(members[0], other)
    if before is not None:
        for key, faces in _published_together(book, before, filed):
            joined += _join(book, works, told, key, faces)
            if len(joined) > _AT_A_TIME:
                book.enter(joined, [], "work_joined")
    for members in editions.several():
        for other in members[1:]:
            works.join(members[0], other)
    for key, faces in _filed(book, filed):
        joined += _join(book, works, told, key, faces[:_MOST])
        if len(joined) > _AT_A_TIME:
            book.enter(joined, [], "work_joined")
    book.enter(joined, [], "work_joined")


_Filed = tuple[str, list[tuple[int, bool]]]
"""A key, and the faces under it with whether the key is but one that each goes by besides."""


def _published_together(book: Workbook, before: Before, filed: str) -> Iterator[_Filed]:
    """Yield what was published in one work and is under one key still."""
    for key, faces in _filed(book, filed):
        together: dict[str, list[tuple[int, bool]]] = defaultdict(list)
        for face, besides in faces if len(faces) > 1 else ():
            if name := before(face):
                together[name].append((face, besides))
        yield from ((key, some[:_MOST]) for some in together.values() if len(some) > 1)


def _filed(book: Workbook, table: str) -> Iterator[_Filed]:
    query = f"SELECT key, besides, face FROM {table} ORDER BY key, besides, face"  # noqa: S608 - our own word
    rows = book.database.cursor().execute(query)
    for key, group in groupby(rows, key=lambda row: str(row[0])):
        yield key, [(face, bool(besides)) for _, besides, face in group]


def offered(database: sqlite3.Connection, filed: str = "of_work") -> Iterator[tuple[int, int, str]]:
    """Yield (face, rank, key) of every key in the table `filed` that can name the work of a face, in order."""
    # Rows were entered in the order of faces and ranks, and SQLite numbers them so.
    yield from database.cursor().execute(f"SELECT face, rank, key FROM {filed} WHERE NOT besides ORDER BY rowid")  # noqa: S608


def _join(book: Workbook, works: Clusters, told: Clusters, key: str, faces: list[tuple[int, bool]]) -> Iterator[Joined]:
    """Join what is of one work under `key`; yield what was joined, where `told` does not have it as one already."""

    def forbids(a: int, b: int) -> bool:
        return bool(works_contradict(book.faces(a)[0], book.faces(b)[0]))

    leaders: list[int] = []
    for face, besides in faces:
        for leader in leaders:
            if works.of(leader) == works.of(face):
                break
            if _says_too_little(book.faces(leader)[0], book.faces(face)[0]):
                continue
            if works.join(leader, face, forbids):
                if told.of(leader) == told.of(face):
                    break
                told.join(leader, face)
                _, author, title, *rest = key.split("|")
                said = [*([f"author {author}"] if author else []), f"title {title}"]
                said += [f"volume {rest[0]}"] if rest[0] else []
                yield float(len(said)), leader, face, orjson.dumps(said)
                break
        else:
            if not besides:
                leaders.append(face)
