"""The questions that are put to an OAI-PMH server: one at a time, not too fast, patient when it asks for patience."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import requests

from publisher import __version__
from publisher.errors import SourceError

MAX_ANSWER = 128 * 1024 * 1024
"""Bytes of one answer."""

MAX_WAIT = 3600.0
"""Seconds; a server that asks for more is asked another day."""

_PATIENCE = 6
_TRY_AGAIN = frozenset({429, 502, 503, 504})


class Client:
    """Asks one repository.

    `delay` seconds lie between two questions; `timeout` is for connecting and for each read. `sleep` is how it waits.
    """

    def __init__(
        self, url: str, *, delay: float = 1.0, timeout: float = 60.0, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self.url = url
        self._delay = delay
        self._timeout = timeout
        self._sleep = sleep
        self._asked = 0.0
        self._session = requests.Session()
        self._session.headers["User-Agent"] = f"rong/{__version__} (OAI-PMH harvester)"

    def ask(self, question: Mapping[str, str]) -> bytes:
        """Return the answer to `question`, verb and arguments.

        A busy server (503, 429 with Retry-After, 502, 504) and a broken connection are tried again. Raises
        `SourceError` when there is no answer.
        """
        trouble = ""
        for attempt in range(_PATIENCE):
            self._wait_until_polite()
            try:
                with self._session.get(self.url, params=dict(question), timeout=self._timeout, stream=True) as answer:
                    if answer.status_code in _TRY_AGAIN:
                        trouble = f"is busy ({answer.status_code})"
                        self._be_patient(answer.headers.get("Retry-After", ""), attempt)
                        continue
                    if answer.status_code != 200:
                        raise SourceError(f"{self.url} answered with status {answer.status_code}; check the address.")
                    return self._content(answer)
            except requests.exceptions.InvalidURL as error:
                raise SourceError(f"{self.url} is no web address ({error}).") from None
            except requests.exceptions.RequestException as error:
                trouble = f"cannot be reached ({type(error).__name__})"
                if attempt + 1 < _PATIENCE:
                    self._be_patient("", attempt)
        raise SourceError(
            f"{self.url} {trouble}, tried {_PATIENCE} times; what was fetched is kept: run the harvest again later."
        )

    def _content(self, answer: requests.Response) -> bytes:
        content = bytearray()
        for chunk in answer.iter_content(1 << 16):
            content += chunk
            if len(content) > MAX_ANSWER:
                raise SourceError(
                    f"{self.url} sends more than {MAX_ANSWER // 1048576} MB in one answer; ask for a set."
                )
        return bytes(content)

    def _wait_until_polite(self) -> None:
        pause = self._asked + self._delay - time.monotonic()
        if self._asked and pause > 0:
            self._sleep(pause)
        self._asked = time.monotonic()

    def _be_patient(self, retry_after: str, attempt: int) -> None:
        seconds = seconds_of(retry_after)
        if seconds is not None and seconds > MAX_WAIT:
            raise SourceError(
                f"{self.url} asks to wait {seconds:.0f} seconds; what was fetched is kept: run the harvest again then."
            )
        self._sleep(seconds if seconds is not None else self._delay * 2**attempt)


def seconds_of(retry_after: str) -> float | None:
    """Return the seconds that a Retry-After header asks for (RFC 9110, 10.2.3), None when it says nothing sensible."""
    text = retry_after.strip()
    if text.isdecimal():
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())
