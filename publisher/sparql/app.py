"""The SPARQL endpoint as an ASGI application: `/sparql`, the stored queries below it, and `/.well-known/void`."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
from collections.abc import Callable, Sequence

from publisher.errors import RongError
from publisher.identity.iris import Iris
from publisher.sparql import pages, problems, request
from publisher.sparql.answers import Answer
from publisher.sparql.departure import ended_with_the_client
from publisher.sparql.formats import BY_FORM, HTML, Format, choose, wants_html
from publisher.sparql.guard import Query
from publisher.sparql.http import Response, matches, messages
from publisher.sparql.log import QueryLog
from publisher.sparql.pages import PageRenderer
from publisher.sparql.pool import PoolStatus
from publisher.sparql.problems import ClientGone, Problem
from publisher.sparql.request import Asked, Headers, Receive, Scope, Send
from publisher.sparql.served import Served, ServedRelease
from publisher.sparql.settings import EndpointSettings
from publisher.sparql.shelf import PAGE_VARIES, Shelf, not_found
from publisher.sparql.skeletons import Guard

_LOG = logging.getLogger(__name__)
_LONG = 16 * 1024
_STARTING = 30.0
"""Seconds that a server process waits for its first worker; the site is served without one then."""
_LOOKED_AT = frozenset({b"host", b"accept", b"accept-encoding", b"if-none-match"})


class Endpoint:
    """The ASGI application.

    `release_source` returns the release in service (raising `ReleaseError` when there is none) and may return another
    one at any time; `page_renderer` puts pages into the site's layout; `dumps` names the addresses of a release's
    whole-graph downloads, for VoID.
    """

    def __init__(
        self,
        settings: EndpointSettings,
        release_source: Callable[[], ServedRelease],
        page_renderer: PageRenderer | None = None,
        dumps: Callable[[ServedRelease], Sequence[str]] | None = None,
    ) -> None:
        self.settings = settings
        self._release_source = release_source
        self._dumps = dumps
        self._pages = pages.Pages(settings, page_renderer or pages.own_renderer())
        self._guard = Guard(settings)
        self._shelf = Shelf(self._pages, self._guard)
        void = Iris(settings.base_iri).page(".well-known/void")
        self._described_by = {"Link": f'<{void}>; rel="describedby"'}
        self._log: QueryLog | None = None
        self._running: Served | None = None

    @staticmethod
    def owns(path: str) -> bool:
        """Say whether a path is the endpoint's, for the server that puts it beside the site."""
        return path == "/sparql" or path.startswith("/sparql/") or path == "/.well-known/void"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one ASGI connection: `lifespan` or `http`."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            self.start()
            if (found := self._at_once(scope)) is None:
                await self._serve(scope, receive, send)
            elif (message := messages(*found, self._described_by)) is not None:
                await send(message[0])
                await send(message[1])
            else:
                answer, form, _ = found
                response = Response(send, with_body=True)
                await response.answer(answer, form, Headers.of(scope), self._described_by)

    def start(self) -> None:
        """Start the workers; needs a running event loop. Does nothing the second time."""
        if self._running is not None:
            return
        if self.settings.query_log is not None:
            self._log = QueryLog(self.settings.query_log)
            self._log.start()
        self._running = Served(self.settings, self._release_source, self._dumps, self._guard, self._log)
        with contextlib.suppress(Problem):
            self._running.look()

    def close(self) -> None:
        """End the workers and the log."""
        if self._running is not None:
            self._running.close()
            self._running = None
        if self._log is not None:
            self._log.close()
            self._log = None

    def status(self) -> PoolStatus:
        """Return how the workers stand."""
        return self._served.pool.status()

    async def ready(self) -> bool:
        """Say whether a release is in service and one of the workers answers a question about it (in two seconds)."""
        self.start()
        try:
            self._served.look()
            query = self._guard.examine("ASK { }")
            asked = {"query": query.text, "format": "json", "default_graphs": (), "named_graphs": (), "seconds": 2.0}
            reply = await self._served.pool.run(query, asked)
        except Problem:
            return False
        if reply.descriptor is not None:
            os.close(reply.descriptor)
        return bool(reply.header.get("ok"))

    @property
    def _served(self) -> Served:
        assert self._running is not None
        return self._running

    async def _live(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                self.start()
                await self._started()
                await send({"type": "lifespan.startup.complete"})
            elif message["type"] == "lifespan.shutdown":
                self.close()
                await send({"type": "lifespan.shutdown.complete"})
                return

    async def _started(self) -> None:
        """Wait for a worker, `_STARTING` seconds at most: the first queries are not told to come again."""
        ends = asyncio.get_running_loop().time() + _STARTING
        while self._served.pool.starting and asyncio.get_running_loop().time() < ends:
            await asyncio.sleep(0.02)

    def _at_once(self, scope: Scope) -> tuple[Answer, Format, str] | None:
        """Return the answer to a plain GET whose answer is at hand, its format, and the codings that the client takes.

        Nearly all queries come this way: `?query=` and nothing else, for a format of rows. What it does not
        understand goes the long way, which says what is wrong.
        """
        if scope["method"] != "GET" or scope["path"] != "/sparql" or scope.get("root_path"):
            return None
        text = request.plain_query(scope["query_string"])
        if text is None or len(text) > _LONG:
            return None
        fields: dict[bytes, bytes] = {}
        for name, value in scope["headers"]:
            if name in _LOOKED_AT:
                if name in fields:
                    return None
                fields[name] = value
        if not fields.get(b"host") or b"if-none-match" in fields:
            return None
        try:
            self._served.look()
            query = self._guard.examine(text)
            if query.form not in BY_FORM:
                return None
            form = choose(BY_FORM[query.form], fields.get(b"accept", b"").decode("latin-1"))
        except Problem:
            return None
        if form is HTML:
            return None
        answers = self._served.answers
        answer = answers.at_once(query, form, ((), ()), answers.etag(query, form, ((), ())))
        return None if answer is None else (answer, form, fields.get(b"accept-encoding", b"").decode("latin-1"))

    # -- one request -----------------------------------------------------------------------------------------------

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers.of(scope)
        response = Response(send, with_body=scope["method"] != "HEAD")
        try:
            await self._respond(scope, headers, receive, response)
        except ClientGone:
            return
        except Problem as problem:
            if not response.started:
                await self._refuse(problem, scope, headers, response)
        except RongError:
            _LOG.exception("a request could not be answered")
            if not response.started:
                await self._refuse(problems.engine_failed(), scope, headers, response)

    async def _respond(self, scope: Scope, headers: Headers, receive: Receive, response: Response) -> None:
        if scope["http_version"] == "1.1" and not headers.get("host"):
            raise problems.bad_request("no-host", "Thiếu trường Host.", "The header Host is missing.")
        path = scope["path"].removeprefix(scope.get("root_path", "")).rstrip("/")
        if scope["method"] == "OPTIONS":
            await response.preflight()
            return
        if path == "/.well-known/void":
            self._only_reading(scope)
            await self._shelf.void(self._served, scope, headers, response)
            return
        if path.startswith("/sparql/"):
            self._only_reading(scope)
            await self._shelf.stored(self._served, path.removeprefix("/sparql/"), scope, headers, response)
            return
        if path != "/sparql":
            raise not_found()
        asked = await request.read(scope, headers, receive, self.settings)
        if asked.query is None:
            await self._shelf.without_query(self._served, asked, scope, headers, response)
            return
        await self._with_query(asked, scope, headers, receive, response)

    def _only_reading(self, scope: Scope) -> None:
        if scope["method"] not in ("GET", "HEAD"):
            raise problems.method_not_allowed(scope["method"])

    async def _with_query(
        self, asked: Asked, scope: Scope, headers: Headers, receive: Receive, response: Response
    ) -> None:
        assert asked.query is not None
        self._served.look()
        answers = self._served.answers
        query = await self._examined(asked.query)
        offered = BY_FORM.get(query.form)
        if offered is None:
            raise problems.syntax_error(
                "phải bắt đầu bằng SELECT, ASK, CONSTRUCT hoặc DESCRIBE (sau PREFIX)",
                "it must begin with SELECT, ASK, CONSTRUCT or DESCRIBE (after PREFIX)",
                1,
                1,
            )
        form = choose(offered, headers.get("accept"), asked.format)
        graphs = (asked.default_graphs, asked.named_graphs)
        etag = answers.etag(query, form, graphs)
        if form is not HTML and matches(headers, etag):
            answers.given_again(query)
            await response.not_modified(etag)
            return
        if (answer := answers.at_once(query, form, graphs, etag)) is not None:
            await self._give(answer, query, form, asked, scope, headers, response)
            return
        async with ended_with_the_client(receive):
            answer = await answers.get(query, form, graphs, asked.seconds)
            await self._give(answer, query, form, asked, scope, headers, response)

    async def _give(
        self,
        answer: Answer,
        query: Query,
        form: Format,
        asked: Asked,
        scope: Scope,
        headers: Headers,
        response: Response,
    ) -> None:
        if form is HTML:
            assert asked.query is not None
            language = pages.language(scope["query_string"], headers, asked.parameters.get("lang"))
            html = self._pages.result(language, asked.query, answer, query.form)
            await response.page(200, html, {"Content-Language": language, **PAGE_VARIES})
            return
        await response.answer(answer, form, headers, self._described_by)

    async def _examined(self, text: str) -> Query:
        """Examine a query; a long one in a thread, so that nobody waits for that."""
        if len(text) > _LONG:
            return await asyncio.to_thread(self._guard.examine, text)
        return self._guard.examine(text)

    async def _refuse(self, problem: Problem, scope: Scope, headers: Headers, response: Response) -> None:
        accept = headers.get("accept")
        if wants_html(accept) and scope["method"] in ("GET", "POST"):
            language = pages.language(scope["query_string"], headers, None)
            html = self._pages.problem(language, problem, scope["query_string"])
            await response.page(problem.status, html, {**problem.headers, "Content-Language": language})
            return
        language = pages.language(scope["query_string"], headers, None, otherwise="en")
        await response.problem(problem, language, as_json="json" in accept or b"format=json" in scope["query_string"])
