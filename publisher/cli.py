"""The command `rong`: one verb a function, no logic."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click
import orjson

from publisher import __version__
from publisher.errors import Fatal, UsageError
from publisher.progress import progress_bars

DEFAULT_DATA = Path("data")
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


@click.group(cls=Command, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="rong")
def main() -> None:
    """Publish library catalogues as linked open data."""


@main.command()
@click.option("--to", "target", required=True, help="bibframe-xml, ntriples, turtle, jsonld or schemaorg.")
@click.option("--base", default="http://example.org/", show_default=True, help="The base of the IRIs that are minted.")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
def convert(target: str, base: str, files: tuple[Path, ...]) -> None:
    """Convert catalogue FILES (or standard input) and print the result."""
    from publisher.convert import convert_files  # noqa: PLC0415

    def say(message: str) -> None:
        click.echo(f"rong: {message}", err=True)

    rejected = convert_files(files or (Path("-"),), target, base, sys.stdout.write, say)
    sys.stdout.flush()
    sys.exit(1 if rejected else 0)


@main.command()
@config_option
@data_option
@click.option("--base", default=None, help="The base IRI when there is no configuration.")
@click.option("--workers", type=click.IntRange(1), default=None, help="Processes that convert; one a core by default.")
@click.option("--json", "as_json", is_flag=True, help="End with one line of JSON.")
@click.argument("sources", nargs=-1, type=click.Path(path_type=Path))
def build(
    config: Path | None, data: Path, base: str | None, workers: int | None, as_json: bool, sources: tuple[Path, ...]
) -> None:
    """Build a release of SOURCES, or of the sources in the configuration."""
    from publisher.build import build as build_release  # noqa: PLC0415
    from publisher.progress import summary  # noqa: PLC0415

    settings = _settings(config, base, sources)
    with progress_bars() as progress:
        report = build_release(settings, data, workers=workers or 0, progress=progress)
    if as_json:
        click.echo(orjson.dumps(report._asdict()).decode())
    else:
        click.echo(summary(report))
        click.echo("Run `rong activate` to put it into service.")


@main.command()
@data_option
@click.argument("release", required=False)
def activate(data: Path, release: str | None) -> None:
    """Put RELEASE (the newest by default) into service."""
    from publisher.release.service import put_into_service  # noqa: PLC0415

    click.echo(f"In service: {put_into_service(data, release).id}")


@main.command()
@data_option
def rollback(data: Path) -> None:
    """Put the release before the active one into service."""
    from publisher.release.service import roll_back  # noqa: PLC0415

    click.echo(f"In service: {roll_back(data).id}")


@main.command()
@data_option
@click.option("--json", "as_json", is_flag=True, help="One line of JSON a release.")
def releases(data: Path, as_json: bool) -> None:
    """List the releases; the active one is marked."""
    from publisher.release.service import overview  # noqa: PLC0415

    for line in overview(data):
        if as_json:
            click.echo(orjson.dumps(line).decode())
        else:
            mark = "*" if line["active"] else " "
            click.echo(
                f"{mark} {line['release']}  {line['published']:>9,} published  {line['withheld']:>7,} withheld  "
                f"{line['rejected']:>7,} rejected  {line['triples']:>12,} triples"
            )


@main.command()
@data_option
@click.argument("release", required=False)
def verify(data: Path, release: str | None) -> None:
    """Compare every file of RELEASE (the active one by default) with its manifest."""
    from publisher.release.service import verify as verify_release  # noqa: PLC0415

    checked, damage = verify_release(data, release)
    for sentence in damage:
        click.echo(f"rong: {checked.id}: {sentence}", err=True)
    if not damage:
        click.echo(f"{checked.id} is whole: {len(checked.manifest['files'])} files are as they were made.")
    sys.exit(1 if damage else 0)


@main.command()
@data_option
@click.option("--format", "syntax", type=click.Choice(["csv", "jsonl"]), default="csv", show_default=True)
def ledger(data: Path, syntax: str) -> None:
    """Print the fate of every record of the active release, one row a record."""
    from publisher.release.ledger import Ledger  # noqa: PLC0415
    from publisher.release.release import active  # noqa: PLC0415

    book = Ledger(active(data).ledger_path)
    (book.write_csv if syntax == "csv" else book.write_jsonl)(sys.stdout)


@main.command()
@config_option
@data_option
@click.option("--json", "as_json", is_flag=True, help="End with one line of JSON.")
def publish(config: Path | None, data: Path, as_json: bool) -> None:
    """Build, activate and export; bring CKAN in step where one is configured."""
    from publisher.progress import summary  # noqa: PLC0415
    from publisher.publication import publish as publish_all  # noqa: PLC0415

    settings = _settings(config, None, ())
    with progress_bars() as progress:
        report, applied = publish_all(settings, data, progress=progress, on_change=_tell)
    if as_json:
        ckan = applied.as_json() if applied else None
        click.echo(orjson.dumps({**report._asdict(), "ckan": ckan}).decode())
        return
    click.echo(summary(report))
    if applied:
        click.echo(applied)
    click.echo(f"In service: {report.release}. `rong serve` shows it.")


@main.command()
@config_option
@data_option
@click.option("--host", default=None, help="The address to listen on; that of the configuration by default.")
@click.option("--port", type=click.IntRange(0, 65535), default=None, help="The port; that of the configuration.")
def serve(config: Path | None, data: Path, host: str | None, port: int | None) -> None:
    """Serve the site and /sparql from the active release."""
    from publisher.config import Serve  # noqa: PLC0415
    from publisher.site.server import endpoint_settings  # noqa: PLC0415
    from publisher.site.server import serve as serve_site  # noqa: PLC0415

    settings = _settings(config, None, (), optional=True)
    asked = {name: value for name, value in (("host", host), ("port", port)) if value is not None}
    options = (settings.serve if settings else Serve()).model_copy(update=asked)
    serve_site(data, options, endpoint_settings(settings) if settings else None)


@main.command()
@click.option("--into", "folder", type=click.Path(path_type=Path), required=True, help="The folder of this harvest.")
@click.option("--prefix", default="oai_dc", show_default=True, help="marcxml, oai_dc, mods or another of the server.")
@click.option("--set", "set_spec", default="", help="Only this set.")
@click.option("--from", "since", default="", help="Only records changed since (UTC, like 2026-01-31).")
@click.option("--until", default="", help="Only records changed until.")
@click.option("--full", is_flag=True, help="Everything again; what is no longer there is dropped.")
@click.option(
    "--delay", type=click.FloatRange(0, 600), default=1.0, show_default=True, help="Seconds between requests."
)
@click.option("--json", "as_json", is_flag=True, help="End with one line of JSON.")
@click.argument("url")
def harvest(
    folder: Path, prefix: str, set_spec: str, since: str, until: str, full: bool, delay: float, as_json: bool, url: str
) -> None:
    """Fetch the records of the OAI-PMH server at URL; FOLDER/records.xml is then a source."""
    from publisher.harvest import harvest as fetch  # noqa: PLC0415
    from publisher.harvest.client import Client  # noqa: PLC0415

    done = fetch(
        url,
        folder,
        prefix=prefix,
        set_spec=set_spec,
        since=since,
        until=until,
        full=full,
        client=Client(url, delay=delay),
        tell=_tell,
    )
    for doubt in done.doubts:
        click.echo(f"rong: {url}: {doubt}", err=True)
    if as_json:
        click.echo(orjson.dumps(done._asdict()).decode())
    else:
        click.echo(f"{done.changed} records new or changed, {done.records} in all: {folder / 'records.xml'}")


@main.group()
def source() -> None:
    """Look at sources before they are built."""


@source.command("inspect")
@click.option("--mapping", type=click.Path(path_type=Path), default=None, help="The mapping file of a sheet.")
@click.argument("path", type=click.Path(path_type=Path))
def source_inspect(path: Path, mapping: Path | None) -> None:
    """Say what PATH is, read all of it, and propose a mapping for a sheet."""
    from publisher.inspection import inspect  # noqa: PLC0415

    for line in inspect(path, mapping):
        click.echo(line)


@main.group()
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


def _explanations(data: Path) -> Any:
    from publisher.identity.explanation import Explanations  # noqa: PLC0415
    from publisher.identity.iris import Iris  # noqa: PLC0415
    from publisher.release.release import active  # noqa: PLC0415

    release = active(data)
    return Explanations(release.path, Iris(release.manifest["base"]))


@main.group()
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

    settings = _settings(config, None, (), optional=True)
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

    settings = _settings(config, None, (), optional=True)
    path = settings.policy.file if settings and settings.policy.file else shipped()
    click.echo(path.read_text("utf-8"), nl=False)


@main.command()
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


@main.group()
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


@main.group()
def ckan() -> None:
    """Keep a CKAN in step with the active release."""


@ckan.command("plan")
@config_option
@data_option
@click.option("--json", "as_json", is_flag=True, help="The plan as one line of JSON.")
def ckan_plan(config: Path | None, data: Path, as_json: bool) -> None:
    """Show what would change; nothing is written."""
    from publisher.publication import ckan_plan as make  # noqa: PLC0415

    plan = make(_settings(config, None, ()), data)
    click.echo(orjson.dumps(plan.as_json()).decode() if as_json else plan)


@ckan.command("apply")
@config_option
@data_option
@click.option("--json", "as_json", is_flag=True, help="What was done as one line of JSON.")
def ckan_apply(config: Path | None, data: Path, as_json: bool) -> None:
    """Make the changes; a second time there are none."""
    from publisher.publication import ckan_apply as carry_out  # noqa: PLC0415

    applied = carry_out(_settings(config, None, ()), data, _tell)
    click.echo(orjson.dumps(applied.as_json()).decode() if as_json else applied)


@ckan.command("verify")
@config_option
@data_option
@click.option("--json", "as_json", is_flag=True, help="The checks as one line of JSON.")
def ckan_verify(config: Path | None, data: Path, as_json: bool) -> None:
    """Download everything back and compare it with the release."""
    from publisher.publication import ckan_verify as compare  # noqa: PLC0415

    verification = compare(_settings(config, None, ()), data)
    click.echo(orjson.dumps(verification.as_json()).decode() if as_json else verification)
    sys.exit(0 if verification.is_right else 1)


def _tell(change: object) -> None:
    click.echo(str(change), err=True)


def _settings(config: Path | None, base: str | None, sources: tuple[Path, ...], *, optional: bool = False) -> Any:
    """Return the settings of `config`, of rong.toml here, or, for SOURCES alone, of one library.

    With none of them it is wrong use, or None where the settings are `optional`.
    """
    from publisher.config import DEFAULT_BASE, Settings  # noqa: PLC0415

    if config is not None:
        if sources:
            raise UsageError("Give either --config or SOURCES; with a configuration the sources stand in it.")
        return Settings.load(config)
    if sources:
        return Settings.default(base or DEFAULT_BASE, sources)
    if Path("rong.toml").is_file():
        return Settings.load(Path("rong.toml"))
    if optional:
        return None
    raise UsageError("There is nothing to build: give catalogue files, or --config with a rong.toml.")
