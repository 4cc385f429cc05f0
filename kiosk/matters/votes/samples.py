"""A vote with example values, page by page, for the pictures and for tests. Nobody's vote."""

from dataclasses import replace
from datetime import datetime

from kiosk.desk.actions import EnterText
from kiosk.desk.blocks import Row, Told
from kiosk.desk.conversation import stages
from kiosk.desk.pages import Choice, Done, Form, List, Picked, Problem, Review
from kiosk.desk.views import TITLES, View
from kiosk.matters.votes import checking, conversation, told
from kiosk.matters.votes.receipts import Checked
from municipality.failures import BoothCode
from municipality.greek import ATHENS
from municipality.matter import Category
from municipality.matters.votes.failures import VoteCode
from municipality.matters.votes.messages import Answer, Election, Question
from municipality.matters.votes.receipts import Receipt
from municipality.matters.votes.rules import Marks
from municipality.matters.votes.saying import SAID
from municipality.messages import Words

_NO_WORDS = Words(el="", en="")
_TRACKER = "1f8a0c64e2b97d53a6c01e8f4b2d7a9560c3e1f7928bd45a0e6f13c8b7d2944a"
TITLE = Words(el="Η νέα ζωή του παλιού αμαξοστασίου", en="A new life for the old depot")

_INTRODUCTION = Words(
    el="Το παλιό αμαξοστάσιο έκλεισε το 2009 και μένει άδειο από τότε. Ο Δήμος ζητά τη γνώμη σας για τη νέα του χρήση. "
    "Το κτίριο είναι διατηρητέο και θα συντηρηθεί, όποια πρόταση κι αν προτιμήσετε. "
    "Οι προτάσεις συζητήθηκαν στις συνελεύσεις των δημοτικών κοινοτήτων.",
    en="The old depot closed in 2009 and has stood empty since. The municipality asks for your opinion about its new "
    "use. The building is listed and will be kept whichever proposal you prefer. "
    "The proposals were discussed in the assemblies of the municipal communities.",
)
_ANSWERS = (
    ("Πάρκο με χώρους άθλησης", "Park with sports grounds", "Πράσινο, γήπεδα, διαδρομή περιπάτου",
     "Trees, courts, a walking path"),
    ("Πολιτιστικό κέντρο και βιβλιοθήκη", "Culture centre and library", "Αναγνωστήριο, αίθουσα εκδηλώσεων, εργαστήρια",
     "Reading room, event hall, workshops"),
    ("Δημοτική αγορά τοπικών προϊόντων", "Market of local produce", "Σκεπαστή αγορά με 40 θέσεις παραγωγών",
     "Covered market with 40 stalls"),
    ("Κέντρο φροντίδας ηλικιωμένων", "Day centre for older people", "Ημερήσια φροντίδα και φυσικοθεραπεία",
     "Day care and physiotherapy"),
)  # fmt: skip


def question(answers: int = 4, maximum: int = 1, *, blank: bool = True) -> Question:
    """A question with `answers` answers; beyond the four it repeats them with a number."""
    return Question(
        text=Words(
            el="Ποια χρήση προτείνετε για το παλιό αμαξοστάσιο;", en="Which use do you propose for the old depot?"
        ),
        note=_NO_WORDS,
        answers=tuple(_answer(index) for index in range(answers)),
        minimum=1,
        maximum=maximum,
        blank=blank,
    )


def _answer(index: int) -> Answer:
    el, en, el_note, en_note = _ANSWERS[index % len(_ANSWERS)]
    again = f" {index // len(_ANSWERS) + 1}" if index >= len(_ANSWERS) else ""
    return Answer(text=Words(el=el + again, en=en + again), note=Words(el=el_note, en=en_note))


def election(*questions: Question) -> Election:
    return Election.model_construct(  # type: ignore[call-arg]  # what no page shows is left out
        election="depot",
        title=TITLE,
        introduction=_INTRODUCTION,
        questions=questions,
        closes=datetime(2026, 11, 25, 21, 0, tzinfo=ATHENS),
    )


