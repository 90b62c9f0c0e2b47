"""The API token: from the environment, or from a file that nobody else may read."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping

from publisher.config import Ckan
from publisher.errors import CkanError


def read_token(settings: Ckan, environment: Mapping[str, str] = os.environ) -> str:
    """Return the token that `settings` point to; raises `CkanError` if there is none or others may read its file."""
    if token := environment.get(settings.token_env, "").strip():
        return token
    path = settings.token_file
    if path is None:
        raise CkanError(
            f"There is no CKAN token: set the variable {settings.token_env}, or ckan.token_file in rong.toml."
        )
    try:
        mode = path.stat().st_mode
        token = path.read_text("ascii").strip()
    except (OSError, UnicodeDecodeError) as problem:
        reason = problem.strerror if isinstance(problem, OSError) else "it is not ASCII text"
        raise CkanError(f"{path}: the CKAN token cannot be read ({reason}).") from None
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise CkanError(f"{path}: others may read the CKAN token; run chmod 600 {path}, and make a new token.")
    if not token:
        raise CkanError(f"{path}: the file is empty; it should hold the CKAN token.")
    return token
