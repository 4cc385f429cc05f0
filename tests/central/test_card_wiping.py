"""`personalise --wipe`: never somebody's card, never a stranger's; the record has the number before it is done."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from card_office import MARIA, acts, card_authority, crl, held
from cards import Counted, Ill
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from card_reader import (
    CardFault,
    CardGone,
    CardImage,
    NotBlank,
    NotPiv,
    OtherCard,
    Slot,
    VirtualCard,
    VirtualReader,
    WrongPuk,
    make_card_image,
    wipe,
)
from card_reader.piv import certificate_object
from central.kernel.centre import Centre
from central.kernel.outcome import Done, Refused
from central.office.cards import lifecycle
from central.office.cards import making as card_making
from central.office.cards.letters import LetterFile
from central.office.cards.making import Blank, Failed, Made
from central.office.cards.wiping import Spared, Why
from central.office.roll import registry
from central.store import audit
from central.store.office import cards as rows
from central.store.office import registry as registry_rows
from municipality.matters.cards.rules import State


def put_in(card: VirtualCard) -> Any:
    reader = VirtualReader()
    reader.insert(card)
    return reader.connect()


@pytest.fixture
def wiping(centre: Centre, on_paper: list[Any], tmp_path: Path) -> Callable[..., tuple[str, Any]]:
    """Order a technician's card and make it, with --wipe, of the card behind this line: its number and the outcome."""

    def make(line: Any, *, wipe: bool = True) -> tuple[str, Any]:
        order = lifecycle.order_technicians(centre, who=MARIA)
        assert isinstance(order, Done)
        box = LetterFile(tmp_path / f"{order.about}.pdf")
        return order.about, card_making.personalise(centre, line, order.about, box, who=MARIA, blank=Blank(wipe=wipe))

    return make


@pytest.fixture
def finished(wiping: Any) -> tuple[str, VirtualCard]:
    """A card of somebody else, made a moment ago."""
    card = VirtualCard(CardImage.blank())
    number, made = wiping(put_in(card), wipe=False)
    assert isinstance(made, Made)
    return number, card


def stands(centre: Centre, number: str, state: State) -> None:
    with centre.store.writing() as tx:
        rows.change(tx, number, state=state)


@pytest.mark.parametrize("state", [State.PERSONALISED, State.HANDED_OVER, State.ACTIVE])
def test_a_finished_card_of_somebody_is_named_and_not_touched(
    centre: Centre, wiping: Any, finished: tuple[str, VirtualCard], state: State
) -> None:
    number, card = finished
    stands(centre, number, state)
    before, line = card.image().to_json(), Counted(put_in(card))
    ordered, outcome = wiping(line)
    assert outcome == Failed(Spared(Why.SOMEBODYS, number, state))
    assert card.image().to_json() == before and set(line.said) <= {0xA4, 0xCB, 0xFD, 0xC0}, "it was only read"
    assert held(centre, ordered).state is State.ORDERED and "card.wipe" not in [
        what for _, what in acts(centre, number)
    ]


def test_a_card_of_the_register_is_spared_too(town: Any, centre: Centre, wiping: Any) -> None:
    card = VirtualCard(town.card("staff"))
    before = card.image().to_json()
    _, outcome = wiping(put_in(card))
    assert outcome == Failed(Spared(Why.SOMEBODYS, town.card("staff").number, State.ACTIVE))
    assert card.image().to_json() == before


