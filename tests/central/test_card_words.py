"""What the card office says at its desk: no name of the program's, no number that means nothing to a clerk."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args

import pytest
from card_office import MARIA, held
from cards import Batch, Ill
from cryptography.hazmat.primitives.asymmetric import ec
from pcscd import running_pcscd
from staff_desk import employ
from waiting import until

import card_reader
from card_reader import (
    BadKey,
    CardFault,
    CardGone,
    CardImage,
    CardMade,
    CardRefused,
    FalseCard,
    NotBlank,
    NotPiv,
    Personalised,
    Slot,
    VirtualCard,
    Vpicc,
    WrongManagementKey,
    WrongPuk,
    with_cards,
)
from central.cli import main
from central.kernel.centre import Centre
from central.kernel.outcome import Done
from central.office.cards import lifecycle
from central.office.cards.letters import LetterFailed
from central.office.cards.making import Failed
from central.office.cards.wiping import Spared, Why
from central.staff.commands.card_words import said
from municipality.matters.cards.rules import State

A, D = Slot.AUTHENTICATION, Slot.KEY_MANAGEMENT
OUTCOMES: list[tuple[Any, list[str]]] = [
    (CardGone("80100069"), ["put it in and run this again"]),
    (CardFault("GET DATA", 0x6F00), ["read error", "For the technician: GET DATA: 6F00, fault inside the card"]),
    (CardFault("data object is damaged"), ["read error", "For the technician: data object is damaged"]),
    (CardRefused("GENERATE KEY PAIR", 0x6581), ["read error", "6581, the card's memory failed"]),
    (CardRefused("PUT DATA", 0x6982), ["6982, not allowed without a PIN or key"]),
    (CardRefused("RESET", None), ["For the technician: RESET"]),
    (LetterFailed("the printer is not ready: jam"), ["the printer is not ready: jam"]),
    (NotPiv(), ["no PIV card"]),
    (NotBlank("AAK-000002"), ["it is AAK-000002", "nothing was done"]),
    (NotBlank(None), ["is not blank; nothing was done"]),
    (WrongManagementKey(), ["--management-key"]),
    (FalseCard(), ["throw it away"]),
    (WrongPuk(2), ["2 tries left", "--wipe"]),
    (BadKey("weak", (D,)), ["9D is weak", "batch aside"]),
    (BadKey("twice", (A, D)), ["the same key in 9A and 9D", "batch aside"]),
    (BadKey("known", (D,), ("AAK-000002", "AAK-000003")), ["Block and replace AAK-000002 and AAK-000003"]),
    (BadKey("known", (D,), ("AAK-000009",)), ["9D was certified before", "batch aside"]),
    (Spared(Why.SOMEBODYS, "AAK-000002", State.PERSONALISED), ["AAK-000002", "waits for its holder", "not touched"]),
    (Spared(Why.SOMEBODYS, "AAK-000002", State.HANDED_OVER), ["in its holder's hands", "cards block"]),
    (Spared(Why.SOMEBODYS, "AAK-000002", State.ACTIVE), ["in use", "not touched"]),
    (Spared(Why.NOT_OURS), ["this office did not issue", "not touched"]),
    (Spared(Why.NOT_ON_RECORD, "AAK-000008"), ["AAK-000008", "not touched"]),
]


@pytest.mark.parametrize(("outcome", "expected"), OUTCOMES, ids=lambda value: type(value).__name__)
def test_every_outcome_has_a_sentence_for_a_clerk(outcome: Any, expected: list[str]) -> None:
    for options in ({"wiped": False}, {"wiped": True}, {"wiped": False, "renewing": True}):
        sentence = said(Failed(outcome), "AAK-000009", **options)
        _is_for_people(sentence)
        if options == {"wiped": False}:
            assert all(part in sentence for part in expected), sentence


def _is_for_people(sentence: str) -> None:
    names = {one for one in [*card_reader.__all__, "LetterFailed"] if re.match("[A-Z][a-z]+[A-Z]", one)}
    names |= {"Spared", "Failed", "Counterfeit", "Genuine"}
    assert not names & set(re.findall(r"\w+", sentence)), sentence
    assert not re.search(r"\d{5}(?!\d)|0x|=|\(\)|None|<", sentence.replace("AAK-0000", "")), sentence


def test_every_outcome_is_in_the_table() -> None:
    told = {type(outcome) for outcome, _ in OUTCOMES}
    assert {*get_args(Personalised), CardGone, CardFault, LetterFailed, Spared} - {CardMade} == told


def test_a_card_that_cannot_be_emptied_is_not_sent_round_in_a_circle() -> None:
    assert "throw it away" in said(Failed(WrongPuk(0)), "AAK-000009", wiped=True)
    assert "replace the card" in said(Failed(WrongPuk(1)), "AAK-000009", wiped=False, renewing=True)
    assert "another card lies in the reader, AAK-000002" in said(
        Failed(NotBlank("AAK-000002")), "AAK-000009", wiped=False, renewing=True
    )


@pytest.fixture
def desk(
    centre: Centre, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Callable[..., Any]:
    """`kiosk-central cards personalise` for a technician's card: the answer, or the words of a refusal."""
    employ(centre, monkeypatch)

    def run(reader: str, *more: str) -> Any:
        order = lifecycle.order_technicians(centre, who=MARIA)
        assert isinstance(order, Done)
        words = ["--card", order.about, "--reader", reader, "--letter", str(tmp_path / f"{order.about}.pdf"), *more]
        capsys.readouterr()
        code = main(["cards", "personalise", "--home", str(centre.settings.home), "--who", MARIA, *words])
        told = capsys.readouterr()
        assert (tmp_path / f"{order.about}.pdf").exists() == (code == 0)
        return json.loads(told.out) if code == 0 else told.err

    return run


