"""Headphones start speech, keys interrupt and choose, the dark screen, the time-out by ear, the next resident."""

import threading
from collections.abc import Callable

import pytest
from listener import READING, Heard, quiet, until
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from kiosk.counter.presenting.presenters import present
from kiosk.desk.actions import Back, Choose, EnterPin, Idle, Mark, Next, OpenCategory
from kiosk.desk.blocks import Told
from kiosk.desk.pages import Choice, Picked
from kiosk.desk.views import WITHOUT_CARD, Attract, Menu, PinEntry, TakeCard, Tile, TileState, View
from kiosk.devices.sound import ProgramSound
from kiosk.devices.speech import Manner
from kiosk.devices.tones import Tone, tone
from kiosk.matters.votes.samples import ballot, question
from kiosk.ui.gallery.samples import samples
from kiosk.ui.speech.speaking import script
from kiosk.ui.speech.spoken import Kind, Script
from municipality.matter import Category

SAMPLES = samples()
KEY = tone(Tone.KEY, 60)


def test_one_thing_at_a_time_is_read_aloud_until_it_is_turned_off(heard: Callable[..., Heard]) -> None:
    booth = heard(SAMPLES["ballot"], plugged=False)
    booth.stage.setSimple(True)
    booth.settle()
    assert booth.voice.on
    assert "Ποια χρήση προτείνετε για το παλιό αμαξοστάσιο;" in booth.fresh()
    booth.voice.setOn(False)
    booth.stage.setTextSize(2)
    booth.settle()
    assert not booth.voice.on, "another choice of looks does not begin it again"
    booth.show(Attract())
    assert not booth.voice.on and not booth.stage.simple


def test_silent_until_headphones_are_plugged_in(heard: Callable[..., Heard]) -> None:
    booth = heard(Menu(), plugged=False)
    booth.key(Qt.Key.Key_Down, "1")
    booth.show(SAMPLES["ballot"])
    assert booth.fresh() == [] and not booth.voice.on
    booth.headphones.plug()
    booth.settle()
    said = booth.fresh()
    assert said[0] == "Η ανάγνωση άρχισε." and "Ποια χρήση προτείνετε για το παλιό αμαξοστάσιο;" in said


def test_the_numeric_pad_walks_for_who_sees(heard: Callable[..., Heard]) -> None:
    booth = heard(Menu(), plugged=False)
    booth.key("2", "6", "5")
    assert booth.asked() == [OpenCategory(Category.SOCIAL)]
    booth.show(SAMPLES["category"])
    booth.key("0")
    assert booth.asked() == [Back()]


def test_numbers_choose_and_enter_goes_on(heard: Callable[..., Heard]) -> None:
    booth = heard(Menu((Tile(Category.PARTICIPATION, TileState.WAITING, Told("1 open vote")), *Menu().tiles[:3])))
    booth.key("1")
    assert booth.asked() == [OpenCategory(Category.PARTICIPATION)]
    booth.show(SAMPLES["category"])
    booth.key("1")
    assert booth.asked() == [Choose("votes:depot")]
    booth.show(ballot())
    booth.lobby.answers[Mark] = ballot(Picked(frozenset({2})))
    booth.fresh()
    booth.key("3")
    assert booth.asked() == [Mark(2)]
    assert booth.fresh() == ["Δημοτική αγορά τοπικών προϊόντων: επιλέχθηκε.", "Έλεγχος ψήφου: πατήστε Enter."]
    booth.key(Qt.Key.Key_Return)
    assert booth.asked() == [Next()]
    booth.key("0")
    assert booth.asked() == [Back()]


def test_what_needs_no_card_is_chosen_on_the_first_screen_by_its_number(
    heard: Callable[..., Heard],
) -> None:
    booth = heard(SAMPLES["attract"])
    assert "Έλεγχος ψήφου: πατήστε 9." in booth.fresh()
    booth.key("9")
    assert booth.asked() == [Choose("votes:check")]
    booth.show(SAMPLES["attract-one"])
    assert "Χωρίς κάρτα: πατήστε 9." in booth.fresh()
    booth.key("9")
    assert booth.asked() == [Choose(WITHOUT_CARD)]
    booth.show(SAMPLES["attract-quiet"])
    assert not any("Χωρίς κάρτα" in said for said in booth.fresh())


