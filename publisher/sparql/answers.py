"""Answers: from the cache, from a query that somebody else is asking this moment, or from a worker."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import os
import re
import time
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field

from publisher.sparql import problems
from publisher.sparql.complaints import syntax_problem
from publisher.sparql.formats import Format
from publisher.sparql.guard import Query
from publisher.sparql.log import QueryLog
from publisher.sparql.lookup import Found, Lookups
from publisher.sparql.pool import Pool
from publisher.sparql.problems import Problem
from publisher.sparql.process import Reply
from publisher.sparql.settings import EndpointSettings
from publisher.sparql.staff import ReleaseLike

_LOG = logging.getLogger(__name__)
_FUNCTION = re.compile(r"The custom (?:aggregate )?function <(.*)> is not supported")
_CHUNK = 256 * 1024
Graphs = tuple[tuple[str, ...], tuple[str, ...]]
"""The default graphs and the named graphs of a request."""
_ANY: Graphs = ((), ())


class Spool:
    """A large answer in a file without a name; it is gone when nobody holds this object any more."""

    def __init__(self, descriptor: int, size: int) -> None:
        self._descriptor = descriptor
        self.size = size

    def chunks(self) -> Iterator[bytes]:
        """Yield the whole answer; several readers may do so at once."""
        position = 0
        while position < self.size:
            chunk = os.pread(self._descriptor, _CHUNK, position)
            if not chunk:
                raise OSError("an answer on its way out was cut short")
            position += len(chunk)
            yield chunk

    def __del__(self) -> None:
        os.close(self._descriptor)


@dataclass
class Answer:
    """One whole answer: its bytes, or the file that holds them."""

    etag: str
    """The opaque part of the entity tag; empty when the answer differs from one time to the next."""
    size: int
    replaced: int
    """Characters that the format cannot hold and that became U+FFFD."""
    body: bytes | None = None
    spool: Spool | None = None
    encoded: dict[str, bytes] = field(default_factory=dict)
    """The body in content codings, as they were asked for."""

    @property
    def weight(self) -> int:
        """What it may cost to keep, in bytes: the body, and once more for its codings."""
        return 2 * len(self.body or b"") + 512


class Answers:
    """Gives answers and keeps them: a release never changes, so equal questions have equal answers."""

    def __init__(self, settings: EndpointSettings, pool: Pool, log: QueryLog | None) -> None:
        self._settings = settings
        self._pool = pool
        self._log = log
        self._lookups = Lookups(settings.base_iri, settings.html_rows)
        self._release = ""
        self._kept: OrderedDict[str, Answer] = OrderedDict()
        self._weight = 0
        self._asking: dict[str, asyncio.Future[Answer | None]] = {}

    def use(self, release: ReleaseLike) -> None:
        """Answer from `release` from now on, and forget what was answered from another one."""
        if release.id != self._release:
            self._release = release.id
            self._lookups.use(release.store_path)
            self._kept.clear()
            self._weight = 0
            self._asking = {}

    def etag(self, query: Query, form: Format, graphs: Graphs) -> str:
        """Return the entity tag of an answer, which is known before the answer is; empty for one that changes."""
        if query.changing:
            return ""
        question = "\0".join((self._release, form.word, *graphs[0], "\1", *graphs[1], "\2", query.key))
        return hashlib.blake2b(question.encode(), digest_size=15).hexdigest()

    def at_once(self, query: Query, form: Format, graphs: Graphs, etag: str) -> Answer | None:
        """Return the answer when it is in the cache or is found by a lookup, without waiting for anything."""
        if (answer := self.kept(etag)) is not None:
            self.given_again(query)
            return answer
        if graphs != _ANY or not (query.lookup or query.plan or query.tally) or self._settings.server is not None:
            return None
        started = time.monotonic()
        found = self._found(query, form)
        if found is None:
            return None
        if self._log is not None:
            self._log.add(query.key, 200, time.monotonic() - started)
        answer = Answer(etag, len(found[0]), found[1], body=found[0])
        self._keep(answer)
        return answer

    def _found(self, query: Query, form: Format) -> Found | None:
        found = self._lookups.counted(query, form.word) if query.tally else self._lookups.walked(query, form.word)
        if found is None and query.lookup:
            found = self._lookups.answer(query.text, form.word)
        return found

    def kept(self, etag: str) -> Answer | None:
        """Return the answer when it is in the cache."""
        answer = self._kept.get(etag) if etag else None
        if answer is not None:
            self._kept.move_to_end(etag)
        return answer

    def given_again(self, query: Query) -> None:
        """Note that a client was given what is kept, or has it already: it counts as asked, and took no time."""
        if self._log is not None:
            self._log.add(query.key, 200, 0.0)

    async def get(self, query: Query, form: Format, graphs: Graphs, seconds: float | None = None) -> Answer:
        """Return the answer to `query` from a worker, within `seconds`. Raises `Problem`.

        When the caller is cancelled the query is ended.
        """
        etag = self.etag(query, form, graphs)
        if not etag or seconds is not None:
            return self.kept(etag) or await self._ask(query, form, graphs, etag, seconds)
        while True:
            if (answer := self.kept(etag)) is not None:
                return answer
            if (asked := self._asking.get(etag)) is None:
                return await self._ask_for_all(query, form, graphs, etag)
            # Somebody asks the same this moment. Should that client leave, there is no answer, and we ask ourselves.
            if (answer := await asyncio.shield(asked)) is not None:
                return answer

    async def _ask_for_all(self, query: Query, form: Format, graphs: Graphs, etag: str) -> Answer:
        asked = self._asking[etag] = asyncio.get_running_loop().create_future()
        try:
            answer = await self._ask(query, form, graphs, etag)
            asked.set_result(answer)
            return answer
        except Problem as problem:
            asked.set_exception(problem)
            asked.exception()  # nobody else may be waiting, and asyncio need not complain of that
            raise
        finally:
            if not asked.done():
                asked.set_result(None)
            if self._asking.get(etag) is asked:
                del self._asking[etag]

    def _keep(self, answer: Answer) -> None:
        if not answer.etag or answer.body is None or answer.size > self._settings.cache_entry_kb * 1024:
            return
        self._kept[answer.etag] = answer
        self._weight += answer.weight
        while self._weight > self._settings.cache_mb * 1024 * 1024:
            self._weight -= self._kept.popitem(last=False)[1].weight

    async def _ask(self, query: Query, form: Format, graphs: Graphs, etag: str, seconds: float | None = None) -> Answer:
        release = self._release
        request = {
            "query": query.text,
            "format": form.word,
            "default_graphs": graphs[0],
            "named_graphs": graphs[1],
            "seconds": seconds,
        }
        started = time.monotonic()
        status = 499
        try:
            answer = self._read(query, await self._pool.run(query, request), etag)
            status = 200
        except Problem as problem:
            status = problem.status
            raise
        finally:
            if self._log is not None:
                self._log.add(query.key, status, time.monotonic() - started)
        if release == self._release:
            self._keep(answer)
        return answer

    def _read(self, query: Query, reply: Reply, etag: str) -> Answer:
        header = reply.header
        if header.get("ok"):
            size, replaced = int(header["size"]), int(header["replaced"])
            if reply.descriptor is not None:
                return Answer(etag, size, replaced, spool=Spool(reply.descriptor, size))
            return Answer(etag, size, replaced, body=reply.body)
        match header.get("error"):
            case "syntax":
                raise syntax_problem(query.text, str(header["message"]))
            case "search":
                raise problems.bad_request("bad-search", f"{header['vi']}.", f"{header['en']}.")
            case "too-large":
                raise problems.result_too_large(self._settings.result_mb, self._settings.downloads)
            case "not-xml":
                raise problems.not_xml(str(header["message"]))
            case "failed" if found := _FUNCTION.search(str(header.get("message"))):
                raise problems.unknown_function(found[1])
            case _:
                _LOG.warning("a query failed in the engine: %s", header.get("message"))
                raise problems.engine_failed()
