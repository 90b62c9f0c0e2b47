"""The SPARQL endpoint as an ASGI application: `/sparql`, the stored queries below it, and `/.well-known/void`."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Protocol

import orjson
import pyoxigraph as ox

from publisher.errors import RongError
from publisher.rdf.terms import PREFIXES
from publisher.sparql import guard, metadata, pages, problems, request
from publisher.sparql.answers import Answer, Answers
from publisher.sparql.description import FILE_NAME, Description
from publisher.sparql.formats import BY_FORM, GRAPHS, HTML, Format, choose, wants_html
from publisher.sparql.http import Response, matches
from publisher.sparql.log import QueryLog
from publisher.sparql.pages import PageRenderer
from publisher.sparql.pool import Pool, PoolStatus, ReleaseLike
from publisher.sparql.problems import ClientGone, Problem
from publisher.sparql.request import Asked, Headers, Receive, Scope, Send
from publisher.sparql.settings import EndpointSettings
from publisher.sparql.stored import stored_queries

_LOG = logging.getLogger(__name__)
_LOOK_AGAIN = 0.5
"""Seconds until we look again which release is in service."""
_WARM_FREQUENT = 50
_WATCH_AFTER = 0.03
_GRAPH_WRITERS = {
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
        self._pool: Pool | None = None
        self._answers: Answers | None = None
        self._log: QueryLog | None = None
        self._release: ServedRelease | None = None
        self._looked = float("-inf")
        self._description: Description | None = None
        self._documents: dict[str, Answer] = {}
        self._warming: asyncio.Task[None] | None = None

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
            await self._serve(scope, receive, send)

    def start(self) -> None:
        """Start the workers; needs a running event loop. Does nothing the second time."""
        if self._pool is not None:
            return
        if self.settings.query_log is not None:
            self._log = QueryLog(self.settings.query_log)
            self._log.start()
        self._pool = Pool(self.settings, metadata.OUR_PREFIXES)
        self._answers = Answers(self.settings, self._pool, self._log)
        with contextlib.suppress(Problem):
            self._use_active_release()

    def close(self) -> None:
        """End the workers and the log."""
        if self._warming is not None:
            self._warming.cancel()
        if self._pool is not None:
            self._pool.close()
            self._pool = None
        if self._log is not None:
            self._log.close()
            self._log = None

    def status(self) -> PoolStatus:
        """Return how the workers stand."""
        assert self._pool is not None
        return self._pool.status()

    async def _live(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                self.start()
                await send({"type": "lifespan.startup.complete"})
            elif message["type"] == "lifespan.shutdown":
                self.close()
                await send({"type": "lifespan.shutdown.complete"})
                return

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
        path = scope["path"].removeprefix(scope.get("root_path", "")).rstrip("/")
        if scope["method"] == "OPTIONS":
            await response.preflight()
            return
        if path == "/.well-known/void":
            self._only_reading(scope)
            await self._send_document("void", _format_of(scope, headers), headers, response)
            return
        if path.startswith("/sparql/"):
            self._only_reading(scope)
            await self._send_stored(path.removeprefix("/sparql/"), scope, headers, response)
            return
        if path != "/sparql":
            raise _not_found()
        asked = await request.read(scope, headers, receive, self.settings)
        if asked.query is None:
            await self._without_query(asked, scope, headers, response)
            return
        async with _ended_with_the_client(receive):
            await self._with_query(asked, scope, headers, response)

    def _only_reading(self, scope: Scope) -> None:
        if scope["method"] not in ("GET", "HEAD"):
            raise problems.method_not_allowed(scope["method"])

    async def _with_query(self, asked: Asked, scope: Scope, headers: Headers, response: Response) -> None:
        assert asked.query is not None
        self._use_active_release()
        answers = self._ready()
        query = guard.examine(asked.query, self.settings)
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
            await response.not_modified(etag)
            return
        answer = answers.kept(etag) or await answers.get(query, form, graphs)
        if form is HTML:
            language = pages.language(scope["query_string"], headers, asked.parameters.get("lang"))
            html = self._pages.result(language, asked.query, answer, query.form)
            await response.page(200, html, {"Content-Language": language, "Vary": "Accept, Accept-Language"})
            return
        await response.answer(answer, form, headers, {"Link": '</.well-known/void>; rel="describedby"'})

    async def _without_query(self, asked: Asked, scope: Scope, headers: Headers, response: Response) -> None:
        """GET without a query: the service description (Service Description, 2), or the page for people."""
        if scope["method"] == "POST":
            raise problems.bad_request("no-query", "Thiếu tham số query.", "The parameter query is missing.")
        if not asked.format and wants_html(headers.get("accept")):
            language = pages.language(scope["query_string"], headers, None)
            html = self._pages.form(language, await self._described())
            await response.page(200, html, {"Content-Language": language, "Vary": "Accept, Accept-Language"})
            return
        try:
            form = choose(GRAPHS[:-1], headers.get("accept"), asked.format)
        except Problem:
            if asked.parameters.keys() & {"default-graph-uri", "named-graph-uri"}:
                raise problems.bad_request(
                    "no-query", "Thiếu tham số query.", "The parameter query is missing."
                ) from None
            raise
        await self._send_document("service", form, headers, response)

    async def _send_stored(self, name: str, scope: Scope, headers: Headers, response: Response) -> None:
        if name == "terms.json":
            await self._send_terms(response)
            return
        stem, _, suffix = name.partition(".")
        stored = stored_queries().get(stem)
        if stored is None or suffix not in ("", "rq"):
            raise _not_found()
        if suffix == "rq":
            body = stored.text.encode()
            await response.whole(200, body, {"Content-Type": "application/sparql-query; charset=utf-8"})
            return
        language = pages.language(scope["query_string"], headers, None)
        self._use_active_release()
        query = guard.examine(stored.text, self.settings)
        answer = await self._ready().get(query, HTML, ((), ()))
        html = self._pages.result(language, stored.text, answer, query.form, stored)
        await response.page(200, html, {"Content-Language": language, "Vary": "Accept, Accept-Language"})

    async def _send_terms(self, response: Response) -> None:
        """What the editor completes: our prefixes, and the classes and properties in use, the most used first."""
        description = await self._described()
        terms = {
            "prefixes": PREFIXES,
            "classes": list(description.classes) if description else [],
            "properties": list(description.properties) if description else [],
        }
        fields = {"Content-Type": "application/json", "Cache-Control": "public, max-age=300"}
        await response.whole(200, orjson.dumps(terms), fields)

    async def _refuse(self, problem: Problem, scope: Scope, headers: Headers, response: Response) -> None:
        accept = headers.get("accept")
        if wants_html(accept) and scope["method"] in ("GET", "POST"):
            language = pages.language(scope["query_string"], headers, None)
            html = self._pages.problem(language, problem, scope["query_string"])
            await response.page(problem.status, html, {**problem.headers, "Content-Language": language})
            return
        language = pages.language(scope["query_string"], headers, None, otherwise="en")
        await response.problem(problem, language, as_json="json" in accept or b"format=json" in scope["query_string"])

    # -- the release and what is said of it ------------------------------------------------------------------------

    def _ready(self) -> Answers:
        assert self._answers is not None
        return self._answers

    def _use_active_release(self) -> ServedRelease:
        """Look, at most every half second, which release is in service. Raises `Problem` 503 when there is none."""
        now = time.monotonic()
        if self._release is not None and now - self._looked < _LOOK_AGAIN:
            return self._release
        self._looked = now
        try:
            release = self._release_source()
        except (RongError, OSError) as error:
            _LOG.warning("no release can be served: %s", error)
            raise problems.unavailable() from error
        if self._release is None or release.id != self._release.id:
            assert self._pool is not None
            self._release = release
            self._description = None
            self._documents.clear()
            self._ready().use(release.id)
            self._pool.use(release)
            if self._warming is not None:
                self._warming.cancel()
            self._warming = asyncio.get_running_loop().create_task(self._warm())
        return self._release

    async def _described(self) -> Description | None:
        """Return the counts of the release: those that the build left, else counted now by a worker."""
        release = self._use_active_release()
        if self._description is None:
            path = Path(release.store_path).parent / FILE_NAME
            try:
                self._description = Description.from_json(path.read_bytes())
            except (OSError, ValueError, TypeError, KeyError):
                assert self._pool is not None
                try:
                    reply = await self._pool.describe()
                except Problem:
                    return None
                if release is self._release and reply.header.get("ok"):
                    self._description = Description.from_json(reply.body)
        return self._description

    async def _send_document(self, which: str, form: Format, headers: Headers, response: Response) -> None:
        release = self._use_active_release()
        key = f"{release.id}-{which}-{form.word}".replace(".", "-")
        answer = self._documents.get(key)
        if answer is None:
            description = await self._described()
            if which == "void":
                if description is None:
                    raise problems.busy(5)
                dumps = self._dumps(release) if self._dumps else ()
                triples = metadata.void(self.settings, description, release.created, dumps)
            else:
                triples = metadata.service_description(self.settings, description, release.created)
            body = _written(triples, form)
            answer = Answer("" if description is None else key.replace("-", ""), len(body), 0, body=body)
            if description is not None:
                self._documents[key] = answer
        if matches(headers, answer.etag):
            await response.not_modified(answer.etag)
            return
        await response.answer(answer, form, headers, {})

    async def _warm(self) -> None:
        """Ask the stored queries and the most frequent ones of the log, one after another, so that they are kept."""
        texts = [(stored.text, HTML) for stored in stored_queries().values()]
        if self._log is not None:
            frequent = await asyncio.to_thread(self._log.frequent, _WARM_FREQUENT)
            texts += [(logged.text, form) for logged in frequent for form in _first_formats(logged.text)]
        answers = self._ready()
        for text, form in texts:
            try:
                query = guard.examine(text, self.settings)
                if form in BY_FORM.get(query.form, ()):
                    await answers.get(query, form, ((), ()))
            except Problem as problem:
                _LOG.info("a query could not be answered in advance: %s", problem)
        with contextlib.suppress(Problem):
            await self._described()


def _first_formats(text: str) -> list[Format]:
    words = text.upper()
    return [offered[0] for form, offered in BY_FORM.items() if form in words][:1]


def _format_of(scope: Scope, headers: Headers) -> Format:
    parameters = dict(request.parameters(scope["query_string"]))
    accept = headers.get("accept")
    if wants_html(accept) and "format" not in parameters:
        accept = ""  # a browser is shown Turtle
    return choose(GRAPHS[:-1], accept, parameters.get("format", ""))


def _written(triples: Sequence[ox.Triple], form: Format) -> bytes:
    written = ox.serialize(triples, format=_GRAPH_WRITERS[form.word], prefixes=metadata.OUR_PREFIXES)
    assert written is not None
    return written


def _not_found() -> Problem:
    return Problem(404, "not-found", vi="Không có trang này.", en="There is no such page.")


@contextlib.asynccontextmanager
async def _ended_with_the_client(receive: Receive) -> AsyncIterator[None]:
    """Cancel what happens inside when the client hangs up; raises `ClientGone` then.

    Most answers are sent before anybody could leave, so the watch begins only after a moment.
    """
    me = asyncio.current_task()
    assert me is not None
    watches: list[asyncio.Task[None]] = []
    left = False

    async def watch() -> None:
        nonlocal left
        while (await receive())["type"] != "http.disconnect":
            pass
        left = True
        me.cancel()

    loop = asyncio.get_running_loop()
    timer = loop.call_later(_WATCH_AFTER, lambda: watches.append(loop.create_task(watch())))
    try:
        yield
    except asyncio.CancelledError:
        if not left:
            raise
        me.uncancel()
        raise ClientGone from None
    finally:
        timer.cancel()
        for each in watches:
            each.cancel()
