"""The verbs of declared datasets: check, new, cut, changes."""

from __future__ import annotations

import sys
from pathlib import Path

import click
import orjson

from publisher.cli.command import config_option, data_option, settings_for, settings_if_any

_folder = click.option(
    "--folder", type=click.Path(path_type=Path), default=None, help="Where datasets are declared; default: exports."
)


@click.group()
def dataset() -> None:
    """Open datasets, as they are declared."""


@dataset.command("check")
@click.argument("names", nargs=-1)
@config_option
@data_option
@_folder
@click.option("--json", "as_json", is_flag=True, help="The findings as one line of JSON.")
def dataset_check(names: tuple[str, ...], config: Path | None, data: Path, folder: Path | None, as_json: bool) -> None:
    """Say what is wrong with the declarations NAMES, of all without any; they are tried on the active release."""
    from publisher.publication import check_datasets  # noqa: PLC0415

    findings = check_datasets(settings_if_any(config), data, folder, names)
    if as_json:
        click.echo(orjson.dumps(findings).decode())
    else:
        for finding in findings:
            click.echo(finding)
    sys.exit(1 if any(finding.is_problem for finding in findings) else 0)


@dataset.command("new")
@click.argument("name")
@click.option("--class", "cls", default="bf:Work", show_default=True, help="The class of which every row is one.")
@_folder
def dataset_new(name: str, cls: str, folder: Path | None) -> None:
    """Write a declaration of a dataset NAME to start from."""
    from publisher import resources  # noqa: PLC0415
    from publisher.exports.draft import new_dataset  # noqa: PLC0415

    click.echo(new_dataset(folder or resources.folder("exports"), name, cls))


@dataset.command("cut")
@config_option
@data_option
def dataset_cut(config: Path | None, data: Path) -> None:
    """Cut the datasets of what is in service anew, where an update has left that to this."""
    from publisher.progress import behind, progress_bars  # noqa: PLC0415
    from publisher.update import cut_datasets  # noqa: PLC0415

    settings = settings_for(config)
    with progress_bars() as progress:
        release = cut_datasets(settings, data, progress=progress)
    click.echo(behind(release.id, release.datasets_of) or f"In service: {release.id}, with its own datasets.")


@dataset.command("changes")
@data_option
@click.option("--since", required=True, help="An earlier release that is still kept.")
@click.option("--format", "syntax", type=click.Choice(["csv", "jsonl", "patch"]), default="csv", show_default=True)
def dataset_changes(data: Path, since: str, syntax: str) -> None:
    """Print what the active release added, changed and removed since an earlier one; `patch` has every statement."""
    from publisher.exports.changes import changes, differences, write_csv, write_json_lines, write_patch  # noqa: PLC0415
    from publisher.release.release import Release, active  # noqa: PLC0415

    found = differences(Release.open(data / "releases" / since).datasets_path, active(data).datasets_path)
    if syntax == "patch":
        write_patch(found, sys.stdout)
    else:
        (write_csv if syntax == "csv" else write_json_lines)(changes(found), sys.stdout)
