from __future__ import annotations

import pytest
from described import described, record, work

from publisher.bibframe import converter
from publisher.bibframe.authorities import describe_authority, numbers
from publisher.convert import BibframeNTriples
from publisher.rdf.description import Iri, Local, Node, sketch

AUTHORITY = "00000nz  a2200000n  4500"


def authority(*lines: str) -> Node:
    return describe_authority(record(*lines, leader=AUTHORITY))


@pytest.mark.parametrize(
    ("number", "heading", "cls", "iri"),
    [
        ("sh 85083064", "150 ## $aMontagnards", "bf:Topic", "http://id.loc.gov/authorities/subjects/sh85083064"),
        ("gf2014026339", "155 ## $aEpics", "bf:GenreForm", "http://id.loc.gov/authorities/genreForms/gf2014026339"),
        ("n  80015231", "100 1# $aNguyễn, Du,$d1765-1820", "bf:Agent", "http://id.loc.gov/rwo/agents/n80015231"),
        ("n  81006193", "151 ## $aKon Tum", "bf:Place", "http://id.loc.gov/authorities/names/n81006193"),
    ],
)
def test_an_authority_of_the_library_of_congress_has_its_iri(number: str, heading: str, cls: str, iri: str) -> None:
    node = authority(f"010 ## $a{number}", heading)
    assert (node.cls, node.iri) == (cls, Iri(iri))


def test_an_agent_is_the_one_that_bibliographic_records_name() -> None:
    made = work("700 1# $aNguyễn, Du,$d1765-1820.$0http://id.loc.gov/authorities/names/n80015231")
    node = authority("010 ## $an  80015231", "100 1# $aNguyễn, Du,$d1765-1820")
    assert f"bf:agent [bf:Agent <{node.iri}>" in made
    assert ("madsrdf:isIdentifiedByAuthority", Iri("http://id.loc.gov/authorities/names/n80015231")) in node.arcs


def test_other_names_are_variants() -> None:
    node = authority("100 0# $aA Jar", "400 1# $aJar, A", "400 0# $aBok Jar")
    assert list(node.values("skos:altLabel")) == ["Jar, A", "Bok Jar"]


def test_what_is_broader_is_told_from_what_is_related() -> None:
    made = sketch(authority("150 ## $aHơamon", "550 ## $wg$aSử thi", "550 ## $aKhan").arcs)
    topic = "bf:Topic rdf:type <http://www.loc.gov/mads/rdf/v1#Topic>; rdfs:label"
    assert f'madsrdf:hasBroaderAuthority [{topic} "Sử thi"' in made
    assert f'skos:broader [{topic} "Sử thi"' in made
    assert f'madsrdf:hasReciprocalAuthority [{topic} "Khan"' in made
    assert f'skos:related [{topic} "Khan"' in made


def test_the_names_of_a_body_before_and_after_lead_to_those_bodies() -> None:
    made = authority("110 2# $aSở Văn hóa", "510 2# $wa$aTy Văn hóa", "510 2# $wb$aSở Văn hóa, Thể thao và Du lịch")
    for prop, name in (
        ("madsrdf:hasEarlierEstablishedForm", "Ty Văn hóa"),
        ("dcterms:replaces", "Ty Văn hóa"),
        ("madsrdf:hasLaterEstablishedForm", "Sở Văn hóa, Thể thao và Du lịch"),
        ("dcterms:isReplacedBy", "Sở Văn hóa, Thể thao và Du lịch"),
    ):
        (other,) = made.values(prop)
        assert isinstance(other, Node)
        assert other.cls == "bf:Agent"
        assert list(other.values("rdfs:label")) == [name]


def test_a_subject_is_of_the_thesaurus_that_the_record_says() -> None:
    lcsh = authority("008 860211i| anannbabn          |a ana      ", "150 ## $aGongs")
    assert list(lcsh.values("madsrdf:isMemberOfMADSScheme")) == [Iri("http://id.loc.gov/authorities/subjects")]
    own = authority("008 860211i| anznnbabn          |a ana      ", "040 ## $aVN-KT$fkontum", "150 ## $aCồng chiêng")
    assert list(own.values("bf:source")) == [Iri("http://id.loc.gov/vocabulary/subjectSchemes/kontum")]


def test_numbers_in_other_files_are_addresses() -> None:
    node = authority("024 7# $a120062731$2viaf", "024 7# $aQ319923$2wikidata", "100 1# $aNguyễn, Du,$d1765-1820")
    same = set(node.values("madsrdf:hasExactExternalAuthority"))
    assert same == {"http://viaf.org/viaf/120062731", "http://www.wikidata.org/entity/Q319923"}


def test_an_authority_has_the_numbers_by_which_headings_name_it() -> None:
    its = record("001 A12", "003 VN-KT", "010 ## $an  80015231", "035 ## $a(OCoLC)77", "100 1# $aNguyễn, Du")
    assert numbers(its) == [("VN-KT", "A12"), ("DLC", "n80015231"), ("OCoLC", "77")]


def test_an_authority_of_ones_own_has_a_name_that_edits_do_not_change() -> None:
    assert authority("001 TG1", "100 0# $aY Điêng").iri == Local("Authority")


def test_notes_for_cataloguers_do_not_leave_the_library() -> None:
    node = authority("150 ## $aCồng chiêng", "667 ## $aChờ thẩm định.", "680 ## $iDùng cho nhạc cụ gõ bằng đồng.")
    assert "thẩm định" not in sketch(node.arcs)
    assert list(node.values("skos:scopeNote")) == ["Dùng cho nhạc cụ gõ bằng đồng."]


def test_a_name_with_a_title_is_a_hub() -> None:
    node = authority("100 1# $aNguyễn, Du,$d1765-1820.$tTruyện Kiều")
    assert node.cls == "bf:Hub"
    assert 'bf:mainTitle "Truyện Kiều"' in sketch(node.arcs)


@pytest.mark.parametrize("lines", [(), ("100 0# $a",), ("150 ##",), ("150 ## $aA", "450 ## $a", "550 ## $w")])
def test_a_damaged_authority_still_makes_statements(lines: tuple[str, ...]) -> None:
    description = converter().describe(record("001 TG9", *lines, leader=AUTHORITY), "TG9")
    assert BibframeNTriples("http://example.org/").record(description)


def test_holdings_are_copies_of_the_instance_they_name() -> None:
    holdings = described("001 H1", "004 KT1", "852 ## $akontum$bKho Đọc$pKT.0001", leader="00000nx  a2200000zn 4500")
    text = BibframeNTriples("http://example.org/").record(holdings)
    assert "<http://example.org/KT1#Instance> <http://id.loc.gov/ontologies/bibframe/hasItem>" in text
    assert "H1" not in text
    assert "#Work" not in text
