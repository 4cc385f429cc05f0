"""The registrar's roll: what has changed since the last vote is said before anything is made, and made once."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from ballot_box.draft import new_uuid
from ballot_box.officials import registration
from ballot_box.officials.home import Home
from ballot_box.officials.records import Setup
from ballot_box.officials.registration import Changes, changes, made_otherwise, read_request, request_of
from ballot_box.officials.signing import BadRecord, canonical, pem_of
from ballot_box.officials.wizard.rehearsal import InventedTown
from ballot_box.registrar import BadRoll, Registered

TOWN = "Δήμος Δοκιμής"
KEYS = [pem_of(ec.generate_private_key(ec.SECP256R1()).public_key()) for _ in range(4)]


@pytest.fixture
def registrar(home: Callable[[str], Home]) -> Home:
    """One who has made nothing yet."""
    found = home("registrar")
    (found.path / "memory.jsonl").unlink()
    return found


def request(election: str, *entries: tuple[str, str, str]) -> registration.Request:
    return read_request(request_of(election, TOWN, entries))


def test_the_first_time_all_are_new(registrar: Home) -> None:
    first = request("A", ("GR-2", KEYS[1], ""), ("GR-1", KEYS[0], "εκδόθηκε"))
    found = changes(registrar, first)
    assert found == Changes(same=0, new=(("GR-1", "εκδόθηκε"), ("GR-2", "")), changed=(), gone=())
    assert found.unexplained == ("GR-2",)


def test_later_what_is_new_changed_and_gone(registrar: Home) -> None:
    registration.make(registrar, request(new_uuid(), *((f"GR-{n}", KEYS[n], "") for n in range(3))))
    second = request(new_uuid(), ("GR-0", KEYS[0], ""), ("GR-1", KEYS[3], "χάθηκε"), ("GR-9", KEYS[2], ""))
    found = changes(registrar, second)
    assert found == Changes(same=1, new=(("GR-9", ""),), changed=(("GR-1", "χάθηκε"),), gone=("GR-2",))
    assert found.unexplained == ("GR-9",)
    without = request(new_uuid(), ("GR-0", KEYS[3], ""))
    assert changes(registrar, without) == Changes(0, (), (("GR-0", ""),), ("GR-1", "GR-2"))
    assert changes(registrar, without).unexplained == ("GR-0",)


def test_it_is_the_last_roll_that_counts(registrar: Home) -> None:
    registration.make(registrar, request(new_uuid(), ("GR-0", KEYS[0], "")))
    registration.make(registrar, request(new_uuid(), ("GR-0", KEYS[1], "χάθηκε")))
    assert changes(registrar, request("C", ("GR-0", KEYS[1], ""))) == Changes(1, (), (), ())


def test_the_slips_of_a_vote_are_made_once(registrar: Home) -> None:
    election = new_uuid()
    made = registration.make(registrar, request(election, ("GR-0", KEYS[0], "")))
    before = (registrar.path / "memory.jsonl").read_bytes()
    for again in (request(election, ("GR-0", KEYS[0], "")), request(election, ("GR-1", KEYS[1], ""))):
        with pytest.raises(BadRecord, match=r"^roll of a vote: the credentials of this vote have been made already$"):
            registration.make(registrar, again)
    assert (registrar.path / "memory.jsonl").read_bytes() == before
    assert (made.election, made.roll_size, len(made.slips)) == (election, 1, 1)


def test_no_credential_is_remembered(invented: InventedTown, made: Registered, home: Callable[[str], Home]) -> None:
    kept = (home("registrar").path / "memory.jsonl").read_text(encoding="utf-8")
    assert not any(credential in kept for credential in made.credentials)
    assert not any(slip in kept for _, slip in made.slips)
    assert all(card in kept for card in invented.cards)


def test_whether_a_vote_is_what_was_made(
    setup: Setup, made: Registered, home: Callable[[str], Home], altered: Callable[..., Setup]
) -> None:
    clerk = home("registrar")
    assert made_otherwise(clerk, setup) == ""
    assert made_otherwise(clerk, altered(left_out={"GR-1": "no-key"})) == ""
    digest = "ab" * 32
    for wrong in ({"credentials_digest": digest}, {"roll_digest": digest}, {"roll_size": 7}, {"parts": [digest]}):
        assert made_otherwise(clerk, altered(**wrong)) == "its credentials or its roll are not those that you made"
    (clerk.path / "memory.jsonl").unlink()
    assert made_otherwise(clerk, setup) == "you have made no credentials for it"
    assert made.roll_size == 6


@pytest.mark.parametrize(
    "parts",
    [
        {"kind": "votes.notice"},
        {"version": 2},
        {"entries": {}},
        {"entries": [1]},
        {"entries": [{"card": "", "key": KEYS[0], "why": ""}]},
        {"entries": [{"card": "GR-1", "key": KEYS[0]}]},
        {"entries": [{"card": "GR-1", "key": KEYS[0], "why": 1}]},
        {"entries": [{"card": "GR-1", "key": KEYS[0], "why": "", "name": "ψ"}]},
        {"election": 1},
        {"municipality": None},
        {"note": ""},
    ],
)
def test_what_is_no_request_is_refused(parts: dict[str, object]) -> None:
    plain = json.loads(request_of("A", TOWN, [("GR-1", KEYS[0], "")]))
    with pytest.raises(BadRecord, match=r"^roll of a vote"):
        read_request(canonical({**plain, **parts}))


@pytest.mark.parametrize("entries", [[], [("GR-1", "κλειδί", "")]])
def test_a_roll_on_which_nobody_can_be_given_a_slip(entries: list[tuple[str, str, str]]) -> None:
    with pytest.raises(BadRoll):
        read_request(request_of("A", TOWN, entries))


@pytest.mark.parametrize("card", ["", "ΓR-1", "GR 1", "GR-1\n", "x" * 33])
def test_a_card_number_that_hides_something(card: str) -> None:
    with pytest.raises(BadRecord, match=r"entry 1: a card's number has 1 to 32 letters"):
        read_request(request_of("A", TOWN, [(card, KEYS[0], "")]))
