"""Authority and holdings records in a build: who and what is one, what leads where, and what stays apart."""

from __future__ import annotations

import io
import sqlite3
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Store
from test_build import BASE, BF, Here, settings_of

from publisher.build import Report, build
from publisher.identity.explanation import Explanations
from publisher.identity.iris import Iris
from publisher.release.layered import opened
from publisher.release.registry import Registry
from publisher.release.release import active
from publisher.release.service import put_into_service
from publisher.site.app import create_app

pytestmark = pytest.mark.usefixtures("no_datasets")

RDFS, SKOS, OWL = (
    "http://www.w3.org/2000/01/rdf-schema#",
    "http://www.w3.org/2004/02/skos/core#",
    "http://www.w3.org/2002/07/owl#",
)
MADS, SCHEMA = "http://www.loc.gov/mads/rdf/v1#", "https://schema.org/"
BOOK, AUTHORITY, HOLDINGS = "00000nam a2200000 a 4500", "00000nz  a2200000n  4500", "00000nx  a2200000 u 4500"


def marc(*lines: str, leader: str = BOOK) -> bytes:
    """Make ISO 2709 of lines such as `100 1# $aNguyễn, Du` (# is a blank) and `001 K1`."""
    directory, content = "", b""
    for line in lines:
        tag, rest = line[:3], line[4:]
        value = rest if tag < "010" else rest[:2].replace("#", " ") + rest[2:].strip().replace("$", "\x1f")
        field = value.encode() + b"\x1e"
        directory += f"{tag}{len(field):04d}{len(content):05d}"
        content += field
    base = 24 + len(directory) + 1
    head = f"{base + len(content) + 1:05d}{leader[5:12]}{base:05d}{leader[17:]}"
    return f"{head}{directory}\x1e".encode() + content + b"\x1d"


def authority(*lines: str) -> bytes:
    return marc(*lines, leader=AUTHORITY)


def book(key: str, title: str, *lines: str) -> bytes:
    return marc(f"001 {key}", *(line for line in lines if line < "245"), f"245 10 $a{title}", "260 ## $c1998",
                *(line for line in lines if line > "245"))  # fmt: skip


DU = authority(
    "001 A1", "003 VN-KT", "024 7# $a120062731$2viaf", "100 1# $aNguyễn, Du,$d1765-1820", "400 0# $aTố Như",
    "670 ## $aTruyện Kiều$b(Nguyễn Du)",
)  # fmt: skip


class Built:
    """What a build made, ready to be asked."""

    def __init__(self, data: Path, report: Report) -> None:
        self.release, self.report = active(data), report
        self.store = Store.read_only(str(self.release.store_path))

    def values(self, subject: str, prop: str) -> list[str]:
        found = self.store.quads_for_pattern(NamedNode(subject), NamedNode(prop), None)
        return sorted(quad.object.value for quad in found)

    def called(self, label: str) -> str:
        """The IRI of the one agent, concept or place that has this label."""
        (iri,) = {
            quad.subject.value
            for quad in self.store.quads_for_pattern(None, NamedNode(RDFS + "label"), Literal(label))
            if "#" not in quad.subject.value
            and "/instance/" not in quad.subject.value
            and "/work/" not in quad.subject.value
        }
        return iri

    def agents(self, *words: str) -> set[str]:
        """The IRIs of agents that have such a label."""
        return {
            quad.subject.value
            for quad in self.store.quads_for_pattern(None, NamedNode(RDFS + "label"), None)
            if quad.subject.value.startswith(f"{BASE}/agent/") and "#" not in quad.subject.value
            and all(word in quad.object.value for word in words)
        }  # fmt: skip

    def made_by(self, title: str) -> set[str]:
        """The IRIs of who had a part in the work of this title."""
        query = f"""PREFIX bf: <{BF}> PREFIX rdfs: <{RDFS}> SELECT ?agent {{
            ?work rdfs:label {Literal(title)} ; bf:contribution/bf:agent ?agent }}"""
        return {solution["agent"].value for solution in self.store.query(query)}

    def about(self, title: str) -> set[str]:
        query = f"""PREFIX bf: <{BF}> PREFIX rdfs: <{RDFS}> SELECT ?subject {{
            ?work rdfs:label {Literal(title)} ; bf:subject ?subject }}"""
        return {solution["subject"].value for solution in self.store.query(query)}

    def ledger(self, *columns: str) -> list[tuple[str, ...]]:
        with sqlite3.connect(self.release.ledger_path) as ledger:
            return list(ledger.execute(f"SELECT {', '.join(columns)} FROM records ORDER BY number"))

    def warnings(self) -> list[str]:
        return Explanations(opened(self.release.account_path), Iris(BASE)).warnings()

    def explained(self, iri: str) -> str:
        return str(Explanations(opened(self.release.account_path), Iris(BASE)).explain(iri))


