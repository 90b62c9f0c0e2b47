"""The query half of the W3C's SPARQL 1.1 protocol tests, and what the recommendation says beside them.

https://www.w3.org/2009/sparql/docs/tests/data-sparql11/protocol/ ; a test that is one of those has its name.
"""

from __future__ import annotations

import contextlib
import re
import socket
import time
from urllib.parse import quote, quote_plus, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.sparql.request import parameters
from tests.sparql.client import DIRECT, FORM, get, request
from tests.sparql.serving import Server

DATA = "http://kasei.us/2009/09/sparql/data/data{}.rdf"
XML = "application/sparql-results+xml"
JSON = "application/sparql-results+json"


def test_query_get(server: Server) -> None:
    got = request(server, "GET", "/sparql?query=ASK%20%7B%7D", Accept=XML)
    assert got.status == 200
    assert got.type == XML


def test_query_post_form(server: Server) -> None:
    got = request(server, "POST", "/sparql", b"query=ASK%20%7B%7D", **FORM)
    assert got.status == 200
    assert got.json == {"head": {}, "boolean": True}


def test_query_post_direct(server: Server) -> None:
    got = request(server, "POST", "/sparql", b"ASK {}", **DIRECT)
    assert got.status == 200
    assert got.json["boolean"] is True


def test_query_post_direct_with_a_charset(server: Server) -> None:
    got = request(
        server, "POST", "/sparql", "ASK {} # đ".encode(), Content_Type="application/sparql-query; charset=UTF-8"
    )
    assert got.status == 200


def asks(
    server: Server, query: str, default: list[int], named: list[int], method: str = "GET", how: str = "form"
) -> bool:
    graphs = [("default-graph-uri", DATA.format(number)) for number in default]
    graphs += [("named-graph-uri", DATA.format(number)) for number in named]
    if method == "GET":
        got = request(server, "GET", "/sparql?" + urlencode([("query", query), *graphs]))
    elif how == "form":
        got = request(server, "POST", "/sparql", urlencode([("query", query), *graphs]).encode(), **FORM)
    else:
        got = request(server, "POST", "/sparql?" + urlencode(graphs), query.encode(), **DIRECT)
    assert got.status == 200
    return bool(got.json["boolean"])


IN_DEFAULT = "ASK { <http://kasei.us/2009/09/sparql/data/data%d.rdf> ?p ?o }"
IN_NAMED = "ASK { GRAPH ?g { <http://kasei.us/2009/09/sparql/data/data%d.rdf> ?p ?o } }"


@pytest.mark.parametrize(("method", "how"), [("GET", ""), ("POST", "form"), ("POST", "direct")])
class TestDataset:
    def test_query_dataset_default_graph(self, server: Server, method: str, how: str) -> None:
        assert asks(server, IN_DEFAULT % 1, [1], [], method, how)
        assert not asks(server, IN_DEFAULT % 2, [1], [], method, how)
        assert not asks(server, IN_NAMED % 1, [1], [], method, how)

    def test_query_dataset_default_graphs(self, server: Server, method: str, how: str) -> None:
        assert asks(server, IN_DEFAULT % 1, [1, 2], [], method, how)
        assert asks(server, IN_DEFAULT % 2, [1, 2], [], method, how)

    def test_query_dataset_named_graphs(self, server: Server, method: str, how: str) -> None:
        assert asks(server, IN_NAMED % 2, [], [1, 2], method, how)
        assert not asks(server, IN_NAMED % 3, [], [1, 2], method, how)
        assert not asks(server, IN_DEFAULT % 1, [], [1, 2], method, how)

    def test_query_dataset_full(self, server: Server, method: str, how: str) -> None:
        both = f"ASK {{ {IN_DEFAULT[4:] % 3} {IN_NAMED[4:] % 1} }}"
        assert asks(server, both, [3], [1, 2], method, how)

    def test_query_multiple_dataset(self, server: Server, method: str, how: str) -> None:
        """The dataset of the request wins over the one in the query (2.1.4)."""
        query = f"ASK FROM <{DATA.format(1)}> {{ ?s ?p ?o FILTER(?s = <{DATA.format(2)}>) }}"
        assert not asks(server, query, [], [], method, how)
        assert asks(server, query, [2], [], method, how)


def test_query_content_type_select(server: Server) -> None:
    accept = f"{XML}, {JSON};q=0.8, text/csv;q=0.7, text/tab-separated-values;q=0.6"
    assert get(server, "SELECT (1 AS ?value) {}", accept).type == XML


