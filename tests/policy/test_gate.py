"""The gate: what is withheld, what is taken out, and that everything else stays as it is."""

from __future__ import annotations

import doctest
from datetime import date
from pathlib import Path

import pytest

from publisher.config import Policy as Conditions
from publisher.errors import ConfigError, RecordError
from publisher.policy import Fate, Policy, living, personal
from publisher.policy.rulebook import rulebook, shipped
from publisher.sources.record import Record
from tests.bibframe.described import record

from .planted import ANYWHERE, IN_NOTES, KEPT_FIELDS, WITHHELD, Plant

TODAY = date(2026, 11, 23)
GATE = Policy(Conditions(), on=TODAY)


def said(plant: str | Record) -> str:
    """All that is left of a record."""
    made = plant if isinstance(plant, Record) else record("245 00 $aNhan đề", plant)
    return "\n".join(f"{field.tag} {field.content}" for field in GATE.redact(made))


@pytest.mark.parametrize("plant", ANYWHERE, ids=lambda plant: plant.kind)
@pytest.mark.parametrize(
    "place", ["245 00 $a", "500 ## $a", "700 0# $a", "653 ## $a", "880 ## $6500-01/$a", "952 ## $z"]
)
def test_numbers_and_addresses_of_people_are_taken_out_everywhere(plant: Plant, place: str) -> None:
    assert plant.secret not in said(place + plant.text)


@pytest.mark.parametrize("plant", IN_NOTES, ids=lambda plant: plant.kind)
def test_what_a_label_calls_private_is_taken_out_of_notes(plant: Plant) -> None:
    assert plant.secret not in said("500 ## $a" + plant.text)


@pytest.mark.parametrize("plant", KEPT_FIELDS, ids=lambda plant: plant.kind)
def test_fields_of_the_house_stay_in_it(plant: Plant) -> None:
    assert plant.secret not in said(plant.text)


@pytest.mark.parametrize("plant", [p for p in WITHHELD if "taken down" not in p.kind], ids=lambda plant: plant.kind)
def test_restricted_records_are_withheld_with_a_rule(plant: Plant) -> None:
    decision = GATE.decide(record("245 00 $aNhan đề", plant.text))
    assert decision.fate is Fate.WITHHELD
    assert decision.rule
    assert decision.reason


@pytest.mark.parametrize(
    "line",
    [
        "245 10 $aMật mã Da Vinci",
        "245 10 $aHồ sơ tuyệt mật :$btiểu thuyết",
        "245 10 $aTop secret",
        "245 10 $aNgày sinh: thơ",
        "245 10 $aNgười mượn hồn",
        "245 10 $aSổ tay nội bộ :$bđã xuất bản",
        "020 ## $a9786041083585",
        "020 ## $a0330029495 :$c£0.30",
        "020 ## $a0905123456 (sai số kiểm tra)",
        "035 ## $a(OCoLC)0912345678",
        "952 ## $p2010209699$cKho Đọc",
        "952 ## $p062090001234",
        "773 0# $tTạp chí$w(DLC)0905123456$z0967368804",
        "856 40 $uhttps://example.org/search?i=0905123456",
        "500 ## $aIn 1.000.000 bản, khổ 14,5 x 20,5 cm",
        "500 ## $aSố đăng ký KHXB: 123-2020/CXB/45-67/VH",
        "500 ## $aDate posted: 03.07.2019 17:27",
        "500 ## $aDành cho bạn đọc nhỏ tuổi",
        "500 ## $aBản đồ 1:50000, tờ 6537-II",
        "511 0# $aHearing witnesses: Student Borrower Protection Center",
        "505 0# $aChương 1: Người dân tộc thiểu số -- Chương 2: 1975-1986",
        "520 ## $aTác giả sinh năm 1944 ở Kon Tum, người Ba Na.",
        "700 1# $aNguyễn, Du,$d1765-1820.",
        "700 0# $aNguyên Ngọc,$d1932-",
        "100 1# $aTolstoy, Leo,$d1828 September 9-1910 November 20.",
        "650 #4 $aNgười Ba Na$zKon Tum",
    ],
)
def test_what_is_public_stays_as_it_is(line: str) -> None:
    made = record(line) if line.startswith("245") else record("245 00 $aNhan đề", line)
    assert GATE.decide(made).fate is Fate.PUBLISHED
    assert GATE.redact(made) is made


