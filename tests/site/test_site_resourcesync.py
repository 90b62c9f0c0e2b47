"""ResourceSync: a copy that follows the change lists ends as what there is."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from lxml import etree

from publisher import assembly
from publisher.build import build
from publisher.config import Settings
from publisher.release.service import put_into_service
from publisher.site import resourcesync
from publisher.site.app import create_app

BASE = "https://data.example.org"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
RS = "{http://www.openarchives.org/rs/terms/}"
RECORD = """<record><leader>00000nam a2200000 a 4500</leader><controlfield tag="001">{0}</controlfield>
<controlfield tag="008">100101s2010    vm            000 0 vie d</controlfield>
<datafield tag="245" ind1="0" ind2="0"><subfield code="a">{1}</subfield></datafield></record>"""


def marcxml(titles: dict[str, str]) -> str:
    records = "".join(RECORD.format(key, title) for key, title in titles.items())
    return f'<collection xmlns="http://www.loc.gov/MARC21/slim">{records}</collection>'


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two releases: one record is changed, one is new, one is gone, one stays."""
    folder = tmp_path_factory.mktemp("sync")
    source = folder / "records.xml"
    settings = Settings.default(BASE, (source,))
    assembly.start(settings)
    with ThreadPoolExecutor(1) as pool:
        for titles in ({"1": "Một", "2": "Hai", "3": "Ba"}, {"1": "Một", "2": "Hai, in lại", "4": "Bốn"}):
            source.write_text(marcxml(titles), encoding="utf-8")
            build(settings, folder, executor=pool, workers=1)
            put_into_service(folder)
    return folder


@pytest.fixture
def sync(data: Path) -> FlaskClient:
    return create_app(data).test_client()


def read(client: FlaskClient, address: str) -> tuple[dict[str, str], list[tuple[str, dict[str, str]]]]:
    """Return what a document says of itself, and its resources with what it says of each."""
    response = client.get(address.removeprefix(BASE))
    assert response.status_code == 200, address
    root = etree.fromstring(response.data)
    found = []
    for each in root.iter(f"{SITEMAP}url", f"{SITEMAP}sitemap"):
        about = each.find(f"{RS}md")
        found.append((each.findtext(f"{SITEMAP}loc") or "", dict(about.attrib) if about is not None else {}))
    return dict(root.find(f"{RS}md").attrib), found


def lists(client: FlaskClient, name: str) -> dict[str, str]:
    """Return the lists of a set as a stranger finds them, from the well-known address on."""
    about, sets = read(client, "/.well-known/resourcesync")
    assert about == {"capability": "description"}
    (address,) = [address for address, _ in sets if f"/{name}/" in address]
    about, found = read(client, address)
    assert about == {"capability": "capabilitylist"}
    return {said["capability"]: address for address, said in found}


def test_every_file_is_there_with_its_checksum(sync: FlaskClient) -> None:
    about, files = read(sync, lists(sync, "datasets")["resourcelist"])
    assert about["capability"] == "resourcelist"
    assert about["at"]
    assert len(files) > 50
    for address, said in files[::7]:
        content = sync.get(address.removeprefix(BASE)).data
        assert said["hash"] == f"sha-256:{hashlib.sha256(content).hexdigest()}"
        assert said["length"] == str(len(content))


def test_files_that_have_changed_and_no_others_are_in_the_change_list(sync: FlaskClient, data: Path) -> None:
    about, found = read(sync, lists(sync, "datasets")["changelist"])
    assert about["capability"] == "changelist"
    assert about["from"]
    old, new = sorted((data / "releases").iterdir())
    changed = {
        f"{BASE}/dataset/{path.parent.name}/{path.name}"
        for path in new.glob("datasets/*/*.*")
        if path.name.startswith(f"{path.parent.name}.") and not path.name.endswith("-metadata.json")
        if path.parent.name != "changes" and path.read_bytes() != (old / path.relative_to(new)).read_bytes()
    }
    log = {f"{BASE}/dataset/changes/{path.name}" for path in new.glob("datasets/changes/changes.*[!n]")}
    assert {address for address, said in found if said["change"] == "updated"} == changed
    assert {address for address, said in found if said["change"] == "created"} == log
    assert len(log) == 4, "the log of changes begins with the second release"
    assert len(found) == len(changed | log)
    names = {address.split("/")[4] for address in changed}
    assert {"editions", "works", "graph"} <= names
    assert not {"libraries", "codes", "agents"} & names


@pytest.mark.parametrize("size", [50_000, 1])
def test_every_edition_is_there_and_every_change_of_one(
    sync: FlaskClient, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resourcesync, "SHARD", size)
    found = lists(sync, "editions")
    there = [edition for part, _ in read(sync, found["resourcelist"])[1] for edition, _ in read(sync, part)[1]]
    assert sorted(there) == [f"{BASE}/instance/lib-{key}" for key in (1, 2, 4)]
    changes = [change for part, _ in read(sync, found["changelist"])[1] for change in read(sync, part)[1]]
    said = {address.rpartition("-")[2]: about["change"] for address, about in changes}
    assert said == {"1": "created", "2": "updated", "3": "deleted", "4": "created"}
    assert [about["datetime"] for _, about in changes] == sorted(about["datetime"] for _, about in changes)
    assert sync.get("/resourcesync/editions/changelist-9-9.xml").status_code == 404


def test_the_latest_files_have_an_address_of_their_own(sync: FlaskClient) -> None:
    plain = sync.get("/dataset/editions/editions.csv")
    latest = sync.get("/dataset/editions/latest/editions.csv")
    assert latest.status_code == 200
    assert latest.data == plain.data
    assert latest.headers["ETag"] == plain.headers["ETag"]
    assert sync.get("/dataset/editions/latest/none.csv").status_code == 404