def test_query_content_type_ask(server: Server) -> None:
    assert get(server, "ASK {}", f"{XML}, {JSON};q=0.8").type == XML


def test_query_content_type_describe(server: Server) -> None:
    accept = "application/rdf+xml, text/turtle;q=0.8"
    assert get(server, "DESCRIBE <http://localhost:8000/agent/hong>", accept).type == "application/rdf+xml"


def test_query_content_type_construct(server: Server) -> None:
    got = get(server, "CONSTRUCT { <s> <p> 1 } WHERE {}", "text/turtle, application/rdf+xml;q=0.8")
    assert got.type == "text/turtle"
    assert "<http://localhost:8000/s>" in got.text  # resolved against the base of the site


def bad(server: Server, method: str, path: str, body: bytes | None = None, **headers: str) -> int:
    got = request(server, method, path, body, **headers)
    assert 400 <= got.status < 500
    assert len(got.text) > 20
    return got.status


def test_bad_query_method(server: Server) -> None:
    for method in ("PUT", "DELETE", "PATCH"):
        assert bad(server, method, "/sparql?query=ASK%20%7B%7D") == 405


def test_bad_multiple_queries(server: Server) -> None:
    assert bad(server, "GET", "/sparql?query=ASK%20%7B%7D&query=SELECT%20%2A%20%7B%7D") == 400


def test_bad_query_wrong_media_type(server: Server) -> None:
    assert bad(server, "POST", "/sparql", b"ASK {}", Content_Type="text/plain") == 415


def test_bad_query_missing_form_type(server: Server) -> None:
    assert bad(server, "POST", "/sparql", b"query=ASK%20%7B%7D") == 415


def test_bad_query_missing_direct_type(server: Server) -> None:
    assert bad(server, "POST", "/sparql", b"ASK {}") == 415


def test_bad_query_non_utf8(server: Server) -> None:
    assert (
        bad(
            server,
            "POST",
            "/sparql",
            "ASK {}".encode("utf-16"),
            Content_Type="application/sparql-query; charset=UTF-16",
        )
        == 415
    )
    assert bad(server, "POST", "/sparql", "ASK {}".encode("utf-16"), **DIRECT) == 400


def test_bad_query_syntax(server: Server) -> None:
    assert bad(server, "GET", "/sparql?query=ASK%20%7B") == 400


@pytest.mark.parametrize("how", ["address", "form", "direct"])
def test_updates_are_refused(server: Server, how: str) -> None:
    update = "CLEAR ALL"
    if how == "address":
        assert bad(server, "GET", "/sparql?update=" + quote(update)) == 403
    elif how == "form":
        assert bad(server, "POST", "/sparql", b"update=" + quote(update).encode(), **FORM) == 403
    else:
        assert bad(server, "POST", "/sparql", update.encode(), Content_Type="application/sparql-update") == 403


def test_a_query_and_an_update_together_are_refused(server: Server) -> None:
    assert bad(server, "POST", "/sparql", b"query=ASK%20%7B%7D&update=CLEAR%20ALL", **FORM) == 400


def test_head_says_what_get_would(server: Server) -> None:
    path = "/sparql?query=" + quote("SELECT * { ?s ?p ?o }")
    head, whole = request(server, "HEAD", path), request(server, "GET", path)
    assert head.status == 200
    assert head.body == b""
    assert head.headers["content-length"] == str(len(whole.body))
    assert head.headers["etag"] == whole.headers["etag"]


def test_options_tells_browsers_that_they_may(server: Server) -> None:
    got = request(server, "OPTIONS", "/sparql", Origin="https://example.org", Access_Control_Request_Method="POST")
    assert got.status == 204
    assert got.headers["access-control-allow-origin"] == "*"
    assert "POST" in got.headers["access-control-allow-methods"]
    assert "content-type" in got.headers["access-control-allow-headers"].lower()


def test_errors_may_be_read_by_scripts_of_other_sites(server: Server) -> None:
    assert get(server, "nonsense").headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize(
    ("accept", "type_"),
    [
        ("", JSON),
        ("*/*", JSON),
        ("text/csv", "text/csv"),
        ("text/tab-separated-values", "text/tab-separated-values"),
        ("text/csv;q=0.4, application/sparql-results+xml;q=0.5", XML),
        ("application/json", JSON),
        ("application/xml", XML),
        ("application/sparql-results+json;q=0, */*;q=0.1", XML),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html"),
    ],
)
def test_the_heaviest_weight_decides(server: Server, accept: str, type_: str) -> None:
    assert get(server, "SELECT * {}", accept).type == type_


