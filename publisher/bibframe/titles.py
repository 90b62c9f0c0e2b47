"""Titles: as printed on the book, and the other forms it is known by (210, 222, 242, 243, 245, 246, 247).

Source: Conversion specification 2.10, 200-247 Titles (not 240).
"""

from __future__ import annotations

from collections.abc import Iterator

from publisher.bibframe.field import MarcField
from publisher.bibframe.hubs import nonfiling
from publisher.bibframe.recordview import RecordView
from publisher.bibframe.rule import INSTANCE, WORK, Rule, record_rule, rule
from publisher.bibframe.subfields import institution
from publisher.bibframe.text import chop
from publisher.rdf.description import Arc, Arcs, Iri, Node, literal, node

VARIANTS = "http://id.loc.gov/vocabulary/vartitletype/"
VARIANT_BY_INDICATOR = {"0": "por", "2": "dis", "4": "cov", "5": "atp", "6": "cap", "7": "run", "8": "spi"}
ON_THE_VOLUME = ("4", "8")
"""Second indicators of 246 for titles of the cover and the spine, which belong to the instance."""

_PARTS = {"a": "bf:mainTitle", "b": "bf:subtitle", "n": "bf:partNumber", "p": "bf:partName"}


def title_parts(field: MarcField, codes: str = "abnp") -> Iterator[Arc]:
    """Yield title, subtitle and parts, in that order, without the punctuation between them."""
    for code in codes:
        for value in field.all(code):
            text = chop(value)
            if text:
                yield _PARTS[code], literal(text, field.lang)


def _as_printed(field: MarcField) -> Iterator[Arc]:
    """Yield title and qualifier as they are: in key titles and abbreviated titles punctuation means something."""
    for prop, code in (("bf:mainTitle", "a"), ("bf:qualifier", "b")):
        for value in field.all(code):
            yield prop, literal(value, field.lang)


def _dates(field: MarcField, prop: str, code: str) -> Iterator[Arc]:
    for value in field.all(code):
        yield prop, literal(chop(value, force=True), field.lang)


def _both(field: MarcField) -> tuple[MarcField, ...]:
    return (field,) if field.twin is None else (field, field.twin)


def _title(cls: str, arcs: Arcs) -> Iterator[Arc]:
    its = tuple(arcs)
    if its:
        yield "bf:title", Node(cls, *its)


# 210, 222, 242, 243 ---------------------------------------------------------------------------------------------------


def abbreviated_title(field: MarcField) -> Iterator[Arc]:
    """Yield an abbreviated title with who assigned it ($2)."""
    if field.ind2 == "0":
        by = [("bf:assigner", Node("bf:Agent", ("bf:code", code))) for code in field.all("2")]
        yield from _title("bf:AbbreviatedTitle", [*_as_printed(field), *by])


def abbreviated_key_title(field: MarcField) -> Iterator[Arc]:
    """Yield the abbreviated key title of the ISSN network."""
    if field.ind2 != "0":
        by = ("bf:assigner", Node("bf:Agent", ("bf:code", "issnkey")))
        yield from _title("bf:AbbreviatedTitle", [*_as_printed(field), by])


def key_title(field: MarcField) -> Iterator[Arc]:
    """Yield the key title of the ISSN network."""
    yield from _title("bf:KeyTitle", [*nonfiling(field, field.ind2), *_as_printed(field)])


def translated_title(field: MarcField) -> Iterator[Arc]:
    """Yield the title as the cataloguing agency translated it."""
    kind = [("rdf:type", Iri(VARIANTS + "tra")), ("bf:variantType", "translated")]
    yield from _title("bf:VariantTitle", [*kind, *nonfiling(field, field.ind2), *title_parts(field)])


def collective_title(field: MarcField) -> Iterator[Arc]:
    """Yield the collective title that gathers an author's works."""
    yield from _title("bf:CollectiveTitle", [*nonfiling(field, field.ind2), *title_parts(field, "a")])


# 245 ------------------------------------------------------------------------------------------------------------------


