"""The catalogue is whole, QML and Python speak from it alone, icons exist, and a missing thing is said clearly."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from assets import icons
from assets.texts import FOLDER, LANGUAGES, catalogue
from assets.texts.__main__ import ROOT, compile_all, extracted, problems, update
from kiosk.counter.presenting.presenters import present, screen_of
from kiosk.counter.presenting.words import groups
from kiosk.demo.samples import samples
from municipality.register import FAILURES

QML = ROOT / "kiosk" / "ui" / "qml"


def test_every_sentence_is_in_the_catalogue_and_translated() -> None:
    assert problems() == []


def test_every_failure_speaks_greek() -> None:
    greek = catalogue("el").gettext
    for failure in FAILURES.values():
        for text in (failure.title, failure.sentence):
            assert re.search("[α-ω]", greek(text)), text


WHICH = r"PIN|παρακολούθησης|κλειδώματος|επαλήθευσής?|επαλήθευσης|πρόσβασης|μηνύματος|QR"
NAMELESS = re.compile(rf"(?<!\w)κωδικ(?:ός|ό|ού|οί|ούς|ών)(?!\w)(?![ \u00a0](?:{WHICH})(?!\w))", re.IGNORECASE)


def test_every_code_says_of_what_it_is() -> None:
    with (FOLDER / "el.po").open("rb") as file:
        greek = read_po(file)
    nameless = [str(each.string) for each in greek if each.id and NAMELESS.search(str(each.string))]
    assert nameless == []


@pytest.mark.parametrize(
    ("words", "held"),
    [
        ("Γράψτε τον κωδικό PIN.", True),
        ("Γράψτε τον κωδικό\u00a0PIN.", True),
        ("Με τον κωδικό επαλήθευσής του.", True),
        ("Γράψτε τον κωδικό.", False),
        ("Ο δικός σας κωδικός", False),
        ("Οι κωδικοί δεν ήταν ίδιοι.", False),
        ("τον κωδικό PINS", False),
        ("Η κωδικοποίησή του", True),
    ],
)
def test_a_code_without_a_name_is_seen(words: str, held: bool) -> None:
    assert (NAMELESS.search(words) is None) == held


def test_who_sends_somebody_to_the_office_shows_where_it_is() -> None:
    greek = catalogue("el").gettext
    for failure in FAILURES.values():
        said = greek(failure.sentence)
        assert failure.office == bool(re.search("γραφείο του Δήμου|τηλεφων|καλέστε", said, re.IGNORECASE)), said


def test_a_missing_and_a_stale_sentence_are_both_named(tmp_path: Path) -> None:
    for language in LANGUAGES:
        shutil.copy(FOLDER / f"{language}.po", tmp_path)
    source = (tmp_path / "el.po").read_text(encoding="utf-8")
    (tmp_path / "el.po").write_text(source.replace('msgid "Welcome"', 'msgid "Welcome, stranger"'), encoding="utf-8")
    found = problems(folder=tmp_path)
    assert "el.po: missing: Welcome" in found and "el.po: stale: Welcome, stranger" in found


def test_an_untranslated_and_a_broken_sentence_are_named(tmp_path: Path) -> None:
    for language in LANGUAGES:
        shutil.copy(FOLDER / f"{language}.po", tmp_path)
    source = (tmp_path / "el.po").read_text(encoding="utf-8")
    broken = source.replace('msgstr "Καλώς ήρθατε"', 'msgstr ""').replace("μηνύματος {code}", "μηνύματος {kod}")
    (tmp_path / "el.po").write_text(broken, encoding="utf-8")
    found = problems(folder=tmp_path)
    assert "el.po: not translated: Welcome" in found
    assert "el.po: its places to fill in differ: Code {code}" in found


def test_a_header_that_does_not_say_who_has_read_it_is_named(tmp_path: Path) -> None:
    for language in LANGUAGES:
        shutil.copy(FOLDER / f"{language}.po", tmp_path)
    source = (tmp_path / "sq.po").read_text(encoding="utf-8")
    broken = source.replace('"X-Reviewed: no\\n"\n', "").replace('"Language: sq', '"Language: sr')
    (tmp_path / "sq.po").write_text(broken, encoding="utf-8")
    found = problems(folder=tmp_path)
    assert "sq.po: its header does not say X-Reviewed (docs/style.md)" in found
    assert "sq.po: its header does not say Language: sq" in found


def test_a_new_language_begins_with_a_header_alone(tmp_path: Path) -> None:
    head = '# Anybody\nmsgid ""\nmsgstr ""\n"Language: ro\\n"\n"X-Name: Română\\n"\n"X-Reviewed: no\\n"\n'
    (tmp_path / "ro.po").write_text(head, encoding="utf-8")
    update(folder=tmp_path)
    written = (tmp_path / "ro.po").read_text(encoding="utf-8")
    assert written.startswith(head + "\n") and written.count("\nmsgid ") > 250
    assert all(line.startswith("ro.po: not translated: ") for line in problems(folder=tmp_path))
    update(folder=tmp_path)
    assert (tmp_path / "ro.po").read_text(encoding="utf-8") == written


def test_a_language_for_residents_needs_no_word_for_the_staff(tmp_path: Path) -> None:
    head = '# Anybody\nmsgid ""\nmsgstr ""\n"Language: ro\\n"\n"X-Name: Română\\n"\n"X-Reviewed: no\\n"\n'
    whole, scoped = (tmp_path / "whole", tmp_path / "scoped")
    for folder, more in ((whole, ""), (scoped, '"X-Scope: residents\\n"\n')):
        folder.mkdir()
        (folder / "ro.po").write_text(head + more, encoding="utf-8")
        update(folder=folder)
    missing = set(problems(folder=whole)) - set(problems(folder=scoped))
    assert "ro.po: not translated: The printer has no paper." in missing
    assert "ro.po: not translated: Welcome" in problems(folder=scoped)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_button_is_called_by_its_own_words(language: str) -> None:
    words = catalogue(language).gettext
    ids = {str(message.id) for message in extracted() if message.id}
    named = [(id, button) for id in ids for button in re.findall("“(.+?)”", id) if button in ids]
    assert len(named) >= 5
    for id, button in named:
        if words(id) == id and language != "en":
            continue  # a sentence for the staff, which a language for residents may leave in English
        assert re.search(f"[«“]{re.escape(words(button))}[»”]", words(id)), (id, words(button), words(id))


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_shouted(language: str) -> None:
    accented = re.compile("[Ά-Ώ]")
    for message in extracted():
        text = catalogue(language).gettext(str(message.id)) if message.id else ""
        assert "!" not in text, text
        assert not [word for word in re.findall(r"\w{2,}", text) if word.isupper() and accented.search(word)], text


def test_qml_marks_are_extracted() -> None:
    ids = {message.id for message in extracted()}
    marked = set()
    for path in QML.rglob("*.qml"):
        marked |= set(re.findall(r'qsTr\("((?:[^"\\]|\\.)*)"\)', path.read_text(encoding="utf-8")))
    assert len(marked) > 40 and marked <= ids


def test_no_words_in_qml_outside_qstr() -> None:
    for path in QML.rglob("*.qml"):
        for line in path.read_text(encoding="utf-8").splitlines():
            said = re.search(r'\b(?:text|title|name|closeText|otherText): "([^"]+)"', line)
            assert said is None or not re.search(r"[A-Z]\w+ |[Α-ω]", said.group(1)), f"{path.name}: {line.strip()}"


def test_no_colour_or_size_outside_the_theme() -> None:
    for path in (*(QML / "controls").glob("*.qml"), *(QML / "screens").glob("*.qml"), QML / "Main.qml"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r'"#[0-9a-fA-F]{3,8}"|Qt\.rgba|"(?:white|black|red)"', text), path.name
        assert not re.search(r"(?:pixelSize|pointSize|radius): \d", text), path.name


def test_unknown_language_is_refused() -> None:
    with pytest.raises(KeyError, match="fr"):
        catalogue("fr")


def test_an_unknown_sentence_stands_for_itself() -> None:
    assert catalogue("el").gettext("Never written") == "Never written"


def test_compiling_writes_what_gettext_reads(tmp_path: Path) -> None:
    for language in LANGUAGES:
        shutil.copy(FOLDER / f"{language}.po", tmp_path)
    compile_all(tmp_path)
    assert (tmp_path / "el.mo").read_bytes()[:4] == b"\xde\x12\x04\x95"


def test_the_command_says_how_it_is_used() -> None:
    wrong = subprocess.run([sys.executable, "-m", "assets.texts", "sing"], capture_output=True, text=True, cwd=ROOT)
    assert wrong.returncode == 2 and "compile" in wrong.stderr


def test_every_view_has_a_title_footer_and_screen_of_its_name() -> None:
    for view in samples().values():
        for language in LANGUAGES:
            shown = present(view, language)
            assert shown["screen"] == screen_of(view) and shown["title"] and "primary" in shown["footer"]
            assert (QML / "screens" / f"{shown['screen']}.qml").is_file()


def test_codes_in_groups() -> None:
    assert groups("7F3K-92QD-LM8X-0A4T") == ["7F3K", "92QD", "LM8X", "0A4T"]
    assert groups("abcdefghij") == ["abcd", "efgh", "ij"]


def test_icons_named_in_qml_and_presenters_exist() -> None:
    sources = [*QML.rglob("*.qml"), *(ROOT / "kiosk" / "counter").glob("presenters*.py")]
    named = set()
    for path in sources:
        text = path.read_text(encoding="utf-8")
        named |= set(re.findall(r'icon(?:"?: |=)"([a-z-]+)"', text))
        named |= set(re.findall(r'\bname: "([a-z-]+)"', text))
    assert len(named) > 15
    for name in named:
        assert icons.path(name).is_file()


@pytest.mark.parametrize("name", ["no-such-icon", "../secret", ""])
def test_a_missing_icon_is_said_clearly(name: str) -> None:
    with pytest.raises(icons.IconMissing):
        icons.path(name)


def test_the_door_loads_no_qt() -> None:
    code = "import sys, kiosk.ui; sys.exit('PySide6' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT).returncode == 0
