"""The concept schemes on the site: a list, a page each, and the whole of each in SKOS."""

import pyoxigraph
import pytest

from publisher.identity.schemes import SCHEMES
from publisher.rdf.terms import expand

FORMATS = {
    "ttl": pyoxigraph.RdfFormat.TURTLE,
    "nt": pyoxigraph.RdfFormat.N_TRIPLES,
    "rdf": pyoxigraph.RdfFormat.RDF_XML,
    "jsonld": pyoxigraph.RdfFormat.JSON_LD,
}
IN_SCHEME = pyoxigraph.NamedNode(expand("skos:inScheme"))


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_scheme_is_listed_with_its_files(client, language):
    page = client.get(f"/schemes?lang={language}").text
    for name in SCHEMES:
        assert f'href="/scheme/{name}?lang={language}"' in page
        for suffix in FORMATS:
            assert f'href="/scheme/{name}.{suffix}"' in page


@pytest.mark.parametrize("name", SCHEMES)
def test_a_scheme_is_the_same_in_every_format(client, name):
    found = {}
    for suffix, syntax in FORMATS.items():
        answer = client.get(f"/scheme/{name}.{suffix}")
        assert answer.status_code == 200
        found[suffix] = {quad.triple for quad in pyoxigraph.parse(answer.data, format=syntax)}
    assert found["ttl"] == found["nt"] == found["rdf"] == found["jsonld"]
    assert any(triple.predicate == IN_SCHEME for triple in found["nt"])


def test_the_right_format_is_chosen_by_negotiation(client):
    answer = client.get("/scheme/ddc", headers={"Accept": "text/turtle"})
    assert answer.mimetype == "text/turtle"
    assert client.get("/scheme/ddc", headers={"Accept": "text/html"}).mimetype == "text/html"
    assert client.get("/scheme/nothing").status_code == 404
    assert client.get("/scheme/ddc.csv").status_code == 404


def test_a_page_shows_the_order_of_a_scheme(client):
    page = client.get("/scheme/ddc?lang=en").text
    assert page.index("Literature (800-899)") < page.index("/concept/ddc-890") < page.index("/concept/ddc-9?")


def test_the_subjects_are_those_that_records_use(client, example_data):
    page = client.get("/scheme/subjects").text
    assert "Sử thi" in page


# Places on their pages


def test_the_page_of_a_former_province_says_what_replaced_it(client):
    page = client.get("/place/vn-62-2025?lang=en").text
    assert "Replaced by" in page
    assert 'href="/place/vn-51?lang=en"' in page
    assert "30 June 2025" in page
    assert "30 tháng 6 năm 2025" in client.get("/place/vn-62-2025?lang=vi").text


def test_from_quang_ngai_today_one_gets_to_what_is_about_kon_tum(client):
    now = client.get("/place/vn-51?lang=en").text
    then = client.get("/place/vn-62-2025?lang=en").text
    assert "About what is part of this place today" in now
    about = then[then.index("About this place") :]
    first = about[about.index('href="/instance/') + 6 :].partition('"')[0]
    assert first in now


def test_the_same_way_is_open_in_sparql(site):
    reader = site.extensions["in_service"].reader()
    query = (
        "PREFIX schema: <https://schema.org/> PREFIX dcterms: <http://purl.org/dc/terms/> SELECT DISTINCT ?work WHERE {"
        f" <{reader.settings.base}/place/vn-51> dcterms:replaces+ ?before . ?work schema:spatialCoverage ?before }}"
    )
    assert len(list(reader.store.query(query))) > 5


def test_what_nobody_writes_about_is_not_suggested_to_readers(client):
    suggested = client.get("/suggest?q=lai chau").json
    assert [each for each in suggested if "/place/vn-" in each["address"]] == []
    assert client.get("/reconcile/entity?prefix=lai chau").json["result"]
