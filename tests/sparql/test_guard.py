"""What the guard lets through and what it stops; that its reading of a query is as quick as the query is long."""

from __future__ import annotations

import contextlib
import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.sparql.estimate import Guess
from publisher.sparql.guard import examine, undeclared_prefix
from publisher.sparql.problems import Problem
from publisher.sparql.settings import EndpointSettings
from publisher.sparql.tokens import Unreadable, lexings, line_and_column, normalised, tokens
from tests.sparql import attacks

SETTINGS = EndpointSettings()


def kinds(text: str) -> list[str]:
    return [token.kind for token in tokens(text)]


def test_the_terminals_of_sparql_are_told_apart() -> None:
    text = 'SELECT ?x $y { <http://e/a#b> ex:a.b _:b1 \'it\' """a"b"""@vi-VN 1.5e3 -2 a/^b . # SERVICE\n}'
    assert kinds(text) == [
        "word", "var", "var", "op", "iri", "pname", "blank", "string", "string", "lang", "number", "op", "number",
        "word", "op", "op", "word", "op", "op",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        'SELECT * { ?s ?p "SERVICE <http://x> {}" }',
        "SELECT * { ?s ?p '''SERVICE\n<http://x> {}''' }",
        "SELECT * { <http://example.org/SERVICE> ?p ?o }",
        "SELECT * { ?s ?p ?o } # SERVICE <http://x> {}",
        "PREFIX ex: <http://e/> SELECT * { ex:SERVICE ?p ?o }",
        "PREFIX service: <http://e/> SELECT * { service:x ?p ?o }",
        "PREFIX service: <http://e/> SELECT * { GRAPH service:x { ?s ?p ?o } }",
        "SELECT ?service { ?service ?p $SERVICE }",
        'SELECT * { ?s ?p "x"@service }',
        "SELECT * { _:SERVICE ?p ?o }",
        "PREFIX s: <http://e/> SELECT * { ?s s:service/s:services ?o FILTER(?o < 5) }",
        'SELECT * { ?s ?p "\\u0022 SERVICE <http://x> {}" }',
    ],
)
def test_the_word_service_may_occur(text: str) -> None:
    assert examine(text, SETTINGS).services == ()


@pytest.mark.parametrize("attack", attacks.network(9), ids=lambda attack: attack.name)
def test_every_spelling_of_the_keyword_is_seen(attack: attacks.Attack) -> None:
    from urllib.parse import parse_qs

    text = parse_qs(attack.body.decode())["query"][0] if attack.body else ""
    if "SERVICE" in attack.name:
        with pytest.raises(Problem) as caught:
            examine(text, SETTINGS)
        assert caught.value.status == 403


def test_an_allowed_target_passes_and_no_other() -> None:
    settings = EndpointSettings(service_allow=("https://query.wikidata.org/sparql",))
    allowed = "SELECT * { SERVICE SILENT <https://query.wikidata.org/sparql> { ?s ?p ?o } }"
    assert examine(allowed, settings).services == ("https://query.wikidata.org/sparql",)
    prefixed = "PREFIX wd: <https://query.wikidata.org/> SELECT * { SERVICE wd:sparql { ?s ?p ?o } }"
    assert examine(prefixed, settings).services == ("https://query.wikidata.org/sparql",)
    for other in ("<http://127.0.0.1/>", "?t", "<https://query.wikidata.org/sparql?x>"):
        with pytest.raises(Problem, match="refused"):
            examine(allowed[:-1] + f" SERVICE {other} {{ ?s ?p ?o }} }}", settings)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("ASK " + "{" * 33 + "}" * 33, "nesting"),
        ("ASK { " + "?s ?p ?o . " * 151 + "}", "triple patterns"),
        ("ASK { ?s ?p (" + "1 " * 90 + ") }", "triple patterns"),
        ("ASK { " + "OPTIONAL { ?s ?p ?o } " * 101 + "}", "OPTIONAL"),
        ("ASK { FILTER(" + "1+" * 501 + "1) }", "operators"),
        ("ASK { VALUES ?x { " + "1 " * 20_001 + "} }", "words"),
    ],
)
def test_beyond_a_limit_the_limit_is_named(text: str, what: str) -> None:
    with pytest.raises(Problem) as caught:
        examine(text, SETTINGS)
    assert caught.value.status == 400
    assert what in str(caught.value)
    assert caught.value.line == 1


def test_data_does_not_count_as_patterns() -> None:
    rows = " ".join(f"(<http://e/{n}> 'label {n}' {n})" for n in range(3000))
    assert examine(f"SELECT * {{ VALUES (?a ?b ?c) {{ {rows} }} ?a ?p ?b }}", SETTINGS).form == "SELECT"
    assert examine("SELECT * { ?s ?p ?o FILTER(?o IN (" + ", ".join(map(str, range(5000))) + ")) }", SETTINGS)


@pytest.mark.parametrize(
    "text", ["INSERT DATA {}", "PREFIX a: <x>\nDELETE WHERE { ?s ?p ?o }", "load <http://x>", "\\u0043LEAR ALL"]
)
def test_updates_are_known(text: str) -> None:
    with pytest.raises(Problem) as caught:
        examine(text, SETTINGS)
    assert caught.value.status == 403


