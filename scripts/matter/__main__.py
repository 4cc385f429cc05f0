"""scripts/new-matter: what a new matter is made of lies in rooms/, one template for each file.

Everything that can be wrong is found before the first file is written.
"""

from __future__ import annotations

import argparse
import keyword
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Template

from babel.messages.pofile import read_po

from central.opening import REGISTER
from central.store.tables import metadata
from municipality.matter import Category
from municipality.register import CARRIED, REFUSALS, RULES

ROOT = Path(__file__).resolve().parents[2]
ROOMS = Path(__file__).with_name("rooms")
USAGE = "scripts/new-matter NOUN --el GREEK --en ENGLISH [--category CATEGORY]"
FLOORS = ("municipality", "kiosk", "central")
MIGRATIONS = ROOT / "central" / "store" / "migrations" / "versions"
_NOUN = re.compile(r"[a-z]+(_[a-z]+)*")
# They become words of Python, of a page and of a catalogue: nothing that one of these would read as its own.
_WORDS = re.compile(r"[^\W\d_](?:[\w ,.()/-]*[\w.)])?")
_LONGEST_NOUN, _LONGEST_WORDS = 24, 48
_LINES = re.compile(r"NOUNS = \(\n(?:    \"[a-z_]+\",\n)+")
_ADDRESS = re.compile(r"\.(?:page|act)\(\"/([a-z_-]+)")


class Refused(Exception):
    """Why the matter cannot be made; nothing was changed."""


@dataclass(frozen=True)
class Wish:
    """The noun, what it is called in Greek and in English, and where in the menu residents find it."""

    noun: str
    el: str
    en: str
    category: str = Category.SOCIAL.value

    @property
    def name(self) -> str:
        """The noun as classes bear it."""
        return "".join(part.capitalize() for part in self.noun.split("_"))

    @property
    def code(self) -> str:
        """The noun as codes of the line bear it."""
        return self.noun.replace("_", "-")

    @property
    def words(self) -> dict[str, str]:
        """Its own sentences, with their Greek: what it is called, and that nobody gets it here now."""
        return {self.en: self.el, f"{self.en}: not possible here now.": f"{self.el}: εδώ δεν γίνεται τώρα."}


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="new-matter", usage=USAGE)
    parser.add_argument("noun")
    parser.add_argument("--el", required=True)
    parser.add_argument("--en", required=True)
    parser.add_argument("--category", default=Wish.category)
    wish = Wish(**vars(parser.parse_args(arguments)))
    try:
        judge(wish)
        files = {**rooms(wish), **lines(wish)}
    except Refused as refused:
        print(f"new-matter: {refused}. Nothing was changed.", file=sys.stderr)
        return 1
    try:
        write(wish, files)
    except subprocess.CalledProcessError as failed:
        print(f"new-matter: its files are written, but {failed.cmd[2]} failed (above)", file=sys.stderr)
        return 1
    print(f"{wish.noun}: made. What comes next: docs/matters/README.md")
    return 0


def judge(wish: Wish) -> None:
    """Raises Refused for a noun that is none, or taken, and for words that cannot stand in the catalogues."""
    noun = wish.noun
    if not _NOUN.fullmatch(noun) or keyword.iskeyword(noun):
        raise Refused(f"{noun!r} is no noun: small letters of ASCII, with an underscore between words")
    if len(noun) > _LONGEST_NOUN:
        raise Refused(f"{noun} has {len(noun)} letters; at most {_LONGEST_NOUN}, since it stands in every name")
    if noun in {office.matter.noun for office in REGISTER.offices}:
        raise Refused(f"there is a matter {noun} already")
    for floor in FLOORS:
        if (ROOT / floor / "matters" / noun).exists():
            raise Refused(f"{floor}/matters/{noun} is there already")
    taken = {
        "is a table's name": {*metadata.tables},
        "is an address of the console": addresses(),
        "is a kind of thing that is kept": {rule.thing.value for rule in RULES},
    }
    for why, names in taken.items():
        if noun in names:
            raise Refused(f"{noun} {why} already")
    if f"{wish.name}Act" in CARRIED:
        raise Refused(f"{noun}: there is a message {wish.name}Act already")
    if any(code.startswith(f"{wish.code}-") for code in REFUSALS):
        raise Refused(f"{noun}: there are refusals that begin with {wish.code}- already")
    if wish.category not in {*Category}:
        raise Refused(f"--category {wish.category!r} is none: {', '.join(Category)}")
    judge_words(wish)


