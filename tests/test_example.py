"""The example catalogue: that its records are good MARC 21, true to their sources, and show what they are there for."""

from __future__ import annotations

import csv
import importlib.util
import re
import sys
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType

import langcodes
import pymarc
import pytest
from stdnum import isbn, issn

from publisher.config import Settings

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "examples" / "kontum"
MADE_UP = "Dữ liệu minh hoạ"
REQUIRED = ("001", "003", "005", "008", "040", "043", "082", "245", "300")
SETTINGS = Settings.load(EXAMPLE / "rong.toml")
FILES = [(library.code, source.path) for library in SETTINGS.libraries for source in library.sources]
MINORITY = {"bdq", "sed", "jra", "jeh", "rad", "cmo"}


@dataclass(frozen=True)
class Catalogued:
    """A record with the library that has it, and how a failed test names it."""

    library: str
    file: str
    marc: pymarc.Record

    def __str__(self) -> str:
        return f"{self.file} {self.key}"

    @property
    def key(self) -> str:
        return str(self.marc["001"].data)

    def fields(self, *tags: str) -> list[pymarc.Field]:
        return list(self.marc.get_fields(*tags))

    def values(self, tag: str, code: str) -> list[str]:
        return [value for field in self.fields(tag) for value in field.get_subfields(code)]


@cache
def catalogue() -> list[Catalogued]:
    """Return all records of all libraries, read from the files that `rong` reads."""
    found = []
    for library, path in FILES:
        if path.suffix == ".mrc":
            with path.open("rb") as stream:
                marc = list(pymarc.MARCReader(stream, to_unicode=True))
        else:
            marc = pymarc.parse_xml_to_array(str(path), strict=True)
        assert marc, f"{path.name} has no records"
        assert all(marc), f"pymarc cannot read a record of {path.name}"
        found += [Catalogued(library, path.name, record) for record in marc]
    return found


def titles() -> set[str]:
    """Return the titles, folded so that the same edition in two libraries counts once."""
    return {
        re.sub(r"\W+", " ", " ".join(record.values("245", "a") + record.values("245", "n"))).casefold().strip()
        for record in catalogue()
    }


@cache
def codes(table: str) -> set[str]:
    """Return the codes in a table of vocab/."""
    with (ROOT / "vocab" / f"{table}.tsv").open(encoding="utf-8") as stream:
        rows = csv.DictReader((line for line in stream if not line.startswith("#")), delimiter="\t")
        return {row["code"] for row in rows}


def where(wrong: Callable[[Catalogued], object]) -> list[str]:
    """Return the names of the records of which `wrong` holds."""
    return [str(record) for record in catalogue() if wrong(record)]


# --- good MARC 21 ---------------------------------------------------------------------------------------------------


def test_every_record_has_the_fields_that_a_catalogue_record_needs() -> None:
    assert not where(lambda record: [tag for tag in REQUIRED if not record.fields(tag)])


def test_every_record_says_when_it_was_published_or_that_nobody_knows() -> None:
    undated = where(lambda r: not r.values("264", "c") + r.values("260", "c") + r.values("773", "t"))
    assert not undated


def test_a_key_is_used_once_in_a_library() -> None:
    keys = [(record.library, record.key) for record in catalogue()]
    assert len(keys) == len(set(keys))


def test_field_003_and_the_holdings_name_the_library_that_sent_the_record() -> None:
    def stray(record: Catalogued) -> bool:
        held = record.values("852", "a") + record.values("952", "a") + record.values("952", "b")
        return {str(record.marc["003"].data), *held} != {record.library}

    assert not where(stray)


def test_the_leader_says_unicode_and_the_fixed_fields_have_their_length() -> None:
    assert not where(lambda r: str(r.marc.leader)[9] != "a" or str(r.marc.leader)[20:24] != "4500")
    assert not where(lambda r: len(r.marc["008"].data or "") != 40)
    assert not where(lambda r: not re.fullmatch(r"\d{14}\.0", r.marc["005"].data or ""))
    assert not where(lambda r: [f for f in r.fields("006") if len(f.data or "") != 18])


def test_field_008_has_codes_that_exist() -> None:
    def wrong(record: Catalogued) -> bool:
        data = record.marc["008"].data or ""
        country, language = data[15:18].strip(), data[35:38]
        return (
            country not in codes("countries")
            or language not in codes("languages")
            or data[6] not in "cdmnqs"
            or not re.fullmatch(r"\d{6}", data[0:6])
            or not re.fullmatch(r"\d{4}|uuuu", data[7:11])
            or not re.fullmatch(r"\d{4}|uuuu| {4}", data[11:15])
        )

    assert not where(wrong)


