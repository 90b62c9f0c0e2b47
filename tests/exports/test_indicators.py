"""The indicators: every number can be made again by the query that is printed beside it, and none is made up."""

from __future__ import annotations

import os
import re
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import duckdb
import lxml.html
import pytest
from flask.testing import FlaskClient
from pyoxigraph import QuerySolutions, RdfFormat, Store

from publisher.config import Settings
from publisher.errors import ExportError
from publisher.exports.cut import write_datasets
from publisher.exports.indicators.charts import bars
from publisher.exports.indicators.dashboard import read_dashboard
from publisher.exports.indicators.measured import Observation
from publisher.release.release import active
from publisher.site.app import create_app

from . import small

SHEET = """\
Năm;Mã thư viện;Cấp;Số bản sách hiện có;Số lượt bạn đọc;Dân số phục vụ;Tài liệu có giá trị;valuable_digitized;Ghi chú
2024;a;;1.000;500;10 000;40;20;
2025;a;Cấp tỉnh;1.200;nhiều;10 000;40;33;
2025;b;commune;300;70;;;;mới mở
2025;b;commune;300;70;;;;mới mở
2025;c;;1;1;;;;
"""
TARGETS = """
[indicators]
sheet = "sheet.csv"

[[indicators.targets]]
indicator = "digitized-valuable"
year = 2025
value = 80
source = {vi = "Kế hoạch", en = "The plan"}

[[indicators.targets]]
indicator = "digitized-valuable"
year = 2030
value = 100
source = {vi = "Kế hoạch", en = "The plan"}
"""


def cut(folder: Path, more: str, sheet: str = SHEET) -> Path:
    """Cut the indicators and the sheet of the small catalogue; return the folder of the datasets."""
    from publisher.exports.declaration import read_datasets_declared

    (folder / "sheet.csv").write_text(sheet, "utf-8")
    (folder / "rong.toml").write_text(
        small.CONFIGURATION.replace('code = "a"', 'code = "a"\nlevel = "provincial"') + more
    )
    settings = Settings.load(folder / "rong.toml")
    declared = [each for each in read_datasets_declared() if each.name in ("indicators", "yearly")]
    kept = {"release_id": "r", "created": small.CREATED, "declared": declared}
    write_datasets(small.store(folder), folder / "datasets", settings, **kept)
    return folder / "datasets"


@pytest.fixture(scope="module")
def with_sheet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return cut(tmp_path_factory.mktemp("indicators"), TARGETS)


def indicators(folder: Path) -> dict[str, dict[str, Any]]:
    programmes = read_dashboard(folder / "indicators")
    assert programmes is not None
    return {one["code"]: one for each in programmes for one in each["indicators"]}


def test_the_share_of_valuable_documents_stands_beside_its_targets(with_sheet: Path) -> None:
    share = indicators(with_sheet)["digitized-valuable"]
    assert [(each["year"], each["part"], each["whole"], each["value"]) for each in share["observations"]] == [
        (2024, 20, 40, 50),
        (2025, 33, 40, 82.5),
    ]
    assert [(each["target"], each["target_year"]) for each in share["observations"]] == [(80, 2025), (80, 2025)]
    assert [(each["year"], each["value"]) for each in share["targets"]] == [(2025, 80), (2030, 100)]
    assert "82,5 %" in share["charts"]["vi"]
    assert "82.5 %" in share["charts"]["en"]


def test_every_sql_makes_its_numbers_again_from_the_published_file(with_sheet: Path) -> None:
    tried = 0
    for one in indicators(with_sheet).values():
        if one["language"] == "sql":
            address = "https://data.example.vn/dataset/yearly/yearly.parquet"
            assert f"'{address}'" in one["query"]
            found = duckdb.sql(one["query"].replace(address, str(with_sheet / "yearly/yearly.parquet")))
            rows = [dict(zip(found.columns, row, strict=True)) for row in found.fetchall()]
            again = {(row.get("year"), row.get("group") or ""): row["part"] for row in rows if row["part"] is not None}
            assert {(each["year"], each["group"]): each["part"] for each in one["observations"]} == {
                key: part for key, part in again.items() if one["unit"] == "count" or key[0] in (2024, 2025)
            }
            tried += len(again)
    assert tried > 10


