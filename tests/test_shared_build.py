"""Every file of real records goes through a build unaided, and each record that came in is accounted for, file by file.

Of the large ones a slice is built, to save time; all of them is read in tests/sources/.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from pathlib import Path

import openpyxl
import pytest

from publisher.build import build
from publisher.config import Settings
from publisher.sources import Record, describe, open_source

ENCODED = {
    "titles.utf8.txt": "utf-8", "titles.CP1258.bin": "cp1258", "titles.TCVN5712-1.bin": "tcvn-5712-1",
    "titles.VISCII.bin": "viscii",
}  # fmt: skip
HEAD = 'base = "https://data.example.vn"\npublisher.name = {vi = "Thư viện thử", en = "Test Library"}\n'
NASTY = "nasty"
EXPECTED: dict[str, dict[str, int]] = {
    "libol/BILLCFBN.ISO": {"published": 1},
    "libol/DJNXTHQE.iso": {"published": 240},
    "libol/FCODGLFL.ISO": {"published": 100},
    "libol/GPEUPDUL.ISO": {"published": 1, "repaired: twice-encoded": 1},
    "libol/JKPMFVQP.ISO": {"published": 207, "repaired: twice-encoded": 207, "repaired: structure": 3},
    "libol/OIVIIYHD.ISO": {"published": 9, "repaired: twice-encoded": 9},
    "central-highlands.mrc": {"published": 67},
    "hcmut.mrc": {"published": 599, "armed-forces-internal": 1},
    "hcmut-list.xlsx": {"published": 457},
    **{name: {"published": 400} for name in ENCODED},
    "holdings.mrc": {"holdings-without-record": 399, "record-deleted": 1},
    NASTY: {
        "published": 574, "access-restricted": 8, "kind-unsupported": 18, "directory-damaged": 8,
        "encoding-unknown": 2, "repaired: structure": 262, "repaired: encoding": 90, "repaired: twice-encoded": 3,
        "repaired: value": 3,
    },
    "digitized/alto": {"page-without-title": 10},
    "digitized/edm": {"published": 40},
    "digitized/iiif": {"source-unreadable": 40},
    "digitized/mets": {"published": 217, "record-empty": 9},
    "digitized/mods": {"published": 80, "access-restricted": 5, "source-unreadable": 3},
    "digitized/oai": {"published": 48, "record-deleted-at-source": 2, "source-unreadable": 7},
}  # fmt: skip
"""What becomes of the records of each file, of a folder of many small files together: published, or the rule; and in
how many of them what was repaired."""


def sliced(data: Path, folder: Path) -> list[Path]:
    """Write the first records of the large files, under their own names."""
    records = (data / "hcmut.mrc").read_bytes().split(b"\x1d")[:600]
    (folder / "hcmut.mrc").write_bytes(b"\x1d".join([*records, b""]))
    for name in ENCODED:
        lines = (data / "encodings" / name).read_bytes().split(b"\n")[:400]
        (folder / name).write_bytes(b"\n".join([*lines, b""]))
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in (
        openpyxl.load_workbook(data / "hcmut-list.xlsx", read_only=True)
        .worksheets[0]
        .iter_rows(max_row=500, values_only=True)
    ):
        book.active.append(row)
    book.save(folder / "hcmut-list.xlsx")
    return [folder / name for name in ("hcmut.mrc", "hcmut-list.xlsx", *ENCODED)]


@pytest.fixture(scope="module")
def fates(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Counter[str]]:
    """How many records of each file met which fate: "in", "published", "withheld", "rejected", or a rule."""
    folder, data = tmp_path_factory.mktemp("shared"), shared / "data"
    whole = [data / name for name in ("libol", "nasty", "digitized", "central-highlands.mrc", "holdings.mrc")]
    libraries = "".join(
        f'[[libraries]]\ncode = "lib{n}"\nname = {{vi = "{n}", en = "{n}"}}\nsources = [{{path = "{path}"}}]\n'
        for n, path in enumerate([*whole, *sliced(data, folder)])
    )
    (folder / "rong.toml").write_text(HEAD + libraries, "utf-8")
    report = build(Settings.load(folder / "rong.toml"), folder / "data", workers=2)
    (ledger,) = (folder / "data" / "releases").glob("*/ledger.sqlite")
    found: dict[str, Counter[str]] = {}
    with sqlite3.connect(f"file:{ledger}?mode=ro", uri=True) as rows:
        for source, fate, rule, count in rows.execute(
            "SELECT source, fate, rule, count(*) FROM records GROUP BY 1, 2, 3"
        ):
            found.setdefault(named(source), Counter()).update(
                {"in": count, fate: count} | ({rule: count} if rule else {})
            )
    assert sum(each["in"] for each in found.values()) == report.records_in
    (quality,) = (folder / "data" / "releases").glob("*/quality.json")
    for source in json.loads(quality.read_bytes())["sources"]:
        name = named(source["source"])
        found[name].update({f"repaired: {kind}": times for kind, times in source["repairs"].items()})
    return found


def named(source: str) -> str:
    """Return under which name of `EXPECTED` the records of `source` are counted."""
    name = source.partition(" [")[0]
    return NASTY if name.startswith(NASTY) else name.rpartition("/")[0] if "digitized" in name else name


def test_every_file_is_in_the_ledger(fates: dict[str, Counter[str]]) -> None:
    assert set(fates) == set(EXPECTED)


@pytest.mark.parametrize("name", EXPECTED)
def test_no_record_of_a_file_disappears(fates: dict[str, Counter[str]], name: str) -> None:
    found = fates[name]
    assert found["in"] == found["published"] + found["withheld"] + found["rejected"]
    rules = {rule: count for rule, count in found.items() if rule not in ("in", "withheld", "rejected")}
    assert rules == EXPECTED[name]


@pytest.mark.parametrize("name", ENCODED)
def test_the_encoding_of_a_list_is_found_and_its_titles_are_those_of_the_list_in_unicode(
    shared: Path, name: str
) -> None:
    folder = shared / "data" / "encodings"
    (description,) = describe(folder / name)
    assert (description.format, description.encoding) == ("titles", ENCODED[name])
    titles = [item.all("245")[0].first("a") for item in open_source(folder / name) if isinstance(item, Record)]
    lines = (folder / "titles.utf8.txt").read_text("utf-8").split("\n")
    assert titles == [" ".join(line.split()) for line in lines if line.strip()]
    assert len(titles) == 2000
