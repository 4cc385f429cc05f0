"""One sample of every view of a resident, for the gallery and for tests. Invented people; never shown to a resident.

The technician's pages want a booth: kiosk.demo.samples has them all.
"""

from datetime import datetime

from kiosk.counter import StageSettings
from kiosk.counter.presenting.contact import contact_lines
from kiosk.desk.blocks import Row, Told
from kiosk.desk.catalogue import CLOSED_NOW, NOT_HERE_YET
from kiosk.desk.door.cardless import without_card_page
from kiosk.desk.pages import List, Step, Sure, Work
from kiosk.desk.views import (
    EMPTY,
    TITLES,
    Attract,
    Closed,
    Menu,
    PinEntry,
    TakeCard,
    Tile,
    TileState,
    View,
)
from kiosk.kernel.activity import Activity
from kiosk.matters import MATTERS
from kiosk.matters.votes.desk import CHECK
from kiosk.matters.votes.samples import TITLE
from kiosk.ui.gallery.samples_cards import cards_samples
from kiosk.ui.gallery.samples_shapes import shapes_samples
from municipality.failures import BoothCode
from municipality.greek import ATHENS
from municipality.matter import Category
from municipality.messages import Words
from municipality.register import FAILURES
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
_MORE_NOTICES = (
    Words(el="Το όνομα της νέας πλατείας", en="The name of the new square"),
    Words(
        el="Πού θα μπουν τα πρώτα δέκα σημεία φόρτισης ηλεκτρικών οχημάτων;",
        en="Where should the first ten charging points for electric cars be?",
    ),
)
_READ = Row(Words(el="Τι αποφασίζεται", en="What is being decided"), key="votes:read")
_VOTE = Tile(Category.PARTICIPATION, TileState.WAITING, Told("1 open vote"))
_EMPTY = tuple(
    Tile(category, TileState.EMPTY, reason=Told(NOT_HERE_YET), elsewhere=True)
    for category in (Category.FINANCIAL, Category.SOCIAL)
)
_NO_PRINTER = Told(CLOSED_NOW, {"why": FAILURES[BoothCode.PRINTER_NOT_READY].title})
_NO_PAPERS = Tile(Category.DOCUMENTS, TileState.CLOSED, reason=_NO_PRINTER, elsewhere=True)


def sample_settings(
    languages: tuple[str, ...] = ("el", "en"), *, idle_seconds: int = 120, demo: bool = True, crest: str = ""
) -> StageSettings:
    """What a stage must know of the booth of the samples."""
    town, unit = ({each: words.in_language(each) for each in languages} for words in (MUNICIPALITY, UNIT))
    contact = {each: contact_lines(CONTACT, each) for each in languages}
    return StageSettings(town, unit, languages, idle_seconds, demo=demo, contact=contact, crest=crest)


def samples() -> dict[str, View]:
    """Every view of a resident at least once, by a name fit for a file."""
    return {
        "attract": Attract(notices=(TITLE, *_MORE_NOTICES), cardless=(CHECK.row,)),
        "attract-one": Attract(notices=(TITLE,), cardless=(CHECK.row, _READ)),
        "attract-quiet": Attract(),
        "attract-no-paper": Attract((TITLE,), closed=(("certificates", BoothCode.PRINTER_NOT_READY),)),
        "closed": Closed(BoothCode.READER_MISSING),
        "working": Work(Activity.SEALING, Step(1, 4)),
        "working-card": Work(Activity.READING_CARD, Step(1, 2), may_cancel=True),
        "pin": PinEntry(tries_left=5),
        "pin-last": PinEntry(tries_left=1, wrong=True),
        "pin-again": PinEntry(tries_left=5, again=True),
        "menu": Menu((_VOTE, Tile(Category.DOCUMENTS), *_EMPTY)),
        "menu-no-paper": Menu((_VOTE, _NO_PAPERS, *_EMPTY)),
        "menu-all": Menu(),
        "category-empty": _empty(),
        "without-card": without_card_page((CHECK.row, _READ)),
        "take-card": TakeCard(),
        "take-card-problem": TakeCard(BoothCode.CARD_REVOKED),
        "sure": Sure(),
        **shapes_samples(),
        **cards_samples(),
        **{name: view for matter in MATTERS for name, view in matter.samples().items()},
    }


def _empty() -> List:
    category = Category.FINANCIAL
    return List(category.value, Told(TITLES[category]), category=category, empty=EMPTY)
