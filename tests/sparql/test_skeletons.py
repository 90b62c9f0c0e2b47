"""A query that is known by its skeleton is found to be what reading every word finds it to be."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.sparql import guard
from publisher.sparql.problems import Problem
from publisher.sparql.settings import EndpointSettings
from publisher.sparql.skeletons import Guard
from publisher.sparql.stored import stored_queries
from tests.sparql import attacks

SETTINGS = EndpointSettings()
TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"


def found(text: str, known: Guard) -> object:
    try:
        return known.examine(text)
    except Problem as problem:
        return (problem.status, problem.word, problem.line, problem.column)


def read(text: str) -> object:
    try:
        return guard.examine(text, SETTINGS)
    except Problem as problem:
        return (problem.status, problem.word, problem.line, problem.column)


@pytest.mark.parametrize("name", sorted(stored_queries()))
def test_a_stored_query_is_known_the_second_time(name: str) -> None:
    known, text = Guard(SETTINGS), stored_queries()[name].text
    assert found(text, known) == found(text, known) == read(text)


PIECES = [
    *[
        "<http://e/1>",
        "<http://e/22>",
        TYPE,
        "<",
        "<=",
        ">",
        '"a b"',
        '"',
        "'",
        "''",
        '""',
        '"\\u0041"',
        "# x\n",
        "#",
        "\n",
    ],
    *["?x", " ", ".", ";", "{", "}", "(", ")", "SELECT", "ASK", "RAND", "LIMIT", "5", "a", "p:q", "SERVICE", "'''"],
    *["1e3", "@en", "\\"],
]


@given(st.lists(st.tuples(st.sampled_from(PIECES), st.booleans()), max_size=25))
def test_known_or_not_a_text_is_the_same_query(pieces: list[tuple[str, bool]]) -> None:
    known = Guard(SETTINGS)
    one = "".join(piece for piece, _ in pieces)
    other = "".join("<http://e/22>" if piece == "<http://e/1>" and swap else piece for piece, swap in pieces)
    for text in (one, other, one):
        assert found(text, known) == read(text)


def test_attacks_are_refused_the_second_time_too() -> None:
    known = Guard(SETTINGS)
    for attack in attacks.network(1):
        text = attack.body.decode()
        assert found(text, known) == found(text, known) == read(text)


def test_queries_about_other_things_are_known() -> None:
    known = Guard(SETTINGS)
    queries = [f'SELECT * {{ <http://e/{n}> ?p "{n}" }} ORDER BY ?p # {n}' for n in range(3)]
    for text in queries:
        assert known.examine(text) == guard.examine(text, SETTINGS)
    assert len({known.examine(text).key for text in queries}) == 3
    assert len({known.examine(text).shape for text in queries}) == 3
