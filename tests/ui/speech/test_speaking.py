"""What each screen says is enough to use it, in every language, and what is personal is marked."""

import re
from datetime import date

import pytest

from assets.texts import LANGUAGES
from kiosk.counter.presenters import present
from kiosk.demo.samples import samples
from kiosk.desk import views
from kiosk.desk.technician.views import Told
from kiosk.desk.views import Attract, Menu, PinEntry, Review, ReviewLine
from kiosk.devices.speech import recording_id
from kiosk.ui.gallery import recordings
from kiosk.ui.gallery.samples import ballot, offer, question
from kiosk.ui.speech import speaking
from kiosk.ui.speech.speaking import read_out, script
from kiosk.ui.speech.spoken import ENTER, Kind, Part, Script, item_words, news, readable, spelled
from kiosk.ui.stage.appearance import simplified
from municipality.matters.votes.rules import Marks
from municipality.messages import Words

SAMPLES = samples()


def said(of: Script, *, aloud: bool = False) -> str:
    return "\n".join(part.text for part in of.parts if not (aloud and part.personal))


def spoken(view: views.View, language: str = "el", *others: str) -> Script:
    return script(present(view, language), language, others)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", list(SAMPLES))
def test_every_screen_says_its_title_and_how_to_go_on(name: str, language: str) -> None:
    shown = present(SAMPLES[name], language)
    told = script(shown, language)
    assert readable(shown["title"], language) in [part.text for part in told.parts]
    assert told.parts[0].kind in (Kind.TITLE, Kind.ERROR, Kind.CONTENT)
    for choice in told.choices:
        sentence = next(part.text for part in told.parts if choice.name.rstrip(".") in part.text)
        assert sentence and (choice.target or choice.more)
    footer = shown["footer"]
    targets = {choice.target for choice in told.choices}
    assert ("primary" in targets) == bool(footer["primary"] and footer["enabled"])
    assert ("back" in targets) == footer["back"]
    keys = [choice.key for choice in told.choices if choice.key]
    assert len(keys) == len(set(keys))
    assert not any(re.search(r"[{}<>]| {2}|^\W", part.text) for part in told.parts), said(told)


def test_there_is_a_page_for_every_view() -> None:
    names = {kind.__name__ for kind in views.View.__args__}
    assert names == set(speaking._PAGES)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", list(SAMPLES))
def test_simplified_screens_speak_too(name: str, language: str) -> None:
    shown = present(SAMPLES[name], language)
    told = script(simplified(shown), language)
    assert readable(shown["title"], language) in [part.text for part in told.parts]


def test_a_wrong_pin_is_said_first_with_what_is_left_and_no_digit_of_it() -> None:
    told = spoken(PinEntry(1, wrong=True), "en")
    assert told.parts[0].kind is Kind.ERROR and "not the right PIN" in told.parts[0].text
    assert "last try" in said(told) and "6 to 8 digits" in said(told)
    enter = told.chosen_by(ENTER)
    assert enter is not None and enter.target == "primary"
    assert told.chosen_by("1") is None


@pytest.mark.parametrize(
    ("name", "secret"),
    [
        ("ballot-marked", "Culture centre and library: chosen."),
        ("review", "You chose: Culture centre and library."),
        ("certificate", "Παπαδόπουλος Γεώργιος"),
        ("certificate", "10482"),
        ("certificate-done", "000042"),
        ("menu", "1 open vote"),
    ],
)
def test_what_is_personal_is_for_headphones(name: str, secret: str) -> None:
    told = spoken(SAMPLES[name], "en")
    assert secret in said(told) and secret not in said(told, aloud=True)


@pytest.mark.parametrize("name", ["vote-done", "certificate-done"])
def test_codes_are_spelled_on_request_and_only_into_headphones(name: str) -> None:
    shown = present(SAMPLES[name], "en")
    hear = script(shown, "en").chosen_by("1")
    assert hear is not None and hear.more and all(part.personal for part in hear.more)
    spelled_out = "".join(part.text.split(":", 1)[1] for part in hear.more)
    assert re.sub(r"[ ,.]", "", spelled_out) == shown["code"].replace("-", "")
    assert shown["code"][:8] not in said(script(shown, "en"))


@pytest.mark.parametrize("name", ["review", "certificate"])
def test_what_cannot_be_undone_is_never_under_enter(name: str) -> None:
    told = spoken(SAMPLES[name])
    assert told.chosen_by(ENTER) is None
    one = told.chosen_by("1")
    assert one is not None and one.target == "primary"


def test_answers_past_the_ninth_are_found_with_the_arrows() -> None:
    told = spoken(SAMPLES["ballot-long"], "en")
    assert [choice.key for choice in told.choices[:10]] == [*"123456789", ""]
    assert said(told).count("find it with the arrow keys") == 5


