"""No bytes make a reader crash, hang, lose data silently or use memory without limit."""

from __future__ import annotations

import gzip
import io
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from unicodedata import is_normalized

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from publisher.errors import SourceError
from publisher.sources import Record, Rejected, open_source
from publisher.sources.formats import FORMATS
from publisher.sources.raw import MAX_RECORD

from .make import book, xml, xml_book

FIXTURES = Path(__file__).parents[1] / "fixtures" / "sources"
SOUND = {
    "iso2709": "sound.mrc",
    "marcxml": "sound.xml",
    "marcjson": "array.json",
    "mrk": "sound.mrk",
    "libol": "libol.iso",
    "libol-text": "libol_text.iso",
    "isis": "isis.iso",
    "dublincore": "dublin_core.xml",
    "mods": "mods.xml",
    "mets": "mets.xml",
    "edm": "edm.rdf",
    "alto": "alto.xml",
    "csv": "sound.csv",
    "xlsx": "sound.xlsx",
    "ods": "sound.ods",
    "titles": "titles.txt",
}
SHEETS = ("csv", "xlsx", "ods")
BOUNDED = settings(max_examples=150, deadline=2000, suppress_health_check=[HealthCheck.function_scoped_fixture])


def read(data: bytes, format: str | None = None) -> list[Record | Rejected]:
    """Read `data`; a source that is refused has no items. Anything else than `SourceError` is a crash."""
    try:
        items = list(open_source(io.BytesIO(data), name="fuzz", format=format))
    except SourceError:
        return []
    if format in SHEETS:
        # The position in a sheet is the row, and rows that are of no title come first.
        assert all(item.position > 0 for item in items)
    else:
        assert [item.position for item in items] == list(range(1, len(items) + 1))
    for item in items:
        if isinstance(item, Record):
            assert item.fields
            assert len(item.leader) == 24
            assert all(len(field.tag) == 3 for field in item)
            assert all(is_normalized("NFC", value) for field in item for _, value in field.subfields)
            assert not any(sign in field.content for field in item for sign in "\x00\x1b\x1d\x1e")
        else:
            assert item.rule
            assert item.reason
    return items


def test_every_format_is_fuzzed() -> None:
    assert set(SOUND) == set(FORMATS)


@pytest.mark.parametrize("format", SOUND)
@BOUNDED
@given(data=st.binary(max_size=600))
def test_any_bytes_are_read_or_refused(format: str, data: bytes) -> None:
    read(data, format)


@BOUNDED
@given(data=st.binary(max_size=600))
def test_any_bytes_of_an_unknown_format_are_read_or_refused(data: bytes) -> None:
    read(data)


@pytest.mark.parametrize("format", SOUND)
@BOUNDED
@given(data=st.data())
def test_a_sound_file_with_damage_is_read_or_refused(format: str, data: st.DataObject) -> None:
    damaged = bytearray((FIXTURES / SOUND[format]).read_bytes() * 2)
    for _ in range(data.draw(st.integers(1, 8))):
        place = data.draw(st.integers(0, max(0, len(damaged) - 1)))
        change = data.draw(st.sampled_from(["flip", "cut", "insert", "repeat"]))
        if change == "flip" and damaged:
            damaged[place] = data.draw(st.integers(0, 255))
        elif change == "cut":
            del damaged[place : place + data.draw(st.integers(1, 40))]
        elif change == "insert":
            damaged[place:place] = data.draw(
                st.one_of(
                    st.binary(max_size=20),
                    st.sampled_from([b"\x1d", b"\x1e", b"\x1f", b"##", b"<record>", b'"{', b"$"]),
                )
            )
        else:
            damaged[place:place] = damaged[place : place + 60]
    read(bytes(damaged), format)


@BOUNDED
@given(places=st.lists(st.integers(0, 2000), min_size=1, max_size=3), byte=st.integers(0, 255))
def test_damage_to_iso2709_loses_no_byte(places: list[int], byte: int) -> None:
    damaged = bytearray(b"".join(book(str(number)) for number in range(20)))
    for place in places:
        damaged[place % len(damaged)] = byte
    kept = b"".join(item.raw for item in read(bytes(damaged), "iso2709"))
    blank = b" \t\r\n\x00\x1a\x1d\xef\xbb\xbf"
    assert kept.translate(None, blank) == bytes(damaged).translate(None, blank)


@BOUNDED
@given(place=st.integers(0, 60), byte=st.integers(0, 255))
def test_damage_to_one_record_leaves_the_others(place: int, byte: int) -> None:
    first, middle, last = book("1"), bytearray(book("2")), book("3")
    middle[place] = byte
    items = read(first + bytes(middle) + last, "iso2709")
    keys = [item.control("001") for item in items if isinstance(item, Record)]
    assert keys[0] == "1"
    assert keys[-1] == "3"


