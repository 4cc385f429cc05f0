"""The rules that both ends obey, without anything around them."""

import json
import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets import texts
from municipality import greek
from municipality.failures import Code
from municipality.matters.certificates.messages import CertificateAct
from municipality.matters.certificates.rules import CODE_ALPHABET, NumberRange, read_code, verification_code
from municipality.matters.votes.messages import Answer, Election, LeftOut, Question, Slip
from municipality.matters.votes.rules import Marks, MarksProblem, MayVote, check_mark, check_marks, standing
from municipality.messages import MessageRefused, Words
from municipality.register import FAILURES
from municipality.residents import Person, valid_afm, valid_amka

DOCS = Path(__file__).resolve().parents[2] / "docs"


# -- Greek (vectors frozen from ICU's toUpper(el))


@pytest.mark.parametrize(
    ("small", "large"),
    [
        ("Άγιοι Ανάργυροι", "ΑΓΙΟΙ ΑΝΑΡΓΥΡΟΙ"),
        ("Μαΐου", "ΜΑΪΟΥ"),
        ("γάιδαρος", "ΓΑΪΔΑΡΟΣ"),
        ("ρολόι", "ΡΟΛΟΪ"),
        ("Άι-Στράτης", "ΑΪ-ΣΤΡΑΤΗΣ"),
        ("ναι ή όχι", "ΝΑΙ Ή ΟΧΙ"),
        ("αυτοί", "ΑΥΤΟΙ"),
        ("πρόεδρος", "ΠΡΟΕΔΡΟΣ"),
        ("ΐ", "Ϊ"),
    ],
)
def test_capitals_lose_the_tonos_and_keep_the_dialytika(small: str, large: str) -> None:
    assert greek.capitals(small) == large


def test_search_takes_no_notice_of_accents_case_and_final_sigma() -> None:
    assert greek.search_key("Παπαδόπουλος") == greek.search_key("ΠΑΠΑΔΟΠΟΥΛΟΣ")
    assert sorted(["Βασίλης", "Άννα", "ανδρέας", "Άγγελος"], key=greek.sort_key) == [
        "Άγγελος",
        "ανδρέας",
        "Άννα",
        "Βασίλης",
    ]


def test_dates_as_a_greek_office_writes_them() -> None:
    at = datetime(2026, 5, 21, 18, 0, tzinfo=UTC)
    assert greek.moment(at) == "Πέμπτη 21 Μαΐου 2026, 21:00"
    assert greek.moment(at, "en") == "Thursday 21 May 2026, 21:00"
    assert greek.long_date(date(2026, 3, 1)) == "1 Μαρτίου 2026"
    assert greek.short_date(date(2026, 5, 21)) == "21/5/2026"


# -- numbers


@pytest.mark.parametrize("number", ["000000000", "123456789", "00000104", "0000010450", "00000104a", ""])
def test_numbers_that_are_no_afm(number: str) -> None:
    assert not valid_afm(number)


def test_the_library_that_takes_zeros_is_corrected() -> None:
    assert valid_afm("000001045")
    assert valid_amka("01018045672") and not valid_amka("32138045672")


def test_a_person_with_a_wrong_number_is_refused_by_field() -> None:
    with pytest.raises(ValueError, match="afm"):
        Person(entry=1, afm="123456789", amka="01018045672", street="Α", postcode="13451")


# -- ballots


def question(minimum: int = 1, maximum: int = 1, *, blank: bool = True) -> Question:
    words = Words(el="α", en="a")
    answers = tuple(Answer(text=words, note=words) for _ in range(4))
    return Question(text=words, note=words, answers=answers, minimum=minimum, maximum=maximum, blank=blank)


@pytest.mark.parametrize(
    ("asked", "marks", "problem"),
    [
        (question(), Marks(frozenset({1})), None),
        (question(), Marks(blank=True), None),
        (question(), Marks(), MarksProblem.TOO_FEW),
        (question(0, 2), Marks(), MarksProblem.TOO_FEW),
        (question(), Marks(frozenset({1, 2})), MarksProblem.TOO_MANY),
        (question(), Marks(frozenset({4})), MarksProblem.NOT_AN_ANSWER),
        (question(blank=False), Marks(blank=True), MarksProblem.BLANK_NOT_ALLOWED),
        (question(), Marks(frozenset({1}), blank=True), MarksProblem.BLANK_NOT_ALLOWED),
        (question(2, 3), Marks(frozenset({1, 2, 3})), None),
    ],
)
def test_which_marks_make_a_ballot(asked: Question, marks: Marks, problem: MarksProblem | None) -> None:
    assert check_mark(asked, marks) is problem


