"""Who may be officials: each way in which they may not, said in its own words."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from ballot_box.election import trustee_keys_in
from ballot_box.officials import signing
from ballot_box.officials.body import Office, Officials, follows, read_officials, read_record
from ballot_box.officials.codes import FINGERPRINT_BYTES, read_code
from ballot_box.officials.home import Home
from ballot_box.officials.signing import BadRecord, KeySigner, canonical, pem_of
from ballot_box.practice import lone_trustee

Record = Callable[..., dict[str, Any]]
Listed = list[dict[str, str]]


def refused(value: object) -> str:
    with pytest.raises(BadRecord) as caught:
        read_record(canonical(value))
    return str(caught.value)


@pytest.fixture
def listed(record: Record) -> Listed:
    """Registrar, two officers, three trustees."""
    found: Listed = record()["officials"]
    assert [one["role"] for one in found] == ["registrar", "officer", "officer", "trustee", "trustee", "trustee"]
    return found


def as_role(one: dict[str, str], role: str) -> dict[str, str]:
    return {**one, "role": role}


def test_the_rehearsed_ones_are_officials(officials: Officials, record: Record) -> None:
    assert read_record(canonical(record())).fingerprint == officials.fingerprint
    assert read_code(officials.fingerprint.lower(), FINGERPRINT_BYTES) == officials.fingerprint
    assert [one.name for one in officials.of(Office.TRUSTEE)] == [f"Επίτροπος {n} (πρόβα)" for n in (1, 2, 3)]
    assert officials.names([officials.of(Office.OFFICER)[1].id], Office.OFFICER) == ("Υπάλληλος 2 (πρόβα)",)
    assert read_officials(officials.file()) == officials


def test_each_office_is_filled(record: Record, listed: Listed) -> None:
    _, officer, _, trustee, *_ = listed
    assert refused(record(officials=listed[1:])) == "officials: there is one registrar, and not 0"
    assert refused(record(officials=[*listed, as_role(officer, "registrar")])) == (
        "officials: there is one registrar, and not 2"
    )
    assert refused(record(officials=listed[:-1])) == "officials: there are at least 3 trustees, and not 2"
    without = [one for one in listed if one["name"] != officer["name"]]
    assert refused(record(officials=without)) == "officials: there are at least 2 officers, and not 1"
    assert refused(record(officials=[*listed, as_role(trustee, "mayor")])) == (
        "officials, number 7: the role is none of registrar, trustee, officer"
    )


@pytest.mark.parametrize("threshold", [-1, 0, 1, 4])
def test_the_threshold_has_limits(record: Record, threshold: int) -> None:
    assert refused(record(threshold=threshold)) == (
        f"officials: the threshold is more than half of the 3 trustees, and not {threshold}"
    )


def test_a_threshold_that_the_key_has_not(record: Record) -> None:
    assert refused(record(threshold=3)) == "officials: the key for ballots is not one of this threshold alone"


@pytest.mark.parametrize("threshold", [True, "2", 2.0, None])
def test_a_threshold_is_a_number(record: Record, threshold: object) -> None:
    assert refused(record(threshold=threshold)) == "officials: threshold is not what stands there"


def with_key(listed: Listed, place: int, key: str) -> Listed:
    return [{**one, "key": key} if number == place else one for number, one in enumerate(listed)]


def test_the_registrar_may_be_one_trustee(record: Record, listed: Listed) -> None:
    united = read_record(canonical(record(officials=with_key(listed, 0, listed[3]["key"]))))
    assert united.of(Office.REGISTRAR)[0].id == united.of(Office.TRUSTEE)[0].id


@pytest.mark.parametrize(
    ("places", "held"),
    [
        ((1, 0), "officer and registrar"),
        ((1, 3), "officer and trustee"),
        ((1, 2), "officer and officer"),
        ((4, 3), "trustee and trustee"),
    ],
)
def test_no_other_union_is_permitted(record: Record, listed: Listed, places: tuple[int, int], held: str) -> None:
    place, other = places
    united = with_key(listed, place, listed[other]["key"])
    assert refused(record(officials=united)) == f"officials: one person is {held}: that is not permitted"


def test_one_person_is_not_all_three(record: Record, listed: Listed) -> None:
    one = listed[0]["key"]
    united = with_key(with_key(listed, 1, one), 3, one)
    assert refused(record(officials=united)) == (
        "officials: one person is officer and registrar and trustee: that is not permitted"
    )


def test_another_trustee_beside_the_group(record: Record, tmp_path: Any) -> None:
    """Whose key would be asked for at every opening, or could open more than is known."""
    group = json.loads(record()["trustees"])
    single = json.loads(lone_trustee(tmp_path))
    for trustees in ([*group, *single], [*single, *group], single, [*group, *group], []):
        said = refused(record(trustees=canonical(trustees)))
        assert said in (
            "officials: the key for ballots is not one of this threshold alone",
            "officials: the trustees' key for ballots cannot be read",
        )


def test_a_key_of_fewer_trustees(record: Record) -> None:
    ((kind, group),) = json.loads(record()["trustees"])
    fewer = [[kind, {**group, "verification_keys": group["verification_keys"][:2]}]]
    assert refused(record(trustees=canonical(fewer))) == "officials: the key for ballots is not one of as many trustees"
    assert len(trustee_keys_in(record()["trustees"])) == 3


@pytest.mark.parametrize("trustees", ["", "{}", "[]", "[1]", '[["Pedersen",{}]]', '[["Pedersen",[]]]', "nonsense"])
def test_a_key_that_cannot_be_read(record: Record, trustees: str) -> None:
    assert refused(record(trustees=trustees)) in (
        "officials: the trustees' key for ballots cannot be read",
        "officials: the key for ballots is not one of this threshold alone",
    )


def test_exactly_the_known_parts(record: Record, listed: Listed) -> None:
    parts = "municipality, officials, previous, term, threshold, trustees, version"
    assert refused(record(note="ψ")) == f"officials: expected exactly {parts}"
    assert refused({key: one for key, one in record().items() if key != "previous"}) == (
        f"officials: expected exactly {parts}"
    )
    assert refused(record(version=2)) == "officials: version 2 is not known here"
    assert refused(record(officials=[{**listed[0], "note": ""}, *listed[1:]])) == (
        "officials, number 1: expected exactly key, name, role"
    )
    assert refused(record(officials=[1])) == "officials, number 1: expected exactly key, name, role"


@pytest.mark.parametrize("text", ["", "[]", "{", '{"a": 1}', '{"a":1,"a":1}'])
def test_not_in_canonical_form(text: str) -> None:
    with pytest.raises(BadRecord, match=r"^officials: (no JSON|not an object in canonical form)$"):
        read_record(text)


@pytest.mark.parametrize("name", ["", "x" * 81, "a\nb", "\x1b[2J", "‮", 7])
def test_a_name_can_be_shown(record: Record, listed: Listed, name: object) -> None:
    said = refused(record(officials=[{**listed[0], "name": name}, *listed[1:]]))
    assert said in (
        "officials, number 1: the name has no 1 to 80 characters that can be shown",
        "officials, number 1: name is not what stands there",
    )
    longest = record(officials=[{**listed[0], "name": "x" * 80}, *listed[1:]])
    assert read_record(canonical(longest)).officials[0].name == "x" * 80


def test_a_key_is_on_p256(record: Record, listed: Listed) -> None:
    assert refused(record(officials=with_key(listed, 0, "κλειδί"))) == "a key is no public key in PEM"
    other = pem_of(ec.generate_private_key(ec.SECP384R1()).public_key())
    assert refused(record(officials=with_key(listed, 0, other))) == "a key is not on the curve P-256"


def test_everybody_has_signed(officials: Officials) -> None:
    whole = json.loads(officials.file())
    for place, missing in enumerate(officials.signatures):
        (owner,) = [one.name for one in officials.officials if one.id == missing.by]
        signatures = [*whole["signatures"][:place], *whole["signatures"][place + 1 :]]
        with pytest.raises(BadRecord, match=r"has not signed$") as caught:
            read_officials(canonical({**whole, "signatures": signatures}))
        assert str(caught.value) == f"officials: {owner} has not signed"


def test_signatures_under_another_record(officials: Officials) -> None:
    whole = json.loads(officials.file())
    whole["record"]["term"] = "2028-2032"
    with pytest.raises(BadRecord, match=r"has not signed$"):
        read_officials(canonical(whole))


def following(officials: Officials, signers: list[KeySigner], **parts: object) -> Officials:
    plain = {**json.loads(officials.text), "previous": officials.fingerprint, "term": "2028-2032", **parts}
    found = read_record(canonical(plain))
    signatures = tuple(one.sign(signing.OFFICIALS, found.text) for one in signers)
    return Officials(**{**vars(found), "signatures": signatures})


def test_enough_of_the_trustees_before_vouch(officials: Officials, home: Callable[[str], Home]) -> None:
    trustees = [home(f"trustee-{number}").signer for number in (1, 2, 3)]
    others = [home(name).signer for name in ("registrar", "officer-1", "officer-2")]
    assert follows(following(officials, trustees[1:]), officials)
    assert follows(following(officials, trustees), officials)
    assert not follows(following(officials, [*trustees[:1], *others]), officials), "one is fewer than the threshold"
    assert not follows(following(officials, [trustees[0], trustees[0]]), officials), "one of them twice"
    assert not follows(following(officials, []), officials)
    assert not follows(following(officials, trustees, previous=""), officials)
    assert not follows(following(officials, trustees, municipality="Άλλος δήμος"), officials)
