"""Languages of the work and its parts: 041.

Source: Conversion specification 2.10, 010-048. MARC codes may be strung together in one subfield; codes of ISO 639 are
named by $2. What is neither is understood if it can be (a code of ISO 639-3 or of two letters, the name of a language
in Vietnamese or English: all are met in catalogues), and else kept as a label: the reference cuts words into codes.
The languages of a part of the material ($3) are notes about that part, never the language of the work.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, lru_cache

from publisher.bibframe.codes import MARC_LANGUAGES
from publisher.bibframe.field import MarcField
from publisher.bibframe.recordview import RecordView
from publisher.bibframe.rule import WORK, Rule, fact_rule
from publisher.bibframe.subfields import source
from publisher.bibframe.text import chop
from publisher.rdf.codelists import codelist
from publisher.rdf.description import Arc, Arcs, Iri, Node, Value, node
from publisher.rdf.text import percent_encode, squeeze
from publisher.sources.record import Field

SCHEMES = "http://id.loc.gov/vocabulary/languageschemes/"
ISO_639 = {
    "639-1": "http://id.loc.gov/vocabulary/iso639-1/",
    "639-2": "http://id.loc.gov/vocabulary/iso639-2/",
    "639-3": "http://id.loc.gov/vocabulary/iso639-3/",
}

OF_THE_WORK = "a"
OF_SOMETHING_BESIDE = frozenset("bdefgt")
"""Subfields for summaries, librettos, tables of contents and other matter that accompanies the work.

The specification also types them bf:Text, bf:Summary ..., its stylesheet does not: profiles (BIG's SHACL shapes) take
what is typed so for a work that has a record of its own.
"""

NOTE_ON_LANGUAGE: Arc = ("rdf:type", Iri("http://id.loc.gov/vocabulary/mnotetype/lang"))
_CODE_LENGTH = 3


def _languages(field: MarcField, record: RecordView) -> tuple[str, str]:
    return field.content, record.control("008")[35:38].lower()


def languages(facts: tuple[str, str]) -> Arcs:
    """Make the languages of the work beyond that of 008 (`facts`: the content of 041, and 008/35-37)."""
    content, main = facts
    field = Field("041", content)
    scheme = field.first("2") if field.ind2 == "7" else "marc"
    for code, text in field.subfields:
        if codelist("resource-components").get(code) is not None and text.strip():
            yield from _of_part(field, code, text, scheme, main)


def _of_part(field: Field, code: str, text: str, scheme: str, main: str) -> Iterator[Arc]:
    part = codelist("resource-components")[code]
    iso = next((stem for name, stem in ISO_639.items() if name in scheme), "")
    if scheme != "marc" and not iso:
        arcs: list[Arc] = [("rdf:value", text), ("bf:part", part.en)]
        arcs += source(field, SCHEMES, strip_punctuation=True)
        yield "bf:language", node("bf:Language", arcs)
        return
    of_a_part = [("bflc:appliesTo", Node("bflc:AppliesTo", ("rdfs:label", chop(value)))) for value in field.all("3")]
    for language in _iso(text, iso) if iso else _marc(text):
        kind: Arc = ("rdf:type", Iri(part.iri))
        spoken: Arc = ("bf:language", language)
        if code == OF_THE_WORK and not of_a_part:
            if iso or language != language_iri(main):
                yield spoken
        elif code in OF_SOMETHING_BESIDE:
            yield "bf:accompaniedBy", Node("bf:Work", kind, spoken, *of_a_part)
        else:
            yield "bf:note", Node("bf:Note", kind, NOTE_ON_LANGUAGE, spoken, *of_a_part)


def _iso(text: str, stem: str) -> Iterator[Value]:
    code = text.replace(" ", "").lower()[:_CODE_LENGTH]
    if len(code) == _CODE_LENGTH or (len(code) == len("vi") and stem == ISO_639["639-1"]):
        yield Iri(stem + percent_encode(code))


def _marc(text: str) -> Iterator[Value]:
    """Yield the languages that MARC codes, one or many strung together, name; else what a person would understand."""
    codes = text.replace(" ", "").lower().rstrip(".,;:/")
    if len(codes) % _CODE_LENGTH == 0 and codes.isascii() and codes.isalpha():
        for start in range(0, len(codes), _CODE_LENGTH):
            yield Iri(language_iri(codes[start : start + _CODE_LENGTH]))
    elif (known := _by_name().get(squeeze(text).casefold().rstrip("."))) is not None:
        yield Iri(known)
    else:
        yield Node("bf:Language", ("rdfs:label", squeeze(text)))


@lru_cache(maxsize=4096)
def language_iri(code: str) -> str:
    """Return the address of a MARC language code; one that is not MARC's may be one of ISO 639.

    >>> language_iri("vie"), language_iri("deu"), language_iri("bdq")[-12:]
    ('http://id.loc.gov/vocabulary/languages/vie', 'http://id.loc.gov/vocabulary/languages/ger', 'iso639-3/bdq')
    """
    if code not in codelist("languages"):
        for name in ("language-aliases", "iso639-3"):
            if (iri := codelist(name).iri(code)) is not None:
                return iri
    return MARC_LANGUAGES + code


@cache
def _by_name() -> dict[str, str]:
    """Return addresses by two-letter code and by name in Vietnamese and English."""
    known: dict[str, str] = {}
    for name in ("languages", "iso639-3"):
        for row in codelist(name).values():
            for word in (row.more["bcp47"], row.en.casefold(), row.vi.casefold()):
                if word and len(word) != _CODE_LENGTH:
                    known.setdefault(word, row.iri)
    return known


RULES: list[Rule] = [
    fact_rule(
        "041", "Language Code", "R", WORK, _languages, languages,
        example="041 07 $abdq$avie$2iso639-3",
        makes="bf:language <http://id.loc.gov/vocabulary/iso639-3/bdq>; "
        "bf:language <http://id.loc.gov/vocabulary/iso639-3/vie>",
    ),
]  # fmt: skip
