from __future__ import annotations

import pytest
from described import BOOK, described, work

from publisher.rdf.description import Node

PERSON = "rdf:type <http://id.loc.gov/ontologies/bibframe/Person>"


def agents(*lines: str, leader: str = BOOK) -> list[Node]:
    contributions = described(*lines, leader=leader).work.values("bf:contribution")
    return [agent for each in contributions if isinstance(each, Node) for agent in _nodes(each, "bf:agent")]


def _nodes(node: Node, prop: str) -> list[Node]:
    return [value for value in node.values(prop) if isinstance(value, Node)]


@pytest.mark.parametrize(
    ("field", "label"),
    [
        ("100 1# $aNguyễn, Du,$d1765-1820.", "Nguyễn, Du, 1765-1820"),
        ("100 0# $aA Jar.", "A Jar"),
        ("100 0# $aY Điêng,$d1928-2019.", "Y Điêng, 1928-2019"),
        ("100 1# $aTrần, Văn A.", "Trần, Văn A."),
        ("100 1# $aNguyễn, Đ.", "Nguyễn, Đ."),
        ("100 1# $aNorris, Stephen P.$q(Stephen Paul),$eauthor.", "Norris, Stephen P. (Stephen Paul)"),
        ("110 1# $aViệt Nam.$bBộ Văn hoá.", "Việt Nam. Bộ Văn hoá."),
    ],
)
def test_a_name_is_kept_as_printed(field: str, label: str) -> None:
    [agent] = agents(field)
    assert list(agent.values("rdfs:label")) == [label]


@pytest.mark.parametrize(
    ("field", "kind"),
    [
        ("100 1# $aNguyễn, Du", "Person"),
        ("100 3# $aHọ Nguyễn", "Family"),
        ("110 1# $aKon Tum", "Jurisdiction"),
        ("110 2# $aThư viện tỉnh Kon Tum", "Organization"),
        ("111 2# $aHội thảo sử thi Tây Nguyên", "Meeting"),
    ],
)
def test_the_first_indicator_says_what_kind_of_name_it_is(field: str, kind: str) -> None:
    [agent] = agents(field)
    assert list(agent.values("rdf:type")) == [f"http://id.loc.gov/ontologies/bibframe/{kind}"]


def test_an_uncontrolled_name_of_unknown_kind_has_no_empty_kind() -> None:
    [agent] = agents("720 ## $aBảo tàng Kon Tum")
    assert list(agent.values("rdf:type")) == ["http://id.loc.gov/ontologies/bflc/Uncontrolled"]


@pytest.mark.parametrize(
    ("field", "leader", "roles"),
    [
        ("100 1# $aNguyễn, Du", BOOK, "[bf:Role <http://id.loc.gov/vocabulary/relators/aut> ]"),
        ("100 1# $aVăn Cao", BOOK.replace("am", "jm"), "[bf:Role <http://id.loc.gov/vocabulary/relators/ctb> ]"),
        ("700 1# $aVăn Cao", BOOK, "[bf:Role <http://id.loc.gov/vocabulary/relators/ctb> ]"),
        ("700 1# $aVăn Cao$ecomposer$4cmp", BOOK, "[bf:Role <http://id.loc.gov/vocabulary/relators/cmp> ]"),
        ("700 1# $aVăn Cao$4tác giả", BOOK, '[bf:Role bf:code "tác giả"]'),
        ("711 2# $aHội thảo$jorganizer", BOOK, '[bf:Role rdfs:label "organizer"]'),
    ],
)
def test_a_code_says_the_role_before_words_and_words_before_the_kind_of_record(
    field: str, leader: str, roles: str
) -> None:
    assert f"bf:role {roles}" in work(field, leader=leader)


def test_roles_in_one_subfield_are_several_roles() -> None:
    made = work("700 1# $aVõ Quang Nhơn,$ebiên soạn, giới thiệu & translator and editor.")
    for role in ("biên soạn", "giới thiệu", "translator", "editor"):
        assert f'bf:role [bf:Role rdfs:label "{role}"]' in made


def test_an_address_of_a_role_that_has_no_words_is_not_lost() -> None:
    address = "http://rdaregistry.info/Elements/a/P50195"
    assert f"bf:role [bf:Role <{address}> ]" in work(f"700 1# $aVăn Cao$4{address}")


