"""The server of the Model Context Protocol (https://modelcontextprotocol.io), by its Python SDK: seven tools that read.

Over HTTP it is stateless: each request stands for itself, so any worker process answers any of them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

import orjson
from anyio import to_thread
from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.transport_security import TransportSecuritySettings
from mcp.types import ToolAnnotations
from pydantic import Field
from werkzeug.exceptions import HTTPException

from publisher import __version__
from publisher.errors import RongError
from publisher.site.assistants.sparql import Application, Scope, Unanswered, ask
from publisher.site.assistants.tools import Tools
from publisher.site.reader import InService

_READS = ToolAnnotations(read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False)
_HERE = ("127.0.0.1", "localhost", "[::1]")
LARGEST_REQUEST = 256 * 1024
"""Bytes of a request over HTTP."""

Lang = Annotated[Literal["vi", "en"], Field(description="Language of labels: vi (Vietnamese) or en (English).")]
Text = Annotated[str, Field(max_length=300)]

_INSTRUCTIONS = (
    "Open catalogue data of libraries in Vietnam: books, periodicals, maps, local-studies material, who holds them "
    "and what can be read online. Everything is read-only and free to reuse. Each `id` and `iri` is a permanent web "
    "address: cite it for whatever you say from here. Vietnamese words are found with or without their marks. Begin "
    "with search; read_entity tells all about one result; for counts and joins call explain_data_model once, then "
    "sparql_query."
)


def server(service: InService, endpoint: Application) -> MCPServer:
    """Return the server over the release in service; queries in SPARQL go to `endpoint`."""
    tools = Tools(service)
    made = MCPServer(
        "rong", title="Rông: open library data", instructions=_INSTRUCTIONS, version=__version__, log_level="WARNING"
    )

    @made.tool(title="Search the catalogue", annotations=_READS)
    async def search(
        q: Annotated[Text, Field(description='Words; all must occur; "..." keeps words together. May be empty.')] = "",
        library: Annotated[Text, Field(description="Code of a library (see list_libraries).")] = "",
        language: Annotated[Text, Field(description="MARC code of a language: vie, eng, bdq (Bahnar) ...")] = "",
        type: Annotated[Text, Field(description="book, periodical, map, score, music, sound, video, image ...")] = "",
        year: Annotated[Text, Field(description="2005, 2000-2009, 2000- or -1975.")] = "",
        subject: Annotated[Text, Field(description="A subject exactly as the filters of a result call it.")] = "",
        agent: Annotated[Text, Field(description="A person or body exactly as the filters call it.")] = "",
        digitized: Annotated[bool, Field(description="Only what can be read online.")] = False,
        page: Annotated[int, Field(ge=1, le=500)] = 1,
        lang: Lang = "vi",
    ) -> dict[str, Any]:
        """Search editions by words and filters; says how many there are and what they can be narrowed down to."""
        filters: dict[str, str | int | bool] = {
            "q": q, "library": library, "language": language, "type": type, "year": year, "subject": subject,
            "agent": agent, "digitized": digitized, "page": page,
        }  # fmt: skip
        return await _answered(partial(tools.search, lang, **filters))

    @made.tool(title="Read an entity", annotations=_READS)
    async def read_entity(
        iri: Annotated[str, Field(max_length=2000, description="The id of a result, or any IRI of this catalogue.")],
        lang: Lang = "vi",
    ) -> dict[str, Any]:
        """Read all that is said of a work, an edition, a copy, a person, a subject, a place, a library or a record."""
        return await _answered(partial(tools.read_entity, iri, lang))

    @made.tool(title="Find by number", annotations=_READS)
    async def find_by_number(
        isbn: Text = "",
        issn: Text = "",
        number: Annotated[Text, Field(description="Control number of a library's record (MARC 001).")] = "",
        library: Annotated[Text, Field(description="Only of this library, by its code.")] = "",
        lang: Lang = "vi",
    ) -> dict[str, Any]:
        """Find editions by one of ISBN, ISSN and control number."""
        return await _answered(
            partial(tools.find_by_number, lang, isbn=isbn, issn=issn, number=number, library=library)
        )

    @made.tool(title="List the datasets", annotations=_READS)
    async def list_datasets(lang: Lang = "vi") -> dict[str, Any]:
        """List the datasets for download: what is in them, formats, sizes, licence."""
        return await _answered(partial(tools.list_datasets, lang))

    @made.tool(title="List the libraries", annotations=_READS)
    async def list_libraries(lang: Lang = "vi") -> dict[str, Any]:
        """List the libraries, with their codes and how many editions each has."""
        return await _answered(partial(tools.list_libraries, lang))

    @made.tool(title="Explain the data model", annotations=_READS)
    async def explain_data_model(lang: Lang = "vi") -> dict[str, Any]:
        """Explain how the data is modelled: classes and properties with counts, prefixes, queries to begin with."""
        return await _answered(partial(tools.explain_data_model, lang))

    @made.tool(title="Run a SPARQL query", annotations=_READS)
    async def sparql_query(
        query: Annotated[str, Field(max_length=20_000, description="SPARQL 1.1: SELECT, ASK, CONSTRUCT or DESCRIBE.")],
    ) -> dict[str, Any]:
        """Run a read-only SPARQL 1.1 query, within limits of time and size; say LIMIT."""
        try:
            answer = await ask(endpoint, query)
        except Unanswered as problem:
            raise ToolError(str(problem)) from None
        return {"results": orjson.loads(answer)} if answer.startswith(b"{") else {"graph": answer.decode()}

    return made


async def _answered(answer: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Return an answer that is made in a thread; what cannot be answered is told in its sentence."""
    try:
        return await to_thread.run_sync(answer)
    except HTTPException as problem:
        raise ToolError(problem.description or problem.name) from None
    except RongError as problem:
        raise ToolError(str(problem)) from None


class OverHttp:
    """The server as an ASGI application at /mcp (streamable HTTP, stateless, answers in JSON).

    Requests must name a host that is ours (`base`, or this machine), and pages of other origins are refused: so no web
    page can make the browser of somebody inside a network talk to a server there (DNS rebinding).
    """

    def __init__(self, service: InService, endpoint: Application, base: str) -> None:
        url = urlsplit(base)
        own = [url.netloc, *(f"{host}:*" for host in _HERE), *_HERE]
        origins = [f"{url.scheme}://{url.netloc}", *(f"http://{host}:*" for host in _HERE)]
        self._app = server(service, endpoint).streamable_http_app(
            stateless_http=True,
            json_response=True,
            max_request_body_size=LARGEST_REQUEST,
            transport_security=TransportSecuritySettings(allowed_hosts=own, allowed_origins=origins),
        )
        self._started = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        """Serve one request."""
        if self._task is None:
            self._task = asyncio.create_task(self._live())
        await self._started.wait()
        await self._app({**scope, "path": "/mcp", "raw_path": b"/mcp", "root_path": ""}, receive, _guarded(send))

    async def close(self) -> None:
        """End what is under way."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])

    async def _live(self) -> None:
        async with self._app.router.lifespan_context(self._app):
            self._started.set()
            await asyncio.Event().wait()


def _guarded(send: Any) -> Any:
    """Return `send` with the headers of security that every answer of the site has."""

    async def sending(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            more = [(b"x-content-type-options", b"nosniff"), (b"cache-control", b"no-store")]
            message = {**message, "headers": [*message.get("headers", []), *more]}
        await send(message)

    return sending