def publish(folder: Path, libraries: dict[str, list[bytes]], more: str = "", data: str = "data") -> Built:
    settings = settings_of(folder, libraries, more)
    report = build(settings, folder / data, executor=Here(settings))
    put_into_service(folder / data)
    return Built(folder / data, report)


def test_an_authority_becomes_an_agent_with_its_names_links_sources_and_record(tmp_path: Path) -> None:
    built = publish(tmp_path, {"kt": [DU]})
    agent = built.called("Nguyễn, Du, 1765-1820")
    assert agent.startswith(f"{BASE}/agent/")
    assert built.values(agent, SCHEMA + "alternateName") == ["Tố Như"]
    assert built.values(agent, OWL + "sameAs") == ["http://viaf.org/viaf/120062731"]
    assert built.values(agent, MADS + "authoritativeLabel") == ["Nguyễn, Du, 1765-1820"]
    assert len(built.values(agent, "https://w3id.org/rong/ns#sortKey")) == 1
    (source,) = built.values(agent, MADS + "hasSource")
    assert built.values(source, MADS + "citationSource") == ["Truyện Kiều"]
    assert built.values(agent, BF + "adminMetadata") == [f"{BASE}/record/kt-authority-A1"]
    assert built.ledger("fate", "key", "entity") == [("published", "A1", agent)]
    report = built.report
    assert (report.records_in, report.published, report.entities["agent"]) == (1, 1, 1)


def test_the_site_shows_an_agent_of_an_authority_and_the_record_itself(tmp_path: Path) -> None:
    old = authority("001 B1", "110 2# $aTy Văn hóa", "510 2# $wb$aSở Văn hóa")
    new = authority("001 B2", "110 2# $aSở Văn hóa", "410 2# $aSở VH", "510 2# $wa$aTy Văn hóa", "670 ## $aQuyết định")
    built = publish(tmp_path, {"kt": [old, new]})
    client = create_app(tmp_path / "data").test_client()
    page = client.get(built.called("Sở Văn hóa").removeprefix(BASE)).get_data(as_text=True)
    assert all(words in page for words in ("Sở VH", "Quyết định", built.called("Ty Văn hóa").removeprefix(BASE)))
    record = client.get("/record/kt-authority-B2")
    assert record.status_code == 200
    assert built.called("Sở Văn hóa").removeprefix(BASE) in record.get_data(as_text=True)
    assert "B2" in record.get_data(as_text=True)
    assert "<identifier>" not in client.get("/oai?verb=ListIdentifiers&metadataPrefix=oai_dc").get_data(as_text=True)


MEET = (
    "100 1# $aNguyễn, Du,$d1765-1820,$etác giả.",
    "100 0# $aNGUYỄN DU",
    "100 1# $aNguyễn, Du.",
    "700 0# $aNguyễn Du$c(1765-1820)$0(VN-KT)A1",
    "100 0# $aTố Như",
    "100 1# $aNguyễn, Du,$d1765-$1http://viaf.org/viaf/120062731",
)
STAY = (
    "100 1# $aNguyễn, Du,$d1950-",
    "100 0# $aTố Như,$d1950-",
    "110 2# $aTố Như",
    "100 0# $aNguyễn Dư",
    "100 0# $aTo Nhu",
    "700 0# $aDu",
)


