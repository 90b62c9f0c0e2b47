"""What looks alike and is not one: each guard as a statement about the product."""

from itertools import combinations

import pytest

from publisher.identity.comparison import compare
from publisher.identity.contradiction import are_apart
from tests.identity.cards import LEADER, card, evidence
from tests.identity.catalogue import cards, decided

MAP = LEADER[:6] + "e" + LEADER[7:]
SERIAL = LEADER[:7] + "s" + LEADER[8:]
ISSUE = LEADER[:7] + "b" + LEADER[8:]

TOLD = ("1001 $aNguyễn, Văn Hòa", "260 $aHà Nội :$bGiáo dục,$c2012", "300 $a200 tr.")
"""What both of two books that look alike have besides."""

PAIRS = {
    "yearbooks of two years": (
        ("110 $aCục Thống kê Kon Tum", "245 $aNiên giám thống kê tỉnh Kon Tum", "260 $bThống kê$c2015"),
        ("110 $aCục Thống kê Kon Tum", "245 $aNiên giám thống kê tỉnh Kon Tum", "260 $bThống kê$c2016"),
    ),
    "yearbooks whose year is in the title": (
        ("245 $aNiên giám thống kê tỉnh Kon Tum 2015", "260 $bThống kê$c2016"),
        ("245 $aNiên giám thống kê tỉnh Kon Tum 2016", "260 $bThống kê$c2016"),
    ),
    "annual reports of two years": (
        ("110 $aWorld Bank", "245 $aAnnual report", "260 $aWashington :$bWorld Bank,$c1998"),
        ("110 $aWorld Bank", "245 $aAnnual report", "260 $aWashington :$bWorld Bank,$c1999"),
    ),
    "reports of two bodies": (
        ("110 $aSở Y tế Kon Tum", "245 $aBáo cáo", "260 $c2010"),
        ("110 $aSở Giáo dục Kon Tum", "245 $aBáo cáo", "260 $c2010"),
    ),
    "collected works of nobody": (("245 $aTuyển tập", "260 $c2001"), ("245 $aTuyển tập", "260 $c2001")),
    "poems of two poets": (
        ("1001 $aXuân Diệu", "245 $aThơ", "260 $bVăn học$c1995", "300 $a200 tr."),
        ("1001 $aHuy Cận", "245 $aThơ", "260 $bVăn học$c1995", "300 $a200 tr."),
    ),
    "volumes with a title in common": (
        (*TOLD, "245 $aLịch sử Việt Nam.$nTập 1,$pTừ nguồn gốc"),
        (*TOLD, "245 $aLịch sử Việt Nam.$nTập 2,$pTừ thế kỷ X"),
    ),
    "a set and a volume of it under one ISBN": (
        (*TOLD, "020 $a9786049081545 (bộ)", "245 $aTừ điển bách khoa"),
        (*TOLD, "020 $a9786049081545 (bộ)", "245 $aTừ điển bách khoa.$nTập 2"),
    ),
    "two volumes under one ISBN": (
        (*TOLD, "020 $a9786049081545", "245 $aTừ điển bách khoa.$nT. 1"),
        (*TOLD, "020 $a9786049081545", "245 $aTừ điển bách khoa.$nT. 2"),
    ),
    "textbooks of two grades": ((*TOLD, "245 $aNgữ văn 6"), (*TOLD, "245 $aNgữ văn 7")),
    "textbooks whose grade is a subtitle": (
        (*TOLD, "245 $aTiếng Anh :$blớp 6"),
        (*TOLD, "245 $aTiếng Anh :$blớp 7"),
    ),
    "halves of a textbook": ((*TOLD, "245 $aToán 6 tập 1"), (*TOLD, "245 $aToán 6 tập 2")),
    "a teacher's book and its textbook": ((*TOLD, "245 $aVật lí 10"), (*TOLD, "245 $aVật lí 10 :$bsách giáo viên")),
    "a teacher's book and a workbook": (
        (*TOLD, "245 $aVật lí 10 :$bsách bài tập"),
        (*TOLD, "245 $aVật lí 10 :$bsách giáo viên"),
    ),
    "a textbook and its solutions": (
        ("1001 $aStewart, James", "245 $aCalculus", "260 $bBrooks$c2003", "300 $a1194 p."),
        ("1001 $aStewart, James", "245 $aCalculus :$bstudent solutions manual", "260 $bBrooks$c2003", "300 $a1180 p."),
    ),
    "the small and the great economy": (
        (*TOLD, "245 $aBài tập kinh tế vi mô chọn lọc và các lời giải mẫu"),
        (*TOLD, "245 $aBài tập kinh tế vĩ mô chọn lọc và các lời giải mẫu"),
    ),
    "words that differ in one letter": (
        (
            "1001 $aMankiw, N. Gregory",
            "245 $aPrinciples of modern microeconomics",
            "260 $bThomson$c2004",
            "300 $a520 p.",
        ),
        (
            "1001 $aMankiw, N. Gregory",
            "245 $aPrinciples of modern macroeconomics",
            "260 $bThomson$c2004",
            "300 $a520 p.",
        ),
    ),
    "a reprint of another year": (
        (*TOLD[:1], "245 $aDế mèn phiêu lưu ký", "260 $bKim Đồng$c2005"),
        (*TOLD[:1], "245 $aDế mèn phiêu lưu ký", "260 $bKim Đồng$c2011"),
    ),
    "two editions of one year": (
        (*TOLD, "245 $aKế toán tài chính", "250 $aTái bản lần thứ 2"),
        (*TOLD, "245 $aKế toán tài chính", "250 $aIn lần thứ ba"),
    ),
    "a book in print and online": (
        (*TOLD, "245 $aVăn hóa cồng chiêng Tây Nguyên"),
        (*TOLD[:2], "245 $aVăn hóa cồng chiêng Tây Nguyên$h[tài liệu điện tử]", "300 $a1 tài liệu trực tuyến"),
    ),
    "a book in two languages": (
        (f"008 {'120101s2012':35}vie d", *TOLD[:1], "245 $aKon Tum", "260 $c2012", "300 $a90 tr."),
        (f"008 {'120101s2012':35}eng d", *TOLD[:1], "245 $aKon Tum", "260 $c2012", "300 $a90 tr."),
    ),
    "what claims another's LCCN": (
        ("010 $a   89123456 ", "245 $aCommon birds of the highlands", "260 $c1989"),
        ("010 $a   89123456 ", "245 $aA grammar of Bahnar", "260 $c1989"),
    ),
    "what claims another's OCLC number, of another volume": (
        ("035 $a(OCoLC)814782", "245 $aCollected papers.$nVol. 1", "260 $c1989"),
        ("035 $a(OCoLC)814782", "245 $aCollected papers.$nVol. 2", "260 $c1989"),
    ),
    "records that two systems gave one number": (
        ("035 $a(Sirsi) i1234", "245 $aCommon birds of the highlands", "250 $a1st ed.", "260 $c1989"),
        ("035 $a(Sirsi) i1234", "245 $aCommon birds of the highlands", "250 $a2nd ed.", "260 $c1989"),
    ),
    "a price for an ISBN": (
        ("020 $a45000", "245 $aTruyện cổ", "260 $c2012"),
        ("020 $a45000", "245 $aTruyện cổ", "260 $c2012"),
    ),
    "no titles": (("020 $a9786049081545", "260 $c2012"), ("020 $a9786049081545", "260 $c2012")),
    "an ISBN that a publisher used twice": (
        ("020 $a9786049081545", *TOLD[1:], "245 $aKỹ thuật trồng cà phê"),
        ("020 $a9786049081545", *TOLD[1:], "245 $aKỹ thuật nuôi ong lấy mật"),
    ),
    "numbers of one series": (
        (*TOLD, "245 $aTài liệu tập huấn", "490 $aTủ sách khuyến nông$vsố 3"),
        (*TOLD, "245 $aTài liệu tập huấn", "490 $aTủ sách khuyến nông$vsố 4"),
    ),
}


