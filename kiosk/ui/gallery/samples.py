"""One sample of every view of a resident, for the gallery and for tests. Invented people; never shown to a resident.

The technician's pages want a booth: kiosk.demo.samples has them all.
"""

from dataclasses import replace
from datetime import date, datetime

from kiosk.counter import StageSettings
from kiosk.counter.contact import contact_lines
from kiosk.desk.technician.views import Told
from kiosk.desk.views import (
    Activity,
    Attract,
    Ballot,
    Category,
    CategoryPage,
    CertificateDone,
    CertificateOffer,
    Closed,
    Entry,
    Menu,
    PinEntry,
    Problem,
    Review,
    ReviewLine,
    Step,
    TakeCard,
    View,
    VoteDone,
    Working,
)
from kiosk.ui.gallery.samples_cards import cards_samples
from municipality.failures import BoothCode
from municipality.greek import ATHENS
from municipality.matters.certificates.kinds import FIELDS, KINDS
from municipality.matters.certificates.rules import PaperStanding
from municipality.matters.votes.failures import VoteCode
from municipality.matters.votes.messages import Answer, Question
from municipality.matters.votes.rules import Marks
from municipality.messages import Words
from municipality.residents import FamilyMember, Relation, Sex
from municipality.town.contact import Contact, Hours, Said

# Invented, like everything here.
CONTACT = Contact(
    telephone="2100000100",
    address=Said(el="Οδός Παραδείγματος 1, ισόγειο", en="1 Paradeigmatos Street, ground floor"),
    hours=(
        Hours(first=1, last=5, opens="08:00", closes="14:30"),
        Hours(first=3, last=3, opens="16:00", closes="19:00"),
    ),
    holidays=Said(el="Κλειστά στις αργίες", en="Closed on public holidays"),
)
MUNICIPALITY = Words(el="Δήμος Αγίων Αναργύρων-Καματερού", en="Municipality of Agioi Anargyroi-Kamatero")
UNIT = Words(el="Δημοτική Ενότητα Αγίων Αναργύρων", en="Municipal Unit of Agioi Anargyroi")
NOW = datetime(2026, 11, 21, 10, 42, tzinfo=ATHENS)
TITLE = Words(el="Η νέα ζωή του παλιού αμαξοστασίου", en="A new life for the old depot")
_MORE_NOTICES = (
    Words(el="Το όνομα της νέας πλατείας", en="The name of the new square"),
    Words(
        el="Πού θα μπουν τα πρώτα δέκα σημεία φόρτισης ηλεκτρικών οχημάτων;",
        en="Where should the first ten charging points for electric cars be?",
    ),
)
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
_NO_WORDS = Words(el="", en="")


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


def ballot(
    marks: Marks | None = None, *, asked: Question | None = None, number: int = 1, of: int = 1, complete: bool = True
) -> Ballot:
    return Ballot(
        title=TITLE,
        introduction=_INTRODUCTION,
        question=asked or question(),
        number=number,
        of=of,
        marks=marks or Marks(),
        complete=complete,
        step=Step(1, 3),
        closes=datetime(2026, 11, 25, 21, 0, tzinfo=ATHENS),
    )


def members(count: int) -> tuple[FamilyMember, ...]:
    """A family of `count`: two parents and their children."""
    parents = (
        _member(1, Relation.HOLDER, Sex.MALE, "Παπαδόπουλος", "Γεώργιος", "Νικόλαος", "Ελένη", date(1971, 5, 3)),
        _member(2, Relation.SPOUSE, Sex.FEMALE, "Παπαδοπούλου", "Μαρία", "Ιωάννης", "Σοφία", date(1974, 11, 21)),
    )
    names = (("Ελένη", Sex.FEMALE), ("Νικόλαος", Sex.MALE), ("Αικατερίνη", Sex.FEMALE), ("Ιωάννης", Sex.MALE),
             ("Σοφία", Sex.FEMALE))  # fmt: skip
    children = tuple(
        _member(
            place + 3,
            Relation.CHILD,
            names[place % 5][1],
            "Παπαδόπουλος" if names[place % 5][1] is Sex.MALE else "Παπαδοπούλου",
            names[place % 5][0],
            "Γεώργιος",
            "Μαρία",
            date(1999 + place, 1 + place % 12, 14),
        )
        for place in range(max(0, count - 2))
    )
    return (*parents, *children)[:count]


def _member(
    entry: int, relation: Relation, sex: Sex, surname: str, given: str, father: str, mother: str, born: date
) -> FamilyMember:
    return FamilyMember(
        entry=entry, relation=relation, sex=sex, surname=surname, given=given, father=father, mother=mother, born=born,
        birthplace="Άγιοι Ανάργυροι",
    )  # fmt: skip


