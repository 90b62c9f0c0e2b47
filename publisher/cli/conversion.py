"""The verb that converts: `rong convert`."""

from __future__ import annotations

import sys
from pathlib import Path

import click


@click.command()
@click.option("--to", "target", required=True, help="bibframe-xml, ntriples, turtle, jsonld or schemaorg.")
@click.option("--base", default="http://example.org/", show_default=True, help="The base of the IRIs that are minted.")
@click.option("--split", is_flag=True, help="Split a record that describes several things into an instance each.")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
def convert(target: str, base: str, split: bool, files: tuple[Path, ...]) -> None:
    """Convert catalogue FILES (or standard input) and print the result."""
    from publisher.bibframe import splitting  # noqa: PLC0415
    from publisher.convert import convert_files, whole  # noqa: PLC0415

    def say(message: str) -> None:
        click.echo(f"rong: {message}", err=True)

    rejected = convert_files(
        files or (Path("-"),), target, base, sys.stdout.write, say, parts=splitting.split if split else whole
    )
    sys.stdout.flush()
    sys.exit(1 if rejected else 0)
