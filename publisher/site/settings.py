"""What the site needs of the configuration, as the release itself says it: a release is served without rong.toml."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from publisher.config import Settings
from publisher.errors import ReleaseError


def settings_of(manifest: Mapping[str, Any]) -> Settings:
    """Return the settings under which a release was built, read from its manifest; raises ReleaseError.

    The manifest has them under `settings`, without sources and without CKAN; a release of a version of Rông that did
    not write them has a base only, and its libraries go by their codes.
    """
    said = manifest.get("settings")
    if said is None:
        return Settings.default(manifest["base"])
    try:
        return Settings.model_validate(said)
    except ValidationError as problem:
        raise ReleaseError(
            f"The settings in the manifest of release {manifest.get('id')} cannot be read ({problem.error_count()} "
            "problems); build the release anew."
        ) from None
