"""The verbs of the policy: explain, takedown, show."""

from __future__ import annotations

from pathlib import Path

import click

from publisher.cli.command import config_option, data_option, settings_if_any


@click.group()
def policy() -> None:
    """Ask what may go out, and why."""


@policy.command("explain")
@config_option
@data_option
@click.argument("identifier")
def policy_explain(config: Path | None, data: Path, identifier: str) -> None:
    """Say why IDENTIFIER (record number, address, source:position) is or is not public."""
    from publisher.explanation import explain  # noqa: PLC0415
    from publisher.policy.rulebook import rulebook  # noqa: PLC0415
    from publisher.release.ledger import Ledger  # noqa: PLC0415
    from publisher.release.release import active  # noqa: PLC0415

    settings = settings_if_any(config)
    book = rulebook(settings.policy.file if settings else None)
    for line in explain(Ledger(active(data).ledger_path), identifier, book):
        click.echo(line)


@policy.command("takedown")
@data_option
@click.argument("identifier")
def policy_takedown(data: Path, identifier: str) -> None:
    """Print the entry for policy.toml that takes IDENTIFIER down with the next release."""
    from datetime import date  # noqa: PLC0415

    from publisher.explanation import takedown_entry  # noqa: PLC0415
    from publisher.release.ledger import Ledger  # noqa: PLC0415
    from publisher.release.release import active  # noqa: PLC0415

    click.echo(takedown_entry(Ledger(active(data).ledger_path), identifier, date.today()))


@policy.command("show")
@config_option
def policy_show(config: Path | None) -> None:
    """Print the rules that hold, to be copied, read and changed."""
    from publisher.policy.rulebook import shipped  # noqa: PLC0415

    settings = settings_if_any(config)
    path = settings.policy.file if settings and settings.policy.file else shipped()
    click.echo(path.read_text("utf-8"), nl=False)
