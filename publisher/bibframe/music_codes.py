"""Coded data about music: 047 forms of composition, 048 instruments and voices.

Source: Conversion specification 2.10, 010-048 and 048-Codes.
"""

from __future__ import annotations

from publisher.bibframe.codes import coded
from publisher.bibframe.field import MarcField
from publisher.bibframe.fixed_data import Said, genre, said
from publisher.bibframe.recordview import RecordView
from publisher.bibframe.rule import WORK, Rule, fact_rule, rule
from publisher.bibframe.subfields import source
from publisher.rdf.codelists import Code, codelist
from publisher.rdf.description import Arc, Arcs, Iri, Node, node
from publisher.sources.record import Field

FORM_SCHEMES = "http://id.loc.gov/vocabulary/musiccompschemes/"
SOLOIST: tuple[Arc, ...] = (("bf:note", Node("bf:Note", ("rdfs:label", "soloist"))),)
MARC_PERFORMERS = Node("bf:Source", iri=Iri("http://id.loc.gov/vocabulary/musiccodeschemes/marcmusperf"))
KINDS = {
    "instrument": ("bf:MusicInstrument", "bf:instrumentalType"),
    "voice": ("bf:MusicVoice", "bf:voiceType"),
    "ensemble": ("bf:MusicEnsemble", "bf:ensembleType"),
}

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


def performers(field: MarcField) -> Arcs:
    """Make every voice, instrument and ensemble with its number; of a soloist ($b) it is said that it is one."""
    if field.ind2 != " ":
        return
    for code, value in field.subfields:
        row = codelist("musical-instruments").get(value[:2]) if code in ("a", "b") else None
        if row is not None and row.more["family"]:
            yield _performer(row, value[2:4], SOLOIST if code == "b" else ())


def _performer(row: Code, number: str, more: tuple[Arc, ...]) -> Arc:
    kind = row.more["kind"]
    cls, type_of = KINDS[kind]
    count: list[Arc] = [("bf:count", str(int(number)))] if number.isascii() and number.isdigit() else []
    label: list[Arc] = [("rdfs:label", row.more["term"])] if row.more["term"] else []
    families: list[Arc] = [(type_of, family) for family in row.more["family"].split(", ")]
    return f"bf:{kind}", node(cls, [*families, *label, *count, *more, ("bf:source", MARC_PERFORMERS)])


RULES: list[Rule] = [
    fact_rule(
        "047", "Form of Musical Composition Code", "R", WORK, _forms, forms,
        example="047 #7 $argg$2iamlmf",
        makes='bf:genreForm [bf:GenreForm bf:code "rgg"; bf:source '
        '[bf:Source <http://id.loc.gov/vocabulary/musiccompschemes/iamlmf> bf:code "iamlmf"]]',
    ),
    rule(
        "048", "Number of Musical Instruments or Voices Code", "R", WORK, performers,
        example="048 ## $bva01$aoc",
        makes='bf:voice [bf:MusicVoice bf:voiceType "voice"; rdfs:label "soprano"; bf:count "1"; '
        'bf:note [bf:Note rdfs:label "soloist"]; '
        "bf:source [bf:Source <http://id.loc.gov/vocabulary/musiccodeschemes/marcmusperf> ]]; "
        'bf:ensemble [bf:MusicEnsemble bf:ensembleType "instrumental"; rdfs:label "string orchestra"; '
        "bf:source [bf:Source <http://id.loc.gov/vocabulary/musiccodeschemes/marcmusperf> ]]",
    ),
]  # fmt: skip
