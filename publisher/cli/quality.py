"""The verbs of soundness: quality, quarantine."""

from __future__ import annotations

import sys
from pathlib import Path

import click
import orjson

from publisher.cli.command import data_option


@click.command()
@data_option
@click.option("--format", "syntax", type=click.Choice(["text", "csv", "json"]), default="text", show_default=True)
@click.option("--since", default=None, help="An earlier release; the JSON then says what has changed.")
def quality(data: Path, syntax: str, since: str | None) -> None:
    """Say how complete and how sound the records of each source of the active release are."""
    from publisher.quality.report import changes, measure  # noqa: PLC0415
    from publisher.release.release import Release, active  # noqa: PLC0415

    report = measure(active(data))
    if syntax == "csv":
        report.write_csv(sys.stdout)
    elif syntax == "json":
        content = report.as_json()
        if since:
            content["changes"] = changes(report, measure(Release.open(data / "releases" / since)))
        click.echo(orjson.dumps(content).decode())
    else:
        for line in report.text():
            click.echo(line)


@click.group()
def quarantine() -> None:
    """Records that were rejected, kept as they came."""


@quarantine.command("list")
@data_option
@click.option("--rule", default="", help="Only what this rule rejected.")
@click.option("--json", "as_json", is_flag=True, help="One line of JSON a record.")
def quarantine_list(data: Path, rule: str, as_json: bool) -> None:
    """List what was rejected in the active release, with place and reason."""
    from publisher.release.ledger import Ledger  # noqa: PLC0415
    from publisher.release.quarantine import kept  # noqa: PLC0415
    from publisher.release.release import active  # noqa: PLC0415

    for each in kept(Ledger(active(data).ledger_path), rule):
        row = each.row
        if as_json:
            line = {"source": row.source, "position": row.position, "rule": row.rule, "reason": row.reason}
            click.echo(orjson.dumps({**line, "bytes": len(each.content), "file": each.file}).decode())
        else:
            click.echo(f"{row.source}, record {row.position}: {row.rule}: {row.reason} ({len(each.content)} bytes)")


@quarantine.command("export")
@data_option
@click.option("--rule", default="", help="Only what this rule rejected.")
@click.argument("folder", type=click.Path(path_type=Path))
def quarantine_export(data: Path, rule: str, folder: Path) -> None:
    """Write every rejected record byte for byte into FOLDER, which can be repaired and built again."""
    from publisher.release.ledger import Ledger  # noqa: PLC0415
    from publisher.release.quarantine import export  # noqa: PLC0415
    from publisher.release.release import active  # noqa: PLC0415

    count = export(Ledger(active(data).ledger_path), folder, rule)
    click.echo(f"{count} records are in {folder}; repair them there and build the folder again.")
