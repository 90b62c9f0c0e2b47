"""The Library of Congress' own assertions (XPath 3.1 over the RDF/XML of its test records), asked of our RDF/XML."""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from pathlib import Path

import orjson
import pytest
from saxonche import PySaxonProcessor

from publisher.convert import convert_files

LOC = Path(__file__).parents[3] / "shared" / "reference" / "loc"


@cache
def _vectors() -> dict[str, list[dict[str, object]]]:
    """Return the assertions by the name of the record file they are about; none where the file is not here."""
    by_record: dict[str, list[dict[str, object]]] = defaultdict(list)
    path = LOC / "vectors.jsonl"
    for line in path.read_bytes().splitlines() if path.is_file() else ():
        vector = orjson.loads(line)
        by_record[vector["record"]].append(vector)
    return by_record


@pytest.fixture(scope="module")
def saxon() -> PySaxonProcessor:
    return PySaxonProcessor(license=False)


def _holds(xpath: object, vector: dict[str, object]) -> bool:
    try:
        return bool(xpath.effective_boolean_value(vector["test"]))  # type: ignore[attr-defined]
    except Exception as error:
        pytest.fail(f"{vector['test']} cannot be evaluated: {error}")


@pytest.mark.parametrize("name", sorted(_vectors()) or ["vectors.jsonl"])
def test_the_assertions_of_the_library_of_congress_hold(name: str, shared: Path, saxon: PySaxonProcessor) -> None:
    written: list[str] = []
    rejected: list[str] = []
    convert_files([shared / "reference" / "loc" / "records" / name], "bibframe-xml", "http://example.org/",
                  written.append, rejected.append)  # fmt: skip
    assert not rejected
    xpath = saxon.new_xpath_processor()
    xpath.set_context(xdm_item=saxon.parse_xml(xml_text="".join(written)))
    vectors = _vectors()[name]
    for prefix, namespace in vectors[0]["ns"].items():  # type: ignore[attr-defined]
        xpath.declare_namespace(prefix, namespace)
    failed = [vector for vector in vectors if not _holds(xpath, vector)]
    assert not failed, "\n" + "\n".join(f"{vector['label']}: {vector['test']}" for vector in failed)


def test_no_assertion_is_missing(shared: Path) -> None:
    assert sum(map(len, _vectors().values())) == 836