def met(folder: Path, headings: tuple[str, ...]) -> list[str]:
    """Return which of `headings`, each in a record of its own, lead to the authority of Nguyễn Du."""
    words = ("một", "hai", "ba", "bốn", "năm", "sáu")
    books = [book(f"K{n}", f"Sách {words[n]}", heading) for n, heading in enumerate(headings)]
    built = publish(folder, {"kt": [*books[:4], DU, *books[4:]]})
    agent = dict(built.ledger("key", "entity"))["A1"]
    assert built.values(agent, RDFS + "label") == ["Nguyễn, Du, 1765-1820"]
    assert "A1" in built.explained(agent)
    return [heading for n, heading in enumerate(headings) if built.made_by(f"Sách {words[n]}") == {agent}]


def test_headings_meet_their_authority(tmp_path: Path) -> None:
    assert met(tmp_path, MEET) == list(MEET)


def test_headings_that_contradict_or_say_too_little_stay_by_themselves(tmp_path: Path) -> None:
    assert met(tmp_path, STAY) == []


def test_two_persons_of_one_name_stay_two_and_the_name_without_dates_joins_neither(tmp_path: Path) -> None:
    records = [
        book(f"K{n}", title, heading)
        for n, (title, heading) in enumerate(
            [
                ("Cơ học", "100 1# $aNguyễn, Văn Hùng,$d1950-"),
                ("Thơ", "100 1# $aNguyễn, Văn Hùng,$d1962-"),
                ("Địa chất Kon Tum", "100 0# $aNguyễn Văn Hùng"),
            ]
        )
    ]
    built = publish(tmp_path, {"kt": records})
    makers = [built.made_by(title) for title in ("Cơ học", "Thơ", "Địa chất Kon Tum")]
    assert len(set.union(*makers)) == 3


def test_a_name_without_dates_joins_the_only_one_that_has_them_when_more_than_the_name_agrees(tmp_path: Path) -> None:
    records = [
        book("K1", "Truyện Kiều", "082 04 $a895.9221", "100 1# $aNguyễn, Du,$d1765-1820"),
        book("K2", "Văn chiêu hồn", "082 04 $a895.9221", "100 0# $aNguyễn Du"),
        book("K3", "Bắc hành tạp lục", "082 04 $a895.9221", "100 0# $aNguyen Du"),
        book("K4", "Kỹ thuật hàn", "082 04 $a671.52", "100 0# $aTrần Văn Nam"),
        book("K5", "Nuôi ong", "082 04 $a638.1", "100 1# $aTrần, Văn Nam,$d1960-"),
    ]
    built = publish(tmp_path, {"kt": records})
    (kieu,) = built.made_by("Truyện Kiều")
    assert built.made_by("Văn chiêu hồn") == built.made_by("Bắc hành tạp lục") == {kieu}
    assert "both in class 895" in built.explained(kieu)
    assert built.made_by("Kỹ thuật hàn") != built.made_by("Nuôi ong")
    (nam,) = built.made_by("Nuôi ong")
    assert "nothing but the name agrees" in built.explained(nam)
    review = io.StringIO()
    Explanations(opened(built.release.account_path), Iris(BASE)).write_review(review)
    (doubt,) = [line for line in review.getvalue().splitlines() if nam in line]
    assert doubt.endswith("nothing but the name agrees")


def test_one_who_would_have_been_a_child_is_somebody_else(tmp_path: Path) -> None:
    later = authority("001 A2", "100 1# $aLê, Minh,$d1994-")
    built = publish(tmp_path, {"kt": [later, book("K1", "Lịch sử", "100 0# $aLê Minh")]})
    assert built.made_by("Lịch sử") != {built.called("Lê, Minh, 1994-")}


