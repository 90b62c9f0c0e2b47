"""What else 3XX says of the work: arrangement, supplementary content, place, language, form, audience, creators.
351, 353, 370, 377, 380, 385, 386.

Source: Conversion specification 2.10, 3XX.
"""

from __future__ import annotations

from publisher.bibframe.field import MarcField
from publisher.bibframe.rule import WORK, Make, Rule, rule
from publisher.bibframe.shapes import authority, literals, resource
from publisher.bibframe.subfields import applies_to, identifier, source
from publisher.bibframe.text import chop
from publisher.rdf.description import Arc, Arcs, Iri, Node, literal, node
from publisher.rdf.text import percent_encode, squeeze

VOCABULARY = "http://id.loc.gov/vocabulary/"
LANGUAGES = VOCABULARY + "languages/"
SUPPLEMENTS = VOCABULARY + "msupplcont/"
SUBJECT_SCHEMES = VOCABULARY + "subjectSchemes/"
GENRE_FORM_SCHEMES = VOCABULARY + "genreFormSchemes/"
DEMOGRAPHIC_TERMS = "http://id.loc.gov/authorities/demographicTerms/"
SUBJECTS = "http://id.loc.gov/authorities/subjects/"


def supplement(field: MarcField) -> Arcs:
    """Make the supplementary content of 353, named by its code ($b)."""
    code = squeeze(field.first("b"))
    arcs: list[Arc] = [("rdfs:label", literal(label, field.lang)) for label in map(chop, field.all("a")) if label]
    if code:
        name = Iri(SUPPLEMENTS + percent_encode(code))
        yield "bf:supplementaryContent", node("bf:SupplementaryContent", arcs, name)
    elif arcs:
        arcs += [*map(identifier, field.all("0")), *source(field)]
        yield "bf:supplementaryContent", node("bf:SupplementaryContent", arcs)


def places_of_origin(field: MarcField) -> Arcs:
    """Make a place of origin of each $c and $g of 370, named by the $0 that follows it."""
    for at, (code, value) in enumerate(field.subfields):
        label = chop(value) if code in "cg" else ""
        if label:
            name, known = authority(field, at, others="madsrdf:isIdentifiedByAuthority")
            arcs: list[Arc] = [("rdfs:label", literal(label, field.lang)), *known]
            its_source = _source_after(field, at)
            if its_source:
                scheme = Iri(SUBJECT_SCHEMES + percent_encode(its_source))
                arcs.append(("bf:source", Node("bf:Source", iri=scheme)))
            yield "bf:originPlace", node("bf:Place", arcs, name)


def _source_after(field: MarcField, at: int) -> str:
    for code, value in field.subfields[at + 1 :]:
        if code == "2":
            return squeeze(value)
        if code not in "01":
            break
    return ""


def associated_languages(field: MarcField) -> Arcs:
    """Make a language of each code ($a: MARC's, unless the second indicator says that $2 names the list) and name."""
    for at, (code, value) in enumerate(field.subfields):
        if code == "a" and field.ind2 == " " and squeeze(value):
            first, known = authority(field, at, others="madsrdf:isIdentifiedByAuthority")
            own: list[Arc] = [("madsrdf:isIdentifiedByAuthority", first)] if first else []
            name = Iri(LANGUAGES + percent_encode(squeeze(value)))
            yield "bf:language", node("bf:Language", [*own, *known, *applies_to(field)], name)
        elif code == "a" and squeeze(value):
            yield "bf:language", Node("bf:Language", ("rdf:value", value), *source(field))
        elif code == "l" and chop(value):
            name_of_0, known = authority(field, at, others="madsrdf:isIdentifiedByAuthority")
            label = literal(chop(value), field.lang)
            yield "bf:language", node("bf:Language", [("rdfs:label", label), *known, *applies_to(field)], name_of_0)


def forms(field: MarcField) -> Arcs:
    """Make a form of each $a of 380; its $0s are related authorities."""
    for at, (code, value) in enumerate(field.subfields):
        if code == "a" and value.strip():
            first, known = authority(field, at)
            own: list[Arc] = [("madsrdf:hasRelatedAuthority", first)] if first else []
            label: Arc = ("rdfs:label", literal(value, field.lang))
            more = [*applies_to(field), *source(field, GENRE_FORM_SCHEMES)]
            yield "bf:genreForm", node("bf:GenreForm", [label, *own, *known, *more])


