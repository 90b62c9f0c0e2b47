"""What was published, and what new records make of it: another label under one IRI, two works that become one."""

from __future__ import annotations

from pathlib import Path

from test_authorities_build import BASE, DU, Built, book, marc, publish

from publisher.release.registry import Registry
from publisher.site.app import create_app


def hits(built: Built, words: str) -> list[dict]:
    client = create_app(built.release.path.parent.parent).test_client()
    return client.get("/api/search", query_string={"q": words}).get_json()["member"]


def test_an_agent_that_keeps_its_iri_goes_by_its_new_name_with_its_editions(tmp_path: Path) -> None:
    books = [book("K1", "Truyện Kiều", "100 0# $aNguyễn Du")]
    first = publish(tmp_path, {"kt": books})
    assert [hit["agents"] for hit in hits(first, "Truyện Kiều")] == [["Nguyễn Du"]]
    second = publish(tmp_path, {"kt": [*books, DU]})
    assert second.made_by("Truyện Kiều") == first.made_by("Truyện Kiều") == {second.called("Nguyễn, Du, 1765-1820")}
    for words in ("Truyện Kiều", "Nguyễn Du", "1765-1820", "Tố Như"):
        assert [hit["agents"] for hit in hits(second, words)] == [["Nguyễn, Du, 1765-1820"]], words


def edition(key: str, author: str, year: str, *lines: str) -> bytes:
    imprint = (f"260 ## $aH. :$bKim Đồng,$c{year}", "300 ## $a148 tr.")
    title = "245 10 $aDế mèn phiêu lưu ký trên đồng cỏ"
    return marc(f"001 {key}", *lines, f"100 0# $a{author}", title, *imprint)


def test_two_published_works_that_come_to_share_an_edition_become_one_and_the_other_leads_to_it(
    tmp_path: Path,
) -> None:
    isbn = "020 ## $a9786042088886"
    by_pen_name = [edition("K1", "Tô Hoài", "1998", isbn), edition("K2", "Tô Hoài", "2003")]
    by_name = [edition("K3", "Nguyễn Sen", "1998"), edition("K4", "Nguyễn Sen", "2011")]
    first = publish(tmp_path, {"kt": [*by_pen_name, *by_name]})
    before = works_of(first)
    assert before["K1"] == before["K2"] != before["K3"] == before["K4"]

    corrected = [edition("K3", "Nguyễn Sen", "1998", isbn), by_name[1]]
    second = publish(tmp_path, {"kt": [*by_pen_name, *corrected]})
    (work,) = set(works_of(second).values())
    assert work in before.values()
    (other,) = set(before.values()) - {work}
    assert Registry(tmp_path / "data").lookup(other).target == work
    client = create_app(tmp_path / "data").test_client()
    led = client.get(other.removeprefix(BASE))
    assert (led.status_code, led.headers["Location"]) == (301, work.removeprefix(BASE))
    assert "ISBN 9786042088886" in second.explained(f"{BASE}/instance/kt-K1")
    instances = dict(second.ledger("key", "instance"))
    assert instances["K1"] == instances["K3"]
    assert len(set(instances.values())) == 3, "editions of other years stay what they were"

    third = publish(tmp_path, {"kt": [*corrected, *by_pen_name]})
    assert set(works_of(third).values()) == {work}


def works_of(built: Built) -> dict[str, str]:
    return dict(built.ledger("key", "work"))
