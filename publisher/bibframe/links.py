"""Linking entries: other works that this one continues, translates, belongs to, is printed with (760-787), and 758.

Source: Conversion specification 2.10, 760-788 Links, 758.

The reference converts an 880 of these tags only when it says itself that it has no partner (`$6 785-00`); here an 880
whose partner is not in the record is converted too, so that what it says is not lost.
"""

from __future__ import annotations

from collections.abc import Iterator

from publisher.bibframe.field import MarcField
from publisher.bibframe.names import RELATIONSHIPS, said_relationship
from publisher.bibframe.recordview import RecordView
from publisher.bibframe.rule import WORK, Rule, record_rule, rule
from publisher.bibframe.shapes import values_in_both_scripts
from publisher.bibframe.subfields import applies_to, identifier, names_address, role, uri_of
from publisher.bibframe.text import chop
from publisher.rdf.description import PARENT, Arc, Iri, Node, literal, node
from publisher.rdf.terms import term
from publisher.rdf.text import percent_encode, squeeze

LANGUAGES = "http://id.loc.gov/vocabulary/languages/"
COUNTRIES = "http://id.loc.gov/vocabulary/countries/"
NOTE_OF_RELATION = Iri("http://id.loc.gov/vocabulary/mnotetype/relnote")

KINDS = {
    "760": "series", "762": "subseries", "765": "translationof", "767": "translatedas", "770": "supplement",
    "772": "supplementto", "773": "partof", "774": "part", "775": "otheredition", "776": "otherphysicalformat",
    "777": "issuedwith", "780": "precededby", "785": "succeededby", "786": "datasource", "787": "relatedwork",
}  # fmt: skip
"""The relationship (id.loc.gov/vocabulary/relationship) that a tag stands for."""
KINDS_BY_INDICATOR = {
    ("780", "0"): "continuationof", ("780", "1"): "continuedinpart", ("780", "4"): "mergerof",
    ("780", "5"): "absorptionof", ("780", "6"): "absorptionof", ("780", "7"): "separatedfrom",
    ("785", "0"): "continuedby", ("785", "1"): "continuedinpartby", ("785", "4"): "absorbedby",
    ("785", "5"): "absorbedinpartby", ("785", "6"): "splitinto", ("785", "7"): "mergedtoform",
    ("785", "8"): "continuedby",
}  # fmt: skip
"""The relationship where the second indicator tells more than the tag."""
TOGETHER = frozenset({("780", "4"), ("785", "6"), ("785", "7")})
"""Tags and second indicators whose fields tell of one event together: three journals become one."""
WORDS_OF_580 = {
    "supplement": "upplement", "mergedtoform": "erged with", "mergerof": "erger of", "splitinto": "plit into",
    "absorbedby": "bsorbed by", "continuedby": "ontinued by",
}  # fmt: skip
"""What a note (580) has in it that words such a relationship."""


def link(field: MarcField, record: RecordView) -> Iterator[Arc]:
    """Yield the relation to the work that the field names, or to those that it and its companions name."""
    if (field.vernacular and field.twin is not None) or _told_already(field, record):
        return
    kind = KINDS_BY_INDICATOR.get((field.tag, field.ind2), KINDS[field.tag])
    arcs = [*_notes(field, kind, record), ("bf:relationship", Iri(RELATIONSHIPS + kind))]
    arcs += [said_relationship(field, words) for words in field.all("i") if chop(words)]
    companions = _companions(field, record)
    title = " ".join([value for each in record.all("245") if not each.vernacular for value in each.all("ab")])
    if companions:
        for number, each in enumerate(companions, start=1):
            into = kind == "mergedtoform" and number < len(companions)
            arcs.append(("bf:mergedWith" if into else "bf:associatedResource", linked_work(each, title, number)))
    else:
        arcs.append(("bf:associatedResource", linked_work(field, title)))
    yield "bf:relation", node("bf:Relation", arcs)


