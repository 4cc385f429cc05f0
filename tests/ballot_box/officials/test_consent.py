"""An official signs what was shown whole, once, and only what agrees with what they know themselves."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta

import pytest

from ballot_box.officials import consent, signing
from ballot_box.officials.body import Officials, read_record
from ballot_box.officials.consent import Refusal, sign_declaration, sign_extension, sign_officials, sign_setup
from ballot_box.officials.home import Home
from ballot_box.officials.records import Decided, Lost, Setup, declaration_of, extension_of, final_of
from ballot_box.officials.signing import BadRecord, Signature, canonical, holds

Homes = Callable[[str], Home]
Altered = Callable[..., Setup]
REASON = {"el": "Έπεσε η γραμμή", "en": "The line was down"}
SHOWN: list[tuple[str, ...]] = []


def yes(told: tuple[str, ...]) -> bool:
    SHOWN.append(told)
    return True


def no(_told: tuple[str, ...]) -> bool:
    return False


def never(_told: tuple[str, ...]) -> bool:
    raise AssertionError("nobody is asked about what is refused")


def signed(home: Home, setup: Setup, agree: consent.Agree = yes) -> Signature | Refusal:
    return sign_setup(home, setup, setup.opens, agree)


@pytest.mark.parametrize("name", ["registrar", "trustee-1", "trustee-3"])
def test_registrar_and_trustees_sign_a_setup(setup: Setup, home: Homes, name: str) -> None:
    signature = signed(home(name), setup)
    assert isinstance(signature, Signature)
    assert holds(signature, signing.SETUP, setup.text, home(name).signer.public)
    assert list(home(name).remembered("signed")) == [
        {"what": "signed", "kind": signing.SETUP, "about": setup.election, "digest": setup.digest}
    ]


def test_an_officer_does_not(setup: Setup, home: Homes) -> None:
    assert signed(home("officer-1"), setup, never) == Refusal("a set-up is signed by the registrar and the trustees")


def test_the_same_may_be_signed_again_and_nothing_else_in_its_place(
    setup: Setup, altered: Altered, home: Homes
) -> None:
    trustee = home("trustee-1")
    assert isinstance(signed(trustee, setup), Signature)
    assert isinstance(signed(trustee, setup), Signature)
    assert signed(trustee, altered(floor=6), never) == Refusal(
        "you have signed this vote before, with something else in it"
    )
    assert len(list(trustee.remembered("signed"))) == 1


def test_declined_is_not_signed_and_not_remembered(setup: Setup, altered: Altered, home: Homes) -> None:
    trustee = home("trustee-1")
    assert signed(trustee, setup, no) == Refusal("you did not agree")
    assert list(trustee.remembered("signed")) == []
    assert isinstance(signed(trustee, altered(floor=6)), Signature)


@pytest.mark.parametrize("parts", [{"roll_digest": "ab" * 32}, {"credentials_digest": "ab" * 32}, {"roll_size": 7}])
def test_the_registrar_signs_only_what_they_made(altered: Altered, home: Homes, parts: dict[str, object]) -> None:
    other = altered(**parts)
    assert signed(home("registrar"), other, never) == Refusal("its credentials or its roll are not those that you made")
    assert isinstance(signed(home("trustee-1"), other), Signature), "who cannot know it: the registrar's word counts"


def test_the_registrar_has_made_nothing_for_it(setup: Setup, home: Homes) -> None:
    (home("registrar").path / "memory.jsonl").unlink()
    assert signed(home("registrar"), setup, never) == Refusal("you have made no credentials for it")


def test_other_officials_and_another_hour(setup: Setup, altered: Altered, home: Homes) -> None:
    trustee = home("trustee-1")
    assert signed(trustee, altered(officials="AAAA"), never) == Refusal("it names other officials")
    late = setup.closes
    assert sign_setup(trustee, setup, late, never) == Refusal("it would have closed already")
    assert isinstance(sign_setup(trustee, setup, late - timedelta(seconds=1), yes), Signature)


def test_all_of_it_is_shown(altered: Altered, home: Homes) -> None:
    article = [
        {
            "heading": {"el": "Κόστος", "en": "Cost"},
            "paragraphs": [{"el": "Πολλά", "en": "Much"}],
            "rows": [{"what": {"el": "Άσφαλτος", "en": "Tarmac"}, "value": {"el": "9 €", "en": "€9"}}],
        }
    ]
    whole = altered(article=article, quorum_percent=40, left_out={"GR-9": "no-key"}, grace_hours=3)
    assert isinstance(signed(home("trustee-1"), whole), Signature)
    told = "\n".join(SHOWN[-1])
    for words in ("Κόστος", "Πολλά", "Much", "Άσφαλτος", "€9", "40 %", "GR-9", "3 ώρες", "booth-b", "1) «Ναι» / “Ναι”"):
        assert words in told, words
    for words in (whole.digest, whole.roll_digest, whole.credentials_digest, "6 κάρτες", "λιγότερες από 5"):
        assert words in told, words


@pytest.mark.parametrize("evil", ["\x1b[2J\x1b[1;1H", "\r", "\u202e", "\x9b2J", "\u2028"])
def test_what_hides_a_line_is_not_even_read(altered: Altered, evil: str) -> None:
    with pytest.raises(BadRecord) as caught:
        altered(article=[{"heading": {"el": f"α{evil}β", "en": ""}, "paragraphs": [], "rows": []}])
    assert str(caught.value) == "set-up, article 1, heading, el: a character in it would hide others"


@pytest.mark.parametrize("evil", ["\n", "\u200b"])
def test_nothing_can_hide_a_line_on_the_terminal(altered: Altered, home: Homes, evil: str) -> None:
    hidden = altered(article=[{"heading": {"el": f"α{evil}β", "en": ""}, "paragraphs": [], "rows": []}])
    assert isinstance(signed(home("trustee-1"), hidden), Signature)
    assert all(line.isprintable() for line in SHOWN[-1])
    assert any("α\ufffd" in line for line in SHOWN[-1])


def test_an_extension(setup: Setup, altered: Altered, home: Homes) -> None:
    longer = extension_of(setup, setup.closes + timedelta(hours=1), REASON)
    signature = sign_extension(home("trustee-1"), longer, setup, yes)
    assert isinstance(signature, Signature)
    assert holds(signature, signing.EXTENSION, longer.text, home("trustee-1").signer.public)
    assert "Αιτιολογία: Έπεσε η γραμμή" in SHOWN[-1]
    no_later = Refusal("it is not a later end of this vote")
    assert sign_extension(home("trustee-1"), extension_of(setup, setup.closes, REASON), setup, never) == no_later
    assert sign_extension(home("trustee-1"), longer, altered(floor=6), never) == no_later
    assert sign_extension(home("officer-1"), longer, setup, never) == Refusal(
        "an extension is signed by the registrar and the trustees"
    )
    theirs = altered(officials="AAAA")
    assert sign_extension(
        home("trustee-1"), extension_of(theirs, setup.closes + timedelta(hours=1), REASON), theirs, never
    ) == Refusal("it names other officials")


def test_a_declaration(setup: Setup, altered: Altered, home: Homes) -> None:
    said = declaration_of(setup, [Lost("booth-a", "Κάηκε")], [Decided("ab" * 32, False, "Διπλή")])
    signature = sign_declaration(home("officer-2"), said, setup, yes)
    assert isinstance(signature, Signature)
    assert holds(signature, signing.DECLARATION, said.text, home("officer-2").signer.public)
    assert SHOWN[-1] == (
        "«Πρόβα»",
        "Το σημείο booth-a χάθηκε: Κάηκε",
        f"Η ψήφος με κωδικό παρακολούθησης {'ab' * 8}… δεν μετρά: Διπλή",
    )
    assert sign_declaration(home("officer-2"), said, setup, no) == Refusal("you did not agree")
    assert sign_declaration(home("trustee-1"), said, setup, never) == Refusal("a declaration is signed by two officers")
    assert sign_declaration(home("officer-1"), said, altered(floor=6), never) == Refusal("it is about another vote")
    theirs = altered(officials="AAAA")
    assert sign_declaration(home("officer-1"), declaration_of(theirs, [], []), theirs, never) == Refusal(
        "it names other officials"
    )


def test_the_officials_themselves(officials: Officials, home: Homes, town: object, tmp_path: object) -> None:
    record = read_record(officials.text)
    for name in ("registrar", "trustee-2", "officer-1"):
        signature = sign_officials(home(name), record, yes)
        assert isinstance(signature, Signature)
        assert holds(signature, signing.OFFICIALS, officials.text, home(name).signer.public)
    assert SHOWN[-1] == (
        "Δήμος Δοκιμής, θητεία 2024-2028",
        f"Αποτύπωμα: {officials.fingerprint}",
        "Υπεύθυνος μητρώου: Υπεύθυνος μητρώου (πρόβα)",
        "Υπάλληλος που δηλώνει: Υπάλληλος 1 (πρόβα)",
        "Υπάλληλος που δηλώνει: Υπάλληλος 2 (πρόβα)",
        "Επίτροπος: Επίτροπος 1 (πρόβα)",
        "Επίτροπος: Επίτροπος 2 (πρόβα)",
        "Επίτροπος: Επίτροπος 3 (πρόβα)",
        "Μια ψηφοφορία την ανοίγουν 2 επίτροποι μαζί.",
        "Εσείς: Υπάλληλος που δηλώνει",
        "Δεν υπάρχουν προηγούμενοι.",
    )
    assert sign_officials(home("officer-1"), record, no) == Refusal("you did not agree")


def test_those_before_vouch_and_strangers_do_not(officials: Officials, home: Homes) -> None:
    plain = json.loads(officials.text)
    others = [{**one, "key": one["key"]} for one in plain["officials"] if one["name"] != "Υπάλληλος 2 (πρόβα)"]
    from cryptography.hazmat.primitives.asymmetric import ec

    new = signing.pem_of(ec.generate_private_key(ec.SECP256R1()).public_key())
    others.insert(2, {"name": "Νέος υπάλληλος", "role": "officer", "key": new})
    following = read_record(canonical({**plain, "officials": others, "previous": officials.fingerprint}))
    unrelated = read_record(canonical({**plain, "officials": others}))
    gone = home("officer-2")
    assert isinstance(sign_officials(gone, following, yes), Signature)
    assert "Εσείς: από τους προηγούμενους, που εγγυώνται για αυτούς" in SHOWN[-1]
    assert sign_officials(gone, unrelated, never) == Refusal(
        "you are none of these officials, nor of those before them"
    )


def test_the_end_as_it_is_shown(setup: Setup) -> None:
    assert consent.shown_end(setup, final_of(setup, "ab" * 32, [[4, 1]], [1], 6)) == (
        "Ψηφοφορία: «Πρόβα» / “Rehearsal”",
        "Ψήφοι που μετρούν: 6",
        "1. «Να γίνει πεζόδρομος η οδός Πρόβας;» / “Να γίνει πεζόδρομος η οδός Πρόβας;”",
        "   «Ναι» / “Ναι”: 4",
        "   «Όχι» / “Όχι”: 1",
        "   Λευκά: 1",
        "Κάρτες ελέγχου δεν υπήρχαν: τα σημεία δεν ελέγχθηκαν.",
        f"Κεφαλή του πίνακα: {'ab' * 32}",
    )
