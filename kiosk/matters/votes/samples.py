"""A vote and a referendum with example values, page by page, for the pictures and for tests. Nobody's vote."""

from dataclasses import replace
from datetime import datetime

from assets.icons import path
from assets.pictures import clean
from kiosk.desk.actions import EnterText
from kiosk.desk.blocks import Row, Told
from kiosk.desk.conversation import stages
from kiosk.desk.pages import Choice, Done, Form, List, Picked, Problem, Review
from kiosk.desk.views import TITLES, View
from kiosk.matters.votes import conversation, desk, referendum
from kiosk.matters.votes.afterwards import checking, told
from kiosk.matters.votes.afterwards.receipts import Checked
from kiosk.matters.votes.notices import News
from municipality.failures import BoothCode
from municipality.greek import ATHENS
from municipality.matter import Category
from municipality.matters.votes.failures import VoteCode
from municipality.matters.votes.messages import Answer, Election, Picture, Question, version_of
from municipality.matters.votes.receipts import Receipt
from municipality.matters.votes.referendum import Asked, Phase, Referendum
from municipality.matters.votes.rules import Marks
from municipality.matters.votes.saying import SAID
from municipality.messages import Words
from municipality.residents import Polling

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


LOGO_TITLE = Words(el="Το νέο λογότυπο του Δήμου", en="The municipality's new logo")
_LOGOS = (
    ("logo-river", "Το ποτάμι", "The river", "Για τον Κηφισό και το γεφύρι του", "For the Kifisos and its bridge",
     "Ένα πέτρινο γεφύρι πάνω από γαλάζια κύματα", "A stone bridge over blue waves"),
    ("logo-station", "Ο σταθμός", "The station", "Για τον παλιό σιδηροδρομικό σταθμό", "For the old railway station",
     "Ένα κίτρινο σπίτι με ρολόι στη στέγη και ράγες μπροστά", "A yellow house with a clock, and rails in front"),
    ("logo-olive", "Η ελιά", "The olive", "Για τους ελαιώνες που υπήρχαν εδώ", "For the olive groves that were here",
     "Ένα κλαδί ελιάς με πέντε φύλλα και τρεις ελιές", "An olive branch with five leaves and three olives"),
    ("logo-hill", "Το βουνό", "The hill", "Για το Ποικίλο Όρος στα δυτικά", "For Mount Poikilo in the west",
     "Ένα βουνό μπροστά σε κόκκινο ήλιο", "A hill before a red sun"),
)  # fmt: skip


def logos() -> Question:
    """By approval, each answer with its picture."""
    return Question(
        text=Words(el="Ποια λογότυπα σας αρέσουν;", en="Which logos do you like?"),
        note=Words(el="Σημειώστε ένα ή περισσότερα.", en="Mark one or more."),
        answers=tuple(
            Answer(text=Words(el=el, en=en), note=Words(el=why, en=reason), picture=_drawing(name, alt, said))
            for name, el, en, why, reason, alt, said in _LOGOS
        ),
        minimum=1,
        maximum=len(_LOGOS),
        blank=True,
    )


def _drawing(name: str, el: str, en: str) -> Picture:
    return Picture(kind="svg", data=clean(path(name).read_bytes()), alt=Words(el=el, en=en))


def election(*questions: Question) -> Election:
    return Election.model_construct(  # type: ignore[call-arg]  # what no page shows is left out
        version=version_of(questions),
        election="depot",
        title=LOGO_TITLE if version_of(questions) == 4 else TITLE,
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


def logo_review() -> Review:
    return conversation.review_page(election(logos()), (Marks(frozenset({0, 2})),), stages(3)[-2])


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
        "ballot-pictures": ballot(Picked(frozenset({0, 2})), asked=logos()),
        "review-pictures": logo_review(),
        "article": article,
        "review": review(one),
        "review-many": review(one, Marks(blank=True), one),
        "vote-done": stored(),
        "vote-done-card-out": stored().without_card(),
        **_checked(),
        **_referendum(),
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


def binding(name: str = "park") -> Referendum:
    """A referendum on paper, of a Sunday in December."""
    return Referendum(
        referendum=name,
        title=Words(el="Το πάρκο στο παλιό εργοστάσιο", en="The park at the old factory"),
        questions=(
            Asked(
                text=Words(
                    el="Συμφωνείτε να γίνει πάρκο όλος ο χώρος του παλιού εργοστασίου;",
                    en="Do you agree that the whole site of the old factory becomes a park?",
                ),
                answers=(Words(el="Ναι", en="Yes"), Words(el="Όχι", en="No")),
            ),
        ),
        opens=datetime(2026, 12, 13, 7, 0, tzinfo=ATHENS),
        closes=datetime(2026, 12, 13, 19, 0, tzinfo=ATHENS),
        conditions=(
            Words(el="Ψηφίζουν όσοι είναι γραμμένοι στους εκλογικούς καταλόγους του Δήμου.",
                  en="Those vote who are on the electoral rolls of the municipality."),
            Words(el="Το αποτέλεσμα ισχύει, αν ψηφίσει τουλάχιστον το 40 % των εγγεγραμμένων.",
                  en="The result holds if at least 40 % of those on the rolls vote."),
        ),
        held=(
            Words(el="Πηγαίνετε στο εκλογικό σας τμήμα με την αστυνομική σας ταυτότητα.",
                  en="You go to your electoral section with your identity card."),
            Words(el="Διαλέγετε ψηφοδέλτιο πίσω από το παραβάν και το ρίχνετε στην κάλπη.",
                  en="You choose a ballot paper behind the screen and put it into the ballot box."),
        ),
        results=Words(el="Στο δημαρχείο και στην ιστοσελίδα του Δήμου",
                      en="At the town hall and on the municipal site"),
        ada="ΨΛ4ΠΩ6Μ-7ΤΡ",
        told_at=datetime(2026, 11, 18, 9, 0, tzinfo=ATHENS),
    )  # fmt: skip


def _referendum() -> dict[str, View]:
    heard = datetime(2026, 11, 21, 3, 10, tzinfo=ATHENS)
    now = News(binding(), Phase.AHEAD, heard)
    polling = Polling(
        section="12",
        building="Άγιοι Ανάργυροι, 1ο Δημοτικό Σχολείο",
        street="Αγίων Αναργύρων 12",
        room="Α2",
        voter_number="0000000101234",
    )
    elector = referendum.Holder(True, polling)
    return {
        "referendum": referendum.first_page(now, None),
        "referendum-today": referendum.first_page(replace(now, phase=Phase.OPEN), elector),
        "referendum-held": referendum.first_page(replace(now, phase=Phase.HELD), None),
        "referendum-doubt": referendum.first_page(replace(now, old=True, in_doubt=True), None),
        "referendum-question": referendum.question_page(now),
        "referendum-how": referendum.how_page(now),
        "referendum-where": referendum.where_page(now, elector),
        "referendum-where-no-card": referendum.where_page(now, None),
        "referendums": referendum.several_page([now, replace(now, referendum=binding("square"))]),
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
                         en="Open until Wednesday 25 November 2026, 21:00"), key="votes:depot", advisory=True),
        Row(Words(el="Το όνομα της νέας πλατείας", en="The name of the new square"),
            Words(el="Ανοίγει τη Δευτέρα 30 Νοεμβρίου 2026", en="Opens on Monday 30 November 2026"),
            key="votes:square", closed=True, advisory=True),
        Row(binding().title, desk.REFERENDUM.row.text, key="votes:referendum:park"),
    )  # fmt: skip
    category = Category.PARTICIPATION
    return List(category.value, Told(TITLES[category]), rows=rows, category=category, advisory=True)
