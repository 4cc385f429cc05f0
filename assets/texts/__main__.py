"""Commands for the catalogue: `compile` (.po to .mo), `update` (new message ids into the .po), `check`.

Never: a translation written by the machine; `update` only adds empty ones, and `check` then names them.
"""

import re
import sys
from collections.abc import Iterator
from fnmatch import fnmatchcase
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from assets.texts import FOLDER, languages

ROOT = FOLDER.parent.parent
PYTHON_ROOMS = ("municipality", "kiosk", "central", "printing", "card_reader", "ballot_box", "sync")
SOURCES: tuple[tuple[str, str, str, dict[str, None]], ...] = (
    *((f"{room}/**/*.py", "python", "_ and gettext", {"_": None, "gettext": None}) for room in PYTHON_ROOMS),
    ("kiosk/ui/qml/**/*.qml", "javascript", "qsTr", {"qsTr": None}),
    ("central/**/*.html", "jinja2.ext:babel_extract", "_, gettext and trans", {"_": None, "gettext": None}),
)
# What only the staff meets: a language whose header says `X-Scope: residents` may leave it in English. Of a matter:
# what it is called, what is drawn in the console, and why the town hall does not take an act; whatever residents are
# told of it stands in its failures.py and at the booth.
STAFF = (
    "central/staff/*",
    "central/kernel/*",
    "central/office/*",
    "central/matters/*/console/*",
    "central/matters/*/staff.py",
    "central/matters/*/html/staff/*",
    "kiosk/commands/doctor.py",
    "kiosk/desk/technician/*",
    "kiosk/health/*",
    "kiosk/kernel/conditions.py",
    "kiosk/kernel/lights.py",
    "kiosk/technician/*",
    "kiosk/store/*",
    "kiosk/counter/presenters_technician*",
    "municipality/words/refusals.py",
    "municipality/matters/*/__init__.py",
    "municipality/matters/*/refusals.py",
    "municipality/words/printers.py",
    "municipality/matters/technicians/rules.py",
    "printing/verdicts*",
    "sync/stick*",
)
_PLACES = re.compile(r"\{[a-z_]*\}|%\(\w+\)s|%\d")


def extracted(root: Path = ROOT) -> Catalog:
    """Every message id in the sources, with its files."""
    catalog = Catalog(fuzzy=False)
    for pattern, method, _how, keywords in SOURCES:
        for path in sorted(root.glob(pattern)):
            for _line, message, comments, context in extract_from_file(method, path, keywords, ("Translators:",)):
                place = (path.relative_to(root).as_posix(), 0)
                catalog.add(message, None, [place], auto_comments=comments, context=context)
    return catalog


def problems(root: Path = ROOT, folder: Path = FOLDER) -> list[str]:
    """What is missing, untranslated, stale or at odds with its message id; an empty list is good news."""
    wanted = {_key(message): message for message in extracted(root) if message.id}
    found: list[str] = []
    for language in languages(folder):
        needed = _in_scope(wanted, folder / f"{language}.po")
        found += [f"{language}.po: {complaint}" for complaint in _complaints_of_header(folder / f"{language}.po")]
        present = {_key(message): message for message in _read(folder / f"{language}.po", language) if message.id}
        found += [f"{language}.po: missing: {key}" for key in needed if key not in present]
        found += [f"{language}.po: stale: {key}" for key in present if key not in wanted]
        for key, message in present.items():
            found += [f"{language}.po: {complaint}: {key}" for complaint in _complaints(message, language)]
    return found


def _in_scope(wanted: dict[str, Message], path: Path) -> dict[str, Message]:
    if '"X-Scope: residents\\n"' not in _head(path):
        return wanted
    return {key: message for key, message in wanted.items() if not _for_staff(message)}


def _for_staff(message: Message) -> bool:
    return all(any(fnmatchcase(file, one) for one in STAFF) for file, _line in message.locations)


def _complaints_of_header(path: Path) -> Iterator[str]:
    head = _head(path)
    if f'"Language: {path.stem}\\n"' not in head:
        yield f"its header does not say Language: {path.stem}"
    for wanted in ("X-Name", "X-Reviewed"):
        if f'"{wanted}: ' not in head:
            yield f"its header does not say {wanted} (docs/style.md)"


def _head(path: Path) -> str:
    """The header as it is written, comments and all; it ends at the first empty line."""
    return path.read_text(encoding="utf-8").split("\n\n", 1)[0].rstrip("\n")


def _complaints(message: Message, language: str) -> Iterator[str]:
    text = message.string if isinstance(message.string, str) else " ".join(message.string or ())
    if message.fuzzy:
        yield "fuzzy"
    if not text:
        if language != "en":
            yield "not translated"
        return
    if sorted(_PLACES.findall(_key(message))) != sorted(_PLACES.findall(text)):
        yield "its places to fill in differ"


def _key(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def _read(path: Path, language: str) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=language)


def update(folder: Path = FOLDER, root: Path = ROOT) -> None:
    """Brings the .po files to what the sources say, without guessing at translations."""
    template = extracted(root)
    for language in languages(folder):
        path = folder / f"{language}.po"
        old, head = _read(path, language), _head(path)
        new = Catalog(locale=language, fuzzy=False)
        scope = _in_scope({_key(message): message for message in template if message.id}, path)
        for message in template:
            if message.id:
                known = old.get(message.id, message.context)
                if not (known and known.string) and _key(message) not in scope:
                    continue
                text = known.string if known else ""
                places = sorted({(file, 0) for file, _line in message.locations})
                new.add(message.id, text, places, auto_comments=message.auto_comments, context=message.context)
        body = BytesIO()
        write_po(body, new, sort_by_file=True, include_lineno=False, omit_header=True, width=110)
        # The header stays as its translator wrote it. No date, no tool: the same sources always give the same file.
        path.write_bytes(f"{head}\n\n".encode() + body.getvalue())


def compile_all(folder: Path = FOLDER) -> None:
    """Writes a .mo beside each .po."""
    for language in languages(folder):
        path = folder / f"{language}.po"
        with path.with_suffix(".mo").open("wb") as file:
            write_mo(file, _read(path, language))


def main(arguments: list[str]) -> int:
    match arguments:
        case ["compile"]:
            compile_all()
        case ["update"]:
            update()
        case ["check"]:
            found = problems()
            print("\n".join(found) if found else "texts: complete", file=sys.stderr if found else sys.stdout)
            return 1 if found else 0
        case _:
            print("usage: python -m assets.texts compile | update | check", file=sys.stderr)
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
