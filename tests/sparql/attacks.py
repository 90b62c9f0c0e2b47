# ruff: noqa: E501 - the queries stand one to a line
"""Hostile requests, each with the statuses that are right for it. Used by test_attacks.py."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import quote, urlencode

P = "PREFIX ex: <http://e/> "
CROSS = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
DIRECT = {"Content-Type": "application/sparql-query"}
# Ended by the time limit, by the memory limit, or to make room for others.
HEAVY = (413, 503, 504, 507)
REFUSED = (400,)
CRASHING = (400, 500, 503, 504, 507)


@dataclass(frozen=True)
class Attack:
    name: str
    expected: tuple[int, ...]
    method: str = "POST"
    path: str = "/sparql"
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


def _query(name: str, expected: tuple[int, ...], query: str, **headers: str) -> Attack:
    body = urlencode({"query": query}).encode()
    return Attack(name, expected, body=body, headers={**FORM, **headers})


def cpu() -> list[Attack]:
    return [
        _query("a cross product, counted", HEAVY, f"SELECT (COUNT(*) AS ?n) {{ {CROSS} }}"),
        _query("a cross product in order", HEAVY, f"SELECT * {{ {CROSS} }} ORDER BY ?a ?d ?g LIMIT 10"),
        _query("a cross product, distinct", HEAVY, f"SELECT DISTINCT ?a ?d ?g {{ {CROSS} }}"),
        _query("a cross product, grouped", HEAVY, f"SELECT ?a ?d (COUNT(*) AS ?n) {{ {CROSS} }} GROUP BY ?a ?d ?g"),
        _query("a cross product with a filter that never holds", HEAVY, f"ASK {{ {CROSS} FILTER(?c = ?f && ?c != ?f) }}"),
        _query("a cross product with a regular expression", HEAVY, f'ASK {{ {CROSS} FILTER(REGEX(CONCAT(STR(?c),STR(?f)), "(x+x+)+y")) }}'),
        _query("a cross product from subselects", HEAVY, "SELECT (COUNT(*) AS ?n) { {SELECT * {?a ?b ?c}} {SELECT * {?d ?e ?f}} {SELECT * {?g ?h ?i}} }"),
        _query("a cross product under MINUS", HEAVY, f"SELECT (COUNT(*) AS ?n) {{ {CROSS} MINUS {{ ?a ?x ?y . ?d ?z ?w }} }}"),
        _query("a cross product under EXISTS", HEAVY, f"SELECT (COUNT(*) AS ?n) {{ ?s ?p ?o FILTER NOT EXISTS {{ {CROSS} FILTER(?c > ?f && ?f > ?i && ?i > ?l && ?l > ?c) }} }}"),
        _query("a construct of a cross product", HEAVY, f"CONSTRUCT {{ ?a ?e ?i }} {{ {CROSS} }}"),
        _query("a describe of everything", (200, *HEAVY), "DESCRIBE * { ?s ?p ?o . ?x ?y ?z }"),
        _query("an endless offset", (200, *HEAVY), f"SELECT * {{ {CROSS} }} OFFSET 100000000000 LIMIT 1"),
        _query("a path over everything", (200, *HEAVY), "SELECT (COUNT(*) AS ?n) { ?a (!ex:none|^!ex:none)* ?b . ?c (!ex:none)* ?d . ?e (!ex:none)* ?f }".replace("ex:none", "<http://e/none>")),
        _query("a changing cross product", HEAVY, f"SELECT (COUNT(*) AS ?n) {{ {CROSS} FILTER(RAND() < 2) }}"),
    ]  # fmt: skip


def memory() -> list[Attack]:
    doubling = " ".join(f"BIND(CONCAT(?x{n},?x{n}) AS ?x{n + 1})" for n in range(60))
    return [
        _query("a string that doubles sixty times", (*HEAVY, 200), f'SELECT (STRLEN(?x60) AS ?n) {{ BIND("xxxxxxxxxxxxxxxx" AS ?x0) {doubling} }}'),
        _query("all strings joined, many times over", HEAVY, "SELECT (GROUP_CONCAT(CONCAT(STR(?a),STR(?c),STR(?f))) AS ?x) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"),
        _query("a large sort", HEAVY, "SELECT ?c ?f { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY DESC(CONCAT(STR(?c), STR(?f)))"),
        _query("an answer that is too large", HEAVY, "SELECT * { ?a ?b ?c . ?d ?e ?f }"),
        _query("a graph that is too large", HEAVY, "CONSTRUCT { ?a ?e ?f } { ?a ?b ?c . ?d ?e ?f }"),
        _query("an answer that is too large, as XML", HEAVY, "SELECT * { ?a ?b ?c . ?d ?e ?f }", Accept="application/sparql-results+xml"),
        _query("replacing that multiplies", HEAVY, 'SELECT (STRLEN(?z) AS ?n) {{ ?s ?p ?o BIND(REPLACE(CONCAT("{}", STR(?o)), "x", "{}") AS ?y) BIND(REPLACE(?y, "x", "{}") AS ?z) }}'.format("x" * 1000, "x" * 1000, "x" * 2000)),
    ]  # fmt: skip


def recursion() -> list[Attack]:
    def nested(before: str, after: str, depth: int) -> str:
        return before * depth + after * depth

    return [
        _query("nested EXISTS", REFUSED, "ASK { " + "FILTER EXISTS { ?s ?p ?o " * 900 + "}" * 900 + " }"),
        _query("nested subselects", REFUSED, nested("SELECT * { ", "}", 1300).replace("SELECT * { ", "SELECT * { { ", 0).replace("{ SELECT", "{ { SELECT").replace("}", "} }")),
        _query("nested groups", REFUSED, "ASK " + nested("{ ", "} ", 2400)),
        _query("nested OPTIONAL", REFUSED, "ASK { " + nested("OPTIONAL { ?s ?p ?o ", "}", 1800) + " }"),
        _query("nested MINUS", REFUSED, "ASK { " + nested("MINUS { ?s ?p ?o ", "}", 2700) + " }"),
        _query("nested collections", REFUSED, "ASK { ?s ?p " + nested("( ", ")", 200) + " }"),
        _query("nested blank nodes", REFUSED, "ASK { ?s ?p " + nested("[ ?p ", "]", 460).replace("[ ?p ]", "[ ?p 1 ]") + " }"),
        _query("nested parentheses", REFUSED, "ASK { FILTER(" + nested("(", ")", 5000).replace("()", "(1)") + ") }"),
        _query("nested paths", REFUSED, "ASK { ?s " + "(" * 3000 + "<p>" + ")" * 3000 + " ?o }"),
        _query("nested functions", REFUSED, "ASK { FILTER(" + "STR(" * 3000 + "1" + ")" * 3000 + ") }"),
        _query("nested triple terms", REFUSED, "ASK { BIND(" + "<<( <a> <b> " * 500 + "1" + " )>>" * 500 + " AS ?t) }"),
        _query("two thousand UNIONs", REFUSED, "ASK { " + " UNION ".join(["{ ?s ?p ?o }"] * 6700) + " }"),
        _query("two thousand OPTIONALs in a row", REFUSED, "ASK { " + "OPTIONAL { ?s ?p ?o } " * 2600 + "}"),
        _query("a path of alternatives", REFUSED, "ASK { ?s " + "|".join(["<a>"] * 11_500) + " ?o }"),
        _query("a path of steps", REFUSED, "ASK { ?s " + "/".join(["<a>"] * 3000) + " ?o }"),
        _query("four hundred patterns in a row", REFUSED, "ASK { " + "".join(f"?s{n} ?p{n} ?o{n} . " for n in range(400)) + "}"),
        _query("a collection of a thousand", REFUSED, "ASK { ?s ?p ( " + "1 " * 1000 + ") }"),
        _query("exclamation marks", REFUSED, "ASK { FILTER(" + "!" * 20_000 + "true) }"),
        _query("minus signs", REFUSED, "ASK { FILTER(" + "- " * 20_000 + "1 < 2) }"),
        _query("a sum of ten thousand", REFUSED, "ASK { FILTER(" + "+".join(["1"] * 10_000) + " > 2) }"),
        _query("a conjunction of ten thousand", REFUSED, "ASK { FILTER(" + " && ".join(["true"] * 10_000) + ") }"),
        _query("BIND chains", REFUSED, "ASK { " + "".join(f"BIND(1 AS ?x{n}) " for n in range(2700)) + "}"),
        _query("as deep as the guard allows", (200, *CRASHING), "ASK { " + "{ " * 31 + "?s ?p ?o " + "} " * 31 + "}"),
        _query("every limit nearly reached", (200, *CRASHING), "ASK { " + "OPTIONAL { ?s ?p ?o } " * 99 + "".join(f"?s{n} ?p{n} ?o{n} . " for n in range(45)) + "}"),
        _query("an IN list of nine thousand", (200, 504, *REFUSED), "ASK { ?s ?p ?o FILTER(?o IN (" + ",".join(["1"] * 9500) + ")) }"),
    ]  # fmt: skip


def network(trap: int) -> list[Attack]:
    """`trap`: a port at which nothing may ever arrive."""
    target = f"<http://127.0.0.1:{trap}/sparql>"
    inner = "{ ?s ?p ?o }"
    prefixed = f"PREFIX t: <http://127.0.0.1:{trap}/> "
    empty = f"PREFIX : <http://127.0.0.1:{trap}/> "
    spellings = {
        "SERVICE": f"SELECT * {{ SERVICE {target} {inner} }}",
        "SERVICE in small letters": f"SELECT * {{ service {target} {inner} }}",
        "SERVICE in mixed letters": f"SELECT * {{ SerVicE {target} {inner} }}",
        "SERVICE SILENT": f"SELECT * {{ SERVICE SILENT {target} {inner} }}",
        "SERVICE without blanks": f"SELECT*{{SERVICE{target}{inner}}}",
        "SERVICESILENT": f"SELECT*{{SERVICESILENT{target}{inner}}}",
        "SERVICE after a comment": f"SELECT * {{ # a comment\nSERVICE#another\n{target} {inner} }}",
        "SERVICE with a prefixed name": f"{prefixed} SELECT * {{ SERVICE t:sparql {inner} }}",
        "SERVICE with the empty prefix": f"{empty} SELECT * {{ SERVICE :sparql {inner} }}",
        "SERVICE that looks like a prefixed name": f"{empty} SELECT * {{ SERVICE:sparql {inner} }}",
        "SERVICE behind a declared prefix": f"PREFIX service: <http://x/> {empty} SELECT * {{ service:sparql {inner} }}",
        "SERVICE with a variable": f"SELECT * {{ VALUES ?t {{ {target} }} SERVICE ?t {inner} }}",
        "SERVICE with a bound variable": f"SELECT * {{ BIND({target} AS ?t) SERVICE ?t {inner} }}",
        "SERVICE in EXISTS": f"ASK {{ FILTER EXISTS {{ SERVICE {target} {inner} }} }}",
        "SERVICE in a subselect": f"SELECT * {{ {{ SELECT * {{ SERVICE {target} {inner} }} }} }}",
        "SERVICE in CONSTRUCT": f"CONSTRUCT {{ ?s ?p ?o }} {{ SERVICE {target} {inner} }}",
        "SERVICE in DESCRIBE": f"DESCRIBE ?s {{ SERVICE {target} {inner} }}",
        "SERVICE in OPTIONAL": f"SELECT * {{ OPTIONAL {{ SERVICE {target} {inner} }} }}",
        "SERVICE in UNION": f"SELECT * {{ {{ }} UNION {{ SERVICE {target} {inner} }} }}",
        "SERVICE in MINUS": f"SELECT * {{ ?s ?p ?o MINUS {{ SERVICE {target} {inner} }} }}",
        "SERVICE after a number": f"SELECT * {{ ?s ?p 1SERVICE{target}{inner} }}",
        "SERVICE after a boolean": f"SELECT * {{ ?s ?p trueSERVICE{target}{inner} }}",
        "SERVICE after a string": f'SELECT * {{ ?s ?p "SERVICE"SERVICE{target}{inner} }}',
        "SERVICE after a filter": f"SELECT * {{ FILTER(1<2)SERVICE{target}{inner} }}",
        "SERVICE in what looks like an IRI": f"{empty} SELECT * {{ FILTER(1<2)SERVICE:sparql#>\n{inner} }}",
        "SERVICE in what looks like a string": f"SELECT * {{ FILTER(1<2)#>'''\nSERVICE{target}{inner}#'''\n}}",
        "SERVICE with escapes": f"SELECT * {{ \\u0053ERVICE {target} {inner} }}",
        "SERVICE with a base": f"BASE <http://127.0.0.1:{trap}/> SELECT * {{ SERVICE <sparql> {inner} }}",
        "SERVICE to a file": "SELECT * { SERVICE <file:///etc/passwd> { ?s ?p ?o } }",
    }
    attacks = [_query(name, (403, 400), query) for name, query in spellings.items()]
    fetching = [
        ("FROM", (200,), f"SELECT * FROM {target} {{ ?s ?p ?o }}"),
        ("FROM NAMED", (200,), f"SELECT * FROM NAMED {target} {{ GRAPH ?g {{ ?s ?p ?o }} }}"),
        ("LOAD", (400, 403), f"LOAD {target}"),
    ]
    attacks += [_query(name, expected, query) for name, expected, query in fetching]
    graph = urlencode({"query": "SELECT * { ?s ?p ?o }", "default-graph-uri": f"http://127.0.0.1:{trap}/"})
    attacks.append(Attack("a default graph elsewhere", (200,), "GET", f"/sparql?{graph}"))
    return attacks


def writes() -> list[Attack]:
    update = "INSERT DATA { <http://e/x> <http://e/x> <http://e/x> }"
    kinds = ["INSERT DATA { <a> <b> <c> }", "DELETE WHERE { ?s ?p ?o }", "CLEAR ALL", "DROP DEFAULT", "CREATE GRAPH <g>",
             "LOAD <file:///etc/passwd>", "COPY DEFAULT TO <g>", "WITH <g> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }"]  # fmt: skip
    refused = (400, 403)
    return [
        Attack("an update, direct", (403,), body=update.encode(), headers={"Content-Type": "application/sparql-update"}),
        Attack("an update in a form", (403,), body=urlencode({"update": update}).encode(), headers=FORM),
        Attack("an update in the address", (403,), "GET", "/sparql?" + urlencode({"update": update})),
        Attack("a query and an update", (400,), body=urlencode({"query": "ASK {}", "update": update}).encode(), headers=FORM),
        *[_query(f"an update as a query: {kind.split()[0]}", refused, kind) for kind in kinds],
        *[Attack(f"the method {method}", (405,), method, "/sparql?query=ASK%7B%7D") for method in ("PUT", "DELETE", "PATCH", "TRACE", "PROPFIND")],
        Attack("PUT with a body", (405,), "PUT", "/sparql", b"<a> <b> <c> .", {"Content-Type": "text/turtle"}),
        Attack("a graph posted", (415,), "POST", "/sparql", b"<a> <b> <c> .", {"Content-Type": "text/turtle"}),
    ]  # fmt: skip


def protocol() -> list[Attack]:
    ask = "/sparql?query=ASK%7B%7D"
    zeros = bytes.fromhex("1f8b0800000000000003") + b"\0" * 100
    return [
        Attack("a long address", (414, 431), "GET", "/sparql?query=" + "x" * 70_000),
        Attack("a query in the address beyond the limit", (414, 431), "GET", "/sparql?query=" + quote("ASK { } #" + "x" * 66_000)),
        Attack("a large header", (431, 400), "GET", ask, headers={"X-Large": "x" * 600_000}),
        Attack("many headers", (431, 400, 200), "GET", ask, headers={f"X-{n}": "x" for n in range(300)}),
        Attack("a large body", (413,), body=b"query=" + b"x" * 3_000_000, headers=FORM),
        Attack("a large direct body", (413,), body=b"ASK { } #" + b"x" * 3_000_000, headers=DIRECT),
        Attack("a long query in a small enough body", (413,), body=b"ASK { } #" + b"x" * 400_000, headers=DIRECT),
        Attack("a compressed body", (415,), body=zeros, headers={**DIRECT, "Content-Encoding": "gzip"}),
        Attack("a body in two codings", (415,), body=zeros, headers={**FORM, "Content-Encoding": "gzip, gzip"}),
        Attack("bytes that are not UTF-8", (400,), body=b"ASK { \xff\xfe }", headers=DIRECT),
        Attack("escapes that are not UTF-8", (400,), "GET", "/sparql?query=ASK%7B%20%FF%FE%7D"),
        Attack("surrogates", (400,), "GET", "/sparql?query=ASK%7B%7D%23%ED%A0%80"),
        Attack("a null", (400,), "GET", "/sparql?query=ASK%7B%00%7D"),
        Attack("an empty query", (400,), "GET", "/sparql?query="),
        Attack("an empty body", (400,), body=b"", headers=DIRECT),
        Attack("nonsense", (400,), "GET", "/sparql?query=%3Cscript%3Ealert(1)%3C/script%3E"),
        Attack("two queries", (400,), "GET", ask + "&query=ASK%7B%7D"),
        Attack("a query in body and address", (400,), path=ask, body=b"query=ASK%7B%7D", headers=FORM),
        Attack("no content type", (400, 415), body=b"query=ASK%7B%7D"),
        Attack("a wrong content type", (415,), body=b"query=ASK%7B%7D", headers={"Content-Type": "text/plain"}),
        Attack("multipart", (415,), body=b"--x--", headers={"Content-Type": "multipart/form-data; boundary=x"}),
        Attack("a wrong charset", (415,), body="ASK {}".encode("utf-16"), headers={"Content-Type": "application/sparql-query; charset=utf-16"}),
        Attack("a format that nobody has", (406,), "GET", ask, headers={"Accept": "image/png"}),
        Attack("a format parameter that nobody has", (406,), "GET", ask + "&format=png"),
        Attack("an endless Accept", (200, 406), "GET", ask, headers={"Accept": ",".join(["a/b;q=0.1"] * 10_000)}),
        Attack("a broken Accept", (200, 406), "GET", ask, headers={"Accept": ";;;q=,,/,*/;q=NaN"}),
        Attack("broken weights", (200, 406), "GET", ask, headers={"Accept": "*/*;q=inf, text/html;q=-1"}),
        Attack("ten thousand parameters", (400,), body=b"&".join([b"a=b"] * 10_000), headers=FORM),
        Attack("a bad graph", (400,), "GET", ask + "&default-graph-uri=not%20an%20iri"),
        Attack("a header split", (200, 400, 406), "GET", ask + "&format=json%0d%0aSet-Cookie:%20a=b"),
        Attack("a path out of the folder", (404,), "GET", "/sparql/..%2f..%2f..%2fetc%2fpasswd"),
        Attack("a stored query that does not exist", (404,), "GET", "/sparql/nothing"),
    ]  # fmt: skip