@pytest.mark.parametrize("what", PAIRS)
def test_two_editions_stay_two(what, tmp_path):
    a, b = PAIRS[what]
    assert not decided(cards({"a": a, "b": b}), tmp_path).one_instance("a", "b")


def test_the_sheets_of_a_map_series_stay_apart_as_instances_and_works(tmp_path):
    sheets = {
        f"m{n}": ("110 $aCục Đo đạc và Bản đồ", f"245 $aBản đồ địa hình.$nTờ {n}", "255 $aTỷ lệ 1:50 000", "260 $c1998")
        for n in range(30)
    }
    found = decided(cards(sheets, MAP), tmp_path)
    assert len(set(found.instance.values())) == len(set(found.work.values())) == 30


def test_sheets_that_differ_only_in_what_they_show_stay_apart(tmp_path):
    sheets = {
        f"m{n}": ("110 $aCục Đo đạc", "245 $aBản đồ địa hình Tây Nguyên", f"034 $d E10{n}0000$fN0140000", "260 $c1998")
        for n in range(4)
    }
    assert len(set(decided(cards(sheets, MAP), tmp_path).instance.values())) == 4


def test_a_series_does_not_glue_its_books_together(tmp_path):
    titles = ("Lễ hội Ba Na", "Nhà rông", "Sử thi Đăm Săn", "Tượng nhà mồ", "Cồng chiêng Gia Rai")
    books = {
        f"b{n}": ("022 $a1859-0012", f"245 $a{title}", f"490 $aVăn hóa Tây Nguyên$v{n}", "260 $bDân tộc$c2004")
        for n, title in enumerate(titles)
    }
    found = decided(cards(books), tmp_path)
    assert len(set(found.instance.values())) == len(set(found.work.values())) == len(titles)


