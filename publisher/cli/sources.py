"""The verbs of sources: harvest, source inspect."""

from __future__ import annotations

from pathlib import Path

import click
import orjson

from publisher.cli.command import tell


@click.command()
@click.option("--into", "folder", type=click.Path(path_type=Path), required=True, help="The folder of this harvest.")
@click.option("--prefix", default="oai_dc", show_default=True, help="marcxml, oai_dc, mods or another of the server.")
@click.option("--set", "set_spec", default="", help="Only this set.")
@click.option("--from", "since", default="", help="Only records changed since (UTC, like 2026-01-31).")
@click.option("--until", default="", help="Only records changed until.")
@click.option("--full", is_flag=True, help="Everything again; what is no longer there is dropped.")
@click.option(
    "--delay", type=click.FloatRange(0, 600), default=1.0, show_default=True, help="Seconds between requests."
)
@click.option("--json", "as_json", is_flag=True, help="End with one line of JSON.")
@click.argument("url")
def harvest(
    folder: Path, prefix: str, set_spec: str, since: str, until: str, full: bool, delay: float, as_json: bool, url: str
) -> None:
    """Fetch the records of the OAI-PMH server at URL; FOLDER/records.xml is then a source."""
    from publisher.harvest import harvest as fetch  # noqa: PLC0415
    from publisher.harvest.client import Client  # noqa: PLC0415

    done = fetch(
        url,
        folder,
        prefix=prefix,
        set_spec=set_spec,
        since=since,
        until=until,
        full=full,
        client=Client(url, delay=delay),
        tell=tell,
    )
    for doubt in done.doubts:
        click.echo(f"rong: {url}: {doubt}", err=True)
    if as_json:
        click.echo(orjson.dumps(done._asdict()).decode())
    else:
        click.echo(f"{done.changed} records new or changed, {done.records} in all: {folder / 'records.xml'}")


@click.group()
def source() -> None:
    """Look at sources before they are built."""


@source.command("inspect")
@click.option("--mapping", type=click.Path(path_type=Path), default=None, help="The mapping file of a sheet.")
@click.argument("path", type=click.Path(path_type=Path))
def source_inspect(path: Path, mapping: Path | None) -> None:
    """Say what PATH is, read all of it, and propose a mapping for a sheet."""
    from publisher.inspection import inspect  # noqa: PLC0415

    for line in inspect(path, mapping):
        click.echo(line)
