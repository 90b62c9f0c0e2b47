"""The code lists in vocab/: every list is whole, in both languages, and says where it comes from."""

from __future__ import annotations

import csv
import os
import re
import unicodedata
from pathlib import Path
from xml.etree import ElementTree

import pytest

from publisher import resources
from publisher.errors import ConfigError
from publisher.rdf.codelists import COLUMNS, codelist, names, read

VOCAB = resources.folder("vocab")
CODES = Path(__file__).parents[2] / "shared" / "reference" / "codes"
HEADER = ("title", "title_vi", "source", "date", "licence", "labels_vi")
README = (VOCAB / "README.md").read_text(encoding="utf-8")

each_list = pytest.mark.parametrize("name", names())


@pytest.fixture
def codes() -> Path:
    if not CODES.is_dir():
        assert os.environ.get("CI") != "true", f"{CODES} is missing"
        pytest.skip(f"{CODES} is not here")
    return CODES


def obsolete(name: str) -> set[str]:
    return {code for code, row in codelist(name).items() if row.more["obsolete"] == "yes"}


@each_list
def test_a_list_says_what_it_is_and_where_it_comes_from(name: str) -> None:
    about = codelist(name).about
    assert {key for key in HEADER if about.get(key, "").strip()} == set(HEADER)
    assert about["title"] != about["title_vi"]


@each_list
def test_a_list_is_nfc_without_stray_blanks(name: str) -> None:
    text = (VOCAB / f"{name}.tsv").read_bytes().decode("utf-8")
    assert unicodedata.is_normalized("NFC", text)
    assert text.endswith("\n")
    assert "\r" not in text
    cells = [cell for line in text.splitlines() for cell in line.split("\t")]
    assert [cell for cell in cells if cell != cell.strip()] == []


@each_list
def test_a_list_is_sorted_by_code(name: str) -> None:
    rows = list(codelist(name))
    assert rows == sorted(rows)
    assert rows


@each_list
def test_every_code_has_a_label_in_both_languages(name: str) -> None:
    assert [row.code for row in codelist(name).values() if not (row.code and row.en and row.vi)] == []


@each_list
def test_every_iri_may_stand_in_a_store(name: str) -> None:
    iris = [row.iri for row in codelist(name).values() if row.iri]
    assert [iri for iri in iris if not re.fullmatch(r"https?://[a-z0-9.]+/[A-Za-z0-9/._~#-]+", iri)] == []


@each_list
def test_the_readme_describes_every_list(name: str) -> None:
    assert f"`{name}.tsv`" in README


def test_the_readme_describes_no_list_that_is_not_there() -> None:
    assert set(re.findall(r"`([a-z0-9-]+)\.tsv`", README)) == set(names())


def test_the_readme_names_the_list_of_each_map_of_the_reference() -> None:
    said = dict(re.findall(r"^\| `(\w+)` \| `([a-z0-9-]+)\.tsv` \|", README, re.MULTILINE))
    is_so = {row.more["marc"]: name for name in said.values() for row in codelist(name).values()}
    assert said == is_so
    assert len(said) == 33


def test_all_marc_languages_are_there_with_the_library_of_congress_names(codes: Path) -> None:
    space = {"c": "info:lc/xmlns/codelist-v1"}
    theirs = ElementTree.parse(codes / "loc-languages.xml").getroot().findall("c:languages/c:language", space)
    assert {row.code: row.en for row in codelist("languages").values()} == {
        element.findtext("c:code", None, space): element.findtext("c:name", None, space) for element in theirs
    }
    marked = [code for element in theirs for code in element.findall("c:code[@status='obsolete']", space)]
    assert obsolete("languages") == {code.text for code in marked}


def test_all_marc_countries_are_there_and_those_that_are_no_more(codes: Path) -> None:
    space = {"c": "info:lc/xmlns/codelist-v1"}
    root = ElementTree.parse(codes / "loc-countries.xml").getroot()
    now = {str(code.text).strip() for code in root.findall("c:countries/c:country/c:code[1]", space)}
    named = {str(code.text).strip() for code in root.findall(".//c:code[@status='obsolete']", space)}
    assert set(codelist("countries")) - obsolete("countries") == now
    assert named - now <= obsolete("countries")


def test_all_marc_geographic_areas_are_there(codes: Path) -> None:
    with (codes / "loc-gacs.csv").open(encoding="utf-8-sig", newline="") as lines:
        theirs = {row["code"].strip(): row["location"].strip() for row in csv.DictReader(lines)}
    assert {row.code: row.en for row in codelist("geographic-areas").values()} == {
        code.removeprefix("-"): location for code, location in theirs.items()
    }
    assert obsolete("geographic-areas") == {code[1:] for code in theirs if code.startswith("-")}


