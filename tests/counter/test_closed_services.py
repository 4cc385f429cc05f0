"""What stands on the first screen of what nobody gets here now, in whichever number."""

from itertools import combinations

import pytest

from kiosk.counter.presenters import present
from kiosk.desk.views import Attract
from municipality.failures import BoothCode, Code
from municipality.matters import MATTERS
from municipality.register import FAILURES

SERVING = [matter for matter in MATTERS if matter.serves]
BEGIN, REST = "Put in your Citizen Card to begin.", "Everything else works."


def said(*closed: tuple[str, Code]) -> str:
    return str(present(Attract(closed=closed), "en")["text"])


def test_nothing_is_said_of_what_is_open() -> None:
    assert said() == BEGIN


@pytest.mark.parametrize(
    "subset", [some for size in range(1, len(SERVING) + 1) for some in combinations(SERVING, size)]
)
def test_each_closed_service_has_its_own_sentence_and_a_reason_is_said_once(subset) -> None:
    sentences = [matter.closed for matter in subset]
    why = f"{FAILURES[BoothCode.STORE_FULL].title}."
    one_reason = said(*((matter.noun, BoothCode.STORE_FULL) for matter in reversed(subset)))
    assert one_reason == " ".join((BEGIN, *sentences, why, REST))
    codes = [BoothCode.CLOCK_IN_DOUBT, *[BoothCode.PRINTER_NOT_READY] * (len(subset) - 1)]
    whys = [f"{FAILURES[code].title}." for code in dict.fromkeys(codes)]
    several = said(*((matter.noun, code) for matter, code in zip(subset, codes, strict=True)))
    assert several == " ".join((BEGIN, *sentences, *whys, REST))
