"""The verb of assistants: `rong mcp`."""

from __future__ import annotations

from pathlib import Path

import click

from publisher.cli.command import config_option, data_option, settings_if_any


@click.command()
@config_option
@data_option
def mcp(config: Path | None, data: Path) -> None:
    """Answer an assistant on standard input and output (MCP); `rong serve` does so over HTTP at /mcp."""
    from publisher.site.assistants.standard import run  # noqa: PLC0415
    from publisher.site.server import endpoint_settings  # noqa: PLC0415

    settings = settings_if_any(config)
    run(data, endpoint_settings(settings) if settings else None)
