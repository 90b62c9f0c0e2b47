"""The verbs of identity: explain, candidates, review."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from publisher.cli.command import config_option, data_option, settings_for, tell

if TYPE_CHECKING:
    from publisher.identity.explanation import Explanations


@click.group()
def identity() -> None:
    """Tell why records are one, and which pairs are doubtful."""


@identity.command("explain")
@data_option
@click.argument("iri")
def identity_explain(data: Path, iri: str) -> None:
    """Tell why the records of IRI (or a record's key), or the names of the agent, concept or place IRI, are one."""
    click.echo(_explanations(data).explain(iri))


@identity.command("candidates")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@config_option
@data_option
@click.option("--service", "name", default=None, help="Ask only the service with this name.")
def identity_candidates(file: Path, config: Path | None, data: Path, name: str | None) -> None:
    """Ask the configured services for links; append what they propose to FILE, for a librarian to decide."""
    from publisher.reconcile.candidates import propose  # noqa: PLC0415
    from publisher.reconcile.configured import services  # noqa: PLC0415
    from publisher.release.release import active  # noqa: PLC0415

    release = active(data)
    for service in services(settings_for(config), name):
        tell(propose(release, service, file))


@identity.command("review")
@data_option
@click.option("--html", type=click.Path(path_type=Path, dir_okay=False), default=None, help="Write a page to a file.")
@click.option("--language", type=click.Choice(["vi", "en"]), default="vi", show_default=True, help="Of the page.")
@click.option("--limit", type=click.IntRange(1), default=200, show_default=True, help="Pairs on the page.")
def identity_review(data: Path, html: Path | None, language: str, limit: int) -> None:
    """Print the doubtful pairs as CSV, the nearest first; with --html, write them side by side as a page."""
    if html is not None:
        from publisher.site.review import write_page  # noqa: PLC0415

        tell(write_page(data, html, language, limit))
        return
    explanations = _explanations(data)
    for warning in explanations.warnings():
        click.echo(f"rong: {warning}", err=True)
    explanations.write_review(sys.stdout)


def _explanations(data: Path) -> Explanations:
    from publisher.identity.explanation import Explanations  # noqa: PLC0415
    from publisher.identity.iris import Iris  # noqa: PLC0415
    from publisher.release.layered import opened  # noqa: PLC0415
    from publisher.release.release import active  # noqa: PLC0415

    release = active(data)
    return Explanations(opened(release.account_path), Iris(release.manifest["base"]))