def test_every_sparql_makes_its_numbers_again_from_the_release(example_data: Path) -> None:
    release = active(example_data)
    store = Store.read_only(str(release.store_path))
    tried = 0
    for one in indicators(release.datasets_path).values():
        if one["language"] == "sparql":
            solutions = store.query(one["query"])
            names = [variable.value for variable in solutions.variables]
            rows = [dict(zip(names, solution, strict=True)) for solution in solutions]
            again = {}
            for row in rows:
                group = getattr(row.get("group"), "value", "")
                year = getattr(row.get("year"), "value", None)
                again[group, int(year) if year else None] = float(row["part"].value)
            shown = {(each["group"], each["year"]): each["part"] for each in one["observations"]}
            assert shown
            assert shown.items() <= again.items()
            assert len(again) == len(shown) + one["nought"]
            tried += len(shown)
    assert tried > 10


def test_the_numbers_are_those_that_other_tables_have(example_data: Path) -> None:
    import pandas as pd

    found = indicators(active(example_data).datasets_path)
    levels = {each["group"]: (each["part"], each["whole"]) for each in found["open-catalogue"]["observations"]}
    assert levels == {"provincial": (1, 1), "district": (2, 2), "school": (1, 1), "armed-forces": (1, 1)}
    (shared,) = found["shared-records"]["observations"]
    assert shared["whole"] == active(example_data).manifest["entities"]["instance"]
    assert shared["part"] == active(example_data).manifest["merges"]["instances_of_several_records"]
    digitized = pd.read_csv(active(example_data).datasets_path / "digitized/digitized.csv")
    entered = pd.read_csv(active(example_data).datasets_path / "acquisitions/acquisitions.csv")
    both = entered[entered["iri"].isin(digitized["iri"])]
    by_year = {each["year"]: each["value"] for each in found["new-digitized"]["observations"]}
    assert by_year == both["month"].str[:4].astype(int).value_counts().to_dict()
    (coverage,) = [each for each in found["coverage"]["observations"] if each["group"] == "district-was"]
    assert coverage["whole"] == 23, "docs/places.md: the 23 districts until 30 June 2025"
    assert 0 < coverage["part"] < 23


def test_an_indicator_without_data_says_so_and_has_no_observation(example_data: Path) -> None:
    import pandas as pd

    folder = active(example_data).datasets_path / "indicators"
    table = pd.read_csv(folder / "indicators.csv")
    empty = table[table["status"] == "no-data"]
    assert set(empty["indicator"]) >= {"digitized-valuable", "copies", "visits", "copies-a-head"}
    assert empty["value"].isna().all()
    assert table[table["status"] == "measured"]["value"].notna().all()
    assert not (active(example_data).datasets_path / "yearly").exists()


def test_a_sheet_is_taken_as_it_is_written_and_nothing_is_guessed(with_sheet: Path) -> None:
    import pandas as pd

    from publisher.exports.files import read_datasets

    table = pd.read_csv(with_sheet / "yearly/yearly.csv")
    assert list(table["key"]) == ["2024 a", "2025 a", "2025 b"]
    assert list(table["level"]) == ["provincial", "provincial", "commune"]
    assert list(table["copies"]) == [1000, 1200, 300]
    assert list(table["visits"].fillna(-1)) == [500, -1, 70]
    (sheet,) = [each for each in read_datasets(with_sheet) if each.name == "yearly"]
    assert "\n".join(sheet.warnings) == "\n".join(
        [
            "row 3: visits is no number; it was left out",
            "row 5: 2025 b is there already; it was left out",
            "row 6: the library, its level or the year is not known; it was left out",
            'the heading "Ghi chú" is not known; its column was left out',
        ]
    )


def test_copies_a_head_need_a_population(with_sheet: Path) -> None:
    a_head = indicators(with_sheet)["copies-a-head"]["observations"]
    assert [(each["year"], each["part"], each["whole"], each["value"]) for each in a_head] == [
        (2024, 1000, 10000, 0.1),
        (2025, 1500, 10000, 0.15),
    ]


