"""The controls of the kit: what they give when used by touch, and how every page of their gallery measures."""

from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

import pytest
from pixels import Screen, picture, tree
from PySide6.QtCore import QObject, QPoint, QRectF, Qt, SignalInstance
from PySide6.QtQuick import QQuickItem
from PySide6.QtTest import QTest

from kiosk.desk.views import Menu, TakeCard
from kiosk.ui.gallery.kit import PAGES, KitWindow, specimens
from kiosk.ui.gallery.samples import samples
from kiosk.ui.gallery.screens import BOTH_WAYS, ShowingLobby, showing_stage
from kiosk.ui.stage.appearance import SCHEMES, Appearance
from kiosk.ui.stage.presence_part import CARD_LEFT_SECONDS
from kiosk.ui.stage.stage import WindowStage


@pytest.fixture
def stage(app: object) -> Iterator[WindowStage]:
    lobby, stage = showing_stage()
    assert isinstance(lobby, ShowingLobby)
    stage.setMotion(False)
    yield stage
    assert stage.shutdown()


@pytest.fixture
def turn_to(stage: WindowStage) -> Iterator[Callable[..., "Hands"]]:
    made: list[KitWindow] = []

    def turn(page: str, size: tuple[int, int] = (1920, 1080)) -> Hands:
        made.append(KitWindow(stage, size, page))
        return Hands(made[-1])

    yield turn
    for kit in made:
        assert kit.complaints == []
        kit.close()