def test_a_name_in_both_scripts_is_one_agent_with_two_labels() -> None:
    [agent] = agents(
        "008 940101s1994    cc            000 0 chi  ",
        "100 1# $6880-01$aZhou, Hanguang,$d1950-",
        "880 1# $6100-01/Hani$a周瀚光,$d1950-",
    )
    assert list(agent.values("rdfs:label")) == ["Zhou, Hanguang, 1950-", ("周瀚光, 1950-", "zh-Hani")]


def test_a_second_880_of_the_same_link_is_not_lost() -> None:
    made = work(
        "008 860101s1986    ja            000 0 jpn  ",
        "245 10 $6880-01$aObara Kuniyoshi senshū",
        "880 10 $6245-01/Jpan$a小原国芳選集",
        "880 10 $6245-01/Kana$aオバラ クニヨシ センシュウ",
    )
    assert "小原国芳選集" in made
    assert "オバラ クニヨシ センシュウ" in made


def test_the_authority_of_a_title_is_not_the_agents() -> None:
    made = work("700 12 $aNguyễn, Du.$tTruyện Kiều.$0http://id.loc.gov/authorities/names/n82090358")
    assert "[bf:Hub <http://id.loc.gov/authorities/names/n82090358> bf:contribution" in made
    assert "rwo/agents" not in made


def test_a_form_after_the_name_is_a_title_unless_there_is_a_uniform_title() -> None:
    laws = "110 1# $aViệt Nam.$kLuật, v.v."
    assert "bf:expressionOf [bf:Hub bf:contribution" in work(laws)
    assert 'bflc:marcKey "1101 $aViệt Nam.$tLuật, v.v."' in work(laws)
    assert 'rdfs:label "Việt Nam. Luật, v.v."' in work(laws, "240 10 $aHiến pháp")


def test_a_uniform_title_has_the_main_entry_as_its_creator() -> None:
    made = work("100 1# $aNguyễn, Du.", "240 10 $aTruyện Kiều.$lTiếng Anh")
    assert 'bflc:marcKey "1001 $aNguyễn, Du.$tTruyện Kiều.$lTiếng Anh"' in made
    hub = made.partition("bf:expressionOf [bf:Hub ")[2]
    assert hub.startswith("bf:contribution [bf:Contribution rdf:type")
    assert 'bf:title [bf:Title bf:mainTitle "Truyện Kiều. Tiếng Anh"]' in hub


@pytest.mark.parametrize(
    ("field", "relationship"),
    [
        ("700 12 $aNguyễn, Du.$tTruyện Kiều", "vocabulary/relationship/part"),
        ("700 1# $aNguyễn, Du.$tTruyện Kiều", "vocabulary/relationship/relatedwork"),
        ("700 1# $iis translation of$aNguyễn, Du.$tTruyện Kiều", "vocabulary/relationship/translationof"),
        ("730 02 $aTruyện Kiều", "vocabulary/relationship/part"),
        ("730 04 $aTruyện Kiều", "ontologies/bflc/hasVariantEntry"),
    ],
)
def test_a_name_with_a_title_leads_to_another_work(field: str, relationship: str) -> None:
    assert f"bf:relation [bf:Relation bf:relationship <http://id.loc.gov/{relationship}>" in work(field)


def test_the_date_of_a_treaty_is_kept_after_a_corporate_name_too() -> None:
    made = work("710 12 $aViệt Nam.$tHiệp định,$d(1973 Th1 27)")
    assert 'bf:legalDate "1973 Th1 27"' in made


def test_a_field_without_a_name_makes_no_label() -> None:
    assert [list(agent.values("rdfs:label")) for agent in agents("100 1# $eauthor", "700 1# ")] == [[], []]


def test_a_name_in_another_script_alone_has_its_language_in_label_and_key() -> None:
    made = work(f"008 040520s2004    ua {'':11}000 0 ara  ", "880 1# $6700-00/(3/r$aجبرتي$eeditor.")
    assert 'rdfs:label "جبرتي"@ar-arab; bflc:marcKey "8801 $6700-00/(3/r$aجبرتي$eeditor."@ar-arab' in made
