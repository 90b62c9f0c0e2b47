"""Whom a record names, in a form in which the order of a name and the way it is punctuated do not matter."""

from __future__ import annotations

import re

from publisher.identity.wording import bare, marked, toned, word_list
from publisher.sources.record import Field

_SEPARATORS = re.compile(r"\s*;\s*|\s+&\s+|\s+(?:with|and|và|et|und|cùng)\s+|\s*\bTham gia\b:?\s*", re.IGNORECASE)
_ROLES = re.compile(
    r"\b(?:by|edited|compiled|translated|illustrated|eds?|dịch(?: giả| và chú giải)?|biên dịch|biên soạn|chủ biên|"
    r"sưu tầm|tuyển chọn|giới thiệu|hiệu đính|soạn|tác giả|et al|những người khác|nnk|cb|b\.s|ch\.b|h\.đ|"
    r"gs|pgs|ts|tskh|ths|th\.s|ks|cn|bs|gvc|nsnd|prof|dr|ph\.?d)(?![^\W_])\.?:?",
    re.IGNORECASE,
)
_YEARS = re.compile(r"\d{4}")
_NOBODY = word_list("no-names.txt")
_PRINCIPAL = ("100", "110", "111")
_ADDED = ("700", "710", "711")


def credits(by_tag: dict[str, list[Field]], responsibility: str) -> tuple[tuple[str, ...], str, str, bool]:
    """Return the names a record gives (the principal first, "" for none), all words that credit, the principal's
    years, and whether the principal is a body.

    >>> from publisher.sources.record import Field
    >>> credits({"100": [Field.data("100", "1 ", ("a", "Nguyễn, Du,"), ("d", "1766-1820"))]}, "Nguyễn Du")
    (('du nguyễn',), 'du nguyễn', '1766', False)
    """
    principal, born, corporate = "", "", False
    found: list[str] = []
    for tag in _PRINCIPAL:
        for field in by_tag.get(tag, [])[:1]:
            names = _names(field)
            if names and not principal:
                principal, corporate = names[0], tag != "100"
                born = next(iter(_YEARS.findall(field.first("d"))), "")
                found += names[1:]
    for tag in _ADDED:
        for field in by_tag.get(tag, []):
            if len(found) < _MOST_NAMES and not field.has("t"):
                found += _names(field)
    said = marked(_ROLES.sub(" ", responsibility))[:_MOST_WORDS]
    said = () if _is_nobody(said) else said
    bag = {word for name in (principal, *found) for word in name.split()} | set(said)
    return (principal, *sorted(set(found) - {principal})), " ".join(sorted(bag)), born, corporate


_MOST_NAMES = 30
_MOST_WORDS = 120
"""Of a record with hundreds of authors the first tell enough."""


def _names(field: Field) -> list[str]:
    """Return the names in one field; libraries that have only one field put several into it."""
    if field.tag[1:] != "00":
        return [name for name in [" ".join(sorted(set(marked(" ".join(field.all("abn"))))))] if name]
    text = " ".join(field.all("ab"))
    people = _SEPARATORS.split(text) if field.tag == "100" else [text]
    spread: list[str] = []
    for person in people:
        parts = [part.strip() for part in person.split(",") if part.strip()]
        several = len(parts) > 1 and all(len(part.split()) > 1 for part in parts)
        spread += parts if several else [person]
    said = (marked(_ROLES.sub(" ", person)) for person in spread)
    return [" ".join(sorted(name)) for name in said if name and not _is_nobody(name)][:_MOST_NAMES]


def _is_nobody(name: tuple[str, ...]) -> bool:
    return " ".join(bare(word) for word in name) in _NOBODY


def same_word(a: str, b: str) -> bool:
    """Return whether two words of names agree: equal, wherever the tone is, or without marks where one has none."""
    if a == b or toned(a) == toned(b):
        return True
    plain_a, plain_b = bare(a), bare(b)
    return plain_a == plain_b and (a == plain_a or b == plain_b)


def is_credited(name: str, credited: str) -> bool:
    """Return whether all words of `name` are among the words `credited`, an initial for a word; one word whole.

    >>> is_credited("norris p stephen", "norris stephen"), is_credited("hùng nguyễn", "hưng nguyễn")
    (True, False)
    """
    if name == credited:
        return True
    there = credited.split()
    whole = missing = 0
    for word in name.split():
        if any(same_word(word, other) for other in there):
            whole += len(word) > 1 or not bare(word).isascii()
        elif not any(_initial(word, other) for other in there):
            missing += 1
            if len(word) > 1:
                return False
    return whole > 0 and missing <= 1


def _initial(a: str, b: str) -> bool:
    return (len(a) == 1 or len(b) == 1) and bare(a)[:1] == bare(b)[:1]
