"""`rong schedule`: the jobs of a portal as lines for cron or as units for systemd, for this installation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from publisher.errors import UsageError


@dataclass(frozen=True)
class Job:
    """One thing that is done again and again: when, as cron and as systemd (systemd.time(7)) write it.

    Only what is `online` reaches the network and is given the secrets.
    """

    name: str
    description: str
    arguments: tuple[str, ...]
    cron: str
    calendar: str
    writes: Path | None
    online: bool


@dataclass(frozen=True)
class Installation:
    """Where things are; `user` runs the jobs under systemd."""

    rong: Path
    config: Path
    data: Path
    backups: Path
    user: str = "rong"

    def __post_init__(self) -> None:
        for path in (self.rong, self.config, self.data, self.backups):
            if any(letter in "%\"'\\$;&|<>`" or letter.isspace() for letter in str(path)):
                raise UsageError(f"{path}: cron and systemd would misread this path; move it to one of plain letters.")


def jobs(here: Installation) -> tuple[Job, ...]:
    """Return the jobs of the portal `here`; they keep out of each other's way, and a clash is refused, not run."""
    where = ("--config", str(here.config), "--data", str(here.data))
    backing_up = ("backup", *where, "--keep", "30", str(here.backups))
    pruning = ("prune", "--data", str(here.data), "--keep", "5")
    # An update is seen within seconds; datasets of a large catalogue take minutes, and the next update comes meanwhile.
    updating, cutting = ("update", "--leave-datasets", *where), ("dataset", "cut", *where)
    folder, by_day, after_it = here.data.parent, "*-*-* 06..20:00/15", "*-*-* 06..20:05/15"
    return (
        Job("publish", "publish the catalogue anew", ("publish", *where), "30 1 * * *", "*-*-* 01:30", folder, True),
        Job("backup", "back up", backing_up, "0 4 * * *", "*-*-* 04:00", here.backups, False),
        Job("update", "take in what has changed", updating, "*/15 6-20 * * *", by_day, folder, True),
        Job("datasets", "cut the datasets anew", cutting, "5-59/15 6-20 * * *", after_it, folder, False),
        Job("prune", "delete old releases", pruning, "30 3 * * *", "*-*-* 03:30", folder, False),
        Job("check", "say what needs a hand", ("status", "--check", *where), "0 7 * * *", "*-*-* 07:00", None, True),
    )  # fmt: skip


def cron(here: Installation) -> str:
    """Return the lines for `crontab` of the user that runs the jobs; what a job says is mailed by cron."""
    lines = (f"{job.cron:<20}{here.rong} {' '.join(job.arguments)}\n" for job in jobs(here))
    return "# Rông: paste into `crontab -e` of the user that owns the releases.\n" + "".join(lines)


def units(here: Installation) -> Iterator[tuple[str, str]]:
    """Yield the units of systemd, name and text. A job at work is not started twice; one that fails is an alert."""
    for job in jobs(here):
        yield f"rong-{job.name}.service", _service(job, here)
        yield f"rong-{job.name}.timer", _timer(job)


def _service(job: Job, here: Installation) -> str:
    may_write = [f"ReadWritePaths={job.writes}"] if job.writes else []
    return "\n".join(
        [
            "# Made by `rong schedule`.",
            "[Unit]",
            f"Description=Rông: {job.description}",
            "OnFailure=rong-alarm@%n.service",
            "",
            "[Service]",
            "Type=oneshot",
            f"User={here.user}",
            f"Group={here.user}",
            f"WorkingDirectory={here.data.parent}",
            "EnvironmentFile=-/etc/rong/secrets" if job.online else "PrivateNetwork=true",
            f"ExecStart={here.rong} {' '.join(job.arguments)}",
            "ProtectSystem=strict",
            *may_write,
            "ProtectHome=read-only",
            "PrivateTmp=true",
            "PrivateDevices=true",
            "NoNewPrivileges=true",
            "CapabilityBoundingSet=",
            "RestrictNamespaces=true",
            "LockPersonality=true",
            "ProtectKernelTunables=true",
            "ProtectKernelModules=true",
            "ProtectControlGroups=true",
            "SystemCallArchitectures=native",
            "SystemCallFilter=@system-service",
            "MemoryMax=80%",
            "UMask=0077" if job.writes == here.backups else "UMask=0027",
            "TimeoutStartSec=12h",
            "",
        ]
    )


def _timer(job: Job) -> str:
    return "\n".join(
        [
            "# Made by `rong schedule`.",
            "[Unit]",
            f"Description=Rông: {job.description}",
            "",
            "[Timer]",
            f"OnCalendar={job.calendar}",
            "RandomizedDelaySec=1min",
            "Persistent=true",
            "",
            "[Install]",
            "WantedBy=timers.target",
            "",
        ]
    )
