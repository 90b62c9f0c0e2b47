"""What every verb shares: errors as sentences, the options --data and --config, the settings."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from publisher.errors import Fatal, UsageError

if TYPE_CHECKING:
    from publisher.config import Settings

DEFAULT_DATA = Path("data")
DEFAULT_CONFIG = Path("rong.toml")
F = TypeVar("F", bound=Callable[..., Any])


class Command(click.Group):
    """Turns the errors of the tree into one sentence and an exit status."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; a fatal error becomes its sentence on standard error."""
        try:
            return super().invoke(ctx)
        except Fatal as error:
            click.echo(f"rong: {error}", err=True)
            ctx.exit(error.exit_status)
        except BrokenPipeError:
            sys.stderr.close()
            ctx.exit(1)


def data_option(function: F) -> F:
    """Add `--data`, the folder of the releases."""
    return click.option(
        "--data", type=click.Path(path_type=Path), default=DEFAULT_DATA, show_default=True, help="The releases' folder."
    )(function)


def config_option(function: F) -> F:
    """Add `--config`, the configuration."""
    return click.option(
        "--config", type=click.Path(path_type=Path), default=None, help="The configuration, rong.toml."
    )(function)


def tell(change: object) -> None:
    """Say `change` on standard error."""
    click.echo(str(change), err=True)


def settings_for(config: Path | None, base: str | None = None, sources: tuple[Path, ...] = ()) -> Settings:
    """Return the settings of `config`, or, for SOURCES alone, of one library, or of rong.toml here.

    Raises `UsageError` where there is none of them, or too much.
    """
    from publisher.config import DEFAULT_BASE, Settings  # noqa: PLC0415

    if config is not None and sources:
        raise UsageError("Give either --config or SOURCES; with a configuration the sources stand in it.")
    if sources:
        return Settings.default(base or DEFAULT_BASE, sources)
    found = settings_if_any(config)
    if found is None:
        raise UsageError("There is nothing to build: give catalogue files, or --config with a rong.toml.")
    return found


def settings_if_any(config: Path | None) -> Settings | None:
    """Return the settings of `config`, or of rong.toml here, or None where there is neither."""
    from publisher.config import Settings  # noqa: PLC0415

    if config is None and not DEFAULT_CONFIG.is_file():
        return None
    return Settings.load(config or DEFAULT_CONFIG)


def configuration_files(config: Path | None) -> list[Path]:
    """Return the file of the configuration, if there is one, and those that it names."""
    settings = settings_if_any(config)
    return [] if settings is None else [(config or DEFAULT_CONFIG).resolve(), *settings.files()]