CONSTRAINTS = {
    "IC-1, every observation is of one dataset": """
        { ?obs a qb:Observation . FILTER NOT EXISTS { ?obs qb:dataSet ?dataset } } UNION
        { ?obs a qb:Observation ; qb:dataSet ?one, ?other . FILTER(?one != ?other) }""",
    "IC-2, a dataset has one structure": """
        ?dataset a qb:DataSet . FILTER NOT EXISTS { ?dataset qb:structure ?structure }""",
    "IC-3, a structure has a measure": """
        ?dsd a qb:DataStructureDefinition .
        FILTER NOT EXISTS { ?dsd qb:component/qb:measure ?measure . ?measure a qb:MeasureProperty }""",
    "IC-4, a dimension has a range": """
        ?dim a qb:DimensionProperty . FILTER NOT EXISTS { ?dim rdfs:range ?range }""",
    "IC-5, a dimension of concepts has a list of codes": """
        ?dim a qb:DimensionProperty ; rdfs:range skos:Concept . FILTER NOT EXISTS { ?dim qb:codeList ?list }""",
    "IC-11, an observation has every dimension": """
        ?obs qb:dataSet/qb:structure/qb:component/qb:dimension ?dim . FILTER NOT EXISTS { ?obs ?dim ?value }""",
    "IC-12, no two observations have the same dimensions": """
        ?one a qb:Observation ; rong:indicator ?i ; rong:group ?g ; rong:period ?p .
        ?other a qb:Observation ; rong:indicator ?i ; rong:group ?g ; rong:period ?p . FILTER(?one != ?other)""",
    "IC-14, an observation has every measure": """
        ?obs qb:dataSet/qb:structure/qb:component/qb:measure ?measure . FILTER NOT EXISTS { ?obs ?measure ?value }""",
    "IC-19, a code is in the list of its dimension": """
        ?obs qb:dataSet/qb:structure/qb:component/qb:dimension ?dim . ?dim qb:codeList ?list . ?obs ?dim ?code .
        FILTER NOT EXISTS { ?code a skos:Concept ; skos:inScheme ?list }""",
}


@pytest.mark.parametrize("constraint", CONSTRAINTS)
def test_the_cube_holds_to_the_constraints_of_its_recommendation(with_sheet: Path, constraint: str) -> None:
    cube = Store()
    cube.load(path=str(with_sheet / "indicators/indicators.ttl"), format=RdfFormat.TURTLE)
    prefixes = "PREFIX qb: <http://purl.org/linked-data/cube#> PREFIX rong: <https://w3id.org/rong/ns#> "
    prefixes += (
        "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> PREFIX skos: <http://www.w3.org/2004/02/skos/core#> "
    )
    assert cube.query(prefixes + "ASK { ?obs a qb:Observation }")
    assert not cube.query(f"{prefixes} ASK {{ {CONSTRAINTS[constraint]} }}")


def test_the_cube_has_the_numbers_of_the_table(with_sheet: Path) -> None:
    import pandas as pd

    cube = Store()
    cube.load(path=str(with_sheet / "indicators/indicators.ttl"), format=RdfFormat.TURTLE)
    query = "SELECT * { ?key <http://purl.org/linked-data/sdmx/2009/measure#obsValue> ?value }"
    found = {solution["key"].value: float(solution["value"].value) for solution in cube.query(query)}
    table = pd.read_csv(with_sheet / "indicators/indicators.csv").dropna(subset=["value"])
    assert found == dict(zip(table["key"], table["value"], strict=True))


PROGRAMME = """
title = {vi = "Kế hoạch", en = "A plan"}
source = {vi = "Quyết định", en = "A decision"}

[[indicators]]
code = "people"
title = {vi = "Người", en = "People"}
meaning = {vi = "Số người", en = "How many people"}
query = "people.rq"
"""
QUERY = "PREFIX bf: <http://id.loc.gov/ontologies/bibframe/> SELECT (COUNT(*) AS ?part) { ?who a bf:Person }"