def test_as_many_marks_as_questions() -> None:
    assert check_marks([question(), question()], [Marks(blank=True)]) is MarksProblem.QUESTIONS_DIFFER


@given(st.lists(st.integers(0, 3)), st.integers(1, 4))
def test_touches_never_mark_more_than_allowed(touches: list[int], maximum: int) -> None:
    asked, marks = question(1, maximum), Marks()
    for touch in touches:
        marks = marks.toggled(asked, touch)
    assert len(marks.answers) <= maximum


def test_standing_says_the_first_reason(small_election) -> None:
    election, voter, other = small_election
    inside = election.opens + timedelta(hours=1)
    assert standing(election, voter, inside, has_slip=True) is MayVote.OPEN
    assert standing(election, voter, inside, has_slip=False) is MayVote.NO_SLIP
    assert standing(election, other, inside, has_slip=True) is MayVote.NOT_FOR_YOU
    assert standing(election, voter, election.opens, has_slip=True) is MayVote.OPEN
    assert standing(election, voter, election.opens - timedelta(seconds=1), has_slip=True) is MayVote.NOT_YET
    assert standing(election, voter, election.closes, has_slip=True) is MayVote.CLOSED
    without = election.model_copy(update={"left_out": {voter.card: LeftOut.KEY_TWICE}})
    assert standing(without, voter, inside, has_slip=False) is MayVote.LEFT_OUT
    assert standing(without, voter, election.closes, has_slip=False) is MayVote.CLOSED
    assert standing(without, other, inside, has_slip=True) is MayVote.NOT_FOR_YOU


def test_a_notice_names_cards_that_were_left_out(small_election) -> None:
    election, voter, _ = small_election
    assert json.loads(election.text())["left_out"] == {} and Election.read(election.text()) == election
    without = election.model_copy(update={"left_out": {voter.card: LeftOut.KEY_TWICE}})
    assert json.loads(without.text())["left_out"] == {voter.card: "key-twice"}
    assert Election.read(without.text()) == without
    assert without.digest() != election.digest(), "it may not change once it was announced"
    with pytest.raises(MessageRefused):
        Election.read(without.text().replace("key-twice", "a reason of tomorrow"))


# -- certificates


@given(st.binary(min_size=10, max_size=10))
def test_codes_survive_a_careless_typist(random: bytes) -> None:
    code = verification_code(random)
    assert re.fullmatch(rf"([{CODE_ALPHABET}]{{4}}-){{3}}[{CODE_ALPHABET}]{{4}}", code)
    careless = code.lower().replace("-", " ").replace("1", "l").replace("0", "o")
    assert read_code(careless) == code


@pytest.mark.parametrize("typed", ["", "7F3K", "7F3K-92QD-LM8X-0A4U", "x" * 400])
def test_what_is_no_code(typed: str) -> None:
    assert read_code(typed) is None


def test_numbers_of_two_booths_never_meet() -> None:
    assert NumberRange("ΚΑΜ1").number(2026, 7) == "ΚΑΜ1/2026/000007"


# -- messages


def test_a_message_reads_back_what_it_wrote() -> None:
    act = CertificateAct(
        document="family_status",
        number="Α/2026/000001",
        code="7F3K-92QD-1M8X-0A4T",
        as_of=date(2026, 3, 1),
        digest="0" * 64,
    )
    assert CertificateAct.read(act.text()) == act


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"credential": "SECRET"}', '{"card": 1, "extra": "SECRET"}', "\0"])
def test_a_bad_message_names_fields_and_never_content(text: str) -> None:
    with pytest.raises(MessageRefused) as refused:
        Slip.read(text)
    assert "SECRET" not in str(refused.value)
    assert refused.value.__cause__ is None


def test_a_slip_never_shows_its_credential() -> None:
    slip = Slip(card="KD-1", election="e", credential="SECRET", signature="s")
    assert "SECRET" not in repr(slip)


# -- failures: the code, the sentence in each language, the page


def test_every_failure_has_an_entry_on_the_page_and_the_other_way_round() -> None:
    page = (DOCS / "failures.md").read_text(encoding="utf-8")
    assert sorted(re.findall(r"^### ([A-Z]\d\d) — .+$", page, re.MULTILINE)) == sorted(code.value for code in FAILURES)


@pytest.mark.parametrize("code", list(FAILURES))
def test_every_failure_has_its_words_in_each_language(code: Code) -> None:
    failure = FAILURES[code]
    for msgid in (failure.title, failure.sentence):
        greek_words = texts.catalogue("el").gettext(msgid)
        assert greek_words != msgid and re.search("[α-ω]", greek_words), msgid
        assert not re.search("[Α-Ωα-ω]", texts.catalogue("en").gettext(msgid))