def test_the_answer_to_a_tracker_is_said_whole(heard: Callable[..., Heard]) -> None:
    booth = heard(SAMPLES["check-not_arrived"])
    said = booth.fresh()
    assert "Δεν έχει φτάσει ακόμη." in said
    assert "Ελέγξτε ξανά αύριο και κρατήστε ως τότε τον κωδικό παρακολούθησης." in said
    assert any(one.startswith("Όπως το ξέρει το μηχάνημα από: Σάββατο 21 Νοεμβρίου 2026") for one in said)
    booth.key(Qt.Key.Key_Return)
    assert booth.asked() == [Next()]


def test_enter_twice_does_not_vote(heard: Callable[..., Heard]) -> None:
    booth = heard(SAMPLES["ballot-marked"])
    booth.lobby.answers[Next] = SAMPLES["review"]
    booth.key(Qt.Key.Key_Return)
    booth.watch.seconds += 1
    booth.fresh()
    booth.key(Qt.Key.Key_Return, Qt.Key.Key_Return)
    assert booth.asked() == [Next()] and "Επιβεβαίωση ψήφου: πατήστε 2." in booth.fresh()
    booth.key("2")
    assert booth.asked() == [Next()]


def test_an_answer_is_changed_from_the_review_by_its_number(heard: Callable[..., Heard]) -> None:
    booth = heard(SAMPLES["review-many"])
    booth.key("3")
    assert booth.asked() == [Choose("question 3")]


def test_focus_of_the_last_screen_is_not_pressed_on_the_next(heard: Callable[..., Heard]) -> None:
    booth = heard(SAMPLES["ballot-marked"])
    booth.lobby.answers[Next] = SAMPLES["review"]
    for _ in range(20):
        booth.key(Qt.Key.Key_Tab)
        focused = booth.window._walker.focused()
        if focused is not None and focused.objectName() == "primary":
            break
    booth.key(Qt.Key.Key_Return)
    booth.watch.seconds += 1
    booth.stage.beat()
    booth.key(Qt.Key.Key_Return)
    assert booth.asked() == [Next()]


def answered(booth: Heard) -> list[str]:
    """What is said to a press that has changed nothing."""
    until(lambda: bool(booth.voice.said))
    return booth.fresh()


def test_a_press_that_changes_nothing_is_answered(heard: Callable[..., Heard]) -> None:
    booth = heard(SAMPLES["ballot-marked"])
    booth.fresh()
    booth.key("2")
    assert answered(booth) == ["Πολιτιστικό κέντρο και βιβλιοθήκη: επιλέχθηκε."]
    booth.key("9")
    assert "Δεν υπάρχει τίποτα με αυτόν τον αριθμό." in booth.fresh()


OVER = "Έχετε ήδη επιλέξει 2. Για να επιλέξετε άλλη, αγγίξτε πρώτα μία από αυτές για να την πάρετε πίσω."


@pytest.mark.parametrize("again", ["3", "4"])
def test_a_touch_beyond_the_most_is_heard_each_time(heard: Callable[..., Heard], again: str) -> None:
    full = ballot(Picked(frozenset({0, 1})), asked=question(maximum=2))
    over = full.taken(Mark(2))
    assert isinstance(over, Choice) and over.taken(Mark(int(again) - 1)) == over
    booth = heard(full)
    booth.lobby.answers[Mark] = over
    booth.fresh()
    booth.key("3")
    assert booth.fresh() == [OVER]
    booth.key(again)
    not_chosen = {"3": "Δημοτική αγορά τοπικών προϊόντων", "4": "Κέντρο φροντίδας ηλικιωμένων"}[again]
    assert answered(booth) == [f"{not_chosen}: δεν έχει επιλεγεί.", OVER]
    assert booth.asked() == [Mark(2), Mark(int(again) - 1)]


