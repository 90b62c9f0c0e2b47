"""Identifiers of other files in a record become links: owl:sameAs of agents, skos:exactMatch of concepts and places."""

import pytest

from publisher.build import build
from publisher.config import Settings
from publisher.rdf.terms import expand
from publisher.release.release import active
from publisher.release.service import put_into_service
from publisher.site.reader import Reader
from tests.conftest import without_datasets

RECORD = """=LDR  00000nam a2200000 a 4500
=001  1
=008  010101s2001\\\\\\\\vm\\\\\\\\\\\\\\\\\\\\\\\\000\\0\\vie\\d
=100  1\\$aNguyễn, Du,$d1765-1820$0http://viaf.org/viaf/22177231
=245  10$aTruyện Kiều
=650  \\0$aEpic poetry, Vietnamese$0http://id.loc.gov/authorities/subjects/sh85044280
=651  \\7$aHà Nội$0https://sws.geonames.org/1581130/$2geonames
=651  \\7$aHuế$1http://www.wikidata.org/entity/Q36167$2wikidata
=655  \\7$aThơ$1http://www.wikidata.org/entity/Q482$2wikidata
=700  1\\$aTản Đà$1http://www.wikidata.org/entity/Q10830473
=700  1\\$aXuân Diệu$1https://isni.org/isni/0000000081093475
=700  1\\$aNguyễn Khuyến$0(viaf)12345
=700  1\\$aTú Xương$0http://www.wikidata.org/entity/Q1081391
=700  1\\$aHồ Xuân Hương$0(viaf)no number
=710  2\\$aThư viện Quốc gia Việt Nam$0http://id.loc.gov/authorities/names/n80094455
"""


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Reader:
    folder = tmp_path_factory.mktemp("links")
    source = folder / "records.mrk"
    source.write_text(RECORD, encoding="utf-8")
    with without_datasets():
        build(Settings.default("https://data.example.org", (source,)), folder, workers=1)
    put_into_service(folder)
    return Reader(active(folder))


@pytest.mark.parametrize(
    ("kind", "label", "prop", "address"),
    [
        ("agent", "Nguyễn, Du", "owl:sameAs", "http://viaf.org/viaf/22177231"),
        ("agent", "Tản Đà", "owl:sameAs", "http://www.wikidata.org/entity/Q10830473"),
        ("agent", "Xuân Diệu", "owl:sameAs", "https://isni.org/isni/0000000081093475"),
        ("agent", "Thư viện Quốc gia", "owl:sameAs", "http://id.loc.gov/rwo/agents/n80094455"),
        ("agent", "Nguyễn Khuyến", "owl:sameAs", "http://viaf.org/viaf/12345"),
        ("agent", "Tú Xương", "owl:sameAs", "http://www.wikidata.org/entity/Q1081391"),
        ("concept", "Epic poetry", "skos:exactMatch", "http://id.loc.gov/authorities/subjects/sh85044280"),
        ("concept", "Thơ", "skos:exactMatch", "http://www.wikidata.org/entity/Q482"),
        ("place", "Hà Nội", "skos:exactMatch", "https://sws.geonames.org/1581130/"),
        ("place", "Huế", "skos:exactMatch", "http://www.wikidata.org/entity/Q36167"),
    ],
)
def test_an_identifier_of_another_file_is_a_link(reader, kind, label, prop, address):
    known = [row.iri for row in reader.ledger.entities(kind) if row.label.startswith(label)]
    links = {value.value for iri in known for value in reader.arcs(iri).get(expand(prop), ())}
    assert address in links


def test_what_is_no_number_and_what_names_a_heading_are_no_links(reader):
    wanted = ("Hồ Xuân Hương", "Thư viện Quốc gia")
    agents = [row.iri for row in reader.ledger.entities("agent") if row.label.startswith(wanted)]
    links = {value.value for iri in agents for value in reader.arcs(iri).get(expand("owl:sameAs"), ())}
    assert links == {"http://id.loc.gov/rwo/agents/n80094455"}


def test_agents_have_no_exact_match_and_concepts_and_places_no_same_as(reader):
    for kind, prop in (("agent", "skos:exactMatch"), ("concept", "owl:sameAs"), ("place", "owl:sameAs")):
        assert [row.iri for row in reader.ledger.entities(kind) if expand(prop) in reader.arcs(row.iri)] == []
