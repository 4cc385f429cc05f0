"""Root at the town hall, with every file of the centre and a free hand: who notices what, in the words that they read.

Not in root's hands, but where a test says so: officials' folders, cards' keys, booths' keys. What nobody notices is
said here too, and in docs/threats.md.
"""

from __future__ import annotations

import json
import shutil
import zipfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import officials_town as at
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from joserfc.errors import JoseError
from officials_town import BOOTHS, CARDS, CLOSES, GRACE, LATER, NO, OPENS, SUPERSEDED, YES, Town

from ballot_box import (
    Board,
    Credential,
    NotVerified,
    SlipRefused,
    ToolFailed,
    Verified,
    add_partial_decryption,
    close,
    encrypted_tally,
    list_digest,
    public_part,
    published_result,
    read_slip,
    registrar,
    result,
    tally,
    tracker,
)
from ballot_box.belenios import has_verify_ballot
from ballot_box.officials import ceremony, consent, files, registration, signing
from ballot_box.officials.body import Office, Official, Officials, read_officials, record_of
from ballot_box.officials.consent import Refusal
from ballot_box.officials.opening import MayNotOpen
from ballot_box.officials.records import (
    Decided,
    Declaration,
    Lost,
    declaration_of,
    extension_of,
    final_of,
    read_declaration,
    read_final,
    read_setup,
)
from ballot_box.officials.signing import BadRecord, KeySigner, canonical, pem_of
from ballot_box.officials.statement import (
    Stated,
    endorsement_of,
    read_stated,
    read_statement,
    stated_fault,
    statement_of,
)
from ballot_box.officials.trustee import Ended, Share
from ballot_box.registrar import slip_plaintext
from ballot_box.tally import TallyResult
from ballot_box.tracker import tracker_of

SECOND = "you have opened this vote before, with another board: a second one is never opened"
NO_REGISTRAR = "the registrar has not signed it"
GONE = "1 ballots that booths took are neither on the board nor superseded nor refused"
UNSTATED = "1 ballots stand on the board that no booth has taken"


@pytest.fixture(scope="session")
def first(tmp_path_factory: pytest.TempPathFactory) -> Town:
    return at.make_town(tmp_path_factory.mktemp("officials-town"), tmp_path_factory.mktemp("boards"))


@pytest.fixture(scope="session")
def verdicts() -> dict[bytes, Verified | NotVerified]:
    return {}


@pytest.fixture(autouse=True)
def _once(verdicts: dict[bytes, Verified | NotVerified], monkeypatch: pytest.MonkeyPatch) -> None:
    """What was said of a board is said again of the same bytes: each of them is really verified, and once."""
    verify = tally.verify

    def remembered(board: Board, head: str | None = None) -> Verified | NotVerified:
        content = board.path.read_bytes() + (head or "").encode()
        if content not in verdicts:
            verdicts[content] = verify(board, head)
        return verdicts[content]

    monkeypatch.setattr(tally, "verify", remembered)


@pytest.fixture
def town(first: Town, tmp_path: Path) -> Town:
    """A private copy."""
    return replace(first, folder=Path(shutil.copytree(first.folder, tmp_path / "town")))


@pytest.fixture(scope="session")
def own_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Officials whom root plays."""
    folder = tmp_path_factory.mktemp("own-people")
    (folder / "officials.json").write_text(ceremony.rehearse(folder, at.MUNICIPALITY, "2024-2028").file())
    return folder


@pytest.fixture
def own(own_folder: Path) -> Officials:
    return read_officials((own_folder / "officials.json").read_text())


def test_the_honest_vote_opens_and_verifies(town: Town) -> None:
    assert town.told() == (
        "«Ψηφοφορία γειτονιάς», 12 on the roll, closed at 2027-03-08T18:00:00+00:00.",
        "3 of 3 booths have made their closing statement.",
        "The slip is that of booth kep: 3 ballots.",
        "8 ballots are on the board; 1 were superseded before, 0 refused.",
        "7 ballots count, one for each voter.",
    )
    board = town.counted()
    assert published_result(board) == TallyResult(counts=((3, 3),), blanks=(1,), ballots=7)
    assert town.verify(board, final=town.final(board, 1, 2)) == ""
    assert town.booth() == ""


# --- the set-up ------------------------------------------------------------------------------------------------------


def other_key(_plain: dict[str, Any]) -> str:
    return KeySigner(ec.generate_private_key(ec.SECP256R1())).sign("x", "x").by


AFTER_SIGNING = {
    "English words": lambda p: p["questions"][0]["answers"][0]["text"].update(en="No"),
    "a note": lambda p: p["questions"][0]["note"].update(el="Σημείωση"),
    "the article": lambda p: p["article"][0]["paragraphs"][0].update(el="Δεν κοστίζει τίποτα."),
    "a shorter window": lambda p: p.update(closes=(CLOSES - timedelta(days=1)).isoformat()),
    "a longer window": lambda p: p.update(closes=LATER.isoformat()),
    "an earlier window": lambda p: p.update(opens=(OPENS - timedelta(days=1)).isoformat()),
    "a lower floor": lambda p: p.update(floor=6),
    "no grace": lambda p: p.update(grace_hours=0),
    "a booth's key": lambda p: p["booths"].update(kep=other_key(p)),
    "a booth more": lambda p: p["booths"].update(spare=other_key(p)),
    "a booth less": lambda p: p["booths"].pop("kep"),
    "the roll": lambda p: p.update(roll_digest="0" * 64),
    "the credentials": lambda p: p.update(credentials_digest="0" * 64),
    "who was left out": lambda p: p["left_out"].update({"GR-0001": "no-key"}),
    "the audience": lambda p: p.update(audience="elector"),
    "the quorum": lambda p: p.update(quorum_percent=50),
}


@pytest.mark.parametrize("what", AFTER_SIGNING)
def test_nothing_is_altered_after_it_was_signed(town: Town, what: str) -> None:
    """Noticed by booths, trustees and auditors alike: signatures are over the text."""
    setup = read_setup(town.altered(AFTER_SIGNING[what]))
    assert town.booth(setup.text) == NO_REGISTRAR
    assert town.refusal(evidence=town.evidence(setup)) == f"the set-up: {NO_REGISTRAR}"
    assert town.verify(setup=(setup, town.signatures)) == f"the set-up: {NO_REGISTRAR}"


def test_all_of_it_is_shown_before_it_is_signed(town: Town) -> None:
    """Words that root changes before anybody signs are noticed by whoever reads: no word is kept from them."""
    marked = read_setup(town.altered(mark_every_word))
    told: list[str] = []

    def agree(lines: tuple[str, ...]) -> bool:
        told.extend(lines)
        return False

    assert consent.sign_setup(town.home("trustee-3"), marked, OPENS, agree) == Refusal("you did not agree")
    whole = "\n".join(told)
    words = said_in(marked.plain)
    assert len(words) == 24 and [word for word in words if word not in whole] == []


def mark_every_word(value: Any, place: str = "") -> None:
    """Each sentence gets another ending; but not those that Belenios counts."""
    if isinstance(value, list):
        for number, one in enumerate(value):
            mark_every_word(one, f"{place}{number}")
    elif isinstance(value, dict) and set(value) == {"el", "en"}:
        value.update(en=f"{value['en']}†{place}")
        if "note" in place or "article" in place:
            value.update(el=f"{value['el']}†{place}")
    elif isinstance(value, dict):
        for key, one in value.items():
            mark_every_word(one, f"{place}{key}")


def said_in(value: Any) -> list[str]:
    if isinstance(value, list):
        return [word for one in value for word in said_in(one)]
    if isinstance(value, dict) and set(value) == {"el", "en"}:
        return list(value.values())
    return said_in(list(value.values())) if isinstance(value, dict) else []


COUNTED_OTHERWISE = "set-up: Belenios counts other questions than those that are shown"


def swapped(plain: dict[str, Any]) -> None:
    plain["questions"][0]["answers"].reverse()


def belenios(change: Any) -> Any:
    def within(plain: dict[str, Any]) -> None:
        election = json.loads(plain["belenios"]["election"])
        change(election)
        plain["belenios"]["election"] = json.dumps(election, ensure_ascii=False, separators=(",", ":"))

    return within


def twice(name: str, value: object) -> Any:
    """A part that stands twice: belenios-tool takes the last, another reader the first."""

    def within(plain: dict[str, Any]) -> None:
        more = json.dumps({name: value}, separators=(",", ":"))[1:-1]
        plain["belenios"]["election"] = f"{{{more}," + plain["belenios"]["election"][1:]

    return within


NOT_WHAT_IS_SHOWN = {
    "answers in another order": swapped,
    "another question": lambda p: p["questions"][0]["text"].update(el="Να μη γίνει πεζόδρομος;"),
    "two answers": lambda p: p["questions"][0].update(maximum=2),
    "no blank": lambda p: p["questions"][0].update(blank=False),
    "another title": lambda p: p["title"].update(el="Άλλη"),
    "another number": lambda p: p.update(election="11111111111111"),
    "a weaker group": belenios(lambda e: e.update(group="RFC-3526-2048")),
    "something more": belenios(lambda e: e.update(credential_authority="root")),
    "questions twice": twice("questions", []),
    "a key twice": twice("public_key", "4"),
}


@pytest.mark.parametrize("what", NOT_WHAT_IS_SHOWN)
def test_what_is_shown_is_what_is_counted(town: Town, what: str) -> None:
    """Nobody is ever asked to sign it, and no booth shows it, whoever signed: it is no set-up."""
    text = town.altered(NOT_WHAT_IS_SHOWN[what])
    assert town.booth(text) == COUNTED_OTHERWISE


def test_roots_key_in_the_count_beside_the_trustees_own_is_no_set_up(town: Town) -> None:
    """Every ballot would be closed for root alone, and the trustees' key stand beside it untouched."""
    text = town.altered(belenios(lambda e: e.update(public_key="4")))
    assert town.booth(text) == "set-up: its ballots would be closed with another key than that of its trustees"


