"""The real CKAN, brought in step, left alone, interrupted, edited by hand."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

from publisher.config import Ckan, Settings
from publisher.errors import CkanError
from publisher.exports.ckan import Applied, Plan, Portal, adopt, apply, left_over, make_plan, prune, verify
from publisher.exports.ckan.desired import wanted
from publisher.exports.files import DatasetFiles, read_datasets

from . import small

pytestmark = pytest.mark.ckan
WRITES = ("_create", "_patch", "_update", "_delete", "_upsert")


def no_sleep(seconds: float) -> None:
    """Tests do not wait."""


@dataclass
class Corner:
    """A corner of the real CKAN for one test: an organization and a prefix that nobody else has."""

    settings: Settings
    token: str
    folder: Path
    datasets: list[DatasetFiles]

    def portal(self, session: requests.Session | None = None, token: str | None = None) -> Portal:
        assert self.settings.ckan is not None
        return Portal(self.settings.ckan, token or self.token, session=session, sleep=no_sleep)

    def apply(self, session: requests.Session | None = None) -> Applied:
        return apply(self.settings, self.datasets, self.folder, self.portal(session))

    def plan(self) -> Plan:
        return make_plan(wanted(self.settings, self.datasets), self.portal())

    def name(self, dataset: str) -> str:
        assert self.settings.ckan is not None
        return f"{self.settings.ckan.name_prefix}{dataset}"

    def show(self, dataset: str) -> dict[str, Any]:
        found = self.portal().read("package_show", id=self.name(dataset))
        assert isinstance(found, dict)
        return found

    def with_release(self, folder: Path) -> Corner:
        names = {dataset.name for dataset in self.datasets}
        return Corner(self.settings, self.token, folder, [each for each in read_datasets(folder) if each.name in names])


@pytest.fixture(scope="module")
def server() -> tuple[str, str]:
    url, token = os.environ.get("RONG_TEST_CKAN_URL"), os.environ.get("RONG_TEST_CKAN_TOKEN")
    if not url or not token:
        if os.environ.get("CI") == "true":
            pytest.fail("RONG_TEST_CKAN_URL and RONG_TEST_CKAN_TOKEN are not set")
        pytest.skip("RONG_TEST_CKAN_URL and RONG_TEST_CKAN_TOKEN are not set")
    return url, token


@pytest.fixture
def corners(server: tuple[str, str], release: Path, tmp_path: Path) -> Iterator[Callable[..., Corner]]:
    made: list[Corner] = []

    def make(*names: str, **options: Any) -> Corner:
        mark = uuid.uuid4().hex[:12]
        ckan = Ckan(
            url=server[0],
            organization=f"t-{mark}",
            name_prefix=f"t-{mark}-",
            licence_id="cc-by",
            retries=2,
            **options,
        )
        datasets = [each for each in read_datasets(release / "datasets") if not names or each.name in names]
        settings = small.settings(tmp_path).model_copy(update={"ckan": ckan})
        corner = Corner(settings, server[1], release / "datasets", datasets)
        made.append(corner)
        return corner

    yield make
    for corner in made:
        portal = corner.portal()
        assert corner.settings.ckan is not None
        for dataset in corner.datasets:
            if portal.read("package_show", id=corner.name(dataset.name)):
                portal.write("dataset_purge", id=corner.name(dataset.name))
        if portal.read("organization_show", id=corner.settings.ckan.organization):
            portal.write("organization_purge", id=corner.settings.ckan.organization)


def test_a_second_apply_writes_nothing(corners: Callable[..., Corner]) -> None:
    corner = corners()
    first = corner.apply()
    files = [file.format for dataset in corner.datasets for file in dataset.files]
    changes = [change for change in first.changes if change.kind != "view"]  # not every CKAN has views
    assert len(changes) == 1 + len(corner.datasets) + len(files) + files.count("csv")
    second = corner.apply()
    assert (second.writes, second.changes) == (0, ())


def test_what_was_applied_is_what_comes_back(corners: Callable[..., Corner]) -> None:
    corner = corners("editions", "holdings", "graph")
    corner.apply()
    found = verify(corner.settings, corner.datasets, corner.portal())
    assert found.is_right, str(found)
    files = [file.format for dataset in corner.datasets for file in dataset.files]
    assert len(found.checks) == 1 + len(files) + files.count("csv")  # the metadata, the files, the tables


def test_a_plan_says_what_would_be_made_and_makes_nothing(corners: Callable[..., Corner]) -> None:
    corner = corners("holdings")
    plan = corner.plan()
    assert [(change.action, change.kind) for change in plan.changes] == [
        ("create", "organization"),
        ("create", "dataset"),
        ("create", "file"),
        ("create", "table"),
        ("create", "file"),
        ("create", "file"),
        ("create", "file"),
    ]
    assert f"+ dataset {corner.name('holdings')}" in str(plan)
    assert corner.plan().as_json() == plan.as_json()


def test_a_dataset_is_described_in_both_languages(corners: Callable[..., Corner]) -> None:
    corner = corners("holdings")
    corner.apply()
    found = corner.show("holdings")
    extras = {extra["key"]: extra["value"] for extra in found["extras"]}
    assert found["title"] == "Tài liệu tại các thư viện"
    assert extras["title_en"] == "Holdings by library"
    assert found["license_id"] == "cc-by"
    assert {"thư viện", "library"} <= {tag["name"] for tag in found["tags"]}


def test_the_table_has_types_a_dictionary_and_no_apostrophes(corners: Callable[..., Corner]) -> None:
    corner = corners("editions")
    corner.apply()
    resource = next(each for each in corner.show("editions")["resources"] if each["format"] == "CSV")
    answer = corner.portal().read("datastore_search", resource_id=resource["id"], sort="iri", records_format="objects")
    fields = {field["id"]: field for field in answer["fields"]}
    assert fields["items"]["type"] == "int8"
    assert fields["title"]["info"]["label"] == "Nhan đề / Title"
    assert answer["records"][0]["items"] == 3
    assert answer["records"][1]["title"] == "=cmd|' /C calc'!A0"
    assert answer["records"][2]["title"] is None


def test_a_cell_of_300_kb_is_whole_in_the_table(corners: Callable[..., Corner], tmp_path: Path) -> None:
    huge = "=" + "dài " * 75_000 + "."
    small.datasets(tmp_path, small.TURTLE.replace('Sử thi Ba Na, \\"Dăm Noi\\"', huge))
    corner = corners("editions").with_release(tmp_path / "r1" / "datasets")
    corner.apply()
    resource = next(each for each in corner.show("editions")["resources"] if each["format"] == "CSV")
    answer = corner.portal().read("datastore_search", resource_id=resource["id"], sort="iri", fields="title")
    assert answer["records"][0]["title"] == huge
    assert corner.apply().writes == 0
    assert verify(corner.settings, corner.datasets, corner.portal()).is_right


def test_only_what_has_changed_is_written(corners: Callable[..., Corner], tmp_path: Path) -> None:
    corner = corners("editions", "holdings", "libraries", "graph", "graph-bibframe")
    corner.apply()
    changed = tmp_path / "changed"
    changed.mkdir()
    small.datasets(changed, small.TURTLE.replace('"398.2 S550T"', '"398.2 S600T"'))  # stands in holdings and the graph
    corner = corner.with_release(changed / "r1" / "datasets")
    applied = corner.apply()
    assert [(change.action, change.kind, change.name) for change in applied.changes] == [
        ("update", "file", "holdings.csv"),
        ("update", "table", "holdings.csv"),
        ("update", "file", "holdings.xlsx"),
        ("update", "file", "holdings.parquet"),
        ("update", "file", "holdings.jsonl.gz"),
        ("update", "file", "graph.nq.gz"),
        ("update", "file", "graph-bibframe.nq.gz"),
    ]
    assert corner.apply().writes == 0


def test_an_edit_by_hand_is_shown_and_undone(corners: Callable[..., Corner]) -> None:
    corner = corners("holdings")
    corner.apply()
    corner.portal().write("package_patch", id=corner.name("holdings"), title="Sửa tay", tags=[{"name": "khác"}])
    plan = corner.plan()
    assert 'title: "Sửa tay" -> "Tài liệu tại các thư viện"' in str(plan)
    assert [difference.field for difference in plan.changes[0].differences] == ["title", "tags"]
    assert corner.apply().writes == 1
    assert corner.show("holdings")["title"] == "Tài liệu tại các thư viện"


def test_a_deleted_file_and_an_emptied_table_come_back(corners: Callable[..., Corner]) -> None:
    corner = corners("holdings")
    corner.apply()
    table, file, *_ = corner.show("holdings")["resources"]
    corner.portal().write("datastore_delete", resource_id=table["id"], filters={}, force=True)
    corner.portal().write("resource_delete", id=file["id"])
    assert not verify(corner.settings, corner.datasets, corner.portal()).is_right
    corner.apply()
    found = verify(corner.settings, corner.datasets, corner.portal())
    assert found.is_right, str(found)


def test_rows_that_are_deleted_by_hand_are_noticed_and_come_back(corners: Callable[..., Corner]) -> None:
    corner = corners("holdings")
    corner.apply()
    table = corner.show("holdings")["resources"][0]
    corner.portal().write(
        "datastore_records_delete",
        resource_id=table["id"],
        filters={"iri": "https://data.example.vn/item/a-1-1"},
        force=True,
    )
    found = verify(corner.settings, corner.datasets, corner.portal())
    assert "it has 2 rows, the release 3" in str(found)
    assert 'rows: "2" -> "3"' in str(corner.plan())
    corner.apply()
    assert verify(corner.settings, corner.datasets, corner.portal()).is_right


def test_what_others_added_stays(corners: Callable[..., Corner]) -> None:
    corner = corners("graph")
    corner.apply()
    portal = corner.portal()
    portal.write("resource_create", package_id=corner.name("graph"), name="Ghi chú", url="https://example.vn/note")
    extras = [*corner.show("graph")["extras"], {"key": "đơn vị", "value": "Sở"}]
    portal.write("package_patch", id=corner.name("graph"), extras=extras)
    assert corner.apply().writes == 0
    portal.write("package_patch", id=corner.name("graph"), title="x")
    corner.apply()
    found = corner.show("graph")
    assert {"key": "đơn vị", "value": "Sở"} in found["extras"]
    assert [each["name"] for each in found["resources"]] == ["graph.nq.gz", "Ghi chú"]


def test_a_dataset_of_others_is_left_alone(corners: Callable[..., Corner]) -> None:
    corner = corners("graph")
    assert corner.settings.ckan is not None
    portal = corner.portal()
    portal.write("organization_create", name=corner.settings.ckan.organization)
    portal.write("package_create", name=corner.name("graph"), owner_org=corner.settings.ckan.organization, title="Khác")
    with pytest.raises(CkanError, match="was not made by Rông, so it is left alone"):
        corner.apply()
    assert corner.show("graph")["title"] == "Khác"


def test_an_organization_of_others_is_used_as_it_is(corners: Callable[..., Corner]) -> None:
    corner = corners("graph")
    assert corner.settings.ckan is not None
    corner.portal().write("organization_create", name=corner.settings.ckan.organization, title="Sở khác")
    assert [change.kind for change in corner.apply().changes] == ["dataset", "file"]
    organization = corner.portal().read("organization_show", id=corner.settings.ckan.organization)
    assert organization["title"] == "Sở khác"


def test_a_file_over_the_limit_is_linked_and_its_table_is_loaded(corners: Callable[..., Corner]) -> None:
    corner = corners("holdings", upload_limit_mb=0.0001)
    corner.apply()
    resource = corner.show("holdings")["resources"][0]
    assert resource["url"] == "https://data.example.vn/dataset/holdings/holdings.csv"
    assert resource["datastore_active"]
    assert corner.apply().writes == 0


def test_a_licence_that_ckan_does_not_know_is_said_before_anything_is_written(corners: Callable[..., Corner]) -> None:
    corner = corners("graph")
    assert corner.settings.ckan is not None
    ckan = corner.settings.ckan.model_copy(update={"licence_id": "CC-BY"})
    corner.settings = corner.settings.model_copy(update={"ckan": ckan})
    portal = corner.portal()
    with pytest.raises(CkanError, match='does not know the licence "CC-BY"; did you mean cc-by'):
        apply(corner.settings, corner.datasets, corner.folder, portal)
    assert portal.writes == 0


def test_a_token_that_reads_but_may_not_write_is_said_before_anything_is_written(
    corners: Callable[..., Corner],
) -> None:
    corner = corners("graph")
    corner.apply()
    corner.portal().write("package_patch", id=corner.name("graph"), title="x")
    user = f"u-{uuid.uuid4().hex[:12]}"
    corner.portal().write("user_create", name=user, email=f"{user}@example.vn", password=uuid.uuid4().hex)
    reader = corner.portal().write("api_token_create", user=user, name="t")["token"]
    for token in (reader, "not-a-token"):
        portal = corner.portal(token=token)
        with pytest.raises(CkanError, match=r"the token may not write into the organization t-\w+"):
            apply(corner.settings, corner.datasets, corner.folder, portal)
        assert portal.writes == 0
    fresh = corners("graph")
    with pytest.raises(CkanError, match="CKAN refuses organization_create"):
        apply(fresh.settings, fresh.datasets, fresh.folder, fresh.portal(token="not-a-token"))


def test_an_editor_of_the_organization_needs_no_more(corners: Callable[..., Corner]) -> None:
    corner = corners("holdings")
    assert corner.settings.ckan is not None
    user = f"u-{uuid.uuid4().hex[:12]}"
    admin = corner.portal()
    admin.write("organization_create", name=corner.settings.ckan.organization)
    admin.write("user_create", name=user, email=f"{user}@example.vn", password=uuid.uuid4().hex)
    admin.write("organization_member_create", id=corner.settings.ckan.organization, username=user, role="editor")
    editor = corner.portal(token=admin.write("api_token_create", user=user, name="t")["token"])
    apply(corner.settings, corner.datasets, corner.folder, editor)
    assert corner.apply().writes == 0


class Killed(BaseException):
    """The process ends here: no handler of Rông may run."""


class Breaking(requests.Session):
    """Breaks at the write number `at`: killed before or after it, or told 500 although CKAN has done it."""

    def __init__(self, at: int, how: str) -> None:
        super().__init__()
        self.at, self.how, self.seen = at, how, 0

    def post(self, url: Any, *args: Any, **kwargs: Any) -> requests.Response:
        if not str(url).endswith(WRITES):
            return super().post(url, *args, **kwargs)
        self.seen += 1
        if self.seen != self.at:
            return super().post(url, *args, **kwargs)
        if self.how == "killed before":
            raise Killed
        if self.how == "not reached":
            raise requests.ConnectionError("refused")
        response = super().post(url, *args, **kwargs)
        assert response.ok
        if self.how == "killed after":
            raise Killed
        response.status_code, response._content = 500, b"<html>Internal Server Error</html>"
        return response


HOLDINGS = ["holdings.csv", "holdings.xlsx", "holdings.parquet", "holdings.jsonl.gz"]
HOLDINGS_WRITES = 10  # organization, dataset, file, table made, rows, mark, three files; one more than there are


@pytest.mark.parametrize("at", range(1, HOLDINGS_WRITES))
@pytest.mark.parametrize("how", ["killed before", "killed after"])
def test_a_run_that_was_killed_is_simply_run_again(corners: Callable[..., Corner], at: int, how: str) -> None:
    corner = corners("holdings")
    with pytest.raises(Killed):
        corner.apply(Breaking(at, how))
    corner.apply()
    assert [each["name"] for each in corner.show("holdings")["resources"]] == HOLDINGS
    found = verify(corner.settings, corner.datasets, corner.portal())
    assert found.is_right, str(found)
    assert corner.apply().writes == 0


@pytest.mark.parametrize("at", range(1, HOLDINGS_WRITES))
@pytest.mark.parametrize("how", ["done, but answered 500", "not reached"])
def test_an_uncertain_answer_makes_the_run_look_again_and_double_nothing(
    corners: Callable[..., Corner], at: int, how: str
) -> None:
    corner = corners("holdings")
    corner.apply(Breaking(at, how))
    assert [each["name"] for each in corner.show("holdings")["resources"]] == HOLDINGS
    found = verify(corner.settings, corner.datasets, corner.portal())
    assert found.is_right, str(found)


def test_there_are_as_many_writes_as_the_tests_break(corners: Callable[..., Corner]) -> None:
    assert corners("holdings").apply().writes == HOLDINGS_WRITES - 1


def test_ckans_own_dcat_keeps_title_licence_publisher_and_files(corners: Callable[..., Corner]) -> None:
    from rdflib import DCTERMS, FOAF, RDF, Graph, Namespace, URIRef

    dcat = Namespace("http://www.w3.org/ns/dcat#")
    corner = corners("holdings")
    corner.apply()
    assert corner.settings.ckan is not None
    answer = requests.get(f"{corner.settings.ckan.url}/dataset/{corner.name('holdings')}.ttl", timeout=30)
    if answer.status_code == 404 and os.environ.get("CI") != "true":
        pytest.skip("this CKAN has no ckanext-dcat")
    graph = Graph().parse(data=answer.content, format="turtle")
    dataset = next(graph.subjects(RDF.type, dcat.Dataset))
    assert str(graph.value(dataset, DCTERMS.identifier)) == "https://data.example.vn/dataset/holdings"
    assert str(graph.value(dataset, DCTERMS.title)) == "Tài liệu tại các thư viện"
    assert str(graph.value(graph.value(dataset, DCTERMS.publisher), FOAF.name)) == "Thư viện tỉnh"
    distributions = list(graph.objects(dataset, dcat.distribution))
    assert len(distributions) == 4
    for distribution in distributions:
        assert graph.value(distribution, DCTERMS.license) == URIRef("http://creativecommons.org/licenses/by/4.0/")


def test_a_group_that_does_not_exist_is_said_before_anything_is_written(corners: Callable[..., Corner]) -> None:
    corner = with_groups(corners("graph"), "khong-co-nhom-nay")
    portal = corner.portal()
    with pytest.raises(CkanError, match='there is no group "khong-co-nhom-nay", and CKAN would drop it'):
        apply(corner.settings, corner.datasets, corner.folder, portal)
    assert portal.writes == 0


def test_a_dataset_is_shown_by_its_groups_and_by_those_that_others_chose(corners: Callable[..., Corner]) -> None:
    groups = [f"g-{uuid.uuid4().hex[:12]}" for _ in range(2)]
    corner = corners("graph")
    portal = corner.portal()
    for group in groups:
        portal.write("group_create", name=group)
    corner.apply()
    portal.write("package_patch", id=corner.name("graph"), groups=[{"name": groups[1]}])
    corner = with_groups(corner, groups[0])
    assert f'groups: "{groups[1]}" -> "{", ".join(sorted(groups))}"' in str(corner.plan())
    corner.apply()
    assert sorted(each["name"] for each in corner.show("graph")["groups"]) == sorted(groups)
    assert corner.apply().writes == 0
    for group in groups:
        portal.write("group_purge", id=group)


def test_a_table_is_shown_once_where_ckan_has_a_view_for_it(corners: Callable[..., Corner]) -> None:
    corner = corners("holdings", "libraries")
    corner.apply()
    portal = corner.portal()
    for name, kinds in (
        ("holdings.csv", ["datatables_view"]),
        ("libraries.xlsx", []),
        ("libraries.geojson", ["text_view"]),
    ):
        found = [each for each in corner.show(name.partition(".")[0])["resources"] if each["name"] == name]
        views = [view["view_type"] for each in found for view in portal.read("resource_view_list", id=each["id"])]
        assert views == [kind for kind in kinds if kind in portal.extensions], name
    if "datatables_view" in portal.extensions:
        table = next(each for each in corner.show("libraries")["resources"] if each["name"] == "libraries.csv")
        (view,) = portal.read("resource_view_list", id=table["id"])
        portal.write("resource_view_delete", id=view["id"])
        assert "+ view libraries.csv (datatables_view)" in str(corner.plan())
        corner.apply()
        assert len(portal.read("resource_view_list", id=table["id"])) == 1
    assert corner.apply().writes == 0


def test_what_an_officer_made_by_hand_is_taken_over_only_when_asked(corners: Callable[..., Corner]) -> None:
    corner = corners("holdings")
    assert corner.settings.ckan is not None
    portal = corner.portal()
    portal.write("organization_create", name=corner.settings.ckan.organization)
    with pytest.raises(CkanError, match=r"there is no dataset .*rong ckan apply makes it"):
        adopt(corner.settings, corner.datasets, "holdings", portal)
    resources = [{"name": "holdings.csv", "url": "https://old.example.vn/holdings.csv"}, {"name": "a", "url": "x:a"}]
    organization = corner.settings.ckan.organization
    portal.write("package_create", name=corner.name("holdings"), owner_org=organization, resources=resources)
    with pytest.raises(CkanError, match="is left alone"):
        corner.apply()
    assert "with 1 of its 2 files" in adopt(corner.settings, corner.datasets, "holdings", portal)
    assert "is ours already" in adopt(corner.settings, corner.datasets, "holdings", portal)
    corner.apply()
    assert sorted(each["name"] for each in corner.show("holdings")["resources"]) == sorted([*HOLDINGS, "a"])
    assert corner.apply().writes == 0
    assert verify(corner.settings, corner.datasets, portal).is_right
    with pytest.raises(CkanError, match="There is no declared dataset nothing"):
        adopt(corner.settings, corner.datasets, "nothing", portal)


def test_what_another_rong_made_is_not_taken_over(corners: Callable[..., Corner]) -> None:
    corner = corners("graph")
    corner.apply()
    elsewhere = corner.settings.model_copy(update={"base": "https://other.example.vn"})
    with pytest.raises(CkanError, match=r"belongs to https://data\.example\.vn/dataset/graph; it is not taken"):
        adopt(elsewhere, corner.datasets, "graph", corner.portal())


def test_only_what_we_made_and_declare_no_more_is_pruned(corners: Callable[..., Corner]) -> None:
    corner = corners("graph", "fates", "codes")
    corner.apply()
    assert corner.settings.ckan is not None
    portal = corner.portal()
    others = f"{corner.name('graph')}-others"
    portal.write("package_create", name=others, owner_org=corner.settings.ckan.organization)
    fewer = [dataset for dataset in corner.datasets if dataset.name == "graph"]
    left = left_over(corner.settings, fewer, portal)
    assert left == [corner.name(each.name) for each in corner.datasets if each.name != "graph"]
    assert left_over(corner.settings, corner.datasets, portal) == []
    prune(portal, left)
    assert left_over(corner.settings, fewer, portal) == []
    assert corner.show("graph")["state"] == "active"
    assert portal.read("package_show", id=others)["state"] == "active"
    assert corner.apply().writes > 0, "what is declared again comes back out of the bin"
    assert verify(corner.settings, corner.datasets, portal).is_right
    portal.write("dataset_purge", id=others)


def with_groups(corner: Corner, *groups: str) -> Corner:
    """Return `corner` with datasets that are declared for `groups`."""

    def grouped(each: DatasetFiles) -> DatasetFiles:
        declaration = each.dataset.declaration.model_copy(update={"groups": groups})
        return each.model_copy(update={"dataset": each.dataset.model_copy(update={"declaration": declaration})})

    return Corner(corner.settings, corner.token, corner.folder, [grouped(each) for each in corner.datasets])
