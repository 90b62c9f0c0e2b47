"""The verb that looks: `rong status`."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path

import click
import orjson

from publisher.cli.command import config_option, data_option, settings_if_any


@click.command()
@config_option
@data_option
@click.option("--check", is_flag=True, help="Only what needs a hand, a sentence each; exit status 1 if anything does.")
@click.option("--json", "as_json", is_flag=True, help="One line of JSON.")
def status(config: Path | None, data: Path, check: bool, as_json: bool) -> None:
    """Say what is in service, how old it is, what is in it, and which queries took longest."""
    if check:
        _check(config, data, as_json)
        return
    from publisher.release.release import active  # noqa: PLC0415
    from publisher.site.settings import settings_of  # noqa: PLC0415
    from publisher.status import status as status_of  # noqa: PLC0415

    settings = settings_if_any(config) or settings_of(active(data).manifest)
    found = status_of(data, settings.sparql.query_log, settings.serve.usage_log)
    click.echo(orjson.dumps(found.as_json()).decode() if as_json else "\n".join(found.lines()))


def _check(config: Path | None, data: Path, as_json: bool) -> None:
    from publisher.alarms import alarms  # noqa: PLC0415

    found = list(alarms(settings_if_any(config), data))
    if as_json:
        click.echo(orjson.dumps([asdict(alarm) for alarm in found]).decode())
    else:
        click.echo("\n".join(alarm.sentence for alarm in found) or "Nothing needs a hand.")
    sys.exit(1 if found else 0)
