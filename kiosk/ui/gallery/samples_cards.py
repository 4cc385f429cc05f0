"""The card's own screens with example values, for the pictures and for tests. Nobody's card."""

from datetime import datetime

from kiosk.desk.door.lost_card import blocked_page
from kiosk.desk.door.own_pin import SET
from kiosk.desk.pages import Problem, Step, Work
from kiosk.desk.views import LostCard, NewPin, PinEntry, View
from kiosk.identity.own_pin import Unfit
from kiosk.kernel.activity import Activity
from municipality.failures import BoothCode
from municipality.greek import ATHENS
from municipality.matters.cards.failures import LostCardCode


def cards_samples() -> dict[str, View]:
    """By a name fit for a file."""
    return {
        "pin-own": PinEntry(0, shortest=6, longest=6, new=NewPin(1)),
        "pin-own-date": PinEntry(0, shortest=6, longest=6, new=NewPin(1, 1, Unfit.DATE)),
        "pin-own-again": PinEntry(0, shortest=6, longest=6, new=NewPin(2, 1)),
        "pin-own-different": PinEntry(0, shortest=6, longest=6, new=NewPin(1, 2, Unfit.DIFFERENT)),
        "pin-own-set": SET,
        "pin-own-not-sure": Problem(BoothCode.OWN_PIN_NOT_SURE),
        "lost-card": LostCard(Step(1, 2), letters="KD"),
        "lost-card-code": LostCard(Step(2, 2)),
        "lost-card-wrong": LostCard(Step(1, 2), LostCardCode.LOST_CARD_WRONG, 20, 1, "KD"),
        "lost-card-wait": LostCard(Step(1, 2), LostCardCode.LOST_CARD_WAIT, 840, 7, "KD"),
        "lost-card-none": Problem(LostCardCode.LOST_CARD_NO_CODES, card=False),
        "lost-card-work": Work(Activity.BLOCKING_CARD, Step(2, 2)),
        "lost-card-done": blocked_page("KD-000123", datetime(2026, 11, 21, 10, 42, tzinfo=ATHENS)),
        "card-suspended": Problem(BoothCode.CARD_SUSPENDED),
        "card-reported-lost": Problem(BoothCode.CARD_REPORTED_LOST),
    }
