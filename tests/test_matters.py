"""The register: the same nouns on each floor, what every matter must say of itself, and that the kernels name none."""

import ast
import re
from collections import Counter
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest

import central.matters
import kiosk.matters
import municipality.matters
from assets.texts import LANGUAGES, catalogue
from kiosk.desk import pages
from municipality import register
from municipality.failures import Code
from municipality.matter import Matter
from municipality.matters import MATTERS
from municipality.retention import Thing

ROOT = Path(__file__).resolve().parent.parent
every_matter = pytest.mark.parametrize("matter", MATTERS, ids=lambda matter: matter.noun)


def test_each_floor_has_the_same_matters_in_the_same_order() -> None:
    nouns = municipality.matters.NOUNS
    assert kiosk.matters.NOUNS == central.matters.NOUNS == nouns
    for floor in (kiosk.matters.MATTERS, kiosk.matters.BACKS, central.matters.MATTERS, central.matters.BACKS):
        assert [one.matter.noun for one in floor] == list(nouns)  # type: ignore[attr-defined]
        assert [one.matter for one in floor] == list(MATTERS)  # type: ignore[attr-defined]
    assert len(set(nouns)) == len(nouns)


@every_matter
def test_one_noun_names_everything_of_a_matter(matter: Matter) -> None:
    """Module and folder on each floor, kinds that travel, the page that describes it."""
    for floor in ("municipality", "kiosk", "central"):
        assert (ROOT / floor / "matters" / matter.noun / "__init__.py").is_file()
    kinds = [str(one.kind) for one in (*matter.acts, *matter.items)]
    assert [kind for kind in kinds if not kind.startswith(f"{matter.noun}.")] == []
    assert (ROOT / "docs" / "matters" / f"{matter.noun}.md").is_file()


@every_matter
def test_a_matter_has_words_for_whatever_of_it_is_said(matter: Matter) -> None:
    said = [matter.title, *(act.title for act in matter.acts), *matter.refusals.values()]
    said += [matter.closed] if matter.serves else []
    assert all(said)
    assert [words for words in said if catalogue("el").gettext(words) == words] == []
    if matter.serves:  # residents are told it, so in every language of theirs
        silent = [language for language in LANGUAGES if catalogue(language).gettext(matter.closed) == matter.closed]
        # One that was just made has no failures of its own yet, and waits for its translators in the staff's words.
        grown = (ROOT / "municipality" / "matters" / matter.noun / "failures.py").is_file()
        assert "el" not in silent
        assert silent == ["en"] or not grown, "it is to stand in failures.py: what __init__ says is for the staff"


SHAPES = {name: one for name, one in vars(pages).items() if isinstance(one, type) and issubclass(one, pages.Page)}


def asked(source: str) -> set[tuple[type[pages.Page[Any]], str]]:
    """The pages that a conversation makes, by shape and name; "" for a name that is put together."""
    return {
        (SHAPES[node.func.id], named.value if isinstance(named := node.args[0], ast.Constant) else "")
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in SHAPES
    }


@every_matter
def test_residents_find_a_page_of_each_shape_among_the_samples(matter: Matter) -> None:
    """So each is drawn, spoken and judged with all the others. A matter that residents do not find has none."""
    (booth,) = [one for one in kiosk.matters.MATTERS if one.matter is matter]
    samples = booth.samples()
    if not matter.serves:
        assert booth.prepare is None and samples == {}
        return
    assert booth.prepare is not None
    # Where tests/kiosk/test_conversations.py looks whether it is pure.
    conversation = ROOT / "kiosk" / "matters" / matter.noun / "conversation.py"
    shown = [view for view in samples.values() if isinstance(view, pages.Page)]
    pairs = {(type(view), name) for view in shown for name in (view.name, "")}
    assert asked(conversation.read_text(encoding="utf-8")) - pairs == set()
    assert matter.category in [view.category for view in shown if isinstance(view, pages.List)]
    # Whose card is out sees what is left of the end.
    ends = [view for view in shown if isinstance(view, pages.Done) and view.card_out]
    assert {view.name for view in ends if view.out} == {view.name for view in ends if not view.out} != set()


def test_no_sample_hides_another() -> None:
    names = [name for one in kiosk.matters.MATTERS for name in one.samples()]
    assert [name for name, count in Counter(names).items() if count > 1] == []


