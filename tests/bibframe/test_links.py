from __future__ import annotations

from described import work


def relations(*lines: str) -> list[str]:
    made = work("245 00 $aTạp chí Dân tộc học :$bcơ quan ngôn luận.", *lines)
    return [part for part in made.split("bf:relation ") if part.startswith("[bf:Relation")]


def test_journals_that_became_one_are_told_of_in_one_relation() -> None:
    [relation] = relations("785 17 $tBáo Tây Nguyên", "785 17 $tBáo Kon Tum", "785 17 $tBáo Gia Lai - Kon Tum")
    assert relation.count("bf:mergedWith") == 2
    assert 'bf:associatedResource [bf:Work bf:title [bf:Title bf:mainTitle "Báo Gia Lai - Kon Tum"]' in relation


def test_journals_that_went_before_are_told_of_one_by_one() -> None:
    assert len(relations("780 00 $tĐăk Lăk", "780 05 $tPleiku")) == 2


def test_an_entry_without_a_title_has_the_title_of_the_record() -> None:
    [relation] = relations("776 08 $iBản điện tử:$z9786041083585")
    assert 'bf:mainTitle "Tạp chí Dân tộc học : cơ quan ngôn luận"' in relation
    assert 'bf:identifiedBy [bf:Isbn rdf:value "9786041083585"]' in relation


def test_a_note_that_words_the_relation_is_said_of_it() -> None:
    [relation] = relations("580 ## $aContinued by: Văn hoá dân gian.", "785 00 $tVăn hoá dân gian")
    assert relation.startswith("[bf:Relation bf:note [bf:Note rdf:type")


def test_both_scripts_are_said_of_one_work() -> None:
    [relation] = relations("785 00 $6880-01$tMinzu", "880 00 $6785-01/Hani$t民族")
    assert 'bf:mainTitle "Minzu"; bf:mainTitle "民族"' in relation


def test_an_880_whose_partner_is_missing_is_not_lost() -> None:
    [relation] = relations("880 00 $6785-07/$1$t民族")
    assert "民族" in relation


def test_an_entry_with_nothing_in_it_makes_no_empty_labels() -> None:
    [relation] = relations("773 ## $a")
    assert '""' not in relation


def test_a_resource_known_only_by_its_label_is_not_lost() -> None:
    [relation] = relations("758 ## $ihas work:$aTruyện Kiều (Text)")
    assert 'rdfs:label "Truyện Kiều (Text)"' in relation
