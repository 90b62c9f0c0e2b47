"""The OAI-PMH provider: the rules of the protocol, and two harvesters that read all of it across a change of release.

The checks are those of the protocol (http://www.openarchives.org/OAI/openarchivesprotocol.html) that its public
validator makes too: each answer against the schema, each error in its place, dates, sets, lists in pieces.
"""

from __future__ import annotations

import io
import re
import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pymarc
import pyoxigraph as ox
import pytest
from flask import Flask
from lxml import etree
from oaipmh_scythe import Scythe

from publisher import assembly
from publisher.build import build
from publisher.config import Library, Settings
from publisher.harvest.client import Client
from publisher.harvest.harvester import RECORDS, harvest
from publisher.release.service import put_into_service
from publisher.site.app import create_app
from publisher.site.oai import provider
from publisher.sources import decode, raw_records

OAI = "{http://www.openarchives.org/OAI/2.0/}"
SCHEMA = Path(__file__).parents[1] / "fixtures" / "oai" / "OAI-PMH.xsd"
STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


@pytest.fixture(scope="module")
def schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(SCHEMA))


class Provider:
    """Asks the provider of a site; every answer must be valid."""

    def __init__(self, site: Flask, schema: etree.XMLSchema, address: str = "/oai") -> None:
        self._client, self._schema, self._address = site.test_client(), schema, address

    def ask(self, **arguments: str) -> etree._Element:
        response = self._client.get(self._address, query_string=arguments)
        assert response.status_code == 200
        assert response.content_type == "text/xml; charset=utf-8"
        answer = etree.fromstring(response.data)
        assert self._schema.validate(answer), self._schema.error_log
        return answer

    def error(self, **arguments: str) -> str:
        found = self.ask(**arguments).find(f"{OAI}error")
        assert found is not None
        return found.get("code", "")

    def pages(self, verb: str, **arguments: str) -> Iterator[etree._Element]:
        answer = self.ask(verb=verb, **arguments)
        yield answer
        while token := answer.findtext(f".//{OAI}resumptionToken"):
            answer = self.ask(verb=verb, resumptionToken=token)
            yield answer

    def headers(self, verb: str = "ListIdentifiers", **arguments: str) -> list[tuple[str, str, str | None]]:
        said = {"metadataPrefix": "oai_dc", **arguments}
        return [
            (header.findtext(f"{OAI}identifier"), header.findtext(f"{OAI}datestamp"), header.get("status"))
            for page in self.pages(verb, **said)
            for header in page.iter(f"{OAI}header")
        ]


@pytest.fixture
def oai(site: Flask, schema: etree.XMLSchema) -> Provider:
    return Provider(site, schema)


@pytest.fixture
def short_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(provider, "RECORDS", 20)
    monkeypatch.setattr(provider, "HEADERS", 7)


def test_identify_says_what_the_protocol_wants_to_know(oai: Provider, base: str):
    said = {element.tag.removeprefix(OAI): element.text for element in oai.ask(verb="Identify").find(f"{OAI}Identify")}
    assert said["baseURL"] == f"{base}/oai"
    assert (said["protocolVersion"], said["deletedRecord"]) == ("2.0", "persistent")
    assert said["granularity"] == "YYYY-MM-DDThh:mm:ssZ"
    assert STAMP.fullmatch(said["earliestDatestamp"])
    assert min(stamp for _, stamp, _ in oai.headers()) == said["earliestDatestamp"]
    assert "@" in said["adminEmail"]


def test_post_is_answered_like_get(site: Flask, oai: Provider):
    response = site.test_client().post("/oai", data={"verb": "Identify"})
    ours = etree.fromstring(response.data).findtext(f".//{OAI}baseURL")
    assert ours == oai.ask(verb="Identify").findtext(f".//{OAI}baseURL")