def test_all_marc_relators_are_there(codes: Path) -> None:
    label = re.compile(r'<(\S+)> <http://www.loc.gov/mads/rdf/v1#authoritativeLabel> "(.*)" \.')
    theirs = dict(label.findall((codes / "loc-relators.nt").read_text(encoding="utf-8")))
    assert {row.iri: row.en for row in codelist("relators").values()} == theirs
    assert len(theirs) == 300


def test_every_language_tag_is_well_formed() -> None:
    tags = [row.more["bcp47"] for name in ("languages", "iso639-3") for row in codelist(name).values()]
    assert [tag for tag in tags if not re.fullmatch(r"[a-z]{2,3}(-[A-Z][a-z]{3})?", tag)] == []


def test_the_languages_beyond_marc_have_no_marc_code() -> None:
    assert set(codelist("iso639-3")) & set(codelist("languages")) == set()


def test_every_people_speaks_a_language_that_a_list_has() -> None:
    spoken = {code for row in codelist("ethnic-groups").values() for code in row.more["languages"].split()}
    assert spoken <= set(codelist("iso639-3")) | set(codelist("languages"))
    assert len(codelist("ethnic-groups")) == 54


def test_thirty_four_provinces_came_from_sixty_three() -> None:
    provinces = codelist("provinces")
    now = {code for code, row in provinces.items() if not row.more["valid_to"]}
    untouched = {code for code in now if not provinces[code].more["replaces"]}
    merged = {code for code, row in provinces.items() if row.more["valid_to"] == "2025-06-30"}
    renamed = {code for code, row in provinces.items() if row.more["valid_to"] == "2024-12-31"}
    assert len(now) == 34
    assert len(untouched) + len(merged) + len(renamed) == 63


def test_a_merger_reads_the_same_from_both_sides() -> None:
    provinces = codelist("provinces")
    forward = {(code, row.more["replaced_by"]) for code, row in provinces.items() if row.more["replaced_by"]}
    backward = {(old, code) for code, row in provinces.items() for old in row.more["replaces"].split()}
    assert forward == backward
    assert ("62-2025", "51") in forward


def test_the_communes_of_kon_tum_lie_in_quang_ngai() -> None:
    communes = codelist("communes-quangngai")
    now = [row for row in communes.values() if not row.more["valid_to"]]
    of_kon_tum = [row for row in now if row.code >= "23281"]
    assert {row.more["part_of"].split()[0] for row in now} == {"51"}
    assert (len(now), len(of_kon_tum)) == (96, 40)


def test_the_dewey_divisions_are_a_hundred() -> None:
    assert list(codelist("ddc-classes")) == [f"{number:03}" for number in range(0, 1000, 10)]


def test_a_list_answers_for_code_iri_and_label() -> None:
    languages = codelist("languages")
    assert languages.label("vie", "vi") == "tiếng Việt"
    assert languages.label("vie", "en") == "Vietnamese"
    assert languages.iri("vie") == "http://id.loc.gov/vocabulary/languages/vie"
    assert languages.by_iri("http://id.loc.gov/vocabulary/languages/vie") is languages["vie"]
    assert languages["vie"].more["bcp47"] == "vi"


def test_an_unknown_code_has_no_label_and_no_iri() -> None:
    assert codelist("languages").label("qqq", "vi") is None
    assert codelist("languages").iri("qqq") is None
    assert codelist("languages").by_iri("http://example.org/qqq") is None
    assert codelist("original-item-forms").iri("a") is None


def test_codes_that_mean_the_same_share_an_iri() -> None:
    forms = codelist("form-of-item")
    assert forms.iri("d") == forms.iri("r")
    assert forms.by_iri("http://id.loc.gov/vocabulary/carriers/nc") is forms["d"]


def test_an_unknown_list_is_named_with_its_remedy() -> None:
    with pytest.raises(ConfigError, match=r"no code list .*colours\.tsv; vocab/README\.md"):
        codelist("colours")


HEAD = "# title: t\n" + "\t".join(COLUMNS) + "\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "header row"),
        ("# title: only a comment\n", "header row"),
        ("code\tname\n", "header row"),
        (HEAD + "a\t\tA\n", "line 3: put 4 cells"),
        (HEAD + "a\t\tA\tA\nb\t\tB\tB\na\t\tC\tC\n", "line 5: the code 'a' is there twice"),
    ],
)
def test_a_broken_list_is_refused_with_its_line(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "broken.tsv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=f"broken.tsv.*{message}"):
        read(path)
