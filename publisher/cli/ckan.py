"""The verbs of CKAN: plan, apply, verify, adopt, prune."""

from __future__ import annotations

import sys
from pathlib import Path

import click
import orjson

from publisher.cli.command import config_option, data_option, settings_for, tell


@click.group()
def ckan() -> None:
    """Keep a CKAN in step with the active release."""


@ckan.command("plan")
@config_option
@data_option
@click.option("--json", "as_json", is_flag=True, help="The plan as one line of JSON.")
def ckan_plan(config: Path | None, data: Path, as_json: bool) -> None:
    """Show what would change; nothing is written."""
    from publisher.publication import ckan_plan as make  # noqa: PLC0415

    plan = make(settings_for(config), data)
    click.echo(orjson.dumps(plan.as_json()).decode() if as_json else plan)


@ckan.command("apply")
@config_option
@data_option
@click.option("--json", "as_json", is_flag=True, help="What was done as one line of JSON.")
def ckan_apply(config: Path | None, data: Path, as_json: bool) -> None:
    """Make the changes; a second time there are none."""
    from publisher.publication import ckan_apply as carry_out  # noqa: PLC0415

    applied = carry_out(settings_for(config), data, tell)
    click.echo(orjson.dumps(applied.as_json()).decode() if as_json else applied)


@ckan.command("verify")
@config_option
@data_option
@click.option("--json", "as_json", is_flag=True, help="The checks as one line of JSON.")
def ckan_verify(config: Path | None, data: Path, as_json: bool) -> None:
    """Download everything back and compare it with the release."""
    from publisher.publication import ckan_verify as compare  # noqa: PLC0415

    verification = compare(settings_for(config), data)
    click.echo(orjson.dumps(verification.as_json()).decode() if as_json else verification)
    sys.exit(0 if verification.is_right else 1)


@ckan.command("adopt")
@click.argument("name")
@config_option
@data_option
def ckan_adopt(name: str, config: Path | None, data: Path) -> None:
    """Take over the dataset on CKAN that is called as our dataset NAME would be, so that apply brings it in step."""
    from publisher.publication import ckan_adopt as take_over  # noqa: PLC0415

    click.echo(take_over(settings_for(config), data, name))


@ckan.command("prune")
@config_option
@data_option
@click.option("--yes", is_flag=True, help="Delete them; without it they are only listed.")
def ckan_prune(config: Path | None, data: Path, yes: bool) -> None:
    """List the datasets that Rông made on CKAN and that are declared no more, or delete them with --yes."""
    from publisher.publication import ckan_prune as clear_away  # noqa: PLC0415

    names = clear_away(settings_for(config), data, for_good=yes)
    for name in names:
        click.echo(f"{'deleted' if yes else 'would delete'} {name}")
    if not names:
        click.echo("nothing to delete: all that Rông made there is declared")