@pytest.mark.parametrize(
    ("code", "arguments"),
    [
        ("badVerb", {}),
        ("badVerb", {"verb": "identify"}),
        ("badVerb", {"verb": "ListEverything"}),
        ("badArgument", {"verb": "Identify", "until": "2026-01-01"}),
        ("badArgument", {"verb": "GetRecord", "metadataPrefix": "oai_dc"}),
        ("badArgument", {"verb": "GetRecord", "identifier": "x"}),
        ("badArgument", {"verb": "ListRecords"}),
        ("badArgument", {"verb": "ListRecords", "metadataPrefix": ""}),
        ("badArgument", {"verb": "ListRecords", "metadataPrefix": "oai_dc", "from": "yesterday"}),
        ("badArgument", {"verb": "ListRecords", "metadataPrefix": "oai_dc", "from": "2026-02-30"}),
        ("badArgument", {"verb": "ListRecords", "metadataPrefix": "oai_dc", "from": "2026-1-1"}),
        ("badArgument", {"verb": "ListRecords", "metadataPrefix": "oai_dc", "from": "2026-01-01T00:00Z"}),
        (
            "badArgument",
            {"verb": "ListRecords", "metadataPrefix": "oai_dc", "from": "2026-01-02", "until": "2026-01-01"},
        ),
        (
            "badArgument",
            {
                "verb": "ListIdentifiers",
                "metadataPrefix": "oai_dc",
                "from": "2026-01-01",
                "until": "2026-01-01T00:00:00Z",
            },
        ),
        ("badArgument", {"verb": "ListRecords", "metadataPrefix": "oai_dc", "set": "a b"}),
        ("badArgument", {"verb": "ListRecords", "metadataPrefix": "oai_dc", "resumptionToken": "x"}),
        ("badArgument", {"verb": "ListRecords", "metadataPrefix": "oai_dc", "colour": "green"}),
        ("badResumptionToken", {"verb": "ListRecords", "resumptionToken": "junk"}),
        ("badResumptionToken", {"verb": "ListIdentifiers", "resumptionToken": "ọ" * 5000}),
        ("badResumptionToken", {"verb": "ListSets", "resumptionToken": "junk"}),
        ("cannotDisseminateFormat", {"verb": "ListRecords", "metadataPrefix": "mods"}),
        ("idDoesNotExist", {"verb": "GetRecord", "metadataPrefix": "oai_dc", "identifier": "oai:nowhere:1"}),
        ("idDoesNotExist", {"verb": "ListMetadataFormats", "identifier": "oai:nowhere:1"}),
        ("noRecordsMatch", {"verb": "ListRecords", "metadataPrefix": "oai_dc", "set": "library:nowhere"}),
        ("noRecordsMatch", {"verb": "ListRecords", "metadataPrefix": "oai_dc", "until": "1970-01-01"}),
        ("noRecordsMatch", {"verb": "ListRecords", "metadataPrefix": "oai_dc", "from": "2999-01-01"}),
    ],
)
def test_every_wrong_question_gets_its_error(oai: Provider, code: str, arguments: dict[str, str]):
    answer = oai.ask(**arguments)
    assert answer.find(f"{OAI}error").get("code") == code
    said = dict(answer.find(f"{OAI}request").attrib)
    assert said == ({} if code in ("badVerb", "badArgument") else arguments)


def test_an_argument_that_is_repeated_is_refused(site: Flask):
    answer = site.test_client().get("/oai?verb=Identify&verb=Identify").get_data(as_text=True)
    assert 'code="badVerb"' in answer
    twice = "/oai?verb=ListRecords&metadataPrefix=oai_dc&set=library&set=dataset"
    assert 'code="badArgument"' in site.test_client().get(twice).get_data(as_text=True)


def test_a_token_of_another_list_is_refused(oai: Provider, short_pages: None):
    token = oai.ask(verb="ListIdentifiers", metadataPrefix="oai_dc").findtext(f".//{OAI}resumptionToken")
    assert oai.error(verb="ListRecords", resumptionToken=token) == "badResumptionToken"
    assert oai.error(verb="ListIdentifiers", resumptionToken=f"A{token[1:]}") == "badResumptionToken"


def test_a_list_in_pieces_has_everything_once(
    oai: Provider, short_pages: None, entity_paths: dict[str, list[str]], base: str
):
    pages = list(oai.pages("ListIdentifiers", metadataPrefix="oai_dc"))
    tokens = [page.find(f".//{OAI}resumptionToken") for page in pages]
    total = len(entity_paths["instance"])
    assert [token.get("cursor") for token in tokens] == [str(7 * place) for place in range(len(pages))]
    assert {token.get("completeListSize") for token in tokens} == {str(total)}
    assert tokens[-1].text is None
    found = [header[0] for header in oai.headers()]
    assert sorted(found) == sorted(f"{base}{path}" for path in entity_paths["instance"])
    again = oai.ask(verb="ListIdentifiers", resumptionToken=tokens[0].text)
    assert [e.text for e in again.iter(f"{OAI}identifier")] == [e.text for e in pages[1].iter(f"{OAI}identifier")]