ALL_PARTS = "set-up: expected exactly "
UNKNOWN_PARTS = {
    "a part more": (lambda p: p.update(more=1), ALL_PARTS),
    "a part less": (lambda p: p.pop("article"), ALL_PARTS),
    "a part more in an answer": (
        lambda p: p["questions"][0]["answers"][1].update(picture="x"),
        "set-up, questions 1, answers 2, picture: expected exactly alt, data, kind",
    ),
    "a third language": (lambda p: p["title"].update(sq="x"), "set-up, title: expected exactly el, en"),
    "no English": (lambda p: p["introduction"].pop("en"), "set-up, introduction: expected exactly el, en"),
    "a number for words": (lambda p: p["title"].update(en=1), "set-up, title: en is not what stands there"),
    "true for 1": (
        lambda p: p["questions"][0].update(minimum=True),
        "set-up, questions 1: minimum is not what stands there",
    ),
    "a terminal's commands": (
        lambda p: p["title"].update(en="\x1b[2A\x1b[0J"),
        "set-up, title, en: a character in it would hide others",
    ),
    "letters in another order": (
        lambda p: p["questions"][0]["answers"][0]["text"].update(en="\u202eoN"),
        "set-up, questions 1, answers 1, text, en: a character in it would hide others",
    ),
    "a booth's name": (
        lambda p: p["booths"].update({"κep": "0" * 64}),
        "set-up: a booth's name is not of such letters, digits and -",
    ),
    "a card's name": (
        lambda p: p["left_out"].update({"GR-0001\r": "no-key"}),
        "set-up: a card's name is not of such letters, digits and -",
    ),
    "no booth": (lambda p: p["booths"].clear(), "set-up: no booth takes part"),
    "no key of a booth": (lambda p: p["booths"].update(kep="x"), "set-up, booths: kep is no SHA-256"),
    "a floor of 4": (
        lambda p: p.update(floor=4),
        "set-up: a result of fewer than 5 ballots tells who chose what: the floor is 4",
    ),
    "a grace without end": (
        lambda p: p.update(grace_hours=10**15),
        "set-up: the time for late letters is 0 to 336 hours",
    ),
    "the calendar's end": (
        lambda p: p.update(closes="9999-12-31T23:59:59+00:00"),
        "set-up: closes is in no year of ours",
    ),
    "a time without zone": (lambda p: p.update(opens="2027-03-01T08:00:00"), "set-up: opens has no time zone"),
    "the end first": (lambda p: p.update(opens=LATER.isoformat()), "set-up: it closes before it opens"),
    "version 2": (lambda p: p.update(version=2), "set-up: not the set-up of a vote, version 3 or 4"),
    "trustees that are none": (
        lambda p: p["belenios"].update(trustees='[["Pedersen",{}]]'),
        "set-up: what Belenios counts cannot be read",
    ),
}


@pytest.mark.parametrize("what", UNKNOWN_PARTS)
def test_what_cannot_be_shown_is_not_signed(town: Town, what: str) -> None:
    change, why = UNKNOWN_PARTS[what]
    if why == ALL_PARTS:
        why += ", ".join(sorted(town.setup.plain))
    assert town.booth(town.altered(change)) == why


@pytest.mark.parametrize(
    ("spell", "why"),
    [
        (lambda text: text.replace('"floor":5', '"floor":5,"floor":5'), "set-up: not an object in canonical form"),
        (lambda text: text.replace('"floor":5', '"floor": 5'), "set-up: not an object in canonical form"),
        (lambda text: text.replace('"floor":5', '"floor":' + "5" * 5000), "set-up: no JSON"),
        (lambda text: text.replace('"floor":5', '"floor":NaN'), "set-up: no JSON"),
        (lambda text: "[" * 100_000, "set-up: no JSON"),
        (lambda text: "[]", "set-up: not an object in canonical form"),
    ],
)
def test_two_readers_read_the_same(town: Town, spell: Any, why: str) -> None:
    assert town.booth(spell(town.setup.text)) == why


def test_who_signs_is_asked_whatever_stands_beside_it(town: Town, own_folder: Path) -> None:
    """A signature of another kind, of somebody else, in another's name, or of one person twice counts for nothing."""
    text, short = town.setup.text, "1 of the trustees have signed it, and it takes 2"
    registrar_, one, two = town.sign(signing.SETUP, text, "registrar", "trustee-1", "trustee-2")
    stranger = at.home_in(own_folder / "trustee-2").signer.sign(signing.SETUP, text)
    (final,) = town.sign(signing.FINAL, text, "trustee-2")
    officer = town.sign(signing.SETUP, text, "officer-1", "officer-2")
    assert town.booth(signatures=[registrar_, one, two]) == ""
    assert town.booth(signatures=[one, two]) == NO_REGISTRAR
    assert town.booth(signatures=[registrar_, one]) == short
    assert town.booth(signatures=[registrar_, one, one]) == short
    assert town.booth(signatures=[registrar_, one, final]) == short
    assert town.booth(signatures=[registrar_, one, stranger]) == short
    assert town.booth(signatures=[registrar_, one, replace(stranger, by=two.by)]) == short
    assert town.booth(signatures=[registrar_, one, replace(one, by=two.by)]) == short
    assert town.booth(signatures=[registrar_, one, *officer]) == short
    assert town.refusal(evidence=town.evidence(setup_signatures=[registrar_, one])) == f"the set-up: {short}"


def under_others(town: Town, own: Officials) -> Any:
    """The town's vote, closed with root's key."""
    election = at.belenios_setup(own, town.election.credentials, town.election.uuid)

    def change(plain: dict[str, Any]) -> None:
        plain["belenios"].update(election=election.election, trustees=election.trustees)

    return change


def test_a_trustees_key_of_its_own_gets_no_signature_and_no_ballot(town: Town, own: Officials) -> None:
    """Noticed by each official's tool when it is to be signed, and by every booth though all had signed it."""
    setup, signatures = town.signed_again(under_others(town, own))
    why = "its ballots would be opened by another key than that of our trustees"
    assert consent.sign_setup(town.home("trustee-3"), setup, OPENS, at.agreed) == Refusal(why)
    assert consent.sign_setup(town.home("registrar"), setup, OPENS, at.agreed) == Refusal(why)
    assert town.booth(setup.text, signatures) == why
    assert town.verify(setup=(setup, signatures)) == f"the set-up: {why}"


def test_officials_of_its_own_are_nobody_to_those_who_know_a_fingerprint(
    town: Town, own: Officials, own_folder: Path
) -> None:
    def change(plain: dict[str, Any]) -> None:
        under_others(town, own)(plain)
        plain["officials"] = own.fingerprint

    setup = read_setup(town.altered(change))
    names = ("registrar", "trustee-1", "trustee-2")
    signatures = [at.home_in(own_folder / name).signer.sign(signing.SETUP, setup.text) for name in names]
    assert town.booth(setup.text, signatures) == "it names other officials"
    assert town.refusal(evidence=town.evidence(setup, setup_signatures=signatures)) == (
        "the set-up: it names other officials"
    )
    other = "these are not the officials with that fingerprint"
    assert town.verify(officials=own, setup=(setup, signatures)) == other
    # A booth where the technician typed root's fingerprint, and an auditor who brings none, believe root.
    assert town.booth(setup.text, signatures, officials=own) == ""


def in_their_stead(town: Town, trustees: str) -> str:
    """A record of the very officials, with another key for ballots."""
    found = town.officials
    return record_of(found.municipality, found.term, found.threshold, trustees, found.officials)


def test_no_trustee_signs_for_a_key_that_is_not_also_theirs(town: Town, own: Officials) -> None:
    """Root hands round a key that it made alone. Noticed by each trustee's tool; registrar and officers cannot know."""
    foreign = in_their_stead(town, own.trustees)
    for name in ("trustee-1", "trustee-2", "trustee-3"):
        with pytest.raises(BadRecord) as refused:
            ceremony.sign_officials(town.home(name), foreign)
        assert str(refused.value) == "officials: the key for ballots is not of the trustees whose cards you were given"
    assert ceremony.sign_officials(town.home("officer-1"), foreign).by == town.home("officer-1").id


