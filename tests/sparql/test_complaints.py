"""What people are told about a query that cannot be read."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from publisher.sparql.complaints import syntax_problem
from publisher.sparql.problems import Problem


def complaint(text: str) -> Problem:
    with pytest.raises(SyntaxError) as refused:
        ox.Store().query(text, base_iri="http://localhost/")
    return syntax_problem(text, str(refused.value))


@pytest.mark.parametrize(
    ("text", "place", "sentence"),
    [
        ("", (1, 1), "the query is empty"),
        ("# nothing\n", (2, 1), "the query is empty"),
        ("SELECT *\n{ ?s ?p", (2, 1), "this { is not closed"),
        ("SELECT * { ?s ?p ?o }\n}", (2, 1), "this } closes nothing that is open"),
        ('SELECT * { ?s ?p "open }', (1, 18), "the string that begins here is not closed"),
        ("SELECT * { <http://e/a b> ?p ?o }", (1, 12), "an IRI may not have a blank in it"),
        ("SELECT * { ?s bf:title ?o }", (1, 15), "the prefix bf: is not declared"),
        ("SELECT * { ?s ?p ?o FILTER(FOO(?o)) }", (1, 28), "“FOO” is no word of SPARQL"),
        ("SELECT * { ?s ?p ?o FILTER(?o = 1 AND ?p = 2) }", (1, 35), "“AND” is no word of SPARQL"),
        ("SELECT ?a ?a { ?a ?b ?c }", (1, 26), "SELECT names a variable twice"),
        ("SELECT ?s (COUNT(?o) AS ?n) { ?s ?p ?o }", (1, 41), "may only name variables of GROUP BY"),
        ("SELECT * { ?s ?p ?o } GROUP BY ?s", (1, 34), "SELECT * cannot go with GROUP BY"),
        ("SELECT * { ?s ?p ?o } LIMIT 99999999999999999999", (1, 49), "LIMIT must be a whole number"),
        ("SELECT * { ?s ?p ?o BIND(1 AS ?s) }", (1, 36), "the variable after AS has a value already"),
        ("SELECT * { GRAPH ?g ?s ?p ?o }", (1, 21), "the mistake is at “?s” or shortly before it"),
        ("SELECT * { ?s ?p }", (1, 19), "the mistake is at the end of the query or shortly before it"),
    ],
)
def test_a_mistake_is_named_with_its_place(text: str, place: tuple[int, int], sentence: str) -> None:
    problem = complaint(text)
    assert problem.status == 400
    assert (problem.line, problem.column) == place
    assert sentence in problem.sentences["en"]
    assert problem.sentences["vi"].startswith("Truy vấn sai cú pháp ở dòng ")
    assert "expected" not in problem.sentences["en"] + problem.sentences["vi"]


def test_a_sentence_stays_short_whatever_the_query_is() -> None:
    assert len(complaint("SELECT * { GRAPH ?g <http://e/" + "x" * 10_000 + "> }").sentences["en"]) < 250