def test_the_pages_of_a_conversation_are_seen_in_its_source() -> None:
    source = "def talk(name):\n    yield from ask(Done('end', x))\n    return Review(name, Problem(y))\n"
    assert asked(source) == {(pages.Done, "end"), (pages.Review, "")}


@every_matter
def test_what_a_matter_keeps_is_let_go_of_or_stays_for_a_reason(matter: Matter) -> None:
    """Each period that time ends has its purge at the centre, and nothing is purged that has no rule."""
    back = next(one for one in central.matters.BACKS if one.matter is matter)
    timed = {rule.thing for rule in matter.keeps if rule.days is not None and not rule.at_the_booth}
    assert {purge.thing for purge in back.purges} == timed


@every_matter
def test_what_a_matter_tells_is_filled_read_and_written_down(matter: Matter) -> None:
    """Each section bears its noun, says "nothing" within its budget, is filled at the centre and read at the booth."""
    back = next(one for one in central.matters.BACKS if one.matter is matter)
    assert tuple(one.section for one in back.tells) == matter.sections
    wire = (ROOT / "docs" / "wire.md").read_text(encoding="utf-8")
    for section in matter.sections:
        assert section.name == matter.noun or section.name.startswith(f"{matter.noun}.")
        assert section.filled(section.form()) is not None
        assert f"| `{section.name}` | {section.budget} |" in wire
    source = [file.read_text(encoding="utf-8") for file in (ROOT / "kiosk" / "matters" / matter.noun).rglob("*.py")]
    assert any(".section(" in one for one in source) is bool(matter.sections)


def test_no_two_matters_claim_the_same_name() -> None:
    def twice(names: list[str]) -> list[str]:
        return [name for name, count in Counter(names).items() if count > 1]

    assert twice([str(one.kind) for matter in MATTERS for one in (*matter.acts, *matter.items)]) == []
    # The record of processing lists messages by their name.
    assert twice([one.form.__name__ for matter in MATTERS for one in (*matter.acts, *matter.items)]) == []
    assert twice([section.name for section in register.SECTIONS]) == []
    assert twice([failure.code.value for failure in register.FAILURES.values()]) == []
    assert twice([code for matter in MATTERS for code in matter.refusals]) == []
    assert twice([rule.thing.value for rule in register.RULES]) == []


@pytest.mark.parametrize(
    ("base", "known"), [(Code, set(register.FAILURES)), (Thing, {one.thing for one in register.RULES})]
)
def test_every_member_of_an_enumeration_is_in_the_register(base: type[StrEnum], known: set[StrEnum]) -> None:
    assert {member for enumeration in base.__subclasses__() for member in enumeration} == known


def test_acts_leave_the_booth_by_one_door() -> None:
    """Only there are they sealed to the town hall, signed and queued; a stick's letter is what carries them."""
    doors: dict[str, set[str]] = {"sign_envelope": set(), "outbox.put": set(), "seal_fixed": set()}
    for file in sorted((ROOT / "kiosk").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Name | ast.Attribute) and ast.unparse(node) in doors:
                doors[ast.unparse(node)].add(str(file.relative_to(ROOT)))
    assert doors == {door: {"kiosk/kernel/acts.py"} for door in doors}


def of_a_matter(folder: str) -> dict[str, set[str]]:
    """Which matters' rooms the modules of a folder name, by module."""
    room = re.compile(r"(?:municipality|kiosk|central)\.matters\.(\w+)")
    found: dict[str, set[str]] = {}
    for file in sorted((ROOT / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module:
                named = {node.module} if node.module.count(".") > 1 else {f"{node.module}.{a.name}" for a in node.names}
                nouns = {match[1] for name in named if (match := room.match(name))}
                nouns &= set(municipality.matters.NOUNS)
                if nouns:
                    found.setdefault(str(file.relative_to(ROOT / folder)), set()).update(nouns)
    return found


def test_the_kernels_name_no_service() -> None:
    """Cards are what everybody comes with, and technicians keep the booth alive: their words are the kernel's own
    tools. Votes and certificates, and whatever comes after them, are not."""
    tools = {"cards", "technicians"}
    for kernel in (
        "central/kernel",
        "central/line",
        "central/public",
        "central/web",
        "kiosk/kernel",
        "kiosk/syncing",
        "kiosk/identity",
        "kiosk/health",
        "kiosk/technician",
        "sync",
        "printing",
    ):
        assert {file: nouns - tools for file, nouns in of_a_matter(kernel).items() if nouns - tools} == {}, kernel
