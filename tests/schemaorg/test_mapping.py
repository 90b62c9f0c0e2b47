"""What a release says in schema.org: only what schema.org has, and only where schema.org allows it."""

from collections import defaultdict
from functools import cache
from pathlib import Path

import pyoxigraph
import pytest

from publisher.bibframe import converter
from publisher.rdf.description import Node, sketch
from publisher.schemaorg import schema_of
from publisher.sources.record import Field, Record

SCHEMA = "https://schema.org/"
BOOK = "00000cam a2200000 i 4500"


@cache
def vocabulary(path: Path) -> tuple[set[str], dict[str, set[str]], dict[str, set[str]]]:
    """Return the terms of schema.org, each class with all above it, and the domain of each property."""
    terms, above, domains = set(), defaultdict(set), defaultdict(set)
    for statement in pyoxigraph.parse(path=str(path), format=pyoxigraph.RdfFormat.N_TRIPLES, lenient=True):
        subject, predicate = statement.subject.value, statement.predicate.value
        if not subject.startswith(SCHEMA):
            continue
        terms.add(subject)
        if predicate.endswith("#subClassOf"):
            above[subject].add(statement.object.value)
        elif predicate == SCHEMA + "domainIncludes":
            domains[subject].add(statement.object.value)
    for name in list(above):
        todo = list(above[name])
        while todo:
            for more in above.get(todo.pop(), set()) - above[name]:
                above[name].add(more)
                todo.append(more)
    return terms, above, domains


@pytest.fixture(scope="module")
def statements(example_release):
    """Types by subject, and (subject, property) pairs in schema.org, of the example release."""
    store = pyoxigraph.Store.read_only(str(example_release.store_path))
    types, used = defaultdict(set), set()
    for quad in store:
        if quad.predicate.value.endswith("#type") and quad.object.value.startswith(SCHEMA):
            types[quad.subject.value].add(quad.object.value)
        elif quad.predicate.value.startswith(SCHEMA):
            used.add((quad.subject.value, quad.predicate.value))
    return types, used


def test_every_class_and_property_exists(shared, statements):
    terms, _, _ = vocabulary(shared / "reference" / "ontologies" / "schemaorg-30.0.nt")
    types, used = statements
    assert {kind for kinds in types.values() for kind in kinds} | {prop for _, prop in used} <= terms


def test_every_property_is_allowed_where_it_stands(shared, statements):
    _, above, domains = vocabulary(shared / "reference" / "ontologies" / "schemaorg-30.0.nt")
    types, used = statements
    misplaced = {
        (prop.removeprefix(SCHEMA), tuple(sorted(kind.removeprefix(SCHEMA) for kind in types[subject])))
        for subject, prop in used
        if not domains[prop] & {kind for name in types[subject] for kind in {name, *above.get(name, ())}}
    }
    assert misplaced == set()


def record(*fields: tuple[str, str], leader: str = BOOK) -> Record:
    """Make a record; subfields are written with $."""
    return Record(leader, [Field(tag, content.replace("$", "\x1f"), n) for n, (tag, content) in enumerate(fields, 2)])


def instance(*fields: tuple[str, str], leader: str = BOOK) -> str:
    return sketch(schema_of(converter().describe(record(*fields, leader=leader), "k")).instance)


TITLE = ("245", "10$aSử thi Ba Na")


@pytest.mark.parametrize(
    ("leader", "kind"),
    [
        ("00000cam a2200000 i 4500", "Book"),
        ("00000cas a2200000 i 4500", "Periodical"),
        ("00000cem a2200000 i 4500", "Map"),
        ("00000cjm a2200000 i 4500", "MusicRecording"),
        ("00000ccm a2200000 i 4500", "SheetMusic"),
        ("00000cgm a2200000 i 4500", "Movie"),
        ("00000crm a2200000 i 4500", "CreativeWork"),
    ],
)
def test_the_kind_follows_the_leader(leader, kind):
    assert f"rdf:type <https://schema.org/{kind}>" in instance(TITLE, leader=leader)


def test_a_dissertation_is_a_thesis():
    assert "<https://schema.org/Thesis>" in instance(TITLE, ("502", "  $bTiến sĩ$cĐại học Tây Nguyên$d2010"))


def test_a_translator_is_a_translator_in_either_language():
    for name in ("700", "1 $aNguyên Ngọc,$4trl"), ("700", "1 $aNguyên Ngọc,$edịch"):
        assert "schema:translator [bf:Agent" in instance(TITLE, name)