def judge_words(wish: Wish) -> None:
    for option, said in (("--el", wish.el), ("--en", wish.en)):
        if not _WORDS.fullmatch(said) or len(said) > _LONGEST_WORDS:
            raise Refused(f"{option} {said!r}: a title of at most {_LONGEST_WORDS} letters, without quotes or signs")
    if not re.search(r"[\u0370-\u03ff\u1f00-\u1fff]", wish.el):
        raise Refused(f"--el {wish.el!r} has no Greek letter")
    if not wish.en.isascii():
        raise Refused(f"--en {wish.en!r} is not English: it is an id in the catalogues, in letters of ASCII")
    with (ROOT / "assets" / "texts" / "el.po").open("rb") as file:
        known = read_po(file, locale="el").get(wish.en)
    if known is not None and known.string != wish.el:
        raise Refused(
            f"--en {wish.en!r} is {known.string!r} in Greek elsewhere (assets/texts/el.po): find another word"
        )


def addresses() -> set[str]:
    """The first word of every address of the console."""
    pages = (*(ROOT / "central" / "staff").rglob("*.py"), *(ROOT / "central" / "matters").rglob("*.py"))
    return {word for page in pages for word in _ADDRESS.findall(page.read_text(encoding="utf-8"))}


def rooms(wish: Wish) -> dict[Path, str]:
    """Every new file. Raises Refused where one is there already."""
    newest = max(file.name[:4] for file in MIGRATIONS.glob("[0-9]*.py"))
    number = f"{int(newest) + 1:04d}"
    title, closed = wish.words
    said = {"noun": wish.noun, "name": wish.name, "code": wish.code, "title": title, "greek": wish.el}
    said |= {"closed": closed, "category": Category(wish.category).name}
    found: dict[Path, str] = {}
    for template in sorted(ROOMS.rglob("*.tmpl")):
        name = template.relative_to(ROOMS).as_posix().removesuffix(".tmpl")
        path = ROOT / name.replace("NOUN", wish.noun).replace("NUMBER", number)
        if path.exists():
            raise Refused(f"{path.relative_to(ROOT)} is there already")
        found[path] = Template(template.read_text(encoding="utf-8")).substitute(said, number=number, before=newest)
    return found


def lines(wish: Wish) -> dict[Path, str]:
    """The three tuples with one more line. Raises Refused where one is not as it was."""
    found: dict[Path, str] = {}
    for floor in FLOORS:
        path = ROOT / floor / "matters" / "__init__.py"
        text = path.read_text(encoding="utf-8")
        tuple_ = _LINES.search(text)
        if tuple_ is None:
            raise Refused(f"{path.relative_to(ROOT)} has no NOUNS with one noun in a line")
        found[path] = f'{text[: tuple_.end()]}    "{wish.noun}",\n{text[tuple_.end() :]}'
    return found


def write(wish: Wish, files: Mapping[Path, str]) -> None:
    """The files, laid out; then what is made from them: words, and the page of what is kept."""
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    lay_out([path for path in files if path.suffix == ".py"])
    words(wish)
    run("-c", "from municipality.town.processing import record; open('docs/retention.md', 'w').write(record())")
    run("-m", "assets.texts", "check")


def lay_out(files: list[Path]) -> None:
    """How long a line is, and what it is imported before, depends on the noun."""
    names = [str(path) for path in files]
    run("-m", "ruff", "check", "--quiet", "--select", "I", "--fix", *names)
    run("-m", "ruff", "format", "--quiet", *names)
    run("-m", "ruff", "check", "--quiet", *names)


def words(wish: Wish) -> None:
    """The Greek of its own sentences; English is its own. No other sentence of the rooms is new."""
    run("-m", "assets.texts", "update")
    path = ROOT / "assets" / "texts" / "el.po"
    text = path.read_text(encoding="utf-8")
    for english, greek in wish.words.items():
        text = text.replace(f'msgid "{english}"\nmsgstr ""\n', f'msgid "{english}"\nmsgstr "{greek}"\n')
    path.write_text(text, encoding="utf-8")
    run("-m", "assets.texts", "compile")


def run(*command: str) -> None:
    """In a process of its own, which loads what has just been written."""
    subprocess.run([sys.executable, *command], cwd=ROOT, check=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
