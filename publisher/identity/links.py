"""The file of links: what services proposed for our agents, concepts and places, and what a librarian says to it.

A table (CSV, UTF-8) that a spreadsheet opens and a librarian keeps under version control:

    decision,thing,label,link,name,description,score,certain,service,asked
    yes,https://data.example.vn/agent/1f,"Nguyễn, Du",http://www.wikidata.org/entity/Q…,Nguyễn Du,…,98.0,no,wikidata,…

A row is a proposal until its `decision` says yes (or có); then the next build states it. No (không) keeps it from being
asked again. Undoing is emptying the cell. A row without a link says that the service knew nothing.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, NamedTuple

from publisher.errors import ConfigError
from publisher.rdf.iri import fit_iri

COLUMNS = ("decision", "thing", "label", "link", "name", "description", "score", "certain", "service", "asked")
_YES = frozenset({"yes", "y", "có", "co", "x", "1", "đúng"})
_NO = frozenset({"no", "n", "không", "khong", "0", "sai"})
_OPEN = frozenset({"", "?"})


class Link(NamedTuple):
    """One row of the file."""

    decision: str
    thing: str
    label: str
    link: str
    name: str
    description: str
    score: str
    certain: str
    service: str
    asked: str

    @property
    def accepted(self) -> bool:
        """Whether a librarian has said yes to it."""
        return self.decision.strip().casefold() in _YES


def read_links(path: Path) -> list[Link]:
    """Return the rows of the file `path`; raises ConfigError naming the line and the remedy."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return list(_rows(file, path))
    except FileNotFoundError:
        raise ConfigError(f"{path}: there is no such file; `rong identity candidates` makes it.") from None
    except (OSError, UnicodeDecodeError, csv.Error) as problem:
        raise ConfigError(f"{path}: the file cannot be read as CSV in UTF-8 ({problem}).") from None


def shape(path: Path) -> tuple[str, list[str]]:
    """Return what separates the cells of the file `path` (a Vietnamese spreadsheet writes semicolons), its columns."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return _shape(file.readline())


def _shape(head: str) -> tuple[str, list[str]]:
    separator = ";" if head.count(";") > head.count(",") else ","
    return separator, next(csv.reader([head], delimiter=separator), [])


def _rows(file: IO[str], path: Path) -> Iterator[Link]:
    separator, columns = _shape(file.readline())
    missing = [name for name in ("decision", "thing", "link") if name not in columns]
    if missing:
        raise ConfigError(f"{path}: the first line must name the columns {', '.join(COLUMNS)}.")
    for row in csv.DictReader(file, columns, delimiter=separator):
        link = Link(*(row.get(name) or "" for name in COLUMNS))
        said = link.decision.strip().casefold()
        if said not in _YES | _NO | _OPEN:
            raise ConfigError(f'{path}: the decision on {link.thing} is "{link.decision}"; write yes, no or nothing.')
        if link.accepted and not fit_iri(link.link).startswith(("http://", "https://")):
            raise ConfigError(f'{path}: yes is said to "{link.link}" for {link.thing}, which is no web address.')
        yield link


def accepted(links: Iterable[Link]) -> Iterator[tuple[str, str]]:
    """Yield (IRI of the thing, IRI it is linked to) for what a librarian has accepted, each once."""
    yield from dict.fromkeys((link.thing.strip(), fit_iri(link.link)) for link in links if link.accepted)


def predicate(kind: str) -> str:
    """Return the property that states a link of a thing of `kind`."""
    return "owl:sameAs" if kind == "agent" else "skos:exactMatch"