def _told_already(field: MarcField, record: RecordView) -> bool:
    """Return whether the field directly before this one has told what this one tells."""
    if (field.tag, field.ind2) not in TOGETHER or field.vernacular:
        return False
    before = field.position - 1
    return any(each.position == before and each.ind2 == field.ind2 for each in record.all(field.tag))


def _companions(field: MarcField, record: RecordView) -> list[MarcField]:
    """Return the fields that tell of the same event (this one among them), in order; none if it stands alone."""
    mark = field.first("8")
    if mark:
        marked = [each for each in record.all(*KINDS) if mark in each.all("8")]
        if marked[0] is field:
            return marked
    if (field.tag, field.ind2) not in TOGETHER:
        return []
    same = [each for each in record.all(field.tag) if each.ind2 == field.ind2 and not each.vernacular]
    # Parts of a merger that stand apart in the record are told again each time, as the reference does.
    return same if field.ind2 == "4" or same[:1] == [field] else []


def _notes(field: MarcField, kind: str, record: RecordView) -> Iterator[Arc]:
    """Yield the note (580) that words this relation: by its link ($8), or by its words."""
    notes = record.all("580")
    if not notes:
        return
    marks = set(field.all("8"))
    for note in notes:
        if marks.intersection(note.all("8")):
            yield _note(note)
            return
    first_of_its_kind = not any(
        each.ind2 == field.ind2 and each.position < field.position for each in record.all(field.tag)
    )
    if kind in WORDS_OF_580 and (first_of_its_kind or (field.tag, field.ind2) not in TOGETHER):
        for note in notes:
            if any(WORDS_OF_580[kind] in words for words in note.all("a")):
                yield _note(note)
                return


def _note(note: MarcField) -> Arc:
    both = (note, note.twin) if note.twin is not None else (note,)
    labels: list[Arc] = [("rdfs:label", literal(words, each.lang)) for each in both for words in each.all("a") if words]
    return "bf:note", Node("bf:Note", ("rdf:type", NOTE_OF_RELATION), *labels)


# The work, and the instance by which it is known -------------------------------------------------------------------


def linked_work(field: MarcField, title: str, number: int = 0) -> Node:
    """Return the work that a linking entry names; `title` is the record's own, for entries that leave it out.

    `number` is its place among its companions, by which the reference numbers it instead of the field's position.
    """
    mint = f"%s{'880' if field.vernacular else field.tag}-" + (f"{number}%%.0s" if number else "%%d")
    arcs: list[Arc] = [*_title(field, title, "st", with_qualifier=True)]
    for names in values_in_both_scripts(field, "a", chop):
        if names:
            agent = node("bf:Agent", [("rdfs:label", literal(*name)) for name in names])
            arcs.append(("bf:contribution", Node("bf:PrimaryContribution", ("bf:agent", agent))))
    arcs += [("bf:language", Node("bf:Language", iri=Iri(LANGUAGES + code))) for code in _codes(field, "e")]
    for titles in values_in_both_scripts(field, "p", squeeze):
        if titles:
            arcs.append(
                ("bf:title", node("bf:AbbreviatedTitle", [("bf:mainTitle", literal(*each)) for each in titles]))
            )
    arcs += [_labelled("bf:note", "bf:Note", [(words, field.lang)]) for words in map(chop, field.all("v")) if words]
    arcs += _identified(field, {"x": "bf:Issn"})
    arcs += applies_to(field)
    arcs += role(field)
    arcs.append(("bf:hasInstance", _linked_instance(field, title, mint % "Instance")))
    return node("bf:Work", arcs, mint=mint % "Work")


