"""CKAN through ckanapi: explicit timeouts, retries where they are safe, and every write counted.

A read that fails on the way is tried again. A write is not: CKAN may have done what it answered 500 to (measured:
`organization_create` saves, then answers 500 when its search server is down). It raises `Unsure`, and whoever asked
looks at the state again before going on.
"""

from __future__ import annotations

import ast
import time
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any, BinaryIO

import requests
from ckanapi import RemoteCKAN
from ckanapi.errors import (
    CKANAPIError,
    NotAuthorized,
    NotFound,
    SearchError,
    SearchIndexError,
    ValidationError,
)
from urllib3.exceptions import HTTPError

from publisher import __version__
from publisher.config import Ckan
from publisher.errors import CkanError

Fields = dict[str, Any]
_UNAVAILABLE = (requests.ConnectionError, requests.Timeout, requests.exceptions.ChunkedEncodingError)
_LONGEST_WAIT = 30.0
_CHUNK = 1 << 18


class Unsure(Exception):
    """CKAN may or may not have done what it was asked to; the message says what happened."""


class Portal:
    """One CKAN. `writes` counts the calls that change something, whether they succeed or not."""

    def __init__(
        self,
        settings: Ckan,
        token: str | None,
        *,
        session: requests.Session | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.url = settings.url.rstrip("/")
        self.retries = settings.retries
        self.writes = 0
        self._session = session or requests.Session()
        self._timeout = (settings.connect_timeout, settings.read_timeout)
        self._sleep = sleep
        self._ckan = RemoteCKAN(self.url, apikey=token, user_agent=f"rong/{__version__}", session=self._session)

    @cached_property
    def extensions(self) -> frozenset[str]:
        """The plugins that this CKAN runs; raises `CkanError`."""
        return frozenset((self.read("status_show") or {}).get("extensions", ()))

    def read(self, action: str, **arguments: Any) -> Any:
        """Return what `action` answers, or None if the thing does not exist; raises `CkanError`."""
        for attempt in range(self.retries + 1):
            try:
                return self._call(action, arguments, None)
            except NotFound:
                return None
            except Unsure as problem:
                if attempt == self.retries:
                    raise CkanError(str(problem)) from None
                self.wait(attempt)
        raise AssertionError("the last attempt returns or raises")

    def write(self, action: str, file: BinaryIO | None = None, **fields: Any) -> Fields:
        """Let CKAN do `action` once, with `file` as the upload; raises `Unsure` or `CkanError`."""
        self.writes += 1
        try:
            answer = self._call(action, fields, {"upload": file} if file else None)
        except NotFound as problem:
            raise Unsure(f"{self.url}: {action} did not find what was there a moment ago ({problem})") from None
        return answer if isinstance(answer, dict) else {}

    def wait(self, attempt: int) -> None:
        """Wait before the next attempt, twice as long each time."""
        self._sleep(min(0.5 * 2**attempt, _LONGEST_WAIT))

    def download(self, address: str) -> Iterator[bytes]:
        """Yield the bytes of the file at `address` as they are stored; raises `CkanError` when they do not come.

        CKAN sends a .gz file as "Content-Encoding: gzip", which must not be undone here.
        """
        try:
            with self._session.get(
                address, stream=True, timeout=self._timeout, headers={"Accept-Encoding": "identity"}
            ) as response:
                if response.status_code != 200:
                    raise CkanError(f"{address}: the file cannot be downloaded (status {response.status_code}).")
                yield from response.raw.stream(_CHUNK, decode_content=False)
        except requests.RequestException as problem:
            raise CkanError(f"{address}: the file cannot be downloaded ({_reason(problem)}).") from None
        except HTTPError as problem:
            raise CkanError(f"{address}: the download broke off ({type(problem).__name__}).") from None

    def _call(self, action: str, arguments: Fields, files: dict[str, BinaryIO] | None) -> Any:
        """Call `action`; raises `NotFound` as it is, `Unsure` when nobody knows, `CkanError` when CKAN said no."""
        try:
            return self._ckan.call_action(action, arguments, files=files, requests_kwargs={"timeout": self._timeout})
        except NotFound:
            raise
        except NotAuthorized:
            raise CkanError(
                f"{self.url}: CKAN refuses {action}; the token is not valid, or its user has no right to it "
                "(an editor of the organization may write datasets, making an organization may take an administrator)."
            ) from None
        except ValidationError as problem:
            raise CkanError(f"{self.url}: CKAN does not accept {action}: {_complaints(problem.error_dict)}.") from None
        except (SearchError, SearchIndexError) as problem:
            raise Unsure(f"{self.url}: CKAN's search server failed during {action} ({problem}).") from None
        except _UNAVAILABLE as problem:
            raise Unsure(f"{self.url}: CKAN does not answer {action} ({_reason(problem)}).") from None
        except requests.RequestException as problem:
            raise CkanError(f"{self.url}: CKAN cannot be asked ({_reason(problem)}).") from None
        except CKANAPIError as problem:
            raise self._nonsense(action, problem) from None

    def _nonsense(self, action: str, problem: CKANAPIError) -> Exception:
        """Tell a failing server (`Unsure`) from something that is not CKAN's API (`CkanError`)."""
        try:
            _, status, text = ast.literal_eval(str(problem))
        except (ValueError, SyntaxError):
            status, text = 0, str(problem)
        if status >= 500:
            return Unsure(f"{self.url}: CKAN failed during {action} (status {status}).")
        if str(text).lstrip()[:1] == "<":
            return CkanError(
                f"{self.url}: an HTML page (status {status}) came back instead of CKAN's API; "
                "check ckan.url in rong.toml, and whether a proxy or a login page stands before it."
            )
        if 300 <= status < 400:
            return CkanError(f"{self.url}: CKAN redirects (status {status}); set ckan.url to the address it leads to.")
        return CkanError(f"{self.url}: CKAN answers {action} with status {status}: {str(text)[:200]}")


def _complaints(errors: Fields) -> str:
    """Write CKAN's dictionary of complaints as one line."""
    said = [f"{name}: {_flat(value)}" for name, value in errors.items() if name != "__type"]
    return "; ".join(said) or "no reason is given"


def _flat(value: object) -> str:
    if isinstance(value, dict):
        return _complaints(value)
    if isinstance(value, list):
        return ", ".join(_flat(each) for each in value if each)
    return str(value).rstrip(".")


def _reason(problem: requests.RequestException) -> str:
    """Say in a few words what happened on the way; the full text may repeat addresses and object names."""
    if isinstance(problem, requests.exceptions.SSLError):
        return "its certificate is not valid"
    if isinstance(problem, requests.ConnectTimeout):
        return "no connection within ckan.connect_timeout"
    if isinstance(problem, requests.Timeout):
        return "no answer within ckan.read_timeout"
    if isinstance(problem, requests.exceptions.ProxyError):
        return "the proxy refuses"
    if "NewConnectionError" in str(problem) or "refused" in str(problem):
        return "the connection is refused, or the name is unknown"
    if isinstance(problem, requests.ConnectionError):
        return "the connection broke"
    return type(problem).__name__