def test_no_trustee_signs_for_a_key_with_their_name_and_roots_secret(town: Town, own: Officials) -> None:
    mixed, ours = json.loads(own.trustees), json.loads(town.officials.trustees)
    mixed[0][1]["certs"] = ours[0][1]["certs"]
    mixed[0][1]["verification_keys"] = ours[0][1]["verification_keys"]
    record = in_their_stead(town, json.dumps(mixed, separators=(",", ":")))
    with pytest.raises(BadRecord) as refused:
        ceremony.sign_officials(town.home("trustee-1"), record)
    assert str(refused.value) == "officials: the key for ballots is not made of what each trustee has signed"


def test_a_second_group_beside_the_trustees_is_none_of_this_threshold(town: Town, own: Officials) -> None:
    both = json.loads(town.officials.trustees) + json.loads(own.trustees)
    with pytest.raises(BadRecord) as refused:
        in_their_stead(town, json.dumps(both, separators=(",", ":")))
    assert str(refused.value) == "officials: the key for ballots is not one of this threshold alone"


def crowd(town: Town, more: int) -> list[Official]:
    keys = [KeySigner(ec.generate_private_key(ec.SECP256R1())).public for _ in range(more)]
    return [*town.officials.officials, *(Official("Επίτροπος", Office.TRUSTEE, pem_of(key)) for key in keys)]


def people_fault(town: Town, people: list[Official], threshold: int = 2) -> str:
    with pytest.raises(BadRecord) as refused:
        record_of(at.MUNICIPALITY, "2024-2028", threshold, town.officials.trustees, people)
    return str(refused.value)


def test_nobody_is_two_and_no_minority_opens(town: Town) -> None:
    people = list(town.officials.officials)
    (registrar_,), (trustee, *_), (officer, *_) = map(town.officials.of, Office)
    again = "officials: one person is {}: that is not permitted"
    assert people_fault(town, [*people, replace(trustee, role=Office.OFFICER)]) == again.format("officer and trustee")
    assert people_fault(town, [*people, replace(officer, name="Άλλη")]) == again.format("officer and officer")
    assert people_fault(town, [*people, replace(registrar_, role=Office.OFFICER)]) == again.format(
        "officer and registrar"
    )
    assert people_fault(town, [*people, registrar_]) == "officials: there is one registrar, and not 2"
    majority = "officials: the threshold is more than half of the {} trustees, and not {}"
    assert people_fault(town, people, 1) == majority.format(3, 1)
    assert people_fault(town, people, 4) == majority.format(3, 4)
    # Two groups of two could each open another board of one vote.
    assert people_fault(town, crowd(town, 1)) == majority.format(4, 2)
    hidden = [replace(registrar_, name="Υπεύθυνος\x1b[2K"), *people]
    assert people_fault(town, hidden) == ("officials, number 1: the name has no 1 to 80 characters that can be shown")


# --- the roll, credentials and slips ---------------------------------------------------------------------------------


def asked(town: Town, cards: dict[str, ec.EllipticCurvePrivateKey], why: str = "") -> registration.Changes:
    request = registration.read_request(at.request_of(cards, "22222222222222", why))
    return registration.changes(town.home("registrar"), request)


def test_a_minted_card_and_a_changed_key_are_shown_to_the_registrar(town: Town) -> None:
    minted, changed = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    found = asked(town, {**town.cards, "GR-0099": minted, "GR-0003": changed})
    assert (found.same, found.new, found.changed) == (11, (("GR-0099", ""),), (("GR-0003", ""),))
    assert found.unexplained == ("GR-0099", "GR-0003")
    # With a lie beside it nobody's tool knows better: only who asks at the counter whether that card was given out.
    lied = asked(town, {**town.cards, "GR-0003": changed}, "χάθηκε, νέα κάρτα")
    assert (lied.changed, lied.unexplained) == ((("GR-0003", "χάθηκε, νέα κάρτα"),), ())


def test_a_changed_key_is_no_new_card_after_a_vote_without_it(town: Town) -> None:
    home = town.home("registrar")
    fewer = {card: key for card, key in town.cards.items() if card != "GR-0003"}
    registration.make(home, registration.read_request(at.request_of(fewer, "33333333333333")))
    found = asked(town, {**town.cards, "GR-0003": ec.generate_private_key(ec.SECP256R1())})
    assert (found.same, found.new, found.changed, found.gone) == (11, (), (("GR-0003", ""),), ())


def test_a_card_that_hides_its_line_is_none(town: Town) -> None:
    number = "roll of a vote, entry 1: a card's number has 1 to 32 letters of the Latin alphabet, digits, -"
    hides = "roll of a vote, entry 1, {}: a character in it would hide others"
    key = pem_of(town.cards[CARDS[0]].public_key())
    for card, why, said in (
        ("ΓR-0001", "", number),
        ("GR-0001 ", "", number),
        ("GR-" + "1" * 30, "", number),
        ("GR-1\x1b[2K", "", hides.format("card")),
        ("GR-0001", "\x1b[1A\x1b[2K", hides.format("why")),
    ):
        text = registration.request_of("22222222222222", at.MUNICIPALITY, [(card, key, why)])
        with pytest.raises(BadRecord) as refused:
            registration.read_request(text)
        assert str(refused.value) == said


def test_credentials_are_made_once(town: Town) -> None:
    request = registration.read_request(at.request_of(dict(town.cards), town.election.uuid))
    with pytest.raises(BadRecord) as refused:
        registration.make(town.home("registrar"), request)
    assert str(refused.value) == "roll of a vote: the credentials of this vote have been made already"


@pytest.mark.parametrize(
    "change",
    [
        lambda p: p.update(credentials_digest="0" * 64),
        lambda p: p.update(roll_digest="0" * 64),
        lambda p: p.update(roll_size=13),
        lambda p: p.update(parts=["0" * 64]),
    ],
)
def test_the_registrar_signs_for_what_they_made(town: Town, change: Any) -> None:
    setup = read_setup(town.altered(change))
    refused = consent.sign_setup(town.home("registrar"), setup, OPENS, at.agreed)
    assert refused == Refusal("its credentials or its roll are not those that you made")


def test_a_card_that_was_left_out_does_not_go_unsaid(town: Town) -> None:
    """Root takes a vote from somebody by a second line for their card. Noticed by the registrar, then by everybody."""
    clerk, doubled = town.home("registrar"), json.loads(at.request_of(dict(town.cards), "22222222222222"))
    stranger = pem_of(ec.generate_private_key(ec.SECP256R1()).public_key())
    doubled["entries"].append({"card": "GR-0003", "key": stranger, "why": ""})
    made = registration.make(clerk, registration.read_request(canonical(doubled)))
    assert made.left_out == (("GR-0003", "card-twice"),)
    election = at.belenios_setup(town.officials, made.credentials, made.election)
    silent = read_setup(at.set_up(election, made, town.officials, town.booths))
    unsaid = Refusal("cards that you gave no slip are not said to be left out")
    assert consent.sign_setup(clerk, silent, OPENS, at.agreed) == unsaid
    said = read_setup(canonical({**silent.plain, "left_out": {"GR-0003": "card-twice"}}))
    assert not isinstance(consent.sign_setup(clerk, said, OPENS, at.agreed), Refusal)


def test_no_official_signs_a_vote_in_two_forms(town: Town) -> None:
    setup = read_setup(town.altered(lambda p: p.update(floor=6)))
    for name in ("registrar", "trustee-1"):
        refused = consent.sign_setup(town.home(name), setup, OPENS, at.agreed)
        assert refused == Refusal("you have signed this vote before, with something else in it")


def test_a_board_with_other_credentials_is_another_vote(town: Town) -> None:
    """Root's credential in an abstainer's place: a ballot of it needs no card. Noticed by trustees and auditors."""
    mine = Credential.generate()
    listed = sorted([public_part(town.election, mine), *town.election.credentials[1:]], key=int)
    election = replace(town.election, credentials=tuple(listed))
    kept = [text for text in town.on_board if json.loads(text)["credential"] in election.credential_set]
    board = town.board(kept, election)
    why = "the board has other credentials than the registrar made"
    assert town.refusal(board=board) == why
    assert town.verify(board) == why


def test_a_slip_that_the_registrar_did_not_make_is_refused_by_the_booth(town: Town) -> None:
    public = town.home("registrar").signer.public
    key, mine = town.cards["GR-0001"], Credential.generate()
    given = {"card": "GR-0001", "election": town.election.uuid, "registrar": public}
    own_key = ec.generate_private_key(ec.SECP256R1())
    entry = registrar.RollEntry("GR-0001", pem_of(key.public_key()))
    forged = slip_plaintext("GR-0001", mine, town.election.uuid, own_key)
    others = at.opened_slip(town.slips["GR-0002"], town.cards["GR-0002"])  # as only that card could
    earlier = slip_plaintext("GR-0001", mine, "22222222222222", town.home("registrar").signer.key)
    for plain in (forged, others, earlier, b"{}"):
        sealed = registrar._seal(0, entry, plain)  # to the card itself
        with pytest.raises(SlipRefused) as refused:
            read_slip(at.opened_slip(sealed, key), **given)
        assert str(refused.value) == "not a voting slip of this card and this election"


