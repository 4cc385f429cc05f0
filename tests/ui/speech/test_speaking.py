"""What each screen says is enough to use it, in every language, and what is personal is marked."""

import re
from datetime import date

import pytest

from assets.texts import LANGUAGES, catalogue
from kiosk.counter.presenting.book import spelled
from kiosk.counter.presenting.presenters import present
from kiosk.demo.samples import samples
from kiosk.desk import views
from kiosk.desk.actions import Mark
from kiosk.desk.blocks import Answer, Told
from kiosk.desk.pages import Choice, Picked, Review
from kiosk.desk.views import Attract, Menu, PinEntry
from kiosk.devices.speech import recording_id
from kiosk.matters.certificates.samples import offer
from kiosk.matters.votes.samples import ballot, question
from kiosk.ui.gallery import recordings
from kiosk.ui.speech import reading
from kiosk.ui.speech.speaking import read_out, script
from kiosk.ui.speech.spoken import ENTER, Kind, Part, Script, item_words, news, readable
from kiosk.ui.stage.appearance import simplified
from municipality.matter import Category
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


def test_every_kind_of_screen_is_among_the_samples() -> None:
    """So the test above has heard each of them."""
    heard = {present(view, "el")["screen"] for view in SAMPLES.values()}
    assert heard == {kind.__name__ for kind in views.View.__args__}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", list(SAMPLES))
def test_simplified_screens_say_all_but_what_only_accompanies(name: str, language: str) -> None:
    shown = present(SAMPLES[name], language)
    full, less = script(shown, language), script(simplified(shown), language)
    kept = [part for part in shown["spoken"]["parts"] if not part["accompanies"]]
    assert [part.text for part in less.parts] == [readable(part["text"], language) for part in kept]
    assert (less.choices, less.face, less.language) == (full.choices, full.face, full.language)
    assert readable(shown["title"], language) in [part.text for part in less.parts]


@pytest.mark.parametrize(
    ("name", "left_out"),
    [
        (
            "attract-one",
            [
                "What is being decided: A new life for the old depot.",
                "You take part with your Citizen Card: after your PIN, touch “Participation”.",
            ],
        ),
        ("ballot", ["A new life for the old depot.", "Open until Wednesday 25 November 2026, 21:00."]),
        (
            "review",
            [
                "A new life for the old depot.",
                "Your vote is secret: it is locked before it leaves this booth and nobody sees what you chose.",
            ],
        ),
        ("certificate", ["Please check what it will say."]),
        ("form", []),
        ("read", []),
    ],
)
def test_what_simplified_screens_leave_unsaid(name: str, left_out: list[str]) -> None:
    shown = present(SAMPLES[name], "en")
    less = {part.text for part in script(simplified(shown), "en").parts}
    assert [part.text for part in script(shown, "en").parts if part.text not in less] == left_out


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
        ("lost-card-done", "KD-000123"),
    ],
)
def test_what_is_personal_is_for_headphones(name: str, secret: str) -> None:
    told = spoken(SAMPLES[name], "en")
    assert secret in said(told) and secret not in said(told, aloud=True)


OF_THE_RESIDENT = {"fact": "value", "person": "name", "answer": "chosen", "code": "groups"}


@pytest.mark.parametrize("name", [name for name, view in SAMPLES.items() if "blocks" in present(view, "en")])
def test_no_word_of_a_personal_block_is_said_aloud(name: str) -> None:
    shown = present(SAMPLES[name], "en")
    aloud = said(script(shown, "en"), aloud=True)
    for block in (*shown["lead"], *shown["blocks"]):
        if block["personal"] and block["block"] in OF_THE_RESIDENT:
            words = block[OF_THE_RESIDENT[block["block"]]]
            for each in [words] if isinstance(words, str) else words:
                assert readable(each, "en").rstrip(".") not in aloud


@pytest.mark.parametrize("name", ["vote-done", "vote-done-card-out", "certificate-done"])
def test_codes_are_spelled_on_request_and_only_into_headphones(name: str) -> None:
    shown = present(SAMPLES[name], "en")
    (code,) = [block for block in shown["blocks"] if block["block"] == "code"]
    hear = script(shown, "en").chosen_by("1")
    assert hear is not None and hear.more and all(part.personal for part in hear.more)
    spelled_out = "".join(part.text.split(":", 1)[1] for part in hear.more)
    assert re.sub(r"[ ,.]", "", spelled_out) == code["code"].replace("-", "") and len(code["groups"]) == 4
    assert not any(group in said(script(shown, "en")) for group in code["groups"])


