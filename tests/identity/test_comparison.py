"""Which two records describe the same edition, and which do not."""

import pytest

from publisher.identity.comparison import compare
from tests.identity.cards import LEADER, compared, evidence

FULL = (
    "020 $a978-604-908-154-5",
    "1001 $aNguyễn, Văn Hòa",
    "24510 $aLịch sử văn hóa Tây Nguyên /$cNguyễn Văn Hòa.",
    "260 $aHà Nội :$bNxb. Khoa học xã hội,$c2012.",
    "300 $a367 tr. ;$c21 cm.",
)


def changed(**fields: str | None) -> tuple[str, ...]:
    """The full card with some fields another way (`f245="..."`) or left out (None)."""
    wanted = {tag[1:]: line for tag, line in fields.items()}
    lines = [
        f"{line[:5].split()[0]} {wanted[line[:3]]}" if wanted.get(line[:3]) else line
        for line in FULL
        if wanted.get(line[:3], "") is not None
    ]
    return tuple(lines)


@pytest.mark.parametrize(
    "other",
    [
        changed(f020=None),
        changed(f020="$a9786049081545 (bìa cứng)"),
        changed(f100="$aNguyễn Văn Hoà"),
        changed(f245="$aLỊCH SỬ VĂN HOÁ TÂY NGUYÊN", f020=None),
        changed(f245="$aLich su van hoa Tay Nguyen", f020=None),
        changed(f260="$aH.$bKhoa học xã hội$c2012", f020=None),
        changed(f260="$aH.$bKHXH$c[2012]", f020=None),
        changed(f300="$axii, 367tr.", f020=None),
        changed(f300=None, f020=None),
        changed(f100=None, f020=None),
    ],
)
def test_an_edition_is_known_again_however_it_is_written(other):
    assert compared(FULL, other).is_match


@pytest.mark.parametrize(
    ("other", "said"),
    [
        (changed(f260="$aHà Nội :$bKhoa học xã hội,$c2015"), "year"),
        (changed(f245="$aLịch sử văn hóa Tây Nguyên.$nTập 2"), "volume"),
        (changed(f245="$aVăn hóa ẩm thực miền Trung"), "title"),
        (changed(f245="$aLịch sử vận hoà Tây Nguyên", f020=None), "marks"),
        (changed(f020="$a978-604-908-153-8"), "ISBN"),
        (changed(f300="$a1 tài liệu trực tuyến (367 tr.)", f020=None), "online"),
    ],
)
def test_what_contradicts_keeps_records_apart(other, said):
    verdict = compared(FULL, other)
    assert not verdict.is_match
    assert said in " ".join(verdict.contradictions)


def test_an_isbn_that_a_publisher_used_twice_joins_nothing():
    a = ("020 $a9786049081545", "245 $aKỹ thuật trồng cà phê", "260 $c2012")
    b = ("020 $a9786049081545", "245 $aTruyện cổ Xơ Đăng", "260 $c2012")
    assert not compared(a, b).is_match


@pytest.mark.parametrize("price", ["45000", "45.000đ", "0000000000", "1111111111", "nil.", ""])
def test_a_price_in_020_is_no_isbn(price):
    assert evidence(f"020 $a{price}", "245 $aSách").isbns == ()


def test_records_without_a_title_are_never_joined():
    a = ("020 $a9786049081545", "035 $a(OCoLC)814782", "260 $c2012")
    assert not compared(a, a).is_match


def test_records_that_share_a_number_of_oclc_meet_though_little_else_agrees():
    a = ("035 $a(OCoLC)ocm00814782", "1001 $aNorris, Stephen P.", "24510 $aVerbal reports of thinking", "260 $c1989")
    b = ("035 $a(OCoLC)814782", "24510 $aVerbal reports of thinking :$ban essay", "260 $bUniversity$c1989")
    assert compared(a, b).is_match


