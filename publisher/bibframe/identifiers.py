"""Standard and other numbers: 010-036, 074 and 088.

An identifier is its class, its value ($a, or $z cancelled and $y incorrect), and what the field says of it: the parts
named after the class in a rule, in the order in which they are written.

Source: Conversion specification 2.10, 010-048 and 050-088.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache

from publisher.bibframe.codes import CANCELLED, INCORRECT, status
from publisher.bibframe.field import MarcField
from publisher.bibframe.rule import INSTANCE, WORK, Make, Rule, rule
from publisher.bibframe.subfields import ORGANIZATIONS, institution, source, uri_of
from publisher.bibframe.text import chop
from publisher.rdf.description import Arc, Arcs, Iri, Node, Typed, literal, node
from publisher.rdf.text import percent_encode, squeeze

GERMAN_ORGANIZATIONS = "https://ld.zdb-services.de/resource/organisations/"
NATIONAL_BIBLIOGRAPHIES = "http://id.loc.gov/vocabulary/nationalbibschemes/"
FINGERPRINTS = "http://id.loc.gov/vocabulary/fingerprintschemes/"
LIBRARY_AND_ARCHIVES_CANADA = Node(
    "bf:Source",
    ("rdfs:label", "Library and Archives Canada"),
    iri=Iri("http://id.loc.gov/authorities/names/no2004037399"),
)
GPO = Node("bf:Agent", iri=Iri(ORGANIZATIONS + "dgpo"))

Classify = Callable[[MarcField], str]
Part = Callable[[MarcField, str, str], Iterable[Arc]]
"""Says something of one identifier, given the field, the code of the subfield and its whole value."""


def number(cls: str | Classify, value: Callable[[str], str], *parts: Part, cancelled: str = "invalid") -> Make:
    """Make an identifier of class `cls` of every $a, $y and $z; `value` takes the number out of the subfield.

    The class may depend on the field: "" makes nothing.
    """

    def make(field: MarcField) -> Arcs:
        kind = cls if isinstance(cls, str) else cls(field)
        if not kind:
            return
        iri = _address(field)
        for code, text in field.subfields:
            if code not in ("a", "y", "z") or not (text.strip() and value(text)):
                continue
            arcs: list[Arc] = [("rdf:value", value(text))]
            if code == "z":
                arcs.append(status(cancelled, CANCELLED))
            elif code == "y":
                arcs.append(status("incorrect", INCORRECT))
            for part in parts:
                arcs.extend(part(field, code, text))
            yield "bf:identifiedBy", node(kind, arcs, iri)

    return make


def _address(field: MarcField) -> Iri | None:
    """Return the address of the thing identified: only the specifications of 022, 023 and 024 read $0 so."""
    if field.tag not in ("022", "023", "024"):
        return None
    address = uri_of(field.first("0")).replace(" ", "")
    return Iri(address) if "://" in address else None


def as_it_is(text: str) -> str:
    """Return the number as it stands: blanks in an LCCN or a control number mean something."""
    return text


def chopped(text: str) -> str:
    """Return the number without the punctuation that follows it."""
    return chop(text)


@lru_cache(maxsize=4096)
def outside_parentheses(text: str) -> str:
    """Return the number without its qualification ("0877790086 (pbk) :" -> "0877790086")."""
    before, opening, rest = text.partition("(")
    return chop(before + rest.partition(")")[2] if opening and ")" in text else text)


def after_prefix(text: str) -> str:
    """Return the number after the code of the agency ("(OCoLC)814782" -> "814782")."""
    return text.partition(")")[2] if ")" in text else text


def qualification(field: MarcField, _code: str, text: str) -> Iterable[Arc]:
    """Say what stands in parentheses behind the number."""
    inside = chop(text.partition("(")[2].partition(")")[0]) if ")" in text else ""
    if inside:
        yield "bf:qualifier", literal(inside, field.lang)


def qualifier(field: MarcField, _code: str, _text: str) -> Iterable[Arc]:
    """Say what $q qualifies the number by: the binding, the volume, the format."""
    for value in field.all("q"):
        if words := chop(value, parens=True):
            yield "bf:qualifier", literal(words, field.lang)


def assigner(field: MarcField, _code: str, _text: str) -> Iterable[Arc]:
    """Say who assigned the number, by name ($b)."""
    for value in field.all("b"):
        if name := chop(value):
            yield "bf:assigner", Node("bf:Organization", ("rdfs:label", literal(name, field.lang)))


def terms(field: MarcField, _code: str, _text: str) -> Iterable[Arc]:
    """Say the price or other terms of availability ($c)."""
    for value in field.all("c"):
        if words := chop(value):
            yield "bf:acquisitionTerms", literal(words, field.lang)


def registered(field: MarcField, _code: str, _text: str) -> Iterable[Arc]:
    """Say when a copyright was registered ($d, yyyymmdd); another form of date is kept as it is."""
    date = field.first("d")
    if len(date) == len("yyyymmdd") and date.isdigit():
        yield "bf:date", Typed(f"{date[:4]}-{date[4:6]}-{date[6:]}", "xsd:date")
    elif date:
        yield "bf:date", date


def additional_codes(field: MarcField, code: str, _text: str) -> Iterable[Arc]:
    """Say the additional codes that follow a standard number ($d), such as the price in a bar code."""
    if code == "a":
        for value in field.all("d"):
            if value.strip():
                yield "bf:note", Node("bf:Note", ("rdfs:label", literal(value, field.lang)))


def named_source(stem: str = "") -> Part:
    """Say the scheme or the agency that $2 names; `stem` is the vocabulary its code is from."""

    def part(field: MarcField, _code: str, _text: str) -> Iterable[Arc]:
        return source(field, stem)

    return part


def national_agency(field: MarcField, _code: str, _text: str) -> Iterable[Arc]:
    """Say the national agency of 016: Canada's where the first indicator is blank, else that of $2."""
    if field.ind1 == " ":
        return [("bf:source", LIBRARY_AND_ARCHIVES_CANADA)]
    return source(field, ORGANIZATIONS)


