"""Rows as one JSON document, for maps, for linked data and for city platforms: GeoJSON, JSON-LD and NGSI-LD."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, BinaryIO

import orjson

from publisher.exports.declaration import Column, Dataset
from publisher.rdf.terms import expand

if TYPE_CHECKING:
    from publisher.exports.rows import Row

NGSI_CORE = "https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context.jsonld"


class _Document:
    """`head`, the rows as the elements of an array, and `foot`."""

    def __init__(self, stream: BinaryIO, dataset: Dataset, head: bytes, foot: bytes) -> None:
        self._stream = stream
        self._columns = dataset.columns
        self._names = [column.name for column in dataset.columns]
        self._between, self._foot = b"\n", foot
        stream.write(head)

    def write(self, row: Row) -> None:
        """Write one row as an element of the array."""
        element = self._element(dict(zip(self._names, row, strict=True)))
        self._stream.write(self._between + orjson.dumps(element))
        self._between = b",\n"

    def close(self) -> None:
        """Close the document; the stream stays open."""
        self._stream.write(self._foot)

    def _element(self, cells: dict[str, Any]) -> dict[str, Any]:
        raise NotImplementedError


class GeoJsonWriter(_Document):
    """A FeatureCollection in WGS 84 (RFC 7946): the columns `latitude` and `longitude` are the point of a row.

    The other columns are its properties; a row without a place has no geometry.
    """

    def __init__(self, stream: BinaryIO, dataset: Dataset) -> None:
        super().__init__(stream, dataset, b'{"type":"FeatureCollection","features":[', b"\n]}\n")

    def _element(self, cells: dict[str, Any]) -> dict[str, Any]:
        point = _point(cells)
        return {"type": "Feature", "id": cells[self._names[0]], "geometry": point, "properties": cells}


class JsonLdWriter(_Document):
    """A graph of JSON-LD 1.1: a column that stands for a property is one, the key of the row is its IRI."""

    def __init__(self, stream: BinaryIO, dataset: Dataset) -> None:
        context = orjson.dumps(jsonld_context(dataset.columns))
        super().__init__(stream, dataset, b'{"@context":' + context + b',"@graph":[', b"\n]}\n")
        rows = dataset.declaration.rows
        self._type = {"@type": expand(rows.cls)} if rows else {}

    def _element(self, cells: dict[str, Any]) -> dict[str, Any]:
        return {**self._type, **{name: cell for name, cell in cells.items() if cell not in (None, [])}}


class NgsiLdWriter(_Document):
    """Entities as the city platforms of ETSI take them (GS CIM 009, 4.5): Property, Relationship, GeoProperty."""

    def __init__(self, stream: BinaryIO, dataset: Dataset) -> None:
        super().__init__(stream, dataset, b"[", b"\n]\n")
        rows = dataset.declaration.rows
        self._type = rows.cls.partition(":")[2] if rows else dataset.name
        terms = {column.name: column.property for column in dataset.columns[1:] if column.property}
        self._context = [{self._type: expand(rows.cls), **terms} if rows else terms, NGSI_CORE]

    def _element(self, cells: dict[str, Any]) -> dict[str, Any]:
        point = _point(cells)
        entity: dict[str, Any] = {"id": cells.pop(self._names[0]), "type": self._type}
        for column in self._columns:
            cell = cells.get(column.name)
            if cell not in (None, []):
                entity[column.name] = {"type": "Property", "value": cell}
        if point:
            entity["location"] = {"type": "GeoProperty", "value": point}
        return {**entity, "@context": self._context}


def jsonld_context(columns: Sequence[Column]) -> Mapping[str, Any]:
    """Return the JSON-LD context by which rows with `columns` are statements.

    What a column of no property has is no statement: a processor of JSON-LD passes over it.
    """
    context: dict[str, Any] = {columns[0].name: "@id"}
    for column in columns[1:]:
        if column.property and column.type == "iri":
            context[column.name] = {"@id": column.property, "@type": "@id"}
        elif column.property and column.language:
            context[column.name] = {"@id": column.property, "@language": column.language}
        elif column.property:
            context[column.name] = column.property
    return context


def _point(cells: dict[str, Any]) -> dict[str, Any] | None:
    """Take the coordinates out of `cells` and return the point that they are, or None."""
    latitude, longitude = cells.pop("latitude", None), cells.pop("longitude", None)
    if latitude is None or longitude is None:
        return None
    return {"type": "Point", "coordinates": [longitude, latitude]}
