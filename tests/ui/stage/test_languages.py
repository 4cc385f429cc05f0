"""Adding a language is one .po file; longer words are not cut; what no speaker has read says so; less at a time."""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pseudo_language as pseudo
import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtQuick import QQuickItem

from assets import texts
from assets.texts import LANGUAGES, Language, catalogue, languages
from kiosk.counter.presenting.presenters import clock_words, present
from kiosk.demo.samples import samples
from kiosk.desk.actions import Next
from kiosk.desk.views import Attract, Menu
from kiosk.ui.gallery.samples import MUNICIPALITY, NOW
from kiosk.ui.stage.appearance import simplified
from municipality.greek import moment

SAMPLES = samples()
THREE = ("el", "en", "sq")
UNREAD = "ende e pakontrolluar nga një folës · δεν έχει ελεγχθεί ακόμη"


@pytest.fixture
def pseudo_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(texts, "FOLDER", pseudo.write(tmp_path))
    return tmp_path


def shown(item: QQuickItem) -> Iterator[QQuickItem]:
    for child in item.childItems():
        if child.isVisible():
            yield child
            yield from shown(child)


def words_on(booth: Any) -> list[QQuickItem]:
    return [
        item
        for item in shown(booth.window.window.contentItem())
        if item.property("paintedHeight") is not None and item.property("text")
    ]


def said(booth: Any) -> set[str]:
    return {str(item.property("text")) for item in words_on(booth)}


def box(item: QQuickItem) -> QRectF:
    return item.mapRectToScene(QRectF(0, 0, item.width(), item.height()))


def pages(item: QQuickItem) -> bool:
    parent = item.parentItem()
    while parent is not None:
        if parent.property("needed") is True:
            return True
        parent = parent.parentItem()
    return False


def assert_nothing_cut(booth: Any, what: str) -> None:
    window = QRectF(0, 0, booth.window.window.width(), booth.window.window.height())
    for item in words_on(booth):
        where = f"{what}: {item.property('text')!r}"
        assert not item.property("truncated"), where
        assert item.property("paintedHeight") <= item.height() + 1, where
        assert item.property("paintedWidth") <= item.width() + 1, where
        assert pages(item) or window.contains(box(item)), where


# The way of a new language


def test_the_languages_are_the_po_files(tmp_path: Path, pseudo_folder: Path) -> None:
    assert LANGUAGES[:2] == ("el", "en") and "sq" in LANGUAGES
    assert tuple(languages()) == ("el", "en", "qps", "sq")
    assert languages()["qps"] == Language("qps", "Pséeúudóo", False)
    assert catalogue("qps").gettext("Welcome") == "Wéelcóomée"
    assert languages(texts.FOLDER.parent / "nowhere") == {}


def test_only_yes_means_reviewed(tmp_path: Path) -> None:
    for code, said in (("aa", "yes"), ("bb", "Yes "), ("cc", "no"), ("dd", "yes, mostly"), ("ee", "")):
        (tmp_path / f"{code}.po").write_text(f'msgid ""\nmsgstr ""\n"X-Reviewed: {said}\\n"\n', encoding="utf-8")
    assert [each.code for each in languages(tmp_path).values() if each.reviewed] == ["aa", "bb"]
    assert languages(tmp_path)["ee"].name == "ee"


def test_what_stands_in_a_message_is_no_header(tmp_path: Path) -> None:
    (tmp_path / "aa.po").write_text(
        'msgid ""\nmsgstr ""\n"X-Reviewed: no\\n"\n\nmsgid "x"\nmsgstr ""\n"X-Reviewed: yes\\n"\n', encoding="utf-8"
    )
    assert not languages(tmp_path)["aa"].reviewed


def test_greek_and_english_are_read_and_albanian_is_not() -> None:
    assert {code: each.reviewed for code, each in languages().items()} == {"el": True, "en": True, "sq": False}


def test_dates_are_written_in_the_language() -> None:
    assert clock_words(NOW, "sq")["date"] == "e shtunë 21 nëntor"
    assert "nëntor" in moment(NOW, "sq") and "Νοεμβρίου" in moment(NOW, "el")
    assert clock_words(NOW, pseudo.CODE) == clock_words(NOW, "en")


def test_the_municipalitys_own_words_stay_greek() -> None:
    assert MUNICIPALITY.in_language("sq") == MUNICIPALITY.el
    ballot = present(SAMPLES["ballot"], "sq")
    assert ballot["title"] == SAMPLES["ballot"].title.el
    assert ballot["footer"]["primary"] == "Shihni votën tuaj"


