"""rong.toml: what is accepted, what is said of a mistake, and that docs/settings.md keeps up."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import get_args

import pytest
from pydantic import BaseModel

from publisher.config import Settings, Sparql
from publisher.config.values import Level, SourceFormat
from publisher.errors import ConfigError
from publisher.sparql.settings import EndpointSettings
from publisher.toml_model import models_in

DOCS = Path(__file__).parents[1] / "docs" / "settings.md"

MINIMAL = """
base = "https://data.example.vn/"

[publisher]
name = {vi = "Thư viện tỉnh", en = "Provincial Library"}

[[libraries]]
code = "a1"
name = {vi = "Thư viện A", en = "Library A"}

[[libraries.sources]]
path = "records/a.mrc"
"""


@pytest.fixture
def load(tmp_path: Path) -> Callable[[str], Settings]:
    def write_and_load(text: str) -> Settings:
        path = tmp_path / "rong.toml"
        path.write_text(text, "utf-8")
        return Settings.load(path)

    return write_and_load


def settings_of(model: type[BaseModel], prefix: str = "") -> Iterator[tuple[str, object]]:
    """Yield the dotted path and the default (Ellipsis if required) of every setting."""
    for name, field in model.model_fields.items():
        yield prefix + name, ... if field.is_required() else field.default
        for child in models_in(field.annotation):
            yield from settings_of(child, f"{prefix}{name}.")
    for name in getattr(model, "shorthand", ()):
        yield prefix + name, "shorthand"


def kinds_of(model: type[BaseModel], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Yield the dotted path and the annotation of every setting that is no table."""
    for name, field in model.model_fields.items():
        children = list(models_in(field.annotation))
        if not children:
            yield prefix + name, str(field.annotation) + str(field.metadata)
        for child in children:
            yield from kinds_of(child, f"{prefix}{name}.")


def paths_of(value: object, name: str = "") -> Iterator[tuple[str, Path]]:
    """Yield the dotted path of every setting that holds a path, with each of them."""
    if isinstance(value, Path):
        yield name, value
    elif isinstance(value, tuple):
        for part in value:
            yield from paths_of(part, name)
    elif isinstance(value, BaseModel):
        for field in type(value).model_fields:
            yield from paths_of(getattr(value, field), f"{name}.{field}".lstrip("."))


def documented() -> dict[str, str]:
    rows = re.findall(r"^\| `([a-z_.]+)` \| (.+?) \| .+ \|$", DOCS.read_text("utf-8"), re.MULTILINE)
    return dict(rows)


def test_every_setting_is_documented_and_no_other() -> None:
    assert sorted(documented()) == sorted(name for name, _ in settings_of(Settings))


def test_the_documented_defaults_are_those_of_the_code() -> None:
    rows = documented()
    for name, default in settings_of(Settings):
        if default is ...:
            expected = "required"
        elif default == "shorthand":
            expected = "–"
        elif default is None:
            expected = "none"
        elif isinstance(default, BaseModel):
            expected = "`{}`"
        else:
            expected = f"`{json.dumps(default, ensure_ascii=False)}`"
        assert rows[name] == expected, name


def test_the_example_in_the_documentation_is_valid(load: Callable[[str], Settings]) -> None:
    example = re.search(r"```toml\n(.*?)```", DOCS.read_text("utf-8"), re.DOTALL)
    assert example is not None
    assert load(example[1]).library("a1") is not None


@pytest.mark.parametrize(("setting", "words"), [("libraries.sources.format", SourceFormat), ("libraries.level", Level)])
def test_every_word_that_a_setting_allows_is_documented(setting: str, words: object) -> None:
    row = next(line for line in DOCS.read_text("utf-8").splitlines() if line.startswith(f"| `{setting}` "))
    assert [word for word in get_args(words) if f"`{word}`" not in row] == []


