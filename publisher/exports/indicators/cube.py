"""The numbers as an RDF Data Cube (https://www.w3.org/TR/vocab-data-cube/).

An observation has the indicator, the group and the period as its dimensions and the value as its measure; the part, the
whole, the unit and the target are attributes. An indicator without data has no observation, for a measure is required.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

import orjson

from publisher.exports.declaration import Dataset
from publisher.rdf.terms import PREFIXES

if TYPE_CHECKING:
    from publisher.exports.rows import Cell, Row

_PREFIXES = {
    "qb": "http://purl.org/linked-data/cube#",
    "sdmx-measure": "http://purl.org/linked-data/sdmx/2009/measure#",
    **{name: PREFIXES[name] for name in ("rdfs", "skos", "xsd", "rong")},
}
_STRUCTURE = """
rong:indicator a qb:DimensionProperty, qb:CodedProperty ; rdfs:label "chỉ tiêu"@vi, "indicator"@en ;
    rdfs:range skos:Concept ; qb:codeList <{0}#indicators> .
rong:group a qb:DimensionProperty, qb:CodedProperty ; rdfs:label "nhóm"@vi, "group"@en ;
    rdfs:range skos:Concept ; qb:codeList <{0}#groups> .
rong:period a qb:DimensionProperty, qb:CodedProperty ; rdfs:label "thời kỳ"@vi, "period"@en ;
    rdfs:range skos:Concept ; qb:codeList <{0}#periods> .
sdmx-measure:obsValue a qb:MeasureProperty ; rdfs:label "giá trị"@vi, "value"@en ; rdfs:range xsd:decimal .
rong:unit a qb:AttributeProperty ; rdfs:label "đơn vị"@vi, "unit"@en .
rong:part a qb:AttributeProperty ; rdfs:label "phần"@vi, "part"@en .
rong:whole a qb:AttributeProperty ; rdfs:label "toàn thể"@vi, "whole"@en .
rong:target a qb:AttributeProperty ; rdfs:label "mục tiêu"@vi, "target"@en .
<{0}#structure> a qb:DataStructureDefinition ;
    qb:component [ qb:dimension rong:indicator ; qb:order 1 ], [ qb:dimension rong:group ; qb:order 2 ],
        [ qb:dimension rong:period ; qb:order 3 ], [ qb:measure sdmx-measure:obsValue ],
        [ qb:attribute rong:unit ], [ qb:attribute rong:part ], [ qb:attribute rong:whole ],
        [ qb:attribute rong:target ] .
"""


class CubeWriter:
    """Writes the rows of `dataset`, whose keys are IRIs under that of the dataset."""

    def __init__(self, stream: BinaryIO, dataset: Dataset) -> None:
        self._stream = stream
        self._title = dataset.declaration.title
        self._names = [column.name for column in dataset.columns]
        self._iri = ""
        self._terms: dict[str, dict[str, tuple[str, str]]] = {"indicators": {}, "groups": {}, "periods": {}}
        stream.write("".join(f"@prefix {name}: <{iri}> .\n" for name, iri in _PREFIXES.items()).encode())

    def write(self, row: Row) -> None:
        """Write one observation."""
        cells = dict(zip(self._names, row, strict=True))
        key = str(cells["key"])
        if not self._iri:
            self._begin(key.partition("#")[0])
        if cells["value"] is None:
            return
        dimensions = {
            "indicator": self._term("indicators", cells["indicator"], cells["title"], cells["title_en"]),
            "group": self._term("groups", cells["group"] or "all", cells["label"] or "tất cả", cells["label_en"]),
            "period": self._term("periods", cells["year"] or "now", cells["year"] or "hiện nay", cells["year"]),
        }
        said = [f"rong:{name} <{iri}>" for name, iri in dimensions.items()]
        said += [f"sdmx-measure:obsValue {_decimal(cells['value'])}", f"rong:unit {_text(cells['unit'])}"]
        said += [
            f"rong:{name} {_decimal(cells[name])}" for name in ("part", "whole", "target") if cells[name] is not None
        ]
        line = " ;\n    ".join([f"<{key}> a qb:Observation", f"qb:dataSet <{self._iri}>", *said])
        self._stream.write(f"\n{line} .\n".encode())

    def close(self) -> None:
        """Write the lists of codes; the stream stays open."""
        for scheme, terms in self._terms.items():
            self._stream.write(f"\n<{self._iri}#{scheme}> a skos:ConceptScheme .\n".encode())
            for iri, (label, english) in sorted(terms.items()):
                labels = f"{_text(label)}@vi, {_text(english)}@en"
                line = f"<{iri}> a skos:Concept ; skos:inScheme <{self._iri}#{scheme}> ; skos:prefLabel {labels} .\n"
                self._stream.write(line.encode())

    def _begin(self, iri: str) -> None:
        self._iri = iri
        titles = f"{_text(self._title.vi)}@vi, {_text(self._title.en)}@en"
        self._stream.write(_STRUCTURE.format(iri).encode())
        self._stream.write(f"<{iri}> a qb:DataSet ; qb:structure <{iri}#structure> ; rdfs:label {titles} .\n".encode())

    def _term(self, scheme: str, code: Cell, label: Cell, english: Cell) -> str:
        """Return the IRI of a code, which is its own or one under that of the dataset."""
        text = str(code)
        iri = text if "://" in text else f"{self._iri}#{scheme[:-1]}-{text}"
        names = {"all": "all", "now": "now"}
        self._terms[scheme].setdefault(iri, (str(label), str(english or names.get(text, label))))
        return iri


def _decimal(value: Cell) -> str:
    text = f"{value:.4f}" if isinstance(value, int | float) else str(value)
    return text.rstrip("0").removesuffix(".") + ".0" if text.endswith("0000") else text.rstrip("0")


def _text(value: Cell) -> str:
    return orjson.dumps(str(value)).decode()