def issn_centre(field: MarcField, _code: str, _text: str) -> Iterable[Arc]:
    """Say the ISSN centre ($2)."""
    for value in field.all("2"):
        if value.strip():
            yield "bf:assigner", Node("bf:Agent", ("bf:code", value))


def scheme_if_unnamed(field: MarcField, _code: str, _text: str) -> Iterable[Arc]:
    """Say the scheme of a number of 024 ($2) that has no class of its own."""
    if standard_number(field) == "bf:Identifier":
        return source(field)
    return ()


def system(_field: MarcField, _code: str, text: str) -> Iterable[Arc]:
    """Say whose number it is, by the code in parentheses before it; of OCLC the class says it."""
    agency = squeeze(text.partition("(")[2].partition(")")[0]) if ")" in text else ""
    if not agency or "OCoLC" in text:
        return
    if agency.startswith("DE-"):
        address = GERMAN_ORGANIZATIONS + percent_encode(agency)
    else:
        address = ORGANIZATIONS + percent_encode(agency.replace("-", "").lower())
    yield "bf:assigner", Node("bf:Agent", iri=Iri(address))


def printing_office(_field: MarcField, _code: str, _text: str) -> Iterable[Arc]:
    """Say that GPO item numbers are assigned by the United States' printing office."""
    return [("bf:assigner", GPO)]


SHORTEST_ISBN = 9
"""Digits of an SBN, an ISBN's predecessor: a shorter number in 020 is something else, often a row number."""


def isbn(field: MarcField) -> str:
    """Return the class of the numbers in 020: an ISBN if they are long enough to be one."""
    numbers = [outside_parentheses(value) for value in field.all("ayz")]
    digits = max((sum(char.isdigit() or char in "Xx" for char in text) for text in numbers), default=0)
    return "bf:Isbn" if digits >= SHORTEST_ISBN else "bf:Identifier"


def price_alone(field: MarcField) -> Arcs:
    """Keep the price of a book without an ISBN: the reference loses it, and so older Vietnamese books have it."""
    if not any(value.strip() for value in field.all("ayz")):
        yield from terms(field, "", "")


