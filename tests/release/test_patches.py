"""Patches of updates, one after another, lead from what was cut to what is in service."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from publisher.rdf.ntriples import escape
from publisher.release import manifest
from publisher.release.patches import FOLDER, forget, keep, patch_of
from publisher.release.release import DATASETS_OF

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
lines = st.builds(
    '<x:a> <https://schema.org/name> "{}"{} .'.format, texts.map(escape), st.sampled_from(["", "@zh-Hani"])
)


def ended(held: set[str]) -> set[bytes]:
    """Return the lines as they stand in a file."""
    return {f"{line}\n".encode() for line in held}


def sealed(folder: Path, datasets_of: str = "") -> Path:
    """Make `folder` a release, with its own datasets or those of another one."""
    folder.mkdir(exist_ok=True)
    manifest.write(folder, {DATASETS_OF: datasets_of} if datasets_of else {})
    return folder


@given(st.lists(st.sets(lines, max_size=6), min_size=2, max_size=6))
@settings(deadline=None)
def test_what_each_update_changed_leads_from_what_was_cut_to_what_is(courses):
    with TemporaryDirectory() as name:
        before = sealed(Path(name, "0"))
        for number, (held, next_held) in enumerate(pairwise(courses), 1):
            folder = Path(name, str(number))
            folder.mkdir()
            keep(folder, before, held - next_held, next_held - held)
            before = sealed(folder, "0")
        patch = patch_of(before)
        assert ended(courses[0]) - patch.gone | patch.come == ended(courses[-1])
        assert patch.gone <= ended(courses[0])
        assert not patch.come & ended(courses[0])


def test_a_release_shares_the_patches_before_its_own_and_forgets_those_that_were_cut(tmp_path):
    first = sealed(tmp_path / "1")
    before = first
    for number in (2, 3):
        folder = tmp_path / str(number)
        folder.mkdir()
        keep(folder, before, [], [f"<x:a> <x:b> <x:{number}> ."])
        before = sealed(folder, "1")
    shared = tmp_path / "2" / FOLDER / "2.rdfp.zst"
    assert shared.samefile(before / FOLDER / "2.rdfp.zst")
    forget(before, tmp_path / "2")
    assert patch_of(before) == (set(), {b"<x:a> <x:b> <x:3> .\n"})
    assert shared.exists(), "it is still that of the other release"


def test_a_release_that_does_not_know_what_led_to_it_hands_nothing_on(tmp_path):
    folder = tmp_path / "2"
    folder.mkdir()
    keep(folder, sealed(tmp_path / "1", "0"), [], ["<x:a> <x:b> <x:c> ."])
    assert not (folder / FOLDER).exists()
