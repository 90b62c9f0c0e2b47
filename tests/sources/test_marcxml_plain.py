"""The short way of MARCXML says what the XML parser says, or nothing: whatever is unusual is left to the parser."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from publisher.errors import RecordError
from publisher.sources import marcxml
from publisher.sources.marcxml_plain import fields_of
from publisher.sources.raw import RawRecord
from publisher.sources.record import Record

NS = 'xmlns="http://www.loc.gov/MARC21/slim"'
LEADER = "<leader>00000nam a2200000 a 4500</leader>"
TITLE = '<datafield tag="245" ind1="1" ind2="0"><subfield code="a">Truyện Kiều</subfield></datafield>'
NAMED = (LEADER + TITLE).replace("</", "</m:").replace("<d", "<m:d").replace("<s", "<m:s").replace("<l", "<m:l")


def record(within: str) -> str:
    return f"<record>{LEADER}{within}</record>"


def titled(old: str, new: str) -> str:
    """Return a record of one title in which `old` is `new`."""
    assert old in TITLE
    return record(TITLE.replace(old, new))


PLAIN = [
    record(TITLE),
    f"<record {NS}>\n {LEADER}\n <controlfield tag='001'>1</controlfield>\n\t{TITLE}\n</record>",
    f"<record {NS} type = 'Bibliographic' >{LEADER}{TITLE.replace('datafield ', 'datafield  ')}</record >",
    titled("Truyện", "A &amp; B &lt;C&gt; &quot;D&apos; "),
    titled('ind1="1" ind2="0"', ""),
    record("<datafield tag='245' ind1='' ind2='0'><subfield code='a'></subfield></datafield>"),
    record(f"<datafield tag='245' ind1='1' ind2='0'>\n  </datafield>{TITLE}"),
    f"<record>{TITLE}{LEADER}<controlfield tag='008'>  late </controlfield></record>",
    f'<m:record xmlns:m="http://www.loc.gov/MARC21/slim" xmlns:x="urn:x" x:y="1\n2">{NAMED}</m:record>',
]

UNUSUAL = [
    titled("Truyện", "&#7879;"),
    titled("Truyện", "&ouml;"),
    titled("Truyện", "&"),
    titled("Truyện", "a > b"),
    titled("Truyện", "a ]]> b"),
    titled("Truyện", "<![CDATA[a]]>"),
    titled("Truyện", "<b>a</b>"),
    titled("Truyện", "a\rb"),
    titled("Truyện", "a\x01b"),
    titled("Truyện", "a\uffffb"),
    titled("<subfield", "stray<subfield"),
    titled("<subfield", "\u00a0<subfield"),
    titled('code="a"', 'code="ab"'),
    titled('code="a"', ""),
    titled('code="a"', 'code="a" code="b"'),
    titled('code="a"', "code=a"),
    titled('code="a"', 'code="&amp;"'),
    titled('tag="245"', 'tag="2\n5"'),
    titled('tag="245"', 'x:tag="245"'),
    titled("</subfield>", "</datafield>"),
    titled("</datafield>", ""),
    record(f"<!-- note -->{TITLE}"),
    record(f"<?note it?>{TITLE}"),
    record(f"stray{TITLE}"),
    record(f"{TITLE} stray"),
    record(f"<datafield tag='245'/>{TITLE}"),
    record(f"<x:note/>{TITLE}"),
    record(f"<note>a</note>{TITLE}"),
    record(f"{TITLE}<record>{TITLE}</record>"),
    f"{record(TITLE)}<",
    f"<m:record>{NAMED}</m:record>",
    f"<record a:b='1'>{LEADER}{TITLE}</record>",
    f"<record a='<'>{LEADER}{TITLE}</record>",
    f"<record>{LEADER}{TITLE}",
    f"record>{LEADER}{TITLE}</record>",
    "<record></record>",
    "<record",
    "",
]


def raw(text: str, encoding: str = "utf-8", frame: bytes = b"<x>") -> RawRecord:
    return RawRecord(text.encode(), "a file", 1, 0, "marcxml", encoding, frame)


def told(record: Record) -> tuple[str, list[tuple[str, str, int]], list[tuple[str, str]]]:
    return record.leader, [(each.tag, each.content, each.position) for each in record], record.warnings


def broken() -> Iterator[str]:
    """Yield the plain records with each of their characters taken out, one at a time, and with a bracket put there."""
    for text in PLAIN[:4]:
        for at in range(len(text)):
            yield text[:at] + text[at + 1 :]
            yield text[:at] + "<" + text[at + 1 :]
            yield text[:at] + ">" + text[at:]


@pytest.mark.parametrize("text", PLAIN)
def test_the_short_way_reads_plain_records_as_the_parser_does(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    short = fields_of(raw(text))
    assert short is not None
    decoded = told(marcxml.decode(raw(text)))
    assert decoded[:2] == (short[0], [(each.tag, each.content, each.position) for each in short[1]])
    monkeypatch.setattr(marcxml, "fields_of", lambda _: None)
    assert told(marcxml.decode(raw(text))) == decoded


@pytest.mark.parametrize("text", UNUSUAL)
def test_what_is_unusual_is_left_to_the_parser(text: str) -> None:
    assert fields_of(raw(text)) is None


def test_another_encoding_and_damaged_text_are_left_to_the_parser() -> None:
    assert fields_of(raw(PLAIN[0], "iso8859-1")) is None
    assert fields_of(raw(PLAIN[0])._replace(data=PLAIN[0].encode("utf-16-le"))) is None
    assert fields_of(raw(PLAIN[0])._replace(data=PLAIN[0].encode("latin-1", "replace") + b"\xff")) is None


def test_a_prefix_that_is_declared_around_the_record_is_known() -> None:
    text = PLAIN[-1].replace(' xmlns:m="http://www.loc.gov/MARC21/slim"', "")
    assert fields_of(raw(text)) is None
    assert fields_of(raw(text, frame=b'<x xmlns:m="http://www.loc.gov/MARC21/slim">')) is not None


def test_a_record_with_any_character_lost_is_read_as_by_the_parser_or_left_to_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = {text: short for text in broken() if (short := fields_of(raw(text))) is not None}
    assert len(found) > 100
    monkeypatch.setattr(marcxml, "fields_of", lambda _: None)
    for text, (leader, fields) in found.items():
        try:
            decoded = told(marcxml.decode(raw(text)))
        except RecordError as error:
            pytest.fail(f"the parser says {error} of {text}")
        # A leader of another length is cut or filled, and a tag that is none replaced, on both ways behind this one.
        if len(leader) == 24:
            assert decoded[0] == leader
        assert [(content, position) for _, content, position in decoded[1]] == [
            (each.content, each.position) for each in fields
        ], text
