"""An update of a record that has something digitized: its pages and files come, change and go with it."""

from __future__ import annotations

from pathlib import Path

from test_build import Here, marc
from test_update import publish, said, with_the_registry_of

from publisher.build import build
from publisher.config import Settings
from publisher.intake import Edits
from publisher.release.digitized import NAME, DigitizedReader
from publisher.release.release import active
from publisher.release.service import put_into_service, verify
from tests.sources import digitized as made

MANIFEST = "/iiif/kt-KT-S1/manifest"


def book(title: str, pages: int) -> bytes:
    """A METS document of so many pages."""
    numbers = range(1, pages + 1)
    files = (made.file(f"I{n}", f"https://files.example.vn/{n}.jpg") for n in numbers)
    return made.mets(
        described=made.wrapped(made.mods(title)),
        files=made.group("DEFAULT", *files),
        pages="".join(made.page(n, f"I{n}") for n in numbers),
    ).encode()


def settings_of(folder: Path, sources: dict[str, bytes]) -> Settings:
    folder.mkdir(exist_ok=True)
    text = 'base = "https://data.example.org"\npublisher.name = {vi = "A", en = "A"}\n'
    text += '[[libraries]]\ncode = "kt"\nname = {vi = "KT", en = "KT"}\n'
    for name, content in sources.items():
        (folder / name).write_bytes(content)
        text += f'[[libraries.sources]]\npath = "{name}"\n'
    (folder / "rong.toml").write_text(text)
    return Settings.load(folder / "rong.toml")


def pages(data: Path) -> dict[str, int]:
    """Return how many pages each digitized thing of the release in service has."""
    reader = DigitizedReader(active(data).path)
    found = {each: reader.get(each) for each, _ in reader.identifiers(10)}
    return {each: len(thing.digital.pages) for each, thing in found.items() if thing is not None}


def the_same_as_anew(data: Path, other: Path, sources: dict[str, bytes]) -> dict[str, object]:
    settings = settings_of(other / "merged", sources)
    build(settings, other, executor=Here(settings))
    put_into_service(other)
    updated, built = said(data), said(other)
    for part, content in built.items():
        assert updated[part] == content, part
    reader, fresh = DigitizedReader(active(data).path), DigitizedReader(active(other).path)
    assert [reader.get(each) for each, _ in reader.identifiers(9)] == [
        fresh.get(each) for each, _ in fresh.identifiers(9)
    ]
    assert verify(data)[1] == []
    return updated


def test_what_is_digitized_comes_changes_and_goes_with_its_record(tmp_path: Path) -> None:
    records = marc("a1", "Rừng Kon Tum") + marc("a2", "Cà phê")
    settings, data = settings_of(tmp_path, {"kt.mrc": records}), tmp_path / "data"
    build(settings, data, executor=Here(settings))
    put_into_service(data)
    given = tmp_path / "given.xml"

    given.write_bytes(book("Sử thi", 2))
    assert publish(settings, data, Edits("kt", (given,))).anew == ""
    assert pages(data) == {"kt-KT-S1": 2}
    first = active(data).path / NAME

    given.write_bytes(book("Sử thi Đăm Săn", 3))
    before = with_the_registry_of(data, tmp_path / "changed")
    assert publish(settings, data, Edits("kt", (given,))).anew == ""
    assert pages(data) == {"kt-KT-S1": 3}
    assert first.samefile(active(data).path / NAME), "the file is shared, its edits lie beside it"
    updated = the_same_as_anew(data, before, {"kt.mrc": records, "given.xml": given.read_bytes()})
    assert any(MANIFEST in line for line in updated["store"])

    before = with_the_registry_of(data, tmp_path / "gone")
    assert publish(settings, data, Edits("kt", (), ("KT-S1",))).anew == ""
    assert pages(data) == {}
    assert not list(active(data).path.glob(f"{NAME}*"))
    updated = the_same_as_anew(data, before, {"kt.mrc": records})
    assert not any(MANIFEST in line for line in updated["store"])
