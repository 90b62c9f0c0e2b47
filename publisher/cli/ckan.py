"""The verbs of CKAN: plan, apply, verify."""

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