@pytest.mark.parametrize("end", ["blocked", "replaced", "expired", "run out"])
def test_a_card_that_is_over_is_emptied_and_the_record_names_it_first(
    centre: Centre, wiping: Any, finished: tuple[str, VirtualCard], end: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    number, card = finished
    if end == "blocked":
        stands(centre, number, State.ACTIVE)
        lifecycle.block(centre, number, who=MARIA)
    elif end == "run out":
        with centre.store.writing() as tx:
            rows.change(tx, number, not_after=centre.clock() - timedelta(seconds=1))
    else:
        stands(centre, number, State(end))
    told: list[tuple[str, str]] = []
    monkeypatch.setattr(
        "central.office.cards.wiping.wipe",
        lambda line, seen: told.extend(acts(centre, number)) or wipe(line, seen),
    )
    _, outcome = wiping(put_in(card))
    assert isinstance(outcome, Made) and told[-1] == (MARIA, "card.wipe")
    if end == "blocked":  # nobody can release what is empty
        assert lifecycle.unblock(centre, number, who=MARIA) == Refused(lifecycle.Why.BLOCKED_FOR_GOOD)
        registry.publish_revocations(centre)
        with centre.store.reading() as tx:
            row = registry_rows.find_card(tx, number)
        assert row is not None
        assert x509.load_pem_x509_certificate(row.authentication.encode()).serial_number in crl(centre)


def test_what_an_attempt_left_behind_is_emptied(
    centre: Centre, wiping: Any, tmp_path: Path, on_paper: list[Any]
) -> None:
    """Under a number that was finished on another card since: the finished one is somebody's, this one is nobody's."""
    left, other = VirtualCard(CardImage.blank()), VirtualCard(CardImage.blank())
    order = lifecycle.order_technicians(centre, who=MARIA)
    assert isinstance(order, Done)
    ill = Ill(put_in(left), bytes.fromhex("00FFFFFF"), b"\x6f\x00", once=False)
    for line, expected in ((ill, Failed), (put_in(other), Made)):
        box = LetterFile(tmp_path / "letter.pdf")
        assert isinstance(card_making.personalise(centre, line, order.about, box, who=MARIA), expected)
    stands(centre, order.about, State.ACTIVE)
    number, outcome = wiping(put_in(left))
    assert isinstance(outcome, Made) and number != order.about
    assert acts(centre, order.about)[-1] == (MARIA, "card.wipe")
    _, spared = wiping(put_in(other))
    assert spared == Failed(Spared(Why.SOMEBODYS, order.about, State.ACTIVE))


def own_certificate(tag: int, subject: str) -> VirtualCard:
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime(2026, 1, 1, tzinfo=UTC)
    name = x509.Name([x509.NameAttribute(NameOID.SERIAL_NUMBER, subject)])
    built = x509.CertificateBuilder(name, name, key.public_key(), 1000, now, now + timedelta(days=900))
    card = VirtualCard(CardImage.blank())
    der = built.sign(key, hashes.SHA256()).public_bytes(Encoding.DER)
    card.objects[tag] = certificate_object(der)
    return card


def strangers(town: Any) -> dict[str, VirtualCard]:
    """Cards that hold something that this office did not issue."""
    ours = town.card("staff")
    mixed = VirtualCard(CardImage.blank())
    mixed.objects[Slot.AUTHENTICATION.certificate_object] = certificate_object(
        ours.certs[Slot.AUTHENTICATION].public_bytes(Encoding.DER)
    )
    mixed.objects[0x5FC10A] = b"\x70\x00"
    return {
        "another town's": VirtualCard(town.card("foreign")),
        "a key of one's own": own_certificate(Slot.AUTHENTICATION.certificate_object, "me"),
        "under our number": own_certificate(Slot.AUTHENTICATION.certificate_object, "AAK-000002"),
        "in the place for signatures": own_certificate(0x5FC10A, "me"),
        "in a retired place": own_certificate(0x5FC120, "me"),
        "ours and something else": mixed,
    }


@pytest.mark.parametrize(
    "whose",
    [
        "another town's",
        "a key of one's own",
        "under our number",
        "in the place for signatures",
        "in a retired place",
        "ours and something else",
    ],
)
def test_a_strangers_card_is_not_touched(town: Any, wiping: Any, whose: str) -> None:
    card = strangers(town)[whose]
    before, objects = card.image().to_json(), dict(card.objects)
    _, outcome = wiping(put_in(card))
    assert outcome == Failed(Spared(Why.NOT_OURS))
    assert card.image().to_json() == before and card.objects == objects


def test_one_that_our_authority_signed_and_the_record_does_not_know(centre: Centre, town: Any, wiping: Any) -> None:
    staff = town.card("staff")
    for number in ("AAK-888888", staff.number):  # a number of nobody; other certificates of a number of somebody
        image = make_card_image(card_authority(centre), number, staff.pin, staff.puk, centre.clock(), 2)
        card = VirtualCard(image)
        _, outcome = wiping(put_in(card))
        assert outcome == Failed(Spared(Why.NOT_ON_RECORD, number))
        assert card.image().to_json() == image.to_json()


def test_blank_cards_and_cards_that_are_none(centre: Centre, wiping: Any) -> None:
    number, outcome = wiping(put_in(VirtualCard(CardImage.blank())))
    assert isinstance(outcome, Made)
    assert (MARIA, "card.wipe_blank") in acts(centre, number), "by its number alone, as everything about it"
    with centre.store.reading() as tx:
        assert {one.about for one in audit.newest(tx, 200) if one.what.startswith("card.wipe")} == {number}
    assert isinstance(wiping(put_in(VirtualCard(CardImage.blank(), plain=True)))[1], Made)
    assert wiping(put_in(OtherCard()))[1] == Failed(NotPiv())


def test_a_card_that_cannot_be_read_is_left_alone(
    centre: Centre, wiping: Any, finished: tuple[str, VirtualCard]
) -> None:
    number, card = finished
    lifecycle.block(centre, number, who=MARIA)
    before = card.image().to_json()
    for begins in ("00A40400", "00CB3FFF055C035FC105", "00CB3FFF055C035FC10A"):
        line = Ill(put_in(card), bytes.fromhex(begins), b"\x6f\x00", once=False)
        _, outcome = wiping(line)
        assert isinstance(outcome, Failed) and isinstance(outcome.outcome, CardFault)
        assert card.image().to_json() == before


class Swapped:
    """A line whose card is another one from the moment that the record has the first one's number."""

    def __init__(self, first: Any, second: Any, swapped: Callable[[], bool]) -> None:
        self.first, self.second, self.swapped = first, second, swapped

    def transmit(self, apdu: bytes | bytearray) -> bytes:
        answer: bytes = (self.second if self.swapped() else self.first).transmit(apdu)
        return answer

    def close(self) -> None:
        self.first.close()


def test_a_card_swapped_between_the_look_and_the_wipe(
    town: Any, centre: Centre, wiping: Any, finished: tuple[str, VirtualCard]
) -> None:
    """A reader would tell; whether it does or not, the one that was looked at is the one that is emptied."""
    number, card = finished
    lifecycle.block(centre, number, who=MARIA)
    other = VirtualCard(town.card("staff"))
    before = other.image().to_json(), card.image().to_json()
    line = Swapped(put_in(card), put_in(other), lambda: "card.wipe" in [what for _, what in acts(centre, number)])
    _, outcome = wiping(line)
    assert isinstance(outcome, Failed) and isinstance(outcome.outcome, CardGone)
    assert (other.image().to_json(), card.image().to_json()) == before


def test_a_new_letter_with_another_key_file_says_how_many_tries_are_left(
    centre: Centre, finished: tuple[str, VirtualCard], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    number, card = finished
    monkeypatch.setattr(card_making, "_office_key", lambda _: b"another" * 5)
    box = LetterFile(tmp_path / "again.pdf")
    for left in (2, 1, 0, 0):
        made = card_making.new_letter(centre, put_in(card), number, box, who=MARIA)
        assert made == Failed(WrongPuk(left)) and not box.path.exists()


def test_a_new_letter_for_what_an_attempt_left_is_refused(
    centre: Centre, finished: tuple[str, VirtualCard], tmp_path: Path
) -> None:
    """It has the number and the PUK of the finished card, and is not that card."""
    number, card = finished
    with centre.store.reading() as tx:
        row = registry_rows.find_card(tx, number)
    assert row is not None
    with centre.store.writing() as tx:  # as if it had been finished on another one since
        rows.change(tx, number, authentication=row.key_management)
    box, tries = LetterFile(tmp_path / "again.pdf"), card.image().puk_tries
    made = card_making.new_letter(centre, put_in(card), number, box, who=MARIA)
    assert made == Failed(NotBlank(None)) and not box.path.exists() and card.image().puk_tries == tries
