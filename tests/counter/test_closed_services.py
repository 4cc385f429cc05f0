"""What stands on the first screen of what nobody gets here now, in whichever number."""

from itertools import combinations

import pytest

from kiosk.counter.presenting.presenters import present
from kiosk.desk.views import Attract
from kiosk.kernel.expiry import SIGN_IN
from municipality.failures import BoothCode, Code
from municipality.matter import Category
from municipality.matters import MATTERS
from municipality.register import FAILURES

SERVING = [matter for matter in MATTERS if matter.serves]
BEGIN, REST = "Put in your Citizen Card to begin.", "What else is offered here works."


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
    rest = [REST] if len(subset) < len(SERVING) else []
    assert one_reason == " ".join((BEGIN, *sentences, why, *rest))
    codes = [BoothCode.CLOCK_IN_DOUBT, *[BoothCode.PRINTER_NOT_READY] * (len(subset) - 1)]
    whys = [f"{FAILURES[code].title}." for code in dict.fromkeys(codes)]
    several = said(*((matter.noun, code) for matter, code in zip(subset, codes, strict=True)))
    assert several == " ".join((BEGIN, *sentences, *whys, *rest))


def test_where_nobody_can_sign_in_nothing_else_works() -> None:
    closed = ((SIGN_IN, BoothCode.REVOCATIONS_TOO_OLD), (SERVING[0].noun, BoothCode.REVOCATIONS_TOO_OLD))
    assert REST not in said(*closed)
    assert present(Attract(closed=closed), "en")["categories"] == []


def test_on_a_quiet_day_it_shows_what_can_be_done_and_nothing_else() -> None:
    def shown(*closed: tuple[str, Code]) -> list[str]:
        return [each["category"] for each in present(Attract(closed=closed), "en")["categories"]]

    served = {matter.category for matter in SERVING}
    assert {"documents", "participation"} <= served
    assert shown() == [one for one in Category if one in served]
    papers = [matter.noun for matter in SERVING if matter.category is Category.DOCUMENTS]
    left = shown(*((noun, BoothCode.PRINTER_NOT_READY) for noun in papers))
    assert left == [one for one in shown() if one != "documents"] and "participation" in left