def test_blanks_and_comments_make_no_other_query() -> None:
    one = examine("SELECT * { ?s ?p 'a  b' } # x", SETTINGS)
    two = examine("SELECT *\n\n{\t?s ?p 'a  b' }", SETTINGS)
    three = examine("SELECT * { ?s ?p 'a b' }", SETTINGS)
    assert one.key == two.key
    assert one.key != three.key
    assert normalised(tokens("a#b\nc")) == "a c"


def test_queries_that_differ_in_values_have_one_shape() -> None:
    one = examine("SELECT ?a { ?a ?b 'x' } LIMIT 5", SETTINGS)
    two = examine("SELECT ?x { ?x ?y 'other' } LIMIT 7", SETTINGS)
    three = examine("SELECT ?x { ?y ?x 'other' } LIMIT 7", SETTINGS)
    assert one.shape == two.shape != three.shape


def test_queries_about_other_things_have_one_outline() -> None:
    one = examine("SELECT ?a { ?a a <http://e/1> }", SETTINGS)
    two = examine("SELECT ?x { ?x a <http://e/2> }", SETTINGS)
    assert one.outline == two.outline
    assert one.shape != two.shape


@pytest.mark.parametrize(
    ("text", "guess"),
    [
        ("SELECT * { <http://e/s1> ?p ?o }", Guess.LIGHT),
        ("SELECT * { ?s ?p ?o } LIMIT 10", Guess.LIGHT),
        ("SELECT ?l { ?s rdfs:label 'x'@vi ; bf:title ?l }", Guess.LIGHT),
        ("DESCRIBE <http://e/s1>", Guess.LIGHT),
        ("ASK { ?s ?p ?o }", Guess.LIGHT),
        ("SELECT * { ?s a bf:Work }", Guess.PLAIN),
        ("SELECT ?c (COUNT(*) AS ?n) { ?s a ?c } GROUP BY ?c", Guess.PLAIN),
        ("SELECT * { ?s ?p ?o } ORDER BY ?o LIMIT 10", Guess.PLAIN),
        ("SELECT * { <http://e/s> <http://e/p>* ?o }", Guess.PLAIN),
        ("SELECT (COUNT(*) AS ?n) { ?s a bf:Work ; bf:language <http://e/vie> }", Guess.PLAIN),
        ("SELECT ?s ?n { { SELECT ?s (COUNT(*) AS ?n) WHERE { ?s ?p ?o } GROUP BY ?s } }", Guess.PLAIN),
        ("SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 1", Guess.CROSS),
        ("SELECT DISTINCT ?a ?f { ?a ?b ?c . ?d ?e ?f }", Guess.CROSS),
        ("DESCRIBE ?a ?d { ?a ?b ?c . ?d ?e ?f }", Guess.CROSS),
        ("SELECT * { ?a ?b ?c . ?d ?e ?f FILTER(?c = ?f) }", Guess.CROSS),
        ("SELECT * { ?a ?b ?c . ?d ?e ?c }", Guess.PLAIN),
        ("CONSTRUCT { ?a ?d ?e } WHERE { ?a ?b ?c . ?d ?e ?f }", Guess.CROSS),
        ("CONSTRUCT WHERE { ?a ?b ?c . ?c ?e ?f }", Guess.PLAIN),
        ("SELECT * { ?a ?b ?c BIND(STR(?c) AS ?d) VALUES (?a ?e) { (<x> 1) } FILTER(?c > 1) }", Guess.PLAIN),
    ],
)
def test_lookups_look_light_and_cross_products_do_not(text: str, guess: Guess) -> None:
    assert examine(text, SETTINGS).guess == guess


def test_an_undeclared_prefix_is_found() -> None:
    found = undeclared_prefix("PREFIX a: <x>\nSELECT * { a:b ?p 'c:d' ;\n  e:f ?o }")
    assert found is not None
    assert found.text == "e:f"
    assert undeclared_prefix("PREFIX a: <x> SELECT * { a:b ?p ?o }") is None


def test_places_count_from_one() -> None:
    assert line_and_column("ab\nđe", 4) == (2, 2)


_PIECES = [
    "'",
    '"',
    "'''",
    '"""',
    "\\",
    "<",
    ">",
    "#",
    "\n",
    " ",
    "a",
    ".",
    ":",
    "_:",
    "@",
    "-",
    "?",
    "1",
    "e",
    "\\u0041",
    "(",
    "{",
    "}",
    "é",
]


def test_no_text_takes_the_square_of_its_length() -> None:
    chooser = random.Random(6)
    for _ in range(300):
        unit = [chooser.choice(_PIECES) for _ in range(chooser.randint(1, 8))]
        text = ("".join(unit) * 20_000)[:100_000] + " service"
        started = time.process_time()
        with contextlib.suppress(Problem):
            examine(text, SETTINGS)
        assert time.process_time() - started < 2, unit


@given(st.lists(st.sampled_from([*_PIECES, "SERVICE", "SELECT", "?x", "ex:y", "<http://e/>"])).map("".join))
def test_any_text_is_read_to_its_end_and_never_crashes_the_guard(text: str) -> None:
    try:
        found = list(tokens(text))
        every = {token for _, token, _ in lexings(text)}
    except Unreadable:
        return
    assert set(found) <= every
    assert (
        "".join(token.text for token in found).replace(" ", "") in text.replace(" ", "") or "#" in text or "\n" in text
    )
    with contextlib.suppress(Problem):
        examine(text, SETTINGS)