def offer(count: int = 4) -> CertificateOffer:
    return CertificateOffer(
        title=KINDS[0].title,
        share="10482/3",
        unit="Αγίων Αναργύρων",
        as_of=date(2026, 11, 20),
        facts=(),
        members=members(count),
        standing=PaperStanding.INFORMATION,
        sample=True,
    )


def residence() -> CertificateOffer:
    """A paper that says facts, one under the other."""
    kind = next(kind for kind in KINDS if kind.facts)
    values = ("Παπαδοπούλου-Κωνσταντινίδου", "Άννα", "Νίκη", "Ζωή", "29/2/1980", "Άγιοι Ανάργυροι",
              "Άγιοι Πάντες 12, 13451", "Αγίων Αναργύρων", "10482/3")  # fmt: skip
    facts = tuple(zip((FIELDS[name].label for name in kind.facts), values, strict=True))
    return replace(offer(), title=kind.title, facts=facts, members=())


def entries() -> tuple[Entry, ...]:
    return (
        Entry("votes:depot", TITLE, Words(el="Ανοιχτή έως Τετάρτη 25 Νοεμβρίου 2026, 21:00",
                                         en="Open until Wednesday 25 November 2026, 21:00")),
        Entry("votes:square", Words(el="Το όνομα της νέας πλατείας", en="The name of the new square"),
              Words(el="Ανοίγει τη Δευτέρα 30 Νοεμβρίου 2026", en="Opens on Monday 30 November 2026"), available=False),
    )  # fmt: skip


_A_VOTE = ((Category.PARTICIPATION, Told("1 open vote")),)
_NO_PAPER = Entry(
    "certificates:family_status",
    Words(el="Πιστοποιητικό οικογενειακής κατάστασης", en="Certificate of family status"),
    Words(el="Ο εκτυπωτής δεν είναι έτοιμος", en="The printer is not ready"),
    available=False,
)
_TRACKER = "1f8a0c64e2b97d53a6c01e8f4b2d7a9560c3e1f7928bd45a0e6f13c8b7d2944a"
_CHECK = f"https://kiosk.example.gr/vote/{_TRACKER[:16]}"


def sample_settings(
    languages: tuple[str, ...] = ("el", "en"), *, idle_seconds: int = 120, demo: bool = True, crest: str = ""
) -> StageSettings:
    """What a stage must know of the booth of the samples."""
    town, unit = ({each: words.in_language(each) for each in languages} for words in (MUNICIPALITY, UNIT))
    contact = {each: contact_lines(CONTACT, each) for each in languages}
    return StageSettings(town, unit, languages, idle_seconds, demo=demo, contact=contact, crest=crest)


def samples() -> dict[str, View]:
    """Every view of a resident at least once, by a name fit for a file."""
    review = ReviewLine(question().text, (question().answers[1].text,))
    return {
        "attract": Attract(notices=(TITLE, *_MORE_NOTICES)),
        "attract-one": Attract(notices=(TITLE,)),
        "attract-quiet": Attract(),
        "attract-no-paper": Attract((TITLE,), closed=(("certificates", BoothCode.PRINTER_NOT_READY),)),
        "closed": Closed(BoothCode.READER_MISSING),
        "working": Working(Activity.SEALING, Step(1, 4)),
        "working-card": Working(Activity.READING_CARD, Step(1, 2), may_cancel=True),
        "pin": PinEntry(tries_left=5),
        "pin-last": PinEntry(tries_left=1, wrong=True),
        "pin-again": PinEntry(tries_left=5, again=True),
        "menu": Menu(_A_VOTE),
        "menu-no-paper": Menu(_A_VOTE, closed=frozenset({Category.DOCUMENTS})),
        "category": CategoryPage(Category.PARTICIPATION, entries()),
        "category-no-paper": CategoryPage(Category.DOCUMENTS, (_NO_PAPER,)),
        "category-empty": CategoryPage(Category.FINANCIAL, ()),
        "ballot": ballot(complete=False),
        "ballot-marked": ballot(Marks(frozenset({1}))),
        "ballot-long": ballot(Marks(frozenset({1, 4})), asked=question(12, 3), number=2, of=3),
        "review": Review(TITLE, (review,)),
        "review-many": Review(TITLE, (review, ReviewLine(question().text, ()), review)),
        "vote-done": VoteDone(TITLE, _TRACKER, _CHECK),
        "vote-done-card-out": VoteDone(TITLE, _TRACKER, _CHECK, card_out=True),
        "certificate": offer(),
        "certificate-facts": residence(),
        "certificate-large": offer(12),
        "certificate-done": CertificateDone("K1/2026/000042", "7F3K-92QD-1M8X-0A4T", "https://kiosk.example.gr/c/7F3K"),
        "problem": Problem(VoteCode.VOTE_NOT_CAST),
        "problem-end": Problem(BoothCode.CARD_BLOCKED),
        "take-card": TakeCard(),
        "take-card-problem": TakeCard(BoothCode.CARD_REVOKED),
        **cards_samples(),
    }