_STANDARD_NUMBERS = {"0": "bf:Isrc", "1": "bf:Upc", "2": "bf:Ismn", "3": "bf:Ean", "4": "bf:Sici"}
_SCHEMES = {
    "ansi": "bf:Ansi", "doi": "bf:Doi", "gtin-14": "bf:Gtin14Number", "hdl": "bf:Hdl", "isan": "bf:Isan",
    "isni": "bf:Isni", "iso": "bf:Iso", "istc": "bf:Istc", "iswc": "bf:Iswc", "matrix-number": "bf:MatrixNumber",
    "music-plate": "bf:MusicPlate", "music-publisher": "bf:MusicPublisherNumber", "stock-number": "bf:StockNumber",
    "urn": "bf:Urn", "videorecording-identifier": "bf:VideoRecordingNumber",
}  # fmt: skip


def standard_number(field: MarcField) -> str:
    """Return the class of a number in 024, "" for an EIDR, which identifies the work."""
    if field.ind1 != "7":
        return _STANDARD_NUMBERS.get(field.ind1, "bf:Identifier")
    schemes = field.all("2")
    named = next((_SCHEMES[scheme] for scheme in _SCHEMES if scheme in schemes), "")
    return named or ("" if "eidr" in schemes else "bf:Identifier")


def eidr(field: MarcField) -> str:
    """Return the class of an audiovisual work's identifier in 024, "" for any other number."""
    return "bf:Eidr" if field.ind1 == "7" and "eidr" in field.all("2") else ""


_PUBLISHER_NUMBERS = {
    "0": "bf:AudioIssueNumber", "1": "bf:MatrixNumber", "2": "bf:MusicPlate", "3": "bf:MusicPublisherNumber",
    "4": "bf:VideoRecordingNumber", "6": "bf:MusicDistributorNumber",
}  # fmt: skip


def publisher_number(field: MarcField) -> str:
    """Return the class of a number in 028."""
    return _PUBLISHER_NUMBERS.get(field.ind1, "bf:PublisherNumber")


def cluster_issn(field: MarcField) -> str:
    """Return the class of a number in 023: ISSN-L, or another cluster's."""
    return "bf:IssnL" if field.ind1 == "0" else "bf:Identifier"


def system_number(field: MarcField) -> str:
    """Return the class of a number in 035: OCLC's, or another system's."""
    numbers = field.all("a")[:1] or field.all("z")
    return "bf:OclcNumber" if any("OCoLC" in value for value in numbers) else "bf:Local"


def not_masked(cls: str) -> Classify:
    """Return `cls`, but nothing for a number that is masked by asterisks."""

    def classify(field: MarcField) -> str:
        return "" if "***" in field.first("a") else cls

    return classify


def linking_issn(field: MarcField) -> Arcs:
    """Make the linking ISSN ($l) and cancelled ones ($m)."""
    for code, value in field.subfields:
        if code in ("l", "m") and value.strip():
            arcs: list[Arc] = [("rdf:value", value)]
            if code == "m":
                arcs.append(status("canceled", CANCELLED))
            yield "bf:identifiedBy", node("bf:IssnL", [*arcs, *issn_centre(field, code, value)])


def fingerprint(field: MarcField) -> Arcs:
    """Make the fingerprint of an early printed book: its groups ($a-$d) in one, or unparsed ($e)."""
    groups = squeeze(" ".join(field.all("abcd")))
    values: list[Arc] = [("rdf:value", value) for value in ([groups] if groups else field.all("e")) if value.strip()]
    if values:
        yield "bf:identifiedBy", node("bf:Fingerprint", [*values, *source(field, FINGERPRINTS), *institution(field)])


