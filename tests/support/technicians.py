"""A technician's card in hand, and what was done with it: as the town hall reads it, as the booth's journal has it."""

import base64
import hashlib
import json
from collections.abc import Iterable
from datetime import datetime

import small_town as st
from lobby_house import Desk, House

from ballot_box.officials.codes import FINGERPRINT_BYTES, code_of
from card_reader import CardImage, Genuine, Pin, PivCard, Slot, Verified, VirtualCard, VirtualReader, signature_holds
from kiosk.kernel.hand import Hand
from kiosk.store import journal
from municipality.matters.technicians.messages import DEED_ACT, LEFT_ACT, LeftAct, TechnicianAct
from municipality.matters.technicians.rules import Did
from municipality.proof import CardProof, Head
from sync import Envelope, outbox

# A fingerprint of officials whom nobody has.
OTHERS = code_of("5a" * FINGERPRINT_BYTES, FINGERPRINT_BYTES)

# What is pressed for each deed that needs no more than a page: the last of them does it.
PRESSES = {
    Did.SYNCED: ("sync:",),
    Did.TEST_PAGE: ("test-page:",),
    Did.PAPER_CHANGED: ("paper-changed:",),
    Did.CLEANED: ("clean:",),
    Did.REHEARSED: ("rehearse:",),
    Did.SERVICE_OFF: ("off:votes repair",),
    Did.SERVICE_ON: ("on:votes",),
    Did.DEVICE_OFF: ("off:printer repair",),
    Did.DEVICE_ON: ("on:printer",),
    Did.TRIED: ("try:disk",),
    Did.SETTINGS_SAVED: ("save:sound.volume=80",),
    Did.SETTINGS_UNDONE: ("save:sound.volume=80", "undo:"),
    Did.OFFICIALS_TYPED: (f"save:officials={OTHERS}",),
    Did.LOG_LEVEL: ("log:",),
    Did.OUT_OF_SERVICE: ("out:",),
    Did.IN_SERVICE: ("in:",),
    Did.CLOCK_CONFIRMED: ("clock:",),
    Did.SCREEN_TRIED: ("touch:", "touched:top_left", "touched:top_right", "touched:middle", "touched:bottom_left",
                       "touched:bottom_right"),
    Did.SCANNER_TRIED: ("scan:",),
    Did.JOURNAL_TAKEN: ("print-journal:",),
}  # fmt: skip


def hand(desk: Desk, number: str = st.TECHNICIAN) -> Hand:
    """The technician's, unlocked now, in a reader of its own: the booth's stays free."""
    return unlocked(desk.town.cards[number], desk.booth.clock())[0]


def unlocked(image: CardImage, now: datetime, *, person: str = "") -> tuple[Hand, VirtualReader]:
    """A card with its PIN typed at `now`, and the reader in which it lies."""
    reader = VirtualReader()
    reader.insert(VirtualCard(image))
    card = PivCard(reader.connect())
    assert card.select() and card.verify(Pin(st.PIN)) == Verified()
    keys = [image.certs[slot].public_key() for slot in (Slot.AUTHENTICATION, Slot.KEY_MANAGEMENT)]
    assert image.number is not None
    return Hand(card, Genuine(image.number, *keys, image.certs[Slot.AUTHENTICATION], image.tries), person, now), reader


def letters(desk: Desk) -> list[Envelope]:
    """All that waits, in its order."""
    with desk.booth.store.reading() as connection:
        return outbox.pending(connection, 500)


def proof_of(town: st.SmallTown, letter: Envelope, image: CardImage) -> CardProof:
    """The card's word beside a letter's act: it holds over what the letter says and nothing else, or this fails."""
    head, text = st.told(town, letter)
    assert head.proof is not None
    assert head.proof.card == image.number
    certificate = image.certs[Slot.AUTHENTICATION]
    assert int(head.proof.certificate, 16) == certificate.serial_number
    signature = base64.b64decode(head.proof.signature, validate=True)
    said = signed_bytes(letter, head, text)
    assert signature_holds(certificate.public_key(), signature, b"municipal-atm act v1\0", said)
    return head.proof


def signed_bytes(letter: Envelope, head: Head, text: str, **other: str) -> bytes:
    """What the card must have signed, put together here as any other program would. `other`: fields that are not so."""
    assert head.proof is not None
    fields = {
        "municipality": st.MUNICIPALITY,
        "kind": letter.kind,
        "act": letter.id,
        "person": head.proof.person,
        "booth": letter.booth,
        "at": f"{head.at:%Y-%m-%dT%H:%M:%S}Z",
        "body": hashlib.sha256(text.encode()).hexdigest(),
    }
    return json.dumps(fields | other, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def acts(house: House) -> list[str]:
    """What the town hall will read of what technicians did, in order; each deed proved by the technician's card."""
    return told(house.desk.town, letters(house.desk))


def told(town: st.SmallTown, waiting: Iterable[Envelope]) -> list[str]:
    """The same out of any booth's letters; those of other matters are left out."""
    return [_told(town, one) for one in waiting if one.kind in (DEED_ACT, LEFT_ACT)]


def _told(town: st.SmallTown, letter: Envelope) -> str:
    head, text = st.told(town, letter)
    assert head.booth == letter.booth == st.BOOTH
    if letter.kind == LEFT_ACT:
        assert head.proof is None, "the card is out"
        assert LeftAct.read(text).card == st.TECHNICIAN
        return "left"
    assert proof_of(town, letter, town.cards[st.TECHNICIAN]).person == ""
    act = TechnicianAct.read(text)
    changed = f": {act.before or '-'} -> {act.after or '-'}" if act.before != act.after else ""
    return f"{act.what} {act.about}".strip() + changed


def lines(house: House) -> list[str]:
    """The technicians' lines of the journal."""
    with house.desk.booth.store.reading() as connection:
        return [detail for _at, what, detail in journal.lines(connection) if what == "technician"]