def test_where_a_code_is_asked_is_said_in_words() -> None:
    assert "Type the address and the four groups: kiosk.example.gr/t." in said(
        spoken(SAMPLES["vote-done"], "en"), aloud=True
    )
    assert not any(part.text.startswith("https") for part in spoken(SAMPLES["certificate-done"], "en").parts)


@pytest.mark.parametrize(
    ("name", "ways"),
    [
        ("review", {"1": "change_question 1", "2": "primary", "0": "back"}),
        (
            "review-many",
            {"1": "change_question 1", "2": "change_question 2", "3": "change_question 3", "4": "primary", "0": "back"},
        ),
        ("certificate", {"1": "primary", "0": "back"}),
        ("sure", {"1": "primary", "0": "back"}),
    ],
)
def test_what_cannot_be_undone_is_never_under_enter(name: str, ways: dict[str, str]) -> None:
    told = spoken(SAMPLES[name])
    assert {choice.key: choice.target for choice in told.choices} == ways and ENTER not in ways


def test_answers_past_the_ninth_are_found_with_the_arrows() -> None:
    told = spoken(SAMPLES["ballot-long"], "en")
    assert [choice.key for choice in told.choices[:10]] == [*"123456789", ""]
    assert [choice.target for choice in told.choices[9:-2]] == ["answer_9", "answer_10", "answer_11", "blank", "more"]
    assert said(told).count("find it with the arrow keys") == 5


def test_a_mark_says_itself_and_what_is_open_now() -> None:
    asked = question(maximum=2)
    none, one = ballot(asked=asked), ballot(Picked(frozenset({2})), asked=asked)
    told = [part.text for part in news(spoken(none, "en"), spoken(one, "en"))]
    assert told == ["Market of local produce: chosen.", "Review your vote: press Enter."]
    back = [part.text for part in news(spoken(one, "en"), spoken(none, "en"))]
    assert back == ["Market of local produce: no longer chosen.", "Choose an answer."]
    other = ballot(Picked(frozenset({0})), asked=question())
    (changed,) = news(spoken(ballot(Picked(frozenset({2})), asked=question()), "en"), spoken(other, "en"))
    assert changed.text == "Park with sports grounds: chosen." and changed.personal
    assert news(spoken(one, "en"), spoken(one, "en")) == ()


OVER = "You have chosen 2 already. To choose another one, touch one of them first to take it back."


def touched(page: Choice, index: int) -> Choice:
    after = page.taken(Mark(index))
    assert isinstance(after, Choice)
    return after


def test_a_touch_beyond_the_most_is_answered_in_words() -> None:
    full = ballot(Picked(frozenset({0, 1})), asked=question(maximum=2))
    over = touched(full, 3)
    (heard,) = news(spoken(full, "en"), spoken(over, "en"))
    assert (heard.text, heard.kind, heard.personal) == (OVER, Kind.ERROR, False)
    fewer = touched(over, 1)
    told = [part.text for part in news(spoken(over, "en"), spoken(fewer, "en"))]
    assert told == ["Culture centre and library: no longer chosen."] and OVER not in said(spoken(fewer, "en"))
    again = touched(touched(fewer, 1), 3)
    assert OVER in [part.text for part in news(spoken(fewer, "en"), spoken(again, "en"))]


def test_a_second_touch_beyond_the_most_changes_nothing_and_is_answered_all_the_same() -> None:
    over = touched(ballot(Picked(frozenset({0, 1})), asked=question(maximum=2)), 3)
    before, after = spoken(over, "en"), spoken(touched(over, 2), "en")
    assert news(before, after) == ()
    told = reading.unchanged(after, after.chosen_by("3"))
    assert [(part.text, part.personal) for part in told] == [
        ("Market of local produce: not chosen.", True),
        (OVER, False),
    ]


def test_a_press_that_changes_nothing_is_told_the_ways_on_where_there_is_no_hint() -> None:
    told = spoken(SAMPLES["certificate"], "en")
    assert [part.text for part in reading.unchanged(told, told.chosen_by("1"))] == [
        "SAMPLE: a trial paper, it has no validity.",
        "Issue and print: press 1.",
        "Back: press 0.",
    ]


def test_the_first_screen_offers_the_other_languages_in_their_own_words() -> None:
    told = spoken(Attract(), "el", "en", *LANGUAGES[2:])
    parts = {part.language: part.text for part in told.parts if part.language}
    assert parts["en"] == "English: press 1."
    languages = [f"language:{code}" for code in ("en", *LANGUAGES[2:])]
    assert [choice.target for choice in told.choices] == [*languages, "back"]
    assert [part.language for part in told.parts[-len(languages) - 1 :]] == ["en", *LANGUAGES[2:], ""]


