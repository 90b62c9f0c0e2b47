"""Releases: finished builds, each in a folder of its own, one of them in service."""

from publisher.release.release import Release, active

__all__ = ["Release", "active"]