@pytest.mark.parametrize(
    ("programme", "query", "message"),
    [
        pytest.param(PROGRAMME, "SELECT * WHERE", "people is not SPARQL", id="no SPARQL"),
        pytest.param(PROGRAMME, "ASK { ?a ?b ?c }", "people must be a SELECT", id="no SELECT"),
        pytest.param(PROGRAMME, "SELECT ?n { BIND(1 AS ?n) }", "people answers n; it may answer year,", id="no part"),
        pytest.param(PROGRAMME, 'SELECT ?part { BIND("x" AS ?part) }', "answers no number", id="no number"),
        pytest.param(
            PROGRAMME, "SELECT ?part { VALUES ?part { 1 2 } }", "answers people 2 times; group by", id="doubled"
        ),
        pytest.param(
            PROGRAMME.replace("people.rq", "none.rq"), QUERY, r"none\.rq: the query cannot be read", id="file"
        ),
        pytest.param(
            PROGRAMME.replace('query = "people.rq"', 'sql = "SELECT x FROM yearly"'), "", "cannot be asked", id="no SQL"
        ),
        pytest.param(PROGRAMME.replace('query = "people.rq"', ""), "", "one of query and sql", id="neither"),
        pytest.param(PROGRAMME.replace("meaning", "meanin"), QUERY, "did you mean meaning", id="a wrong key"),
        pytest.param(
            PROGRAMME, QUERY, "indicators.targets has digitized-valuable, which no programme has", id="target"
        ),
    ],
)
def test_a_wrong_programme_is_named(tmp_path: Path, programme: str, query: str, message: str) -> None:
    (tmp_path / "plan.toml").write_text(programme, "utf-8")
    (tmp_path / "people.rq").write_text(query, "utf-8")
    more = '[indicators]\nprogrammes = ["plan.toml"]\n'
    if "digitized-valuable" in message:
        more = TARGETS.replace("[indicators]\n", more, 1)
    with pytest.raises(ExportError, match=message):
        cut(tmp_path, more)


def test_a_province_has_its_own_programme_in_the_place_of_ours(tmp_path: Path) -> None:
    (tmp_path / "plan.toml").write_text(PROGRAMME, "utf-8")
    (tmp_path / "people.rq").write_text(QUERY, "utf-8")
    found = indicators(cut(tmp_path, '[indicators]\nprogrammes = ["plan.toml"]\n'))
    assert {code: one["observations"][0]["value"] for code, one in found.items()} == {"people": 2}


def test_a_programme_that_is_no_longer_in_force_is_not_measured(tmp_path: Path) -> None:
    ended = PROGRAMME.replace("\n[[", "valid_to = 2025-12-31\n\n[[", 1)
    (tmp_path / "plan.toml").write_text(ended, "utf-8")
    (tmp_path / "people.rq").write_text(QUERY, "utf-8")
    assert indicators(cut(tmp_path, '[indicators]\nprogrammes = ["plan.toml"]\n')) == {}


@pytest.mark.parametrize(
    ("sheet", "message"),
    [("a;b\n1;2\n", "library and year among them; it has a, b"), ("", "")],
    ids=["headings", "empty"],
)
def test_a_sheet_without_its_headings_is_named(tmp_path: Path, sheet: str, message: str) -> None:
    if message:
        with pytest.raises(ExportError, match=message):
            cut(tmp_path, TARGETS, sheet)
    else:
        assert not indicators(cut(tmp_path, TARGETS, sheet))["copies"]["observations"]


def test_a_chart_is_safe_whatever_it_is_of() -> None:
    seen = Observation(key="k", group="g", label="<script>&", part=5, value=5, target=8)
    chart = bars('"><b>', "count", [seen], "vi")
    assert "<script>" not in chart
    assert "<b>" not in chart
    assert 'x1="' in chart
    assert bars("nothing", "count", [], "vi") == ""