def ballot(picked: Picked | None = None, *, asked: Question | None = None, number: int = 1, of: int = 1) -> Choice:
    """Question `number` of `of`, as it stands with what was picked."""
    of_it = election(*[asked or question()] * of)
    *steps, _review, _end = stages(of + 2)
    page = conversation.question_page(of_it, number - 1, of_it.questions[0], steps[number - 1])
    return page if picked is None else page.filled(picked)


def review(*marks: Marks) -> Review:
    of_it = election(*[question()] * len(marks))
    return conversation.review_page(of_it, marks, stages(len(marks) + 2)[-2])


def stored() -> Done:
    step = stages(3)[-1]
    return conversation.stored_page(election(question()), _TRACKER, "https://kiosk.example.gr", step)


def samples() -> dict[str, View]:
    """By a name fit for a file."""
    one = Marks(frozenset({1}))
    over = replace(ballot(Picked(frozenset({1, 4, 5})), asked=question(12, 3)), over=True)
    article = ballot().more
    assert article is not None
    return {
        "category": _category(),
        "ballot": ballot(),
        "ballot-marked": ballot(Picked(frozenset({1}))),
        "ballot-long": ballot(Picked(frozenset({1, 4})), asked=question(12, 3), number=2, of=3),
        "ballot-over": over,
        "article": article,
        "review": review(one),
        "review-many": review(one, Marks(blank=True), one),
        "vote-done": stored(),
        "vote-done-card-out": stored().without_card(),
        **_checked(),
        **_told(),
        "problem": Problem(VoteCode.VOTE_NOT_CAST),
        "problem-end": Problem(BoothCode.CARD_BLOCKED),
    }


def _checked() -> dict[str, View]:
    """«Check my vote», which needs no card: its pages, and where a ballot may stand."""
    as_of = datetime(2026, 11, 21, 3, 10, tzinfo=ATHENS)
    states = [state for state in SAID if state not in (Receipt.WAITING, Receipt.SEVERAL)]
    fault = checking.type_page().taken(EnterText("1f8a"))
    assert isinstance(fault, Form)
    return {
        "check-scan": checking.scan_page(),
        "check-type": checking.type_page(),
        "check-type-fault": fault,
        "check-type-several": checking.several_page(_TRACKER[:12]),
        **{
            f"check-{state}": checking.answer_page(_TRACKER, Checked(state, as_of, _vote_of(state))) for state in states
        },
        "check-no-list": Problem(VoteCode.VOTE_NO_LIST, card=False),
        "check-no-vote": Problem(VoteCode.VOTE_UNKNOWN, card=False),
    }


def _told() -> dict[str, View]:
    """«My votes»: recorded and not, more than a page tells, and nothing yet."""
    as_of = datetime(2026, 11, 26, 3, 10, tzinfo=ATHENS)
    square = Words(el="Το όνομα της νέας πλατείας", en="The name of the new square")
    return {
        "votes-told": told.told_page(told.Said(((TITLE, True), (square, False)), 0, as_of)),
        "votes-told-many": told.told_page(told.Said(((TITLE, True), (square, False)) * 4, 3, as_of)),
        "votes-told-nothing": told.told_page(told.Said((), 0, as_of)),
        "votes-told-not-come": Problem(BoothCode.NEWS_MISSING),
    }


def _vote_of(state: Receipt) -> Words | None:
    return None if state in (Receipt.NOT_ARRIVED, Receipt.NOT_COUNTED) else TITLE


def _category() -> List:
    rows = (
        Row(TITLE, Words(el="Ανοιχτή έως Τετάρτη 25 Νοεμβρίου 2026, 21:00",
                         en="Open until Wednesday 25 November 2026, 21:00"), key="votes:depot"),
        Row(Words(el="Το όνομα της νέας πλατείας", en="The name of the new square"),
            Words(el="Ανοίγει τη Δευτέρα 30 Νοεμβρίου 2026", en="Opens on Monday 30 November 2026"),
            key="votes:square", closed=True),
    )  # fmt: skip
    category = Category.PARTICIPATION
    return List(category.value, Told(TITLES[category]), rows=rows, category=category, advisory=True)