def test_the_year_in_field_008_is_the_year_of_publication() -> None:
    def differs(record: Catalogued) -> bool:
        year = (record.marc["008"].data or "")[7:11]
        dates = record.values("264", "c") + record.values("260", "c")
        return year != "uuuu" and not any(year in date for date in dates)

    assert not where(differs)


def test_languages_and_relators_are_codes_that_exist() -> None:
    for record in catalogue():
        for field in record.fields("041"):
            known = langcodes.tag_is_valid if field.indicator2 == "7" else codes("languages").__contains__
            assert field.get_subfields("2") == (["iso639-3"] if field.indicator2 == "7" else []), str(record)
            assert all(known(code) for code in field.get_subfields("a", "d", "h")), f"{record}: {field}"
        for field in record.fields("100", "110", "700", "710"):
            assert set(field.get_subfields("4")) <= codes("relators"), f"{record}: {field}"


def test_numbers_have_their_check_digit() -> None:
    assert not where(lambda r: [v for v in r.values("020", "a") if not isbn.is_valid(v)])
    assert not where(lambda r: [v for v in r.values("776", "z") if not isbn.is_valid(v)])
    assert not where(lambda r: [v for v in r.values("022", "a") if not issn.is_valid(v)])
    cancelled = [value for record in catalogue() for value in record.values("020", "z")]
    assert cancelled
    assert not any(isbn.is_valid(value) for value in cancelled)


def test_titles_have_the_indicators_and_the_punctuation_that_they_call_for() -> None:
    def wrong(record: Catalogued) -> bool:
        title = record.marc["245"]
        main = bool(record.fields("100", "110"))
        article = {"4": r"(The|Les) ", "3": r"Un ", "2": r"L'", "0": r"(?!(The|Les|Un) |L')"}
        return title.indicator1 != str(int(main)) or not re.match(article[str(title.indicator2)], title["a"])

    assert not where(wrong)
    resource_description = [r for r in catalogue() if "rda" in r.values("040", "e")]
    assert [
        str(r) for r in resource_description if not r.marc["245"].format_field().endswith((".", ")", "?", "!"))
    ] == []
    assert [str(r) for r in resource_description if len(r.fields("336", "337", "338")) != 3] == []


def test_every_title_in_another_script_is_linked_both_ways() -> None:
    linked = 0
    for record in catalogue():
        for other in record.fields("880"):
            tag, occurrence = other["6"][:3], other["6"][4:6]
            assert f"880-{occurrence}" in record.values(tag, "6"), str(record)
            assert other["6"].endswith("/$1")
            linked += 1
    assert linked >= 3


def test_the_text_is_in_nfc_and_free_of_stray_marks() -> None:
    for record in catalogue():
        for field in record.marc.fields:
            for value in [field.data or ""] if field.control_field else [value for _, value in field.subfields]:
                assert value == unicodedata.normalize("NFC", value), f"{record} {field.tag}"
                assert not re.search(r"[{}\\\u00ad\u200b\ufffd]|  | $|^ ", value) or field.control_field, (
                    f"{record}: {value}"
                )
                assert value, f"{record}: an empty subfield in {field.tag}"


# --- true -----------------------------------------------------------------------------------------------------------


