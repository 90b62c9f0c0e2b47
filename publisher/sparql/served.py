"""The release in service: which one it is, what is said of it, and what is answered from it in advance."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from http import HTTPStatus
from pathlib import Path
from typing import Protocol

import pyoxigraph as ox

from publisher.errors import RongError
from publisher.sparql import metadata, problems
from publisher.sparql.answers import Answer, Answers
from publisher.sparql.description import FILE_NAME, Description
from publisher.sparql.formats import BY_FORM, HTML, Format
from publisher.sparql.log import QueryLog
from publisher.sparql.pool import Pool
from publisher.sparql.problems import Problem
from publisher.sparql.settings import EndpointSettings
from publisher.sparql.skeletons import Guard
from publisher.sparql.staff import ReleaseLike
from publisher.sparql.stored import stored_queries

_LOG = logging.getLogger(__name__)
_LOOK_AGAIN = 0.5
"""Seconds until we look again which release is in service."""
_WARM_FREQUENT = 50
_WARM_AFTER = 5.0
"""Seconds until queries are asked in advance: people come first, and one update often follows another."""
_REST = 3
"""The pause after a query that was asked in advance, in times its own: so it gets a fourth of a core at most."""
_WRITERS = {
    "turtle": ox.RdfFormat.TURTLE,
    "ntriples": ox.RdfFormat.N_TRIPLES,
    "nquads": ox.RdfFormat.N_QUADS,
    "rdfxml": ox.RdfFormat.RDF_XML,
    "jsonld": ox.RdfFormat.JSON_LD,
    "trig": ox.RdfFormat.TRIG,
}


class ServedRelease(ReleaseLike, Protocol):
    """A release that can be served; `publisher.release.release.Release` is one."""

    @property
    def created(self) -> datetime:
        """When it was built (aware)."""


class Served:
    """Follows `source` from release to release. `dumps` names the addresses of a release's whole-graph downloads."""

    def __init__(
        self,
        settings: EndpointSettings,
        source: Callable[[], ServedRelease],
        dumps: Callable[[ServedRelease], Sequence[str]] | None,
        guard: Guard,
        log: QueryLog | None,
    ) -> None:
        self._settings = settings
        self._source = source
        self._dumps = dumps
        self._guard = guard
        self._log = log
        self.pool = Pool(settings, metadata.OUR_PREFIXES)
        self.answers = Answers(settings, self.pool, log)
        self._release: ServedRelease | None = None
        self._looked = float("-inf")
        self._description: Description | None = None
        self._documents: dict[str, Answer] = {}
        self._warming: asyncio.Task[None] | None = None
        self._hopeless: set[str] = set()
        """What took too long when it was asked in advance: the next release will not be a tenth of this one."""

    def close(self) -> None:
        """End the workers."""
        if self._warming is not None:
            self._warming.cancel()
        self.pool.close()

    def look(self) -> ServedRelease:
        """Return the release in service; we look at most every half second. Raises `Problem` 503 without one."""
        now = time.monotonic()
        if self._release is not None and now - self._looked < _LOOK_AGAIN:
            return self._release
        self._looked = now
        try:
            release = self._source()
        except (RongError, OSError) as error:
            _LOG.warning("no release can be served: %s", error)
            raise problems.unavailable() from error
        if self._release is None or release.id != self._release.id:
            self._release = release
            self._description = None
            self._documents.clear()
            self.answers.use(release)
            self.pool.use(release)
            if self._warming is not None:
                self._warming.cancel()
            if self._settings.cache_mb:
                self._warming = asyncio.get_running_loop().create_task(self._warm())
        return self._release

    async def described(self) -> Description | None:
        """Return the counts of the release: those that the build left, else counted now by a worker."""
        release = self.look()
        if self._description is None:
            path = Path(release.store_path).parent / FILE_NAME
            try:
                self._description = Description.from_json(path.read_bytes())
            except (OSError, ValueError, TypeError, KeyError):
                try:
                    reply = await self.pool.describe()
                except Problem:
                    return None
                if release is self._release and reply.header.get("ok"):
                    self._description = Description.from_json(reply.body)
        return self._description

    async def document(self, which: str, form: Format) -> Answer:
        """Return the description of the data ("void") or of the service ("service") in a graph format."""
        release = self.look()
        key = f"{release.id}-{which}-{form.word}".replace(".", "-")
        if (answer := self._documents.get(key)) is not None:
            return answer
        description = await self.described()
        if which == "service":
            triples = metadata.service_description(self._settings, description, release.created)
        elif description is None:
            raise problems.busy(5)
        else:
            dumps = self._dumps(release) if self._dumps else ()
            triples = metadata.void(self._settings, description, release.created, dumps)
        body = ox.serialize(triples, format=_WRITERS[form.word], prefixes=metadata.OUR_PREFIXES)
        assert body is not None
        answer = Answer("" if description is None else key.replace("-", ""), len(body), 0, body=body)
        if description is not None:
            self._documents[key] = answer
        return answer

    async def _warm(self) -> None:
        """Ask the stored queries and the most frequent ones of the log, one after another, so that they are kept."""
        await asyncio.sleep(_WARM_AFTER)
        texts = [(stored.text, HTML) for stored in stored_queries().values()]
        if self._log is not None:
            frequent = await asyncio.to_thread(self._log.frequent, _WARM_FREQUENT)
            texts += [(logged.text, form) for logged in frequent for form in _first_formats(logged.text)]
        for text, form in texts:
            if text in self._hopeless:
                continue
            began = time.monotonic()
            try:
                query = self._guard.examine(text)
                if form in BY_FORM.get(query.form, ()):
                    await self.answers.get(query, form, ((), ()))
            except Problem as problem:
                _LOG.info("a query could not be answered in advance: %s", problem)
                if problem.status in (HTTPStatus.GATEWAY_TIMEOUT, HTTPStatus.INSUFFICIENT_STORAGE):
                    self._hopeless.add(text)
            await asyncio.sleep(_REST * (time.monotonic() - began))
        with contextlib.suppress(Problem):
            await self.described()


def _first_formats(text: str) -> list[Format]:
    words = text.upper()
    return [offered[0] for form, offered in BY_FORM.items() if form in words][:1]
