"""Notes: the fields of 5XX that are `bf:Note`s of some kind.

Source: Conversion specification 2.10, 5XX.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from publisher.bibframe.field import MarcField
from publisher.bibframe.recordview import RecordView
from publisher.bibframe.rule import INSTANCE, WORK, Make, Rule, record_rule, rule
from publisher.bibframe.shapes import (
    About,
    as_is,
    identifiers,
    keep_full_stop,
    labels_in_both_scripts,
    note_type,
    resource,
    resources,
    resources_in_both_scripts,
    together,
    values_in_both_scripts,
)
from publisher.bibframe.subfields import applies_to, institution, locator, source
from publisher.bibframe.text import chop, delimited
from publisher.rdf.description import Arc, Arcs, Node, literal, node
from publisher.rdf.text import squeeze

CITATION_SCHEMES = "http://id.loc.gov/vocabulary/citationschemes/"
FUNDING = {
    "b": "Contract: ", "c": "Grant: ", "d": "", "e": "Program element: ", "f": "Project: ", "g": "Task: ",
    "h": "Work unit: ",
}  # fmt: skip
"""Subfields of 536, as the reference words them."""
BASES = {"0": "Description based on:", "1": "Latest issue consulted:"}
"""First indicator of 588."""
SUCCESSIONS = (
    ("upplement", "770", ""),
    ("erged with", "785", "7"),
    ("erger of", "780", "4"),
    ("plit into", "785", "6"),
    ("bsorbed by", "785", "45"),
    ("ontinued by", "785", "08"),
)
"""Words of 580 that say what a linking field, by its second indicator, says already."""


def note(codes: str, *more: About, kind: str = "", kinds: Mapping[str, str] | None = None) -> Make:
    """Make a note of the subfields `codes` in both scripts, with its address ($u), its part ($3), its institution ($5).

    `kind` is the kind of note; `kinds` are the kinds by the first indicator.
    """

    def wording(field: MarcField) -> str:
        return squeeze(" ".join(field.all(codes)))

    return worded(wording, *more, kind=kind, kinds=kinds)


def worded(
    wording: Callable[[MarcField], str], *more: About, kind: str = "", kinds: Mapping[str, str] | None = None
) -> Make:
    """Make a note as `note` does, with the label that `wording` words."""
    types = {indicator: note_type(each) for indicator, each in (kinds or {}).items()}
    its_type = note_type(kind)

    def make(field: MarcField) -> Arcs:
        labels = list(labels_in_both_scripts(field, wording))
        others = [arc for about in (*more, locator, applies_to) for arc in about(field)]
        if labels or others:
            kind_of_note = types.get(field.ind1, ()) if kinds else its_type
            yield "bf:note", node("bf:Note", [*labels, *kind_of_note, *others, *institution(field)])

    return make


def part(code: str) -> About:
    """Say to what part of the material a note applies that names it in subfield `code` instead of $3."""

    def about(field: MarcField) -> Arcs:
        for label in map(chop, field.all(code)):
            if label:
                yield "bflc:appliesTo", Node("bflc:AppliesTo", ("rdfs:label", literal(label, field.lang)))

    return about


def original_numbers(field: MarcField) -> Arcs:
    """Make the ISSN and the ISBN of the original (534)."""
    for code, value in field.subfields:
        if code in "xz" and chop(value):
            yield "bf:identifiedBy", Node("bf:Issn" if code == "x" else "bf:Isbn", ("rdf:value", chop(value)))


def funding(field: MarcField) -> Arcs:
    """Make a label of each number under which the work was funded (536)."""
    for code, value in field.subfields:
        if code in FUNDING and value:
            yield "rdfs:label", literal(chop(FUNDING[code] + value), field.lang)


def basis(field: MarcField) -> str:
    """Word the source of the description (588)."""
    return squeeze(f"{BASES.get(field.ind1, '')} {field.first('a')}") if field.first("a") else ""


def performers(field: MarcField) -> Arcs:
    """Make a note of the participants; a first indicator 1 makes it the cast (511)."""
    shown = "Cast: " if field.ind1 == "1" else ""
    for values in values_in_both_scripts(field, "a", as_is):
        labels: list[Arc] = [("rdfs:label", literal(shown + words, lang)) for words, lang in values]
        if labels:
            yield "bf:note", node("bf:Note", [*note_type("participants"), *labels, *applies_to(field)])


def citation(field: MarcField) -> Arcs:
    """Word how the material is to be cited (524)."""
    label = delimited(field.all("a"))
    if label:
        yield "rdfs:label", literal(label, field.lang)


def bibliography(field: MarcField) -> Arcs:
    """Make labels in both scripts, and the number of references (504)."""
    for values in values_in_both_scripts(field, "a", as_is):
        for words, lang in values:
            yield "rdfs:label", literal(words, lang)
    for count in map(chop, field.all("b")):
        if count:
            yield "bf:count", count


def former_title_complexity(field: MarcField, record: RecordView) -> Arcs:
    """Make a note of 547 unless it is that of a former title (247): the first note is the first title's."""
    titles, notes = ([each for each in record.all(tag) if not each.vernacular] for tag in ("247", "547"))
    told = titles if field.vernacular else field in notes[: len(titles)]
    return () if told else _note_of_a(field)


