"""What somebody looks for: the words and filters of an address such as /search?q=sử+thi&library=kontum&page=2."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from werkzeug.datastructures import MultiDict

SORTS = ("relevance", "title", "newest", "oldest")
PAGE_SIZE = 20
LAST_PAGE = 500
LONGEST = 300
"""Characters of a query that are looked at; longer ones are pasted by mistake."""

_YEARS = re.compile(r"(\d{1,4})?(?:(-)(\d{1,4})?)?")


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """Words, filters, order and page. "" and False mean that a filter is not set.

    `year` is "2005", "2000-2009", "2000-" or "-1975"; `type` a form, `language` a MARC code, `library` a code;
    `subject` and `agent` are labels.
    """

    q: str = ""
    library: str = ""
    language: str = ""
    type: str = ""
    year: str = ""
    digitized: bool = False
    subject: str = ""
    agent: str = ""
    sort: str = "relevance"
    page: int = 1
    size: int = PAGE_SIZE

    @classmethod
    def of(cls, args: MultiDict[str, str]) -> SearchQuery:
        """Return the query of an address; what makes no sense is left out rather than refused."""

        def word(name: str) -> str:
            return args.get(name, "").replace("\x00", "").strip()[:LONGEST]

        year, sort, page = word("year"), word("sort"), word("page")
        return cls(
            q=word("q"),
            library=word("library"),
            language=word("language"),
            type=word("type"),
            year=year if years(year) else "",
            digitized=word("digitized") not in ("", "0", "false"),
            subject=word("subject"),
            agent=word("agent"),
            sort=sort if sort in SORTS else "relevance",
            page=min(int(page), LAST_PAGE) if page.isdecimal() and len(page) < 6 and int(page) > 0 else 1,
        )

    def args(self) -> dict[str, str]:
        """Return what stands in the address, without what is not set."""
        said = {
            "q": self.q,
            "library": self.library,
            "language": self.language,
            "type": self.type,
            "year": self.year,
            "digitized": "1" if self.digitized else "",
            "subject": self.subject,
            "agent": self.agent,
            "sort": "" if self.sort == "relevance" else self.sort,
            "page": "" if self.page == 1 else str(self.page),
        }
        return {name: value for name, value in said.items() if value}

    def filters(self) -> dict[str, str]:
        """Return the filters that are set, by name."""
        return {name: value for name, value in self.args().items() if name not in ("q", "sort", "page")}

    def with_filter(self, name: str, value: str) -> SearchQuery:
        """Return the query with another value of one filter ("" takes it away), on its first page."""
        said = MultiDict({**self.args(), "page": "", name: value})
        return SearchQuery.of(said)

    def without_filters(self) -> SearchQuery:
        """Return the words alone."""
        return SearchQuery(q=self.q)

    def sized(self, size: int) -> SearchQuery:
        """Return the query with another number of results on a page; programs ask for that, pages do not."""
        return replace(self, size=size)

    def on_page(self, page: int) -> SearchQuery:
        """Return the query on another page."""
        return replace(self, page=page)


def years(said: str) -> tuple[int | None, int | None] | None:
    """Return the first and last year that `said` means, None for an open end; None when it is no such thing.

    >>> years("2005"), years("2000-2009"), years("-1975"), years("soon"), years("20055"), years("-")
    ((2005, 2005), (2000, 2009), (None, 1975), None, None, None)
    """
    found = _YEARS.fullmatch(said)
    if not found or not (found[1] or found[3]):
        return None
    first, last = (int(found[1]) if found[1] else None), (int(found[3]) if found[3] else None)
    return (first, last) if found[2] else (first, first)