def test_a_slip_of_another_card_does_not_open(town: Town) -> None:
    """Root can neither read an abstainer's credential nor give it to a card of its own."""
    with pytest.raises(JoseError):
        at.opened_slip(town.slips["GR-0012"], town.cards["GR-0001"])


# --- a later end -----------------------------------------------------------------------------------------------------

REASON = {"el": "Διακοπή ρεύματος", "en": "Power cut"}
LONGER = CLOSES + timedelta(hours=24)


def test_only_signed_extensions_lengthen_and_nothing_shortens(town: Town) -> None:
    """Noticed by booths, trustees and auditors alike."""
    longer = extension_of(town.setup, LONGER, REASON)
    all_of_them = ("registrar", "trustee-1", "trustee-3")
    good = town.sign(signing.EXTENSION, longer.text, *all_of_them)
    other = extension_of(read_setup(town.altered(lambda p: p.update(floor=6))), LONGER, REASON)
    shorter = extension_of(town.setup, CLOSES - timedelta(hours=1), REASON)
    cases = {
        "extension: the registrar has not signed it": (longer, good[1:]),
        "extension: 1 of the trustees have signed it, and it takes 2": (longer, good[:2]),
        "extension: 0 of the trustees have signed it, and it takes 2": (
            longer,
            (good[0], *town.sign(signing.SETUP, longer.text, "trustee-1", "trustee-2")),
        ),
        "extension: it is another vote's": (other, town.sign(signing.EXTENSION, other.text, *all_of_them)),
        "extension: a vote is never shortened": (shorter, town.sign(signing.EXTENSION, shorter.text, *all_of_them)),
    }
    for why, (extension, signatures) in cases.items():
        assert town.booth(extensions=[(extension.text, signatures)]) == why
        assert town.refusal(evidence=town.evidence(extensions=[(extension, signatures)])) == why
        assert town.verify(extensions=((extension, signatures),)) == why
    assert town.booth(extensions=[(longer.text, good)]) == ""
    again = [(longer.text, good), (longer.text, good)]
    assert town.booth(extensions=again) == "extension: a vote is never shortened"


def test_an_extended_vote_is_open_until_its_later_end(town: Town) -> None:
    longer = extension_of(town.setup, LONGER, REASON)
    signatures = town.sign(signing.EXTENSION, longer.text, "registrar", "trustee-1", "trustee-2")
    given = {"evidence": town.evidence(extensions=[(longer, signatures)])}
    before = LONGER - timedelta(seconds=1)
    assert town.refusal(**given, now=before) == (
        "the vote is open until 2027-03-09T18:00:00+00:00, and it is 2027-03-09T17:59:59+00:00 here"
    )
    assert town.refusal(**given, now=LONGER) == ""


# --- what booths say -------------------------------------------------------------------------------------------------


def one_says(town: Town, stated: Stated) -> str:
    """Why a trustee does not believe what one booth says beside the other two."""
    others = [town.state(booth, town.of(booth)) for booth in BOOTHS if booth != stated.statement.booth]
    return town.refusal(evidence=town.evidence(statements=[*others[:2], stated]), slip=others[0].statement.slip)


def test_a_statement_is_its_booths_own_and_of_this_vote(town: Town) -> None:
    """Noticed by the trustee's tool, of whatever root writes in a booth's name."""
    honest = town.state("kep", town.of("kep"))
    root = KeySigner(ec.generate_private_key(ec.SECP256R1()))
    other = read_setup(town.altered(lambda p: p.update(floor=6)))
    text = honest.statement.text
    forged = replace(honest, signature=root.sign(signing.STATEMENT, text))
    in_its_name = replace(forged, signature=replace(forged.signature, by=honest.signature.by))
    swapped_key = replace(forged, keys=(pem_of(root.public),))
    as_final = replace(honest, signature=town.booths["kep"].sign(signing.FINAL, text))
    neighbours = replace(honest, statement=statement_of("limani", town.setup.digest, town.of("kep")))
    cases = [
        (forged, "booth kep: its signature does not hold"),
        (in_its_name, "booth kep: its signature does not hold"),
        (as_final, "booth kep: its signature does not hold"),
        (swapped_key, "booth kep: its booth's key is not the one that the officials signed for"),
        (neighbours, "booth limani: its booth's key is not the one that the officials signed for"),
        (town.state("kep", town.of("kep"), other), "booth kep: it is about another vote"),
        (replace(honest, keys=("x",)), "booth kep: a key is no public key in PEM"),
    ]
    for stated, why in cases:
        assert one_says(town, stated) == f"the closing statement of {why}"


def test_a_booth_that_takes_no_part_says_nothing(town: Town) -> None:
    root = KeySigner(ec.generate_private_key(ec.SECP256R1()))
    statement = statement_of("spare", town.setup.digest, [])
    stated = Stated(statement, root.sign(signing.STATEMENT, statement.text), (pem_of(root.public),))
    whole = [*town.evidence().statements, stated]
    why = "the closing statement of booth spare: its booth does not take part in this vote"
    assert town.refusal(evidence=town.evidence(statements=whole)) == why


def test_a_next_key_is_the_word_of_the_one_before(town: Town) -> None:
    old, new, third, root = town.booths["kep"], *(KeySigner(ec.generate_private_key(ec.SECP256R1())) for _ in range(3))
    word, onward, others = (
        endorsement_of("kep", new.public), endorsement_of("kep", third.public), endorsement_of("agora", new.public)
    )  # fmt: skip

    def said(by: KeySigner, keys: list[KeySigner], words: list[Any]) -> str:
        statement = statement_of("kep", town.setup.digest, town.of("kep"))
        signature = by.sign(signing.STATEMENT, statement.text)
        pems = tuple(pem_of(key.public) for key in keys)
        return stated_fault(Stated(statement, signature, pems, tuple(words)), town.setup)

    good = (word, old.sign(signing.BOOTH_KEY, word.text))
    next_one = (onward, new.sign(signing.BOOTH_KEY, onward.text))
    no_word = "a key follows that the one before has not signed for"
    assert said(new, [old, new], [good]) == ""
    assert said(third, [old, new, third], [good, next_one]) == ""
    assert said(new, [old, new], []) == no_word
    assert said(new, [old, new], [(word, root.sign(signing.BOOTH_KEY, word.text))]) == no_word
    assert said(new, [old, new], [(word, old.sign(signing.STATEMENT, word.text))]) == no_word
    assert said(new, [old, new], [(others, old.sign(signing.BOOTH_KEY, others.text))]) == no_word
    assert said(root, [old, root], [good]) == no_word
    assert said(third, [old, third], [next_one]) == no_word
    assert said(third, [old, new, third], [next_one, good]) == no_word
    assert said(old, [old, new], [good]) == "its signature does not hold"
    assert said(new, [new], []) == "its booth's key is not the one that the officials signed for"


def test_two_different_statements_of_one_booth_are_believed_neither(town: Town) -> None:
    """Noticed by the trustee's tool if root hands both over; the same one twice is one."""
    honest = [town.state(booth, town.of(booth)) for booth in BOOTHS]
    other = town.state("limani", town.of("limani")[:1])
    why = "booth limani has made two different closing statements"
    assert town.refusal(evidence=town.evidence(statements=[*honest, other])) == why
    assert town.refusal(evidence=town.evidence(statements=[*honest, town.state("kep", town.of("kep"))])) == ""


def test_the_slip_is_of_a_statement_that_is_here(town: Town) -> None:
    """Root with the key of a cracked booth speaks in its name. Noticed by the trustee who reads that booth's slip."""
    fewer = [one for one in town.cast if one.card != "GR-0006"]
    board = town.board([one.text for one in fewer if one.text != town.cast[SUPERSEDED].text])
    evidence = town.evidence(cast=fewer)
    strange = "the closing slip is of none of these statements: what the booth said is not what is shown here"
    assert town.refusal(evidence=evidence, board=board, slip=town.slip("limani")) == strange
    # Who reads the slip of another booth does not: then only the resident whose tracker is nowhere.
    assert "7 ballots are on the board; 1 were superseded before, 0 refused." in town.told(
        evidence=evidence, board=board, slip=town.slip("kep")
    )
    assert town.cast[7].tracker not in board.trackers()


def test_a_slip_is_read_right_or_not_at_all(town: Town) -> None:
    slip = town.slip()
    wrong = ("B" if slip[0] == "A" else "A") + slip[1:]
    assert town.refusal(slip=wrong) == "the closing slip: a letter of the code is wrong: read it again"
    assert town.refusal(slip="ABCD") == "the closing slip: this code has 6 groups of 4 letters and digits"
    assert town.refusal(slip=slip.lower().replace("-", " ")) == ""


