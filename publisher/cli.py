"""The command `rong`: one verb a function, no logic."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from publisher import __version__
from publisher.convert import TARGETS, descriptions, now
from publisher.errors import Fatal
from publisher.sources import Rejected, open_source
from publisher.sources.record import Record


class Command(click.Group):
    """Turns the errors of the tree into one sentence and an exit status."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; a fatal error becomes its sentence on standard error."""
        try:
            return super().invoke(ctx)
        except Fatal as error:
            click.echo(f"rong: {error}", err=True)
            ctx.exit(error.exit_status)


@click.group(cls=Command, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="rong")
def main() -> None:
    """Publish library catalogues as linked open data."""


@main.command()
@click.option("--to", "target", type=click.Choice(sorted(TARGETS)), required=True, help="What to convert to.")
@click.option("--base", default="http://example.org/", show_default=True, help="The base of the IRIs that are minted.")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
def convert(target: str, base: str, files: tuple[Path, ...]) -> None:
    """Convert catalogue FILES (or standard input) and print the result."""
    rejected = 0

    def records() -> Iterator[Record]:
        nonlocal rejected
        for file in files or (Path("-"),):
            for item in open_source(file):
                if isinstance(item, Rejected):
                    rejected += 1
                    click.echo(f"rong: {item}", err=True)
                else:
                    yield item

    writer = TARGETS[target](base)
    write = sys.stdout.write
    write(writer.header)
    for description in descriptions(records(), now()):
        write(writer.record(description))
    write(writer.footer)
    sys.stdout.flush()
    sys.exit(1 if rejected else 0)
