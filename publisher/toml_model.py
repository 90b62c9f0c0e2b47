"""A TOML file checked against a pydantic model, with problems that a person can act on.

Used for rong.toml (`publisher.config`) and for dataset declarations (`publisher.exports.declaration`).
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, TypeVar, get_args

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

from publisher.errors import ConfigError, Fatal


class TomlModel(BaseModel):
    """The base of everything that is read from TOML: frozen, and a key that it does not know is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


def shaped(pattern: str, like: str) -> AfterValidator:
    """Return a validator for a string that must match all of `pattern`; `like` says to a person what that is."""
    compiled = re.compile(pattern)

    def check(value: str) -> str:
        if not compiled.fullmatch(value):
            raise ValueError(f'is "{value}"; it must be {like}')
        return value

    return AfterValidator(check)


M = TypeVar("M", bound=TomlModel)
Location = tuple[int | str, ...]


def read_toml(path: Path, model: type[M], error: type[Fatal] = ConfigError) -> M:
    """Return the TOML file `path` as a `model`.

    Relative paths in the file are meant from its own folder, which validators find in the context as "folder". Raises
    `error` with one sentence a problem, each with the file, the line where it can be told, and the setting.
    """
    try:
        text = path.read_text("utf-8-sig")
    except FileNotFoundError:
        raise error(f"{path}: there is no such file.") from None
    except UnicodeDecodeError as problem:
        raise error(f"{path}: the byte at {problem.start} is not UTF-8; save the file as UTF-8.") from None
    except OSError as problem:
        raise error(f"{path}: the file cannot be read ({problem.strerror}).") from None
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        raise error(f"{path}: this is not TOML: {problem}.") from None
    try:
        return model.model_validate(content, context={"folder": path.resolve().parent})
    except ValidationError as problem:
        lines = _line_numbers(text)
        sentences = [_sentence(path, lines, model, detail) for detail in _causes(problem)]
        raise error("\n".join(dict.fromkeys(sentences))) from None


def _causes(problem: ValidationError) -> list[ErrorDetails]:
    """Return the problems without those that only follow from another: a list is "too short" when its item is wrong."""
    details = problem.errors(include_url=False)
    places = [detail["loc"] for detail in details]
    return [
        detail
        for detail in details
        if detail["type"] != "too_short"
        or not any(len(place) > len(detail["loc"]) and place[: len(detail["loc"])] == detail["loc"] for place in places)
    ]


def _sentence(path: Path, lines: dict[Location, int], model: type[TomlModel], detail: ErrorDetails) -> str:
    """Say in one sentence where the problem is, what was found and what is allowed."""
    where = tuple(part for part in detail["loc"] if not (isinstance(part, str) and "[" in part))
    line = _nearest_line(lines, where)
    place = f"{path}, line {line}" if line else str(path)
    setting = _dotted(where) or "the file"
    kind = detail["type"]
    if kind == "extra_forbidden":
        allowed = _keys_at(model, where[:-1])
        return f"{place}: {setting} is not a setting{_did_you_mean(str(where[-1]), allowed)}; {_allowed(allowed)}."
    if kind == "missing":
        return f"{place}: {setting} is missing; it has no default."
    if kind == "value_error":
        return f"{place}: {setting} {detail['ctx']['error']}."
    found = _short(detail["input"])
    if kind == "literal_error":
        allowed = re.findall(r"'([^']*)'", str(detail["ctx"]["expected"]))
        return f"{place}: {setting} is {found}{_did_you_mean(str(detail['input']), allowed)}; {_allowed(allowed)}."
    rule = re.sub(
        r"^(Input|Value|String|Tuple) should (be|have)( a)?( valid)? |,.*| after validation.*", "", detail["msg"]
    )
    return f"{place}: {setting} is {found}; it must {'have' if ' have ' in detail['msg'] else 'be'} {rule}."


def _dotted(where: Location) -> str:
    """Write a location as a person does: ("libraries", 0, "level") is libraries[1].level, counted from one."""
    return "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in where).lstrip(".")


def _did_you_mean(found: str, allowed: Iterable[str]) -> str:
    close = difflib.get_close_matches(found, list(allowed), n=1)
    return f"; did you mean {close[0]}?" if close else ""


def _allowed(words: Iterable[str]) -> str:
    return f"allowed are {', '.join(sorted(words))}"


def _short(value: object) -> str:
    text = repr(value) if not isinstance(value, str) else f'"{value}"'
    return text if len(text) <= 80 else text[:77] + "..."


def _keys_at(model: type[TomlModel], where: Location) -> list[str]:
    """Return the settings that `model` has at `where`."""
    current: type[BaseModel] = model
    for part in where:
        if isinstance(part, str):
            current = next(models_in(current.model_fields[part].annotation), current)
    shorthand: tuple[str, ...] = getattr(current, "shorthand", ())
    return [*current.model_fields, *shorthand]


def models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    """Yield the models that an annotation such as `tuple[Library, ...] | None` speaks of."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from models_in(argument)


_HEADER = re.compile(r"^\s*(\[\[?)\s*([^\[\]]+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"""^\s*([A-Za-z0-9_.\-"' ]+?)\s*=""")


def _line_numbers(text: str) -> dict[Location, int]:
    """Return on which line each table and each key of `text` begins.

    tomllib keeps no positions, so this reads headers and keys line by line. A line inside a multi-line string may pass
    for a key; the first mention wins, and a wrong number could only appear beside a right setting.
    """
    found: dict[Location, int] = {}
    counts: dict[Location, int] = {}
    table: Location = ()
    for number, line in enumerate(text.splitlines(), 1):
        if header := _HEADER.match(line):
            names = _split(header[2])
            table = ()
            for depth, name in enumerate(names, 1):
                table = (*table, name)
                if depth == len(names) and header[1] == "[[":
                    counts[table] = counts.get(table, -1) + 1
                if table in counts:
                    table = (*table, counts[table])
            found.setdefault(table, number)
        elif key := _KEY.match(line):
            found.setdefault((*table, *_split(key[1])), number)
    return found


def _split(dotted: str) -> list[str]:
    return [part.strip().strip("\"'") for part in dotted.split(".")]


def _nearest_line(lines: dict[Location, int], where: Location) -> int | None:
    """Return the line of `where`, or of the nearest table around it."""
    for length in range(len(where), 0, -1):
        if where[:length] in lines:
            return lines[where[:length]]
    return None