# The button and its sheet


def test_with_two_languages_the_button_switches(make_booth: Callable[..., Any]) -> None:
    booth = make_booth(Menu())
    for language, other in (("el", "English"), ("en", "Ελληνικά"), ("el", "English")):
        assert booth.stage.language == language
        assert booth.item("language").property("text") == other
        assert booth.item("language").property("name") == f"Γλώσσα, Language, {other}", "what is seen is said too"
        booth.tap("language")
        assert booth.stage.sheet == ""


def test_with_three_the_button_opens_a_sheet(make_booth: Callable[..., Any]) -> None:
    booth = make_booth(Menu(), languages=THREE)
    assert booth.item("language").property("text") == "Language"
    assert booth.item("language").property("name") == "Γλώσσα, Language, Gjuha"
    booth.tap("language")
    assert booth.stage.sheet == "language" and booth.item("language_el").property("checked")
    assert UNREAD in said(booth)
    booth.tap("language_sq")
    assert (booth.stage.language, booth.stage.sheet) == ("sq", "")
    assert booth.stage.view["title"] == "Si mund t’ju ndihmojmë?"
    assert "Aksesi" in said(booth)
    assert booth.item("language").property("text") == "Gjuha"
    assert booth.item("language").property("name") == "Γλώσσα, Language, Gjuha"
    booth.tap("language")
    assert booth.item("language_sq").property("checked") and not booth.item("language_el").property("checked")
    booth.tap("close_sheet")
    assert (booth.stage.language, booth.stage.sheet) == ("sq", "")


def test_the_sheet_by_keys_alone(make_booth: Callable[..., Any]) -> None:
    booth = make_booth(Menu(), languages=THREE)
    for _ in range(30):
        booth.key(Qt.Key.Key_Tab)
        if booth.window._walker.focused().objectName() == "language":
            break
    booth.key(Qt.Key.Key_Return)
    assert booth.stage.sheet == "language"
    reached = {booth.key(Qt.Key.Key_Tab) or booth.window._walker.focused().objectName() for _ in range(4)}
    assert reached == {"language_el", "language_en", "language_sq", "close_sheet"}
    while booth.window._walker.focused().objectName() != "language_en":
        booth.key(Qt.Key.Key_Tab)
    booth.key(Qt.Key.Key_Return)
    assert booth.stage.language == "en"


def test_a_language_that_is_not_offered_is_not_taken(make_booth: Callable[..., Any]) -> None:
    booth = make_booth(Menu())
    booth.stage.setLanguage("sq")
    assert booth.stage.language == "el"


def test_the_next_resident_finds_greek_and_no_sheet(make_booth: Callable[..., Any]) -> None:
    booth = make_booth(Menu(), languages=THREE)
    booth.tap("language")
    booth.tap("language_sq")
    booth.show(Attract())
    assert booth.stage.language == "el"
    booth.tap("language")
    assert booth.stage.sheet == "language"
    booth.watch.seconds += 121
    booth.stage.beat()
    assert booth.stage.sheet == ""


def test_a_read_language_carries_no_note(make_booth: Callable[..., Any]) -> None:
    booth = make_booth(Menu(), languages=THREE)
    notes = {row["code"]: row["note"] for row in booth.stage.languages}
    assert notes == {"el": "", "en": "", "sq": UNREAD}


# Longer words


@pytest.mark.slow
def test_the_pseudo_language_is_forty_per_cent_longer_and_whole(pseudo_folder: Path) -> None:
    from assets.texts.__main__ import extracted, problems

    for message in extracted():
        if message.id:
            assert len(catalogue(pseudo.CODE).gettext(message.id)) >= 1.4 * len(message.id), message.id
    assert [line for line in problems(folder=pseudo_folder) if line.startswith("qps.po")] == []


@pytest.mark.slow
@pytest.mark.parametrize("language", [pseudo.CODE, "sq"])
@pytest.mark.parametrize("size", [(1920, 1080), (1366, 768)])
def test_longer_words_are_not_cut(
    make_booth: Callable[..., Any], pseudo_folder: Path, size: tuple[int, int], language: str
) -> None:
    booth = make_booth(SAMPLES["menu"], size, languages=("el", "en", language))
    booth.stage.setLanguage(language)
    for name, view in SAMPLES.items():
        booth.show(view)
        if booth.stage.language != language:  # the attract screen goes back to Greek, as it should
            booth.stage.setLanguage(language)
            booth.settle()
        assert_nothing_cut(booth, f"{name} {size}")
    booth.show(SAMPLES["menu"])
    for sheet in ("language", "accessibility", "help", "dark"):
        booth.stage.openSheet(sheet)
        booth.settle()
        assert_nothing_cut(booth, f"{sheet} {size}")


