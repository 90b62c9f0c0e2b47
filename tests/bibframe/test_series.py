from __future__ import annotations

from described import described, work

from publisher.rdf.description import Node, Value


def series(*lines: str) -> list[tuple[list[str], list[Value]]]:
    """Return (titles, numbers) of each series that is told."""
    found = []
    for relation in described(*lines).work.values("bf:relation"):
        assert isinstance(relation, Node)
        [whole] = relation.values("bf:associatedResource")
        assert isinstance(whole, Node)
        titles = [
            t for title in whole.values("bf:title") if isinstance(title, Node) for t in title.values("bf:mainTitle")
        ]
        found.append(([str(title) for title in titles], list(relation.values("bf:seriesEnumeration"))))
    return found


def test_a_parallel_title_is_a_series_of_its_own() -> None:
    assert series("490 1# $aKho tàng sử thi =$aTreasury of epics ;$vt. 27") == [
        (["Kho tàng sử thi"], []),
        (["Treasury of epics"], ["t. 27"]),
    ]


def test_each_series_of_a_statement_has_its_own_number() -> None:
    assert series("490 1# $aDân tộc học ;$v1$aVăn hoá ;$x2345-6789 ;$v128") == [
        (["Dân tộc học"], ["1"]),
        (["Văn hoá"], ["128"]),
    ]


def test_a_series_as_printed_is_of_no_controlled_list() -> None:
    for tag in ("440 #0", "490 0#", "490 1#"):
        assert "[bf:Series rdf:type <http://id.loc.gov/ontologies/bflc/Uncontrolled>" in work(
            f"{tag} $aKho tàng sử thi"
        )


def test_a_traced_series_is_said_to_be_traced() -> None:
    assert "mstatus/tr>" in work("490 1# $aKho tàng sử thi")
    assert "mstatus/tr>" not in work("490 0# $aKho tàng sử thi")


def test_a_canceled_issn_is_said_to_be_canceled() -> None:
    made = work("490 0# $aVăn hoá$z2345-6789")
    assert 'bf:identifiedBy [bf:Issn rdf:value "2345-6789"; bf:status' in made
    assert "mstatus/cancinv" in made


def test_an_empty_statement_makes_no_series() -> None:
    assert series("490 0# ", "490 0# $3Tập 1$lPL4378") == []


def test_a_series_in_both_scripts_is_one_series() -> None:
    made = work(
        "008 940101s1994    cc            000 0 chi  ",
        "490 0# $6880-01$aZhongguo si xiang jia ;$v110",
        "880 0# $6490-01/Hani$a中国思想家 ;$v110",
    )
    assert made.count("bf:Series") == 1
    assert '"中国思想家"@zh-Hani' in made


def test_a_traced_series_is_a_hub_with_its_number_in_the_relation() -> None:
    assert series("830 #0 $aVăn hoá Tây Nguyên ;$vq. 2.") == [(["Văn hoá Tây Nguyên"], ["q. 2."])]


def test_a_series_known_by_its_number_only_has_no_empty_title() -> None:
    made = work("830 #0 $w(DLC)sn85012345$vq. 2")
    assert "bf:title" not in made
    assert 'bf:identifiedBy [bf:Lccn rdf:value "sn85012345"' in made
