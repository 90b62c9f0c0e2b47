from __future__ import annotations

from described import described

from publisher.rdf.description import sketch


def copies(*lines: str) -> list[str]:
    return [sketch([arc]) for _, made in described(*lines).items for arc in made.arcs]


def test_a_koha_item_has_its_branch_place_call_number_and_barcode() -> None:
    [copy] = copies("952 ## $aVHTT$bVHTT$cKho Đọc$oV398.2 D8$pVD003421$8ĐC$g78000$xđã mất bìa")
    for said in ('"VHTT"', '"Kho Đọc"', '"ĐC"', '"V398.2 D8"', '"VD003421"'):
        assert said in copy


def test_prices_and_notes_to_the_staff_do_not_leave_the_library() -> None:
    [copy] = copies("952 ## $pVD003421$g78000$v90000$xđã mất bìa$eNhà sách Trẻ$s2024-01-01$q2024-02-01")
    for private in ("78000", "90000", "mất bìa", "Nhà sách", "2024"):
        assert private not in copy
    [copy] = copies("852 ## $akontum$pKT.0001$xkhông cho mượn")
    assert "không cho mượn" not in copy


def test_a_952_of_another_system_is_no_copy() -> None:
    assert copies("952 ## $a2021-07-12 18:29:45$822546845720006421$bFirestone Library$efalse") == []


def test_each_piece_of_a_set_is_a_copy_of_its_own() -> None:
    pieces = copies(
        "852 1# $aNYPL$hJSM 95-216", "876 ## $p33433022784908$3no. 144-148", "876 ## $p33433022787471$3no. 191"
    )
    assert len(pieces) == 2
    assert all("JSM 95-216" in piece for piece in pieces)


def test_a_piece_belongs_to_the_location_with_its_number() -> None:
    found = copies("852 ## $bA$01", "852 ## $bB$02", "876 ## $02$p222", "876 ## $01$p111")
    assert ['"A"' in found[0], '"111"' in found[0], '"B"' in found[1], '"222"' in found[1]] == [True] * 4


def test_a_barcode_is_on_one_copy_only_where_nothing_says_on_which() -> None:
    found = copies("852 ## $bA", "852 ## $bB", "876 ## $p111")
    assert sum("111" in copy for copy in found) == 1


def test_what_a_library_has_of_a_serial_is_worded_from_captions_and_numbers() -> None:
    [copy] = copies("852 ## $bKho báo", "853 2# $81$atập$bsố$i(năm)", "863 40 $81.1$a30$b4$i1995")
    assert '"tập 30, số 4 (1995)"' in copy


def test_holdings_without_a_location_are_held_all_the_same() -> None:
    [copy] = copies("866 ## $aSố 1-12 (1990)", "866 ## $aSố 13 (1991)")
    assert "Số 1-12 (1990)" in copy
    assert "Số 13 (1991)" in copy


def test_an_empty_location_is_no_copy() -> None:
    assert copies("852 ## $a", "952 ## $a") == []


def held(*lines: str) -> list[str]:
    """Return the copies that a record of holdings (MFHD) describes."""
    return [
        sketch([arc])
        for _, made in described("004 1", *lines, leader="00000nx  a22000001n 4500").items
        for arc in made.arcs
    ]


def test_an_address_in_holdings_is_that_of_the_copy() -> None:
    [copy] = held("852 8# $bPhòng Đa phương tiện$hCD 9926", "856 40 $uhttp://a.vn/CD09926/$zTrong thư viện")
    assert "bf:electronicLocator <http://a.vn/CD09926/>" in copy
    assert '"CD 9926"' in copy
    assert '"Trong thư viện"' in copy


def test_an_address_in_holdings_goes_to_the_location_before_it() -> None:
    first, second = held("852 ## $bA", "856 40 $uhttp://a.vn/a", "852 ## $bB", "856 40 $uhttp://a.vn/b")
    assert ["vn/a" in first, "vn/b" in first, "vn/a" in second, "vn/b" in second] == [True, False, False, True]


def test_holdings_with_nothing_but_an_address_are_a_copy() -> None:
    [copy] = held("856 40 $uhttp://a.vn/1")
    assert "bf:electronicLocator <http://a.vn/1>" in copy
