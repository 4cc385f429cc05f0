"""A binding referendum at the town hall: every field's fault, told and taken back by two persons, on the site in two
languages, to the booths as one signed item, and gone when its days are over. Every page of votes says what it is."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import pytest
from staff_desk import Web, at_desk, employ

from central.clock import SetClock
from central.demo.referendum import NAME
from central.kernel import retention
from central.kernel.centre import Centre
from central.kernel.outcome import Refused
from central.matters.votes.drafts import referendum_book as book
from central.matters.votes.drafts.referendum_book import ReferendumRefused
from central.matters.votes.drafts.referendum_typed import AT_FIRST, NAMES, faults, message_of, saying
from central.matters.votes.drafts.typed import Fault, Fields
from central.office.accounts import staff
from central.staff.desk import LANGUAGE
from central.store import audit
from central.store.line import feed
from municipality.matters.votes.keeps import VoteThing
from municipality.matters.votes.messages import VoteItem
from municipality.matters.votes.referendum import Referendum

NOW = datetime(2026, 12, 1, 8, tzinfo=UTC)
FIELDS = {
    **AT_FIRST,
    "title_el": "Η πλατεία", "title_en": "The square", "day": "2026-12-13", "ada": "Ψλ4πω6μ-7τρ",
    "questions_el": "Συμφωνείτε;\nΝαι\nΌχι\n\nΠού;\nΆνω\nΚάτω\nΑλλού",
    "questions_en": "Do you agree?\nYes\nNo\n\nWhere?\nUp\nDown\nElsewhere",
}  # fmt: skip
LABEL = {"el": "Μόνο πληροφορίες: ψηφίζετε σε χαρτί", "en": "Information only: you vote on paper"}
ADVISORY = {"el": "Συμβουλευτική ψηφοφορία", "en": "Advisory vote"}


@pytest.fixture
def house(centre: Centre, monkeypatch: pytest.MonkeyPatch) -> Centre:
    employ(centre, monkeypatch)
    return centre


def coming(centre: Centre) -> dict[str, str]:
    return FIELDS | {"day": f"{centre.clock() + timedelta(days=12):%Y-%m-%d}"}


def written(centre: Centre, desk: Any) -> str:
    """A whole one, typed on its page; its id."""
    where = desk.post("/votes/referendums").headers["location"]
    assert desk.post(f"{where.removeprefix('/staff')}/save", coming(centre)).status_code == 303
    return where.rpartition("/")[2]


def proposed(centre: Centre, desk: Any, referendum: str, step: str = "propose") -> str:
    """What waits for a second person; its number."""
    kept = book.find(centre, referendum)
    assert kept is not None
    answer = desk.post(f"/votes/referendums/{referendum}/{step}", {"seen": book.digest(kept)})
    assert answer.status_code == 303, answer.text
    with centre.store.reading() as tx:
        found = book.proposal_of(tx, referendum)
    assert found is not None
    return found.proposal


def body_of(centre: Centre, referendum: str) -> str:
    with centre.store.reading() as tx:
        found = feed.find(tx, VoteItem.REFERENDUM, referendum)
    return "" if found is None else found.body


def site(centre: Centre, path: str, language: str = "el") -> Any:
    return Web(centre, "http://testserver").request("GET", f"{path}?lang={language}")


def words(page: str) -> str:
    body = page[page.index("<main") : page.index("</main>")]
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", body)).split())


# What was typed


def test_what_is_whole_is_the_message_that_was_typed() -> None:
    assert faults(FIELDS, NOW) == []
    one = message_of(FIELDS, "r1", NOW)
    assert (one.title.el, one.title.en, one.ada) == ("Η πλατεία", "The square", "ΨΛ4ΠΩ6Μ-7ΤΡ")
    assert (one.opens, one.closes) == (datetime(2026, 12, 13, 5, tzinfo=UTC), datetime(2026, 12, 13, 17, tzinfo=UTC))
    assert [(q.text.el, [a.en for a in q.answers]) for q in one.questions] == [
        ("Συμφωνείτε;", ["Yes", "No"]), ("Πού;", ["Up", "Down", "Elsewhere"]),
    ]  # fmt: skip
    assert len(one.held) == 3 and one.conditions[1].el.startswith("Το αποτέλεσμα ισχύει")
    assert Referendum.read(one.text()) == one


def many(count: int, answers: int = 2) -> str:
    return "\n\n".join("\n".join([f"Ερώτηση {n}", *(f"{a}" for a in range(answers))]) for n in range(count))


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"title_en": ""}, [("title_en", "missing", 0, 0)]),
        ({"title_el": "α" * 90}, []),
        ({"title_el": "α" * 91}, [("title_el", "too-long", 90, 91)]),
        ({"title_el": "α\u202eβ"}, [("title_el", "hidden-letters", 0, 0)]),
        ({"questions_el": "", "questions_en": ""},
         [("questions_el", "missing", 0, 0), ("questions_en", "missing", 0, 0)]),
        ({"questions_el": "Συμφωνείτε;\nΝαι", "questions_en": "Do you agree?\nYes"},
         [("questions_el", "answers-on-paper", 10, 1), ("questions_en", "answers-on-paper", 10, 1)]),
        ({"questions_el": many(10, 10), "questions_en": many(10, 10)}, []),
        ({"questions_el": many(11), "questions_en": many(11)},
         [("questions_el", "too-many", 10, 11), ("questions_en", "too-many", 10, 11)]),
        ({"questions_el": many(1, 11), "questions_en": many(1, 11)},
         [("questions_el", "answers-on-paper", 10, 11), ("questions_en", "answers-on-paper", 10, 11)]),
        ({"questions_en": "Do you agree?\nYes\nNo"}, [("questions_en", "other-lines", 4, 0)]),
        ({"questions_en": "Do you agree?\nYes\nNo\n\nWhere?\nUp\nDown"}, [("questions_en", "other-lines", 4, 3)]),
        ({"questions_el": f"{'α' * 401}\nΝαι\nΌχι", "questions_en": "A?\nYes\nNo"},
         [("questions_el", "too-long", 400, 401)]),
        ({"questions_el": f"Α;\n{'α' * 141}\nΌχι", "questions_en": "A?\nYes\nNo"},
         [("questions_el", "too-long", 140, 141)]),
        ({"day": ""}, [("day", "missing", 0, 0)]),
        ({"day": "2026-12-32"}, [("opens_hour", "no-moment", 0, 0), ("closes_hour", "no-moment", 0, 0)]),
        ({"opens_hour": ""}, [("opens_hour", "missing", 0, 0)]),
        ({"day": "", "closes_hour": ""}, [("day", "missing", 0, 0), ("closes_hour", "missing", 0, 0)]),
        ({"closes_hour": "07:00"}, [("closes_hour", "closes-before-it-opens", 0, 0)]),
        ({"closes_hour": "07:01"}, []),
        ({"day": "2026-12-01", "opens_hour": "10:00"}, [("day", "opens-in-the-past", 0, 0)]),
        ({"day": "2026-12-01", "opens_hour": "10:01"}, []),
        ({"conditions_el": "Μία.", "conditions_en": "One.\n\nTwo."}, [("conditions_en", "other-paragraphs", 1, 2)]),
        ({"held_el": "", "held_en": ""}, [("held_el", "missing", 0, 0), ("held_en", "missing", 0, 0)]),
        ({"held_el": "\n\n".join(["α"] * 21), "held_en": "\n\n".join(["a"] * 21)},
         [("held_el", "too-many", 20, 21), ("held_en", "too-many", 20, 21)]),
        ({"held_el": "α" * 601, "held_en": "a"}, [("held_el", "too-long", 600, 601)]),
        ({"results_en": ""}, [("results_en", "missing", 0, 0)]),
        ({"results_el": "α" * 201}, [("results_el", "too-long", 200, 201)]),
        ({"ada": ""}, [("ada", "missing", 0, 0)]),
        ({"ada": "ΨΛ4ΠΩ-7ΤΡ"}, [("ada", "no-ada", 0, 0)]),
    ],
)  # fmt: skip
def test_every_fault_by_its_field(fields: Fields, expected: list[tuple[str, str, int, int]]) -> None:
    found = faults({**FIELDS, **fields}, NOW)
    assert found == [Fault("referendum", *one) for one in expected]
    if not found:
        message_of({**FIELDS, **fields}, "r1", NOW)


def test_a_form_keeps_every_field_and_nothing_else() -> None:
    said = saying({"title_el": " Α\r\nΒ ", "other": "x"})
    assert set(said) == set(NAMES) and said["title_el"] == "Α\nΒ" and said["day"] == ""


# In the console


def test_written_by_one_told_by_two_and_taken_back_by_two(house: Centre) -> None:
    kostas, eleni = at_desk(house, "kostas"), at_desk(house, "eleni")
    begun = kostas.post("/votes/referendums").headers["location"].removeprefix("/staff")
    referendum = begun.rpartition("/")[2]
    # What the law says of all of them stands there already; what is wrong is said, and nothing is lost.
    page = kostas.get(begun).text
    assert "ψηφίσει τουλάχιστον το 40 %" in page and LABEL["el"] in page and 'role="alert"' not in page
    back = kostas.post(f"{begun}/save", coming(house) | {"ada": "ΑΔΑ"}).headers["location"]
    page = kostas.get(back.removeprefix("/staff")).text
    assert "<title>Σφάλμα:" in page and 'href="#ada" autofocus' in page and 'value="ΑΔΑ"' in page
    assert kostas.post(f"{begun}/propose", {"seen": ""}).status_code == 409
    assert body_of(house, referendum) == "" and site(house, f"/referendums/{referendum}").status_code == 404

    assert kostas.post(f"{begun}/save", coming(house)).status_code == 303
    proposal = proposed(house, kostas, referendum)
    assert kostas.post(f"/decisions/{proposal}/confirm").status_code == 403, "one person is not two"
    assert kostas.post(f"{begun}/save", FIELDS).status_code == 409, "a second person is being asked"
    assert kostas.post(f"{begun}/discard").status_code == 409
    assert "Η πλατεία" in eleni.get("/decisions").text
    assert eleni.post(f"/decisions/{proposal}/confirm").status_code == 303
    told = Referendum.read(house.read_signed(VoteItem.REFERENDUM, body_of(house, referendum)))
    assert told == message_of(coming(house), referendum, told.told_at)
    assert "Η πλατεία" in words(site(house, "/").text)

    assert kostas.post(f"{begun}/save", FIELDS).status_code == 409, "what is told is not changed"
    recall = proposed(house, eleni, referendum, "recall")
    assert eleni.post(f"{begun}/recall").status_code == 409, "proposed already"
    assert kostas.post(f"/decisions/{recall}/confirm").status_code == 303
    assert body_of(house, referendum) == "" and "Η πλατεία" not in words(site(house, "/").text)
    assert "Μη βασίζεστε σε αυτό." in words(site(house, f"/referendums/{referendum}").text)
    with house.store.reading() as tx:
        acts = [(one.who, one.what) for one in reversed(audit.newest(tx, 50)) if one.what.startswith("referendum.")]
    assert acts == [
        ("kostas", "referendum.begin"), ("kostas", "referendum.save"), ("kostas", "referendum.save"),
        ("kostas", "referendum.publish.propose"), ("eleni", "referendum.publish.confirm"),
        ("eleni", "referendum.recall.propose"), ("kostas", "referendum.recall.confirm"),
    ]  # fmt: skip


def test_what_a_second_person_approves_is_what_was_proposed_and_still_to_come(house: Centre) -> None:
    kostas = at_desk(house, "kostas")
    referendum = written(house, kostas)
    kept = book.find(house, referendum)
    assert kept is not None
    with pytest.raises(ReferendumRefused, match="changed"):
        book.publish(house, f"{referendum} {'0' * 16}")
    with pytest.raises(ReferendumRefused, match="decided"):
        book.recall(house, book.about(kept))
    late = house.clock() + timedelta(days=13)
    with pytest.raises(ReferendumRefused, match="missing"):
        book.publish(replace(house, clock=SetClock(lambda: late)), book.about(kept))
    book.publish(house, book.about(kept))
    with pytest.raises(ReferendumRefused, match="decided"):
        book.publish(house, book.about(kept))


def test_a_draft_that_is_set_aside_reaches_nobody(house: Centre) -> None:
    kostas = at_desk(house, "kostas")
    referendum = written(house, kostas)
    assert "Η πλατεία" in kostas.get("/votes").text
    assert kostas.post(f"/votes/referendums/{referendum}/discard").status_code == 303
    assert "Η πλατεία" not in kostas.get("/votes").text and body_of(house, referendum) == ""
    officer = staff.Officer("kostas", frozenset(), "el", True, "")
    assert book.discard(house, officer, referendum) == Refused("draft-decided")
    assert kostas.get("/votes/referendums/none").status_code == 404


# On the site


@pytest.mark.parametrize("language", ["el", "en"])
def test_the_site_tells_what_the_booth_tells(centre: Centre, language: str) -> None:
    (one,) = book.told(centre)
    home, page = words(site(centre, "/", language).text), words(site(centre, f"/referendums/{NAME}", language).text)
    assert LABEL[language] in home and one.title.in_language(language) in home
    for text in (one.title, *(q.text for q in one.questions), *one.held, *one.conditions, one.results):
        assert " ".join(text.in_language(language).split()) in page
    assert LABEL[language] in page and one.ada in page and "<script" not in site(centre, f"/referendums/{NAME}").text


def test_afterwards_the_site_says_so_and_the_feed_lets_it_go(centre: Centre) -> None:
    (one,) = book.told(centre)

    def at(moment: datetime) -> Centre:
        return replace(centre, clock=SetClock(lambda: moment))

    end = one.closes + timedelta(days=14)
    held = "Το δημοψήφισμα έγινε."
    for moment, told in ((one.closes - timedelta(seconds=1), False), (one.closes, True)):
        assert (held in words(site(at(moment), f"/referendums/{NAME}").text)) is told
    just_before = end - timedelta(seconds=1)
    assert one.title.el in words(site(at(just_before), "/").text)
    assert one.title.el not in words(site(at(end), "/").text)
    assert book.drop_held(centre, just_before) == 0 and body_of(centre, NAME)
    assert retention.purge(at(end))[VoteThing.REFERENDUMS] == 1 and body_of(centre, NAME) == ""
    assert book.drop_held(centre, end) == 0
    assert held in words(site(at(end), f"/referendums/{NAME}").text), "who has the address still reads it"


# Every page of an advisory vote


@pytest.mark.parametrize("language", ["el", "en"])
def test_every_page_of_a_vote_says_that_it_is_advisory(house: Centre, town: Any, language: str) -> None:
    vote = town.election
    several = {"el": "Συμβουλευτικές ψηφοφορίες", "en": "Advisory votes"}[language]
    assert several in words(site(house, "/", language).text)
    for path in ("/t", f"/votes/{vote}", f"/votes/{vote}/trackers", f"/votes/{vote}/trackers/3f"):
        answer = site(house, path, language)
        assert answer.status_code == 200 and ADVISORY[language] in words(answer.text), path
    kostas = at_desk(house, "kostas")
    kostas.web.cookies.set(LANGUAGE, language)
    for path in ("/votes", f"/votes/{vote}"):
        assert several in words(kostas.get(path).text), path