def test_the_table_sparql_has_the_names_and_defaults_of_the_endpoint() -> None:
    endpoint = EndpointSettings(base_iri="https://data.example.vn", **Sparql().model_dump())
    assert {name: getattr(EndpointSettings(), name) for name in Sparql.model_fields} == {
        name: getattr(endpoint, name) for name in Sparql.model_fields
    }
    for name, field in Sparql.model_fields.items():
        assert field.metadata == EndpointSettings.model_fields[name].metadata, name


def test_a_short_file_is_enough(load: Callable[[str], Settings], tmp_path: Path) -> None:
    settings = load(MINIMAL)
    assert settings.base == "https://data.example.vn"
    assert settings.publisher.name.vi == "Thư viện tỉnh"
    assert settings.libraries[0].sources[0].path == tmp_path / "records" / "a.mrc"
    assert settings.licence is None
    assert settings.ckan is None


def test_standard_input_stays_a_dash(load: Callable[[str], Settings]) -> None:
    assert load(MINIMAL.replace("records/a.mrc", "-")).libraries[0].sources[0].path == Path("-")


def test_every_file_that_the_configuration_names_is_meant_from_its_folder(
    load: Callable[[str], Settings], tmp_path: Path
) -> None:
    tables = {
        "policy": 'file = "p"',
        "identity": 'decisions = "p"\nlinks = "p"',
        "indicators": 'sheet = "p"\nprogrammes = ["p"]',
        "sparql": 'query_log = "p"',
        "serve": 'usage_log = "p"',
        "ckan": 'url = "https://ckan.example"\norganization = "org"\ntoken_file = "p"',
    }
    text = MINIMAL.replace("records/a.mrc", "p") + 'mapping = "p"\n'
    settings = load(text + "".join(f"[{name}]\n{lines}\n" for name, lines in tables.items()))
    assert set(paths_of(settings)) == {(name, tmp_path / "p") for name, kind in kinds_of(Settings) if "Path" in kind}


def test_a_build_without_a_configuration_has_one_library_with_all_sources() -> None:
    settings = Settings.default(base="http://127.0.0.1:9", sources=(Path("a.mrc"), Path("b.mrc")))
    assert [source.path.name for source in settings.libraries[0].sources] == ["a.mrc", "b.mrc"]


def test_settings_cannot_be_changed(load: Callable[[str], Settings]) -> None:
    settings = load(MINIMAL)
    with pytest.raises(ValueError, match="frozen"):
        settings.base = "https://other.example"  # type: ignore[misc]


def test_a_renamed_body_has_the_name_of_the_day(load: Callable[[str], Settings]) -> None:
    names = """names = [
        {vi = "Mới", en = "New", valid_from = 2025-07-01},
        {vi = "Cũ", en = "Old", valid_to = 2025-06-30},
    ]"""
    publisher = load(MINIMAL.replace('name = {vi = "Thư viện tỉnh", en = "Provincial Library"}', names)).publisher
    assert publisher.name_on(date(2025, 6, 30)).en == "Old"
    assert publisher.name_on(date(2025, 7, 1)).en == "New"
    assert publisher.name.en == "New"