def test_a_mark_says_itself_and_what_is_open_now() -> None:
    asked = question(maximum=2)
    none, one = ballot(asked=asked, complete=False), ballot(Marks(frozenset({2})), asked=asked)
    told = [part.text for part in news(spoken(none, "en"), spoken(one, "en"))]
    assert told == ["Market of local produce: chosen.", "Review your vote: press Enter."]
    back = [part.text for part in news(spoken(one, "en"), spoken(none, "en"))]
    assert back == ["Market of local produce: no longer chosen.", "Choose an answer to continue."]
    other = ballot(Marks(frozenset({0})), asked=question())
    (changed, *_) = news(spoken(ballot(Marks(frozenset({2})), asked=question()), "en"), spoken(other, "en"))
    assert changed.text == "Park with sports grounds: chosen." and changed.personal
    assert news(spoken(one, "en"), spoken(one, "en")) == ()


def test_the_first_screen_offers_the_other_languages_in_their_own_words() -> None:
    told = spoken(Attract(), "el", "en", *LANGUAGES[2:])
    parts = {part.language: part.text for part in told.parts if part.language}
    assert parts["en"] == "English: press 1."
    languages = [f"language:{code}" for code in ("en", *LANGUAGES[2:])]
    assert [choice.target for choice in told.choices] == [*languages, "back"]


def test_numbers_and_dates_as_an_ear_takes_them() -> None:
    assert readable("Born 3/5/1971, Athens", "en") == "Born 3 May 1971, Athens."
    assert readable("Γέννηση 21/11/1974", "el") == "Γέννηση 21 Νοεμβρίου 1974."
    assert readable("45/13/2000 · 1234/5", "en") == "45, 13, 2000, 1234, 5."
    assert readable(" a \n b? ", "en") == "a b?" and readable("", "en") == ""
    assert str(date(1971, 5, 3).year) in readable("3/5/1971", "en")
    assert [part.text for part in spelled(["1f8a", "0c"], "en")] == ["Part 1 of 2: 1, f, 8, a.", "Part 2 of 2: 0, c."]


def test_a_focused_item_says_name_role_and_state() -> None:
    words = item_words("Alpha", "a note", "en", checkable=True, exclusive=True, checked=False, enabled=True)
    assert [part.text for part in words] == ["Alpha.", "a note.", "One of several answers.", "It is not chosen."]
    assert [part.personal for part in words] == [False, False, False, True] and not any(p.kept for p in words[:3])
    button = item_words("Go", "", "en", checkable=False, exclusive=True, checked=False, enabled=False)
    assert [part.text for part in button] == ["Go.", "Button.", "Not available now."]


def test_an_unknown_screen_is_refused_and_can_be_read_off_as_personal() -> None:
    with pytest.raises(KeyError):
        script({"screen": "Nowhere", "key": "x"}, "el")
    sheet = read_out("sheet help", "Help", ["Help", "Some words"], [("close_sheet", "Close", "", None)], "en")
    assert [part.text for part in sheet.parts] == ["Help.", "Some words.", "Close: press 1.", "Close: press 0."]
    assert not any(part.personal for part in sheet.parts)
    screen = read_out("screen Own", "Own", ["Some words"], [], "en")
    assert all(part.personal for part in screen.parts) and len(screen.parts) == 2


def test_words_are_in_no_repr() -> None:
    review = spoken(
        Review(Words(el="Τίτλος", en="Title"), (ReviewLine(question().text, (question().answers[1].text,)),))
    )
    assert "βιβλιοθήκη" in said(review)
    for thing in (review, spoken(offer()), spoken(SAMPLES["ballot-marked"]), Part(Kind.TITLE, "βιβλιοθήκη")):
        assert "βιβλιοθήκη" not in repr(thing) and "Παπαδ" not in repr(thing)


def test_the_list_for_those_who_record(capsys: pytest.CaptureFixture[str]) -> None:
    assert recordings.main(["el"]) == 0
    rows = dict(line.split("\t") for line in capsys.readouterr().out.splitlines())
    assert rows[recording_id("Καλώς ήρθατε.")] == "Καλώς ήρθατε."
    assert not any("Παπαδ" in text for text in rows.values())
    assert recordings.main(["tlh"]) == 2


def test_an_open_vote_of_many_is_said() -> None:
    votes = Told("{count} open votes", {"count": 3})
    told = spoken(Menu((views.Tile(views.Category.PARTICIPATION, views.TileState.WAITING, votes),)), "en")
    assert "Participation: 3 open votes." in said(told)
    assert "open votes" not in said(told, aloud=True)


def test_the_last_try_is_a_warning_for_the_ear_too() -> None:
    """Its own sentence, said as a warning even where no PIN was wrong in this visit."""
    told = {part.text: part.kind for part in spoken(PinEntry(1), "en").parts}
    (warning,) = [text for text in told if "last try" in text]
    assert told[warning] is Kind.ERROR
    assert not [part for part in spoken(PinEntry(2), "en").parts if part.kind is Kind.ERROR]


def test_no_digit_of_ones_own_pin_is_said() -> None:
    for name in ("pin-own", "pin-own-date", "pin-own-again", "pin-own-different"):
        shown = present(SAMPLES[name], "en")
        assert not [part for part in script(shown, "en").parts if re.search(r"\d{4}", part.text.replace("123456", ""))]


def test_the_number_of_a_lost_card_is_for_headphones() -> None:
    told = spoken(SAMPLES["lost-card-done"], "en")
    assert "KD-000123" in said(told) and "KD-000123" not in said(told, aloud=True)