def work_dates(field: MarcField, record: RecordView) -> Iterator[Arc]:
    """Yield the dates and the version that archives put in the title statement."""
    for each in _both(field):
        if each.has("f") and not any(dates.has("k") for dates in record.all("046")):
            yield from _dates(each, "bf:originDate", "f")
        yield from _dates(each, "bf:originDate", "g")
        for value in each.all("s"):
            yield "bf:version", literal(chop(value), each.lang)


def work_title(field: MarcField) -> Iterator[Arc]:
    """Yield the title of the work, in both scripts: the title proper and its parts; the subtitle is the instance's."""
    arcs: list[Arc] = []
    if field.ind2 not in ("0", " "):
        arcs.append(("bflc:nonSortNum", literal(field.ind2, field.twin.lang if field.twin is not None else "")))
    for each in _both(field):
        arcs += title_parts(each, "anp")
    yield from _title("bf:Title", arcs)


def instance_title(field: MarcField, record: RecordView) -> Iterator[Arc]:
    """Yield the statement of responsibility and the title as printed.

    Not for an instance that LoC split off a record for what is on line: the title is the other instance's.
    """
    if field.profile.instance_type == "SecondaryInstance" and record.has("856", "859"):
        return
    for each in _both(field):
        for value in each.all("c"):
            yield "bf:responsibilityStatement", literal(chop(value), each.lang)
    yield from _title(
        "bf:Title",
        [arc for each in _both(field) for arcs in (nonfiling(each, each.ind2), title_parts(each)) for arc in arcs],
    )


# 246, 247 -------------------------------------------------------------------------------------------------------------


def variant_of_work(field: MarcField) -> Iterator[Arc]:
    """Yield another title of the work."""
    if field.ind2 not in ON_THE_VOLUME:
        yield from _variant(field)


def variant_of_instance(field: MarcField) -> Iterator[Arc]:
    """Yield the title of the cover or the spine."""
    if field.ind2 in ON_THE_VOLUME:
        yield from _variant(field)


def _variant(field: MarcField) -> Iterator[Arc]:
    arcs: list[Arc] = []
    if field.ind2 in VARIANT_BY_INDICATOR:
        arcs.append(("rdf:type", Iri(VARIANTS + VARIANT_BY_INDICATOR[field.ind2])))
    for each in _both(field):
        for value in each.all("i"):
            arcs.append(("bf:note", Node("bf:Note", ("rdfs:label", literal(chop(value), each.lang)))))
        arcs += title_parts(each, "ab")
        arcs += _dates(each, "bf:date", "f")
        arcs += title_parts(each, "np")
    arcs += institution(field)
    yield from _title("bf:ParallelTitle" if field.ind2 == "1" else "bf:VariantTitle", arcs)


def former_title(field: MarcField, record: RecordView) -> Iterator[Arc]:
    """Yield a former title of a serial, with the note (547) that explains it: the first note is the first title's."""
    if not _has_title(field):
        return
    arcs: list[Arc] = [("rdf:type", Iri(VARIANTS + "for"))]
    for each in _both(field):
        arcs += title_parts(each, "ab")
        arcs += _dates(each, "bf:date", "f")
        for value in each.all("g"):
            arcs.append(("bf:qualifier", literal(chop(value, parens=True), each.lang)))
        arcs += title_parts(each, "np")
        for value in each.all("x"):
            arcs.append(("bf:identifiedBy", Node("bf:Issn", ("rdf:value", chop(value)))))
    yield "bf:title", node("bf:VariantTitle", [*arcs, *_explained(field, record)])


def note_on_former_titles(field: MarcField, record: RecordView) -> Iterator[Arc]:
    """Yield what is said of former titles where none is named: the reference makes a title without a title of it."""
    if _has_title(field):
        return
    for each in _both(field):
        if said := " ".join([*each.all("f"), *each.all("g")]).strip():
            yield "bf:note", Node("bf:Note", ("rdfs:label", literal(said, each.lang)))
    yield from _explained(field, record)


def _has_title(field: MarcField) -> bool:
    return any(each.has(code) for each in _both(field) for code in "abnp")