def test_another_name_that_two_authorities_give_leads_to_neither(tmp_path: Path) -> None:
    other = authority("001 A2", "100 1# $aTrần, Tế Xương,$d1870-1907", "400 0# $aTố Như")
    built = publish(tmp_path, {"kt": [DU, other, book("K1", "Thơ Tố Như", "100 0# $aTố Như")]})
    (maker,) = built.made_by("Thơ Tố Như")
    assert maker not in {built.called("Nguyễn, Du, 1765-1820"), built.called("Trần, Tế Xương, 1870-1907")}


def test_a_body_that_was_renamed_is_two_that_lead_to_each_other(tmp_path: Path) -> None:
    old = authority("001 B1", "110 2# $aTy Văn hóa Kon Tum", "510 2# $wb$aSở Văn hóa Kon Tum")
    new = authority("001 B2", "110 2# $aSở Văn hóa Kon Tum", "510 2# $wa$aTy Văn hóa Kon Tum")
    built = publish(tmp_path, {"kt": [new, book("K1", "Báo cáo", "110 2# $aTY VĂN HOÁ KON TUM."), old]})
    before, after = built.called("Ty Văn hóa Kon Tum"), built.called("Sở Văn hóa Kon Tum")
    assert before != after
    assert built.made_by("Báo cáo") == {before}
    assert built.values(before, MADS + "hasLaterEstablishedForm") == [after]
    assert built.values(after, MADS + "hasEarlierEstablishedForm") == [before]
    assert built.values(after, "http://purl.org/dc/terms/replaces") == [before]
    assert not built.warnings()


CONG = authority(
    "001 C1", "150 ## $aCồng chiêng", "450 ## $aChiêng", "550 ## $wg$aNhạc cụ", "680 ## $iBộ gõ bằng đồng."
)


def test_subjects_meet_their_authorities_and_know_what_is_broader(tmp_path: Path) -> None:
    broader = authority("001 C2", "150 ## $aNhạc cụ")
    by_variant = book("K2", "Hai", "650 #4 $aChiêng")
    built = publish(tmp_path, {"kt": [CONG, broader, book("K1", "Một", "650 #4 $aCồng chiêng."), by_variant]})
    concept = built.called("Cồng chiêng")
    assert concept.startswith(f"{BASE}/concept/")
    assert concept in built.about("Một") & built.about("Hai")
    assert built.values(concept, SKOS + "broader") == [built.called("Nhạc cụ")]
    assert built.values(concept, SKOS + "altLabel") == ["Chiêng"]
    assert built.values(concept, SKOS + "scopeNote") == ["Bộ gõ bằng đồng."]


def test_a_term_of_another_thesaurus_is_another_term(tmp_path: Path) -> None:
    lcsh = authority("001 sh1", "008 860211i| anannbabn          |a ana      ", "150 ## $aGongs")
    mesh = book("K1", "Một", "650 #2 $aGongs")
    same = book("K2", "Hai", "650 #0 $aGongs")
    built = publish(tmp_path, {"kt": [lcsh, mesh, same]})
    entity = dict(built.ledger("key", "entity"))["sh1"]
    assert entity in built.about("Hai")
    assert entity not in built.about("Một")


def test_the_number_of_its_first_part_makes_no_subdivided_subject_another(tmp_path: Path) -> None:
    number = "$0http://id.loc.gov/authorities/subjects/sh85131235"
    one = book("K1", "Một", f"650 #0 $aSwine$zUnited States$vPeriodicals{number}")
    other = book("K2", "Hai", f"650 #0 $aSwine$xBreeding$vPeriodicals{number}")
    built = publish(tmp_path, {"kt": [one, other]})
    assert built.about("Một").isdisjoint(built.about("Hai"))


