"""Links out are proposed, decided by a person, and only then stated; a service is not believed."""

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from publisher.build import build
from publisher.cli import main
from publisher.config import Identity, Reconciliation, Settings
from publisher.errors import ConfigError, SourceError
from publisher.identity.links import accepted, read_links
from publisher.rdf.terms import expand
from publisher.reconcile.candidates import propose
from publisher.release.release import Release, active
from publisher.release.service import put_into_service
from publisher.site.app import create_app
from publisher.site.reader import Reader
from tests.conftest import without_datasets
from tests.reconcile.services import Answer, saying, serving

RECORD = """
=LDR  00000nam a2200000 a 4500
=001  {key}
=008  010101s2001\\\\\\\\vm\\\\\\\\\\\\\\\\\\\\\\\\000\\0\\vie\\d
=100  1\\$aPhan, Thị Hồng
=245  10$a{title}
=260  \\\\$aH.$bVăn học$c2001
=651  \\7$aKon Tum (tỉnh)
=653  \\\\$aDân tộc Ba Na
"""


def settings_for(folder: Path, **more: object) -> Settings:
    source = folder / "records.mrk"
    records = [("A1", "Truyện cổ Ba Na"), ("A2", "Sử thi Ba Na")]
    source.write_text("\n".join(RECORD.format(key=key, title=title) for key, title in records), encoding="utf-8")
    return Settings.default("https://data.example.org", (source,)).model_copy(update=more)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("small")
    with without_datasets():
        build(settings_for(folder), folder, workers=1)
    put_into_service(folder)
    return folder


@pytest.fixture
def release(data: Path) -> Release:
    return active(data)


def asking(url: str, **more: object) -> Reconciliation:
    return Reconciliation(name="other", url=url, **{"types": {"person": "person"}, "delay": 0, "timeout": 5, **more})


def rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def found(*candidates: object) -> Answer:
    """Answer every query with the same candidates."""
    return 200, {}, json.dumps({f"q{n}": {"result": list(candidates)} for n in range(50)}).encode()


# Against our own server


def test_our_own_server_proposes_and_nothing_is_decided(example_data, release, tmp_path):
    file = tmp_path / "links.csv"
    with serving(create_app(example_data)) as url:
        settings = asking(url, types={"person": "person", "place": "place"}, limit=2, most=20)
        told = propose(release, settings, file)
    listed = rows(file)
    assert told.trouble == ""
    assert told.asked == len({row["thing"] for row in listed})
    person = next(row for row in listed if row["label"] == "Phan, Thị Hồng")
    assert person["link"].startswith("http://127.0.0.1:8000/agent/")
    assert float(person["score"]) >= 95
    assert {row["decision"] for row in listed} == {""}
    assert list(accepted(read_links(file))) == []


def test_a_second_run_asks_nothing_again(example_data, release, tmp_path):
    file = tmp_path / "links.csv"
    with serving(create_app(example_data)) as url:
        settings = asking(url, types={"place": "place"}, most=5)
        assert propose(release, settings, file).asked == 5
        before = file.read_bytes()
        assert propose(release, settings, file).asked == 5
        assert file.read_bytes().startswith(before)
    things = [row["thing"] for row in rows(file)]
    assert len(set(things)) == 10


def test_a_run_that_was_killed_in_the_middle_of_a_row_is_gone_on_with(release, tmp_path):
    file = tmp_path / "links.csv"
    with saying(lambda queries: found()) as url:
        propose(release, asking(url, types={"place": ""}, most=3), file)
        whole = file.read_bytes()
        file.write_bytes(whole[:-20])
        propose(release, asking(url, types={"place": ""}, most=1), file)
    assert len(rows(file)) == 3
    assert len({row["thing"] for row in rows(file)}) == 3


