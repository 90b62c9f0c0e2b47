"""docs/policy.md names every rule by which a record is withheld or something is taken out."""

from publisher.policy.rulebook import rulebook
from tests.conftest import ROOT


def test_every_rule_is_documented() -> None:
    page = (ROOT / "docs" / "policy.md").read_text("utf-8")
    rules = rulebook(None)
    names = {rule.rule for rule in (*rules.withhold, *rules.redact)} | {"takedown", "kind-unsupported"}
    assert [name for name in sorted(names) if f"`{name}`" not in page] == []
