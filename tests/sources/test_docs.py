"""docs/sources.md names every format, every codec and every rule by which a record is rejected."""

from __future__ import annotations

import re
from pathlib import Path

from publisher.sources.encodings import _NAMES
from publisher.sources.files import MEANT, SUFFIXES
from publisher.sources.formats import FORMATS

ROOT = Path(__file__).parents[2]
DOCS = (ROOT / "docs" / "sources.md").read_text("utf-8")
CODE = "".join(path.read_text("utf-8") for path in (ROOT / "publisher" / "sources").rglob("*.py"))


def test_formats_and_endings_are_documented() -> None:
    assert [name for name in FORMATS if f"| `{name}` |" not in DOCS] == []
    assert [ending for ending in SUFFIXES | MEANT if ending not in DOCS] == []


def test_codecs_are_documented() -> None:
    assert [name for name in set(_NAMES.values()) if f"`{name}`" not in DOCS] == []


def test_rules_of_rejection_are_documented() -> None:
    rooms = "record|directory|encoding|xml|json|source|row|sheet"
    rules = set(re.findall(rf'"((?:{rooms})-[a-z-]+)"', CODE)) - {"sheet-columns"}
    assert len(rules) >= 10
    assert sorted(rule for rule in rules if f"`{rule}`" not in DOCS) == []