def test_what_is_broader_than_itself_is_named_and_leads_nowhere(tmp_path: Path) -> None:
    records = [
        authority(f"001 C{n}", f"150 ## $a{name}", f"550 ## $wg$a{other}")
        for n, (name, other) in enumerate(
            [("Sử thi", "Khan"), ("Khan", "Hơamon"), ("Hơamon", "Sử thi"), ("Ca", "Khan")]
        )
    ]
    built = publish(tmp_path, {"kt": records})
    (warning,) = built.warnings()
    assert all(name in warning for name in ("Sử thi", "Khan", "Hơamon"))
    assert not built.values(built.called("Sử thi"), SKOS + "broader")
    assert built.values(built.called("Ca"), SKOS + "broader") == [built.called("Khan")]


def test_the_number_of_two_authorities_joins_nothing_and_is_named(tmp_path: Path) -> None:
    other = authority("001 A1", "003 VN-KT", "100 1# $aHồ, Xuân Hương,$d1772-1822")
    named = book("K1", "Thơ", "100 0# $aXuân Diệu$0(VN-KT)A1")
    built = publish(tmp_path, {"kt": [DU, other, named]})
    persons = {built.called(label) for label in ("Nguyễn, Du, 1765-1820", "Hồ, Xuân Hương, 1772-1822", "Xuân Diệu")}
    assert len(persons) == 3
    (warning,) = [each for each in built.warnings() if "(VN-KT)A1" in each]
    assert "Nguyễn, Du" in warning
    assert "Hồ, Xuân Hương" in warning


def test_a_number_that_stands_for_somebody_else_is_not_believed(tmp_path: Path) -> None:
    wrong = book("K1", "Thơ mới", "100 1# $aXuân, Diệu,$d1916-1985$0(VN-KT)A1")
    built = publish(tmp_path, {"kt": [DU, wrong]})
    assert built.made_by("Thơ mới") != {built.called("Nguyễn, Du, 1765-1820")}
    assert any("born 1765 is not born 1916" in each for each in built.warnings())


def test_an_authority_without_a_heading_is_rejected(tmp_path: Path) -> None:
    built = publish(tmp_path, {"kt": [authority("001 A9", "003 VN-KT", "670 ## $aSách"), DU]})
    assert built.ledger("fate", "rule")[0] == ("rejected", "authority-without-heading")
    assert built.report.records_in == built.report.published + built.report.rejected == 2


def test_a_record_with_800_authors_is_a_record_with_800_agents(tmp_path: Path) -> None:
    crowd = book(
        "K1", "Kỷ yếu", *(f"700 1# $aNguyễn, Văn {chr(65 + n % 26)}{n},$d{1900 + n % 90}-" for n in range(800))
    )
    built = publish(tmp_path, {"kt": [DU, crowd]})
    assert len(built.made_by("Kỷ yếu")) == 800


def test_decisions_win_over_authorities(tmp_path: Path) -> None:
    records = [DU, book("K1", "Truyện Kiều", "100 0# $aTố Như"), book("K2", "Dế Mèn", "100 0# $aTô Hoài")]
    built = publish(tmp_path, {"kt": records})
    (agent,), (hoai,) = built.made_by("Truyện Kiều"), built.made_by("Dế Mèn")
    (to_nhu,) = [line.split()[-1] for line in built.explained(agent).splitlines() if line.startswith("  named Tố Như")]
    (tmp_path / "decisions.toml").write_text(
        f'[[different]]\nof = ["{agent}", "{to_nhu}"]\n[[same]]\nof = ["{to_nhu}", "{hoai}"]\nnote = "Thử."\n'
    )
    built = publish(tmp_path, {"kt": records}, 'identity.decisions = "decisions.toml"')
    assert built.made_by("Truyện Kiều") == built.made_by("Dế Mèn") != {agent}
    assert "decided by a person" in built.explained(hoai)
    assert any("kept apart by a decision" in warning for warning in built.warnings())