@pytest.mark.parametrize(
    ("title", "year"), [("Another thing altogether", "1989"), ("Verbal reports of thinking", "1999")]
)
def test_records_that_claim_each_others_numbers_stay_apart(title, year):
    a = ("035 $a(OCoLC)814782", "010 $a   89123456 ", "24510 $aVerbal reports of thinking", "260 $c1989")
    b = ("035 $a(OCoLC)814782", "010 $a   89123456 ", f"24510 $a{title}", f"260 $c{year}")
    assert not compared(a, b).is_match


@pytest.mark.parametrize("title", ["Tuyển tập", "Báo cáo", "Poems", "Annual report"])
def test_a_generic_title_and_a_year_are_not_enough(title):
    assert not compared((f"245 $a{title}", "260 $c2001"), (f"245 $a{title}", "260 $c2001")).is_match


def test_one_title_by_two_authors_is_two_books():
    a = ("1001 $aStewart, James", "245 $aCalculus", "260 $c2003", "300 $a1200 p.")
    b = ("1001 $aLarson, Ron", "245 $aCalculus", "260 $c2003", "300 $a1200 p.")
    assert not compared(a, b).is_match


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("$aBài tập vật lý A1", "$aBài tập vật lý A2"),
        ("$aToán cao cấp. Tập 1", "$aToán cao cấp. Tập 2"),
        ("$aToán cao cấp. T.I", "$aToán cao cấp. T.II"),
        ("$aNiên giám thống kê Kon Tum 2001", "$aNiên giám thống kê Kon Tum 2002"),
        ("$aToán cao cấp A", "$aToán cao cấp B"),
        ("$aKỹ thuật điện", "$aKỹ thuật điện tử"),
    ],
)
def test_titles_that_differ_in_a_number_or_a_letter_are_two(a, b):
    same = ("1001 $aNguyễn Văn Hòa", "260 $bGiáo dục$c2001", "300 $a200 tr.")
    assert not compared((*same, f"245 {a}"), (*same, f"245 {b}")).is_match


def test_the_numbers_of_volumes_agree_in_any_script():
    same = ("1001 $aLê Trọng Vinh", "260 $bGiáo dục$c2001")
    a, b = (*same, "245 $aCơ học kết cấu.$nTập II"), (*same, "245 $aCơ học kết cấu", "490 $vT.2")
    assert compared(a, b).is_match


def test_hung_is_not_hung_where_both_have_their_marks():
    same = ("245 $aMáy và thiết bị xây dựng", "260 $c2001")
    a, b, bare = ((*same, f"100 $a{name}") for name in ("Nguyễn Văn Hùng", "Nguyễn Văn Hưng", "Nguyen Van Hung"))
    assert not compared(a, b).is_match
    assert compared(a, bare).is_match


def test_two_sheets_of_one_map_series_are_two():
    leader = LEADER[:6] + "e" + LEADER[7:]
    a, b = (
        evidence(
            "110 $aCục Đo đạc",
            "245 $aBản đồ địa hình Tây Nguyên",
            f"490 $aTỷ lệ 1:50 000$v{n}",
            "260 $c1998",
            leader=leader,
        )
        for n in ("tờ 41", "tờ 42")
    )
    assert not compare(a, b).is_match


def test_an_article_is_not_the_journal_it_is_in():
    article = evidence(
        "245 $aTạp chí Văn hóa Tây Nguyên", "260 $c2001", "773 $tSố 5", leader=LEADER[:7] + "b" + LEADER[8:]
    )
    journal = evidence("245 $aTạp chí Văn hóa Tây Nguyên", "260 $c2001", leader=LEADER[:7] + "s" + LEADER[8:])
    assert not compare(article, journal).is_match


def test_a_record_with_eight_hundred_authors_is_compared_by_the_first():
    many = tuple(f"7001 $aTác giả {chr(97 + n % 26)}{n}, Nguyễn" for n in range(800))
    said = evidence(*FULL, *many)
    assert len(said.agents) < 50
    assert compare(said, evidence(*FULL)).is_match


