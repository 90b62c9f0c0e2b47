"""CSV and its relatives (RFC 4180, with `;`, tabs or `|` as well): rows out of bytes, in constant memory.

Every row is decoded by itself, so that one in another encoding costs only itself. A quotation mark that is never
closed costs its line, not the rest of the file.
"""

from __future__ import annotations

import csv
from collections import Counter, deque
from collections.abc import Iterator

from publisher.sources.guess import encoding_of
from publisher.sources.sheet.columns import TITLE, meanings
from publisher.sources.sheet.rows import MAX_COLUMNS, MAX_ROW, Row, clean
from publisher.sources.stream import ByteStream
from publisher.sources.text import choose

DELIMITERS = ",;\t|"
_LINES_OF_A_ROW = 200
_SAMPLE = 30

csv.field_size_limit(MAX_ROW)


def rows(stream: ByteStream, encoding: str) -> Iterator[Row]:
    """Yield the rows of `stream`; `encoding` is a codec, "" for UTF-8."""
    head = stream.peek()
    delimiter = delimiter_of(head, encoding)
    for number, data in _rows(stream):
        if len(data) > MAX_ROW:
            kept = data[:4096]
            yield Row(
                number, (), "row-too-large", f"row {number} is longer than {MAX_ROW} bytes; repair the line", kept
            )
            continue
        try:
            text = _decoded(data, encoding)
            cells = next(csv.reader(text.splitlines(keepends=True), delimiter=delimiter), [])
        except UnicodeDecodeError:
            reason = f"row {number} is in an encoding that is not declared; set the encoding of this source"
            yield Row(number, (), "encoding-unknown", reason, data)
            continue
        except csv.Error as error:
            yield Row(number, (), "row-broken", f"row {number} cannot be told apart into cells ({error})", data)
            continue
        yield Row(number, tuple(map(clean, cells[:MAX_COLUMNS])))


def looks_like(head: bytes) -> bool:
    """Return whether a file that begins with `head` is a table with usual headings, a title among them."""
    encoding = encoding_of(head)
    lines = head.decode(encoding or "utf-8", "replace").removeprefix("\ufeff").splitlines()[:_SAMPLE]
    for row in _sample(lines, delimiter_of(head, encoding)):
        known = meanings(row)
        if TITLE in known and sum(map(bool, known)) > 1:
            return True
    return False


def delimiter_of(head: bytes, encoding: str) -> str:
    """Return the delimiter that cuts most lines of `head` into the same number of cells, at least two; or ","."""
    lines = head.decode(encoding or "utf-8", "replace").splitlines()[:_SAMPLE]
    best, score = ",", (0, 0)
    for delimiter in DELIMITERS:
        widths = Counter(len(row) for row in _sample(lines, delimiter) if len(row) > 1)
        if widths:
            width, times = widths.most_common(1)[0]
            if (times, width) > score:
                best, score = delimiter, (times, width)
    return best


def is_table(lines: list[str]) -> bool:
    """Return whether one delimiter cuts most of `lines` into the same number of cells, whatever the headings are."""
    for delimiter in DELIMITERS:
        widths = Counter(len(row) for row in _sample(lines, delimiter))
        width, times = max(widths.items(), key=lambda each: each[1], default=(0, 0))
        if width > 1 and times * 2 > len(lines):
            return True
    return False


def _sample(lines: list[str], delimiter: str) -> Iterator[list[str]]:
    try:
        yield from csv.reader(lines, delimiter=delimiter)
    except csv.Error:  # the row is rejected when it is read; here those before it tell the delimiter
        return


def _decoded(data: bytes, encoding: str) -> str:
    if not encoding or encoding == "utf-8":
        return data.decode("utf-8-sig")
    return choose(data, True, encoding).decode(data)


def _rows(stream: ByteStream) -> Iterator[tuple[int, bytes]]:
    """Yield each row with the number of its first line; a quoted cell may go over several lines.

    A mark that does not close within `_LINES_OF_A_ROW` lines is a slip: its line stands alone, and those behind it are
    rows again.
    """
    lines = _lines(stream)
    ahead: deque[tuple[int, bytes]] = deque()
    while True:
        first = ahead.popleft() if ahead else next(lines, None)
        if first is None:
            return
        number, row = first
        taken: list[tuple[int, bytes]] = []
        while row.count(b'"') % 2 and len(taken) < _LINES_OF_A_ROW and len(row) <= MAX_ROW:
            following = ahead.popleft() if ahead else next(lines, None)
            if following is None:
                break
            taken.append(following)
            row += following[1]
        if taken and row.count(b'"') % 2:
            ahead.extendleft(reversed(taken))
            row = first[1]
        yield number, row


def _lines(stream: ByteStream) -> Iterator[tuple[int, bytes]]:
    """Yield the numbered lines; of one without an end within `MAX_ROW` only so much that it is seen to be too long."""
    number, rest = 1, b""
    while more := stream.read():
        parts = (rest + more).split(b"\n")
        rest = parts.pop()[: MAX_ROW + 1]
        for part in parts:
            yield number, part[: MAX_ROW + 1] + b"\n"
            number += 1
    if rest:
        yield number, rest
