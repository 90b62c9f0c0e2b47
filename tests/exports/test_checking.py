"""What `rong dataset check` says of a declaration, before anything is published, and what `rong dataset new` begins."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import orjson
import pytest
from click.testing import CliRunner

from publisher import resources
from publisher.build import build
from publisher.cli import main
from publisher.config import Ckan, Settings
from publisher.errors import ExportError
from publisher.exports.checking import Finding, check_dataset, check_portal, check_titles
from publisher.exports.ckan.portal import Portal
from publisher.exports.declaration import read_dataset_declared
from publisher.exports.draft import new_dataset
from publisher.exports.fates import FateRows
from publisher.release.ledger import LedgerWriter, Row
from publisher.release.release import Release

from . import small
from .test_declaration import DECLARATION, QUERY, declare
from .test_portal import Answer, serve

__all__ = ["Answer", "serve"]
HUGE = "x" * 300_000
DOUBLING = """
PREFIX bf: <http://id.loc.gov/ontologies/bibframe/>
SELECT ?iri ?name WHERE { VALUES (?iri ?name) { (bf:b "1") (bf:c "2") (bf:b "3") } }
"""


@pytest.fixture(scope="module")
def opened(release: Path, tmp_path_factory: pytest.TempPathFactory) -> Release:
    release = Path(shutil.copytree(release, tmp_path_factory.mktemp("opened") / "r1"))
    manifest = {"id": "r1", "created": small.CREATED.isoformat(), "base": "https://data.example.vn", "files": {}}
    (release / "manifest.json").write_bytes(orjson.dumps(manifest))
    ledger = LedgerWriter(release / "ledger.sqlite")
    ledger.add(Row("a.mrc", 1, "a", "1", "published", instance="https://data.example.vn/instance/a-1"), ())
    ledger.add(Row("a.mrc", 2, "a", "2", "withheld", "state-secret", "it says so"), ())
    ledger.close()
    return Release(release)


def test_fates_are_counted_by_library_and_rule_without_content(opened: Release, tmp_path: Path) -> None:
    dataset = read_dataset_declared(Path(__file__).parents[2] / "exports/fates")
    assert list(FateRows(opened.ledger_path, dataset)) == [
        ["a published", "a", "published", None, 1],
        ["a withheld state-secret", "a", "withheld", "state-secret", 1],
    ]
    with pytest.raises(ExportError, match=r"none: the ledger cannot be read"):
        list(FateRows(tmp_path / "none", dataset))


def said(folder: Path, release: Release | None, declaration: str = DECLARATION, query: str | None = QUERY) -> list[str]:
    return [str(finding) for finding in check_dataset(declare(folder, declaration, query), release)]


def test_a_declaration_that_is_right_is_told_its_rows(tmp_path: Path, opened: Release) -> None:
    assert said(tmp_path, opened) == ["note    names: 2 rows, 2 columns"]


PROBLEMS = [
    ("a_wrong_column", (DECLARATION, QUERY.replace("?iri ?name", "?iri ?nam")), r"the query selects iri, nam"),
    ("no_row", (DECLARATION, QUERY.replace("bf:Agent", "bf:Nothing")), r"finds no row in the active release"),
    ("rows_that_double", (DECLARATION, DOUBLING), r"the row .*/b comes after .*/c; .*order by it"),
    (
        "a_cell_of_300_kb",
        (DECLARATION, QUERY.replace("?iri rdfs:label ?name", f'BIND("{HUGE}" AS ?name)')),
        r"the column name has a cell of 300,000 characters",
    ),
    ("a_misspelt_key", (DECLARATION.replace("formats", "format"), QUERY), r"did you mean formats"),
]


@pytest.mark.parametrize(("made", "message"), [row[1:] for row in PROBLEMS], ids=[row[0] for row in PROBLEMS])
def test_a_problem_is_said_in_a_sentence(tmp_path: Path, opened: Release, made: tuple[str, str], message: str) -> None:
    found = [each for each in check_dataset(declare(tmp_path, *made), opened) if each.is_problem]
    assert any(re.search(message, str(each)) for each in found), found


def test_cells_that_begin_like_a_formula_are_noted(tmp_path: Path, opened: Release) -> None:
    query = QUERY.replace("?iri rdfs:label ?name", 'BIND("=1+1" AS ?name)')
    assert any("name begins like a formula in 2 rows" in text for text in said(tmp_path, opened, query=query))


def test_a_column_that_is_always_empty_is_noted(tmp_path: Path, opened: Release) -> None:
    query = QUERY.replace("LATERAL { ?iri rdfs:label ?name }", "OPTIONAL { ?iri bf:nothing ?name }")
    assert any("name is empty in all rows" in text for text in said(tmp_path, opened, query=query))


def test_without_a_release_the_declaration_alone_is_checked(tmp_path: Path) -> None:
    assert "there is no release" in said(tmp_path, None)[0]


def test_every_dataset_of_ours_is_declared_right(opened: Release) -> None:
    root = Path(__file__).parents[2] / "exports"
    problems = [each for path in sorted(root.iterdir()) for each in check_dataset(path, opened) if each.is_problem]
    empty = {"minority-languages", "open-educational-resources", "acquisitions"}
    assert {each.dataset for each in problems} <= empty, problems
    assert all("finds no row" in each.text for each in problems)


def test_a_licence_and_a_group_that_ckan_does_not_know_are_said(tmp_path: Path, serve: Callable[..., str]) -> None:
    licences = '{"success": true, "result": [{"id": "cc-by"}, {"id": "cc-zero"}]}'
    groups = '{"success": true, "result": ["thu-vien"]}'
    settings = Ckan.model_validate({"url": serve((200, licences), (200, groups)), "organization": "org"})
    whole = small.settings(tmp_path).model_copy(update={"ckan": settings})
    folder = declare(tmp_path / "exports", 'groups = ["thu-viem"]\n' + DECLARATION)
    found = check_portal(whole, [folder], Portal(settings, None))
    assert [each.is_problem for each in found] == [True, True]
    assert re.search(r'does not know the licence "CC-BY-4\.0"; .*one of cc-by, cc-zero', found[0].text)
    assert re.search(r'there is no group "thu-viem".*did you mean thu-vien\?', found[1].text)


def test_a_new_declaration_is_right_from_the_start(tmp_path: Path, opened: Release) -> None:
    path = new_dataset(tmp_path, "tho", "bf:Work")
    assert read_dataset_declared(path.parent).declaration.title.en == "Put the English title here"
    assert check_dataset(path.parent, opened)[0] == Finding("tho", False, "2 rows, 2 columns")


@pytest.mark.parametrize(
    ("name", "cls", "message"),
    [
        ("Tho", "bf:Work", "lower-case letters"),
        ("tho", "Work", r'rows\.class is "Work"'),
        ("tho", "x:Work", "with one of bf"),
    ],
)
def test_a_new_declaration_that_will_not_do_leaves_nothing(tmp_path: Path, name: str, cls: str, message: str) -> None:
    with pytest.raises(ExportError, match=message):
        new_dataset(tmp_path, name, cls)
    assert list(tmp_path.iterdir()) == []


def test_a_dataset_that_is_there_is_not_written_over(tmp_path: Path) -> None:
    new_dataset(tmp_path, "tho", "bf:Work")
    with pytest.raises(ExportError, match="this dataset is there already"):
        new_dataset(tmp_path, "tho", "bf:Work")


def test_the_verbs_say_it_and_exit_with_it(tmp_path: Path) -> None:
    run = CliRunner()
    made = run.invoke(main, ["dataset", "new", "tho", "--folder", str(tmp_path)])
    assert (made.exit_code, made.output.strip()) == (0, str(tmp_path / "tho/dataset.toml"))
    options = ["--folder", str(tmp_path), "--data", str(tmp_path / "none")]
    assert run.invoke(main, ["dataset", "check", "tho", *options]).exit_code == 0
    (tmp_path / "tho/dataset.toml").write_text("titel = 1", "utf-8")
    wrong = run.invoke(main, ["dataset", "check", *options, "--json"])
    assert wrong.exit_code == 1
    assert all(each["dataset"] == "tho" and each["is_problem"] for each in orjson.loads(wrong.output))


def test_a_copied_folder_needs_a_title_of_its_own(tmp_path: Path) -> None:
    one, other, third = (declare(tmp_path, name=name) for name in ("one", "other", "third"))
    assert check_titles([one]) == []
    assert [(found.dataset, found.text) for found in check_titles([one, other, third])][:2] == [
        (one.name, f'its title "Tên" is also that of {other.name}; give it one of its own'),
        (other.name, f'its title "Tên" is also that of {one.name}; give it one of its own'),
    ]


def test_a_class_of_which_there_is_nothing_is_named(opened: Release, tmp_path: Path) -> None:
    path = new_dataset(tmp_path, "works-of-art", "bf:Wrok")
    assert [str(found) for found in check_dataset(path.parent, opened)] == [
        "PROBLEM works-of-art: there is nothing of the class bf:Wrok in the active release"
    ]


def test_a_wrong_declaration_is_said_before_a_build_begins(
    tmp_path: Path, example_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    declare(tmp_path / "exports", query=QUERY.replace("?name", "?nema"))
    monkeypatch.setattr(resources, "folder", lambda name: tmp_path / name)
    with pytest.raises(
        ExportError, match=r"query\.rq: the query selects iri, nema; dataset\.toml declares iri, name\."
    ):
        build(example_settings, tmp_path / "data")
    assert not (tmp_path / "data").exists()
