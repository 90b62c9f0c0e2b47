"""What only MARCXML has: comments and elements that are not MARC's."""

from __future__ import annotations

from pathlib import Path

from publisher.sources import Record, open_source

RECORD = """<collection xmlns="http://www.loc.gov/MARC21/slim"><record>
  <leader>00000nam a2200000 a 4500</leader>
  <controlfield tag="001">1</controlfield>
  <!-- added by the trainee -->
  <datafield tag="700" ind1="1" ind2=" "><subfield code="a">A <!-- sic -->Jar</subfield></datafield>
</record></collection>"""


def test_a_comment_takes_a_place_but_no_text(tmp_path: Path) -> None:
    path = tmp_path / "comment.xml"
    path.write_text(RECORD, encoding="utf-8")
    [record] = open_source(path)
    assert isinstance(record, Record)
    assert [(field.tag, field.position) for field in record.fields] == [("001", 2), ("700", 4)]
    assert record.fields[1].first("a") == "A Jar"


def test_stray_text_between_fields_takes_a_place_and_is_told_of(tmp_path: Path) -> None:
    path = tmp_path / "stray.xml"
    path.write_text(RECORD.replace("</controlfield>", "</controlfield>&quot;"), encoding="utf-8")
    [record] = open_source(path)
    assert isinstance(record, Record)
    assert [(field.tag, field.position) for field in record.fields] == [("001", 2), ("700", 5)]
    assert any("text between the fields" in reason for _, reason in record.warnings)