def test_records_and_headers_agree_and_so_does_get_record(oai: Provider):
    listed = oai.headers("ListRecords")
    assert listed == oai.headers("ListIdentifiers")
    identifier, stamp, _ = listed[0]
    answer = oai.ask(verb="GetRecord", metadataPrefix="oai_dc", identifier=identifier)
    assert answer.findtext(f".//{OAI}identifier") == identifier
    assert answer.findtext(f".//{OAI}datestamp") == stamp


def test_dates_are_bounds_that_are_part_of_the_span(oai: Provider):
    everything = oai.headers()
    stamp = everything[0][1]
    assert oai.headers(**{"from": stamp, "until": stamp}) == everything
    assert oai.headers(**{"from": stamp[:10], "until": stamp[:10]}) == everything
    assert oai.error(verb="ListRecords", metadataPrefix="oai_dc", until="2000-01-01T00:00:00Z") == "noRecordsMatch"


def test_the_sets_are_listed_and_harvested(oai: Provider):
    sets = {
        e.findtext(f"{OAI}setSpec"): e.findtext(f"{OAI}setName") for e in oai.ask(verb="ListSets").iter(f"{OAI}set")
    }
    assert {"library", "library:kontum", "dataset:editions"} <= sets.keys()
    assert sets["library:kontum"].startswith("Thư viện tỉnh")
    of_library = {header[0] for header in oai.headers(set="library:kontum")}
    assert of_library < {header[0] for header in oai.headers(set="library")}
    answer = oai.ask(verb="ListRecords", metadataPrefix="oai_dc", set="library:kontum")
    assert all(
        "library:kontum" in [e.text for e in header.iter(f"{OAI}setSpec")] for header in answer.iter(f"{OAI}header")
    )


def test_every_format_is_valid_for_every_record(oai: Provider):
    formats = [e.text for e in oai.ask(verb="ListMetadataFormats").iter(f"{OAI}metadataPrefix")]
    assert formats == ["oai_dc", "marcxml", "bibframe"]
    total = len(oai.headers())
    for prefix in formats:
        records = [r for page in oai.pages("ListRecords", metadataPrefix=prefix) for r in page.iter(f"{OAI}metadata")]
        assert len(records) == total


def test_marcxml_is_read_as_marc_and_says_what_the_page_says(oai: Provider, base: str):
    answer = oai.ask(verb="ListRecords", metadataPrefix="marcxml")
    records = pymarc.parse_xml_to_array(io.BytesIO(etree.tostring(answer)))
    by_number = {record["001"].data: record for record in records if record}
    record = by_number["dakto-DT00002"]
    assert record["100"].get_subfields("a") == ["Vũ Ngọc Bình"]
    assert record["100"].indicator1 == "0", "a Vietnamese name is in direct order"
    assert record["245"].get_subfields("a", "b") == ["Dyông Dư :", "hơamon Bahnar"]
    assert record["020"].get_subfields("a") == ["9786049280122"]
    assert record["024"].get_subfields("a") == [f"{base}/instance/dakto-DT00002"]
    assert record["008"].data[7:11] == "2012"
    assert record["008"].data[35:38] == "vie"
    assert len(record["008"].data) == 40
    assert record.leader[17] == "3"


def test_bibframe_is_a_part_of_what_the_store_says(oai: Provider, site: Flask):
    answer = oai.ask(verb="GetRecord", metadataPrefix="bibframe", identifier=oai.headers()[0][0])
    document = etree.tostring(answer.find(f".//{OAI}metadata")[0])
    store = site.extensions["in_service"].reader().store
    triples = [quad.triple for quad in ox.parse(document, format=ox.RdfFormat.RDF_XML)]
    assert triples
    assert all(any(store.quads_for_pattern(t.subject, t.predicate, t.object)) for t in triples)


