"""The verb that plans: `rong schedule`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from publisher.cli.command import DEFAULT_CONFIG, config_option, data_option


@click.command()
@config_option
@data_option
@click.option("--backups", type=click.Path(path_type=Path), default=Path("/var/backups/rong"), show_default=True)
@click.option("--user", default="rong", show_default=True, help="Who runs the jobs under systemd.")
@click.option("--into", type=click.Path(path_type=Path), default=None, help="Write systemd's units into this folder.")
@click.argument("kind", type=click.Choice(["systemd", "cron"]))
def schedule(kind: str, config: Path | None, data: Path, backups: Path, user: str, into: Path | None) -> None:
    """Print timers for systemd, or lines for cron, that publish, update, back up and check this portal."""
    from publisher.errors import UsageError  # noqa: PLC0415
    from publisher.schedule import Installation, cron, units  # noqa: PLC0415

    rong = Path(sys.executable).absolute().with_name("rong")
    here = Installation(rong, (config or DEFAULT_CONFIG).absolute(), data.absolute(), backups.absolute(), user)
    if kind == "cron":
        if into is not None:
            raise UsageError("--into is for systemd; give the lines to crontab -e.")
        click.echo(cron(here), nl=False)
        return
    for name, text in units(here):
        if into is None:
            click.echo(f"# ---- /etc/systemd/system/{name}\n{text}")
            continue
        try:
            (into / name).write_text(text, "utf-8")
        except OSError as problem:
            raise UsageError(f"{into / name} cannot be written ({problem.strerror}); give another --into.") from None
        click.echo(str(into / name))