@pytest.mark.timeout(300, func_only=True)
def test_at_the_desk_behind_the_real_pcscd(
    town: Any, centre: Centre, on_paper: list[Any], desk: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    with running_pcscd() as pcscd:
        name = pcscd.reader.rpartition(" ")[0]  # fits both slots: one reader
        both = [pcscd.reader, pcscd.second_reader]
        assert "there is no card in it" in desk(name)

        def with_card(card: VirtualCard, *more: str, slot: int = 0, also: VirtualCard | None = None) -> Any:
            pieces = [Vpicc(card, port=pcscd.port + slot)]
            if also is not None:
                pieces.append(Vpicc(also, port=pcscd.port + 1 - slot))
            for piece in pieces:
                piece.insert()
            until(lambda: len(with_cards(both)) == len(pieces))
            try:
                return desk(name, *more)
            finally:
                for piece in pieces:
                    piece.remove()
                until(lambda: not with_cards(both))

        assert "9A and 9D" in with_card(Batch({A: key, D: key}))
        made = with_card(Batch({D: key}), slot=1)
        assert held(centre, made["card"]).state is State.PERSONALISED, "whichever slot it lies in"
        assert f"Block and replace {made['card']}" in with_card(Batch({A: key}))
        blank = VirtualCard(CardImage.blank())
        assert "cards lie in 2 of its slots" in with_card(blank, also=VirtualCard(CardImage.blank()))
        staff = VirtualCard(town.card("staff"))
        before = staff.image().to_json()
        told = with_card(staff, "--wipe")
        assert town.card("staff").number in told and "not touched" in told and staff.image().to_json() == before
        assert "did not issue: it was not touched" in with_card(VirtualCard(town.card("foreign")), "--wipe")
        connect = card_reader.PcscReader.connect
        ill = lambda reader: Ill(connect(reader), bytes.fromhex("0047009A"), b"\x6f\x00", once=False)  # noqa: E731
        monkeypatch.setattr(card_reader.PcscReader, "connect", ill)
        told = with_card(VirtualCard(CardImage.blank()))
        assert "read error" in told and "GENERATE KEY PAIR: 6F00, fault inside the card, no diagnosis" in told