def test_a_file_that_a_spreadsheet_saved_with_semicolons_is_gone_on_with(release, tmp_path):
    file = tmp_path / "links.csv"
    with saying(lambda queries: found({"id": "x", "name": "X; Y", "score": 90})) as url:
        propose(release, asking(url, types={"place": ""}, most=1), file)
        saved = list(csv.reader(file.read_text(encoding="utf-8").splitlines()))
        with file.open("w", encoding="utf-8-sig", newline="") as out:
            csv.writer(out, delimiter=";").writerows(saved)
        propose(release, asking(url, types={"place": ""}, most=1), file)
    assert len({link.thing for link in read_links(file)}) == 2


# A service that lies


@pytest.mark.parametrize(
    "candidate",
    [
        "a string",
        {},
        {"id": 5, "name": "X", "score": 90},
        {"id": "", "name": "X", "score": 90},
        {"id": "x", "name": None, "score": 90},
        {"id": "x", "name": "X", "score": "many"},
        {"id": "x", "name": "X", "score": True},
        {"id": "x" * 5000, "name": "X", "score": 90},
    ],
)
def test_what_is_no_candidate_is_left_out_and_counted(release, tmp_path, candidate):
    file = tmp_path / "links.csv"
    good = {"id": "good", "name": "Good", "score": 80, "match": "yes"}
    with saying(lambda queries: found(candidate, good)) as url:
        told = propose(release, asking(url), file)
    assert [(row["link"], row["certain"]) for row in rows(file)] == [("https://elsewhere.example/good", "no")]
    assert told.refused == 1


def test_a_name_cannot_become_a_formula_or_a_line(release, tmp_path):
    file = tmp_path / "links.csv"
    with saying(lambda queries: found({"id": "x", "name": "=cmd()\n\x1b[31mred", "score": 100})) as url:
        propose(release, asking(url), file)
    assert [row["name"] for row in rows(file)] == ["'=cmd() [31mred"]


@pytest.mark.parametrize("body", [b"[]", b'{"q0": 5}', b'{"q0": {"result": 7}}', b'{"q9": {"result": []}}'])
def test_an_answer_of_another_shape_is_an_answer_without_candidates(release, tmp_path, body):
    file = tmp_path / "links.csv"
    with saying(lambda queries: (200, {}, body)) as url:
        assert propose(release, asking(url), file).with_candidates == 0
    assert [row["link"] for row in rows(file)] == [""]


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ((200, {}, b"<html>"), "not JSON"),
        ((200, {}, b'{"q0": "' + b"a" * 5_000_000 + b'"}'), "without an end"),
        ((404, {}, b""), "status 404"),
        ((302, {"Location": "http://127.0.0.1:1/"}, b""), "status 302"),
        ((503, {"Retry-After": "99999"}, b""), "asks to wait"),
    ],
)
def test_an_answer_that_cannot_be_used_costs_its_batch_and_is_told(release, tmp_path, answer, reason):
    file = tmp_path / "links.csv"
    with saying(lambda queries: answer) as url:
        told = propose(release, asking(url), file, sleep=lambda seconds: None)
    assert reason in told.trouble
    assert told.asked == 0
    assert not file.exists()


def test_a_busy_service_is_waited_for(release, tmp_path):
    file, waited = tmp_path / "links.csv", []
    busy = [(429, {"Retry-After": "7"}, b""), (503, {}, b"")]
    with saying(lambda queries: busy.pop(0) if busy else found({"id": "x", "name": "X", "score": 90})) as url:
        assert propose(release, asking(url, delay=1), file, sleep=waited.append).with_candidates == 1
    assert 7 in waited


def test_a_service_without_a_manifest_is_refused(release, tmp_path):
    with (
        saying(lambda queries: found(), manifest={"name": "a web page"}) as url,
        pytest.raises(SourceError, match="manifest"),
    ):
        propose(release, asking(url), tmp_path / "links.csv")