def test_the_focused_item_is_spoken_and_a_key_interrupts(heard: Callable[..., Heard]) -> None:
    booth = heard(SAMPLES["ballot-marked"], at_once=False)
    until(lambda: bool(booth.sound.playing))
    booth.fresh()
    for _ in range(3):
        booth.key(Qt.Key.Key_Tab)
        focused = booth.window._walker.focused()
        if focused is not None and focused.objectName() == "answer_1":
            break
    until(lambda: booth.sound.playing[0].stopped)
    assert booth.fresh()[-4:] == [
        "Πολιτιστικό κέντρο και βιβλιοθήκη.",
        "Αναγνωστήριο, αίθουσα εκδηλώσεων, εργαστήρια.",
        "Μία από πολλές επιλογές.",
        "Έχει επιλεγεί.",
    ]


def test_a_touch_interrupts(heard: Callable[..., Heard]) -> None:
    booth = heard(Menu(), at_once=False)
    until(lambda: bool(booth.sound.playing))
    QTest.mouseClick(booth.window.window, Qt.MouseButton.LeftButton)
    until(lambda: booth.sound.playing[0].stopped)


def test_the_pin_is_never_spoken_and_every_digit_sounds_alike(heard: Callable[..., Heard]) -> None:
    booth = heard(PinEntry(5))
    until(lambda: not booth.voice._speaker.speaking)
    booth.fresh()
    before = len(booth.tones.started)
    for count, digit in enumerate("730519", 1):
        booth.key(digit)
        until(lambda count=count: len(booth.tones.started) == before + count)
    assert set(booth.tones.started[before:]) == {KEY}
    assert booth.fresh() == []
    booth.key(Qt.Key.Key_Backspace)
    assert booth.fresh() == ["Γράψατε 5 ψηφία."]
    booth.key(Qt.Key.Key_Return)
    said = booth.fresh()
    assert said == [
        "Χρειάζονται τουλάχιστον 6 ψηφία.",
        "Γράψατε 5 ψηφία.",
        "Έχει 6 έως 8 ψηφία. Τον πήρατε μαζί με την κάρτα σας.",
    ]
    booth.lobby.answers[EnterPin] = PinEntry(4, wrong=True)
    booth.key("8", Qt.Key.Key_Return)
    said = booth.fresh()
    assert "δεν ήταν σωστός" in said[0] and not any("8" in text and "7305" in text for text in said)


def test_walking_over_the_keypad_says_no_digit(heard: Callable[..., Heard]) -> None:
    booth = heard(PinEntry(5))
    booth.fresh()
    told = {}
    for _ in range(12):
        booth.key(Qt.Key.Key_Tab)
        focused = booth.window._walker.focused()
        assert focused is not None
        told[focused.objectName()] = booth.fresh()
    assert len({tuple(told[f"key_{digit}"]) for digit in range(10)}) == 1


def test_repeat_volume_and_speed(heard: Callable[..., Heard]) -> None:
    booth = heard(SAMPLES["take-card"])
    first = booth.fresh()
    booth.key("*")
    assert booth.fresh() == first[4:]
    booth.key("+", "+", "+")
    assert booth.fresh()[-1] == "Ένταση: 100 τοις εκατό." and booth.voice.volume == 100
    booth.key("-", "/")
    assert (booth.voice.volume, booth.voice.rate) == (80, 200)
    booth.key("/", "/", "/")
    assert booth.voice.rate == 90
    booth.key("*")
    until(lambda: booth.tongue.asked[-1][1] == Manner(90, 80))


def test_language_follows(heard: Callable[..., Heard]) -> None:
    booth = heard(Attract())
    assert "English: press 1." in booth.fresh()
    booth.key("1")
    assert booth.stage.language == "en" and "Welcome." in booth.fresh()
    until(lambda: bool(booth.tongue.asked) and booth.tongue.asked[-1][0].language in ("en", "el"))