def test_what_was_taken_out_is_a_warning_that_does_not_repeat_it() -> None:
    redacted = GATE.redact(record("245 00 $aNhan đề", "500 ## $aĐT: 0905123456, thư: a@b.vn"))
    assert {tag for tag, _ in redacted.warnings} == {"500"}
    assert all(reason.startswith("contact-data: ") for _, reason in redacted.warnings)
    assert not any("0905" in reason or "@" in reason for _, reason in redacted.warnings)


@pytest.mark.parametrize(("makers", "stays"), [
    (["100 0# $aNúp,$d1914-1999"], True),
    (["100 0# $aNguyên Ngọc,$d1932-"], False),
    (["100 0# $aKhông rõ năm sinh"], False),
    (["100 0# $aNúp,$d1914-1999", "700 0# $aCòn Sống,$d1990-"], False),
    ([], False),
])  # fmt: skip
@pytest.mark.parametrize("people", ["Ba Na", "Người Ba Na", "dân tộc Xơ Đăng", "Gia Rai"])
def test_ethnicity_is_told_only_of_makers_who_are_dead(makers: list[str], stays: bool, people: str) -> None:
    left = said(record("245 00 $aNhan đề", *makers, f"386 ## $a{people}"))
    assert (people in left) is stays


def test_other_groups_of_makers_stay() -> None:
    assert "Giáo viên" in said("386 ## $aGiáo viên")


@pytest.mark.parametrize(
    ("kind", "made"),
    [
        ("a community information record", record("245 00 $aCâu lạc bộ", leader="00000nq  a2200000n  4500")),
        ("a classification record", record("153 ## $a398.2", leader="00000nw  a2200000n  4500")),
        ("a UNIMARC record", record("100 ## $a20200101d2020    m  y0frey50      ba", "200 1# $aTitre")),
    ],
)
def test_records_of_another_kind_are_refused_by_name(kind: str, made: Record) -> None:
    with pytest.raises(RecordError, match=kind) as error:
        GATE.decide(made)
    assert error.value.rule == "kind-unsupported"


@pytest.mark.parametrize(
    ("words", "licence"),
    [
        ("CC BY 4.0", "https://creativecommons.org/licenses/by/4.0/"),
        ("Giấy phép CC BY-SA 4.0", "https://creativecommons.org/licenses/by-sa/4.0/"),
        ("Tác phẩm thuộc về công chúng", "https://creativecommons.org/publicdomain/mark/1.0/"),
        ("Mọi quyền được bảo lưu", "https://rightsstatements.org/vocab/InC/1.0/"),
    ],
)
def test_rights_statements_become_licences(words: str, licence: str) -> None:
    assert licence in said(f"540 ## $a{words}")


def test_a_rights_statement_that_is_not_known_stays_words() -> None:
    assert "$u" not in said("540 ## $aHỏi thư viện")


def book(tmp_path: Path, more: str) -> Conditions:
    file = tmp_path / "policy.toml"
    file.write_text(shipped().read_text("utf-8") + more, "utf-8")
    return Conditions.model_validate({"file": file})


@pytest.mark.parametrize("identifier", ["KT 1", "9786041234567", "6041234567", "https://a.vn/instance/kontum-KT%201"])
def test_a_takedown_is_found_by_number_isbn_and_address(tmp_path: Path, identifier: str) -> None:
    entry = f'[[takedown]]\nid = "{identifier}"\nreason = {{vi = "yêu cầu", en = "request"}}'
    gate = Policy(book(tmp_path, entry), on=TODAY)
    taken = record("001 KT 1", "020 ## $a9786041234567", "245 00 $aMột")
    assert gate.decide(taken).rule == "takedown"
    assert gate.decide(record("001 KT 2", "245 00 $aHai")).fate is Fate.PUBLISHED


def test_a_takedown_holds_for_its_source_and_from_its_day(tmp_path: Path) -> None:
    entry = '[[takedown]]\nid = "K1"\nsource = "a.mrc"\nsince = 2026-12-01\nreason = {vi = "yêu cầu", en = "request"}'
    conditions = book(tmp_path, entry)
    ours, theirs = record("001 K1", "245 00 $aMột"), record("001 K1", "245 00 $aMột")
    ours.source, theirs.source = "a.mrc", "b.mrc"
    assert Policy(conditions, on=date(2026, 11, 30)).decide(ours).fate is Fate.PUBLISHED
    assert Policy(conditions, on=date(2026, 12, 1)).decide(ours).rule == "takedown"
    assert Policy(conditions, on=date(2026, 12, 1)).decide(theirs).fate is Fate.PUBLISHED


