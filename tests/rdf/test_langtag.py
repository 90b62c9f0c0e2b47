from __future__ import annotations

import pytest

from publisher.rdf.langtag import canonical


@pytest.mark.parametrize(
    ("tag", "expected"),
    [("fre", "fr"), ("vie", "vi"), ("deu", "de"), ("vi-latn", "vi-Latn"), ("zh-hani", "zh-Hani"), ("bdq", "bdq")],
)
def test_a_language_has_its_shortest_code_and_a_script_its_capital(tag: str, expected: str) -> None:
    assert canonical(tag) == expected