def _explained(field: MarcField, record: RecordView) -> Iterator[Arc]:
    """Yield the note (547) of the same number as the former title."""
    if not field.vernacular:
        titles, notes = ([each for each in record.all(tag) if not each.vernacular] for tag in ("247", "547"))
        for note in notes[titles.index(field) :][:1]:
            yield "bf:note", Node("bf:Note", ("rdfs:label", literal(" ".join(note.all("a")), note.lang)))


RULES: list[Rule] = [
    rule("210", "Abbreviated Title", "R", INSTANCE, abbreviated_title,
         example="210 10 $aTạp chí dân tộc học$2DNLM",
         makes='bf:title [bf:AbbreviatedTitle bf:mainTitle "Tạp chí dân tộc học"; '
               'bf:assigner [bf:Agent bf:code "DNLM"]]'),
    rule("210", "Abbreviated Title", "R", WORK, abbreviated_key_title,
         example="210 0# $aIdler$b(Lond.)",
         makes='bf:title [bf:AbbreviatedTitle bf:mainTitle "Idler"; bf:qualifier "(Lond.)"; '
               'bf:assigner [bf:Agent bf:code "issnkey"]]'),
    rule("222", "Key Title", "R", WORK, key_title,
         example="222 #0 $aVăn hoá Tây Nguyên$b(Online)",
         makes='bf:title [bf:KeyTitle bf:mainTitle "Văn hoá Tây Nguyên"; bf:qualifier "(Online)"]'),
    rule("242", "Translation of Title by Cataloging Agency", "R", INSTANCE, translated_title,
         example="242 04 $aThe house on stilts.$yeng",
         makes='bf:title [bf:VariantTitle rdf:type <http://id.loc.gov/vocabulary/vartitletype/tra>; '
               'bf:variantType "translated"; bflc:nonSortNum "4"; bf:mainTitle "The house on stilts"]'),
    rule("243", "Collective Uniform Title", "NR", WORK, collective_title,
         example="243 10 $aTuyển tập.",
         makes='bf:title [bf:CollectiveTitle bf:mainTitle "Tuyển tập"]'),
    record_rule("245", "Title Statement", "NR", WORK, work_dates),
    rule("245", "Title Statement", "NR", WORK, work_title,
         example="245 10 $aDăm Giông :$bsử thi Bahnar /$cA Jar dịch.",
         makes='bf:title [bf:Title bf:mainTitle "Dăm Giông"]'),
    record_rule("245", "Title Statement", "NR", INSTANCE, instance_title,
         example="245 10 $aDăm Giông :$bsử thi Bahnar /$cA Jar dịch.",
         makes='bf:responsibilityStatement "A Jar dịch"; '
               'bf:title [bf:Title bf:mainTitle "Dăm Giông"; bf:subtitle "sử thi Bahnar"]'),
    rule("246", "Varying Form of Title", "R", WORK, variant_of_work,
         example="246 31 $aHơamon Dăm Giông",
         makes='bf:title [bf:ParallelTitle bf:mainTitle "Hơamon Dăm Giông"]'),
    rule("246", "Varying Form of Title", "R", INSTANCE, variant_of_instance,
         example="246 18 $aTruyện Kiều",
         makes='bf:title [bf:VariantTitle rdf:type <http://id.loc.gov/vocabulary/vartitletype/spi>; '
               'bf:mainTitle "Truyện Kiều"]'),
    record_rule("247", "Former Title", "R", WORK, note_on_former_titles,
                example="247 00 $gTên chính và tên song song đổi chỗ",
                makes='bf:note [bf:Note rdfs:label "Tên chính và tên song song đổi chỗ"]'),
    record_rule("247", "Former Title", "R", WORK, former_title,
                example="247 10 $aVăn nghệ.$f1976-1991",
                makes='bf:title [bf:VariantTitle rdf:type <http://id.loc.gov/vocabulary/vartitletype/for>; '
                      'bf:mainTitle "Văn nghệ"; bf:date "1976-1991"]'),
]  # fmt: skip
