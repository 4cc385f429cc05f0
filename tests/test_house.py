"""The house's own rules: arrows, doors, sizes, colours in one place. What import-linter cannot say is said here."""

import ast
import re
import subprocess
import sys
import tomllib
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LIBRARIES = ("card_reader", "ballot_box", "printing", "sync")
PACKAGES = ("assets", *LIBRARIES, "municipality", "kiosk", "central")
HEAVY = ("PySide6", "smartcard", "sqlalchemy", "reportlab", "pikepdf", "pyhanko", "requests", "joserfc", "sqlcipher3")


def sources(package: str) -> list[Path]:
    return sorted((ROOT / package).rglob("*.py"))


@cache
def imports(file: Path) -> list[str]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    found: list[str] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            found.append(node.module)
    return found


def test_import_contracts_hold() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


# The officials' room of the ballot box, where booths and the centre look at signatures, has a door of its own.
INNER_DOORS = {"ballot_box.officials"}


@pytest.mark.parametrize("library", LIBRARIES)
def test_libraries_are_entered_by_the_door(library: str) -> None:
    """A guest imports `sync`, never `sync.outbox.something`; rooms offered by the door itself are names of the door."""
    by_the_window = [
        f"{file.relative_to(ROOT)}: {name}"
        for package in PACKAGES
        if package != library
        for file in sources(package)
        for name in imports(file)
        if name.startswith(f"{library}.") and name not in INNER_DOORS
    ]
    assert by_the_window == []


@pytest.mark.parametrize("door", [*LIBRARIES, *INNER_DOORS, "municipality", "assets", "kiosk", "kiosk.ui", "central"])
def test_doors_are_light(door: str) -> None:
    """Opening a door loads no driver and no heavy part."""
    code = f"import sys, {door}; print([m for m in {HEAVY!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_rules_import_only_values() -> None:
    allowed = {*sys.stdlib_module_names, "municipality", "pydantic", "pydantic_core", "stdnum", "babel", "holidays"}
    allowed.add("assets")  # its files are forbidden by a contract of their own; how codes are typed is none
    strangers = {
        f"{file.name}: {name}"
        for file in sources("municipality")
        for name in imports(file)
        if name.partition(".")[0] not in allowed
    }
    assert strangers == set()


def test_the_demo_is_no_part_of_the_booth() -> None:
    guests = [
        str(file.relative_to(ROOT))
        for file in sources("kiosk")
        if "demo" not in file.parts
        for name in imports(file)
        if name.startswith("kiosk.demo")
    ]
    assert guests == []


def asked_in_passing(source: str) -> list[str]:
    """Sentences that are asked of the catalogue within an f-string: who collects them for the translators (babel, by
    tokens) does not see them there, and they would be said in English."""
    return [
        node.args[0].value
        for outer in ast.walk(ast.parse(source))
        if isinstance(outer, ast.JoinedStr)
        for node in ast.walk(outer)
        if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant)
        if ast.unparse(node.func).rpartition(".")[2] in ("_", "gettext")
    ]


def test_no_sentence_is_hidden_from_its_translators() -> None:
    assert asked_in_passing("x = f'{_(\"Seen\")}: {y}'") == ["Seen"]
    assert asked_in_passing("x = _('Seen {y}').format(y=y)") == []
    found = {
        str(file.relative_to(ROOT)): hidden
        for package in PACKAGES
        for file in sources(package)
        if (hidden := asked_in_passing(file.read_text(encoding="utf-8")))
    }
    assert found == {}


def test_colours_and_sizes_of_type_live_in_the_theme() -> None:
    colour = re.compile(r"\"#[0-9A-Fa-f]{3,8}\"|pixelSize:\s*\d")
    strays = [
        f"{file.relative_to(ROOT)}:{number}"
        for file in (ROOT / "kiosk" / "ui" / "qml").rglob("*.qml")
        if "theme" not in file.parts
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1)
        if colour.search(line)
    ]
    assert strays == []


def test_modules_stay_small_enough_to_live_in() -> None:
    long = {
        str(file.relative_to(ROOT)): lines
        for package in PACKAGES
        for file in sources(package)
        if (lines := len(file.read_text(encoding="utf-8").splitlines())) > 400
    }
    assert long == {}


def siblings(folder: Path) -> int:
    """How many things somebody who opens the folder has to choose from: its modules, and its folders with any."""
    modules = [one for one in folder.glob("*.py") if one.name not in ("__init__.py", "__main__.py")]
    return len(modules) + sum(1 for one in folder.iterdir() if one.is_dir() and any(one.rglob("*.py")))


