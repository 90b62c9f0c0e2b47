"""RDF/XML has the shape of the reference, version 2.10, also where every other syntax has a better one."""

from __future__ import annotations

from pathlib import Path

import pytest

from publisher.convert import convert_files

RECORD = """<record xmlns="http://www.loc.gov/MARC21/slim"><leader>00000cjm a2200000 i 4500</leader>
<controlfield tag="001">1</controlfield>
<datafield tag="306" ind1=" " ind2=" "><subfield code="a">002016</subfield></datafield></record>"""


@pytest.mark.parametrize(
    ("syntax", "says"),
    [
        ("bibframe-xml", '<bf:duration rdf:datatype="http://www.w3.org/2001/XMLSchema#duration">002016</bf:duration>'),
        ("ntriples", '"PT00H20M16S"^^<http://www.w3.org/2001/XMLSchema#duration>'),
    ],
)
def test_a_playing_time_is_six_digits_in_the_shape_of_the_reference_only(
    syntax: str, says: str, tmp_path: Path
) -> None:
    (tmp_path / "record.xml").write_text(RECORD, encoding="utf-8")
    written: list[str] = []
    convert_files([tmp_path / "record.xml"], syntax, "http://example.org/", written.append, written.append)
    assert says in "".join(written)