def test_personal_words_go_to_headphones_only_and_stop_at_once_when_they_are_pulled(
    heard: Callable[..., Heard],
) -> None:
    booth = heard(SAMPLES["certificate"], plugged=False)
    booth.voice.setOn(True)
    booth.settle()
    said = booth.fresh()
    assert not any("Παπαδόπουλος" in text for text in said)
    assert "Τα προσωπικά στοιχεία ακούγονται μόνο στα ακουστικά." in said
    booth.headphones.plug()
    booth.settle()
    booth.key("*")
    assert any("Παπαδόπουλος" in text for text in booth.fresh())
    booth.voice.setDark(True)
    booth.fresh()
    thread = threading.Thread(target=booth.headphones.unplug)
    thread.start()
    thread.join()
    booth.settle()
    assert not booth.voice.on and not booth.voice.dark
    booth.key("*")
    assert booth.fresh() == []


def words(view: View) -> Script:
    return script(present(view, "el"), "el")


@pytest.mark.parametrize("name", ["vote-done-card-out", "certificate-done"])
@pytest.mark.parametrize("after", [READING, Attract()])
def test_what_came_of_an_act_is_not_spoken_on_when_another_card_comes_or_finish_is_touched(
    heard: Callable[..., Heard], name: str, after: View
) -> None:
    booth = heard(SAMPLES[name], at_once=False)
    until(lambda: bool(booth.sound.playing))
    of_the_page = {part.text for part in words(SAMPLES[name]).parts if part.kind in (Kind.TITLE, Kind.CONTENT)}
    assert of_the_page & set(booth.fresh())
    booth.show(after)
    until(lambda: booth.sound.playing[0].stopped)
    assert not of_the_page & set(booth.fresh())


@pytest.mark.parametrize("name", ["vote-done-card-out", "certificate-done"])
def test_without_headphones_no_code_and_no_number_of_an_outcome_is_heard(
    heard: Callable[..., Heard], name: str
) -> None:
    booth = heard(SAMPLES[name], plugged=False)
    booth.key("1", "*")
    assert booth.fresh() == [], "silent, unless the loudspeaker was asked for"
    booth.voice.setOn(True)
    booth.settle()
    booth.key("1", "*")
    personal = {part.text for part in words(SAMPLES[name]).parts if part.personal}
    hear = words(SAMPLES[name]).chosen_by("1")
    assert hear is not None and hear.more
    said = booth.fresh()
    assert said and (personal | {part.text for part in hear.more}).isdisjoint(said)


def test_after_a_sheet_the_ear_hears_the_page_and_where_the_focus_is(heard: Callable[..., Heard]) -> None:
    booth = heard(Menu())
    for _ in range(20):
        booth.key(Qt.Key.Key_Tab)
        item = booth.window._walker.focused()
        if item is not None and item.objectName() == "help":
            break
    booth.key(Qt.Key.Key_Return)
    booth.fresh()
    booth.key("0")
    said = booth.fresh()
    assert "Πώς μπορούμε να σας εξυπηρετήσουμε;" in said and said[-2:] == ["Βοήθεια.", "Κουμπί."]
    booth.key(Qt.Key.Key_Return)
    assert booth.stage.sheet == "help"