def test_a_chart_can_be_read_on_a_telephone() -> None:
    """Its texts are 14 of 400 wide: 11 pixels where 320 are free. A long label stands above its bar, not in its way."""
    named = [("2025-01", 3.0), ("Thư viện huyện, thị xã, thành phố thuộc tỉnh", 1_234_567.0)]
    short, long = (
        bars("x", "count", [Observation(key="k", label=label, part=value, value=value)], "vi") for label, value in named
    )
    for chart in (short, long):
        assert 'viewBox="0 0 400 ' in chart
        assert set(re.findall(r'font-size="(\d+)"', chart)) == {"14"}
    assert 'text-anchor="end"' in short
    assert 'text-anchor="end"' not in long


@pytest.fixture(scope="module")
def client(example_data: Path) -> FlaskClient:
    return create_app(example_data).test_client()


def test_the_dashboard_has_for_every_indicator_a_chart_a_table_and_the_query(client: FlaskClient) -> None:
    for language, no_data in (("vi", "Chưa có số liệu."), ("en", "There are no data yet.")):
        page = client.get(f"/indicators?lang={language}").get_data(as_text=True)
        assert page.count('<svg class="bars"') == page.count("<tbody>") >= 4
        assert page.count(no_data) == 8
        assert page.count("<details>") == 13
        assert "100" in page
        assert "dcterms:replaces*/^schema:spatialCoverage" in page
        assert "style=" not in page


@pytest.fixture(scope="module")
def reported(
    example_data: Path, example_settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, FlaskClient]:
    """The example with a sheet: its numbers cut anew from its store, beside all else that it has, and its site."""
    from publisher.exports.declaration import read_datasets_declared

    folder = tmp_path_factory.mktemp("reported")
    data = folder / "data"
    shutil.copytree(example_data, data, copy_function=os.link, symlinks=True)
    release = active(data)
    (folder / "sheet.csv").write_text(YEARLY, "utf-8")
    asked = example_settings.indicators.model_copy(update={"sheet": folder / "sheet.csv"})
    settings = example_settings.model_copy(update={"indicators": asked})
    declared = [each for each in read_datasets_declared() if each.name in ("indicators", "yearly")]
    kept = {"release_id": release.id, "created": small.CREATED, "declared": declared}
    write_datasets(Store.read_only(str(release.store_path)), folder / "cut", settings, **kept)
    for name in ("indicators", "yearly"):
        shutil.rmtree(release.datasets_path / name, ignore_errors=True)
        shutil.move(folder / "cut" / name, release.datasets_path / name)
    return data, create_app(data).test_client()


YEARLY = """\
year,library,copies,additions,readers,visits,circulation,population,valuable,valuable_digitized
2024,kontum,8900,250,790,3900,8800,150000,60,30
2025,kontum,9000,300,800,4000,9000,150000,60,41
2025,dakto,1200,35,90,,310,48000,,
"""
Printed = Counter[tuple[int | None, str, float, float | None, float | None]]


def again(query: str, unit: str, is_sparql: bool, data: Path) -> Printed:
    """Ask the query that is printed, and return the year, group, value, part and whole of each answer."""
    folder = active(data).datasets_path
    rows: list[dict[str, Any]] = []
    if is_sparql:
        solutions = Store.read_only(str(active(data).store_path)).query(query)
        assert isinstance(solutions, QuerySolutions)
        names = [variable.value for variable in solutions.variables]
        for solution in solutions:
            rows.append({name: term.value for name, term in zip(names, solution, strict=True) if term is not None})
    else:
        (address,) = re.findall(r"FROM '([^']*)'", query)
        assert address.endswith("/dataset/yearly/yearly.parquet")
        found = duckdb.sql(query.replace(address, str(folder / "yearly/yearly.parquet")))
        rows = [
            {name: cell for name, cell in zip(found.columns, row, strict=True) if cell is not None}
            for row in found.fetchall()
        ]
    made: Printed = Counter()
    for row in rows:
        part, whole = row.get("part"), row.get("whole")
        if part is not None and (unit == "count" or float(whole or 0)):
            factor = {"count": 1.0, "percent": 100 / float(whole or 1), "ratio": 1 / float(whole or 1)}[unit]
            year = int(row["year"]) if "year" in row else None
            shown = (None, None) if unit == "count" else (float(part), float(whole or 0))
            made[year, str(row.get("group", "")), float(part) * factor, *shown] += 1
    return made


