"""Sitemaps: every entity, 50,000 addresses a file, each with the day on which its own record last changed.

Source: https://www.sitemaps.org/protocol.html. An address without such a day has none: a date that is only the date of
the release would send crawlers to fetch everything again.
"""

from __future__ import annotations

from collections.abc import Iterator
from weakref import WeakKeyDictionary
from xml.sax.saxutils import escape

from publisher.release.ledger import EntityRow
from publisher.site.reader import Reader

SHARD = 50_000
"""Addresses in one file; the protocol allows no more."""

KINDS = ("work", "instance", "agent", "concept", "place", "library")
_PAGES = (
    "",
    "search",
    "about",
    "guide",
    "model",
    "terms",
    "libraries",
    "datasets",
    "indicators",
    "agents",
    "concepts",
    "places",
)
_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"


_known: WeakKeyDictionary[Reader, dict[str, tuple[tuple[str, str], ...]]] = WeakKeyDictionary()


def _starts(reader: Reader, kind: str) -> tuple[tuple[str, str], ...]:
    """Return, for each file of `kind`, the IRI after which it begins and the last day on which anything in it changed.

    Found once for each release, and forgotten with it.
    """
    known = _known.setdefault(reader, {})
    if kind not in known:
        known[kind] = tuple(_walk(reader, kind))
    return known[kind]


def _walk(reader: Reader, kind: str) -> Iterator[tuple[str, str]]:
    after = ""
    while rows := reader.ledger.entities(kind, after, SHARD):
        yield after, max(row.changed for row in rows)
        after = rows[-1].iri


def index(reader: Reader) -> str:
    """Return the sitemap index."""
    entries = [_entry("sitemap", reader.iris.page("sitemaps/page-1.xml"))]
    for kind in KINDS:
        for number, (_, changed) in enumerate(_starts(reader, kind), start=1):
            entries.append(_entry("sitemap", reader.iris.page(f"sitemaps/{kind}-{number}.xml"), changed))
    return _document("sitemapindex", entries)


def part(reader: Reader, kind: str, number: int) -> str | None:
    """Return the file `number` (from 1) of `kind`, or None when there is none."""
    if kind == "page":
        return _document("urlset", _pages(reader)) if number == 1 else None
    starts = _starts(reader, kind) if kind in KINDS else ()
    if not 1 <= number <= len(starts):
        return None
    rows: list[EntityRow] = reader.ledger.entities(kind, starts[number - 1][0], SHARD)
    return _document("urlset", (_entry("url", row.iri, row.changed) for row in rows))


def _pages(reader: Reader) -> Iterator[str]:
    for page in _PAGES:
        yield _entry("url", reader.iris.page(page))
    for name in reader.datasets:
        yield _entry("url", reader.iris.dataset(name), reader.datasets[name].modified.date().isoformat())


def _entry(element: str, address: str, changed: str = "") -> str:
    day = f"<lastmod>{changed}</lastmod>" if changed else ""
    return f"<{element}><loc>{escape(address)}</loc>{day}</{element}>"


def _document(element: str, entries: Iterator[str] | list[str]) -> str:
    body = "\n".join(entries)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<{element} xmlns="{_NAMESPACE}">\n{body}\n</{element}>\n'