def test_a_player_that_hangs_holds_neither_the_warning_nor_the_end(
    heard: Callable[..., Heard], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.devices.sound._LATE_SECONDS", 0.1)
    player = ProgramSound(("sh", "-c", "exec sleep 300"))
    booth = heard(Menu(), idle_seconds=60, player=player)
    until(lambda: player.failures > 0 and not booth.voice._speaker.speaking)
    for seconds, left in ((41, 19), (10, 9)):
        quiet(booth, seconds)
        assert booth.stage.idleLeft == left
    quiet(booth, 10)
    assert booth.asked() == [Idle()]


def test_a_reading_that_never_ends_does_not_hold_the_visit(heard: Callable[..., Heard]) -> None:
    booth = heard(SAMPLES["certificate-large"], at_once=False, idle_seconds=60)
    until(lambda: booth.voice._speaker.speaking)
    for _ in range(20):
        booth.watch.seconds += 30
        booth.voice.beat()
        booth.stage.beat()
    assert booth.stage.idleLeft == 0, "ten minutes are read"
    for _ in range(2):
        booth.watch.seconds += 30
        booth.voice.beat()
        booth.stage.beat()
    assert booth.asked() == [Idle()]


def test_sheets_are_read_and_used_by_number(heard: Callable[..., Heard]) -> None:
    booth = heard(Menu())
    booth.stage.openSheet("help")
    booth.fresh()
    booth.settle()
    said = booth.fresh()
    assert said[0] == "Βοήθεια." and len(said) > 5 and any(text.endswith("πατήστε 0.") for text in said)
    booth.key("0")
    assert booth.stage.sheet == "" and "Πώς μπορούμε να σας εξυπηρετήσουμε;" in booth.fresh()
    booth.stage.openSheet("accessibility")
    booth.settle()
    said = booth.fresh()
    dark = next(text for text in said if text.startswith("Σκοτεινή"))
    booth.key(dark[-2])
    assert booth.voice.dark and booth.fresh() == ["Η οθόνη είναι σκοτεινή."]


def test_the_time_out_is_heard_and_any_key_extends_it_as_often_as_needed(heard: Callable[..., Heard]) -> None:
    booth = heard(Menu(), idle_seconds=60)
    for _ in range(4):
        until(lambda: not booth.voice._speaker.speaking)
        booth.fresh()
        booth.stage.touched(False)
        before = booth.tones.started.count(tone(Tone.WARNING, 60))
        booth.watch.seconds += 40
        booth.stage.beat()
        booth.settle()
        assert booth.stage.idleLeft == 20
        assert booth.fresh() == [
            "Είστε ακόμη εδώ;",
            "Η επίσκεψή σας κλείνει σε 20 δευτερόλεπτα. Πατήστε όποιο πλήκτρο θέλετε για να μείνετε.",
        ]
        until(lambda before=before: booth.tones.started.count(tone(Tone.WARNING, 60)) == before + 1)
        booth.watch.seconds += 11
        booth.stage.beat()
        booth.settle()
        assert any(" 9 " in text for text in booth.fresh())
        booth.key("4")
        assert booth.stage.idleLeft == 0 and booth.asked() == []
        assert booth.fresh() == ["Έχετε κι άλλο χρόνο.", "Πώς μπορούμε να σας εξυπηρετήσουμε;"]


def test_whoever_is_being_read_to_is_not_away(heard: Callable[..., Heard]) -> None:
    booth = heard(SAMPLES["certificate-large"], at_once=False, idle_seconds=60)
    until(lambda: booth.voice._speaker.speaking)
    for _ in range(5):
        booth.watch.seconds += 30
        booth.voice.beat()
        booth.stage.beat()
    assert booth.stage.idleLeft == 0
    booth.voice._speaker.hush()
    until(lambda: not booth.voice._speaker.speaking)
    booth.watch.seconds += 45
    booth.voice.beat()
    booth.stage.beat()
    assert booth.stage.idleLeft > 0


def test_a_card_left_behind_is_called_for(heard: Callable[..., Heard]) -> None:
    booth = heard(TakeCard())
    until(lambda: not booth.voice._speaker.speaking)
    booth.fresh()
    for _ in range(8):
        booth.voice.beat()
    assert booth.fresh() == ["Πάρτε την κάρτα σας."]
    until(lambda: tone(Tone.CARD, 60) in booth.tones.started)


def test_the_next_resident_finds_the_usual_voice_and_a_lit_screen(heard: Callable[..., Heard]) -> None:
    booth = heard(Menu())
    booth.key("+", "/", ".")
    assert booth.voice.dark
    booth.show(TakeCard())
    assert booth.voice.dark
    booth.show(Attract())
    assert (booth.voice.volume, booth.voice.rate, booth.voice.dark, booth.voice.on) == (60, 160, False, True)
    assert "Καλώς ήρθατε." in booth.fresh()
    booth.headphones.unplug()
    booth.settle()
    assert not booth.voice.on and booth.voice._script is None


def test_without_headphones_keys_and_warnings_have_tones(heard: Callable[..., Heard]) -> None:
    booth = heard(Menu(), plugged=False, idle_seconds=60)
    booth.key(Qt.Key.Key_Down)
    until(lambda: booth.tones.started == [KEY])
    booth.watch.seconds += 45
    booth.stage.beat()
    until(lambda: booth.tones.started[-1] == tone(Tone.WARNING, 60))
    assert booth.fresh() == [] and booth.sound.started == []


def test_a_touch_on_the_shut_way_on_is_told_why(heard: Callable[..., Heard]) -> None:
    booth = heard(SAMPLES["ballot"])
    booth.fresh()
    booth.stage.why()
    assert booth.fresh() == ["Επιλέξτε μία απάντηση."]


# The way on is shut for the eye until all of the page was seen
UNSEEN = [("review-many", "4"), ("certificate-large", "1"), ("ballot-long", Qt.Key.Key_Return)]


def in_large_letters(booth: Heard) -> None:
    booth.stage.setTextSize(3)
    booth.settle()
    primary = booth.window.find("primary")
    assert primary is not None and not primary.isEnabled() and booth.stage.view["footer"]["enabled"]
    booth.watch.seconds += 1
    booth.asked()
    booth.fresh()


@pytest.mark.parametrize(("name", "key"), UNSEEN)
def test_who_hears_the_page_goes_on_whatever_the_eye_has_not_seen(
    heard: Callable[..., Heard], name: str, key: Qt.Key | str
) -> None:
    booth = heard(SAMPLES[name])
    in_large_letters(booth)
    booth.key(key)
    assert booth.asked() == [Next()]


@pytest.mark.parametrize(("seconds", "confirmed"), [(0.59, []), (0.61, [Next()])])
def test_nor_does_who_hears_it_confirm_what_has_only_just_come(
    heard: Callable[..., Heard], seconds: float, confirmed: list[object]
) -> None:
    booth = heard(SAMPLES["ballot-marked"])
    in_large_letters(booth)
    booth.lobby.show(SAMPLES["review-many"])
    booth.stage.beat()
    booth.settle()
    booth.watch.seconds += seconds
    booth.key("4")
    assert booth.asked() == confirmed


@pytest.mark.parametrize(("name", "key"), UNSEEN)
def test_who_has_not_heard_it_turns_its_pages_until_it_was_seen(
    heard: Callable[..., Heard], name: str, key: Qt.Key | str
) -> None:
    booth = heard(SAMPLES[name], plugged=False)
    booth.voice.setOn(True)
    booth.settle()
    in_large_letters(booth)
    turned = 0
    while not booth.window.find("primary").isEnabled():  # type: ignore[union-attr]
        booth.key(key)
        turned += 1
        assert turned < 30 and booth.asked() == [] and answered(booth), "no page turns in silence"
    down, up = booth.window.find("page_down"), booth.window.find("page_up")
    assert turned and down is not None and not down.isEnabled() and up is not None and up.isEnabled()
    booth.key(key)
    assert booth.asked() == [Next()]


@pytest.mark.parametrize("plugged", [True, False])
def test_what_is_not_answered_yet_is_shut_for_the_ear_too(heard: Callable[..., Heard], plugged: bool) -> None:
    booth = heard(SAMPLES["ballot"], plugged=plugged)
    booth.voice.setOn(True)
    booth.stage.setTextSize(3)
    booth.settle()
    booth.fresh()
    booth.key(Qt.Key.Key_Return)
    assert booth.asked() == [] and "Επιλέξτε μία απάντηση." in booth.fresh()
    up = booth.window.find("page_up")
    assert up is not None and not up.isEnabled(), "nor does it turn a page"
