"""The formats of the files: what IANA, the EU's list of file types and CKAN call each, and how it is packed."""

from __future__ import annotations

from typing import Literal, NamedTuple, get_args

Format = Literal[
    "csv", "csv.gz", "xlsx", "parquet", "jsonl", "jsonl.gz", "jsonl.zst", "geojson", "jsonld", "ngsild", "ttl",
    "nq.gz", "nq.zst",
    "work.ttl.gz", "instance.ttl.gz", "item.ttl.gz", "agent.ttl.gz", "concept.ttl.gz", "place.ttl.gz", "library.ttl.gz",
    "record.ttl.gz", "vocabulary.ttl.gz",
]  # fmt: skip
"""A format is also the end of the names of its files."""

Packing = Literal["", "gzip", "zstd"]
_PACKINGS: dict[str, Packing] = {"gz": "gzip", "zst": "zstd"}
MEDIA_TYPES_OF_PACKINGS: dict[Packing, str] = {"gzip": "application/gzip", "zstd": "application/zstd"}


class Kind(NamedTuple):
    """What a file is when it is unpacked. `is_registered` says whether IANA knows its media type."""

    media_type: str
    is_registered: bool
    eu_file_type: str
    ckan: str


KINDS: dict[str, Kind] = {
    "csv":     Kind("text/csv", True, "CSV", "CSV"),
    "xlsx":    Kind("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", True, "XLSX", "XLSX"),
    "parquet": Kind("application/vnd.apache.parquet", True, "PARQUET", "Parquet"),
    "jsonl":   Kind("application/jsonl", False, "JSON", "JSONL"),
    "geojson": Kind("application/geo+json", True, "GEOJSON", "GeoJSON"),
    "jsonld":  Kind("application/ld+json", True, "JSON_LD", "JSON-LD"),
    "ngsild":  Kind("application/ld+json", True, "JSON_LD", "NGSI-LD"),
    "ttl":     Kind("text/turtle", True, "RDF_TURTLE", "TTL"),
    "nq":      Kind("application/n-quads", True, "RDF_N_QUADS", "N-Quads"),
}  # fmt: skip
GRAPH_CLASSES = ("work", "instance", "item", "agent", "concept", "place", "library", "record", "vocabulary")
"""The kinds of things of which the graph has Turtle files of their own; the last has what is said of all others."""

GRAPH_FORMATS: tuple[Format, ...] = tuple(
    kind for kind in get_args(Format) if kind.startswith("nq.") or kind.partition(".")[0] in GRAPH_CLASSES
)
TABLE_FORMATS: tuple[Format, ...] = tuple(kind for kind in get_args(Format) if kind not in GRAPH_FORMATS)


def kind_of(file_format: Format) -> Kind:
    """Return what a file in `file_format` is when it is unpacked.

    >>> kind_of("work.ttl.gz").media_type
    'text/turtle'
    """
    return KINDS[next(part for part in reversed(file_format.split(".")) if part not in _PACKINGS)]


def packing_of(file_format: Format) -> Packing:
    """Return how a file in `file_format` is packed.

    >>> packing_of("jsonl.gz"), packing_of("csv")
    ('gzip', '')
    """
    return _PACKINGS.get(file_format.rpartition(".")[2], "")
