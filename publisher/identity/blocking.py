"""Under which keys a record is filed, so that only records that share one are ever compared."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from hashlib import blake2b

from publisher.identity.evidence import Evidence
from publisher.identity.wording import bare

_LONGEST = 48
"""Letters of a title that are filed; what follows may be cut off or left out."""

_BEGINNING = 3
"""Letters of a title that are spelled right where a slip is looked for in the rest of it."""

_FEW_PAGES = 20
"""Pages up to which their number tells nothing."""

_NAMES = 2
"""Agents under each of whom a record is filed."""


def keys_of(evidence: Evidence) -> array[int]:
    """Return the keys of a record as 64-bit digests, each once: its numbers, title with agent, year or pages, whole."""
    return array("q", sorted({_digest(key) for key in _keys(evidence)}))


def key_of_number(number: str) -> int:
    """Return the key under which all records with the number `number` of an agency are filed."""
    return _digest(f"n {number}")


def _keys(e: Evidence) -> Iterator[str]:
    for number in e.numbers:
        yield f"n {number}"
    for number in (*e.isbns, *e.issns):
        yield f"i {number}"
    if not e.main:
        return
    main = "".join(bare(word) for word in e.main.split())
    whole = main + "".join(bare(word) for word in e.rest.split())
    yield f"t {whole[:_LONGEST]} {','.join(e.volume)}"
    for year in e.years[:2]:
        yield f"y {main[:_LONGEST]} {year}"
    if not e.years and e.pages > _FEW_PAGES:
        yield f"m {main[:_LONGEST]} {e.pages}"
    names = [name for name in e.agents if name][:_NAMES]
    for name in names:
        yield f"a {main[:_LONGEST]} {_telling(name)}"
    if names and e.years and e.pages > _FEW_PAGES:
        yield f"p {main[:_BEGINNING]} {e.years[0]} {e.pages} {_telling(names[0])}"


def _telling(name: str) -> str:
    """Return the longest word of a name: what is left of it when the rest is cut to initials."""
    return bare(max(name.split(), key=lambda word: (len(bare(word)), bare(word))))


def _digest(key: str) -> int:
    return int.from_bytes(blake2b(key.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big", signed=True)