MISTAKES = [
    (
        "a_misspelt_key",
        ("path =", "pth ="),
        r"rong\.toml, line 12: libraries\[1\]\.sources\[1\]\.pth is not a setting; did you mean path\?; "
        r"allowed are encoding, files_at, format, mapping, path, split\.",
    ),
    (
        "a_misspelt_table",
        ("[publisher]", "[publisherr]"),
        r"line 4: publisherr is not a setting; did you mean publisher\?",
    ),
    (
        "a_misspelt_word",
        ('code = "a1"', 'code = "a1"\nlevel = "provincal"'),
        r'line 9: libraries\[1\]\.level is "provincal"; did you mean provincial\?; allowed are armed-forces, commune',
    ),
    ("a_missing_setting", ('code = "a1"', ""), r"line 7: libraries\[1\]\.code is missing; it has no default\."),
    ("a_bad_code", ('"a1"', '"A-1"'), r'libraries\[1\]\.code is "A-1"; it must be up to 32 lower-case letters'),
    ("a_base_that_is_no_address", ("https://", ""), r'line 2: base is "data\.example\.vn/"; it must be an http'),
    (
        "a_base_with_a_query",
        ("example.vn/", "example.vn/?a"),
        r"base is .* it must have no query, no fragment and no user name",
    ),
    ("a_wrong_type", ('base = "https://data.example.vn/"', "base = 5"), r"base is 5; it must be string\."),
    ("an_unknown_language", ("[publisher]", 'languages = ["fr"]\n[publisher]'), r'languages\[1\] is "fr"; allowed are'),
    ("not_toml", ("[publisher]", "[publisher"), r"rong\.toml: this is not TOML: .*line 4"),
    (
        "a_name_twice",
        ('name = {vi = "Thư viện A"', 'names = []\nname = {vi = "Thư viện A"'),
        r"libraries\[1\] has both name and names; give one of them\.",
    ),
    (
        "overlapping_names",
        (
            'name = {vi = "Thư viện A", en = "Library A"}',
            'names = [{vi = "A", en = "A"}, {vi = "B", en = "B", valid_from = 2025-07-01}]',
        ),
        r'libraries\[1\]\.names overlap: "A" is still valid when "B" begins; set valid_to\.',
    ),
    (
        "a_code_given_twice",
        ("[[libraries]]", '[[libraries]]\ncode="a1"\nname = {vi="x", en="x"}\n[[libraries]]'),
        r'libraries give the code "a1" to 2 libraries; a code names one library\.',
    ),
    (
        "a_token_in_the_file",
        ("[publisher]", '[ckan]\nurl = "https://ckan.example"\norganization = "org"\ntoken = "secret"\n[publisher]'),
        r"line 7: ckan\.token is not a setting; did you mean token_env\?",
    ),
    (
        "workers_that_leave_none_for_long_queries",
        ("[publisher]", "[sparql]\nworkers = 2\nshort_workers = 2\n[publisher]"),
        r"line 4: sparql has 2 short_workers of 2 workers, .* short_workers must be less than workers\.",
    ),
    (
        "opening_hours_in_words",
        ('code = "a1"', 'code = "a1"\nopening_hours = ["sáng thứ hai"]'),
        r'opening_hours has "sáng thứ hai"; write it as schema\.org does, for example "Mo-Fr 07:30-17:00"\.',
    ),
    (
        "a_latitude_beyond_the_pole",
        ('code = "a1"', 'code = "a1"\ncoordinates = {lat = 108, lon = 14}'),
        r"libraries\[1\]\.coordinates\.lat is 108; it must be less than or equal to 90\.",
    ),
]


@pytest.mark.parametrize(("change", "message"), [row[1:] for row in MISTAKES], ids=[row[0] for row in MISTAKES])
def test_a_mistake_is_named_with_its_place_and_what_is_allowed(
    load: Callable[[str], Settings], change: tuple[str, str], message: str
) -> None:
    assert change[0] in MINIMAL
    with pytest.raises(ConfigError) as caught:
        load(MINIMAL.replace(*change))
    assert re.search(message, str(caught.value)), str(caught.value)


def test_every_mistake_is_told_at_once(load: Callable[[str], Settings]) -> None:
    with pytest.raises(ConfigError) as caught:
        load(MINIMAL.replace("path", "pth").replace("a1", "A!"))
    assert len(str(caught.value).splitlines()) == 3  # the unknown key, the missing key, the bad code


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"none\.toml: there is no such file"):
        Settings.load(tmp_path / "none.toml")


def test_a_file_in_another_encoding_is_named(tmp_path: Path) -> None:
    path = tmp_path / "rong.toml"
    path.write_bytes(MINIMAL.encode("utf-16"))
    with pytest.raises(ConfigError, match="save the file as UTF-8"):
        Settings.load(path)


def test_a_byte_order_mark_does_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "rong.toml"
    path.write_text(MINIMAL, "utf-8-sig")
    assert Settings.load(path).base == "https://data.example.vn"
