"""What all tests share: where ../shared lies, a release of the example catalogue, and who may run beside whom."""

import fcntl
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from publisher.build import build
from publisher.config import Settings
from publisher.release import Release
from publisher.release.service import put_into_service

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "examples" / "kontum" / "rong.toml"
LONGEST_FIRST = (
    "exports/test_ckan.py",
    "test_update.py",
    "test_all_records.py",
    "test_faults.py",
    "sparql/test_attacks.py",
    "test_authorities_build.py",
    "sources/test_real.py",
    "site/test_site_server.py",
    "policy/test_planted_everywhere.py",
    "test_cluster.py",
    "test_build.py",
    "test_cli.py",
    "test_shared_build.py",
    "release/test_service.py",
    "harvest/test_harvest.py",
    "identity/test_real_pairs.py",
    "bibframe/test_vectors.py",
    "sparql/test_comunica.py",
    "sparql/test_editor.py",
    "sparql/test_guard.py",
    "sparql/test_release_change.py",
    "site/test_site_structured.py",
    "site/test_site_oai.py",
    "site/test_site_pages.py",
    "site/test_site_machines.py",
    "site/test_site_viewer.py",
    "test_remote_store.py",
    "test_deploy.py",
    "test_wheel.py",
    "test_whole_way.py",
    "test_front_ends.py",
    "test_published_names.py",
    "test_schedule.py",
)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The real data and references beside the checkout; absent on most machines, never in CI."""
    path = ROOT.parent / "shared"
    if not path.is_dir():
        if os.environ.get("CI") == "true":
            pytest.fail(f"{path} is missing: in CI nothing is skipped")
        pytest.skip(f"{path} is not here")
    return path


@pytest.fixture(scope="session")
def example_settings() -> Settings:
    return Settings.load(EXAMPLE)


@pytest.fixture(scope="session")
def example_data(example_settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with a release of examples/kontum in service. Tests read it; none changes it."""

    def make(data: Path) -> None:
        build(example_settings, data, workers=2)
        put_into_service(data)

    return once_a_run(tmp_path_factory, "kontum", make)


def once_a_run(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """Return a folder that `make` has filled, for tests that only read it.

    Where tests run in several processes, the first that asks makes it for all of them.
    """
    if os.environ.get("PYTEST_XDIST_WORKER") is None:
        folder = factory.mktemp(name)
        make(folder)
        return folder
    folder = factory.getbasetemp().parent / f"shared-{name}"  # beside the folders of the processes
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        made = folder.with_suffix(".made")
        if not made.exists():
            folder.mkdir(exist_ok=True)
            make(folder)
            made.touch()
    return folder


@pytest.fixture(scope="session")
def example_release(example_data: Path) -> Release:
    return Release.open(example_data / "current")


@contextmanager
def without_datasets() -> Iterator[None]:
    """Build as a portal that declares no dataset: cutting them takes longer than all else in a build of a few records.

    For tests of what is decided and stored; those of datasets, and of what stands beside them, cut them.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("publisher.exports.cut.read_datasets_declared", lambda: ())
        yield


@pytest.fixture
def no_datasets() -> Iterator[None]:
    with without_datasets():
        yield


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the files that take longest begin first: where tests run in several processes, none ends long after others.

    Such files are handed out whole and in this order (--no-loadscope-reorder in the Makefile); those that share the
    one CKAN stand apart.
    """
    place = {name: number for number, name in enumerate(LONGEST_FIRST)}
    items.sort(key=lambda item: place.get(item.nodeid.partition("::")[0].removeprefix("tests/"), len(place)))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Where tests run in several processes, one that is timed runs alone, and one at a time has the one CKAN.

    Whoever wants the room passes the door first, so that a test that wants it to itself is not kept waiting by the
    others' coming and going.
    """
    run = getattr(item.config, "workerinput", {}).get("testrunuid")
    if run is None:
        return (yield)
    alone = item.get_closest_marker("alone") is not None
    with ExitStack() as held:
        with _locked(run, "door", fcntl.LOCK_EX):
            held.enter_context(_locked(run, "room", fcntl.LOCK_EX if alone else fcntl.LOCK_SH))
        if item.get_closest_marker("ckan"):
            held.enter_context(_locked(run, "ckan", fcntl.LOCK_EX))
        return (yield)


@contextmanager
def _locked(run: str, name: str, how: int) -> Iterator[None]:
    with (Path(tempfile.gettempdir()) / f"rong-tests-{run}-{name}").open("w") as lock:
        fcntl.flock(lock, how)
        yield


def pytest_sessionfinish(session: pytest.Session) -> None:
    """In CI a test that is skipped for a missing part is a failure: the gate installs every part."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    skipped = reporter.stats.get("skipped", []) if reporter else []
    if os.environ.get("CI") == "true" and skipped and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
        reporter.write_line(f"{len(skipped)} tests were skipped; in CI that is a failure.", red=True)
