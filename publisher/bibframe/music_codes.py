"""Coded data about music: 047 forms of composition, 048 instruments and voices.

Source: Conversion specification 2.10, 010-048 and 048-Codes.
"""

from __future__ import annotations

from publisher.bibframe.codes import coded, labelled
from publisher.bibframe.field import MarcField
from publisher.bibframe.fixed_data import Said, genre, said
from publisher.bibframe.recordview import RecordView
from publisher.bibframe.rule import WORK, Rule, fact_rule
from publisher.bibframe.subfields import source
from publisher.rdf.codelists import Code, codelist
from publisher.rdf.description import Arc, Arcs, Iri, Node, node
from publisher.sources.record import Field

FORM_SCHEMES = "http://id.loc.gov/vocabulary/musiccompschemes/"
SOLOIST = labelled("bf:MediumComponentQualifier", "solo", "http://id.loc.gov/vocabulary/medcompqual/sol")
LARGE = labelled("bf:EnsembleSize", "large ensemble", "http://id.loc.gov/vocabulary/ensemblesize/ensemble")
MARC_PERFORMERS = Node("bf:Source", iri=Iri("http://id.loc.gov/vocabulary/musiccodeschemes/marcmusperf"))
SMALLEST_LARGE_ENSEMBLE = 10

_one_form = genre("music-forms", "655")


def _forms(field: MarcField, record: RecordView) -> tuple[str, Said]:
    return field.content, said(record)


def forms(facts: tuple[str, Said]) -> Arcs:
    """Make the forms of composition, by MARC's list or the one that $2 names."""
    content, words = facts
    field = Field("047", content)
    for code in field.all("a"):
        row = codelist("music-forms").get(code)
        if field.ind2 != " ":
            if code.strip():
                yield "bf:genreForm", node("bf:GenreForm", [("bf:code", code), *source(field, FORM_SCHEMES)])
        elif row is not None and ("655", row.en) not in words:
            yield from coded("bf:genreForm", "bf:GenreForm", "music-forms", code)


def _performers(field: MarcField, record: RecordView) -> str | None:
    return None if record.has("382") else field.content


def performers(content: str) -> Arcs:
    """Make the ensemble with its parts; voices and instruments also one by one, as the specification has them."""
    field = Field("048", content)
    parts = [(code, value[:2], value[2:4]) for code, value in field.subfields if code in ("a", "b") and value]
    if not parts:
        return
    arcs = [_component(row, number, code) for code, row, number in _known(parts)]
    yield "bf:ensemble", node("bf:Ensemble", [*arcs, *_size(parts)])
    if field.ind2 == " ":
        for _, row, number in _known(parts):
            if row.more["kind"] in ("instrument", "voice"):
                yield _performer(row, number)


def _known(parts: list[tuple[str, str, str]]) -> list[tuple[str, Code, str]]:
    rows = ((code, codelist("musical-instruments").get(medium), number) for code, medium, number in parts)
    return [(code, row, number) for code, row, number in rows if row is not None]


def _count(number: str) -> list[Arc]:
    if not number:
        return [("bf:count", "1")]
    return [("bf:count", str(int(number)))] if number.isascii() and number.isdigit() else []


def _component(row: Code, number: str, code: str) -> Arc:
    medium: Arc = ("bf:mediumOfPerformance", labelled("bf:MediumOfPerformance", row.en, row.iri))
    solo: list[Arc] = [("bf:mediumComponentQualifier", SOLOIST)] if code == "b" else []
    return "bf:mediumComponent", node("bf:MediumComponent", [medium, *_count(number), *solo])


def _size(parts: list[tuple[str, str, str]]) -> Arcs:
    """Yield how many perform: choruses and orchestras are large; else the parts are counted."""
    if any(medium[:1] in ("c", "o") for _, medium, _ in parts):
        yield "bf:ensembleSize", LARGE
        return
    numbers = [number or "1" for _, _, number in parts]
    if not all(number.isascii() and number.isdigit() for number in numbers):
        return
    total = sum(int(number) for number in numbers)
    if total >= SMALLEST_LARGE_ENSEMBLE:
        yield "bf:ensembleSize", LARGE
    else:
        yield from coded("bf:ensembleSize", "bf:EnsembleSize", "ensemble-sizes", str(total))


def _performer(row: Code, number: str) -> Arc:
    kind = row.more["kind"]
    label: Arc = ("rdfs:label", row.en.removesuffix(" voice"))
    family: Arc = ("bf:voiceType" if kind == "voice" else "bf:instrumentalType", row.more["family"])
    cls = "bf:MusicVoice" if kind == "voice" else "bf:MusicInstrument"
    return f"bf:{kind}", node(cls, [family, label, *_count(number), ("bf:source", MARC_PERFORMERS)])


RULES: list[Rule] = [
    fact_rule(
        "047", "Form of Musical Composition Code", "R", WORK, _forms, forms,
        example="047 #7 $argg$2iamlmf",
        makes='bf:genreForm [bf:GenreForm bf:code "rgg"; bf:source '
        '[bf:Source <http://id.loc.gov/vocabulary/musiccompschemes/iamlmf> bf:code "iamlmf"]]',
    ),
    fact_rule("048", "Number of Musical Instruments or Voices Code", "R", WORK, _performers, performers),
]  # fmt: skip
