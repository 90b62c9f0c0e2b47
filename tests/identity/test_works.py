"""Which editions are of one work: translations and other carriers are, adaptations and commentaries are not."""

import pytest

from tests.identity.cards import LEADER, card
from tests.identity.catalogue import cards, decided

HEMINGWAY = "1001 $aHemingway, Ernest,$d1899-1961"
SEA = "245 $aThe old man and the sea"
SPOKEN = LEADER[:6] + "i" + LEADER[7:]

TOGETHER = {
    "two editions": (
        ("1001 $aTô, Hoài", "245 $aDế mèn phiêu lưu ký", "250 $aIn lần thứ 2", "260 $bKim Đồng$c1990"),
        ("1001 $aTô Hoài", "245 $aDế mèn phiêu lưu kí", "250 $aIn lần thứ 9", "260 $bVăn học$c2011"),
    ),
    "a translation with a uniform title": (
        (HEMINGWAY, SEA, "260 $c1952"),
        (HEMINGWAY, "24010 $aOld man and the sea.$lVietnamese", "245 $aÔng già và biển cả", "260 $c1986"),
    ),
    "a translation with 765": (
        (HEMINGWAY, SEA, "260 $c1952"),
        (HEMINGWAY, "245 $aÔng già và biển cả", "765 $tThe old man and the sea", "260 $c1986"),
    ),
    "a translation with a note": (
        (HEMINGWAY, SEA, "260 $c1952"),
        (HEMINGWAY, "245 $aÔng già và biển cả", "500 $aDịch từ nguyên bản tiếng Anh: The old man and the sea"),
    ),
    "a translation with another note": (
        (HEMINGWAY, SEA, "260 $c1952"),
        (HEMINGWAY, "245 $aÔng già và biển cả", "500 $aNguyên tác: The old man and the sea / Ernest Hemingway"),
    ),
    "a translation with a parallel title": (
        (HEMINGWAY, SEA, "260 $c1952"),
        (HEMINGWAY, "245 $aÔng già và biển cả =$bThe old man and the sea", "260 $c1986"),
    ),
    "a translation whose uniform title has the subtitle": (
        ("1001 $aFriedman, Thomas L.", "245 $aThe world is flat :$ba brief history of the century", "260 $c2005"),
        (
            "1001 $aFriedman, Thomas L.",
            "24010 $aWorld is flat: a brief history of the century",
            "245 $aThế giới phẳng",
            "260 $c2006",
        ),
    ),
    "a title that only begins like that of a companion": (
        ("1001 $aTrần, Thị Lan", "245 $aNâng cao chất lượng dạy học ở vùng cao", "260 $c2010"),
        (
            "1001 $aTrần, Thị Lan",
            "24010 $aNâng cao chất lượng dạy học ở vùng cao",
            "245 $aBetter teaching in the highlands",
            "260 $c2012",
        ),
    ),
    "two translations under two titles": (
        (HEMINGWAY, "245 $aÔng già và biển cả", "500 $aTên sách tiếng Anh: The old man and the sea", "260 $c1986"),
        (HEMINGWAY, "245 $aLe vieil homme et la mer", "500 $aTitre original: The old man and the sea", "260 $c1960"),
    ),
    "large print": (
        (HEMINGWAY, SEA, "260 $c1952", "300 $a140 p."),
        (HEMINGWAY, SEA, "250 $aLarge print ed.", "260 $c1990", "300 $a210 p. (large print)"),
    ),
    "a book for the blind": (
        (HEMINGWAY, SEA, "260 $c1952"),
        (HEMINGWAY, SEA, "260 $c1990", "300 $a3 tập (chữ nổi)"),
    ),
    "two languages under one title": (
        (f"008 {'120101s2012':35}vie d", "1001 $aNguyễn, Văn Hòa", "245 $aRừng Kon Tum", "260 $c2012"),
        (f"008 {'120101s2012':35}eng d", "1001 $aNguyễn, Văn Hòa", "245 $aRừng Kon Tum", "260 $c2012"),
    ),
    "with and without the kind of text": (
        ("1001 $aNguyễn, Khải", "245 $aMùa lạc :$btruyện ngắn", "260 $c1960"),
        ("1001 $aNguyễn, Khải", "245 $aMùa lạc", "260 $c2003"),
    ),
    "an epic without an author under its uniform title": (
        ("130 $aNghìn lẻ một đêm", "245 $aNghìn lẻ một đêm", "260 $c1982"),
        ("130 $aNghìn lẻ một đêm.$lAnh", "245 $aArabian nights", "260 $c2000"),
    ),
}