def demographic(prop: str, cls: str) -> Make:
    """Make `cls` of each group of people ($a); of a field without, the categories they belong to ($m, $n)."""

    def make(field: MarcField) -> Arcs:
        if not field.has("a"):
            yield from _categories(field, prop)
            return
        for at, (code, value) in enumerate(field.subfields):
            label = chop(value) if code == "a" else ""
            if label:
                arcs: list[Arc] = [("rdfs:label", literal(label, field.lang))]
                codes = [code_value for c, code_value in field.subfields[at + 1 :] if c == "b"]
                arcs += [("bf:code", each) for each in codes[:1]]
                arcs += [*source(field, SUBJECT_SCHEMES), *applies_to(field)]
                yield prop, node(cls, arcs, _group(field, at))

    return make


def _group(field: MarcField, at: int) -> Iri | None:
    """Return the address of the group in the $a at index `at`: the address in $0, or the number it has at LC.

    The reference names all groups of a field by its first $0; here a group is named by the $0 after it, and by the
    first where there is but one group.
    """
    zeros = field.all("0") if len(field.all("a")) == 1 else []
    for code, value in field.subfields[at + 1 :]:
        if code == "a":
            break
        if code == "0":
            zeros = [value]
            break
    zero = zeros[0] if zeros else ""
    number = zero.partition(")")[2]
    if zero.startswith("http") and "id.loc.gov" in zero:
        return Iri(zero.replace("https://", "http://", 1))
    if number.startswith("dg"):
        return Iri(DEMOGRAPHIC_TERMS + percent_encode(squeeze(number)))
    if number.startswith("sh"):
        return Iri(SUBJECTS + number.replace(" ", ""))
    return None


def _categories(field: MarcField, prop: str) -> Arcs:
    def name(code: str) -> Iri:
        return Iri(DEMOGRAPHIC_TERMS + percent_encode(squeeze(code)))

    labels = [(at, chop(value)) for at, (code, value) in enumerate(field.subfields) if code == "m"]
    for at, label in labels:
        codes = [value for code, value in field.subfields[at + 1 :] if code == "n"]
        arcs: list[Arc] = [("rdfs:label", literal(label, field.lang)), *source(field, SUBJECT_SCHEMES)]
        yield prop, node("bflc:DemographicGroup", arcs, name(codes[0]) if codes else None)
    if not labels:
        for code in field.all("n"):
            yield prop, name(code)


# fmt: off
RULES: list[Rule] = [
    rule("351", "Organization and Arrangement of Materials", "R", WORK,
         resource("bf:collectionArrangement", "bf:CollectionArrangement", applies_to,
                  literals("bf:hierarchicalLevel", "c"),
                  literals("bf:collectionOrganization", "a"),
                  literals("bf:pattern", "b")),
         example="351 ## $cSưu tập; $bxếp theo năm.",
         makes='bf:collectionArrangement [bf:CollectionArrangement bf:hierarchicalLevel "Sưu tập"; '
               'bf:pattern "xếp theo năm"]'),
    rule("353", "Supplementary Content Characteristics", "R", WORK, supplement,
         example="353 ## $abibliography$bbibliography$2msupplcont",
         makes='bf:supplementaryContent [bf:SupplementaryContent '
               '<http://id.loc.gov/vocabulary/msupplcont/bibliography> rdfs:label "bibliography"]'),
    rule("370", "Associated Place", "R", WORK, places_of_origin,
         example="370 ## $gKon Tum (Việt Nam)$2naf",
         makes='bf:originPlace [bf:Place rdfs:label "Kon Tum (Việt Nam)"; '
               'bf:source [bf:Source <http://id.loc.gov/vocabulary/subjectSchemes/naf> ]]'),
    rule("377", "Associated Language", "R", WORK, associated_languages,
         example="377 #7 $abdq$2iso639-3",
         makes='bf:language [bf:Language rdf:value "bdq"; bf:source [bf:Source bf:code "iso639-3"]]'),
    rule("380", "Form of Work", "R", WORK, forms,
         example="380 ## $aSử thi",
         makes='bf:genreForm [bf:GenreForm rdfs:label "Sử thi"]'),
    rule("385", "Audience Characteristics", "R", WORK, demographic("bf:intendedAudience", "bf:IntendedAudience"),
         example="385 ## $aChildren$0(DLC)dg2015060010$2lcdgt",
         makes='bf:intendedAudience [bf:IntendedAudience '
               '<http://id.loc.gov/authorities/demographicTerms/dg2015060010> rdfs:label "Children"; '
               'bf:source [bf:Source <http://id.loc.gov/vocabulary/subjectSchemes/lcdgt> bf:code "lcdgt"]]'),
    rule("386", "Creator/Contributor Characteristics", "R", WORK,
         demographic("bflc:creatorCharacteristic", "bflc:CreatorCharacteristic"),
         example="386 ## $aNgười Gia Rai",
         makes='bflc:creatorCharacteristic [bflc:CreatorCharacteristic rdfs:label "Người Gia Rai"]'),
]