def test_rules_hold_from_their_day_to_their_last(tmp_path: Path) -> None:
    rule = (
        '[[withhold]]\nrule = "exhibition"\ntitle = {vi = "Trưng bày", en = "Exhibition"}\nfields = ["500"]\n'
        'reason = {vi = "đang trưng bày", en = "is exhibited"}\nsays = ["trưng bày kín"]\n'
        "valid_from = 2026-01-01\nvalid_to = 2026-06-30\n"
    )
    conditions, shown = book(tmp_path, rule), record("245 00 $aMột", "500 ## $aĐang trưng bày kín")
    assert Policy(conditions, on=date(2026, 6, 30)).decide(shown).rule == "exhibition"
    assert Policy(conditions, on=date(2026, 7, 1)).decide(shown).fate is Fate.PUBLISHED


def test_the_law_of_2025_has_taken_the_place_of_the_decree_of_2023() -> None:
    rules = rulebook(None)
    (rule, *_) = rules.rules("contact-data")
    assert [law.id for law in rules.laws_of(rule, date(2025, 12, 31))] == ["personal-data-decree-2023"]
    assert [law.id for law in rules.laws_of(rule, date(2026, 1, 1))] == ["personal-data-2025"]


def test_every_shipped_rule_speaks_both_languages_and_personal_data_rules_have_a_law() -> None:
    rules = rulebook(None)
    for rule in (*rules.withhold, *rules.redact):
        assert rule.title.vi != rule.title.en
    assert all(rule.laws for rule in rules.redact)


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ('[[redact]]\nrule = "x"\ntitle = {vi = "a", en = "b"}\nfind = "fax"', "redact.*find is"),
        ('[[redact]]\nrule = "x"\ntitle = {vi = "a", en = "b"}\nfind = "after-labels"', "labels"),
        ('[[withhold]]\nrule = "x"\ntitle = {vi = "a", en = "b"}\nreason = {vi = "a", en = "b"}', "never matches"),
        ('[[rights]]\nlicence = "https://a.vn/l"\nsays = ["x"]\nlaws = ["no-law"]', "no-law"),
        ('[[takedwn]]\nid = "x"', "did you mean takedown"),
    ],
)
def test_a_mistake_in_the_rule_book_is_named(tmp_path: Path, more: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        Policy(book(tmp_path, more))


@pytest.mark.parametrize("module", [living, personal], ids=lambda module: module.__name__)
def test_the_examples_in_the_code_are_right(module) -> None:
    assert not doctest.testmod(module).failed


AUTHORITY = "00000nz  a2200000n  4500"


def of_a_person(*lines: str) -> str:
    """All that is left of the authority record of someone of whom nothing says that they died."""
    return said(record("100 1# $aRơ Châm, H,$d1960-", *lines, leader=AUTHORITY))


@pytest.mark.parametrize(
    "line",
    [
        "046 ## $f1960-03-12",
        "400 0# $aH. Rơ Châm,$d12/03/1960-",
        "670 ## $aHồ sơ hội viên$b(sinh ngày 12 tháng 3 năm 1960)",
        "678 0# $aSinh 12/03/1960 tại Gia Lai.",
    ],
)
def test_an_authority_does_not_tell_the_day_on_which_a_living_person_was_born(line: str) -> None:
    left = of_a_person(line)
    assert not [day for day in ("12/03", "03-12", "tháng 3") if day in left]
    assert "1960" in left.partition("1960-")[2]


@pytest.mark.parametrize(
    "line",
    [
        "386 ## $aBa Na",
        "368 ## $cBahnar (Vietnamese people)",
        "678 0# $aNhà thơ người Gia Rai.",
        "678 0# $aNhà thơ, dân tộc Ba Na, hội viên Hội Nhà văn.",
        "670 ## $aCa dao$b(poet of the Jarai people)",
    ],
)
def test_an_authority_does_not_tell_to_which_people_a_living_person_belongs(line: str) -> None:
    assert line[:3] not in of_a_person(line)


def test_of_the_dead_an_authority_tells_all() -> None:
    made = record(
        "046 ## $f1765-01-03$g1820-09-16", "100 1# $aNguyễn, Du,$d1765-1820", "678 0# $aNhà thơ, dân tộc Kinh.",
        leader=AUTHORITY,
    )  # fmt: skip
    assert said(made) == "\n".join(f"{field.tag} {field.content}" for field in made)


@pytest.mark.parametrize("status", "dosx")
def test_an_authority_that_is_no_more_is_withheld(status: str) -> None:
    decision = GATE.decide(record("150 ## $aCồng chiêng", leader=f"00000{status}z  a2200000n  4500"))
    assert (decision.fate, decision.rule) == (Fate.WITHHELD, "record-deleted")