def _linked_instance(field: MarcField, title: str, mint: str) -> Node:
    arcs: list[Arc] = [*_title(field, title, "t")]
    arcs += _statements(field, "b", "bf:editionStatement")
    arcs += _statements(field, "d", "bf:provisionActivityStatement")
    for code in _codes(field, "f"):
        place = Node("bf:Place", iri=Iri(COUNTRIES + code))
        arcs.append(("bf:provisionActivity", Node("bf:ProvisionActivity", ("bf:place", place))))
    arcs += _statements(field, "g", "bf:part")
    for labels in values_in_both_scripts(field, "h", chop):
        if labels:
            arcs.append(_labelled("bf:extent", "bf:Extent", labels))
    arcs += _remarks(field)
    arcs += _statements(field, "k", "bf:seriesStatement")
    arcs += _identified(field, {"o": "bf:Local"})
    arcs += _identified(field, {"r": "bf:ReportNumber"})
    arcs += _identified(field, {"u": "bf:Strn", "y": "bf:Coden", "z": "bf:Isbn"})
    for value in field.all("w"):
        arcs.append(identifier(value, "w", "bf:Lccn" if value.startswith("(DLC)") else "bf:Identifier"))
    arcs += applies_to(field)
    arcs += role(field)
    arcs.append(("bf:instanceOf", PARENT))
    return node("bf:Instance", arcs, mint=mint)


def _title(field: MarcField, own_title: str, codes: str, *, with_qualifier: bool = False) -> Iterator[Arc]:
    """Yield the title in both scripts: the first of `codes` that the field has, else the record's own title."""
    twin = field.twin
    main = chop(_first_of(field, codes) or own_title)
    if not main:
        return
    arcs: list[Arc] = [("bf:mainTitle", literal(main, field.lang))]
    if twin is not None and chop(_first_of(twin, codes)):
        arcs.append(("bf:mainTitle", literal(chop(_first_of(twin, codes)), twin.lang)))
    if with_qualifier:
        for each in (field, twin) if twin is not None else (field,):
            for value in each.all("c"):
                arcs.append(("bf:qualifier", literal(chop(value, parens=True), each.lang)))
    yield "bf:title", node("bf:Title", arcs)


def _first_of(field: MarcField, codes: str) -> str:
    return next((field.first(code) for code in codes if field.has(code)), "")


def _statements(field: MarcField, code: str, prop: str) -> Iterator[Arc]:
    for values in values_in_both_scripts(field, code, chop):
        for value in values:
            yield prop, literal(*value)


def _remarks(field: MarcField) -> Iterator[Arc]:
    """Yield notes of $j $m $n $q in the order of the field, each with its counterparts in the other script."""
    remarks = {code: values_in_both_scripts(field, code, chop) for code in "jmnq"}
    for code, _ in field.subfields:
        if code in remarks:
            labels = next(remarks[code])
            if labels:
                yield _labelled("bf:note", "bf:Note", labels)


def _identified(field: MarcField, classes: dict[str, str]) -> Iterator[Arc]:
    for code, value in field.subfields:
        if code in classes and chop(value):
            yield "bf:identifiedBy", Node(classes[code], ("rdf:value", chop(value)))


def _codes(field: MarcField, code: str) -> list[str]:
    return [percent_encode(value) for value in map(squeeze, field.all(code)) if value]


def _labelled(prop: str, cls: str, labels: list[tuple[str, str]]) -> Arc:
    return prop, node(cls, [("rdfs:label", literal(*label)) for label in labels])


# 758 ---------------------------------------------------------------------------------------------------------------


def resource_identifier(field: MarcField) -> Iterator[Arc]:
    """Yield the relation to a resource known by its address.

    The reference says nothing where $4 is of RDA and there is no $i, and leaves out the label of a resource without an
    address; here the one is a relationship too, and the other a resource with a label.
    """
    codes = field.all("4")
    by_code = codes and not ("rdaregistry" in codes[0] and field.has("i"))
    arcs: list[Arc] = []
    if by_code:
        arcs += [("bf:relationship", Iri(code) if uri_of(code) else _relationship(code)) for code in codes if code]
    else:
        arcs += [("bf:relationship", _relationship(words)) for words in field.all("i") if words]
    if not arcs:
        arcs.append(("bf:relationship", term("bf:hasEquivalent")))
    addresses = [uri_of(value) for value in field.all("01") if names_address(value)]
    arcs += [("bf:associatedResource", Iri(address)) for address in addresses if address]
    label = squeeze(field.first("a"))
    if not any(addresses) and label:
        arcs.append(("bf:associatedResource", Node("rdfs:Resource", ("rdfs:label", literal(label, field.lang)))))
    if any(prop == "bf:associatedResource" for prop, _ in arcs):
        yield "bf:relation", node("bf:Relation", arcs)