def test_every_reason_is_told_with_its_points():
    verdict = compared(FULL, FULL)
    assert any(reason.startswith("ISBN 9786049081545 (+5.5)") for reason in verdict.reasons)
    assert sum(float(reason.rpartition("(")[2].rstrip(")")) for reason in verdict.reasons) == verdict.score


TOLD = ("1001 $aNguyễn, Văn Hòa", "245 $aTin học văn phòng căn bản", "260 $bGiáo dục,$c2012", "300 $a200 tr.")


@pytest.mark.parametrize("extent", ["200 trang + 1 CD-ROM", "200tr. kèm theo đĩa", "xii, 200 p. + 1 booklet (230 p.)"])
def test_a_book_with_a_disc_is_the_book(extent):
    assert compared(TOLD, (*TOLD[:3], f"300 $a{extent}")).is_match


def test_the_copyright_that_two_printings_have_in_common_does_not_make_them_one():
    first, second = ((*TOLD[:2], f"260 $bGiáo dục,$c{year}, c1982", TOLD[3]) for year in (2011, 2014))
    assert "year 2011 is not 2014" in compared(first, second).contradictions
    assert compared(first, (*TOLD[:2], "260 $bGiáo dục,$cc1982", TOLD[3])).is_match


def test_a_tone_is_where_it_belongs_wherever_it_was_typed():
    a, b = ((TOLD[0], f"245 $aHọ trở thành nhân vật {word} tôi", *TOLD[2:]) for word in ("của", "cuả"))
    assert compared(a, b).is_match


@pytest.mark.parametrize(
    ("title", "brief"),
    [
        ("$aParamount :$bthe rise and fall.$pThe early years", "$aParamount.$pThe early years"),
        ("$aTin học văn phòng :$bdùng cho lớp 12", "$aTin học văn phòng"),
        ("$aGiữa hy vọng và lịch sử =$bBetween hope and history : thế kỷ 21", "$aGiữa hy vọng và lịch sử : thế kỷ 21"),
        ("$aBeteiligungsbericht / Stadt Hagen$cHrsg.: Stadt Hagen", "$aBeteiligungsbericht / Stadt Hagen"),
    ],
)
def test_a_subtitle_may_be_left_out(title, brief):
    assert compared((TOLD[0], f"245 {title}", *TOLD[2:]), (TOLD[0], f"245 {brief}", *TOLD[2:])).is_match


def test_a_numbered_subtitle_is_not_left_out_where_the_pages_differ():
    a = (TOLD[0], "245 $aTiếng Anh nâng cao :$blớp 6", TOLD[2], "300 $a200 tr.")
    assert compared(a, (TOLD[0], "245 $aTiếng Anh nâng cao", TOLD[2], "300 $a203 tr.")).contradictions


def test_whom_a_record_names_beside_the_title_may_be_left_out():
    imprint = ("260 $bProject Gutenberg,$c2003", "300 $a1 online resource")
    assert compared(("245 $aUlysses", "7001 $aJoyce, James", *imprint), ("245 $aUlysses", *imprint)).is_match
    assert not compared(("245 $aUlysses", "1001 $aJoyce, James", *imprint), ("245 $aUlysses", *imprint)).is_match


def test_an_undated_record_of_a_long_title_meets_another_that_knows_the_pages():
    title = "245 $aNhững điều cần biết về cổ phần hóa doanh nghiệp nhà nước"
    assert compared((title, "300 $a186 tr."), (title,)).is_match
    assert not compared((title, "300 $a186 tr."), (title, "260 $c1998")).is_match


def test_a_year_is_read_where_the_whole_imprint_is_in_one_subfield():
    a, b = (
        ("245 $aThe Earliest lives of Dante", f"260 $aNew York, F. Ungar [c{year}] 103 p.") for year in (1963, 1962)
    )
    assert "year 1963 is not 1962" in compared(a, b).contradictions
    assert evidence(*a).years == (1963,)
