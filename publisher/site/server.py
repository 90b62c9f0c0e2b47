"""The server: the site (Flask) and the SPARQL endpoint (ASGI) side by side under uvicorn.

Each worker process opens the release in service by itself and moves on to the next one when it is activated; the
requests that are under way end with the release that they began with.
"""

from __future__ import annotations

import asyncio
import gc
import importlib
import logging
import os
import socket
from collections.abc import Awaitable, Callable, MutableMapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote_from_bytes

from publisher.config import Serve, Settings
from publisher.errors import ConfigError, ReleaseError
from publisher.identity.iris import Iris
from publisher.release.chronicle import Chronicle
from publisher.release.release import Release, active
from publisher.release.service import require_servable
from publisher.site.app import create_app
from publisher.site.bridge import Bridge
from publisher.site.jsonlines import lines_of_json
from publisher.site.layout import SiteLayout
from publisher.site.meters import shared_folder
from publisher.site.operation import Operation
from publisher.site.processes import Processes
from publisher.site.reader import InService
from publisher.site.settings import settings_of
from publisher.site.translations import phrases_in
from publisher.sparql.app import Endpoint
from publisher.sparql.settings import EndpointSettings

if TYPE_CHECKING:
    from publisher.site.assistants.server import OverHttp

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]

THREADS = 16
"""Requests that a worker process answers at the same time; a slow download holds one."""
_YOUNG = 10_000
"""New objects after which the youngest are looked through for garbage."""
_log = logging.getLogger(__name__)
_QUERY_BYTES = "!$&'()*+,-./:;=?@_~%"


class Application:
    """One ASGI application of three: `/sparql` and VoID are the endpoint's, `/mcp` the assistants', else the site's.

    What assistants need is loaded when the first one comes.
    """

    def __init__(self, data: Path, endpoint: EndpointSettings | None = None, options: Serve | None = None) -> None:
        options = options or Serve()
        if options.log == "json":
            lines_of_json()
        site = create_app(data, options.store)
        settings = settings_of(active(data).manifest)
        self._base = settings.base
        self._prefix = Iris(settings.base).prefix
        self._service: InService = site.extensions["in_service"]
        self._assistants: OverHttp | None = None
        self._site = Bridge(site, THREADS)
        self._endpoint = Endpoint(
            (endpoint or endpoint_settings(settings)).model_copy(update={"server": options.store}),
            lambda: active(data),
            SiteLayout(site),
            partial(_dumps, settings.base),
        )
        self._operation = Operation(data, self._endpoint, options)
        # What is here now stays: to look through it for garbage again and again costs a tenth of a lookup.
        gc.collect()
        gc.freeze()
        gc.set_threshold(_YOUNG, 20, 20)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one ASGI connection."""
        if scope["type"] == "lifespan":
            await self._endpoint(scope, receive, send)
            self._operation.close()
            if self._assistants is not None:
                await self._assistants.close()
            return
        path = scope["path"].removeprefix(self._prefix)
        await self._operation.watched(path, self._answer, scope, receive, send)

    async def _answer(self, path: str, scope: Scope, receive: Receive, send: Send) -> None:
        if self._endpoint.owns(path):
            await self._endpoint(scope if scope["path"] == path else {**scope, "path": path}, receive, send)
            return
        if path == "/mcp" and not _reads_html(scope):
            if self._assistants is None:
                made = (await asyncio.to_thread(importlib.import_module, "publisher.site.assistants.server")).OverHttp
                self._assistants = self._assistants or made(self._service, self._endpoint, self._base)
            await self._assistants(scope, receive, send)
            return
        # Clients may put bytes into an address that have to be percent-encoded; CGI variables are ASCII.
        query = quote_from_bytes(scope["query_string"], _QUERY_BYTES).encode()
        await self._site({**scope, "query_string": query}, receive, send)


def _reads_html(scope: Scope) -> bool:
    """Return whether somebody looks at /mcp with a browser: the site has a page for them."""
    return scope["method"] == "GET" and any(
        b"text/html" in value for name, value in scope["headers"] if name == b"accept"
    )


def _dumps(base: str, release: Any) -> list[str]:
    """Return where the whole graph of `release` is downloaded."""
    found = sorted(Path(release.datasets_path).glob("graph/graph.*"))
    return [Iris(base).page(f"dataset/graph/{path.name}") for path in found]


def endpoint_settings(settings: Settings) -> EndpointSettings:
    """Return the settings of the endpoint for a release with `settings`."""
    return EndpointSettings.model_validate(
        {
            "base_iri": settings.base,
            "title_vi": phrases_in("vi")("site.name"),
            "title_en": phrases_in("en")("site.name"),
            "licence_iri": settings.licence.iri if settings.licence else None,
            **settings.sparql.model_dump(),
        }
    )


def serve(data: Path, options: Serve, endpoint: EndpointSettings | None = None) -> None:
    """Serve the release in service in `data` until the process is told to stop.

    Raises ReleaseError when no release is in service, ConfigError when the address cannot be listened on or the
    endpoint has fewer workers than the server processes need.
    """
    release = active(data)
    endpoint = (endpoint or endpoint_settings(settings_of(release.manifest))).shared_by(options.workers)
    _check_address(options)
    _check_permissions(release)
    if options.store is None:
        require_servable(release)
    _catch_up(data, release)
    _announce(release, options)
    with shared_folder():
        make = partial(Application, data.resolve(), endpoint, options)
        Processes(options.workers, make, options.host, options.port).run()


def _catch_up(data: Path, release: Release) -> None:
    """Enter `release` in the chronicle if its activation was killed before that, or came before there was one."""
    chronicle = Chronicle(data)
    if chronicle.release() != release.id:
        try:
            chronicle.enter(release)
        except (ReleaseError, OSError) as problem:
            _log.warning("%s Feeds and OAI-PMH are not served until then.", problem)


def _check_address(options: Serve) -> None:
    """Raise ConfigError when nothing can listen on the address of `options`."""
    family = socket.AF_INET6 if ":" in options.host else socket.AF_INET
    try:
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((options.host, options.port))
    except OSError as problem:
        raise ConfigError(
            f"The site cannot listen on {options.host}:{options.port} ({problem.strerror}); "
            "give another address with --host and --port."
        ) from None


def _check_permissions(release: Release) -> None:
    """Raise ReleaseError when a file of `release` may not be read: each server process would end at its start."""
    for path in [release.path, *release.path.rglob("*")]:
        if not os.access(path, os.R_OK | (os.X_OK if path.is_dir() else 0)):
            raise ReleaseError(
                f"{path} may not be read: run this as the user that owns {release.path.parents[1]}, or let this one "
                "read it."
            )


def _announce(release: Release, options: Serve) -> None:
    host = f"[{options.host}]" if ":" in options.host else options.host
    print(f"Serving release {release.id} at http://{host}:{options.port}/ (Ctrl+C stops it)", flush=True)
