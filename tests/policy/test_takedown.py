"""A takedown takes effect in every file, page, feed and dataset of the next release, and in what is sent to CKAN."""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path

from publisher.build import build
from publisher.config import Settings
from publisher.explanation import takedown_entry
from publisher.exports.ckan.desired import wanted
from publisher.exports.files import read_datasets
from publisher.policy.rulebook import shipped
from publisher.release import Release
from publisher.release.ledger import Ledger
from publisher.release.service import put_into_service
from publisher.site.app import create_app
from tests.sources.make import marc

from .test_planted import texts

TITLE = "Gỡxuốngnhé"
HEAD = ("008", "260101s2020    vm |||||||||||||||||vie d")
GONE = marc(("001", "G1"), HEAD, ("245", f"10\x1fa{TITLE}"), ("952", "  \x1fpVNGONE77\x1faKT"))
STAYS = marc(("001", "S1"), HEAD, ("245", "10\x1faỞ lại"), ("952", "  \x1fpVN2\x1faKT"))
TOML = """
base = "https://data.example.vn"
publisher.name = {vi = "Thư viện thử", en = "Test Library"}
[licence]
id = "CC0-1.0"
iri = "https://creativecommons.org/publicdomain/zero/1.0/"
title = {vi = "CC0", en = "CC0"}
[policy]
file = "policy.toml"
[ckan]
url = "https://ckan.example.vn"
organization = "thu"
token_env = "RONG_TEST_CKAN_TOKEN"
[[libraries]]
code = "kt"
name = {vi = "Thư viện", en = "Library"}
sources = [{path = "a.mrc"}]
"""
ADDRESSES = ("/instance/kt-G1", "/instance/kt-G1.ttl", "/feed.atom", "/", "/quality.json", "/suggest?q=gox",
             "/oai?verb=ListRecords&metadataPrefix=marcxml", "/oai?verb=ListRecords&metadataPrefix=oai_dc")  # fmt: skip


def released(folder: Path) -> Release:
    build(Settings.load(folder / "rong.toml"), folder / "data", workers=1)
    return put_into_service(folder / "data")


def everywhere(folder: Path, release: Release) -> dict[str, str]:
    """All that anyone sees of a release: its files by name, what the site answers, what CKAN is sent."""
    seen: dict[str, str] = {}
    for where, text in texts(release):
        seen[where] = seen.get(where, "") + text
    client = create_app(folder / "data").test_client()
    seen |= {address: client.get(address).get_data(as_text=True) for address in ADDRESSES}
    sent = wanted(Settings.load(folder / "rong.toml"), read_datasets(release.datasets_path))
    return seen | {"CKAN": repr(sent)}


def test_what_is_taken_down_is_nowhere_in_the_next_release(tmp_path: Path) -> None:
    (tmp_path / "a.mrc").write_bytes(GONE + STAYS)
    (tmp_path / "rong.toml").write_text(TOML, "utf-8")
    policy = shipped().read_text("utf-8")
    (tmp_path / "policy.toml").write_text(policy, "utf-8")
    first = released(tmp_path)
    before = everywhere(tmp_path, first)
    shown = {where for where, text in before.items() if TITLE in text or "VNGONE77" in text}
    assert {"/instance/kt-G1", "/instance/kt-G1.ttl", "/oai?verb=ListRecords&metadataPrefix=marcxml"} <= shown
    assert len([where for where in shown if where.endswith((".csv", ".xlsx", ".nt.gz", ".jsonl"))]) >= 3

    entry = takedown_entry(Ledger(first.ledger_path), "G1", date(2026, 1, 1))
    (tmp_path / "policy.toml").write_text(policy + entry, "utf-8")
    time.sleep(1.1)  # a release is called by the second in which it began
    second = released(tmp_path)
    after = everywhere(tmp_path, second)
    assert second.id != first.id
    assert [where for where, text in after.items() if TITLE in text or "VNGONE77" in text] == []
    assert any("Ở lại" in text for text in after.values())
    assert create_app(tmp_path / "data").test_client().get("/instance/kt-G1").status_code == 410
    assert 'status="deleted"' in after["/oai?verb=ListRecords&metadataPrefix=marcxml"]