def test_a_ballot_that_no_booth_named_does_not_count(town: Town) -> None:
    """A cracked booth takes a vote and keeps still of it. Noticed by the trustee's tool while the ballot is on the
    board; once root leaves it out there as well, by the resident with the tracker only."""
    statements = [town.state(booth, town.of(booth)) for booth in ("agora", "kep")]
    silent = [*statements, town.state("limani", [town.cast[SUPERSEDED].tracker])]
    evidence = town.evidence(statements=silent)
    assert town.refusal(evidence=evidence) == UNSTATED
    without = town.board([text for text in town.on_board if text != town.cast[7].text])
    assert town.refusal(evidence=evidence, board=without) == ""


NO_LIST = "the trackers are not a sorted list without repetitions"
BAD_STATEMENTS = {
    "unsorted": (lambda p: p["trackers"].reverse(), NO_LIST),
    "twice": (lambda p: p["trackers"].append(p["trackers"][-1]), NO_LIST),
    "no tracker": (lambda p: p.update(trackers=["x"]), NO_LIST),
    "a count": (lambda p: p.update(count=4), "the count is not that of the trackers"),
    "another kind": (lambda p: p.update(kind="votes.final"), "not of this kind and version"),
}  # fmt: skip


@pytest.mark.parametrize("what", BAD_STATEMENTS)
def test_a_statement_has_one_form(town: Town, what: str) -> None:
    change, why = BAD_STATEMENTS[what]
    plain = json.loads(town.state("kep", town.of("kep")).statement.text)
    change(plain)
    with pytest.raises(BadRecord) as refused:
        read_statement(canonical(plain))
    assert str(refused.value) == f"closing statement: {why}"


def test_a_statement_travels_with_its_keys(town: Town) -> None:
    plain = town.state("kep", town.of("kep")).plain()
    with pytest.raises(BadRecord) as refused:
        read_stated(canonical({**plain, "keys": []}))
    assert str(refused.value) == "closing statement: no keys stand with it"


# --- what officers declare -------------------------------------------------------------------------------------------


def declared(town: Town, *names: str, lost: list[str] | None = None, decided: list[Decided] | None = None) -> Any:
    declaration = declaration_of(town.setup, [Lost(one, "κάηκε") for one in lost or ()], decided or ())
    return declaration, town.sign(signing.DECLARATION, declaration.text, *(names or ("officer-1", "officer-2")))


def without_limani(town: Town, declaration: tuple[Declaration, Any] | None) -> Any:
    statements = [town.state(booth, town.of(booth)) for booth in ("agora", "kep")]
    return town.evidence(statements=statements, declaration=declaration)


END_OF_GRACE = CLOSES + GRACE


def test_a_booth_is_lost_when_two_officers_say_so_after_the_grace(town: Town) -> None:
    given = without_limani(town, declared(town, lost=["limani"]))
    unheard = "nothing has been heard of booth limani, and nobody has declared it lost"
    assert town.refusal(evidence=without_limani(town, None), now=END_OF_GRACE) == unheard
    early = "booth limani may still be heard until 2027-03-10T18:00:00+00:00"
    assert town.refusal(evidence=given, now=END_OF_GRACE - timedelta(seconds=1)) == early
    assert town.told(evidence=given, now=END_OF_GRACE)[1:3] == (
        "2 of 3 booths have made their closing statement.",
        "Declared lost: booth limani (κάηκε).",
    )


ONE = "the officers' declaration: 1 of the officers have signed it, and it takes 2"
NONE = "the officers' declaration: 0 of the officers have signed it, and it takes 2"


@pytest.mark.parametrize(
    ("names", "why"),
    [
        (("officer-1",), ONE),
        (("officer-1", "officer-1"), ONE),
        (("officer-1", "trustee-1", "registrar"), ONE),
        (("trustee-1", "trustee-2"), NONE),
    ],
)
def test_a_declaration_is_of_two_officers(town: Town, names: tuple[str, ...], why: str) -> None:
    assert town.refusal(evidence=without_limani(town, declared(town, *names, lost=["limani"])), now=END_OF_GRACE) == why


def test_a_declaration_of_another_kind_or_vote_is_none(town: Town) -> None:
    declaration, _ = declared(town, lost=["limani"])
    wrong = town.sign(signing.FINAL, declaration.text, "officer-1", "officer-2")
    assert town.refusal(evidence=without_limani(town, (declaration, wrong)), now=END_OF_GRACE) == NONE
    other = declaration_of(read_setup(town.altered(lambda p: p.update(floor=6))), [Lost("limani", "κάηκε")], [])
    signatures = town.sign(signing.DECLARATION, other.text, "officer-1", "officer-2")
    assert town.refusal(evidence=without_limani(town, (other, signatures)), now=END_OF_GRACE) == (
        "the officers' declaration: it is about another vote"
    )


@pytest.mark.parametrize("booth", ["limani", "spare"])
def test_a_booth_that_was_heard_or_takes_no_part_is_not_lost(town: Town, booth: str) -> None:
    evidence = town.evidence(declaration=declared(town, lost=[booth]))
    why = f"booth {booth} is declared lost, and is none that is missing"
    assert town.refusal(evidence=evidence, now=END_OF_GRACE) == why


def test_a_declaration_says_each_thing_once_and_why(town: Town) -> None:
    tracker = town.cast[0].tracker
    for lost, decided, why in (
        ([Lost("kep", "α"), Lost("kep", "β")], [], "declaration: one is named twice"),
        ([], [Decided(tracker, False, "α"), Decided(tracker, True, "β")], "declaration: one is named twice"),
        ([Lost("kep", " ")], [], "declaration: each needs a reason"),
        ([Lost("kep", "\x1b[2K")], [], "declaration: a character in it would hide others"),
        ([], [Decided("x", True, "α")], "declaration: tracker is no SHA-256"),
    ):
        with pytest.raises(BadRecord) as refused:
            declaration_of(town.setup, lost, decided)
        assert str(refused.value) == why
    assert read_declaration(declared(town, lost=["kep"])[0].text).lost == (Lost("kep", "κάηκε"),)


# --- some of the ballots ---------------------------------------------------------------------------------------------


def test_one_persons_ballot_alone_is_not_opened(town: Town) -> None:
    """A copy of the set-up with one ballot in it, while the vote is open and after it, under every excuse."""
    one = town.cast[7]
    board = town.board([one.text])
    during = OPENS + timedelta(days=1)
    assert town.refusal(board=board, now=during) == (
        "the vote is open until 2027-03-08T18:00:00+00:00, and it is 2027-03-02T06:00:00+00:00 here"
    )
    gone = "7 ballots that booths took are neither on the board nor superseded nor refused"
    assert town.refusal(board=board) == gone
    rest = [other.text for other in town.cast if other != one]
    no_other = "a ballot is said to be superseded whose voter has none on the board"
    assert town.refusal(board=board, evidence=town.evidence(superseded=rest)) == no_other
    refused = [Decided(tracker_of(text), False, "εκπρόθεσμη") for text in rest]
    by_one = declared(town, "officer-1", decided=refused)
    assert town.refusal(board=board, evidence=town.evidence(declaration=by_one)) == ONE
    # Root with both officers: the floor stands.
    by_two = town.evidence(declaration=declared(town, decided=refused), superseded=[])
    assert town.refusal(board=board, evidence=by_two) == (
        "1 ballots count, and fewer than 5 are not opened: they could be told apart"
    )


def test_a_ballot_less_is_not_opened(town: Town) -> None:
    """Noticed by the trustee's tool, and by the resident. Two officers may refuse it, and the trustee is told."""
    dropped = town.cast[7]
    board = town.board([text for text in town.on_board if text != dropped.text])
    assert town.refusal(board=board) == GONE
    claimed = town.evidence(superseded=[town.cast[SUPERSEDED].text, dropped.text])
    assert town.refusal(board=board, evidence=claimed) == (
        "a ballot is said to be superseded whose voter has none on the board"
    )
    refused = [Decided(dropped.tracker, False, "αποκλεισμένη κάρτα")]
    alone = declared(town, "officer-2", decided=refused)
    assert town.refusal(board=board, evidence=town.evidence(declaration=alone)) == ONE
    lost = town.evidence(declaration=declared(town, lost=["limani"]))
    assert town.refusal(board=board, evidence=lost, now=END_OF_GRACE) == (
        "booth limani is declared lost, and is none that is missing"
    )
    together = town.evidence(declaration=declared(town, decided=refused))
    assert "7 ballots are on the board; 1 were superseded before, 1 refused." in town.told(
        board=board, evidence=together
    )


def test_two_officers_and_root_lose_a_booth_and_choose_of_its_ballots(town: Town) -> None:
    """Noticed by the trustee, who is told of the lost booth and of how many ballots came from it, and by residents."""
    board = town.board([text for text in town.on_board if text != town.cast[7].text])
    evidence = without_limani(town, declared(town, lost=["limani"]))
    told = town.told(evidence=evidence, board=board, now=END_OF_GRACE)
    assert "Declared lost: booth limani (κάηκε)." in told
    whole = town.told(2, evidence=evidence, now=END_OF_GRACE)
    assert "1 of them came from a booth that was lost before it made a statement." in whole


