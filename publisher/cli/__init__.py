"""The command `rong`: one verb a function, no logic; a module a group of verbs."""

from __future__ import annotations

import click

from publisher import __version__
from publisher.cli import (
    assistants,
    backup,
    ckan,
    conversion,
    dataset,
    identity,
    policy,
    quality,
    releases,
    schedule,
    serving,
    sources,
    status,
)
from publisher.cli.command import Command


@click.group(cls=Command, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="rong")
def main() -> None:
    """Publish library catalogues as linked open data."""


for verb in (
    conversion.convert,
    releases.build,
    releases.update,
    releases.activate,
    releases.rollback,
    releases.releases,
    releases.verify,
    releases.ledger,
    releases.publish,
    backup.backup,
    backup.restore,
    backup.prune,
    serving.serve,
    status.status,
    schedule.schedule,
    assistants.mcp,
    sources.harvest,
    sources.source,
    identity.identity,
    policy.policy,
    quality.quality,
    quality.quarantine,
    dataset.dataset,
    ckan.ckan,
):
    main.add_command(verb)
