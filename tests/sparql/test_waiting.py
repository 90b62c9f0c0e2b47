"""Who is served first: what queries were like before, and whose turn it is."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from publisher.sparql.experience import Experience
from publisher.sparql.guard import Query, examine
from publisher.sparql.job import Job, Kind
from publisher.sparql.settings import EndpointSettings
from publisher.sparql.waiting import Waiting

SETTINGS = EndpointSettings(workers=4, short_workers=2)


@pytest.fixture
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    loop = asyncio.new_event_loop()
    yield loop
    loop.close()


def about(number: int) -> Query:
    return examine(f"SELECT (COUNT(*) AS ?n) {{ ?s <http://e/p>+ <http://e/{number}> }}", SETTINGS)


def job(loop: asyncio.AbstractEventLoop, query: Query, kind: Kind, arrived: float = 0.0) -> Job:
    return Job({}, query.shape, query.outline, kind, 20.0, False, arrived, loop.create_future())


def test_what_was_quick_for_all_things_is_expected_to_be_quick_for_the_next(loop: asyncio.AbstractEventLoop) -> None:
    experience = Experience()
    assert experience.expected(about(1)) is Kind.UNKNOWN
    experience.was_quick(job(loop, about(1), Kind.UNKNOWN))
    assert experience.expected(about(2)) is Kind.QUICK


def test_what_ran_long_for_one_thing_is_in_doubt_for_the_next(loop: asyncio.AbstractEventLoop) -> None:
    experience = Experience()
    experience.runs_long(job(loop, about(1), Kind.UNKNOWN))
    experience.was_quick(job(loop, about(2), Kind.UNKNOWN))
    assert [experience.expected(about(number)) for number in (1, 2, 3)] == [Kind.LONG, Kind.QUICK, Kind.SUSPECT]


def test_a_query_that_took_a_moment_comes_before_what_nobody_knows(loop: asyncio.AbstractEventLoop) -> None:
    experience = Experience()
    experience.was_short(job(loop, about(1), Kind.UNKNOWN))
    waiting = Waiting(SETTINGS)
    waiting.add(job(loop, about(2), experience.expected(about(2))))
    waiting.add(job(loop, about(1), experience.expected(about(1)), 1.0))
    first = waiting.next(0, 0)
    assert first is not None
    assert first.shape == about(1).shape


def test_one_query_alone_comes_before_a_crowd_that_was_there_first(loop: asyncio.AbstractEventLoop) -> None:
    waiting = Waiting(SETTINGS)
    for number in range(50):
        waiting.add(job(loop, about(number), Kind.UNKNOWN, number / 100))
    alone = examine("SELECT ?s (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?s", SETTINGS)
    waiting.add(job(loop, alone, Kind.UNKNOWN, 1.0))
    first = waiting.next(0, 0)
    assert first is not None
    assert first.shape == alone.shape


def test_a_crowd_makes_place_for_one_however_quick_it_looks(loop: asyncio.AbstractEventLoop) -> None:
    waiting = Waiting(SETTINGS)
    for number in range(50):
        waiting.add(job(loop, about(number), Kind.QUICK, number / 100))
    gone = waiting.least_welcome(Kind.SHORT, "another outline")
    assert gone is not None
    assert gone.arrived == 0.49
    assert waiting.least_welcome(Kind.QUICK, about(1).outline) is None


def test_those_that_wait_are_in_doubt_when_one_of_theirs_runs_long(loop: asyncio.AbstractEventLoop) -> None:
    waiting = Waiting(SETTINGS)
    same, other, stranger = about(1), about(2), examine("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", SETTINGS)
    for query in (same, other, stranger):
        waiting.add(job(loop, query, Kind.UNKNOWN))
    waiting.turned_out_long(job(loop, same, Kind.UNKNOWN))
    assert waiting.kinds() == {Kind.LONG, Kind.SUSPECT} | {Kind.UNKNOWN}