APART = {
    "two novels that one translator translated": (
        (HEMINGWAY, "245 $aÔng già và biển cả", "500 $aTranslated from the English by Lê Huy Bắc", "260 $c1986"),
        (HEMINGWAY, "245 $aGiã từ vũ khí", "500 $aTranslated from the English by Lê Huy Bắc", "260 $c1987"),
    ),
    "two novels that one house published first": (
        (HEMINGWAY, "245 $aÔng già và biển cả", "500 $aOriginally published: New York : Scribner, 1952", "260 $c1986"),
        (HEMINGWAY, "245 $aGiã từ vũ khí", "500 $aOriginally published: New York : Scribner, 1952", "260 $c1987"),
    ),
    "a comic made of it": (
        ("1001 $aTô, Hoài", "245 $aDế mèn phiêu lưu ký", "260 $c1990"),
        ("1001 $aTô, Hoài", "245 $aDế mèn phiêu lưu ký :$btruyện tranh", "260 $c2010"),
    ),
    "a retelling": (
        (HEMINGWAY, SEA, "260 $c1952"),
        (HEMINGWAY, "245 $aThe old man and the sea /$cretold by John Smith", "260 $c1992"),
    ),
    "an abridgement": (
        (HEMINGWAY, SEA, "260 $c1952"),
        (HEMINGWAY, SEA, "250 $aAbridged ed.", "260 $c1992"),
    ),
    "a commentary": (
        ("1001 $aNguyễn, Du", "245 $aTruyện Kiều", "260 $c1990"),
        ("1001 $aNguyễn, Du", "245 $aTruyện Kiều :$bbình giảng", "260 $c2001"),
    ),
    "two selections under one collective title": (
        (HEMINGWAY, "24010 $aWorks.$kSelections", "245 $aThe Hemingway reader", "260 $c1953"),
        (HEMINGWAY, "24010 $aWorks.$kSelections", "245 $aBy-line", "260 $c1967"),
    ),
    "two collections of stories under a generic uniform title": (
        (HEMINGWAY, "24010 $aShort stories", "245 $aMen without women", "260 $c1927"),
        (HEMINGWAY, "24010 $aShort stories", "245 $aWinner take nothing", "260 $c1933"),
    ),
    "a textbook and its workbook": (
        ("1001 $aPhan, Đức Chính", "245 $aToán 6", "260 $c2002"),
        ("1001 $aPhan, Đức Chính", "245 $aToán 6 :$bsách bài tập", "260 $c2002"),
    ),
    "two grades": (
        ("1001 $aPhan, Đức Chính", "245 $aToán :$blớp 6", "260 $c2002"),
        ("1001 $aPhan, Đức Chính", "245 $aToán :$blớp 7", "260 $c2002"),
    ),
    "two books of one short title": (
        ("1001 $aStewart, James", "245 $aCalculus :$bearly transcendentals", "260 $c2003"),
        ("1001 $aStewart, James", "245 $aCalculus :$bconcepts and contexts", "260 $c2005"),
    ),
    "two volumes": (
        ("1001 $aTrần, Trọng Kim", "245 $aViệt Nam sử lược.$nQuyển 1", "260 $c1971"),
        ("1001 $aTrần, Trọng Kim", "245 $aViệt Nam sử lược.$nQuyển 2", "260 $c1971"),
    ),
    "one title by two authors": (
        ("1001 $aLê, Văn Bảng", "245 $aKỹ thuật điện đại cương", "260 $c2003"),
        ("1001 $aTrần, Minh Sơ", "245 $aKỹ thuật điện đại cương", "260 $c2003"),
    ),
    "two authors of one name": (
        ("1001 $aNguyễn, Văn Hùng,$d1940-", "245 $aHình học giải tích", "260 $c1980"),
        ("1001 $aNguyễn, Văn Hùng,$d1975-", "245 $aHình học giải tích", "260 $c2005"),
    ),
    "two books with one variant title, the series'": (
        ("1001 $aTô, Hoài", "245 $aVợ chồng A Phủ", "246 $aTác phẩm văn học trong nhà trường", "260 $c1999"),
        ("1001 $aTô, Hoài", "245 $aCứu đất cứu mường", "246 $aTác phẩm văn học trong nhà trường", "260 $c1999"),
    ),
    "collected works of two years": (
        ("1001 $aTô, Hoài", "245 $aTuyển tập", "260 $c1987"),
        ("1001 $aTô, Hoài", "245 $aTuyển tập", "260 $c1996"),
    ),
}


@pytest.mark.parametrize("what", TOGETHER)
def test_editions_of_one_work_meet_in_it_and_stay_two_instances(what, tmp_path):
    a, b = TOGETHER[what]
    found = decided(cards({"a": a, "b": b}), tmp_path)
    assert found.one_work("a", "b")
    assert not found.one_instance("a", "b")


@pytest.mark.parametrize("what", APART)
def test_another_text_is_another_work(what, tmp_path):
    a, b = APART[what]
    assert not decided(cards({"a": a, "b": b}), tmp_path).one_work("a", "b")


def test_an_omnibus_does_not_glue_the_novels_in_it_together(tmp_path):
    austen = "1001 $aAusten, Jane"
    both = ("246 $aPride and prejudice", "246 $aSense and sensibility")
    found = decided(
        cards(
            {
                "a": (austen, "245 $aPride and prejudice", "260 $c1978"),
                "b": (austen, "245 $aTwo novels of manners", *both, "260 $c1990"),
                "c": (austen, "245 $aSense and sensibility", "260 $c1975"),
            }
        ),
        tmp_path,
    )
    assert not found.one_work("a", "c")


def test_a_body_that_gives_many_studies_one_title_has_as_many_works(tmp_path):
    towns = (
        "city of Kon Tum, Kon Tum province",
        "city of Pleiku, Gia Lai province",
        "town of An Khê, Gia Lai province",
    )
    studies = {
        f"s{n}": ("1101 $aFederal Insurance Administration", f"245 $aFlood insurance study :$b{town}", "260 $c1977")
        for n, town in enumerate(towns)
    }
    assert len(set(decided(cards(studies), tmp_path).work.values())) == len(towns)


def test_what_is_read_aloud_is_the_work_that_is_read(tmp_path):
    read = card("001 a", HEMINGWAY, SEA, "260 $c1952")
    heard = card("001 b", HEMINGWAY, SEA, "260 $c2001", "300 $a3 đĩa", leader=SPOKEN)
    found = decided([read, heard], tmp_path)
    assert found.one_work("a", "b")
    assert not found.one_instance("a", "b")