@pytest.mark.parametrize(
    ("word", "type_"),
    [
        ("json", JSON),
        ("xml", XML),
        ("csv", "text/csv"),
        ("tsv", "text/tab-separated-values"),
        ("html", "text/html"),
        (JSON, JSON),
    ],
)
def test_the_parameter_format_wins(server: Server, word: str, type_: str) -> None:
    assert get(server, "SELECT * {}", "text/turtle", format=word).type == type_


@pytest.mark.parametrize(
    ("word", "type_"),
    [
        ("turtle", "text/turtle"),
        ("ntriples", "application/n-triples"),
        ("rdfxml", "application/rdf+xml"),
        ("jsonld", "application/ld+json"),
        ("trig", "application/trig"),
        ("nquads", "application/n-quads"),
        ("html", "text/html"),
    ],
)
def test_graphs_come_in_every_format(server: Server, word: str, type_: str) -> None:
    got = get(server, "DESCRIBE <http://localhost:8000/agent/hong>", format=word)
    assert got.status == 200
    assert got.type == type_
    assert "Phan Thị Hồng" in got.text


def test_an_accept_that_nobody_can_satisfy_is_406(server: Server) -> None:
    got = get(server, "SELECT * {}", "image/png, text/turtle")
    assert got.status == 406
    assert "text/csv" in got.text


def test_a_syntax_error_says_where(server: Server) -> None:
    got = get(server, "SELECT * {\n  ?s ?p ?o .\n  FILTER(\n}", "application/json")
    assert got.status == 400
    assert got.type == "application/problem+json"
    assert got.json["title"] == "syntax-error"
    assert got.json["line"] == 4


def test_an_undeclared_prefix_is_named(server: Server) -> None:
    got = get(server, "SELECT * {\n  ?s bf:title ?t }")
    assert got.status == 400
    assert "bf:" in got.text
    assert "line 2, column 6" in got.text


def test_errors_speak_the_language_that_was_asked_for(server: Server) -> None:
    path = "/sparql?query=nonsense"
    assert "cú pháp" in request(server, "GET", path, Accept_Language="vi-VN,vi;q=0.9,en;q=0.5").text
    assert "syntax error" in request(server, "GET", path, Accept_Language="en-US,vi;q=0.5").text
    assert "syntax error" in request(server, "GET", path).text


def test_equal_questions_have_equal_tags_and_cost_nothing(server: Server) -> None:
    first = get(server, "SELECT * { ?s ?p ?o }")
    same = get(server, "SELECT   * { # a comment\n ?s ?p ?o }")
    other = get(server, "SELECT * { ?s ?p ?q }")
    assert first.headers["etag"] == same.headers["etag"]
    assert first.headers["etag"] != other.headers["etag"]
    again = request(
        server, "GET", "/sparql?query=" + quote("SELECT * { ?s ?p ?o }"), If_None_Match=first.headers["etag"]
    )
    assert again.status == 304
    assert again.body == b""


@pytest.mark.parametrize("call", ["UUID()", "struuid()", "RAND()", "Now()", "BNODE()", "STR(\n# so\nUUID ( ))"])
def test_answers_that_change_are_not_kept(server: Server, call: str) -> None:
    got = get(server, f"SELECT ({call} AS ?x) {{}}")
    assert got.status == 200
    assert "etag" not in got.headers
    assert got.headers["cache-control"] == "no-store"
    assert got.body != get(server, f"SELECT ({call} AS ?x) {{}}").body


@pytest.mark.parametrize("coding", ["gzip", "br", "zstd"])
def test_answers_travel_compressed(server: Server, coding: str) -> None:
    import gzip

    import brotli
    import zstandard

    path = "/sparql?query=" + quote("SELECT * { ?s ?p ?o }")
    plain, coded = request(server, "GET", path), request(server, "GET", path, Accept_Encoding=coding)
    assert coded.headers["content-encoding"] == coding
    assert "Accept-Encoding" in coded.headers["vary"]
    assert coded.headers["etag"] != plain.headers["etag"]
    unpack = {"gzip": gzip.decompress, "br": brotli.decompress, "zstd": zstandard.decompress}[coding]
    assert unpack(coded.body) == plain.body
    assert request(server, "GET", path, If_None_Match=coded.headers["etag"]).status == 304


def test_without_a_query_the_service_describes_itself(server: Server) -> None:
    got = request(server, "GET", "/sparql", Accept="text/turtle")
    assert got.status == 200
    assert "sd:Service" in got.text


