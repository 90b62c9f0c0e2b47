"""The documentation does not lag behind the code: a verb, an option or a page that is not described fails."""

import re

import click
import pytest

from publisher.cli import main
from publisher.convert import TARGETS
from tests.conftest import ROOT

DOCS = ROOT / "docs"


def verbs(group: click.Group, prefix: str = "rong") -> list[tuple[str, click.Command]]:
    found = []
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            found += verbs(command, f"{prefix} {name}")
        else:
            found.append((f"{prefix} {name}", command))
    return found


@pytest.mark.parametrize("verb", [name for name, _ in verbs(main)])
def test_every_verb_is_described(verb):
    page = (DOCS / "commands.md").read_text()
    *group, last = verb.split()
    assert re.search(rf"`{' '.join(group)} [a-z\\|]*\b{last}\b", page)


def test_every_target_of_convert_is_described():
    page = (DOCS / "commands.md").read_text()
    assert [target for target in TARGETS if f"`{target}`" not in page] == []


def test_every_verb_has_help_in_a_sentence():
    for name, command in verbs(main):
        assert command.help, name
        assert command.help.rstrip().endswith((".", "by default.")), name


def test_links_between_pages_lead_somewhere():
    for page in [*DOCS.glob("*.md"), ROOT / "README.md", ROOT / "README.vi.md"]:
        for target in re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", page.read_text()):
            if "://" not in target:
                assert (page.parent / target).exists(), f"{page.name} links to {target}"


def test_both_readmes_name_the_same_commands():
    commands = [
        set(re.findall(r"\b(?:make|rong) [a-z-]+", (ROOT / name).read_text())) for name in ("README.md", "README.vi.md")
    ]
    assert commands[0] == commands[1]
