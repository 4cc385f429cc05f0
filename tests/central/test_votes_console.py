"""A vote drawn up in the console: every field's fault, nothing lost, two persons, its way to the booths by files."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from drafting import RULES, SECTION, WORDS, days, kept, typed, written
from staff_desk import at_desk, employ

from central.kernel.centre import Centre
from central.matters.votes.drafts.typed import Fault, Typed, faults, instant, plan_of
from municipality.residents import Capacity

NOW = datetime(2026, 12, 1, 8, tzinfo=UTC)
MANY = dict.fromkeys(Capacity, 30)


@pytest.fixture
def house(centre: Centre, monkeypatch: pytest.MonkeyPatch) -> Centre:
    employ(centre, monkeypatch)
    return centre


def test_what_is_whole_is_the_plan_that_was_typed() -> None:
    assert faults(typed(), NOW, MANY) == []
    plan = plan_of(typed())
    assert plan.title.el == "Ποδηλατόδρομος" and plan.introduction.en == "From Anakasa to the station."
    assert (plan.opens, plan.closes) == (datetime(2026, 12, 9, 6, tzinfo=UTC), datetime(2026, 12, 12, 18, tzinfo=UTC))
    assert (plan.audience, plan.floor, plan.grace_hours, plan.quorum_percent) == (Capacity.ELECTOR, 5, 0, None)
    yes, works = plan.questions
    assert [one.text.en for one in yes.answers] == ["Yes", "No"]
    assert (yes.minimum, yes.maximum, yes.blank, yes.note.en) == (1, 1, True, "Choose one answer, or a blank vote.")
    assert [(one.text.el, one.note.en) for one in works.answers] == [
        ("Δέντρα", "shade"), ("Φώτα", "safety"), ("Ράμπες", "access"),
    ]  # fmt: skip
    assert (works.minimum, works.maximum, works.note.el) == (1, 2, "Διαλέξτε από 1 έως 2 απαντήσεις ή λευκό.")
    (section,) = plan.article
    assert [one.en for one in section.paragraphs] == ["First.", "Second."]
    assert [(one.what.el, one.value.en) for one in section.rows] == [("Χώμα", "10 €")]


@pytest.mark.parametrize(
    ("part", "fields", "expected"),
    [
        ("words", {"title_en": ""}, Fault("words", "title_en", "missing")),
        ("words", {"title_el": "α" * 90}, None),
        ("words", {"title_el": "α" * 91}, Fault("words", "title_el", "too-long", 90, 91)),
        ("words", {"title_el": "α\u202eβ"}, Fault("words", "title_el", "hidden-letters")),
        ("rules", {"audience": ""}, Fault("rules", "audience", "missing")),
        ("rules", {"opens_day": ""}, Fault("rules", "opens_day", "missing")),
        ("rules", {"opens_day": "2026-02-30"}, Fault("rules", "opens_day", "no-moment")),
        ("rules", {"opens_day": "2026-12-01", "opens_hour": "10:00"}, Fault("rules", "opens_day", "opens-in-the-past")),
        ("rules", {"opens_day": "2026-12-01", "opens_hour": "10:01"}, None),
        ("rules", {"closes_day": "2026-12-09", "closes_hour": "08:00"},
         Fault("rules", "closes_day", "closes-before-it-opens")),
        ("rules", {"closes_day": "2026-12-09", "closes_hour": "08:01"}, None),
        ("rules", {"floor": "4"}, Fault("rules", "floor", "floor-too-low", 5)),
        ("rules", {"floor": "30"}, None),
        ("rules", {"floor": "31"}, Fault("rules", "audience", "too-few-electors", 31, 30)),
        ("rules", {"grace_hours": "336"}, None),
        ("rules", {"grace_hours": "337"}, Fault("rules", "grace_hours", "grace-hours", 336)),
        ("rules", {"quorum_percent": "0"}, Fault("rules", "quorum_percent", "percent")),
        ("rules", {"quorum_percent": "100"}, None),
        ("question", {"kind": ""}, Fault("question-2", "kind", "missing")),
        ("question", {"note_el": "μόνο"}, Fault("question-2", "note_en", "missing")),
        ("question", {"answers_el": "Δέντρα | σκιά", "answers_en": "Trees | shade", "maximum": "2"},
         Fault("question-2", "answers_el", "answers", 20, 1)),
        ("question", {"answers_en": "Trees | shade"}, Fault("question-2", "answers_en", "other-lines", 3, 1)),
        ("question", {"answers_en": "Trees\nLights | safety\nRamps | access"},
         Fault("question-2", "answers_en", "notes-in-one-language")),
        ("question", {"answers_el": "Φώτα | α\nΦώτα | β\nΡάμπες | γ"},
         Fault("question-2", "answers_el", "same-answer-twice")),
        ("question", {"answers_el": f"{'α' * 91} | σκιά\nΦώτα | α\nΡάμπες | γ"},
         Fault("question-2", "answers_el", "too-long", 90, 91)),
        ("question", {"minimum": "0"}, Fault("question-2", "minimum", "minimum")),
        ("question", {"maximum": "3"}, None),
        ("question", {"maximum": "4"}, Fault("question-2", "maximum", "maximum", 3)),
        ("question", {"maximum": "1"}, Fault("question-2", "maximum", "maximum", 3)),
        ("section", {"paragraphs_en": "First."}, Fault("section-1", "paragraphs_en", "other-paragraphs", 2, 1)),
        ("section", {"rows_el": "Χώμα"}, Fault("section-1", "rows_el", "row-without-value")),
        ("section", {"rows_el": "", "rows_en": "", "paragraphs_el": "", "paragraphs_en": ""},
         Fault("section-1", "paragraphs_el", "empty-section")),
    ],
)  # fmt: skip
def test_every_fault_by_its_field(part: str, fields: dict[str, str], expected: Fault | None) -> None:
    found = faults(typed(**{part: fields}), NOW, MANY)
    assert found == ([] if expected is None else [expected])


def test_a_vote_asks_something() -> None:
    empty = Typed().saying("words", WORDS).saying("rules", RULES)
    assert faults(empty, NOW, MANY) == [Fault("words", "title_el", "no-question")]
    assert Typed.read(typed().text()) == typed()


@pytest.mark.parametrize(
    ("day", "hour", "expected"),
    [
        ("2026-10-25", "02:59", datetime(2026, 10, 24, 23, 59, tzinfo=UTC)),
        ("2026-10-25", "03:00", "hour-twice"),
        ("2026-10-25", "03:59", "hour-twice"),
        ("2026-10-25", "04:00", datetime(2026, 10, 25, 2, tzinfo=UTC)),
        ("2026-03-29", "02:59", datetime(2026, 3, 29, 0, 59, tzinfo=UTC)),
        ("2026-03-29", "03:00", "hour-never"),
        ("2026-03-29", "04:00", datetime(2026, 3, 29, 1, tzinfo=UTC)),
        ("2026-10-25", "", "missing"),
        ("25/10/2026", "08:00", "no-moment"),
    ],
)
def test_an_hour_of_athens(day: str, hour: str, expected: object) -> None:
    """The last Sunday of October has an hour twice, that of March lacks one (Directive 2000/84/EC)."""
    assert instant(day, hour) == expected


def test_as_many_questions_as_there_may_be() -> None:
    one = Typed()
    for _ in range(10):
        longer = one.adding("question")
        assert longer is not None
        one = longer[0]
    assert one.adding("question") is None
    assert one.without("question-10").adding("question") is not None


def test_all_of_it_has_an_end_too() -> None:
    """A booth holds the whole of it."""
    long = "\n\n".join(["α" * 1200] * 40)
    codes = []
    one = typed()
    for _ in range(3):
        longer = one.adding("section")
        assert longer is not None
        one = longer[0].saying(longer[1], SECTION | {"paragraphs_el": long, "paragraphs_en": long})
        codes.append([(fault.part, fault.code, fault.most) for fault in faults(one, NOW, MANY)])
    assert codes == [[], [], [("section-4", "whole-too-long", 200_000)]]


def test_questions_change_their_places() -> None:
    one = typed().earlier("question-2")
    assert [question["text_en"] for question in one.questions] == ["Which works?", "Do you agree?"]
    assert one.earlier("question-1") == one and one.earlier("question-2") == typed()


def test_a_long_proposal_is_kept_whole(house: Centre) -> None:
    """As long as a section may be, in Greek, as a browser sends it; what is longer is refused and changes nothing."""
    kostas = at_desk(house, "kostas")
    draft = written(house, kostas)
    fields = SECTION | {
        "paragraphs_el": "\r\n\r\n".join(["α" * 1200] * 40),
        "paragraphs_en": "\r\n\r\n".join(["a"] * 40),
    }
    answer = kostas.post(f"/votes/drafts/{draft}/section-1/save", fields)
    assert answer.headers["location"].endswith(f"{draft}?done=draft-saved")
    before = Typed.read(kept(house, draft).plan)
    assert len(before.sections[0]["paragraphs_el"]) == 40 * 1200 + 39 * 2
    answer = kostas.post(f"/votes/drafts/{draft}/section-1/save", {"paragraphs_el": "α" * 200_000})
    assert answer.status_code == 413 and Typed.read(kept(house, draft).plan) == before
    assert kostas.post(f"/votes/drafts/{draft}/question-2/earlier").status_code == 303
    assert Typed.read(kept(house, draft).plan) == before.earlier("question-2")
    assert kostas.post(f"/votes/drafts/{draft}/words/earlier").status_code == 404


def test_what_is_wrong_is_kept_and_said_where_it_stands(house: Centre) -> None:
    kostas = at_desk(house, "kostas")
    draft = written(house, kostas)
    here = f"/votes/drafts/{draft}"
    back = kostas.post(f"{here}/rules/save", days(house) | {"floor": "3"}).headers["location"]
    assert back == f"/staff{here}/rules?done=draft-saved"
    page = kostas.get(back.removeprefix("/staff")).text
    assert "<title>Σφάλμα:" in page and 'href="#floor" autofocus' in page
    assert 'value="3"' in page and 'aria-describedby="floor-fault floor-hint" aria-invalid="true"' in page
    assert f'href="/staff{here}/rules?look=1#floor"' in kostas.get(here).text
    assert "Βάλτε το σε δεύτερο πρόσωπο" not in kostas.get(here).text
    typed_then = Typed.read(kept(house, draft).plan)
    answer = kostas.post(f"{here}/propose", {"seen": typed_then.digest})
    assert answer.status_code == 409 and "Κάτι λείπει" in answer.text
    assert kostas.post(f"{here}/rules/save", days(house)).headers["location"] == f"/staff{here}?done=draft-saved"
    assert "Τίποτα δεν λείπει" in kostas.get(here).text