# fmt: off
RULES: list[Rule] = [
    rule("010", "Library of Congress Control Number", "NR", INSTANCE, number("bf:Lccn", as_it_is, named_source())),
    rule(
        "015", "National Bibliography Number", "R", INSTANCE,
        number(
            not_masked("bf:Nbn"), outside_parentheses, qualification, qualifier, named_source(NATIONAL_BIBLIOGRAPHIES)
        ),
    ),
    rule(
        "016", "National Bibliographic Agency Control Number", "R", INSTANCE,
        number(not_masked("bf:Local"), as_it_is, qualifier, national_agency),
    ),
    rule(
        "017", "Copyright or Legal Deposit Number", "R", INSTANCE,
        number("bf:CopyrightNumber", as_it_is, assigner, qualifier, registered, named_source()),
        example="017 ## $aJP732$bU.S. Copyright Office$d19510504",
        makes='bf:identifiedBy [bf:CopyrightNumber rdf:value "JP732"; bf:assigner '
        '[bf:Organization rdfs:label "U.S. Copyright Office"]; bf:date "1951-05-04"^^xsd:date]',
    ),
    rule(
        "020", "International Standard Book Number", "R", INSTANCE,
        number(isbn, outside_parentheses, qualification, terms, qualifier, named_source()),
        example="020 ## $a9786041083585 (bìa mềm) :$c78000đ",
        makes='bf:identifiedBy [bf:Isbn rdf:value "9786041083585"; bf:qualifier "bìa mềm"; '
        'bf:acquisitionTerms "78000đ"]',
    ),
    rule(
        "020", "International Standard Book Number: a price alone", "R", INSTANCE, price_alone,
        example="020 ## $c54500VNĐ",
        makes='bf:acquisitionTerms "54500VNĐ"',
    ),
    rule(
        "022", "International Standard Serial Number", "R", WORK,
        number("bf:Issn", as_it_is, qualifier, issn_centre, cancelled="canceled"),
    ),
    rule("022", "International Standard Serial Number: linking ISSN", "R", WORK, linking_issn),
    rule(
        "023", "Cluster ISSN", "R", WORK,
        number(cluster_issn, as_it_is, qualifier, issn_centre, cancelled="canceled"),
    ),
    rule(
        "024", "Other Standard Identifier: EIDR", "R", WORK,
        number(eidr, outside_parentheses, qualification, terms, qualifier, additional_codes),
    ),
    rule(
        "024", "Other Standard Identifier", "R", INSTANCE,
        number(
            standard_number, outside_parentheses, qualification, terms, qualifier, additional_codes, scheme_if_unnamed
        ),
        example="024 7# $a10.1000/182$2doi",
        makes='bf:identifiedBy [bf:Doi rdf:value "10.1000/182"]',
    ),
    rule("025", "Overseas Acquisition Number", "R", INSTANCE, number("bf:LcOverseasAcq", as_it_is, named_source())),
    rule("026", "Fingerprint Identifier", "R", INSTANCE, fingerprint),
    rule(
        "027", "Standard Technical Report Number", "R", INSTANCE,
        number("bf:Strn", outside_parentheses, qualification, qualifier, named_source()),
    ),
    rule(
        "028", "Publisher or Distributor Number", "R", INSTANCE,
        number(publisher_number, chopped, assigner, qualifier, named_source()),
    ),
    rule("030", "CODEN Designation", "R", INSTANCE, number("bf:Coden", as_it_is, qualifier, named_source())),
    rule(
        "032", "Postal Registration Number", "R", INSTANCE,
        number("bf:PostalRegistration", as_it_is, assigner, qualifier, named_source()),
    ),
    rule(
        "035", "System Control Number", "R", INSTANCE, number(system_number, after_prefix, qualifier, system),
        example="035 ## $a(OCoLC)814782",
        makes='bf:identifiedBy [bf:OclcNumber rdf:value "814782"]',
    ),
    rule(
        "036", "Original Study Number for Computer Data Files", "NR", INSTANCE,
        number("bf:StudyNumber", as_it_is, assigner, terms, qualifier, named_source()),
    ),
    rule(
        "074", "GPO Item Number", "R", INSTANCE, number("bf:Identifier", as_it_is, qualifier, printing_office),
    ),
    rule("088", "Report Number", "R", INSTANCE, number("bf:ReportNumber", as_it_is, qualifier, named_source())),
]
# fmt: on
