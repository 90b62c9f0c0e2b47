"""The verbs that keep: backup, restore, prune."""

from __future__ import annotations

from pathlib import Path

import click
import orjson

from publisher.cli.command import config_option, configuration_files, data_option


@click.command()
@config_option
@data_option
@click.option("--keep", type=click.IntRange(1), default=None, help="Delete all but this many backups afterwards.")
@click.option("--json", "as_json", is_flag=True, help="End with one line of JSON.")
@click.argument("folder", type=click.Path(path_type=Path))
def backup(config: Path | None, data: Path, keep: int | None, as_json: bool, folder: Path) -> None:
    """Keep releases, registry and configuration in a new folder in FOLDER; what did not change takes no room."""
    from publisher.release import backup as backups  # noqa: PLC0415

    kept = backups.back_up(data, folder, configuration_files(config))
    gone = backups.prune(folder, keep) if keep else []
    if as_json:
        about = {**kept._asdict(), "path": str(kept.path), "pruned": [path.name for path in gone]}
        click.echo(orjson.dumps(about).decode())
        return
    click.echo(f"{kept.path}: {kept.files} files, {kept.bytes / 1e6:,.1f} MB, {kept.copied} of them new.")
    for path in gone:
        click.echo(f"Deleted: {path}")


@click.command()
@data_option
@click.argument("backup", type=click.Path(path_type=Path))
def restore(data: Path, backup: Path) -> None:
    """Make the folder --data, which must be new or empty, from BACKUP; every file is checked."""
    from publisher.release.backup import restore as restore_backup  # noqa: PLC0415

    release = restore_backup(backup, data)
    click.echo(f"Restored. In service: {release.id}. The configuration is in {data / 'config'}.")


@click.command()
@data_option
@click.option("--keep", type=click.IntRange(1), default=5, show_default=True, help="How many of the newest stay.")
def prune(data: Path, keep: int) -> None:
    """Delete old releases; the active one and the one before it always stay."""
    from publisher.release.service import prune as prune_releases  # noqa: PLC0415

    gone = prune_releases(data, keep)
    click.echo(f"{len(gone)} releases were deleted{': ' if gone else '.'}{', '.join(gone)}")
