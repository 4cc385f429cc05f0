"""Whose settings they are: of a visit, of whoever begins one right after, or nobody's (docs/accessibility.md)."""

from collections.abc import Callable

import pytest
from listener import READING, Heard, quiet, settings_of, until, usual
from PySide6.QtCore import Qt

from kiosk.desk.views import Attract, Menu, TakeCard, View
from kiosk.ui.gallery.samples import samples

SAMPLES = samples()
AT_REST = {"attract": Attract(), "closed": SAMPLES["closed"]}
OWN = {"language": "en", "scheme": 2, "size": 3, "motion": False, "simple": True, "low": True}
TIME_OUT = 60


def choose_everything(booth: Heard) -> None:
    stage, voice = booth.stage, booth.voice
    stage.setLanguage("en")
    stage.setScheme(2)
    stage.setTextSize(3)
    stage.setMotion(False)
    stage.setSimple(True)
    stage.setLowReach(True)
    voice.setOn(True)
    voice.changeVolume(1)
    voice.changeRate(1)
    stage.touched(False)
    booth.settle()


CHOSEN = usual(on=True, volume=80, rate=200, **OWN)


@pytest.fixture
def booth(heard: Callable[..., Heard]) -> Heard:
    return heard(Attract(), plugged=False, idle_seconds=TIME_OUT)


@pytest.mark.parametrize("view", [*AT_REST.values(), TakeCard()])
def test_nobodys_settings_end_with_the_time_out(heard: Callable[..., Heard], view: View) -> None:
    booth = heard(view, plugged=False, idle_seconds=TIME_OUT)
    choose_everything(booth)
    booth.stage.openSheet("accessibility")
    quiet(booth, TIME_OUT - 0.1)
    assert settings_of(booth) == CHOSEN | {"sheet": "accessibility"}
    quiet(booth, 0.1)
    assert settings_of(booth) == usual()


@pytest.mark.parametrize("plugged", [False, True])
def test_what_was_chosen_right_before_the_card_is_its_owners(heard: Callable[..., Heard], plugged: bool) -> None:
    booth = heard(Attract(), plugged=plugged, idle_seconds=TIME_OUT)
    choose_everything(booth)
    for view in (READING, Menu(), TakeCard()):
        booth.show(view)
        assert settings_of(booth) == CHOSEN
    booth.show(Attract())
    assert settings_of(booth) == usual(on=plugged)


@pytest.mark.parametrize(("seconds", "theirs"), [(TIME_OUT - 0.1, True), (TIME_OUT, False)])
@pytest.mark.parametrize("after", [READING, SAMPLES["problem-end"]])
def test_what_was_chosen_longer_ago_is_not(booth: Heard, seconds: float, theirs: bool, after: View) -> None:
    """Though somebody has touched the glass all the while: they have chosen nothing of it."""
    choose_everything(booth)
    booth.watch.seconds += seconds / 2
    booth.stage.touched(False)
    booth.stage.beat()
    booth.watch.seconds += seconds - seconds / 2
    booth.stage.touched(False)
    booth.show(after)
    assert settings_of(booth) == (CHOSEN if theirs else usual())


@pytest.mark.parametrize(
    "last",
    [
        lambda booth: booth.stage.setTextSize(2), lambda booth: booth.stage.setLanguage("el"),
        lambda booth: booth.voice.changeRate(1), lambda booth: booth.voice.changeVolume(-1),
        lambda booth: booth.voice.setOn(False),
    ],
)  # fmt: skip
def test_the_last_choice_takes_over_what_it_found(booth: Heard, last: Callable[[Heard], None]) -> None:
    choose_everything(booth)
    booth.watch.seconds += TIME_OUT - 1
    last(booth)
    booth.stage.touched(False)
    booth.watch.seconds += TIME_OUT - 1
    booth.show(READING)
    assert booth.stage.scheme == 2 and booth.stage.lowReach


def test_whoever_listens_to_the_usual_voice_is_not_greeted_again_by_their_card(heard: Callable[..., Heard]) -> None:
    booth = heard(Attract(), idle_seconds=TIME_OUT)
    for _ in range(3):
        booth.watch.seconds += TIME_OUT / 2
        booth.key("*")
    booth.fresh()
    booth.show(READING)
    assert "Η ανάγνωση άρχισε." not in booth.fresh() and settings_of(booth) == usual(on=True)


@pytest.mark.parametrize("tail", ["vote-done-card-out", "certificate-done", "problem-end"])
def test_what_the_former_resident_chose_after_taking_the_card_is_not_the_nexts(
    heard: Callable[..., Heard], tail: str
) -> None:
    booth = heard(SAMPLES[tail], plugged=False, idle_seconds=TIME_OUT)
    choose_everything(booth)
    booth.show(READING)
    assert settings_of(booth) == usual()


def test_another_card_in_the_same_moment_is_another_resident(heard: Callable[..., Heard]) -> None:
    booth = heard(Attract())
    booth.key(".", "/", "+")
    booth.stage.setLanguage("en")
    booth.stage.setTextSize(2)
    booth.show(READING)
    booth.show(Menu())
    assert booth.voice.dark and booth.stage.language == "en", "what was chosen before the card went in is theirs"
    booth.show(READING)
    assert settings_of(booth) == usual(on=True)


# The words of the settings


def test_the_language_button_is_spoken_in_every_language_by_its_own_voice(heard: Callable[..., Heard]) -> None:
    booth = heard(Menu(), languages=("el", "en", "sq"))
    for _ in range(12):
        booth.fresh()
        booth.key(Qt.Key.Key_Tab)
        if booth.window._walker.focused().objectName() == "language":
            break
    assert booth.fresh() == ["Γλώσσα.", "Language.", "Gjuha.", "Κουμπί."]
    wanted = {("Γλώσσα.", "el"), ("Language.", "en"), ("Gjuha.", "sq")}
    until(lambda: wanted <= {(sentence.text, sentence.language) for sentence, _manner in booth.tongue.asked})


def test_the_language_sheet_is_spoken_each_in_its_own(heard: Callable[..., Heard]) -> None:
    booth = heard(Menu(), languages=("el", "en", "sq"))
    booth.stage.openSheet("language")
    booth.settle()
    told = {part.text: part.language for part in booth.voice._script.parts}
    assert told["English: press 2."] == "en" and told["Shqip: shtypni 3."] == "sq"
    assert told["ende e pakontrolluar nga një folës."] == "sq"
    assert "Ελληνικά: πατήστε 1." in told
    booth.key("3")
    assert booth.stage.language == "sq"


def test_slower_is_not_quieter(heard: Callable[..., Heard]) -> None:
    """«Πιο σιγά» is both in Greek: each names what it changes, on the sheet and by ear."""
    booth = heard(Menu())
    booth.stage.openSheet("accessibility")
    booth.settle()
    said = " ".join(booth.fresh())
    for name, words in (("softer", "Πιο χαμηλή φωνή"), ("slower", "Πιο αργή ανάγνωση")):
        assert booth.item(name).property("text") == words and f"{words}: " in said
    assert "σιγά" not in said