def test_a_record_without_an_author_does_not_glue_two_authors_together(tmp_path):
    same = ("245 $aKỹ thuật điện đại cương", "260 $bGiáo dục$c2003")
    found = decided(
        cards({"a": (*same, "1001 $aLê Văn Bảng"), "b": same, "c": (*same, "1001 $aTrần Minh Sơ")}), tmp_path
    )
    assert not found.one_instance("a", "c")


def test_the_issues_of_a_journal_are_not_the_journal(tmp_path):
    journal = card("001 j", "022 $a0866-7349", "245 $aTạp chí Văn hóa dân gian", "260 $c1983-", leader=SERIAL)
    issues = cards(
        {f"i{n}": ("022 $a0866-7349", "245 $aTạp chí Văn hóa dân gian", f"773 $gSố {n}", "260 $c2004") for n in (1, 2)},
        ISSUE,
    )
    found = decided([journal, *issues], tmp_path)
    assert len(set(found.instance.values())) == 3


def test_a_year_more_in_a_chain_of_reprints_joins_no_two_years(tmp_path):
    said = ("1001 $aTô, Hoài", "245 $aDế mèn phiêu lưu ký")
    found = decided(
        cards({"a": (*said, "260 $c2005"), "b": (*said, "260 $c2011, c2005"), "c": (*said, "260 $c2011")}), tmp_path
    )
    assert not found.one_instance("a", "c")
    assert found.one_work("a", "b", "c")


def test_an_edition_of_which_only_the_decade_is_known_meets_one_of_two_years_at_most(tmp_path):
    said = ("1001 $aNguyễn Minh Hoàng", "245 $aMạng số liên kết dịch vụ")
    found = decided(
        cards({"a": (*said, "260 $c1993"), "b": (*said, "260 $c199-"), "c": (*said, "260 $c1997")}), tmp_path
    )
    assert not found.one_instance("a", "c")


SAME = {
    "kỹ and kĩ, lý and lí": ("245 $aLý thuyết kỹ thuật số", "245 $aLí thuyết kĩ thuật số"),
    "no marks and y": ("245 $aLý thuyết kỹ thuật số", "245 $aLy thuyet ky thuat so"),
    "an edition in other words": ("250 $aTái bản lần thứ hai", "250 $aIn lần thứ 2, có sửa chữa"),
    "Roman and Arabic volumes": ("245 $aCơ học kết cấu.$nTập II", "245 $aCơ học kết cấu. T.2"),
    "the kind of text": ("245 $aMùa lá rụng :$btiểu thuyết", "245 $aMùa lá rụng"),
    "a century, no volume": ("245 $aCông ty trong thế kỷ 21, vì sao?", "245 $aCông ti trong thế kỉ 21, vì sao?"),
    "the publisher in letters": ("260 $bKhoa học và Kỹ thuật$c2012", "260 $bNXB KH&KT$c2012"),
    "letters with points": ("260 $bU.S. G.P.O.$c2012", "260 $bU.S. Government Printing Office$c2012"),
    "pages close to their number": ("300 $axii, 200 tr. :$bminh họa", "300 $a200tr. ; 21cm"),
    "a copyright year": ("260 $bGiáo dục$c2012", "260 $bGiáo dục$c[c2012]"),
}


@pytest.mark.parametrize("what", SAME)
def test_one_edition_however_it_is_written(what, tmp_path):
    def full(line: str) -> tuple[str, ...]:
        plain = ("1001 $aNguyễn, Văn Hòa", "245 $aTiếng vọng đại ngàn", "260 $bGiáo dục$c2012", "300 $a200 tr.")
        return (*(said for said in plain if said[:3] != line[:3]), line)

    one, other = SAME[what]
    assert decided(cards({"a": full(one), "b": full(other)}), tmp_path).one_instance("a", "b")


def test_the_number_of_a_set_joins_the_set_to_none_of_its_volumes(tmp_path):
    number, told = "035 $a(OCoLC)226859466", ("1001 $aNguyễn, Văn Hòa", "260 $bGiáo dục$c2008")
    said = {
        "set": (number, *told, "245 $aLuật của miền cao"),
        "v1": (number, *told, "245 $aLuật của miền cao$nTập 1"),
        "v2": (number, *told, "245 $aLuật của miền cao$nTập 2"),
    }
    found = decided(cards(said), tmp_path)
    assert len({found.instance[key] for key in said}) == 3
    del said["v2"]
    assert decided(cards(said), tmp_path).one_instance("set", "v1"), "one of two left out which volume it is"


def test_what_is_told_apart_quickly_is_neither_a_match_nor_a_doubt():
    pairs = [pair for of in (PAIRS, SAME) for pair in of.values()]
    said = [[lines] if isinstance(lines, str) else lines for pair in pairs for lines in pair]
    records = [evidence(*lines) for lines in said]
    apart = 0
    for a, b in combinations(records, 2):
        verdict = compare(a, b)
        quickly = are_apart(a, b)
        assert quickly == are_apart(b, a)
        if quickly:
            apart += 1
            assert verdict.contradictions
            assert not verdict.is_match
            assert not verdict.is_doubtful
    assert apart > len(records), "most pairs have nothing in common"
