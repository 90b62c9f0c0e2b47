"""5XX: notes, summaries, access, custody."""

from __future__ import annotations

import pytest
from described import described, instance, work

from publisher.rdf.description import sketch


def test_a_note_in_two_scripts_is_one_note_with_two_labels() -> None:
    made = instance(
        "008 970908s1987    ja       b    000 0 jpn  ",
        "550 ## $6880-01$aIssued by: Gaimushō.",
        "880 ## $6550-01/Jpan$aIssued by: 外務省.",
    )
    assert made.count("bf:Note") == 1
    assert 'rdfs:label "Issued by: Gaimushō."; rdfs:label "Issued by: 外務省."@ja' in made


def test_a_note_that_is_only_in_the_other_script_is_said_once() -> None:
    made = instance("008 970908s1987    ru       b    000 0 rus  ", "880 ## $6504-00/(N$aЛитература: с. 67.")
    assert made.count("Литература") == 1


def test_a_note_without_words_is_none() -> None:
    assert "bf:note" not in instance("500 ## $a", "533 ## $5VN-TVQG", "588 0# $a")


def test_a_note_names_the_institution_it_is_about() -> None:
    assert "bflc:applicableInstitution [bf:Agent <http://id.loc.gov/vocabulary/organizations/vntvqg>" in instance(
        "500 ## $aCó chữ ký tác giả.$5VN-TVQG"
    )


def test_the_note_of_a_former_title_is_not_said_twice() -> None:
    note = "547 ## $aTên cũ không có trên số 1."
    assert "Tên cũ" in instance(note)
    assert "Tên cũ" not in instance(note, "247 00 $aBản tin")


def test_a_note_that_a_linking_field_says_already_is_not_made() -> None:
    note = "580 ## $aContinued by: Khảo cổ học."
    assert "mnotetype/relnote" in work(note)
    made = work(note, "785 00 $tKhảo cổ học")
    assert made.count("mnotetype/relnote") == 1, "it is said of the relation, not once more of the work"
    assert "bf:relation [bf:Relation bf:note [bf:Note rdf:type" in made
    assert "mnotetype/relnote" in work(note, "785 05 $tKhảo cổ học")


def test_a_dissertation_has_its_degree_and_where_it_was_granted_in_both_scripts() -> None:
    made = work(
        "008 970908s2015    cc       b    000 0 chi  ",
        "502 ## $6880-01$bThạc sĩ$cĐại học A$d2015",
        "880 ## $6502-01/Hani$b硕士$c大学$d2015",
    )
    assert 'bf:degree "Thạc sĩ"; bf:degree "硕士"@zh-Hani' in made
    assert 'bf:Agent rdfs:label "Đại học A"; rdfs:label "大学"@zh-Hani' in made


@pytest.mark.parametrize("field", ["540 ## $uhttps://creativecommons.org/licenses/by/4.0/", "506 ## $uhttp://a.vn/x"])
def test_a_licence_that_is_only_an_address_is_kept(field: str) -> None:
    assert f"bf:electronicLocator <{field.partition('$u')[2]}>" in instance(field)


def test_a_standard_licence_is_named_by_its_address() -> None:
    made = instance("540 ## $fCC BY 4.0$0(uri)https://creativecommons.org/licenses/by/4.0/")
    assert 'bf:UsePolicy <https://creativecommons.org/licenses/by/4.0/> bf:qualifier "CC BY 4.0"' in made


def test_a_date_of_availability_is_edtf() -> None:
    assert 'bf:validDate "2019-02-07"^^datatypes:edtf' in instance("506 ## $aSau hạn bảo mật$g20190207")


def test_what_is_said_of_a_copy_is_gathered_on_the_item_of_its_institution() -> None:
    [(_, made)] = described(
        "541 ## $aÔng Nay Pharr$5VN-GL",
        "561 ## $aCủa Toà Giám mục.$5VN-GL",
        "561 ## $aCủa trường Quốc Học.$5VN-H",
    ).items
    item = sketch(made.arcs)
    assert "[bf:Item <Item> bf:heldBy <http://id.loc.gov/vocabulary/organizations/vngl>" in item
    assert 'bf:custodialHistory "Của Toà Giám mục."' in item
    assert "Quốc Học" not in item
    assert item.endswith("bf:itemOf <#Instance>]")


def test_copies_of_two_institutions_are_two_items() -> None:
    items = described("541 ## $aÔng A$5VN-GL", "541 ## $aÔng B$5VN-H").items
    assert ["<Item>" in sketch(made.arcs) for _, made in items] == [True, False]


def test_a_gift_to_nobody_in_particular_is_not_held_by_the_library_of_congress() -> None:
    [(_, made)] = described("541 ## $aÔng Nay Pharr").items
    assert "bf:heldBy" not in sketch(made.arcs)


def test_an_acquisition_in_two_scripts_keeps_both_on_the_copy() -> None:
    made = described("541 1# $6880-01$aNguồn không rõ.", "880 1# $6541-01/(N$aИсточник неизвестен.")
    [(_, copy)] = made.items
    item = sketch(copy.arcs)
    assert 'rdfs:label "Nguồn không rõ."' in item
    assert 'rdfs:label "Источник неизвестен."' in item
    assert "Источник неизвестен." in sketch(made.instance.arcs())
