"""Every rule of the conversion says in MARC 21 what it reads, and its example makes what stands beside it."""

from __future__ import annotations

import re

import pytest
from described import record

from publisher.bibframe import RULES, converter
from publisher.bibframe.rule import Rule
from publisher.rdf.description import sketch

EXAMPLES = [rule for rule in RULES if rule.example]


def _id(rule: Rule) -> str:
    return f"{rule.tag}-{rule.target.name.lower()}-{rule.example[4:30]}"


@pytest.mark.parametrize("rule", EXAMPLES, ids=_id)
def test_the_example_makes_what_stands_beside_it(rule: Rule) -> None:
    its = converter().view(record(rule.example), "key")
    [field] = its.all(rule.tag)
    arcs = rule.make(field) if rule.make else rule.make_from_record(field, its)  # type: ignore[misc]
    assert sketch(arcs) == rule.makes


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: f"{rule.tag}-{rule.target.name.lower()}")
def test_a_rule_has_a_tag_and_a_name(rule: Rule) -> None:
    assert re.fullmatch(r"[0-9]{3}|LDR", rule.tag)
    assert rule.name
    assert bool(rule.example) == bool(rule.makes), "an example and what it makes belong together"
    assert (rule.make is None) != (rule.make_from_record is None)


def test_rules_agree_on_what_a_tag_is_called_and_whether_it_repeats() -> None:
    called: dict[str, set[tuple[str, bool]]] = {}
    for rule in RULES:
        called.setdefault(rule.tag, set()).add((rule.name.partition(":")[0], rule.repeatable))
    of_two_minds = {tag: names for tag, names in called.items() if len(names) > 1 and tag != "LDR"}
    assert not of_two_minds


def test_most_tags_have_an_example() -> None:
    with_example = {rule.tag for rule in EXAMPLES}
    tags = {rule.tag for rule in RULES}
    assert len(with_example) > len(tags) / 2, sorted(tags - with_example)