def test_what_officers_decided_is_what_stands(town: Town) -> None:
    late = town.cast[7]
    admitted = declared(town, decided=[Decided(late.tracker, True, "καθυστέρησε η μεταφορά")])
    unnamed = [town.state(booth, town.of(booth)) for booth in ("agora", "kep")]
    unnamed.append(town.state("limani", [town.cast[SUPERSEDED].tracker]))
    evidence = town.evidence(statements=unnamed, declaration=admitted)
    assert "Two officers have admitted 1 ballots that a rule would not." in town.told(evidence=evidence)
    without = town.board([text for text in town.on_board if text != late.text])
    assert town.refusal(2, evidence=evidence, board=without) == (
        "1 ballots that the officers have admitted are neither on the board nor superseded"
    )
    refused = declared(town, decided=[Decided(late.tracker, False, "αποκλεισμένη κάρτα")])
    assert town.refusal(2, evidence=town.evidence(declaration=refused)) == (
        "a ballot stands on the board that the officers have refused"
    )


def test_superseded_ballots_are_sound_of_this_vote_and_of_its_voters(town: Town, first: Town) -> None:
    """Noticed by the trustee's tool. An unsound one could have been made of another's ciphertext, to be subtracted."""
    old = town.cast[SUPERSEDED]

    def why(*texts: str, more: tuple[str, ...] = ()) -> str:
        statements = [town.state(booth, town.of(booth)) for booth in ("agora", "kep")]
        named = [tracker_of(text) for text in (*texts, *more)]
        statements.append(town.state("limani", [town.cast[7].tracker, *named]))
        return town.refusal(evidence=town.evidence(statements=statements, superseded=list(texts)))

    assert why(old.text) == ""
    plain = json.loads(old.text)
    unsound = {**plain, "answers": json.loads(town.cast[7].text)["answers"]}
    assert why(json.dumps(unsound, separators=(",", ":"))) == "a ballot that is said to be superseded is not sound"
    others = at.belenios_setup(town.officials, town.election.credentials)
    foreign = town.seal(7, YES, others)
    no_credential = "a ballot that is said to be superseded is of no credential of this vote"
    assert why(foreign) == no_credential
    assert why(json.dumps({**plain, "credential": "4"}, separators=(",", ":"))) == no_credential
    assert why("nonsense") == no_credential
    of_another_vote = json.dumps({**json.loads(foreign), "credential": plain["credential"]}, separators=(",", ":"))
    assert why(of_another_vote) == "a ballot that is said to be superseded is not sound"
    assert why(old.text, more=("a ballot that nobody has",)) == GONE
    unheard_of = [old.text, town.seal(1, NO)]
    assert town.refusal(evidence=town.evidence(superseded=unheard_of)) == (
        "1 ballots are said to be superseded that no booth has taken"
    )
    both = [old.text, town.cast[7].text]
    assert town.refusal(evidence=town.evidence(superseded=both)) == (
        "1 ballots are said to be superseded and stand on the board"
    )


def test_an_older_vote_after_a_newer_one_is_seen_by_its_voter_alone(town: Town) -> None:
    """GR-0003's first vote put last, and GR-0007's first put in place of the second. Every tool is content."""
    first_vote, last_vote = town.cast[2], town.cast[4]
    others = [text for text in town.on_board if text not in (first_vote.text, last_vote.text)]
    board = town.board([last_vote.text, *others], tallied=False)
    board.append([first_vote.text])
    close(board)
    encrypted_tally(board)
    assert town.refusal(board=board) == ""
    assert last_vote.tracker not in board.counted()  # what the resident reads: «superseded», and they cast no later one
    old, new = town.cast[SUPERSEDED], town.cast[8]
    swapped_ = [old.text if text == new.text else text for text in town.on_board]
    assert town.refusal(2, board=town.board(swapped_), evidence=town.evidence(superseded=[new.text])) == ""


# --- more than the ballots -------------------------------------------------------------------------------------------


def padded(town: Town, text: str) -> Board:
    """The honest ballots, one that no program of ours would append, and the honest ones' tally."""
    board, honest = town.board(town.on_board, tallied=False), town.board()
    at.write_event(board, "Ballot", text, new=True)
    at.write_event(board, "EndBallots", None)
    write_tally(board, honest)
    return board


def write_tally(board: Board, of: Board) -> None:
    """What another board was multiplied to."""
    sized = payload_of(of, "EncryptedTally")
    at.write_entry(board.path, "data", of.archive().data(json.loads(sized)["encrypted_tally"]))
    at.write_event(board, "EncryptedTally", sized, new=True)


def payload_of(board: Board, kind: str) -> str:
    record = board.archive()
    return record.data(record.payloads(kind)[0])


def test_a_ballot_replayed_is_not_opened(town: Town) -> None:
    """GR-0003's first vote a second time, after the second: it would count again. Noticed by trustees and auditors."""
    board = town.board(town.on_board, tallied=False)
    at.write_event(board, "Ballot", town.cast[2].text)
    assert town.cast[2].tracker in board.counted()
    at.write_event(board, "EndBallots", None)
    assert town.refusal(board=board) == "a ballot stands on the board twice"
    assert town.verify(board) == "a ballot stands in the record twice"


def test_a_ballot_of_another_vote_under_the_same_key_is_not_opened(town: Town) -> None:
    other = at.belenios_setup(town.officials, town.election.credentials)
    board = padded(town, town.seal(5, NO, other))
    assert town.refusal(board=board) == UNSTATED
    assert town.verify(board) == "ballot 9: the ballot is of another election"


def test_with_a_lost_booth_the_proofs_still_stand(town: Town) -> None:
    """Then ballots need not be named by a booth; root has no credential, and alters or copies what it has."""
    evidence = without_limani(town, declared(town, lost=["limani"]))
    invalid = "the board: belenios-tool election verify: status 124: belenios-tool: error while casting ballot {}: {}"

    def put_on(change: Any) -> tuple[str, str]:
        plain = json.loads(town.cast[0].text)
        change(plain)
        text = json.dumps(plain, separators=(",", ":"))
        why = town.refusal(evidence=evidence, board=padded(town, text), now=END_OF_GRACE)
        return why, invalid.format(tracker.smart(tracker_of(text)), "invalid ballot")

    for change in (
        lambda p: p["answers"][0]["choices"][1].update(alpha="4"),
        lambda p: p["answers"][0]["individual_proofs"][0][0].update(response="4"),
        lambda p: p.update(credential=public_part(town.election, town.credentials["GR-0012"])),
        lambda p: p.update(answers=json.loads(town.cast[1].text)["answers"]),
    ):
        why, expected = put_on(change)
        if has_verify_ballot():  # its `verify` overlooks them, and our own look finds them, or it ends in other words
            assert why.startswith(("the board: a proof or the signature of", "the board: belenios-tool election"))
        else:
            assert why == expected
    unlisted, _ = put_on(lambda p: p.update(credential="4"))
    assert unlisted == "the board: ballot 9: the ballot's credential is not on the list of this election"


def test_a_stuffed_ballot_takes_a_registrar_and_a_booth(town: Town) -> None:
    """With an honest registrar there is no credential to do it with. With a colluding one the ballot is sound; noticed
    by the trustee's tool as long as no booth names it, or told among those of a lost booth."""
    stuffed = town.seal(12, YES)
    board = town.board([*town.on_board, stuffed])
    assert town.refusal(board=board) == UNSTATED
    lost = without_limani(town, declared(town, lost=["limani"]))
    assert "2 of them came from a booth that was lost before it made a statement." in town.told(
        evidence=lost, board=board, now=END_OF_GRACE
    )
    # With a cracked booth as well nobody's tool does: only GR-0012, who is told after the close that they have voted.
    statements = [town.state(booth, town.of(booth)) for booth in ("agora", "kep")]
    cracked = town.evidence(statements=[*statements, town.state("limani", [*town.of("limani"), tracker_of(stuffed)])])
    assert town.refusal(2, evidence=cracked, board=board) == ""


def test_a_cracked_booth_votes_again_for_who_voted_there(town: Town) -> None:
    """It has seen the credential, and root's intake asks for no card. Noticed by that voter's tracker alone."""
    again = town.seal(6, NO)
    statements = [town.state(booth, town.of(booth)) for booth in ("agora", "kep")]
    cracked = town.state("limani", [*town.of("limani"), tracker_of(again)])
    board = town.board(town.on_board, tallied=False)
    board.append([again])
    close(board)
    encrypted_tally(board)
    assert town.refusal(evidence=town.evidence(statements=[*statements, cracked]), board=board) == ""
    assert town.cast[7].tracker not in board.counted()


# --- the record's own order ------------------------------------------------------------------------------------------


