"""The verbs of releases: build, update, activate, rollback, releases, verify, ledger, publish."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import IO

import click
import orjson

from publisher.cli.command import config_option, data_option, settings_for, tell
from publisher.progress import progress_bars


@click.command()
@config_option
@data_option
@click.option("--base", default=None, help="The base IRI when there is no configuration.")
@click.option("--workers", type=click.IntRange(1), default=None, help="Processes that convert; one a core by default.")
@click.option("--executor", default=None, help="What converts: local, or the address of a Dask scheduler.")
@click.option("--anew", is_flag=True, help="Take over nothing that the release in service has converted already.")
@click.option("--json", "as_json", is_flag=True, help="End with one line of JSON.")
@click.argument("sources", nargs=-1, type=click.Path(path_type=Path))
def build(
    config: Path | None,
    data: Path,
    base: str | None,
    workers: int | None,
    executor: str | None,
    anew: bool,
    as_json: bool,
    sources: tuple[Path, ...],
) -> None:
    """Build a release of SOURCES, or of the sources in the configuration."""
    from publisher.build import build as build_release  # noqa: PLC0415
    from publisher.progress import summary  # noqa: PLC0415

    settings = settings_for(config, base, sources)
    if executor is not None:
        settings = settings.converted_by(executor)
    with progress_bars() as progress:
        report = build_release(settings, data, workers=workers or 0, progress=progress, anew=anew)
    if as_json:
        click.echo(orjson.dumps(report._asdict()).decode())
    else:
        click.echo(summary(report))
        click.echo("Run `rong activate` to put it into service.")


@click.command()
@config_option
@data_option
@click.option("--library", default="", help="The code of the library whose records they are; needed if there are more.")
@click.option("--delete", "keys", multiple=True, metavar="KEY", help="A record that is deleted, by its number (001).")
@click.option(
    "--deleted", "key_file", type=click.File("r"), default=None, metavar="KEYFILE", help="A file of such, one a line."
)
@click.option("--leave-datasets", "leaves", is_flag=True, help="Leave the datasets to `rong dataset cut`.")
@click.option("--json", "as_json", is_flag=True, help="End with one line of JSON.")
@click.argument("sources", nargs=-1, type=click.Path(path_type=Path))
def update(
    config: Path | None,
    data: Path,
    library: str,
    keys: tuple[str, ...],
    key_file: IO[str] | None,
    leaves: bool,
    as_json: bool,
    sources: tuple[Path, ...],
) -> None:
    """Bring new and changed records (SOURCES) and deletions into service; or what changed in the configured sources."""
    from publisher.progress import summary  # noqa: PLC0415
    from publisher.update import edits_of  # noqa: PLC0415
    from publisher.update import update as update_release  # noqa: PLC0415

    settings = settings_for(config)
    deleted = (*keys, *(key_file or ()))
    with progress_bars() as progress:
        edits = edits_of(settings, library, sources, deleted)
        report = update_release(settings, data, edits, progress=progress, cuts=not leaves)
    if as_json:
        click.echo(orjson.dumps(report._asdict()).decode())
    else:
        click.echo(summary(report))
        click.echo(f"In service: {report.release}, for which {report.converted:,} records were converted.")


@click.command()
@data_option
@click.argument("release", required=False)
def activate(data: Path, release: str | None) -> None:
    """Put RELEASE (the newest by default) into service."""
    from publisher.release.service import put_into_service  # noqa: PLC0415

    click.echo(f"In service: {put_into_service(data, release).id}")


@click.command()
@data_option
def rollback(data: Path) -> None:
    """Put the release before the active one into service."""
    from publisher.release.service import roll_back  # noqa: PLC0415

    click.echo(f"In service: {roll_back(data).id}")


@click.command()
@data_option
@click.option("--json", "as_json", is_flag=True, help="One line of JSON a release.")
def releases(data: Path, as_json: bool) -> None:
    """List the releases; the active one is marked."""
    from publisher.release.service import overview  # noqa: PLC0415

    for line in overview(data):
        if as_json:
            click.echo(orjson.dumps(line).decode())
        else:
            mark = "*" if line["active"] else " "
            click.echo(
                f"{mark} {line['release']}  {line['published']:>9,} published  {line['withheld']:>7,} withheld  "
                f"{line['rejected']:>7,} rejected  {line['triples']:>12,} triples"
            )


@click.command()
@data_option
@click.option("--backup", type=click.Path(path_type=Path), default=None, help="A backup, to be checked instead.")
@click.argument("release", required=False)
def verify(data: Path, backup: Path | None, release: str | None) -> None:
    """Compare every file of RELEASE (the active one by default) with its manifest."""
    from publisher.release.backup import damage_of_backup  # noqa: PLC0415
    from publisher.release.service import verify as verify_release  # noqa: PLC0415

    if backup:
        name, damage = str(backup), damage_of_backup(backup)
    else:
        checked, damage = verify_release(data, release)
        name = checked.id
    for sentence in damage:
        click.echo(f"rong: {name}: {sentence}", err=True)
    if not damage:
        click.echo(f"{name} is whole: every file is as it was made.")
    sys.exit(1 if damage else 0)


@click.command()
@data_option
@click.option("--format", "syntax", type=click.Choice(["csv", "jsonl"]), default="csv", show_default=True)
def ledger(data: Path, syntax: str) -> None:
    """Print the fate of every record of the active release, one row a record."""
    from publisher.release.ledger import Ledger  # noqa: PLC0415
    from publisher.release.release import active  # noqa: PLC0415

    book = Ledger(active(data).ledger_path)
    (book.write_csv if syntax == "csv" else book.write_jsonl)(sys.stdout)


@click.command()
@config_option
@data_option
@click.option("--json", "as_json", is_flag=True, help="End with one line of JSON.")
def publish(config: Path | None, data: Path, as_json: bool) -> None:
    """Build, activate and export; bring CKAN in step where one is configured."""
    from publisher.progress import summary  # noqa: PLC0415
    from publisher.publication import publish as publish_all  # noqa: PLC0415

    settings = settings_for(config)
    with progress_bars() as progress:
        report, applied = publish_all(settings, data, progress=progress, on_change=tell)
    if as_json:
        ckan = applied.as_json() if applied else None
        click.echo(orjson.dumps({**report._asdict(), "ckan": ckan}).decode())
        return
    click.echo(summary(report))
    if applied:
        click.echo(applied)
    click.echo(f"In service: {report.release}. `rong serve` shows it.")