def _relationship(words: str) -> Node:
    return Node("bf:Relationship", ("rdfs:label", words))


RULES: list[Rule] = [
    rule("758", "Resource Identifier", "R", WORK, resource_identifier,
         example="758 ## $aTruyện Kiều$1http://www.wikidata.org/entity/Q1193241",
         makes='bf:relation [bf:Relation bf:relationship <http://id.loc.gov/ontologies/bibframe/hasEquivalent>; '
               'bf:associatedResource <http://www.wikidata.org/entity/Q1193241>]'),
    record_rule("760", "Main Series Entry", "R", WORK, link),
    record_rule("762", "Subseries Entry", "R", WORK, link),
    record_rule("765", "Original Language Entry", "R", WORK, link,
                example="765 0# $tLes chasseurs de sang$efre",
                makes='bf:relation [bf:Relation bf:relationship '
                      '<http://id.loc.gov/vocabulary/relationship/translationof>; bf:associatedResource [bf:Work '
                      'bf:title [bf:Title bf:mainTitle "Les chasseurs de sang"]; bf:language [bf:Language '
                      '<http://id.loc.gov/vocabulary/languages/fre> ]; bf:hasInstance [bf:Instance bf:title [bf:Title '
                      'bf:mainTitle "Les chasseurs de sang"]; bf:instanceOf ^]]]'),
    record_rule("767", "Translation Entry", "R", WORK, link),
    record_rule("770", "Supplement/Special Issue Entry", "R", WORK, link),
    record_rule("772", "Supplement Parent Entry", "R", WORK, link),
    record_rule("773", "Host Item Entry", "R", WORK, link,
                example="773 0# $tTạp chí Văn hoá dân gian.$gSố 3 (2003)$x0866-7284",
                makes='bf:relation [bf:Relation bf:relationship <http://id.loc.gov/vocabulary/relationship/partof>; '
                      'bf:associatedResource [bf:Work bf:title [bf:Title bf:mainTitle "Tạp chí Văn hoá dân gian"]; '
                      'bf:identifiedBy [bf:Issn rdf:value "0866-7284"]; bf:hasInstance [bf:Instance bf:title [bf:Title '
                      'bf:mainTitle "Tạp chí Văn hoá dân gian"]; bf:part "Số 3 (2003)"; bf:instanceOf ^]]]'),
    record_rule("774", "Constituent Unit Entry", "R", WORK, link),
    record_rule("775", "Other Edition Entry", "R", WORK, link),
    record_rule("776", "Additional Physical Form Entry", "R", WORK, link),
    record_rule("777", "Issued With Entry", "R", WORK, link),
    record_rule("780", "Preceding Entry", "R", WORK, link,
                example="780 00 $tĐăk Lăk tân thời",
                makes='bf:relation [bf:Relation bf:relationship '
                      '<http://id.loc.gov/vocabulary/relationship/continuationof>; bf:associatedResource [bf:Work '
                      'bf:title [bf:Title bf:mainTitle "Đăk Lăk tân thời"]; bf:hasInstance [bf:Instance bf:title '
                      '[bf:Title bf:mainTitle "Đăk Lăk tân thời"]; bf:instanceOf ^]]]'),
    record_rule("785", "Succeeding Entry", "R", WORK, link),
    record_rule("786", "Data Source Entry", "R", WORK, link),
    record_rule("787", "Other Relationship Entry", "R", WORK, link),
]  # fmt: skip
