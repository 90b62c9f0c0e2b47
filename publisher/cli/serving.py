"""The verb that serves: `rong serve`."""

from __future__ import annotations

from pathlib import Path

import click

from publisher.cli.command import config_option, data_option, settings_if_any


@click.command()
@config_option
@data_option
@click.option("--host", default=None, help="The address to listen on; that of the configuration by default.")
@click.option("--port", type=click.IntRange(0, 65535), default=None, help="The port; that of the configuration.")
def serve(config: Path | None, data: Path, host: str | None, port: int | None) -> None:
    """Serve the site and /sparql from the active release."""
    from publisher.config import Serve  # noqa: PLC0415
    from publisher.site.server import endpoint_settings  # noqa: PLC0415
    from publisher.site.server import serve as serve_site  # noqa: PLC0415

    settings = settings_if_any(config)
    asked = {name: value for name, value in (("host", host), ("port", port)) if value is not None}
    options = (settings.serve if settings else Serve()).model_copy(update=asked)
    serve_site(data, options, endpoint_settings(settings) if settings else None)
