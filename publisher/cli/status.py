"""The verb that looks: `rong status`."""

from __future__ import annotations

from pathlib import Path

import click
import orjson

from publisher.cli.command import config_option, data_option, settings_if_any


@click.command()
@config_option
@data_option
@click.option("--json", "as_json", is_flag=True, help="One line of JSON.")
def status(config: Path | None, data: Path, as_json: bool) -> None:
    """Say what is in service, how old it is, what is in it, and which queries took longest."""
    from publisher.release.release import active  # noqa: PLC0415
    from publisher.site.settings import settings_of  # noqa: PLC0415
    from publisher.status import status as status_of  # noqa: PLC0415

    settings = settings_if_any(config) or settings_of(active(data).manifest)
    found = status_of(data, settings.sparql.query_log)
    click.echo(orjson.dumps(found.as_json()).decode() if as_json else "\n".join(found.lines()))