# One thing at a time


def test_simplified_mode_hides_what_only_accompanies(make_booth: Callable[..., Any]) -> None:
    booth = make_booth(SAMPLES["menu"])
    full = said(booth)
    booth.stage.setSimple(True)
    booth.settle()
    assert booth.stage.simple and said(booth) < full
    assert {tile["title"] for tile in booth.stage.view["tiles"]} <= said(booth)
    booth.stage.setSimple(False)
    booth.settle()
    assert said(booth) == full


# The words of a screen that only accompany it; of the shapes, which are all the others, what the page is part of.
ACCOMPANY = {"Attract": {"notices", "categories"}, "Menu": {"text"}}
MADE_LESS = {"lead", "blocks", "tiles", "footer", "spoken"}


@pytest.mark.parametrize("name", SAMPLES)
def test_simplified_mode_takes_away_no_way_and_no_warning(name: str) -> None:
    full = present(SAMPLES[name], "el")
    less, gone = simplified(full), set(full.get("accompanying", ()))
    assert set(less) == {*full, "simple"} and less["simple"] is True
    assert gone <= ACCOMPANY.get(full["screen"], {"about"}) and not any(less[key] for key in gone)
    kept = set(full) - gone - MADE_LESS
    assert {key: less[key] for key in kept} == {key: full[key] for key in kept}
    assert {**less["footer"], "note": ""} == {**full["footer"], "note": ""}
    if full["footer"]["primary"] and not full["footer"]["enabled"]:
        assert less["footer"]["note"] == full["footer"]["note"] != "", "why the way on is shut"
    for blocks in ("lead", "blocks"):
        left_out = [block for block in full.get(blocks, ()) if block not in less[blocks]]
        assert less.get(blocks, []) == [block for block in full.get(blocks, ()) if block not in left_out]
        for block in left_out:
            assert block["block"] == "paragraph" or (block["block"], block["kind"]) == ("notice", "info")
            assert not block["personal"] and not block["first"] and not block.get("heading")
    assert full == present(SAMPLES[name], "el"), "the words that others hold are not touched"


def test_simplified_mode_draws_the_answers_larger(make_booth: Callable[..., Any]) -> None:
    booth, first = make_booth(SAMPLES["ballot"]), SAMPLES["ballot"].options[0]

    def letters() -> dict[str, float]:
        """How high the first answer's words and note are; its row gives its padding to them."""
        row = booth.item("answer_0")
        return {
            str(item.property("text")): item.property("paintedHeight") for item in shown(row) if item in words_on(booth)
        }

    before, high = letters(), booth.item("answer_0").height()
    booth.stage.setSimple(True)
    booth.settle()
    after = letters()
    assert set(after) == set(before) == {first.text.el, first.note.el}
    assert all(after[text] > before[text] for text in before) and booth.item("answer_0").height() >= high


def test_simplified_mode_says_why_the_way_on_is_shut(make_booth: Callable[..., Any]) -> None:
    booth = make_booth(SAMPLES["ballot"])
    booth.stage.setSimple(True)
    booth.settle()
    booth.tap("primary")
    assert Next() not in booth.asked()
    assert "Επιλέξτε μία απάντηση." in said(booth)


def test_simplified_mode_ends_with_the_visit(make_booth: Callable[..., Any]) -> None:
    booth = make_booth(SAMPLES["menu"])
    booth.stage.setSimple(True)
    booth.show(Attract())
    assert not booth.stage.simple and booth.stage.view["notices"] == []
    assert "simple" not in booth.stage.view


@pytest.mark.parametrize("size", [(1920, 1080), (1366, 768)])
def test_simplified_screens_are_whole(make_booth: Callable[..., Any], size: tuple[int, int]) -> None:
    booth = make_booth(SAMPLES["menu"], size)
    for name, view in SAMPLES.items():
        booth.show(view)
        booth.stage.setSimple(True)
        booth.settle()
        assert booth.stage.simple
        assert_nothing_cut(booth, f"{name} {size} simple")


def test_the_hour_is_athens_in_every_language() -> None:
    for language in LANGUAGES:
        assert clock_words(datetime.fromisoformat("2026-11-21T08:42:00+00:00"), language)["time"] == "10:42"
