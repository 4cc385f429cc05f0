"""A technician's visit as a conversation: a page, what is pressed on it, what comes of it, the next page."""

from collections.abc import Generator

from kiosk.desk.conversation import Conversation, Wish, ask, commit, look
from kiosk.desk.pages import Form, Scan
from kiosk.desk.technician.acts import ACTS, TOUCHED, Shown, page_of
from kiosk.desk.technician.departure import Restart
from kiosk.desk.technician.touch import PLACES, mark

HOME = "open:home"


def tend(key: str = HOME) -> Conversation:
    """From the page that `key` opens until the card is taken, or the program begins anew."""
    shown: Shown | Restart
    opened = 0
    while True:
        verb, _colon, what = key.partition(":")
        if verb == "touch":
            shown = yield from _touch_test()
        elif verb in ACTS:
            shown = yield from commit(ACTS[verb], what)
        else:
            # Counted, so that what is opened once more is the booth as it is by then.
            opened += 1
            shown = yield from look(page_of, key, opened)
        if isinstance(shown, Restart):
            return None
        if isinstance(shown, Form):
            typed = yield from ask(shown)
            key = f"value:{shown.name}={typed[shown.name]}"
        elif isinstance(shown, Scan):
            key = f"scanned:{(yield from ask(shown))}"
        else:
            key = yield from ask(shown)


def _touch_test() -> Generator[Wish, object, Shown | Restart]:
    """One mark after the other. Which of them did not answer is stored."""
    missed: tuple[str, ...] = ()
    for place in PLACES:
        touched = yield from ask(mark(place))
        missed += () if touched else (place,)
    return (yield from commit(TOUCHED, " ".join(missed)))