def test_what_needs_no_card_takes_no_language_its_number() -> None:
    """It comes and goes with what the booth knows, and somebody may have heard «English: press 1» before."""
    with_it, without = (spoken(view, "el", "en", *LANGUAGES[2:]) for view in (SAMPLES["attract"], Attract()))
    numbers = {choice.target: choice.key for choice in with_it.choices}
    assert numbers == {**{choice.target: choice.key for choice in without.choices}, "other": "9"}
    assert [choice.target for choice in with_it.choices][-2:] == ["other", "back"]
    assert [part.text for part in with_it.parts][-2].startswith("Έλεγχος ψήφου")


def test_numbers_and_dates_as_an_ear_takes_them() -> None:
    assert readable("Born 3/5/1971, Athens", "en") == "Born 3 May 1971, Athens."
    assert readable("Γέννηση 21/11/1974", "el") == "Γέννηση 21 Νοεμβρίου 1974."
    assert readable("45/13/2000 · 1234/5", "en") == "45, 13, 2000, 1234, 5."
    assert readable(" a \n b? ", "en") == "a b?" and readable("", "en") == ""
    assert str(date(1971, 5, 3).year) in readable("3/5/1971", "en")
    groups = spelled(["1f8a", "0c"], catalogue("en").gettext)
    assert [part["text"] for part in groups] == ["Part 1 of 2: 1, f, 8, a.", "Part 2 of 2: 0, c."]
    assert all(part["personal"] for part in groups)


def test_a_focused_item_says_name_role_and_state() -> None:
    words = item_words("Alpha", "a note", "en", checkable=True, exclusive=True, checked=False, enabled=True)
    assert [part.text for part in words] == ["Alpha.", "a note.", "One of several answers.", "It is not chosen."]
    assert [part.personal for part in words] == [False, False, False, True] and not any(p.kept for p in words[:3])
    button = item_words("Go", "", "en", checkable=False, exclusive=True, checked=False, enabled=False)
    assert [part.text for part in button] == ["Go.", "Button.", "Not available now."]


@pytest.mark.parametrize(
    ("language", "word", "shows"),
    [("el", "Εικόνα", "Ένα πέτρινο γεφύρι πάνω"), ("en", "Picture", "A stone bridge over")],
)
def test_a_picture_is_heard_by_its_words(language: str, word: str, shows: str) -> None:
    """Who does not see the logos votes by what is said of them, and hears it again before confirming."""
    ballot = [part.text for part in spoken(SAMPLES["ballot-pictures"], language).parts]
    (first,) = [text for text in ballot if f"{word}: {shows}" in text]
    assert first.endswith(": press 1." if language == "en" else "1.") and sum(f"{word}: " in one for one in ballot) == 4
    review = spoken(SAMPLES["review-pictures"], language)
    chosen = [part for part in review.parts if f"{word}: {shows}" in part.text]
    assert len(chosen) == 1 and chosen[0].personal and chosen[0].text.count(f"{word}: ") == 2
    shown = simplified(present(SAMPLES["ballot-pictures"], language))
    assert all(block["picture"] and block["alt"] for block in shown["blocks"][:4])


def test_an_unknown_screen_is_refused_and_can_be_read_off_as_personal() -> None:
    with pytest.raises(KeyError):
        script({"screen": "Nowhere", "key": "x"}, "el")
    sheet = read_out("sheet help", "Help", ["Help", "Some words"], [("close_sheet", "Close", "", None)], "en")
    assert [part.text for part in sheet.parts] == ["Help.", "Some words.", "Close: press 1.", "Close: press 0."]
    assert not any(part.personal for part in sheet.parts)
    screen = read_out("screen Own", "Own", ["Some words"], [], "en")
    assert all(part.personal for part in screen.parts) and len(screen.parts) == 2


def test_words_are_in_no_repr() -> None:
    chosen = Answer(question().text, (question().answers[1].text,))
    review = spoken(Review("review", Words(el="Τίτλος", en="Title"), blocks=(chosen,)))
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
    told = spoken(Menu((views.Tile(Category.PARTICIPATION, views.TileState.WAITING, votes),)), "en")
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


def test_a_code_that_stands_nowhere_else_is_still_heard_when_the_card_is_out() -> None:
    out = said(spoken(SAMPLES["vote-done-card-out"], "en"))
    assert "Hear the tracking code: press 1." in out and "Your card came out early" in out
    paper = spoken(SAMPLES["certificate-done-card-out"], "en")
    assert [choice.target for choice in paper.choices] == ["primary"], "the paper has its own"
    assert "000042" not in said(paper) and "the certificate was printed" in said(paper)
