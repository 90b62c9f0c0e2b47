"""The server on standard input and output, for an assistant on the same machine."""

from __future__ import annotations

import asyncio
from pathlib import Path

from publisher.release.release import active
from publisher.site.assistants.server import server
from publisher.site.reader import InService
from publisher.site.server import endpoint_settings
from publisher.sparql.app import Endpoint
from publisher.sparql.settings import EndpointSettings


def run(data: Path, endpoint: EndpointSettings | None = None) -> None:
    """Answer on standard input and output until it is closed; raises ReleaseError when no release is in service."""
    service = InService(data)
    settings = endpoint or endpoint_settings(service.reader().settings)
    asyncio.run(_run(service, Endpoint(settings, lambda: active(data))))


async def _run(service: InService, endpoint: Endpoint) -> None:
    try:
        await server(service, endpoint).run_stdio_async()
    finally:
        endpoint.close()
