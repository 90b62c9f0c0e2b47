"""The house of docs/architecture.md: imports go down, never up."""

import ast
import re
from pathlib import Path

from tests.conftest import LONGEST_FIRST

PACKAGE = Path(__file__).parents[1] / "publisher"

FLOORS = (
    {"cli", "__main__"},
    {
        "build",
        "intake",
        "measuring",
        "cluster",
        "assembly",
        "closing",
        "surroundings",
        "census",
        "founding",
        "renewal",
        "alteration",
        "conditions",
        "amending",
        "arrivals",
        "conveyor",
        "fates",
        "identification",
        "reclosing",
        "completion",
        "stages",
        "convert",
        "publication",
        "update",
        "site",
        "progress",
        "inspection",
        "explanation",
        "status",
        "alarms",
        "schedule",
    },
    {"sparql", "exports", "reconcile"},
    {"quality"},
    {"release"},
    {"bibframe", "schemaorg", "policy", "harvest"},
    {"identity", "sources"},
    {"rdf", "config", "toml_model", "errors", "resources", "compiled", "helpers"},
)
FLOOR = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}


def imports(path: Path) -> set[str]:
    """Return the rooms of the package that the module at `path` imports at its top, types included."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("publisher"):
            parts = node.module.split(".")
            found |= {parts[1]} if len(parts) > 1 else {alias.name for alias in node.names}
        elif isinstance(node, ast.Import):
            found |= {alias.name.split(".")[1] for alias in node.names if alias.name.startswith("publisher.")}
    return found - {"__version__"}


def room_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def test_the_files_of_tests_that_begin_first_are_there():
    tests = Path(__file__).parent
    assert [name for name in LONGEST_FIRST if not (tests / name).is_file()] == []


def test_every_room_has_a_floor():
    rooms = {room_of(path) for path in PACKAGE.rglob("*.py")} - {"__init__"}
    assert rooms - set(FLOOR) == set()


def test_the_architecture_names_every_room():
    floors = (PACKAGE.parent / "docs" / "architecture.md").read_text("utf-8").partition("Floors, from the top:")[2]
    named = set(re.findall(r"`(\w+)`", floors.partition("Imports go")[0]))
    assert set(FLOOR) - {"__main__"} <= named


def test_imports_go_down_never_up():
    upwards = [
        f"{path.relative_to(PACKAGE)} imports {room}"
        for path in sorted(PACKAGE.rglob("*.py"))
        if room_of(path) in FLOOR
        for room in sorted(imports(path))
        if room in FLOOR and FLOOR[room] < FLOOR[room_of(path)]
    ]
    assert upwards == []