def test_a_hostile_catalogue_is_harvested_without_harm(hostile: Flask, schema: etree.XMLSchema):
    oai = Provider(hostile, schema, "/kho/oai")
    for prefix in provider.FORMATS:
        assert len(oai.headers("ListRecords", metadataPrefix=prefix)) == len(oai.headers())


# Across a change of release

RECORD = """<record><leader>00000nam a2200000 a 4500</leader><controlfield tag="001">{key}</controlfield>
<datafield tag="245" ind1="0" ind2="0"><subfield code="a">{title}</subfield></datafield></record>"""


class Catalogue:
    """A library whose records change, and the site over it."""

    def __init__(self, folder: Path) -> None:
        self.data, self._source = folder / "data", folder / "records.xml"
        self.publish({f"{n:03}": f"Nhan đề thứ {n}" for n in range(60)})
        self.site = create_app(self.data)

    def publish(self, titles: dict[str, str]) -> None:
        body = "".join(RECORD.format(key=key, title=title) for key, title in titles.items())
        self._source.write_text(
            f'<collection xmlns="http://www.loc.gov/MARC21/slim">{body}</collection>', encoding="utf-8"
        )
        library = {"code": "a", "name": {"vi": "A", "en": "A"}, "sources": [{"path": str(self._source)}]}
        made = Settings.default("http://127.0.0.1").model_copy(update={"libraries": (Library.model_validate(library),)})
        with ThreadPoolExecutor(1, initializer=assembly.start, initargs=(made,)) as here:
            build(made, self.data, executor=here, workers=1)
        put_into_service(self.data)
        self.titles = titles

    def change(self) -> None:
        """Withdraw five records, change five, add five; some of each were harvested by then and some were not."""
        kept = {key: title for key, title in self.titles.items() if int(key) % 12}
        changed = {key: f"{title} (sửa)" if int(key) % 12 == 5 else title for key, title in kept.items()}
        self.publish({**changed, **{f"9{n:02}": f"Nhan đề mới {n}" for n in range(5)}})


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def catalogue(tmp_path: Path) -> Catalogue:
    return Catalogue(tmp_path)


@pytest.fixture
def address(catalogue: Catalogue) -> Iterator[str]:
    """The address of the provider, on a real socket."""
    with make_server("127.0.0.1", 0, catalogue.site, handler_class=_Quiet) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/oai"
        server.shutdown()


def test_another_client_reads_everything_across_a_change_of_release(
    catalogue: Catalogue, address: str, short_pages: None, monkeypatch: pytest.MonkeyPatch
):
    before = set(catalogue.titles)
    seen: list[tuple[str, str]] = []
    state: dict[str, str] = {}
    with Scythe(address) as scythe:
        for number, record in enumerate(scythe.list_records(metadata_prefix="oai_dc")):
            if number == 25:
                catalogue.change()
            key = record.header.identifier.rpartition("-")[2]
            seen.append((key, record.header.datestamp))
            state[key] = "" if record.deleted else record.metadata["title"][0]
    assert {key: title for key, title in state.items() if title} == catalogue.titles, "nothing is skipped"
    assert {key for key, title in state.items() if not title} == before - catalogue.titles.keys()
    assert len(seen) == len(set(seen)), "nothing comes twice unless it changed"


def test_our_harvester_reads_everything_across_a_change_of_release(
    catalogue: Catalogue, address: str, short_pages: None, tmp_path: Path
):
    folder = tmp_path / "harvested"

    def titles() -> dict[str, str]:
        records = [decode(raw) for raw in raw_records(folder / RECORDS)]
        return {record.control("001").rpartition("-")[2]: record.all("245")[0].first("a") for record in records}

    class Changing(Client):
        def ask(self, question: Mapping[str, str]) -> bytes:
            answer = super().ask(question)
            if "resumptionToken" in question and not folder_changed:
                folder_changed.append(True)
                catalogue.change()
            return answer

    folder_changed: list[bool] = []
    harvest(address, folder, prefix="marcxml", client=Changing(address, delay=0))
    assert titles() == catalogue.titles
    catalogue.publish({**catalogue.titles, "001": "Đổi lần nữa"})
    harvest(address, folder, prefix="marcxml", client=Client(address, delay=0))
    assert titles() == catalogue.titles