@BOUNDED
@given(
    titles=st.lists(
        st.text(
            st.characters(exclude_categories=["Cs", "Cc", "Cn", "Co"], exclude_characters="Â§¶®µ¹ª¬\u2212\u00b8ÃÄÆá"),
            min_size=1,
            max_size=80,
        ),
        min_size=1,
        max_size=6,
    )
)
def test_what_is_written_is_read(titles: list[str]) -> None:
    items = read(b"".join(book(str(number), title) for number, title in enumerate(titles)), "iso2709")
    assert len(items) == len(titles)
    assert not any(isinstance(item, Record) and item.warnings for item in items)


def peak_of(action: Callable[[], object]) -> int:
    """Return the most bytes that Python held during `action`."""
    tracemalloc.start()
    try:
        action()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


class Endless(io.RawIOBase):
    """A stream of `size` bytes that repeats `unit`, without holding them."""

    def __init__(self, unit: bytes, size: int, head: bytes = b"") -> None:
        self._block = unit * (1048576 // len(unit))
        self._left = size
        self._head = head

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        if self._head:
            head, self._head = self._head, b""
            return head
        size = min(size, self._left, len(self._block))
        self._left -= size
        return self._block[:size]


@pytest.mark.parametrize(
    ("format", "unit", "head"),
    [
        ("iso2709", b"x", book("1")),
        ("iso2709", b"00072nam a2200049   4500", book("1")),
        ("marcxml", b"<datafield>", xml(xml_book("1"))[:-13] + b"<record>"),
        ("marcxml", b"<record ", xml(xml_book("1"))[:-13]),
        ("marcxml", b"<!--", xml(xml_book("1"))[:-13]),
        ("marcjson", b"{", b"["),
        ("marcjson", b'"\\', b'[{"leader":"'),
        ("mrk", b"x", b"=LDR  \n=001  1\n=500  "),
        ("libol", b"#", b""),
        ("libol-text", b"#001 x ", b"Ldr \n#001 1\n#500 "),
        ("isis", b"^", b""),
    ],
)
def test_a_line_without_end_takes_bounded_time_and_memory(format: str, unit: bytes, head: bytes) -> None:
    begin = time.monotonic()
    items: list[Record | Rejected] = []
    stream = Endless(unit, 2 * MAX_RECORD, head)
    peak = peak_of(lambda: items.extend(open_source(stream, name="endless", format=format)))  # type: ignore[arg-type]
    assert peak < 5 * MAX_RECORD
    assert time.monotonic() - begin < 30
    assert any(isinstance(item, Rejected) for item in items)
    assert sum(len(item.raw) for item in items) < 2 * MAX_RECORD


def test_reading_goes_on_behind_a_line_that_is_too_long() -> None:
    class Between(Endless):
        tail = b"\x1d" + book("2")

        def read(self, size: int = -1) -> bytes:
            if data := super().read(size):
                return data
            tail, self.tail = self.tail, b""
            return tail

    first, long, last = open_source(Between(b"x", 2 * MAX_RECORD, book("1")), name="long")  # type: ignore[arg-type]
    assert isinstance(long, Rejected)
    assert long.rule == "record-too-large"
    assert [item.control("001") for item in (first, last) if isinstance(item, Record)] == ["1", "2"]
    assert last.position == 3


def test_a_record_of_more_than_99999_bytes_is_read_with_every_tag_at_its_field() -> None:
    # Five figures cannot say where its last fields start: systems begin at 0 again.
    notes = [f"  \x1faĐợt {number} " + "x" * 900 for number in range(250)]
    fields = [("001", "1"), *(("5" + f"{number % 90:02}", note) for number, note in enumerate(notes))]
    directory, body = "", b""
    for tag, content in fields:
        value = content.encode() + b"\x1e"
        directory += f"{tag}{len(value):04}{len(body) % 100000:05}"
        body += value
    large = f"99999nam a22{25 + len(directory):05}   4500{directory}\x1e".encode() + body + b"\x1d"
    first, second = read(large + book("2"), "iso2709")
    assert isinstance(first, Record)
    assert isinstance(second, Record)
    assert [(field.tag, field.content) for field in first] == fields


@pytest.mark.parametrize("unit", [book("1"), xml_book("1").encode()], ids=["iso2709", "marcxml"])
def test_memory_does_not_grow_with_the_file(unit: bytes) -> None:
    head = b"" if unit.endswith(b"\x1d") else xml()[:-13]

    def peak(size: int) -> int:
        return peak_of(lambda: sum(1 for _ in open_source(Endless(unit, size, head or unit), name="large")))  # type: ignore[arg-type]

    small = peak(1_000_000)
    assert peak(6_000_000) < small + 4_000_000


def test_a_gzip_bomb_is_read_as_a_stream() -> None:
    bomb = gzip.compress(book("1") + b" " * (8 * MAX_RECORD))
    items: list[Record | Rejected] = []
    assert peak_of(lambda: items.extend(open_source(io.BytesIO(bomb), name="bomb"))) < 5 * MAX_RECORD
    assert isinstance(items[0], Record)
