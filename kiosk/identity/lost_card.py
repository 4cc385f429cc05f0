"""«I have lost my card»: its number and the block code of the PIN letter block it here at once, off line too.

Never: an answer, or a time to answer, that tells a wrong number from a wrong code; a number in a journal or a log; an
undoing (the counter does that).
"""

import re
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from assets import typed
from card_reader import block_code_holds
from kiosk.kernel import acts, public_matter
from kiosk.kernel.booth import Booth
from kiosk.store import Connection, StoreFull, blocks, facts, journal
from municipality.failures import BoothCode, Code
from municipality.matters.cards.failures import LostCardCode
from municipality.matters.cards.messages import CardBlockAct

# After a wrong answer nobody is asked for so long; doubled each time, and forgotten after a day without one.
FIRST_PAUSE, LONGEST_PAUSE, FORGOTTEN = timedelta(seconds=5), timedelta(minutes=15), timedelta(days=1)
# Always so many hashes: two cards may share their digits, and the time must not tell how many do.
_HASHES = 2
_DECOY = f"scrypt$14$8$1${'A' * 22}${'A' * 43}"


@dataclass(frozen=True)
class Blocked:
    """No booth will take the card: this one from now on, the others after the town hall has heard of it."""

    card: str = field(repr=False)
    at: datetime


@dataclass(frozen=True)
class NotBlocked:
    """Nothing was done. `wait` is how long nobody is asked again."""

    code: Code
    wait: timedelta = timedelta(0)


def block(booth: Booth, number: str, code: str) -> Blocked | NotBlocked:
    """`number` and `code` as they were typed. Some tenths of a second: not for the counter's thread."""
    now = booth.clock()
    try:
        # Counted as wrong before it is judged: pulling the plug in between gains nothing.
        with booth.store.writing() as connection:
            before = facts.get(connection, facts.LOST_CARD_TRIES)
            wait = _pause(before, now)
            if wait:
                return NotBlocked(LostCardCode.LOST_CARD_WAIT, wait)
            facts.put(connection, facts.LOST_CARD_TRIES, f"{_tries(before, now) + 1} {now.isoformat()}")
        card = _card_of(booth, number, code)
        if card is None:
            return NotBlocked(LostCardCode.LOST_CARD_WRONG, pause_left(booth))
        with booth.store.writing() as connection:
            if before is None:
                facts.drop(connection, facts.LOST_CARD_TRIES)
            else:
                facts.put(connection, facts.LOST_CARD_TRIES, before)
            if not blocks.waiting(connection, card):
                _report(booth, connection, card, now)
    except StoreFull:
        return NotBlocked(BoothCode.STORE_FULL)
    booth.store.fold()
    return Blocked(card, now)


def pause_left(booth: Booth) -> timedelta:
    """How long nobody may try, because of wrong answers before; zero when anybody may."""
    with booth.store.reading() as connection:
        return _pause(facts.get(connection, facts.LOST_CARD_TRIES), booth.clock())


def is_blocked(booth: Booth, card: str) -> bool:
    """Whether the card was reported lost here, and the town hall's word is not newer yet."""
    with booth.store.reading() as connection:
        return blocks.holds(connection, card)


def _report(booth: Booth, connection: Connection, card: str, now: datetime) -> None:
    blocks.put(connection, card, now, acts.queue(booth, connection, CardBlockAct(card=card), at=now))
    journal.note(connection, journal.What.CARD_BLOCKED, now)


def _card_of(booth: Booth, number: str, code: str) -> str | None:
    """The card, if the code is its own. The same work is done for every number."""
    with booth.store.reading() as connection:
        known = public_matter.block_codes(booth, connection)
    meant = _meant(number, sorted(known))[:_HASHES]
    hashes = [known[card] for card in meant] + [_DECOY] * (_HASHES - len(meant))
    held = [block_code_holds(code, encoded) for encoded in hashes]
    return next((card for card, holds in zip(meant, held, strict=False) if holds), None)


def _meant(text: str, cards: Collection[str]) -> list[str]:
    """KD-000123, kd 123, 000123 and ΚΔ-OOO123 all mean the card KD-000123."""
    plain = "".join(c for c in typed.capitals(text) if c.isalnum())
    letters, digits = _parts(plain)
    found = []
    for card in cards:
        own_letters, own_digits = _parts(card.upper())
        as_it_is = digits == own_digits and letters in ("", own_letters)
        if own_digits and (as_it_is or _slipped(plain, own_letters) == own_digits):
            found.append(card)
    return found


def _slipped(plain: str, letters: str) -> str | None:
    """The digits, with O for zero and the like, behind the card's own letters or behind a digit: elsewhere such letters
    may be those of a number."""
    tail = plain.removeprefix(letters)
    if tail == plain and not plain[:1].isdigit():
        return None
    digits = typed.read(tail, "0123456789")
    return None if digits is None else digits.lstrip("0")


def _parts(plain: str) -> tuple[str, str]:
    return re.sub(r"[^A-Z]", "", plain), re.sub(r"[^0-9]", "", plain).lstrip("0")


def letters(booth: Booth) -> str:
    """With which the numbers of this municipality's cards begin; "" where no card has come yet."""
    with booth.store.reading() as connection:
        found = Counter(_parts(card.upper())[0] for card in public_matter.some_cards(booth, connection))
    # A technician's card has others; there are fewer of them.
    return found.most_common(1)[0][0] if found else ""


def _tries(kept: str | None, now: datetime) -> int:
    if kept is None:
        return 0
    count, last = kept.split()
    return 0 if now - datetime.fromisoformat(last) >= FORGOTTEN else int(count)


def _pause(kept: str | None, now: datetime) -> timedelta:
    count = _tries(kept, now)
    if kept is None or not count:
        return timedelta(0)
    whole = min(FIRST_PAUSE * (1 << min(count - 1, 30)), LONGEST_PAUSE)
    # A clock that was set back must not make the pause longer.
    return min(max(datetime.fromisoformat(kept.split()[1]) + whole - now, timedelta(0)), whole)
