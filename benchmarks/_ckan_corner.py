"""A corner of a real CKAN that nobody else has, and a session that breaks a run of `apply` at a given call."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import uuid
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import requests

from publisher.config import Ckan, Settings
from publisher.errors import CkanError
from publisher.exports.ckan import Portal, apply, verify
from publisher.exports.ckan.portal import Unsure
from publisher.exports.files import DatasetFiles

URL, TOKEN = "RONG_TEST_CKAN_URL", "RONG_TEST_CKAN_TOKEN"
WRITES = ("_create", "_patch", "_update", "_delete", "_upsert")
WAYS = ("killed before", "killed after", "down from here on")


class Call(NamedTuple):
    """What one call does, by which it is known in another run: the `nth` time that `action` is asked of `subject`.

    The subject is a dataset, a file of it (`works/works.csv`), or "" for what belongs to no dataset.
    """

    action: str
    subject: str
    nth: int

    def __str__(self) -> str:
        return f"{self.action} {self.subject or '-'} {self.nth}"

    @property
    def dataset(self) -> str:
        return self.subject.partition("/")[0]

    @property
    def is_write(self) -> bool:
        return self.action.endswith(WRITES)


class Breaking(requests.Session):
    """Breaks at the call number `at`, from 1, as `how` says; `calls` has what was asked so far.

    What is about to be broken is written to the file descriptor `told`, so that who started the run can see it was
    the call that was meant.
    """

    def __init__(self, prefix: str, at: int = 0, how: str = "", told: int = -1) -> None:
        super().__init__()
        self.at, self.how = at, how
        self.calls: list[Call] = []
        self._prefix, self._told = prefix, told
        self._names: dict[str, str] = {}
        self._times = Counter[tuple[str, str]]()

    def request(self, method: str, url: str, **kwargs: Any) -> requests.Response:  # type: ignore[override]
        action = url.rpartition("/")[2]
        subject = self._subject(action, _fields(kwargs.get("data")))
        self._times[action, subject] += 1
        self.calls.append(Call(action, subject, self._times[action, subject]))
        number = len(self.calls)
        if self._told >= 0 and number == self.at:
            os.write(self._told, str(self.calls[-1]).encode())
        if self.how == "down from here on" and number >= self.at:
            raise requests.ConnectionError("refused")
        if self.how == "killed before" and number == self.at:
            os.kill(os.getpid(), signal.SIGKILL)
        answer = super().request(method, url, **kwargs)
        if self.how == "killed after" and number == self.at:
            os.kill(os.getpid(), signal.SIGKILL)
        self._learn(action, subject, answer)
        return answer

    def _subject(self, action: str, fields: dict[str, Any]) -> str:
        if action.startswith("package_"):
            name = str(fields.get("name") or fields["id"])
            return self._names.get(name, name.removeprefix(self._prefix))
        if action == "resource_create":
            return f"{fields['package_id'].removeprefix(self._prefix)}/{fields['rong_file']}"
        if action.startswith(("resource_", "datastore_")):
            return self._names[str(fields.get("resource_id") or fields["id"])]
        return ""

    def _learn(self, action: str, subject: str, answer: requests.Response) -> None:
        """Remember which file an identifier of CKAN stands for."""
        if action not in ("package_show", "package_create", "resource_create") or not answer.ok:
            return
        result = answer.json()["result"]
        self._names[result["id"]] = subject
        for each in result.get("resources", ()):
            self._names[each["id"]] = f"{subject}/{each.get('rong_file') or each['name']}"


def _fields(data: Any) -> dict[str, Any]:
    """Return what an action is given, sent as JSON or, beside a file, as a form."""
    if isinstance(data, bytes):
        found: dict[str, Any] = json.loads(data)
        return found
    return {key.decode(): value.decode() for key, value in (data or {}).items()}


class Corner:
    """An organization and a prefix that nobody else has, with `datasets` in it."""

    def __init__(
        self, settings: Settings, folder: Path, datasets: Sequence[DatasetFiles], url: str, mark: str = ""
    ) -> None:
        self.mark = mark or uuid.uuid4().hex[:12]
        name = f"t-{self.mark}"
        self.ckan = Ckan(url=url, organization=name, name_prefix=f"{name}-", licence_id="cc-zero", retries=1)
        self.settings = settings.model_copy(update={"ckan": self.ckan})
        self.folder, self.datasets = folder, list(datasets)

    def portal(self, session: requests.Session | None = None) -> Portal:
        return Portal(self.ckan, os.environ[TOKEN], session=session, sleep=lambda seconds: None)

    def apply(self, session: requests.Session | None = None, only: Sequence[DatasetFiles] = ()) -> int:
        """Bring all datasets in step, or `only` some; return how many writes it took."""
        return apply(self.settings, only or self.datasets, self.folder, self.portal(session)).writes

    def calls(self, only: Sequence[DatasetFiles] = ()) -> list[Call]:
        """Bring the datasets in step and return what was asked for it, in order."""
        session = Breaking(self.ckan.name_prefix)
        self.apply(session, only)
        return session.calls

    def broken(self, call: Call, at: int, how: str, only: Sequence[DatasetFiles] = ()) -> str:
        """Run `apply` in a process of its own, broken at its call `at`; return what went otherwise than that."""
        inside, outside = os.pipe()
        child = os.fork()
        if child == 0:
            try:
                self.apply(Breaking(self.ckan.name_prefix, at, how, outside), only)
            except CkanError:
                os._exit(1)
            except BaseException:  # a traceback is a fault of ours
                os._exit(2)
            os._exit(0)
        os.close(outside)
        _, status = os.waitpid(child, 0)
        with os.fdopen(inside) as stream:
            told = stream.read()
        if told != str(call):
            return f"{told or 'nothing'} was broken, not {call}"
        ended = "killed" if os.WIFSIGNALED(status) else ("went on", "gave up", "traceback")[os.WEXITSTATUS(status)]
        expected = "gave up" if how == "down from here on" else "killed"
        return "" if ended == expected else f"the broken run {ended}"

    def faults(self, only: Sequence[DatasetFiles] = ()) -> list[str]:
        """Download the datasets, and return what is not as it should be: content, metadata, doubled, still to write."""
        datasets, portal = only or self.datasets, self.portal()
        found = [str(check) for check in verify(self.settings, datasets, portal).checks if check.problem]
        for dataset in datasets:
            shown = portal.read("package_show", id=f"{self.ckan.name_prefix}{dataset.name}")
            names = Counter(each["name"] for each in shown["resources"])
            found += [f"{name} is there {times} times" for name, times in names.items() if times > 1]
        return found

    def purge(self, dataset: str) -> None:
        """Take `dataset` off CKAN, and out of its bin, where it is there."""
        with contextlib.suppress(Unsure):  # it was not there
            self.portal().write("dataset_purge", id=f"{self.ckan.name_prefix}{dataset}")

    def clear(self) -> None:
        """Leave nothing on CKAN."""
        for dataset in self.datasets:
            self.purge(dataset.name)
        portal = self.portal()
        if portal.read("organization_show", id=self.ckan.organization):
            portal.write("organization_purge", id=self.ckan.organization)


class Others:
    """What else is on CKAN: all of `corner` but one dataset, and what somebody else has there.

    They have an organization, and in it a dataset with a file by a name that ours have too, and another such dataset in
    our own organization.
    """

    def __init__(self, corner: Corner) -> None:
        self._portal, self._ours, self._theirs = corner.portal(), corner.ckan.organization, f"o-{corner.mark}"
        self._prefix = corner.ckan.name_prefix
        self._datasets = (f"{self._theirs}-graph", f"{self._theirs}-guest")
        self._purge()
        if self._portal.read("organization_show", id=self._theirs) is None:
            self._portal.write("organization_create", name=self._theirs)
        resources = [{"name": "graph.nq.gz", "url": "https://khac.example.vn/graph.nq.gz"}]
        for name, owner in zip(self._datasets, (self._theirs, self._ours), strict=True):
            self._portal.write("package_create", name=name, owner_org=owner, resources=resources)

    def standing(self, dataset: str) -> list[Any]:
        """Return what CKAN has in the two organizations, beside our `dataset`, and when it was changed last."""
        answer = self._portal.read(
            "package_search",
            fq=f"organization:({self._ours} OR {self._theirs})",
            fl=["id", "name", "state", "organization", "metadata_modified", "res_name", "res_url"],
            include_private=True,
            include_drafts=True,
            rows=1000,
        )
        found = [each for each in answer["results"] if each["name"] != f"{self._prefix}{dataset}"]
        return sorted(found, key=lambda each: str(each["id"]))

    def _purge(self) -> None:
        for name in self._datasets:
            with contextlib.suppress(Unsure):
                self._portal.write("dataset_purge", id=name)

    def clear(self) -> None:
        """Leave nothing on CKAN."""
        self._purge()
        self._portal.write("organization_purge", id=self._theirs)
