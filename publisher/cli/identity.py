"""The verbs of identity: explain, review."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from publisher.cli.command import data_option

if TYPE_CHECKING:
    from publisher.identity.explanation import Explanations


@click.group()
def identity() -> None:
    """Tell why records are one, and which pairs are doubtful."""


@identity.command("explain")
@data_option
@click.argument("iri")
def identity_explain(data: Path, iri: str) -> None:
    """Tell why the records of the instance or work IRI (or a record's key) are one."""
    click.echo(_explanations(data).explain(iri))


@identity.command("review")
@data_option
def identity_review(data: Path) -> None:
    """Print the doubtful pairs as CSV, the nearest first."""
    explanations = _explanations(data)
    for warning in explanations.warnings():
        click.echo(f"rong: {warning}", err=True)
    explanations.write_review(sys.stdout)


def _explanations(data: Path) -> Explanations:
    from publisher.identity.explanation import Explanations  # noqa: PLC0415
    from publisher.identity.iris import Iris  # noqa: PLC0415
    from publisher.release.release import active  # noqa: PLC0415

    release = active(data)
    return Explanations(release.path, Iris(release.manifest["base"]))