def after(town: Town, kind: str, payload: str | None, *, new: bool = False) -> Board:
    board = town.counted()
    at.write_event(board, kind, payload, new=new)
    return board


def test_nothing_comes_after_the_end_and_nothing_comes_twice(town: Town) -> None:
    """Noticed by trustees, auditors, and whoever signs the end."""
    counted = town.counted()
    more = town.seal(1, NO)
    for board, why in (
        (after(town, "Ballot", more, new=True), "event 14, Ballot, does not belong after Result"),
        (after(town, "EndBallots", None), "event 14, EndBallots, does not belong after Result"),
        (after(town, "Result", payload_of(counted, "Result")), "event 14, Result, does not belong after Result"),
        (after(town, "Setup", payload_of(counted, "Setup")), "event 14, Setup, does not belong after Result"),
        (
            after(town, "PartialDecryption", payload_of(counted, "PartialDecryption")),
            "event 14, PartialDecryption, does not belong after Result",
        ),
        (
            after(town, "EncryptedTally", payload_of(counted, "EncryptedTally")),
            "event 14, EncryptedTally, does not belong after Result",
        ),
        (after(town, "Shuffle", "{}", new=True), "event 14, Shuffle, does not belong after Result"),
    ):
        assert town.verify(board) == why
        assert town.end(board) == MayNotOpen(f"the board: {why}")
    late = town.board()
    at.write_event(late, "Ballot", more, new=True)
    whole = town.evidence(cast=[*town.cast, at.Cast("agora", "GR-0001", more)])
    assert (
        town.refusal(evidence=whole, board=late) == "the board: event 11, Ballot, does not belong after EncryptedTally"
    )


def test_an_altered_result_does_not_verify(town: Town) -> None:
    """Noticed by auditors and by whoever signs the end, also where the true one stands before it."""
    lie = json.dumps({"result": [[1, 0, 6]]}, separators=(",", ":"))
    board = town.board()
    for number in (1, 2):
        share = town.open(number, board=board)
        assert isinstance(share, Share)
        add_partial_decryption(board, share.text)
    at.write_event(board, "Result", lie, new=True)
    why = "belenios-tool election verify: status 124: belenios-tool: check_result failed"
    assert town.verify(board) == why
    assert town.end(board) == MayNotOpen(f"the board: {why}")
    twice_ = "event 14, Result, does not belong after Result"
    assert town.verify(after(town, "Result", lie, new=True)) == twice_


def test_a_tally_of_fewer_is_not_opened(town: Town) -> None:
    """Who may choose the product may open one ballot. Noticed by our own recount: belenios-tool is content."""
    board = town.board(town.on_board, tallied=False)
    close(board)
    write_tally(board, town.board([town.cast[7].text]))
    why = "our own recount: 7 ballots count, and the tally says that it counted 1"
    assert town.refusal(board=board) == f"the board: {why}"
    assert town.verify(board) == why


def test_a_board_that_is_not_multiplied_out_is_not_opened_nor_remembered(town: Town) -> None:
    why = "the board has not been closed and multiplied out yet: there is nothing to open"
    board = town.board(town.on_board, tallied=False)
    assert town.refusal(board=board) == why
    close(board)
    assert town.refusal(board=board) == why
    assert town.refusal() == ""


def test_a_broken_board_is_told(town: Town) -> None:
    board = town.board()
    whole = board.path.read_bytes()
    board.path.write_bytes(whole[:-100])
    assert town.refusal(board=board) == "the board cannot be read: the file ends inside an entry"
    board.path.write_bytes(whole.replace(b'"type":"Ballot"', b'"type":"BaIlot"', 1))
    (name,) = [event.hash for event in town.board().archive().events if event.height == 1]
    assert town.refusal(board=board) == (
        f"the board cannot be read: entry {name} does not have the content of its name"
    )


def test_a_weight_beside_a_credential_is_no_credential(town: Town) -> None:
    """Belenios lets some votes count more. Noticed by every tool before it looks at a ballot."""
    heavy = town.board([])
    text = json.dumps([f"{town.election.credentials[0]},5", *town.election.credentials[1:]], separators=(",", ":"))
    first_entry = json.loads(payload_of(heavy, "Setup"))
    fresh = Board(heavy.path.with_suffix(".heavy"))
    fresh.path.write_bytes(heavy.path.read_bytes()[:1024])
    for one in (town.election.election, town.election.trustees, text):
        at.write_entry(fresh.path, "data", one)
    names = {**first_entry, "credentials": signing.digest_of(text)}
    setup = json.dumps(names, separators=(",", ":"))
    at.write_entry(fresh.path, "data", setup)
    event = {"height": 0, "type": "Setup", "payload": signing.digest_of(setup)}
    at.write_entry(fresh.path, "event", json.dumps(event, separators=(",", ":")))
    why = "the set-up is not one of this group and kind (ValueError)"
    assert town.refusal(board=fresh) == f"the board cannot be read: {why}"
    assert town.verify(fresh) == why


# --- once ------------------------------------------------------------------------------------------------------------


def the_other_board(town: Town) -> Board:
    """As whole as the honest one, but for GR-0003's two votes in the other order: the difference of both results would
    be theirs alone."""
    others = [one.text for one in town.cast if one.card not in ("GR-0003", "GR-0007")]
    board = town.board([*others, town.cast[8].text, town.cast[4].text], tallied=False)
    board.append([town.cast[2].text])
    close(board)
    encrypted_tally(board)
    return board


def test_no_trustee_opens_a_second_board(town: Town) -> None:
    """Noticed by the trustee's tool; and two honest ones of three cannot be had for two boards."""
    honest, other = town.board(), the_other_board(town)
    shares = {1: town.open(1, board=honest), 2: town.open(2, board=other)}
    assert all(isinstance(one, Share) for one in shares.values())
    assert town.refusal(1, board=other) == SECOND
    assert town.refusal(2, board=honest) == SECOND
    third = town.open(3, board=honest)
    assert isinstance(third, Share) and town.refusal(3, board=other) == SECOND
    for board, given in ((honest, [shares[1], third]), (other, [shares[2]])):
        for share in given:
            assert isinstance(share, Share)
            add_partial_decryption(board, share.text)
    assert result(honest).counts == ((3, 3),)
    with pytest.raises(ToolFailed):
        result(other)
    # The trustee who was given the other one notices at the end.
    assert town.end(honest, 2) == MayNotOpen("this is not the board that you opened")


def test_with_one_trustee_on_roots_side_two_boards_can_be_opened(town: Town) -> None:
    """Nobody's tool notices before it has happened. Then the trustee who was given the other board does."""
    honest, other = town.board(), the_other_board(town)
    for number, board in ((1, honest), (2, other), (3, honest)):
        share = town.open(number, board=board)
        assert isinstance(share, Share)
        add_partial_decryption(board, share.text)
    (town.home("trustee-3").path / "memory.jsonl").unlink()
    bent = town.open(3, board=other)
    assert isinstance(bent, Share)
    add_partial_decryption(other, bent.text)
    assert (result(honest).counts, result(other).counts) == (((3, 3),), ((4, 2),))
    assert town.end(honest, 2) == MayNotOpen("this is not the board that you opened")
    assert town.end(other, 1) == MayNotOpen("this is not the board that you opened")


def test_a_trustee_who_forgets_opens_again(town: Town) -> None:
    """A folder put back from a backup, or whose memory is deleted: nothing says so."""
    assert town.refusal() == ""
    memory = town.home("trustee-1").path / "memory.jsonl"
    memory.write_text(memory.read_text() + "x\n")
    with pytest.raises(ValueError) as refused:
        town.open(board=the_other_board(town))
    assert str(refused.value) == f"{memory}: line {len(memory.read_text().splitlines())} cannot be read"
    memory.unlink()
    assert town.refusal(board=the_other_board(town)) == ""


def test_the_same_board_is_opened_again_also_after_another_trustee(town: Town) -> None:
    board = town.board()
    share, others = town.open(1, board=board), town.open(2, board=board)
    assert isinstance(share, Share) and isinstance(others, Share)
    add_partial_decryption(board, others.text)
    assert isinstance(town.open(1, board=board), Share)


def test_another_board_is_not_slipped_in_after_the_look(town: Town) -> None:
    """The package lies on a stick or a share that root writes to. Noticed by nobody, and of no use: what is decrypted
    is what was looked at."""
    board, one = town.board(), town.board([town.cast[7].text])
    said: list[str] = []

    def meanwhile(line: str) -> None:
        said.append(line)
        shutil.copyfile(one.path, board.path)

    honest = town.board()
    share = town.open(1, board=board, progress=meanwhile)
    assert isinstance(share, Share) and len(said) == 3
    add_partial_decryption(honest, share.text)
    second = town.open(2, board=honest)
    assert isinstance(second, Share)
    add_partial_decryption(honest, second.text)
    assert result(honest).ballots == 7


