"""A course of updates: after each the release is what a build of everything makes, whatever was edited before.

Records of all kinds come, change and go, merges form and dissolve, the release before comes back, sources are ordered
anew; each update decides on what it concerns alone, where it may.
"""

import random
from pathlib import Path

import pytest
from test_authorities_build import authority, book, held
from test_build import Here, settings_of
from test_update import AUTHORS, drawn, publish, the_same_as_anew, with_the_registry_of

from publisher.build import build
from publisher.errors import ReleaseError
from publisher.identification import WORKBOOK
from publisher.intake import Edits
from publisher.release.layered import is_same
from publisher.release.release import active
from publisher.release.service import put_into_service, roll_back, verify

pytestmark = pytest.mark.usefixtures("no_datasets")

Catalogue = dict[str, dict[str, bytes]]
"""By library, by kind and key as an update is told what to delete ("holdings:H1", "K1")."""
LIBRARIES = "ab"


def record(chance: random.Random, name: str) -> bytes:
    """Return a record of its kind: of few titles and names, or holdings of a record that may not be there."""
    kind, _, key = name.rpartition(":")
    if kind == "holdings":
        return held(key, f"K{chance.randrange(8)}", chance.choice(["Kho Mượn", "Kho Đọc"]))
    if kind == "authority":
        names = chance.sample(AUTHORS, 2)
        return authority(f"001 {key}", "003 VN-KT", f"100 1# $a{names[0]}", f"400 1# $a{names[1]}")
    made = drawn(chance, key)
    return made[:5] + b"d" + made[6:] if chance.random() < 0.1 else made


def name(chance: random.Random) -> str:
    drawn = chance.random()
    return f"K{chance.randrange(8)}" if drawn < 0.7 else f"{'holdings:H' if drawn < 0.85 else 'authority:A'}{drawn:.1f}"


def edit(chance: random.Random, records: dict[str, bytes]) -> tuple[dict[str, bytes], list[str]]:
    """Return the records that come or change, and those to delete."""
    given = {each: record(chance, each) for each in {name(chance) for _ in range(2)}}
    left = sorted(records.keys() - given.keys())
    return given, chance.sample(left, 1) if len(left) > 3 and chance.random() < 0.6 else []


def all_of(catalogue: Catalogue) -> dict[str, list[bytes]]:
    return {library: list(records.values()) for library, records in catalogue.items()}


@pytest.mark.parametrize("seed", [3])
def test_after_each_of_many_updates_the_release_is_what_a_build_of_everything_makes(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    catalogue: Catalogue = {
        library: {each: record(chance, each) for each in sorted({name(chance) for _ in range(12)})}
        for library in LIBRARIES
    }
    settings, data = settings_of(tmp_path, all_of(catalogue)), tmp_path / "data"
    build(settings, data, executor=Here(settings))
    put_into_service(data)
    history = {active(data).id: {library: dict(records) for library, records in catalogue.items()}}
    for turn, what in enumerate(("edit", "edit", "order", "edit", "back", "edit", "edit")):
        if what == "back":
            catalogue = {library: dict(records) for library, records in history[roll_back(data).id].items()}
        before = with_the_registry_of(data, tmp_path / f"anew{turn}")
        library = chance.choice(LIBRARIES)
        given, deleted = edit(chance, catalogue[library])
        if what == "order":  # what is new comes between what was there, and all of it in another order
            catalogue[library] = dict(sorted((catalogue[library] | given).items(), key=lambda item: item[1][-9:]))
            report = publish(settings_of(tmp_path, all_of(catalogue)), data)
        else:
            (tmp_path / "given.mrc").write_bytes(b"".join(given.values()))
            catalogue[library] = {k: v for k, v in (catalogue[library] | given).items() if k not in deleted}
            report = publish(settings, data, Edits(library, (tmp_path / "given.mrc",), tuple(deleted)))
        assert report.anew == "", "the release was edited"
        reason = "another release was in service since the one before was decided on"
        assert report.all_decided == (reason if what == "back" else ""), what
        the_same_as_anew(data, before, all_of(catalogue))
        history[active(data).id] = {library: dict(records) for library, records in catalogue.items()}
    workbooks = [active(data).path.with_name(each) / WORKBOOK for each in sorted(history)[-2:]]
    assert workbooks[0].samefile(workbooks[1]), "the workbook is shared"
    assert not is_same(*workbooks), "and edited"


def test_what_touches_many_records_has_the_release_written_anew_and_the_next_update_goes_on_from_it(
    tmp_path: Path,
) -> None:
    books = [book(f"K{n}", f"Thơ, tập {n}", "100 1# $aNguyễn, Du,$d1765-1820") for n in range(60)]
    named = authority("001 A1", "003 VN-KT", "100 1# $aNguyễn, Du,$d1765-1820", "400 0# $aTố Như")
    settings, data, given = settings_of(tmp_path, {"a": [named]}), tmp_path / "data", tmp_path / "given.mrc"
    build(settings, data, executor=Here(settings))
    put_into_service(data)
    given.write_bytes(b"".join(books))
    report = publish(settings, data, Edits("a", (given,)))
    assert (report.all_decided, report.anew) == (
        "a large part of the records came or went",
        "60 of 61 records are touched",
    )
    called_otherwise = authority("001 A1", "003 VN-KT", "100 1# $aNguyễn, Du,$d1765-1820", "400 0# $aThanh Hiên")
    given.write_bytes(called_otherwise)
    report = publish(settings, data, Edits("a", (given,)))
    assert (report.all_decided, report.anew) == ("", "61 of 61 records are touched"), (
        "one came, and was decided on alone"
    )
    assert verify(data)[1] == [], "nothing is left of what was begun"
    before = with_the_registry_of(data, tmp_path / "anew")
    report = publish(settings, data, Edits("a", (), ("K7",)))
    assert (report.all_decided, report.anew) == ("", "")
    the_same_as_anew(data, before, {"a": [called_otherwise, *(each for n, each in enumerate(books) if n != 7)]})


@pytest.mark.parametrize("file", [WORKBOOK, "identity.sqlite"])
def test_a_damaged_account_or_workbook_is_named_and_nothing_is_made_from_it(tmp_path: Path, file: str) -> None:
    settings, data = (
        settings_of(tmp_path, {"a": [drawn(random.Random(1), f"K{n}") for n in range(3)]}),
        tmp_path / "data",
    )
    build(settings, data, executor=Here(settings))
    put_into_service(data)
    path = active(data).path / file
    path.chmod(0o600)
    path.write_bytes(path.read_bytes()[:5_000])
    with pytest.raises(ReleaseError, match=f"is damaged \\({file} has 5000 bytes"):
        publish(settings, data, Edits("a", (), ("K1",)))
    path.unlink()
    with pytest.raises(ReleaseError, match=f"is damaged \\({file} is missing"):
        publish(settings, data, Edits("a", (), ("K1",)))