def printed(table: Any) -> Counter[tuple[int | None, float, float | None, float | None]]:
    """Return the numbers of a table of the page in English: year, value, and for a share its part and whole."""
    heads = [head.text_content() for head in table.findall("thead/tr/th")]
    begin = heads.index("Value")
    made: Counter[tuple[int | None, float, float | None, float | None]] = Counter()
    for row in table.findall("tbody/tr"):
        cells = [cell.text_content() for cell in row.findall("td")]
        year = int(cells[0]) if heads[0] == "Year" and cells[0] else None
        numbers = [
            float(cell.removesuffix(" %").replace(",", "")) for cell in cells[begin : begin + 3] if " by " not in cell
        ]
        made[year, numbers[0], *(numbers[1:] or (None, None))] += 1  # type: ignore[index]
    return made


def test_every_number_that_is_printed_is_what_the_query_beside_it_answers(
    reported: tuple[Path, FlaskClient],
) -> None:
    """Off the pages: each query as it stands there is asked again, and each cell of the table beside it compared."""
    import pandas as pd

    data, client = reported
    dashboard = {one["code"]: one for one in indicators(active(data).datasets_path).values()}
    table = pd.read_csv(active(data).datasets_path / "indicators/indicators.csv")
    page = lxml.html.fromstring(client.get("/indicators?lang=en").get_data(as_text=True))
    report = lxml.html.fromstring(client.get("/indicators/report?year=2025&lang=en").get_data(as_text=True))
    reports = {
        head.text_content(): body
        for head in report.iter("h3")
        if (body := next((each for each in head.itersiblings() if each.tag in ("div", "h3")), None)) is not None
        and body.tag == "div"
    }
    tried = 0
    for section in page.find_class("indicator"):
        code = section.find("h3").get("id")
        unit = dashboard[code]["unit"]
        query = section.find("details/pre/code").text_content()
        made = again(query, unit, section.find("details/p/a") is not None, data)
        of_files = table[(table["indicator"] == code) & (table["status"] == "measured")]
        assert Counter(zip(of_files["year"].fillna(0), of_files["part"], of_files["value"], strict=True)) == Counter(
            (year or 0, value if part is None else part, round(value, 4)) for year, _, value, part, _ in made.elements()
        ), code
        rounded = 2 if unit == "ratio" else 1
        expected = Counter(
            (year, float(f"{value:.{rounded}f}"), part, whole)
            for year, _, value, part, whole in made.elements()
            if value or not dashboard[code]["nought"]  # what is nought may be left out of the page
        )
        tables = section.findall("div/table")
        assert (printed(tables[0]) if tables else Counter()) == expected, code
        in_report = Counter({key: times for key, times in expected.items() if key[0] in (2025, None)})
        title = dashboard[code]["title"]["en"]
        if in_report:
            assert printed(reports[title].find("table")) == in_report, code
        else:
            assert title not in reports
        tried += expected.total()
    assert tried > 30


def test_the_report_of_a_year_can_be_printed(client: FlaskClient) -> None:
    page = client.get("/indicators/report?year=2025&lang=vi").get_data(as_text=True)
    assert "Báo cáo số liệu thư viện năm 2025" in page
    assert "Kỳ báo cáo: đến 30 tháng 11 năm 2025." in page
    assert "Chưa có số liệu của năm 2025." in page
    assert "Thủ trưởng đơn vị" in page
    assert client.get("/indicators/report?year=abc").status_code == 404


def test_a_dataset_whose_chart_says_something_has_it_on_its_page(client: FlaskClient) -> None:
    page = client.get("/dataset/holdings?lang=en").get_data(as_text=True)
    assert "Rows by: " in page
    assert '<svg class="bars"' in page
    assert '<svg class="bars"' not in client.get("/dataset/codes").get_data(as_text=True)