def test_the_trustees_clock_decides_with_the_booths(town: Town) -> None:
    """Set back it says what it thinks; set forward it helps nobody, because no booth has made its statement yet."""
    early = "the vote is open until 2027-03-08T18:00:00+00:00, and it is 2027-03-08T17:59:59+00:00 here"
    assert town.refusal(now=CLOSES - timedelta(seconds=1)) == early
    assert town.refusal(now=CLOSES) == ""
    while_open = town.evidence(statements=[])
    assert town.refusal(2, evidence=while_open, now=LATER) == (
        "nothing has been heard of booth agora, and nobody has declared it lost"
    )
    # With both officers and a clock far ahead there is still no slip to read.
    lost = town.evidence(statements=[], declaration=declared(town, lost=list(BOOTHS)))
    assert town.refusal(2, evidence=lost, now=END_OF_GRACE) == (
        "the closing slip is of none of these statements: what the booth said is not what is shown here"
    )


def test_who_is_no_trustee_opens_and_ends_nothing(town: Town) -> None:
    for name in ("registrar", "officer-1"):
        shutil.rmtree(town.home("trustee-1").path)
        shutil.copytree(town.home(name).path, town.folder / "trustee-1")
        assert town.refusal() == "you are not one of the trustees of these officials"
        assert town.end(town.counted()) == MayNotOpen("you are not one of the trustees of these officials")


# --- few ballots -----------------------------------------------------------------------------------------------------


def of_voters(town: Town, count: int, setup: Any = None, signatures: Any = None) -> dict[str, Any]:
    """A vote in which as many took part, each of the booths heard."""
    cast = [town.cast[place] for place in (0, 1, 4, 5, 6, 7, 8)][:count]
    changed = {"superseded": [], **({"setup_signatures": signatures} if signatures else {})}
    evidence = town.evidence(setup, cast, **changed)
    return {
        "evidence": evidence,
        "board": town.board([one.text for one in cast]),
        "slip": evidence.statements[1].statement.slip,
    }


def test_the_floor(town: Town) -> None:
    """Noticed by the trustee's tool; so is one who votes often, because voters are counted and not ballots."""
    few = "{} ballots count, and fewer than {} are not opened: they could be told apart"
    assert town.refusal(**of_voters(town, 4)) == few.format(4, 5)
    assert town.refusal(**of_voters(town, 5)) == ""
    cast = [*(town.cast[place] for place in (0, 1, 6)), town.cast[2], town.cast[4]]
    board = town.board([one.text for one in cast])
    evidence = town.evidence(cast=cast, superseded=[])
    slip = evidence.statements[0].statement.slip
    assert town.refusal(2, evidence=evidence, board=board, slip=slip) == few.format(4, 5)


def test_an_audience_below_the_floor_is_never_opened(town: Town) -> None:
    """Seven may vote and ten have to: it is told at the end only, so the town hall says it before."""
    setup, signatures = town.signed_again(lambda p: p.update(floor=10, roll_size=7))
    assert town.refusal(**of_voters(town, 7, setup, signatures)) == (
        "7 ballots count, and fewer than 10 are not opened: they could be told apart"
    )


def test_what_trustees_open_below_the_floor_does_not_verify(town: Town) -> None:
    """All trustees on root's side. Noticed by every auditor."""
    setup, signatures = town.signed_again(lambda p: p.update(floor=8))
    assert town.verify(setup=(setup, signatures)) == "7 ballots were opened, and fewer than 8 may not be"


# --- the end ---------------------------------------------------------------------------------------------------------


def test_the_end_is_of_this_board_and_of_enough_trustees(town: Town) -> None:
    """Noticed by auditors."""
    board = town.counted()
    final, signatures = town.final(board, 1, 2)
    short = "{} of the trustees have signed the end, and it takes 2"
    assert town.verify(board, final=(final, signatures)) == ""
    assert town.verify(board, final=(final, signatures[:1])) == short.format(1)
    assert town.verify(board, final=(final, (signatures[0], signatures[0]))) == short.format(1)
    wrong = town.sign(signing.SETUP, final.text, "trustee-1", "trustee-2")
    assert town.verify(board, final=(final, wrong)) == short.format(0)
    officers = town.sign(signing.FINAL, final.text, "officer-1", "officer-2", "registrar")
    assert town.verify(board, final=(final, officers)) == short.format(0)
    other = "the end that the trustees signed is not this board's"
    for lie in (
        final_of(town.setup, "0" * 64, final.counts, final.blanks, final.ballots),
        final_of(town.setup, final.head, [[2, 4]], final.blanks, final.ballots),
        final_of(read_setup(town.altered(lambda p: p.update(floor=6))), final.head, final.counts, final.blanks, 7),
    ):
        signed = town.sign(signing.FINAL, lie.text, "trustee-1", "trustee-2")
        assert town.verify(board, final=(lie, signed)) == other
    assert town.verify(town.board(), final=(final, signatures)) == (
        "the trustees have signed an end, and there is no result on the board"
    )


def test_a_trustee_signs_the_end_of_the_signed_vote_alone(town: Town, own: Officials) -> None:
    board = town.counted()
    altered = read_setup(town.altered(lambda p: p["title"].update(en="Another vote")))
    assert town.end(board, setup=(altered, town.signatures)) == MayNotOpen(f"the set-up: {NO_REGISTRAR}")
    assert town.end(town.board()) == MayNotOpen("there is no result on the board yet")
    mine = Credential.generate()
    listed = sorted([public_part(town.election, mine), *town.election.credentials], key=int)
    others = town.board([], replace(town.election, credentials=tuple(listed)), tallied=False)
    assert town.end(others) == MayNotOpen("the board has other credentials than the registrar made")
    assert isinstance(town.end(board), Ended)


COUNTS = {
    "[[Infinity]]": ": no JSON",
    "[[NaN]]": ": no JSON",
    "[[1.5]]": ": the counts are no numbers",
    "[[true]]": ": the counts are no numbers",
    '[["3"]]': ": the counts are no numbers",
    "[3]": ": the counts are no numbers",
    "{}": ": counts is not what stands there",
}


@pytest.mark.parametrize("value", COUNTS)
def test_counts_are_numbers(town: Town, value: str) -> None:
    result_ = published_result(town.counted())
    assert result_ is not None
    final = final_of(town.setup, "0" * 64, result_.counts, result_.blanks, result_.ballots)
    with pytest.raises(BadRecord) as refused:
        read_final(final.text.replace("[[3,3]]", value))
    assert str(refused.value) == f"final record{COUNTS[value]}"


# --- what is handed over ---------------------------------------------------------------------------------------------


def zipped(path: Path, entries: list[tuple[str, bytes]]) -> Path:
    with zipfile.ZipFile(path, "w") as package:
        for name, content in entries:
            package.writestr(name, content)
    return path


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_package_is_a_board_and_its_evidence(town: Town, tmp_path: Path) -> None:
    evidence = files.evidence_file(
        files.setup_file(town.setup.text, town.signatures, []),
        town.evidence().statements,
        [town.cast[SUPERSEDED].text],
        None,
    )
    board = town.board()
    good = tmp_path / "good.zip"
    good.write_bytes(files.pack(board.path, evidence))
    path, text = files.unpack(good, tmp_path)
    assert (path.read_bytes(), text) == (board.path.read_bytes(), evidence)
    assert town.refusal(evidence=files.read_evidence(text), board=Board(path)) == ""
    pair = [(files.BOARD, b"x"), (files.EVIDENCE, b"{}")]
    locked = bytearray(zipped(tmp_path / "locked.zip", pair).read_bytes())
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at_ = locked.index(mark) + place
        locked[at_] |= 1
    (tmp_path / "locked.zip").write_bytes(bytes(locked))
    (tmp_path / "no.zip").write_bytes(b"no zip at all")
    (tmp_path / "cut.zip").write_bytes(good.read_bytes()[:-100])
    bad = [
        tmp_path / "locked.zip",
        tmp_path / "no.zip",
        tmp_path / "cut.zip",
        zipped(tmp_path / "more.zip", [*pair, ("../../etc/cron.d/x", b"x")]),
        zipped(tmp_path / "up.zip", [("../" + files.BOARD, b"x"), pair[1]]),
        zipped(tmp_path / "twice.zip", [*pair, pair[0]]),
        zipped(tmp_path / "boards.zip", [pair[0], pair[0]]),
        zipped(tmp_path / "words.zip", [pair[0], (files.EVIDENCE, b"\xff")]),
    ]
    for package in bad:
        with pytest.raises(BadRecord) as refused:
            files.unpack(package, tmp_path)
        assert (
            str(refused.value)
            == f"{package.name}: not a package for trustees (election.bel and evidence.json in a zip)"
        )


def test_evidence_that_is_none_is_told() -> None:
    with pytest.raises(BadRecord) as refused:
        files.read_evidence("{}")
    assert str(refused.value) == (
        "what is handed to a trustee: expected exactly declaration, deposits, listed, setup, statements, superseded"
    )


def test_credentials_are_named_by_their_list(town: Town) -> None:
    """What the registrar signs for is the list of the board, to the letter."""
    assert town.setup.credentials_digest == list_digest(town.election.credentials)