def relationship(field: MarcField, record: RecordView) -> Arcs:
    """Make a note of 580 unless a linking field says the same."""
    text = field.first("a")
    links = {
        link for each in record.fields if each.tag.startswith("7") and not each.vernacular for link in each.all("8")
    }
    if links.intersection(field.all("8")):
        return
    for words, tag, indicators in SUCCESSIONS:
        if words in text and any(
            (not indicators or each.ind2 in indicators) and not each.vernacular for each in record.all(tag)
        ):
            return
    yield from _relationship(field)


def verified(field: MarcField) -> Arcs:
    """Make a note of where data was found or sought in vain (587)."""
    kind = {" ": "datasource", "0": "datanf"}.get(field.ind1, "")
    arcs: list[Arc] = [("bf:preferredCitation", words) for words in map(chop, field.all("a")) if words]
    arcs += [("rdfs:label", words) for words in field.all("b") if words]
    arcs += locator(field)
    if arcs:
        yield "bf:note", node("bf:Note", [*note_type(kind), *arcs])


_note_of_a = note("a")


def _first_a(field: MarcField) -> str:
    return field.first("a")


_relationship = resource("bf:note", "bf:Note", lambda field: labels_in_both_scripts(field, _first_a), kind="relnote")
# fmt: off
RULES: list[Rule] = [
    rule("500", "General Note", "R", INSTANCE, note("a"),
         example="500 ## $aĐầu trang tên sách ghi: Hội Văn nghệ dân gian Việt Nam.",
         makes='bf:note [bf:Note rdfs:label "Đầu trang tên sách ghi: Hội Văn nghệ dân gian Việt Nam."]'),
    rule("501", "With Note", "R", INSTANCE, note("a", kind="with"),
         example="501 ## $aIn chung với: Truyện cổ Bahnar.",
         makes='bf:note [bf:Note rdfs:label "In chung với: Truyện cổ Bahnar."; '
               'rdf:type <http://id.loc.gov/vocabulary/mnotetype/with>]'),
    rule("504", "Bibliography, etc. Note", "R", INSTANCE, resource("bf:note", "bf:Note", bibliography, kind="biblio"),
         example="504 ## $aThư mục: tr. 295-298.$b19",
         makes='bf:note [bf:Note rdf:type <http://id.loc.gov/vocabulary/mnotetype/biblio>; '
               'rdfs:label "Thư mục: tr. 295-298."; bf:count "19"]'),
    rule("508", "Creation/Production Credits Note", "R", WORK,
         resources_in_both_scripts("bf:note", "bf:Note", "a", applies_to, text=as_is, kind="credits"),
         example="508 ## $aQuay phim, Y Điêng.",
         makes='bf:note [bf:Note rdf:type <http://id.loc.gov/vocabulary/mnotetype/credits>; '
               'rdfs:label "Quay phim, Y Điêng."]'),
    rule("511", "Participant or Performer Note", "R", WORK, performers,
         example="511 1# $aRơ Chăm Pheng.",
         makes='bf:note [bf:Note rdf:type <http://id.loc.gov/vocabulary/mnotetype/participants>; '
               'rdfs:label "Cast: Rơ Chăm Pheng."]'),
    rule("513", "Type of Report and Period Covered Note", "R", INSTANCE, note("ab", kind="report")),
    rule("515", "Numbering Peculiarities Note", "R", INSTANCE, note("a", kind="issuance")),
    rule("516", "Type of Computer File or Data Note", "R", INSTANCE, note("a", kind="computer")),
    rule("524", "Preferred Citation of Described Materials Note", "R", INSTANCE,
         resource("bf:note", "bf:Note", citation, partial(source, stem=CITATION_SCHEMES), applies_to, kind="citeas")),
    rule("525", "Supplement Note", "R", WORK, resources("bf:note", "bf:Note", "a", text=as_is, kind="suppl")),
    rule("530", "Additional Physical Form Available Note", "R", INSTANCE,
         note("abc", identifiers("bf:StockNumber", "d"), kind="addphys"),
         example="530 ## $aCó bản vi phim; $bLưu trữ Quốc gia. $dM449",
         makes='bf:note [bf:Note rdfs:label "Có bản vi phim; Lưu trữ Quốc gia."; '
               'rdf:type <http://id.loc.gov/vocabulary/mnotetype/addphys>; '
               'bf:identifiedBy [bf:StockNumber rdf:value "M449"]]'),
    rule("533", "Reproduction Note", "R", INSTANCE, note("abcdefn", part("m"), kind="repro"),
         example="533 ## $aBản sao điện tử.$bKon Tum :$d2024.",
         makes='bf:note [bf:Note rdfs:label "Bản sao điện tử. Kon Tum : 2024."; '
               'rdf:type <http://id.loc.gov/vocabulary/mnotetype/repro>]'),
    rule("534", "Original Version Note", "R", INSTANCE, note("abcefkmnt", part("p"), original_numbers, kind="orig"),
         example="534 ## $pTái bản:$cParis, 1894$z9782070000000",
         makes='bf:note [bf:Note rdfs:label "Paris, 1894"; rdf:type <http://id.loc.gov/vocabulary/mnotetype/orig>; '
               'bflc:appliesTo [bflc:AppliesTo rdfs:label "Tái bản"]; '
               'bf:identifiedBy [bf:Isbn rdf:value "9782070000000"]]'),
    rule("536", "Funding Information Note", "R", INSTANCE, note("a", funding, kind="fundinfo"),
         example="536 ## $aQuỹ Nafosted$fVII2.1",
         makes='bf:note [bf:Note rdfs:label "Quỹ Nafosted"; '
               'rdf:type <http://id.loc.gov/vocabulary/mnotetype/fundinfo>; rdfs:label "Project: VII2.1"]'),
    rule("544", "Location of Other Archival Materials Note", "R", INSTANCE, note("abcden", kind="related")),
    rule("545", "Biographical or Historical Data", "R", INSTANCE,
         note("ab", kinds={"0": "biogdata", "1": "adminhist"}),
         example="545 0# $aNhà sưu tầm sử thi.",
         makes='bf:note [bf:Note rdfs:label "Nhà sưu tầm sử thi."; '
               'rdf:type <http://id.loc.gov/vocabulary/mnotetype/biogdata>]'),
    rule("546", "Language Note", "R", WORK,
         together(
             resources_in_both_scripts("bf:note", "bf:Note", "a", applies_to, text=keep_full_stop, kind="lang"),
             resources_in_both_scripts("bf:notation", "bf:Notation", "b", applies_to)),
         example="546 ## $aSong ngữ Bahnar - Việt ;$bchữ Quốc ngữ.",
         makes='bf:note [bf:Note rdf:type <http://id.loc.gov/vocabulary/mnotetype/lang>; '
               'rdfs:label "Song ngữ Bahnar - Việt"]; bf:notation [bf:Notation rdfs:label "chữ Quốc ngữ"]'),
    record_rule("547", "Former Title Complexity Note", "R", INSTANCE, former_title_complexity,
                example="547 ## $aTên cũ không có trên số 1.",
                makes='bf:note [bf:Note rdfs:label "Tên cũ không có trên số 1."]'),
    rule("550", "Issuing Body Note", "R", INSTANCE, note("a", kind="issuing")),
    rule("555", "Cumulative Index/Finding Aids Note", "R", INSTANCE,
         note("abcd", kinds={" ": "index", "0": "finding"})),
    rule("556", "Information About Documentation Note", "R", INSTANCE, note("a", kind="doc")),
    record_rule("580", "Linking Entry Complexity Note", "R", WORK, relationship,
                example="580 ## $aTiếp nối từ năm 1991.",
                makes='bf:note [bf:Note rdf:type <http://id.loc.gov/vocabulary/mnotetype/relnote>; '
                      'rdfs:label "Tiếp nối từ năm 1991."]'),
    rule("581", "Publications About Described Materials Note", "R", INSTANCE,
         note("a", identifiers("bf:Isbn", "z"), kind="related")),
    rule("585", "Exhibitions Note", "R", INSTANCE, note("a", kind="exhibit")),
    rule("586", "Awards Note", "R", WORK,
         resources("bf:note", "bf:Note", "a", applies_to, text=as_is, kind="award"),
         example="586 ## $aGiải A, 2003.",
         makes='bf:note [bf:Note rdf:type <http://id.loc.gov/vocabulary/mnotetype/award>; '
               'rdfs:label "Giải A, 2003."]'),
    rule("587", "Authority-Related Data Source", "R", WORK, verified,
         example="587 ## $aSử thi Tây Nguyên, 2004:$btr. 5",
         makes='bf:note [bf:Note rdf:type <http://id.loc.gov/vocabulary/mnotetype/datasource>; '
               'bf:preferredCitation "Sử thi Tây Nguyên, 2004"; rdfs:label "tr. 5"]'),
    rule("588", "Source of Description Note", "R", INSTANCE, worded(basis, kind="descsource"),
         example="588 0# $aSố 1 (2010).",
         makes='bf:note [bf:Note rdfs:label "Description based on: Số 1 (2010)."; '
               'rdf:type <http://id.loc.gov/vocabulary/mnotetype/descsource>]'),
]