def test_an_illustrator_of_a_film_is_a_contributor():
    film = "00000cgm a2200000 i 4500"
    assert "schema:contributor [bf:Agent" in instance(TITLE, ("700", "1 $aTrần, B,$4ill"), leader=film)


def test_pages_are_counted_only_where_the_extent_tells_them():
    assert 'schema:numberOfPages "376"^^xsd:integer' in instance(TITLE, ("300", "  $a376 tr. :$bminh hoạ ;$c21 cm"))
    assert "numberOfPages" not in instance(TITLE, ("300", "  $a2 tập (312, 415 tr.)"))
    assert "numberOfPages" not in instance(TITLE, ("300", "  $a1 bản đồ"))


def test_a_year_left_open_in_008_gives_way_to_the_imprint():
    fixed = ("008", "240101s9999    vm            000 0 vie d")
    assert 'schema:datePublished "2008"' in instance(fixed, TITLE, ("260", "  $aHà Nội :$bGiáo dục,$c2008"))
    assert "schema:datePublished" not in instance(TITLE, ("260", "  $aKon Tum :$bBáo,$c-2025")), "that is no year B.C."
    assert "9999" not in instance(fixed, TITLE)


def test_an_invalid_isbn_is_not_published_as_one():
    assert "schema:isbn" not in instance(TITLE, ("020", "  $z9786046400001"))


def test_a_book_says_who_holds_it():
    offers = [v for p, v in schema_of(converter().describe(record(TITLE), "k")).instance if p == "schema:offers"]
    assert [offer.cls for offer in offers if isinstance(offer, Node)] == ["schema:Offer"]


def test_the_same_record_says_the_same_alone_and_among_others():
    alone = instance(TITLE, ("100", "1 $aPhan Đăng Nhật"))
    for number in range(50):
        instance(("245", f"10$aNhan đề {number}"), ("100", "1 $aPhan Đăng Nhật"))
    assert instance(TITLE, ("100", "1 $aPhan Đăng Nhật")) == alone


SERIAL = "00000cas a2200000 i 4500"
PART = "00000caa a2200000 i 4500"


def test_a_periodical_has_its_issn_and_its_years():
    fixed = ("008", "240101d19761991vm mr p       0   a0vie d")
    made = instance(fixed, ("022", "  $a0866-7667$z1234-5678"), TITLE, leader=SERIAL)
    assert 'schema:issn "0866-7667"' in made
    assert "1234-5678" not in made
    assert 'schema:startDate "1976"; schema:endDate "1991"' in made


PERIODICAL = '[schema:Periodical schema:name "Văn hoá"; schema:issn "0866-7667"]'


@pytest.mark.parametrize(
    ("place", "made"),
    [
        ("Số 3 (2004), tr. 5-9", f'[schema:PublicationIssue schema:issueNumber "3"; schema:isPartOf {PERIODICAL}]'),
        ("Vol. 2, p. 7", f'[schema:PublicationVolume schema:volumeNumber "2"; schema:isPartOf {PERIODICAL}]'),
        ("Xuân 2004", f'[schema:PublicationIssue schema:name "Xuân 2004"; schema:isPartOf {PERIODICAL}]'),
    ],
)
def test_an_article_is_part_of_an_issue_of_a_periodical(place, made):
    said = instance(TITLE, ("773", f"0 $tVăn hoá$x0866-7667$g{place}"), leader=PART)
    assert "rdf:type <https://schema.org/Article>" in said
    assert f"schema:isPartOf {made}" in said
    assert ('schema:pagination "5-9"' in said) == ("5-9" in place)


def test_a_chapter_is_part_of_a_book_and_a_book_in_a_collection_stays_a_book():
    chapter = instance(TITLE, ("773", "0 $tNhà rông$gTr. 12"), leader=PART)
    assert "schema.org/Chapter" in chapter
    assert 'schema:isPartOf [schema:Book schema:name "Nhà rông"]' in chapter
    book = instance(TITLE, ("773", "0 $tKho sách số"))
    assert "schema.org/Book" in book
    assert 'schema:isPartOf [schema:CreativeWork schema:name "Kho sách số"]' in book


def test_two_isbns_in_one_subfield_are_two():
    made = instance(TITLE, ("020", "  $a0-306-40615-2 978-0-306-40615-7"))
    assert 'schema:isbn "0306406152"' in made
    assert '"9780306406157"' in made
    assert "0306406152 978" not in made
    assert 'schema:isbn "9780306406157"' in instance(TITLE, ("020", "  $a978-0-306-40615-7"))