def test_identifiers_become_addresses_by_the_configuration_where_the_manifest_has_none(release, tmp_path):
    file = tmp_path / "links.csv"
    manifest = {"identifierSpace": "viaf", "schemaSpace": "x", "name": "x", "versions": ["0.2"]}
    with saying(lambda queries: found({"id": "12 3", "name": "X", "score": 90}), manifest) as url:
        with pytest.raises(SourceError, match="set iri"):
            propose(release, asking(url), file)
        propose(release, asking(url, iri="http://viaf.org/viaf/{id}"), file)
    assert rows(file)[0]["link"] == "http://viaf.org/viaf/12%203"


# What a librarian decides


WIKIDATA = "http://www.wikidata.org/entity/Q"
HEAD = "decision,thing,link\n"


def links_of(reader: Reader, iri: str, prop: str) -> list[str]:
    return [value.value for value in reader.arcs(iri).get(expand(prop), ())]


def test_what_is_accepted_is_stated_by_the_next_build_and_nothing_else(release, tmp_path):
    before = Reader(release)
    person = next(row.iri for row in before.ledger.entities("agent") if row.label == "Phan, Thị Hồng")
    heading = next(row.iri for row in before.ledger.entities("place") if row.label == "Kon Tum (tỉnh)")
    province, people, gone = (
        f"https://data.example.org/{path}" for path in ("place/vn-51", "concept/people-13", "agent/gone")
    )
    assert links_of(before, person, "owl:sameAs") == []
    decisions = [("có", person), ("yes", heading), ("no", province), ("", people), ("?", people), ("yes", gone)]
    file = tmp_path / "links.csv"
    lines = [f"{said},{thing},{WIKIDATA}{n}\n" for n, (said, thing) in enumerate(decisions)]
    file.write_text(HEAD + "".join(lines), encoding="utf-8")
    folder = tmp_path / "again"
    folder.mkdir()
    with without_datasets():
        build(settings_for(folder, identity=Identity(links=file)), folder, workers=1)
    put_into_service(folder)
    after = Reader(active(folder))
    assert links_of(after, person, "owl:sameAs") == [f"{WIKIDATA}0"]
    assert links_of(after, heading, "skos:exactMatch") == [f"{WIKIDATA}1"]
    assert links_of(after, province, "skos:exactMatch") == links_of(after, people, "skos:exactMatch") == []
    assert not after.exists(gone)
    told = CliRunner().invoke(main, ["identity", "review", "--data", str(folder)])
    assert "agent/gone is linked to" in told.stderr


@pytest.mark.parametrize(
    ("decision", "link", "reason"),
    [("perhaps", "http://x.example/1", "write yes, no or nothing"), ("yes", "javascript:alert(1)", "no web address")],
)
def test_a_file_that_says_nonsense_is_refused_in_a_sentence(tmp_path, decision, link, reason):
    file = tmp_path / "links.csv"
    file.write_text(f"{HEAD}{decision},https://data.example.org/agent/1,{link}\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=reason):
        read_links(file)


def test_the_verb_asks_the_configured_services(data, tmp_path):
    with saying(lambda queries: found({"id": "x", "name": "X", "score": 90})) as url:
        config = tmp_path / "rong.toml"
        config.write_text(
            'base = "https://data.example.org"\n[publisher]\nname = {vi = "A", en = "A"}\n'
            '[[libraries]]\ncode = "a"\nname = {vi = "A", en = "A"}\n'
            f'[[reconciliation]]\nname = "other"\nurl = "{url}"\ntypes = {{agent = ""}}\ndelay = 0\n',
            encoding="utf-8",
        )
        file = tmp_path / "links.csv"
        command = ["identity", "candidates", str(file), "--config", str(config), "--data", str(data)]
        told = CliRunner().invoke(main, command)
        assert told.exit_code == 0, told.stderr
        assert "other: 1 asked about, candidates for 1" in told.stderr
        assert CliRunner().invoke(main, [*command, "--service", "nobody"]).exit_code == 2
