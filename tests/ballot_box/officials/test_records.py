"""What officials sign of a vote: each part that is missing, strange or unsound, refused in its own words."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from ballot_box.officials import signing
from ballot_box.officials.body import Officials
from ballot_box.officials.home import Home
from ballot_box.officials.records import (
    Decided,
    Declaration,
    Extension,
    Final,
    Lost,
    Setup,
    closing,
    declaration_of,
    extension_of,
    final_of,
    lacking,
    officials_fault,
    read_declaration,
    read_extension,
    read_final,
    read_setup,
    unsigned,
)
from ballot_box.officials.signing import BadRecord, canonical

HEX = "ab" * 32
REASON = {"el": "Έπεσε η γραμμή", "en": "The line was down"}


def refusal(read: Callable[[str], object], value: object) -> str:
    with pytest.raises(BadRecord) as caught:
        read(canonical(value))
    return str(caught.value)


def test_a_setup_reads_back(setup: Setup) -> None:
    assert read_setup(setup.text) == setup
    assert (setup.floor, setup.grace, setup.roll_size) == (5, timedelta(0), 6)
    assert setup.digest == signing.digest_of(setup.text)


SETUP_FAULTS: list[tuple[dict[str, object], str]] = [
    ({"kind": "votes.other"}, "not the set-up of a vote, version 3 or 4"),
    ({"version": 2}, "not the set-up of a vote, version 3 or 4"),
    ({"opens": "tomorrow"}, "opens is no instant"),
    ({"opens": 7}, "opens is no instant"),
    ({"closes": "2026-01-01T10:00:00"}, "closes has no time zone"),
    ({"closes": "2020-01-01T10:00:00+00:00"}, "it closes before it opens"),
    ({"floor": 4}, "a result of fewer than 5 ballots tells who chose what: the floor is 4"),
    ({"floor": "5"}, "floor is not what stands there"),
    ({"floor": True}, "floor is not what stands there"),
    ({"grace_hours": -1}, "the time for late letters is 0 to 336 hours"),
    ({"grace_hours": 337}, "the time for late letters is 0 to 336 hours"),
    ({"booths": {}}, "no booth takes part"),
    ({"booths": []}, "booths is not what stands there"),
    ({"roll_digest": HEX[:-1]}, "roll_digest is no SHA-256"),
    ({"roll_digest": HEX.upper()}, "roll_digest is no SHA-256"),
    ({"credentials_digest": 1}, "credentials_digest is no SHA-256"),
    ({"election": None}, "election is not what stands there"),
    ({"officials": []}, "officials is not what stands there"),
    ({"roll_size": "6"}, "roll_size is not what stands there"),
    ({"title": {"el": "Άλλη", "en": "Other"}}, "Belenios counts other questions than those that are shown"),
    ({"introduction": {"el": "Άλλη", "en": ""}}, "Belenios counts other questions than those that are shown"),
    ({"questions": []}, "Belenios counts other questions than those that are shown"),
    ({"belenios": {"election": "{}", "trustees": "[]"}}, "what Belenios counts cannot be read"),
]


@pytest.mark.parametrize(("parts", "why"), SETUP_FAULTS, ids=[f"{parts}"[:40] for parts, _ in SETUP_FAULTS])
def test_an_unsound_setup_is_refused(setup: Setup, parts: dict[str, object], why: str) -> None:
    assert refusal(read_setup, {**setup.plain, **parts}) == f"set-up: {why}"


@pytest.mark.parametrize("parts", [{"floor": 5}, {"grace_hours": 0}, {"grace_hours": 336}])
def test_at_its_limits_it_is_sound(altered: Callable[..., Setup], parts: dict[str, object]) -> None:
    assert altered(**parts).plain.items() >= parts.items()


@pytest.mark.parametrize(
    ("parts", "why"),
    [
        ({"questions": [{}]}, "questions 1: expected exactly answers, blank, maximum, minimum, note, text"),
        ({"questions": 7}, "questions: no list"),
        ({"title": "Πρόβα"}, "title: expected exactly el, en"),
        ({"article": [{}]}, "article 1: expected exactly heading, paragraphs, rows"),
        ({"article": 7}, "article: no list"),
    ],
)
def test_within_its_parts_nothing_is_unknown(setup: Setup, parts: dict[str, object], why: str) -> None:
    assert refusal(read_setup, {**setup.plain, **parts}) == f"set-up, {why}"


def test_a_setup_has_exactly_the_known_parts(setup: Setup) -> None:
    expected = f"set-up: expected exactly {', '.join(sorted(setup.plain))}"
    assert refusal(read_setup, {**setup.plain, "note": "ψ"}) == expected
    for key in setup.plain:
        assert refusal(read_setup, {name: one for name, one in setup.plain.items() if name != key}) == expected
    parts = dict(setup.plain["belenios"])
    assert refusal(read_setup, {**setup.plain, "belenios": {**parts, "more": ""}}) == (
        "set-up, belenios: expected exactly election, trustees"
    )
    booths = {"booth-a": "x"}
    assert refusal(read_setup, {**setup.plain, "booths": booths}) == "set-up, booths: booth-a is no SHA-256"


def swapped(value: Any) -> Any:
    """Question and answers in another order than Belenios counts them."""
    (question,) = value
    return [{**question, "answers": question["answers"][::-1]}]


@pytest.mark.parametrize(
    "change",
    [
        swapped,
        lambda value: [*value, *value],
        lambda value: [{**value[0], "blank": False}],
        lambda value: [{**value[0], "maximum": 2}],
        lambda value: [{**value[0], "minimum": 0}],
        lambda value: [{**value[0], "text": {"el": "Άλλη;", "en": ""}}],
    ],
    ids=["answers swapped", "asked twice", "no blank", "two answers", "no answer", "another text"],
)
def test_what_is_counted_is_what_is_shown(setup: Setup, change: Callable[[Any], Any]) -> None:
    other = {**setup.plain, "questions": change(setup.plain["questions"])}
    assert refusal(read_setup, other) == "set-up: Belenios counts other questions than those that are shown"


def test_whose_setup_it_is(setup: Setup, officials: Officials, altered: Callable[..., Setup]) -> None:
    assert officials_fault(setup, officials) == ""
    assert officials_fault(altered(officials="AAAA"), officials) == "it names other officials"
    other = {**setup.plain["belenios"], "trustees": setup.trustees.replace(",", ", ", 1)}
    assert officials_fault(altered(belenios=other), officials) == (
        "its ballots would be opened by another key than that of our trustees"
    )
    nobodys = {**setup.plain["belenios"], "trustees": "[]"}
    assert refusal(read_setup, {**setup.plain, "belenios": nobodys}) == (
        "set-up: its ballots would be closed with another key than that of its trustees"
    )


def test_who_has_still_to_sign(setup: Setup, officials: Officials, home: Callable[[str], Home]) -> None:
    names = ("registrar", "trustee-1", "trustee-2", "trustee-3", "officer-1")
    by = {name: home(name).signer.sign(signing.SETUP, setup.text) for name in names}
    assert unsigned(setup, [by["trustee-1"], by["trustee-2"]], officials) == "the registrar has not signed it"
    one = [by["registrar"], by["trustee-1"], by["trustee-1"], by["officer-1"]]
    assert unsigned(setup, one, officials) == "1 of the trustees have signed it, and it takes 2"
    assert unsigned(setup, [by["registrar"], by["trustee-1"], by["trustee-3"]], officials) == ""
    assert lacking(setup.text, signing.EXTENSION, list(by.values()), officials) == "the registrar has not signed it"


def test_an_extension_reads_back(setup: Setup) -> None:
    later = setup.closes + timedelta(hours=1)
    made = extension_of(setup, later, REASON)
    assert made == Extension(made.text, setup.digest, later, REASON) == read_extension(made.text)


@pytest.mark.parametrize(
    ("parts", "why"),
    [
        ({"kind": "votes.notice"}, "not of this kind and version"),
        ({"version": 2}, "not of this kind and version"),
        ({"setup": "x"}, "setup is no SHA-256"),
        ({"closes": "x"}, "closes is no instant"),
        ({"reason": {"el": "ναι"}}, "reason: expected exactly el, en"),
        ({"reason": {"el": "ναι", "en": " "}}, "a reason is given in Greek and in English"),
        ({"reason": {"el": "ναι", "en": 1}}, "reason: en is not what stands there"),
        ({"note": ""}, "expected exactly closes, kind, reason, setup, version"),
    ],
)
def test_an_unsound_extension_is_refused(setup: Setup, parts: dict[str, object], why: str) -> None:
    plain = json.loads(extension_of(setup, setup.closes + timedelta(hours=1), REASON).text)
    assert refusal(read_extension, {**plain, **parts}).replace("extension, ", "extension: ") == f"extension: {why}"


def test_when_the_vote_ends(
    setup: Setup, altered: Callable[..., Setup], officials: Officials, home: Callable[[str], Home]
) -> None:
    def signed(extension: Extension, *names: str) -> tuple[Extension, list[signing.Signature]]:
        return extension, [home(name).signer.sign(signing.EXTENSION, extension.text) for name in names]

    enough = ("registrar", "trustee-1", "trustee-2")
    once, twice = (extension_of(setup, setup.closes + timedelta(hours=hours), REASON) for hours in (1, 2))
    assert closing(setup, [], officials) == setup.closes
    assert closing(setup, [signed(once, *enough), signed(twice, *enough)], officials) == twice.closes
    bad = {
        "extension: a vote is never shortened": [signed(twice, *enough), signed(once, *enough)],
        "extension: the registrar has not signed it": [signed(once, "trustee-1", "trustee-2")],
        "extension: 1 of the trustees have signed it, and it takes 2": [signed(once, *enough[:2])],
        "extension: it is another vote's": [
            signed(extension_of(altered(floor=6), once.closes, REASON), *enough),
        ],
    }
    for why, extensions in bad.items():
        with pytest.raises(BadRecord) as caught:
            closing(setup, extensions, officials)
        assert str(caught.value) == why


def test_a_declaration_reads_back_in_one_order(setup: Setup) -> None:
    lost = [Lost("booth-b", "Κάηκε"), Lost("booth-a", "Εκλάπη")]
    decided = [Decided("cd" * 32, False, "δεύτερη"), Decided(HEX, True, "δηλωμένη")]
    made = declaration_of(setup, lost, decided)
    expected = Declaration(made.text, setup.digest, tuple(lost[::-1]), tuple(decided[::-1]))
    assert made == expected == read_declaration(made.text)


@pytest.mark.parametrize(
    ("parts", "why"),
    [
        ({"kind": "votes.final"}, "not of this kind and version"),
        ({"lost": {}}, "lost is not what stands there"),
        ({"lost": [{"booth": "a"}]}, "a lost booth: expected exactly booth, reason"),
        ({"lost": [{"booth": "a", "reason": " "}]}, "each needs a reason"),
        ({"lost": [{"booth": 1, "reason": "x"}]}, "booth is not what stands there"),
        ({"decided": [{"tracker": HEX, "counts": 1, "reason": "x"}]}, "counts is not what stands there"),
        ({"decided": [{"tracker": "x", "counts": True, "reason": "x"}]}, "tracker is no SHA-256"),
        ({"decided": [{"tracker": HEX, "counts": True, "reason": ""}]}, "each needs a reason"),
        ({"decided": [{"tracker": HEX, "counts": True}]}, "a ballot: expected exactly counts, reason, tracker"),
        ({"setup": 1}, "setup is no SHA-256"),
    ],
)
def test_an_unsound_declaration_is_refused(setup: Setup, parts: dict[str, object], why: str) -> None:
    plain = json.loads(declaration_of(setup, [], []).text)
    assert refusal(read_declaration, {**plain, **parts}).replace("tion, ", "tion: ") == f"declaration: {why}"


def test_a_final_record_reads_back(setup: Setup) -> None:
    made = final_of(setup, HEX, [[1, 2], [3]], [0, 1], 4)
    assert made == Final(made.text, setup.digest, HEX, ((1, 2), (3,)), (0, 1), 4) == read_final(made.text)


@pytest.mark.parametrize(
    ("parts", "why"),
    [
        ({"version": 2}, "not of this kind and version"),
        ({"head": "x"}, "head is no SHA-256"),
        ({"counts": 7}, "counts is not what stands there"),
        ({"counts": [7]}, "the counts are no numbers"),
        ({"counts": [["x"]]}, "the counts are no numbers"),
        ({"counts": [["1"]]}, "the counts are no numbers"),
        ({"counts": [[1.5]]}, "the counts are no numbers"),
        ({"blanks": [True]}, "the counts are no numbers"),
        ({"blanks": [None]}, "the counts are no numbers"),
        ({"ballots": "4"}, "ballots is not what stands there"),
        ({"note": 1}, "expected exactly audit, ballots, blanks, counts, head, kind, setup, version"),
    ],
)
def test_an_unsound_final_record_is_refused(setup: Setup, parts: dict[str, object], why: str) -> None:
    plain = json.loads(final_of(setup, HEX, [[1, 2]], [0], 3).text)
    assert refusal(read_final, {**plain, **parts}) == f"final record: {why}"
