"""The harvest of one repository: all of it first, then what has changed since; going on where it was interrupted."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from publisher.errors import SourceError
from publisher.harvest.client import Client
from publisher.harvest.protocol import BadAnswer, Page, identity, page
from publisher.harvest.spool import Spool, opened, write_records

RECORDS = "records.xml"
"""The file in the folder of a harvest that `rong build` reads."""

PREFIXES = ("marcxml", "marc21", "oai_dc", "mods")
_DAY = "YYYY-MM-DD"
_RESTARTS = 3
_SAME_PAGE = 5
Tell = Callable[[str], None]


class Harvested(NamedTuple):
    """What a harvest did: requests, records new or changed, there and deleted in all, and doubts in sentences."""

    requests: int
    changed: int
    records: int
    deleted: int
    since: str
    until: str
    doubts: tuple[str, ...]


def harvest(
    url: str,
    folder: Path,
    *,
    prefix: str = "oai_dc",
    set_spec: str = "",
    since: str = "",
    until: str = "",
    full: bool = False,
    client: Client | None = None,
    tell: Tell = lambda line: None,
) -> Harvested:
    """Fetch the records of the repository at `url` into `folder`; `folder/records.xml` is then a source.

    The first harvest fetches everything, later ones what has changed; `full` fetches everything again and drops what is
    no longer there. `since` and `until` (UTC dates as OAI-PMH writes them) bound it. What was interrupted goes on where
    it was. Raises `SourceError` when the server gives no or no sensible answer; what came before is kept.
    """
    with opened(folder) as spool:
        asked = f"{url} {prefix} {set_spec}"
        known = spool.get("repository")
        if known and known != asked:
            raise SourceError(f"{folder} holds a harvest of {known.strip()}; give another folder for {asked.strip()}.")
        run = _Run(spool, client or Client(url), prefix, set_spec, tell)
        try:
            return run.list_records(asked, since, until, full)
        except BadAnswer as error:
            raise SourceError(
                f"{url} {error}; what was fetched before is kept: check the address, or run the harvest again."
            ) from None
        finally:
            # What was good is a source, even when the end is missing.
            if spool.get("repository"):
                write_records(spool, folder / RECORDS)


class _Run:
    """One run of a harvest."""

    def __init__(self, spool: Spool, client: Client, prefix: str, set_spec: str, tell: Tell) -> None:
        self._spool = spool
        self._client = client
        self._prefix = prefix
        self._set = set_spec
        self._tell = tell
        self._requests = 0
        self._changed = 0
        self._doubts: list[str] = []

    def list_records(self, asked: str, since: str, until: str, full: bool) -> Harvested:
        spool = self._spool
        going_on = bool(spool.get("open"))
        if going_on:
            since, until, full = spool.get("since"), spool.get("until"), bool(spool.get("full"))
            run = int(spool.get("run"))
            self._tell("Going on where the last harvest was interrupted.")
        else:
            about = identity(self._ask({"verb": "Identify"}))
            self._tell(f"{about.name or self._client.url}: {about.granularity or _DAY}")
            until_then = spool.get("harvested_until")
            if not since and not full and until_then:
                since = until_then[:10] if about.granularity == _DAY else until_then
            run = int(spool.get("run") or 0) + 1
            state = {"repository": asked, "open": "1", "since": since, "until": until, "full": "1" if full else ""}
            spool.begin({**state, "run": str(run), "token": "", "first_answer": ""})
        self._pages(since, until, run)
        everything = full and not since and not until
        dropped = spool.finish(
            {"open": "", "token": "", "harvested_until": until or spool.get("first_answer")},
            only_run=run if everything else None,
        )
        self._changed += dropped
        there, gone = spool.counts()
        return Harvested(self._requests, self._changed, there, gone, since, until, tuple(self._doubts))

    def _pages(self, since: str, until: str, run: int) -> None:
        """Fetch page after page; the spool always knows the next."""
        spool, restarts, seen, again = self._spool, 0, 0, 0
        last: tuple[str, ...] = ()
        while True:
            token = spool.get("token")
            found = self._page(token, since, until)
            if found.error == "badResumptionToken" and token:
                restarts += 1
                if restarts > _RESTARTS:
                    raise SourceError(
                        f"{self._client.url} no longer knows its own resumption tokens, {restarts} times in a row; "
                        "what was fetched is kept: harvest in smaller windows with --from and --until."
                    )
                # The token has expired: the list begins again, and what is known already changes nothing.
                self._tell("The server has forgotten its resumption token; the list begins again.")
                spool.begin({"token": ""})
                seen = 0
                continue
            if found.error == "noRecordsMatch":
                self._remember_first(found)
                return
            if found.error:
                raise SourceError(
                    f"{self._client.url} refuses: {found.error}: {found.error_text or 'no reason given'}."
                )
            self._remember_first(found)
            if found.token and (found.token == token or spool.has_seen(found.token)):
                self._changed += spool.enter(found.items, "", run)
                spool.begin({"token": ""})
                raise SourceError(
                    f"{self._client.url} gives a resumption token again that it gave before, so its list would never "
                    "end; what was fetched is kept: tell its operators."
                )
            self._changed += spool.enter(found.items, found.token, run)
            names = tuple(item.identifier for item in found.items)
            again, last = (again + 1 if names == last else 0), names
            if again >= _SAME_PAGE:
                raise SourceError(
                    f"{self._client.url} sends the same page over and over with new tokens; what was fetched is kept: "
                    "tell its operators."
                )
            seen += len(found.items)
            if found.faults:
                self._doubts.append(f"{found.faults} records of a page have no identifier, date or metadata; left out")
            self._tell(f"{spool.counts()[0]} records" + (f" of {found.size}" if found.size else ""))
            if not found.token:
                if found.size is not None and not token and found.size > seen:
                    self._doubts.append(f"the server announced {found.size} records and sent {seen}")
                return

    def _page(self, token: str, since: str, until: str) -> Page:
        question = {"verb": "ListRecords"}
        if token:
            question["resumptionToken"] = token
        else:
            question["metadataPrefix"] = self._prefix
            bounds = {"set": self._set, "from": since, "until": until}
            question.update({name: value for name, value in bounds.items() if value})
        return page(self._ask(question))

    def _remember_first(self, found: Page) -> None:
        """Remember when the list began: what changes from then on belongs to the next harvest."""
        if not self._spool.get("first_answer") and found.response_date:
            self._spool.remember({"first_answer": found.response_date})

    def _ask(self, question: dict[str, str]) -> bytes:
        self._requests += 1
        return self._client.ask(question)


__all__ = ["PREFIXES", "RECORDS", "BadAnswer", "Harvested", "harvest"]
