"""An update: corrected records brought into service, and the datasets cut after them.

It is a module of its own because a person waits for it: it imports nothing that only a build or CKAN needs.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from pathlib import Path

from publisher.build import Report, build
from publisher.completion import complete
from publisher.config import Settings
from publisher.errors import Fatal, ReleaseError, UsageError
from publisher.intake import Edits
from publisher.release.release import Release, active
from publisher.release.service import put_into_service
from publisher.stages import Progress, Stages


def update(
    settings: Settings,
    data: Path,
    edits: Edits | None,
    *,
    progress: Progress,
    executor: Executor | None = None,
    workers: int = 0,
    cuts: bool = True,
) -> Report:
    """Put a release into service that has `edits` beside what is in service, or what changed in the sources since.

    Only what changed is converted, and only what that touches is written. Pages, search and queries are in service
    first, with the datasets of the release before; the datasets follow in a release of their own, unless somebody else
    `cuts` them. Raises as `build`, and UsageError for edits that cannot be made; what was in service then stays there.
    """
    began = time.monotonic()
    active(data)
    stages = Stages(progress)
    serve = _serving(data, stages)
    report = build(
        settings, data, executor=executor, workers=workers, progress=progress, edits=edits, renews=True, then=serve
    )
    visible = round(time.monotonic() - began, 3)
    name, more = report.release, dict[str, float]()
    if cuts and not (made := Release(data / "releases" / name)).is_complete:
        try:
            name, more = complete(settings, data, progress=progress, then=serve)
        except Fatal as error:
            raise ReleaseError(
                f"{name} is in service with the datasets of {made.datasets_of}: its own could not be cut. {error}"
            ) from error
    seconds = {stage: round(sum(part.get(stage, 0.0) for part in (report.stages, stages.seconds, more)), 3)
               for stage in (*report.stages, *stages.seconds, *more)}  # fmt: skip
    return report._replace(
        release=name,
        visible=visible,
        seconds=round(time.monotonic() - began, 3),
        stages=seconds,
        datasets_of=Release(data / "releases" / name).datasets_of,
    )


def cut_datasets(settings: Settings, data: Path, *, progress: Progress) -> Release:
    """Cut the datasets of what is in service where an update has left them; return what is in service then.

    Raises as `complete` does.
    """
    complete(settings, data, progress=progress, then=_serving(data, Stages(progress)))
    return active(data)


def _serving(data: Path, stages: Stages) -> Callable[[str], None]:
    def serve(name: str) -> None:  # while nobody else builds: an update begun before would be without this one
        with stages.stage("activation"):
            put_into_service(data, name)

    return serve


def edits_of(settings: Settings, library: str, sources: Sequence[Path], deleted: Sequence[str]) -> Edits | None:
    """Return what an update is given for `library` ("" for the only one), None where it is given nothing.

    Raises `UsageError` where it does not say whose records they are, or a source is not there.
    """
    keys = tuple(key.strip() for key in deleted if key.strip())
    if not sources and not keys:
        return None
    codes = [each.code for each in settings.libraries]
    if not library and len(codes) > 1:
        raise UsageError(f"Say with --library whose records these are: {', '.join(codes)}.")
    return Edits(library or codes[0], tuple(sources), keys)
