"""Reporting a mistake: a message that already says which page, which records and which release it is about.

The site takes nothing in, so a report goes by the reader's own mail program or to the tracker that is configured
(`publisher.reports_at`). The message quotes what the page says: whoever corrects the record sees what the reader saw,
even when a later release says something else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import quote

from publisher.site.fields import Line
from publisher.site.thing import Thing
from publisher.site.visit import Visit

LONGEST = 1_900
"""Letters of an address with a message in it: mail programs on Windows cut what is longer than about 2,000."""
_MOST_RECORDS = 5
_LONGEST_LINE = 160


class Report(NamedTuple):
    """The ways to report a mistake: `mail` and `tracker` are addresses with the message in them; "" where unknown."""

    mail: str
    tracker: str
    email: str
    phone: str

    def __bool__(self) -> bool:
        """Whether there is any way."""
        return bool(self.mail or self.tracker or self.phone)


def report(now: Visit, thing: Thing, model: Mapping[str, Any]) -> Report:
    """Return how to report a mistake on the page of `thing`, which shows `model`, in the language of the visit."""
    records = [each.iri for each in _records(thing, model)][:_MOST_RECORDS]
    return about(now, thing.iri, thing.label, records, _said(now, model))


def about(now: Visit, iri: str, label: str, records: Iterable[str] = (), said: Iterable[str] = ()) -> Report:
    """Return how to report a mistake on the page of `iri`, called `label`, made of `records`, saying `said`."""
    publisher = now.reader.settings.publisher
    t = now.t
    subject = " ".join((t("mistake.subject"), _short(label, 60)))
    facts = [
        (t("mistake.address"), iri),
        *((t("mistake.record"), record) for record in records),
        (t("mistake.release"), now.reader.release.id),
        (t("mistake.page"), _short(label, 80)),
    ]
    lines = [t("mistake.question"), "", "", "", "----------", *(f"{name}: {value}" for name, value in facts)]
    quoted = [_short(line) for line in said]
    if quoted:
        quoted = ["", t("mistake.said"), *quoted]
    email, phone = publisher.contact.email or "", publisher.contact.phone or ""
    mail = _fitting(f"mailto:{quote(email, safe='@')}?subject={{title}}&body={{text}}", iri, subject, lines, quoted)
    tracker = _fitting(publisher.reports_at, iri, subject, lines, quoted) if publisher.reports_at else ""
    return Report(mail if email else "", tracker, email, phone)


def _records(thing: Thing, model: Mapping[str, Any]) -> Sequence[Thing]:
    """Return the records that the page is made of."""
    found: Sequence[Thing] = model.get("records") or ()
    if found or thing.kind == "record":
        return found
    return [each for each in thing.things("bf:adminMetadata") if each.kind == "record"]


def _said(now: Visit, model: Mapping[str, Any]) -> Iterator[str]:
    """Yield what the page says, line by line."""
    people = [each.agent.label for each in model.get("contributors", ())]
    if people:
        yield ": ".join((now.t("mistake.people"), "; ".join(people)))
    shown: Sequence[Line] = model.get("lines", ())
    for line in shown:
        yield f"{now.t(f'field.{line.key}')}: {'; '.join(value.text for value in line.values)}"
    subjects = [each.label for each in model.get("subjects", ())]
    if subjects:
        yield ": ".join((now.t("entity.subjects"), "; ".join(subjects)))


def _fitting(template: str, iri: str, subject: str, lines: list[str], quoted: list[str]) -> str:
    """Return the address with the message in it, without the last quoted lines where it would be too long."""
    for many in range(len(quoted), -1, -1):
        text = "\r\n".join([*lines, *quoted[:many]])  # RFC 6068, 5: %0D%0A
        address = template
        for name, value in (("title", subject), ("text", text), ("iri", iri)):
            address = address.replace(f"{{{name}}}", quote(value, safe=""))
        if len(address) <= LONGEST:
            return address
    return address


def _short(text: str, longest: int = _LONGEST_LINE) -> str:
    """Return `text` in one line, cut where it is longer.

    >>> _short("a\\n b" * 3, 6)
    'a ba…'
    """
    line = " ".join(text.split())
    return line if len(line) <= longest else f"{line[: longest - 1].rstrip()}…"
