"""The words of the site: `site/translations/{language}.toml`, one file a language, the same keys in each."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from typing import Any

from publisher import resources
from publisher.errors import ConfigError

LANGUAGES = ("vi", "en")
DEFAULT_LANGUAGE = "vi"


@cache
def phrases(language: str) -> Mapping[str, str]:
    """Return all phrases in `language` by their key, "table.name"; raises ConfigError when the file cannot be read."""
    path = resources.folder("site") / "translations" / f"{language}.toml"
    try:
        return dict(_flat(tomllib.loads(path.read_text(encoding="utf-8"))))
    except (OSError, tomllib.TOMLDecodeError) as problem:
        raise ConfigError(f"{path}: the translation cannot be read ({problem}); restore the file.") from None


def _flat(table: dict[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for name, value in table.items():
        found += _flat(value, f"{prefix}{name}.") if isinstance(value, dict) else [(prefix + name, str(value))]
    return found


class Phrases:
    """The words in one language."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._phrases = phrases(language)

    def __call__(self, key: str, **values: object) -> str:
        """Return the phrase `key` with `values` in its braces; raises KeyError for a key that does not exist."""
        return self._phrases[key].format(**values) if values else self._phrases[key]

    def counted(self, key: str, number: int, shown: str) -> str:
        """Return the phrase for `number` things: `{key}_one` for one where the language has it, else `key`."""
        chosen = f"{key}_one" if number == 1 and f"{key}_one" in self._phrases else key
        return self._phrases[chosen].format(n=shown)

    def get(self, key: str, default: str = "") -> str:
        """Return the phrase `key`, or `default`."""
        return self._phrases.get(key, default)


@cache
def phrases_in(language: str) -> Phrases:
    """Return the words in `language`; Vietnamese for a language that the site does not have."""
    return Phrases(language if language in LANGUAGES else DEFAULT_LANGUAGE)