def test_an_agent_that_was_published_keeps_its_iri_when_an_authority_comes_and_others_lead_to_it(
    tmp_path: Path,
) -> None:
    books = [book("K1", "Truyện Kiều", "100 0# $aNguyễn Du"), book("K2", "Thơ", "100 0# $aTố Như")]
    first = publish(tmp_path, {"kt": books})
    (du,), (nhu,) = first.made_by("Truyện Kiều"), first.made_by("Thơ")
    second = publish(tmp_path, {"kt": [*books, DU]})
    (agent,) = second.made_by("Truyện Kiều") | second.made_by("Thơ")
    assert agent in (du, nhu)
    registry = Registry(tmp_path / "data")
    (other,) = {du, nhu} - {agent}
    assert registry.lookup(other).target == agent
    assert f"leads to {agent}" in second.explained(other)
    third = publish(tmp_path, {"kt": [books[1], DU]})
    assert third.made_by("Thơ") == {agent}


def test_neither_order_nor_batches_change_an_iri_or_a_statement(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    records = [
        DU, CONG, authority("001 A2", "100 1# $aTrần, Tế Xương,$d1870-1907", "400 0# $aTú Xương"),
        book("K1", "Truyện Kiều", "100 0# $aNguyễn Du", "650 #4 $aCồng chiêng"),
        book("K2", "Thơ", "100 0# $aTú Xương"), book("K3", "Văn", "100 1# $aNGUYỄN, DU", "650 #4 $aCỒNG CHIÊNG"),
        marc("001 H1", "004 K2", "852 1# $akt$bKho Đọc$h895.9$pKT.1", leader=HOLDINGS),
    ]  # fmt: skip
    one = publish(tmp_path, {"kt": records}, data="one")
    monkeypatch.setattr("publisher.intake.BATCH", 1)
    two = publish(tmp_path, {"kt": records[::-1]}, data="two")
    assert set(one.store) == set(two.store)


# Holdings


def held(key: str, of: str, place: str = "Kho Đọc") -> bytes:
    return marc(f"001 {key}", f"004 {of}", f"852 1# $akt$b{place}$h398.2$i{place[0]}1$pKT.{key}",
                "866 #0 $aS. 1 (1998)-s. 12 (2009)", leader=HOLDINGS)  # fmt: skip


@pytest.mark.parametrize("after", [True, False])
def test_holdings_are_copies_of_their_record_wherever_it_stands(tmp_path: Path, after: bool) -> None:
    record, holdings = book("K1", "Sử thi"), [held("K1", "K1"), held("H2", "K1", "Kho Mượn")]
    built = publish(tmp_path, {"kt": [record, *holdings] if after else [*holdings, record]})
    instance = f"{BASE}/instance/kt-K1"
    items = built.values(instance, BF + "hasItem")
    assert len(items) == 2
    assert all(item.startswith(f"{BASE}/item/kt-K1-") for item in items)
    assert {holder for item in items for holder in built.values(item, BF + "heldBy")} == {f"{BASE}/library/kt"}
    marks = {
        label
        for item in items
        for mark in built.values(item, BF + "shelfMark")
        for label in built.values(mark, RDFS + "label")
    }
    assert marks == {"398.2 K1"}
    said = {label for item in items for each in built.values(item, BF + "enumerationAndChronology")
            for label in built.values(each, RDFS + "label")}  # fmt: skip
    assert said == {"S. 1 (1998)-s. 12 (2009)"}
    assert {row[0] for row in built.ledger("instance")} == {instance}
    assert built.report.entities["work"] == built.report.entities["instance"] == 1
    assert len(built.values(instance, SCHEMA + "offers")) == 2


def test_two_holdings_records_that_say_the_same_are_two_copies(tmp_path: Path) -> None:
    both = [marc(f"001 H{n}", "004 K1", "850 ## $akt", "952 ## $akt$cKho Mượn$o398.2", leader=HOLDINGS) for n in (1, 2)]
    one = publish(tmp_path, {"kt": [book("K1", "Sử thi"), *both, book("K2", "Ca dao", "952 ## $akt$cKho Mượn$o398.2")]})
    assert len(one.values(f"{BASE}/instance/kt-K1", BF + "hasItem")) == 4
    two = publish(tmp_path, {"kt": [book("K2", "Ca dao", "952 ## $akt$cKho Mượn$o398.2"), *both, book("K1", "Sử thi")]})
    assert set(one.store) == set(two.store)


def test_holdings_of_another_library_are_none_of_this_one(tmp_path: Path) -> None:
    built = publish(tmp_path, {"kt": [book("K1", "Sử thi")], "gl": [held("H1", "K1"), book("G1", "Khác")]})
    assert built.ledger("key", "fate")[1] == ("H1", "rejected")


def test_holdings_of_nothing_are_rejected_with_the_number_they_name(tmp_path: Path) -> None:
    built = publish(tmp_path, {"kt": [book("K1", "Sử thi"), held("H1", "K7")]})
    (_, (fate, rule, reason)) = built.ledger("fate", "rule", "reason")
    assert (fate, rule) == ("rejected", "holdings-without-record")
    assert "K7" in reason
    assert (built.report.published, built.report.rejected) == (1, 1)


def test_holdings_of_what_is_withheld_are_withheld(tmp_path: Path) -> None:
    secret = book("K1", "Kế hoạch", "506 1# $aHạn chế sử dụng.")
    built = publish(tmp_path, {"kt": [held("H1", "K1"), secret, book("K2", "Sử thi")]})
    assert built.ledger("fate", "rule")[0] == ("withheld", "record-withheld")
    assert "Kho Đọc" not in {quad.object.value for quad in built.store}
    assert built.report.withheld == 2


def test_what_the_gate_takes_out_of_an_authority_is_nowhere_in_the_release(tmp_path: Path) -> None:
    living = authority(
        "001 A3", "046 ## $f1960-03-12", "100 1# $aRơ Châm, H,$d1960-", "400 0# $aH. Rơ Châm,$d12.3.1960-",
        "386 ## $aGia Rai", "670 ## $aHồ sơ$b(sinh ngày 12 tháng 3 năm 1960; ĐT 0905123456)",
        "678 0# $aNhà thơ, dân tộc Gia Rai.",
    )  # fmt: skip
    built = publish(tmp_path, {"kt": [living, DU]})
    agent = built.called("Rơ Châm, H, 1960-")
    assert built.values(agent, SCHEMA + "birthDate") == ["1960"]
    folder = built.release.path
    everything = " ".join(quad.object.value for quad in built.store)
    for secret in ("1960-03", "12.3.1960", "tháng 3", "0905123456", "Gia Rai."):
        assert secret not in everything
        for path in folder.glob("*.sqlite"):
            assert secret.encode() not in path.read_bytes()


def test_real_authorities_and_the_records_of_many_libraries_make_one_catalogue(tmp_path: Path, shared: Path) -> None:
    for name, most in (("authorities.mrc", 1500), ("mixed.mrc", 250)):
        records = (shared / "data" / name).read_bytes().split(b"\x1d")[:most]
        (tmp_path / name).write_bytes(b"\x1d".join(records) + b"\x1d")
    authorities = [(tmp_path / "authorities.mrc").read_bytes()]
    built = publish(tmp_path, {"loc": authorities, "mix": [(tmp_path / "mixed.mrc").read_bytes()]})
    report = built.report
    assert report.records_in == report.published + report.withheld + report.rejected
    rows = built.ledger("library", "fate", "entity")
    entities = [entity for library, fate, entity in rows if library == "loc" and fate == "published"]
    assert len(entities) > 1_200
    assert all(built.values(entity, RDFS + "label") for entity in entities)
    labelled = (
        f"SELECT (count(?label) AS ?n) {{ ?agent a <{BF}Agent> ; <{RDFS}label> ?label FILTER(lang(?label) = '') }} "
    )
    several = labelled + "GROUP BY ?agent HAVING(count(?label) > 1)"
    assert not list(built.store.query(several))