class Hands:
    """Fingers on one page of the gallery, and ears for what its controls tell."""

    def __init__(self, kit: KitWindow) -> None:
        self.kit = kit

    def item(self, name: str, within: QQuickItem | None = None) -> QQuickItem:
        top = within or self.kit.window.contentItem()
        return next(item for item in tree(top) if item.objectName() == name)

    def tap(self, name: str, within: QQuickItem | None = None) -> None:
        item = self.item(name, within)
        place = item.mapToScene(item.boundingRect().center()).toPoint()
        QTest.mouseClick(self.kit.window, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
        self.kit.settle()

    def told(self, item: QObject, signal: str) -> list[Any]:
        """What `signal` has carried, from now on; an empty tuple for one that carries nothing."""
        heard: list[Any] = []
        emitter: SignalInstance = getattr(item, signal)
        emitter.connect(lambda *given: heard.append(given[0] if given else ()))
        return heard


def typed(hands: Hands, keyboard: str, keys: str) -> str:
    """What the keyboard gives for `keys`, names of keys parted by blanks."""
    board = hands.item(keyboard)
    said = hands.told(board, "typed")
    for key in keys.split():
        name = key if "_" in key or key in ("shift", "space", "erase") else f"letter_{key}"
        hands.tap(name, board)
    return "".join(said)


@pytest.mark.parametrize(
    ("keys", "text"),
    [
        ("α θ η ν α", "αθηνα"),
        ("shift α accent_tonos θ accent_tonos η ν α", "Αθήνα"),
        ("μ α accent_dialytika ι ο υ", "μαϊου"),
        ("τ α accent_both υ", "ταΰ"),
        ("accent_both ι", "ΐ"),
        ("shift accent_tonos ε space accent_tonos ω ς", "Έ ώς"),
        ("accent_tonos accent_tonos α", "α"),
        ("accent_dialytika accent_tonos ι", "ί"),
        ("accent_dialytika α accent_both η", "αη"),
        ("shift shift α shift ς", "ας"),
        ("1 4 layer_language shift q layer_language α", "14Qα"),
        ("layer_signs @ - layer_signs α", "@-α"),
    ],
)
def test_the_keyboard_types_greek_with_its_accents(turn_to: Callable[..., Hands], keys: str, text: str) -> None:
    assert typed(turn_to("Typing"), "keyboard_0", keys) == text


def test_the_keyboard_reaches_every_greek_letter(turn_to: Callable[..., Hands]) -> None:
    hands = turn_to("Typing")
    board = hands.item("keyboard_0")
    letters = {item.objectName().removeprefix("letter_") for item in tree(board) if item.property("letterSized")}
    assert set("αβγδεζηθικλμνξοπρσςτυφχψω0123456789") <= letters
    erased = hands.told(board, "erase")
    hands.tap("erase", board)
    assert erased == [()]


def test_the_keys_show_what_they_would_give(turn_to: Callable[..., Hands]) -> None:
    hands = turn_to("Typing")
    board = hands.item("keyboard_1")  # dialytika with tonos wait there
    assert hands.item("letter_ι", board).property("text") == "ΐ"
    assert hands.item("letter_β", board).property("text") == "β"
    assert hands.item("letter_α", hands.item("keyboard_2")).property("name") == "Α"


def test_an_order_is_made_without_dragging_and_said(turn_to: Callable[..., Hands]) -> None:
    hands = turn_to("Answers")
    rank = hands.item("rank")
    raised, lowered = hands.told(rank, "raised"), hands.told(rank, "lowered")
    hands.tap("raise_2", rank)
    assert rank.property("said") == "Δημοτική αγορά τοπικών προϊόντων: τώρα στη θέση 2 από 3."
    hands.tap("lower_0", rank)
    hands.tap("raise_0", rank)  # the first cannot rise
    assert (raised, lowered) == ([2], [0])
    assert hands.item("raise_1", rank).property("note") == "Θέση 2 από 3"


def test_a_score_is_one_key_and_not_knowing_is_one_too(turn_to: Callable[..., Hands]) -> None:
    hands = turn_to("Answers")
    score = hands.item("score")
    told = hands.told(score, "scored")
    for key in ("score_1", "score_5", "score_unknown"):
        hands.tap(key, score)
    assert told == [1, 5, -1]
    assert [hands.item(f"score_{mark}", score).property("checked") for mark in range(1, 6)] == [False] * 3 + [
        True,
        False,
    ]
    assert hands.item("score_1", score).property("name") == "1: καθόλου"


def test_a_number_is_stepped_within_its_bounds(turn_to: Callable[..., Hands]) -> None:
    hands = turn_to("Answers")
    stepper = hands.item("stepper")
    changed = hands.told(stepper, "changed")
    hands.tap("more", stepper)
    hands.tap("less", stepper)
    stepper.setProperty("value", 9)
    hands.tap("more", stepper)
    assert changed == [3, 1]


def test_a_long_text_is_read_in_whole_lines_to_its_end(turn_to: Callable[..., Hands]) -> None:
    hands = turn_to("Reading")
    reader = hands.item("reader")
    pages = int(reader.property("pages"))
    assert pages > 1 and not hands.item("reader_back").isEnabled()
    for page in range(1, pages):
        hands.tap("reader_on")
        assert reader.property("where") == f"Σελίδα {page + 1} από {pages}"
    assert not hands.item("reader_on").isEnabled()
    lines, words = int(reader.property("linesInPage")), specimens()["text"]["text"]
    text = next(item for item in tree(reader) if item.property("text") == words)
    assert lines * pages >= int(text.property("lineCount")) > lines * (pages - 1)
    reader.setProperty("text", "Λίγα λόγια.")
    hands.kit.settle()
    assert (reader.property("page"), reader.property("pages")) == (0, 1)


def draw(hands: Hands, pad: QQuickItem, *places: tuple[float, float]) -> None:
    """One stroke through `places`, parts of the pad's width and of some 300 pixels from its top."""
    corner = pad.mapToScene(pad.boundingRect().topLeft())
    points = [QPoint(int(corner.x() + pad.width() * x), int(corner.y() + 300 * y)) for x, y in places]
    QTest.mousePress(hands.kit.window, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, points[0])
    for point in points[1:]:
        QTest.mouseMove(hands.kit.window, point)
    QTest.mouseRelease(hands.kit.window, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, points[-1])
    hands.kit.settle()


def test_a_signature_is_drawn_undone_wiped_and_never_kept(turn_to: Callable[..., Hands]) -> None:
    hands = turn_to("Signing")
    pad = hands.item("pad")
    empty = picture(hands.kit.grab())
    taken, declined = hands.told(pad, "taken"), hands.told(pad, "declined")
    hands.tap("sign_take", pad)  # nothing drawn, nothing taken
    draw(hands, pad, (0.2, 0.3), (0.5, 0.6), (0.8, 0.3))
    assert not pad.property("empty") and picture(hands.kit.grab()) != empty
    draw(hands, pad, (0.3, 0.7), (0.6, 0.7))
    hands.tap("sign_undo", pad)
    hands.tap("sign_take", pad)
    assert len(taken) == 1 and len(taken[0].toVariant()) == 1
    hands.tap("sign_clear", pad)
    assert pad.property("empty") and picture(hands.kit.grab()) == empty
    draw(hands, pad, (0.2, 0.3), (0.5, 0.6))
    pad.setVisible(False)
    assert pad.property("empty")
    pad.setVisible(True)
    hands.kit.settle()
    hands.tap("sign_without", pad)
    assert declined == [()]


def test_results_come_as_a_table_first(turn_to: Callable[..., Hands]) -> None:
    hands = turn_to("Results")
    said = [item.property("text") for item in tree(hands.item("results")) if item.property("text")]
    assert said[:6] == ["Απάντηση", "Ψήφοι", "Ποσοστό", "Πολιτιστικό κέντρο και βιβλιοθήκη", "2.431", "46,1 %"]
    steps = [item.property("said") for item in tree(hands.item("implementation")) if item.property("said")]
    assert steps == ["Έγινε", "Γίνεται τώρα", "Αργότερα"]


def test_a_forgotten_card_changes_the_whole_screen_steadily(make_booth: Callable[..., Any]) -> None:
    booth, told = make_booth(Menu()), count()
    booth.stage.cardLeftChanged.connect(lambda: next(told))
    booth.show(TakeCard())
    before = picture(booth.window.grab())
    booth.watch.seconds += CARD_LEFT_SECONDS
    booth.stage.beat()
    booth.settle()
    assert booth.stage.cardLeft >= CARD_LEFT_SECONDS and next(told) == 1
    after = picture(booth.window.grab())
    assert after != before
    for _ in range(3):  # no flashing: it stays as it is, while each second tells whoever sounds a tone
        booth.watch.seconds += 1
        booth.stage.beat()
        booth.settle()
        assert picture(booth.window.grab()) == after
    assert next(told) == 5
    booth.show(samples()["attract"])
    booth.stage.beat()
    assert booth.stage.cardLeft == 0


def test_notices_turn_by_themselves_only_with_movement(make_booth: Callable[..., Any], qtbot: Any) -> None:
    booth = make_booth(samples()["attract"])
    notices = next(item for item in tree(booth.window.window.contentItem()) if item.property("turning") is not None)
    assert not notices.property("turning")  # movement is off in tests
    booth.tap("notice_after")
    assert notices.property("index") == 1
    booth.tap("notice_before")
    booth.tap("notice_before")
    assert notices.property("index") == 2
    booth.stage.setMotion(True)
    assert not notices.property("turning")  # somebody turned them: they wait a while
    booth.show(samples()["attract-one"])
    booth.show(samples()["attract"])
    assert booth.stage.motion


def test_looks_chosen_in_the_sheet_hold_until_the_visit_ends(make_booth: Callable[..., Any]) -> None:
    booth = make_booth(Menu())
    booth.stage.setMotion(True)
    booth.tap("accessibility")
    for name in ("reach_1", "motion_1", "simple_1"):
        booth.reach(name)
    assert (booth.stage.lowReach, booth.stage.motion, booth.stage.simple) == (True, False, True)
    booth.show(samples()["attract"])
    assert booth.stage._looks == Appearance()


def test_a_second_touch_on_the_way_on_waits(make_booth: Callable[..., Any]) -> None:
    """From one question to the next; where the way on is final it is not in that place at all (test_final_acts.py)."""
    booth = make_booth(samples()["ballot-marked"])
    booth.tap("primary")
    booth.lobby.show(samples()["ballot-long"])
    booth.stage.beat()
    booth.settle()
    booth.asked()
    booth.watch.seconds += 0.5
    booth.tap("primary")
    booth.key(Qt.Key.Key_Tab)
    while booth.window._walker.focused().objectName() != "primary":
        booth.key(Qt.Key.Key_Tab)
    booth.key(Qt.Key.Key_Return)
    assert booth.asked() == []
    booth.watch.seconds += 0.2
    booth.tap("primary")
    assert len(booth.asked()) == 1


def test_a_sheet_closed_above_the_way_on_does_not_let_the_touch_through(make_booth: Callable[..., Any]) -> None:
    booth = make_booth(samples()["ballot-marked"])
    booth.tap("help")
    booth.tap("primary")  # a touch on the sheet, above the way on
    booth.stage.closeSheet()
    booth.settle()
    booth.tap("primary")
    assert booth.asked() == []
    booth.watch.seconds += 0.61
    booth.tap("primary")
    assert len(booth.asked()) == 1


@pytest.mark.parametrize(("page", "at_once"), [("ballot-marked", True), ("review", False)])
def test_elsewhere_the_first_touch_counts_at_once(make_booth: Callable[..., Any], page: str, at_once: bool) -> None:
    """Whoever came here by another button is not kept waiting, but for what cannot be taken back: nobody has read a
    vote's review in a third of a second."""
    booth = make_booth(samples()["category"])
    booth.tap("row_votes:depot")
    booth.lobby.show(samples()[page])
    booth.stage.beat()
    booth.settle()
    booth.asked()
    booth.watch.seconds += 0.35
    booth.tap("primary")
    assert len(booth.asked()) == at_once
    booth.watch.seconds += 0.26
    booth.tap("primary")
    assert len(booth.asked()) == 1


@pytest.mark.slow
@pytest.mark.parametrize("size", BOTH_WAYS)
@pytest.mark.parametrize("page", PAGES)
def test_every_page_of_the_gallery_measures_well(
    stage: WindowStage, turn_to: Callable[..., Hands], page: str, size: str
) -> None:
    wide, high = (int(part) for part in size.split("x"))
    hands, faults = turn_to(page, (wide, high)), []
    for scheme in range(len(SCHEMES)):
        for text in (0, 3):
            stage.setScheme(scheme)
            stage.setTextSize(text)
            hands.kit.settle()
            window = hands.kit.window
            area = QRectF(0, 0, window.width(), window.height())
            name = f"{page} {size} {SCHEMES[scheme]} t{text}"
            faults += Screen(name, window.contentItem(), picture(hands.kit.grab()), area).faults()
    assert not faults, "\n".join(faults)
