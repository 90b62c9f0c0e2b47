"""Which concepts of ours a heading names: a people, a theme of local studies, a division of Dewey.

A heading is tied to a people only where it names it ("Dân tộc Ba Na", "Sử thi Ra Glai", "Bahnar (Vietnamese people)");
the language of a book says nothing about that.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from publisher.identity.schemes import PEOPLES, THEMES, Concept, concepts
from publisher.rdf.vietnamese import spelled

PARTS = re.compile(r"\s*--\s*|\s+[-–—]\s+")
"""What stands between the parts of a heading: that of subdivisions, and the hyphen of Vietnamese cataloguers."""
_OF_A_PEOPLE = re.compile(r"\b(dân tộc|tộc người|người)\s+", re.IGNORECASE)
_ABROAD_TOO = frozenset({"lào", "thái"})
"""Names of peoples that are nations elsewhere too: "người Lào" may be a citizen of Laos, "dân tộc Lào" is not."""
_ENGLISH = re.compile(r"^(.+?)\s*\([^)]*\bpeoples?\)$", re.IGNORECASE)
_MOST_WORDS = 3
_LONGEST = 300


@lru_cache(maxsize=65536)
def named_concepts(label: str) -> tuple[str, ...]:
    """Return the paths of the concepts that the heading `label` names, each once.

    >>> named_concepts("Văn học dân gian - Dân ca - Gia Rai")
    ('concept/theme-van-hoc-dan-gian', 'concept/people-10')
    >>> named_concepts("Văn hóa ẩm thực người Sán Dìu"), named_concepts("Dao động"), named_concepts("Dao")
    (('concept/people-18',), (), ())
    """
    if len(label) > _LONGEST:
        return ()
    found: dict[str, None] = {}
    for part in PARTS.split(label):
        text = spelled(part)
        if theme := _themes().get(text):
            found[theme] = None
        for concept in (*_people_alone(part, text), _people_within(part)):
            if concept:
                found[concept] = None
    return tuple(found)


def _people_alone(part: str, text: str) -> tuple[str, ...]:
    """Return the people whose name is all there is, or a theme and the people that follows it ("Sử thi Ra Glai")."""
    if english := _ENGLISH.match(part):
        return (_peoples(everyday=False).get(_key(spelled(english[1])), ""),)
    for theme in ("", *_theme_words(text)):
        rest = text[len(theme) :].strip()
        if " " in rest and (people := _peoples(everyday=True).get(_key(rest), "")):
            return (_themes().get(theme, ""), people)
    return ()


def _theme_words(text: str) -> list[str]:
    words = text.split()
    starts = (" ".join(words[:n]) for n in range(1, len(words)))
    return [start for start in starts if start in _themes()]


def _people_within(part: str) -> str:
    """Return the people whose name, with a capital, follows a word such as "dân tộc"."""
    for marker in _OF_A_PEOPLE.finditer(part):
        words = part[marker.end() :].split()[:_MOST_WORDS]
        if not words or not words[0][0].isupper():  # "người cao tuổi" are old people and not the Cao
            continue
        by_names = marker[1].lower() != "người"
        for length in range(len(words), 0, -1):
            name = spelled(" ".join(words[:length]))
            people = _peoples(everyday=not by_names and length == 1).get(_key(name), "")
            if people and (by_names or name not in _ABROAD_TOO):
                return people
    return ""


def _key(text: str) -> str:
    """Return a name as peoples' names are compared: Ba Na, Bana and Ba-na are one, M'nông and Mnông too."""
    return text.replace(" ", "")


@cache
def _themes() -> dict[str, str]:
    return {spelled(name): c.path for c in concepts().values() if c.scheme == THEMES for name in (c.vi, *c.others)}


@cache
def _peoples(*, everyday: bool) -> dict[str, str]:
    """Return the peoples by their names; without a word beside it (`everyday`) only the first names count.

    A name that is one people's first name and another's by-name is the first's; a by-name of two is nobody's.
    """
    first: dict[str, str] = {}
    other: dict[str, str] = {}
    peoples = [concept for concept in concepts().values() if concept.scheme == PEOPLES]
    for concept in peoples:
        for name in _first_names(concept):
            first[_key(spelled(name))] = concept.path
    if everyday:
        return first
    for concept in peoples:
        for name in concept.others:
            key = _key(spelled(name))
            other[key] = "" if other.get(key, concept.path) != concept.path else concept.path
    return {**other, **first}


def _first_names(concept: Concept) -> list[str]:
    english = [part.strip() for part in re.split(r"[()]", concept.en) if part.strip()]
    return [concept.vi, *concept.own_names, *english]