def sources() -> dict[str, dict[str, str]]:
    """Return what SOURCES.md says of each record: library, key, the rest of the line."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    library = ""
    for line in (EXAMPLE / "SOURCES.md").read_text("utf-8").splitlines():
        if line.startswith("## "):
            library = line[3:]
        elif match := re.fullmatch(r"- `([A-Z]*\d+)` (.+)", line):
            found[library][match[1]] = match[2]
    return found


def test_the_source_of_every_record_is_stated_and_no_other() -> None:
    stated = {(library, key) for library, lines in sources().items() for key in lines}
    assert stated == {(record.library, record.key) for record in catalogue()}


def test_what_is_made_up_says_so_in_the_record() -> None:
    for record in catalogue():
        for field in record.fields("852", "952"):
            assert field.get("z", "").startswith(MADE_UP), f"{record}: {field}"
        for field in record.fields("856"):
            assert ("example.org" in field["u"]) == ("không có thật" in field.get("z", "")), f"{record}: {field}"
        invented = "bịa ra" in sources()[record.library][record.key]
        assert invented == any(note.startswith(MADE_UP) for note in record.values("500", "a")), str(record)


# --- worth showing --------------------------------------------------------------------------------------------------


def test_the_catalogue_is_large_and_varied_enough_to_show() -> None:
    assert len(titles()) >= 120
    assert len({record.library for record in catalogue()}) >= 4
    assert {library.level for library in SETTINGS.libraries} >= {"provincial", "district", "school", "armed-forces"}
    assert {path.suffix for _, path in FILES} == {".mrc", ".xml"}
    kinds = {str(record.marc.leader)[6:8] for record in catalogue()}
    assert kinds >= {"am", "as", "ab", "ai", "em", "gm", "im", "jm", "tm"}


def test_its_languages_are_those_of_the_highlands_and_of_those_who_wrote_about_them() -> None:
    spoken = {code for record in catalogue() for field in record.fields("041") for code in field.get_subfields(*"adh")}
    assert spoken >= MINORITY
    assert {(record.marc["008"].data or "")[35:38] for record in catalogue()} >= {
        "vie",
        "mkh",
        "cmc",
        "fre",
        "eng",
        "jpn",
    }


def test_names_are_written_as_their_bearers_write_them() -> None:
    names = {(field["a"].rstrip(","), field.indicator1) for r in catalogue() for field in r.fields("100", "600", "700")}
    assert names >= {
        ("Y Điêng", "0"),
        ("A Jar", "0"),
        ("Nguyên Ngọc", "0"),
        ("Điểu Kâu", "0"),
        ("Phan Thị Hồng", "1"),
        ("Dournes, Jacques", "1"),
        ("Condominas, Georges", "1"),
    }


def test_editions_are_held_by_several_libraries_with_and_without_isbn() -> None:
    holders: dict[str, set[str]] = defaultdict(set)
    bare: set[str] = set()
    numbered: set[str] = set()
    for record in catalogue():
        title = re.sub(r"\W+", " ", record.marc["245"]["a"]).casefold().strip()
        holders[title].add(record.library)
        (numbered if record.values("020", "a") else bare).add(title)
    assert sum(len(libraries) >= 3 for libraries in holders.values()) >= 8
    assert len({title for title, libraries in holders.items() if len(libraries) >= 2} & bare & numbered) >= 5


def test_a_work_has_several_translations_and_editions() -> None:
    uniform = [value for record in catalogue() for value in record.values("240", "a")]
    assert sum(value.startswith("Nous avons mangé la forêt") for value in uniform) >= 4


def test_places_are_given_as_before_and_after_the_first_of_july_2025() -> None:
    places = {value for record in catalogue() for value in record.values("651", "a")}
    assert places >= {"Kon Tum (tỉnh)", "Quảng Ngãi (tỉnh)", "Kon Tum (phường, Quảng Ngãi)"}
    assert {value for record in catalogue() for value in record.values("752", "b")} >= {"Kon Tum", "Quảng Ngãi"}


def test_the_policy_has_something_to_stop_and_something_to_let_through() -> None:
    stopped = {
        "restricted": where(lambda r: [f for f in r.fields("506") if f.indicator1 == "1"]),
        "suppressed": where(lambda r: "1" in r.values("942", "n")),
        "deleted": where(lambda r: str(r.marc.leader)[5] == "d"),
        "withdrawn copies": where(lambda r: "1" in r.values("952", "0")),
        "loans": where(lambda r: r.values("952", "q")),
        "notes of the staff": where(lambda r: r.fields("541", "561", "583", "590")),
    }
    assert all(stopped.values()), stopped
    assert len(where(lambda r: [f for f in r.fields("506") if f.indicator1 == "0"])) >= 10
    assert len(where(lambda r: r.fields("856"))) >= 20
    assert len(set().union(*stopped.values())) <= len(catalogue()) // 10


# --- kept in order --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def make() -> Iterator[ModuleType]:
    """examples/kontum/make.py, which is no part of any package."""
    spec = importlib.util.spec_from_file_location("make_kontum", EXAMPLE / "make.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules[spec.name]


def test_the_files_are_what_the_readable_text_says_byte_for_byte(make: ModuleType) -> None:
    assert {path.name for _, path in FILES} == set(make.MADE_FROM)
    for made in make.MADE_FROM:
        assert (EXAMPLE / made).read_bytes() == make.content(made), f"{made}: run python examples/kontum/make.py"


def test_every_readable_text_is_made_into_a_file(make: ModuleType) -> None:
    assert {path.name for path in EXAMPLE.glob("*.mrk")} == set(make.MADE_FROM.values())


def test_a_dollar_sign_and_a_blank_survive_the_readable_text(make: ModuleType) -> None:
    text = "=LDR  00000nam\\a2200000\\i\\4500\n=001  X1\n=245  00$aGiá {dollar}5."
    [record] = list(pymarc.MARCReader(make.iso2709(text)))
    assert record["245"]["a"] == "Giá $5."
    assert (str(record.leader)[8], str(record.leader)[17:20]) == (" ", " i ")
    assert record.as_marc() in make.iso2709(text)
