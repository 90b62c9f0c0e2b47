"""Every IRI that Rông mints is built here, and nowhere else.

    {base}/library/{code}      {base}/instance/{code}-{key}    {base}/item/{code}-{key}-{n}
    {base}/work/{id}           {base}/agent/{id}               {base}/concept/{id}     {base}/place/{id}
    {base}/record/{code}-{key} {base}/dataset/{name}

The site's addresses that are not entities (/search, /sparql, ...) are built here too.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote, urlencode, urlsplit

from publisher.rdf.text import percent_encode

ENTITY_KINDS = ("work", "instance", "item", "agent", "concept", "place", "library", "record", "dataset")


@dataclass(frozen=True, slots=True)
class Iris:
    """Builds IRIs under `base`, which has no slash at its end."""

    base: str

    def entity(self, kind: str, identifier: str) -> str:
        """Return the IRI of the entity of `kind` (one of `ENTITY_KINDS`) with `identifier`."""
        return f"{self.base}/{kind}/{identifier}"

    def work(self, identifier: str) -> str:
        """Return the IRI of a work."""
        return f"{self.base}/work/{identifier}"

    def instance(self, library: str, key: str) -> str:
        """Return the IRI of the instance that the record `key` of `library` describes."""
        return f"{self.base}/instance/{library}-{key}"

    def item(self, library: str, key: str) -> str:
        """Return what the IRIs of the items of a record begin with; `-{n}` follows."""
        return f"{self.base}/item/{library}-{key}"

    def record(self, library: str, key: str) -> str:
        """Return the IRI of a record's own description."""
        return f"{self.base}/record/{library}-{key}"

    def authority_record(self, library: str, key: str) -> str:
        """Return the IRI of an authority record's own description; its number may be that of another record too."""
        return f"{self.base}/record/{library}-authority-{key}"

    def library(self, code: str) -> str:
        """Return the IRI of a library."""
        return f"{self.base}/library/{code}"

    def dataset(self, name: str) -> str:
        """Return the IRI of a dataset."""
        return f"{self.base}/dataset/{name}"

    def manifest(self, identifier: str) -> str:
        """Return the address of the IIIF manifest of what the record `identifier` ("{library}-{key}") digitized."""
        return f"{self.base}/iiif/{identifier}/manifest"

    def page(self, path: str, **query: str) -> str:
        """Return the address of a page of the site that is not an entity."""
        address = f"{self.base}/{quote(path.lstrip('/'))}"
        return f"{address}?{urlencode(query)}" if query else address

    @property
    def prefix(self) -> str:
        """The path of the base, "" for a site that has a host of its own."""
        return urlsplit(self.base).path

    def of_path(self, path: str) -> str:
        """Return the IRI that the path of a request stands for; `path` is decoded and lies below the base.

        >>> Iris("https://example.org/data").of_path("instance/lib-a b")
        'https://example.org/data/instance/lib-a%20b'
        """
        return f"{self.base}/{percent_encode(path.lstrip('/'))}"

    def local(self, iri: str) -> str:
        """Return the address of `iri` from the root of its server, so that pages work on any host; others as is.

        >>> Iris("https://example.org/data").local("https://example.org/data/work/1")
        '/data/work/1'
        """
        return iri[len(self.base) - len(self.prefix) :] if iri.startswith(f"{self.base}/") else iri

    def absolute(self, address: str) -> str:
        """Return an address from the root of the server (see `local`) in full; a full one as is.

        >>> Iris("https://example.org/data").absolute("/data/work/1")
        'https://example.org/data/work/1'
        """
        return f"{self.base.removesuffix(self.prefix)}{address}" if address.startswith("/") else address

    def split(self, iri: str) -> tuple[str, str] | None:
        """Return (kind, identifier) of an entity's IRI (a fragment is ignored), or None if it is none of ours."""
        if not iri.startswith(self.base + "/"):
            return None
        kind, _, identifier = iri[len(self.base) + 1 :].partition("#")[0].partition("/")
        return (kind, identifier) if kind in ENTITY_KINDS and identifier else None