def test_without_a_query_people_get_the_form(server: Server) -> None:
    got = request(server, "GET", "/sparql", Accept="text/html")
    assert got.status == 200
    assert '<textarea id="query"' in got.text
    assert "<script" not in got.text or "unsafe" not in got.headers["content-security-policy"]


def test_a_query_that_was_forgotten_is_asked_for(server: Server) -> None:
    """Who wants rows and names no query is told so; who wants what nobody has gets 406."""
    got = request(server, "GET", "/sparql", Accept=JSON)
    assert (got.status, "query" in got.text) == (400, True)
    assert request(server, "GET", "/sparql", Accept="image/png").status == 406


@pytest.mark.alone
def test_a_client_may_want_to_wait_less(server: Server) -> None:
    heavy = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
    started = time.monotonic()
    got = get(server, heavy, timeout="0.3")
    assert got.status == 504
    assert "0.3 seconds" in got.text
    assert time.monotonic() - started < 3
    assert get(server, "ASK {}", timeout="999").status == 200
    for wrong in ("0", "-1", "soon", "nan"):
        assert get(server, "ASK {}", timeout=wrong).status == 400


def test_escapes_that_are_none_are_named(server: Server) -> None:
    got = request(server, "GET", "/sparql?query=ASK%7B%7D%20%23%zz")
    assert (got.status, "%25" in got.text) == (400, True)


def test_a_form_may_have_plain_utf_8(server: Server) -> None:
    body = 'query=SELECT ("Đăm Săn" AS ?x) {}'.encode()
    assert request(server, "POST", "/sparql", body, **FORM).json["results"]["bindings"][0]["x"]["value"] == "Đăm Săn"


@given(st.lists(st.tuples(st.text(max_size=8), st.text(max_size=20)), min_size=1, max_size=5))
def test_parameters_are_read_as_the_standard_library_writes_them(pairs: list[tuple[str, str]]) -> None:
    for quoting in (quote, quote_plus):
        assert parameters(urlencode(pairs, quote_via=quoting).encode()) == pairs


def test_a_function_that_is_not_there_is_the_clients_mistake(server: Server) -> None:
    got = get(server, "SELECT (<http://e/f>(1) AS ?x) {}")
    assert got.status == 400
    assert "http://e/f" in got.text


@pytest.mark.parametrize("path", ["/sparql?default", "/sparql?graph=http%3A%2F%2Fe%2Fg", "/sparql/graph?default"])
@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_the_graph_store_protocol_is_refused(server: Server, method: str, path: str) -> None:
    got = request(server, method, path, b"<a> <b> <c> .", Content_Type="text/turtle")
    assert got.status == 405
    assert "GET" in got.headers["allow"]
    assert "PUT" not in got.headers["allow"]


def over_the_wire(server: Server, data: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", server.port)) as client:
        client.settimeout(1)
        client.sendall(data)
        answer = b""
        with contextlib.suppress(TimeoutError, ConnectionResetError):
            while part := client.recv(65536):
                answer += part
    return answer


HEAD = b" HTTP/1.1\r\nHost: x\r\n"
DIRECTLY = b"POST /sparql" + HEAD + b"Content-Type: application/sparql-query\r\n"


@pytest.mark.parametrize(
    ("request_", "statuses"),
    [
        (b"GET /sparql?query=ASK%7B%7D" + HEAD + b"\r\n", [200]),
        ((b"GET /sparql?query=ASK%7B%7D" + HEAD + b"\r\n") * 3, [200, 200, 200]),
        (b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\n\r\n", [400]),
        (DIRECTLY + b"Transfer-Encoding: chunked\r\n\r\n5\r\nASK{}\r\n0\r\n\r\n", [200]),
        (DIRECTLY + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nASK{}\r\n0\r\n\r\n", [400]),
        (DIRECTLY + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nASK{} ", [400]),
        # A request with two lengths is refused (RFC 9112, 6.3), and what stands behind it is no second request.
        (DIRECTLY + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nASK{}\r\n0\r\n\r\n"
         b"GET /sparql?query=ASK%7B%7D" + HEAD + b"\r\n", [400]),
    ],
    ids=["one", "pipelined", "no-host", "chunked", "broken-chunks", "two-lengths", "smuggled"],
)  # fmt: skip
def test_requests_that_only_a_socket_sends(server: Server, request_: bytes, statuses: list[int]) -> None:
    answer = over_the_wire(server, request_)
    assert [int(status) for status in re.findall(rb"HTTP/1\.1 (\d+) ", answer)] == statuses


def test_a_post_without_a_query_is_a_mistake(server: Server) -> None:
    assert bad(server, "POST", "/sparql", b"format=json", **FORM) == 400
