from __future__ import annotations

import pytest
from described import described, work

from publisher.rdf.description import Node

NAMES = "http://id.loc.gov/authorities/names/"
SUBJECTS = "http://id.loc.gov/authorities/subjects/"


def subject(*lines: str) -> Node:
    [made] = [value for prop, value in described(*lines).work.arcs() if prop in ("bf:subject", "bf:genreForm")]
    assert isinstance(made, Node)
    return made


@pytest.mark.parametrize(
    ("field", "cls", "label"),
    [
        ("650 #0 $aEpic literature, Vietnamese.", "bf:Topic", "Epic literature, Vietnamese"),
        ("651 #0 $aVietnam$zKon Tum (Province)", "bf:Place", "Vietnam--Kon Tum (Province)"),
        ("651 #0 $aVietnam$xHistory", "bf:Topic", "Vietnam--History"),
        ("648 #7 $a1900-1999$2fast", "bf:Temporal", "1900-1999"),
        ("655 07 $aSử thi$2bdcd", "bf:GenreForm", "Sử thi"),
        ("653 #5 $aTây Nguyên", "bf:Place", "Tây Nguyên"),
    ],
)
def test_the_tag_says_what_kind_of_subject_it_is(field: str, cls: str, label: str) -> None:
    made = subject(field)
    assert made.cls == cls
    assert label in made.values("rdfs:label")


def test_the_second_indicator_says_where_the_heading_comes_from() -> None:
    assert "bf:source <http://id.loc.gov/authorities/subjects>" in work("650 #0 $aGongs")
    assert "bf:source <http://id.loc.gov/vocabulary/subjectSchemes/mesh>" in work("650 #2 $aHumans")
    assert "bf:source <http://id.loc.gov/vocabulary/subjectSchemes/fast>" in work("650 #7 $aGongs$2fast")
    assert "bf:source" not in work("650 #4 $aCồng chiêng")


def test_a_place_is_the_real_world_object_and_its_authority_is_linked() -> None:
    made = subject(f"651 #0 $aKon Tum (Vietnam)$0{NAMES}n81132561")
    assert made.iri == "http://id.loc.gov/rwo/agents/n81132561"
    assert list(made.values("madsrdf:isIdentifiedByAuthority")) == [f"{NAMES}n81132561"]


def test_an_address_after_the_whole_heading_is_the_whole_headings() -> None:
    assert subject(f"650 #0 $aGongs$zVietnam.$0{SUBJECTS}sh1").iri == f"{SUBJECTS}sh1"


def test_an_address_after_each_part_is_that_parts() -> None:
    made = subject(f"650 #0 $aGongs$0{SUBJECTS}sh1$zVietnam.$0{NAMES}n2")
    assert made.iri is None
    assert f"[madsrdf:Topic <{SUBJECTS}sh1>" in repr(made)
    assert f"[madsrdf:Geographic <{NAMES}n2>" in repr(made)


def test_an_address_before_the_heading_is_the_headings() -> None:
    made = subject("655 #7 $0https://d-nb.info/gnd/4135467-9$aAusstellungskatalog$zBasel$2gnd-content")
    assert made.iri is None
    assert "[madsrdf:GenreForm <https://d-nb.info/gnd/4135467-9>" in repr(made)


def test_what_is_about_a_person_has_not_the_persons_address() -> None:
    made = subject(f"600 10 $aNguyễn, Du,$d1765-1820$0{NAMES}n82090358$xPoetry$0{SUBJECTS}sh3")
    assert made.iri is None
    assert "[bf:Agent <http://id.loc.gov/rwo/agents/n82090358>" in repr(made)
    assert f"madsrdf:PersonalName <{NAMES}n82090358>" in repr(made)


def test_a_depicted_person_is_related_to_the_work_in_every_word() -> None:
    made = work("600 14 $aNúp,$edepicted, honoree.")
    for words in ("depicted", "honoree"):
        assert f'bf:relationship [bf:Relationship rdfs:label "{words}"]; bf:relatedTo <#Work>' in made


def test_a_title_as_subject_is_a_hub() -> None:
    made = subject("600 10 $aNguyễn, Du.$tTruyện Kiều.$xBình luận")
    assert made.cls == "bf:Topic"
    assert list(made.values("madsrdf:authoritativeLabel")) == ["Nguyễn, Du. Truyện Kiều.--Bình luận"]
    assert subject("630 00 $aKinh Thánh.").cls == "bf:Hub"


def test_several_index_terms_in_one_field_are_several_subjects() -> None:
    assert work("653 #0 $aBahnar$aXơ Đăng$0http://example.org/1").count("bf:subject [bf:Topic rdf:type") == 2
