"""The formats of results: what the recommendations say, and well-formed whatever is in the data."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pyoxigraph as ox
import pytest
from lxml import etree

from tests.sparql.client import get
from tests.sparql.serving import Server

ODD = "http://localhost:8000/instance/odd"
LABEL = f"SELECT ?label {{ <{ODD}> <http://www.w3.org/2000/01/rdf-schema#label> ?label }}"
RAW = "bell \x07, return \r, null \x00, not a character \ufffe, <tag> & 'quotes' \"double\", tab\t, line\nend"
IN_XML = RAW.replace("\x07", "\ufffd").replace("\x00", "\ufffd").replace("\ufffe", "\ufffd")
SR = "{http://www.w3.org/2005/sparql-results#}"
TERMS = """SELECT ?iri ?plain ?lang ?typed ?none ?bnode { VALUES (?iri ?plain ?lang ?typed ?none) {
    (<http://e/x> "a,b\\"c\\nd" "chào"@vi 42 UNDEF) } BIND(BNODE() AS ?bnode) }"""


def test_json_keeps_every_character(server: Server) -> None:
    got = get(server, LABEL, format="json")
    assert got.json["results"]["bindings"][0]["label"]["value"] == RAW


def test_xml_is_well_formed_and_says_what_it_could_not_hold(server: Server) -> None:
    got = get(server, LABEL, format="xml")
    root = etree.fromstring(got.body)
    assert root.findtext(f".//{SR}literal") == IN_XML
    assert got.headers["x-rong-replaced-characters"] == "3"


def test_rdf_xml_is_well_formed_too(server: Server) -> None:
    query = LABEL.replace("SELECT ?label", f"CONSTRUCT {{ <{ODD}> <http://e/label> ?label }} WHERE")
    got = get(server, query, format="rdfxml")
    root = etree.fromstring(got.body)
    assert root.findtext(".//{http://e/}label") == IN_XML


def test_what_rdf_xml_cannot_write_is_said_to_be_so(server: Server) -> None:
    query = f"DESCRIBE <{ODD}>"
    got = get(server, query, format="rdfxml")
    assert got.status == 406
    assert "http://localhost:8000/terms/1" in got.text
    assert get(server, query, format="turtle").status == 200


@pytest.mark.parametrize(
    ("word", "form"),
    [
        ("turtle", ox.RdfFormat.TURTLE),
        ("ntriples", ox.RdfFormat.N_TRIPLES),
        ("jsonld", ox.RdfFormat.JSON_LD),
        ("trig", ox.RdfFormat.TRIG),
    ],
)
def test_other_graph_formats_keep_every_character(server: Server, word: str, form: ox.RdfFormat) -> None:
    got = get(server, f"DESCRIBE <{ODD}>", format=word)
    labels = [quad.object.value for quad in ox.parse(got.body, format=form) if quad.predicate.value.endswith("label")]
    assert labels == [RAW]


def test_json_results(server: Server) -> None:
    """SPARQL 1.1 Query Results JSON Format, section 3.2."""
    got = get(server, TERMS, format="json").json
    assert got["head"]["vars"] == ["iri", "plain", "lang", "typed", "none", "bnode"]
    row = got["results"]["bindings"][0]
    assert row["iri"] == {"type": "uri", "value": "http://e/x"}
    assert row["plain"] == {"type": "literal", "value": 'a,b"c\nd'}
    assert row["lang"] == {"type": "literal", "value": "chào", "xml:lang": "vi"}
    assert row["typed"] == {"type": "literal", "value": "42", "datatype": "http://www.w3.org/2001/XMLSchema#integer"}
    assert row["bnode"]["type"] == "bnode"
    assert "none" not in row


def test_xml_results(server: Server) -> None:
    """SPARQL Query Results XML Format, section 2.3."""
    root = etree.fromstring(get(server, TERMS, format="xml").body)
    assert [node.get("name") for node in root.iter(f"{SR}variable")] == [
        "iri",
        "plain",
        "lang",
        "typed",
        "none",
        "bnode",
    ]
    bindings = {node.get("name"): node[0] for node in root.iter(f"{SR}binding")}
    assert bindings["iri"].tag == f"{SR}uri"
    assert bindings["plain"].text == 'a,b"c\nd'
    assert bindings["lang"].get("{http://www.w3.org/XML/1998/namespace}lang") == "vi"
    assert bindings["typed"].get("datatype") == "http://www.w3.org/2001/XMLSchema#integer"
    assert bindings["bnode"].tag == f"{SR}bnode"
    assert "none" not in bindings


def test_csv_results(server: Server) -> None:
    """SPARQL 1.1 Query Results CSV and TSV Formats, section 3: CRLF, values without marks."""
    got = get(server, TERMS, format="csv")
    assert got.headers["content-type"] == "text/csv; charset=utf-8"
    head, row = csv.reader(io.StringIO(got.text, newline=""))
    assert head == ["iri", "plain", "lang", "typed", "none", "bnode"]
    assert row[:5] == ["http://e/x", 'a,b"c\nd', "chào", "42", ""]
    assert row[5].startswith("_:")
    assert got.text.startswith("iri,plain,lang,typed,none,bnode\r\n")


def test_tsv_results(server: Server) -> None:
    """The same, section 4: terms as in Turtle, tabs and line ends escaped."""
    lines = get(server, TERMS, format="tsv").text.splitlines()
    assert lines[0] == "?iri\t?plain\t?lang\t?typed\t?none\t?bnode"
    assert lines[1].split("\t")[:5] == ["<http://e/x>", '"a,b\\"c\\nd"', '"chào"@vi', "42", ""]


def test_booleans(server: Server) -> None:
    assert get(server, "ASK {}", format="json").json == {"head": {}, "boolean": True}
    assert etree.fromstring(get(server, "ASK {}", format="xml").body).findtext(f"{SR}boolean") == "true"
    assert get(server, "ASK { <http://e/none> ?p ?o }", "text/plain").text == "false\n"
    assert get(server, "ASK {}", "text/csv").status == 406


def test_no_rows_are_a_whole_answer(server: Server) -> None:
    none = "SELECT ?x { <http://e/none> ?p ?x }"
    assert get(server, none, format="json").json == {"head": {"vars": ["x"]}, "results": {"bindings": []}}
    assert get(server, none, format="csv").text == "x\r\n"
    assert get(server, "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o . <http://e/none> ?p ?x }", format="ntriples").body == b""


def test_the_page_shows_what_is_there_and_nothing_runs(server: Server) -> None:
    query = 'SELECT ("<script>alert(1)</script>" AS ?x) ("\\u0007" AS ?y) {}'
    got = get(server, query, "text/html")
    assert "&lt;script&gt;alert(1)" in got.text
    assert "<script>alert" not in got.text
    assert "\x07" not in got.text
    assert "script-src 'self'" in got.headers["content-security-policy"]


def test_a_large_answer_is_whole(server: Server) -> None:
    numbers = " ".join(map(str, range(100)))
    query = f"SELECT * {{ VALUES ?a {{ {numbers} }} VALUES ?b {{ {numbers} }} VALUES ?c {{ 1 2 3 4 5 6 7 8 9 10 }} }}"
    got = get(server, query, format="json")
    assert len(got.json["results"]["bindings"]) == 100_000
    assert len(json.dumps(got.json)) > 5_000_000
    assert get(server, query, format="csv").text.count("\r\n") == 100_001


def test_an_answer_beyond_the_limit_points_to_the_downloads(release: Path, tmp_path: Path) -> None:
    from tests.sparql.serving import serving

    numbers = " ".join(map(str, range(200)))
    with serving(release, result_mb=1) as small:
        got = get(small, f"SELECT * {{ VALUES ?a {{ {numbers} }} VALUES ?b {{ {numbers} }} }}")
    assert got.status == 413
    assert "/datasets" in got.text
    assert "/datasets" in got.headers["link"]