def test_rooms_stay_small_enough_to_find_things_in() -> None:
    counted = {
        str(folder.relative_to(ROOT)): siblings(folder)
        for package in PACKAGES
        for folder in sorted({file.parent for file in sources(package)})
        if folder.name != "versions"  # of a database: a history only grows
    }
    # These two have not been divided yet; their numbers only go down.
    assert {folder: count for folder, count in counted.items() if count > 15} == {"card_reader": 25, "ballot_box": 17}


@cache
def classes() -> list[tuple[str, ast.ClassDef]]:
    """Every class of the product with its module, those within others too."""
    return [
        (str(file.relative_to(ROOT)), node)
        for package in PACKAGES
        for file in sources(package)
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef)
    ]


def test_classes_stay_small_enough_to_hold_in_mind() -> None:
    lines = {f"{module}: {node.name}": (node.end_lineno or 0) - node.lineno + 1 for module, node in classes()}
    # Not divided yet; its number only goes down.
    assert {name: size for name, size in lines.items() if size > 200} == {"card_reader/virtual.py: VirtualCard": 251}


def test_words_that_say_little_name_one_class_each() -> None:
    """Whoever reads `Refused` must not have to look which of seven it is."""
    homes = {
        name: [module for module, node in classes() if node.name.strip("_") == name]
        for name in ("Refused", "Standing", "Stage")
    }
    assert homes == {
        "Refused": ["central/kernel/outcome.py"],
        "Standing": ["printing/documents/certificate.py"],
        "Stage": ["sync/rounds/report.py"],
    }


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        str(file.relative_to(ROOT))
        for package in PACKAGES
        for file in sources(package)
        if file.read_text(encoding="utf-8").strip() and not ast.get_docstring(ast.parse(file.read_text("utf-8")))
    ]
    assert silent == []


def test_no_registry_address_and_no_machine_path_in_the_repository() -> None:
    files = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\n")
    address = re.compile("pypi" + r"\.org|files\.pythonhosted|registry\." + "npmjs|deb\\." + r"debian\.org|/work" + "/")
    found = [
        name
        for name in files
        if name and (ROOT / name).is_file() and address.search((ROOT / name).read_text("utf-8", errors="ignore"))
    ]
    assert found == []


def normal(distribution: str) -> str:
    return re.sub(r"[-_.]+", "-", distribution).lower()


def locked(name: str) -> dict[str, str]:
    """Distribution (PEP 503) and version of every line of a lock."""
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    return {normal(found[1]): found[2] for line in lines if (found := re.match(r"([\w.-]+)==([\w.]+)", line))}


def test_a_booth_carries_what_it_uses_and_nothing_of_the_tests() -> None:
    carried, beside = locked("requirements.lock"), locked("requirements-dev.lock")
    group = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["dependency-groups"]["dev"]
    assert not carried.keys() & {re.split(r"[\[>=<]", name)[0] for name in group}
    assert {name: version for name, version in beside.items() if carried.get(name, version) != version} == {}
    of = packages_distributions()
    used = {name.partition(".")[0] for package in PACKAGES for file in sources(package) for name in imports(file)}
    strangers = used - {*sys.stdlib_module_names, *PACKAGES, "_typeshed"}  # the last is there for mypy alone
    assert {name for name in strangers if not {normal(one) for one in of.get(name, [])} & carried.keys()} == set()
    assert not carried.keys() & {"pygame", "pytest"}


def test_every_path_that_a_page_names_is_there() -> None:
    """Decisions and the change log tell what was; every other page tells what is."""
    path = re.compile(rf"`((?:{'|'.join((*PACKAGES, 'tests', 'scripts', 'docs'))})/[^`\s]*)`")
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), *(ROOT / "docs" / "matters").glob("*.md")]
    gone = [
        f"{page.relative_to(ROOT)}: {named}"
        for page in pages
        if page.name != "CHANGELOG.md"
        for named in path.findall(page.read_text(encoding="utf-8"))
        if "NOUN" not in named and "CODE" not in named and not any(ROOT.glob(named))
    ]
    assert gone == []


def test_the_index_of_decisions_has_every_page() -> None:
    folder = ROOT / "docs" / "decisions"
    pages = sorted(page for page in folder.glob("*.md") if page.name != "README.md")
    listed = [f"- [{page.read_text(encoding='utf-8').splitlines()[0][2:]}]({page.name})" for page in pages]
    index = (folder / "README.md").read_text(encoding="utf-8").splitlines()
    assert [line for line in index if line.startswith("- ")] == listed
