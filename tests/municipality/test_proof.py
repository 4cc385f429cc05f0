"""Who did an act: the exact bytes a card signs, the two lines under the seal, and what neither lets through."""

import hashlib
import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from pydantic import ValidationError

from municipality.matters.technicians.messages import TechnicianAct
from municipality.messages import MessageRefused
from municipality.proof import ACT_CONTEXT, CardProof, Head, Statement

AT = datetime(2026, 11, 21, 8, 42, 7, tzinfo=UTC)
ID = "019aa5b1-7a18-7c3e-9f00-1f2e3d4c5b6a"
ACT = TechnicianAct(what="settings.saved", before="60", after="80")
# What such a card says, letter for letter: whoever writes the other end can begin here.
TEXT = '{"about":"","after":"80","before":"60","kind":"technicians.deed","version":1,"what":"settings.saved"}'
BODY = "70624e0876d51dd13c6ef52cc82a97b5b05e36e19751537220100c417b254601"
SIGNED = (
    b'{"act":"019aa5b1-7a18-7c3e-9f00-1f2e3d4c5b6a","at":"2026-11-21T08:42:07Z",'
    b'"body":"' + BODY.encode() + b'",'
    b'"booth":"kamatero-1","kind":"technicians.deed","municipality":"testtown","person":"R000001"}'
)
HEAD = (
    b'{"at":"2026-11-21T08:42:07Z","booth":"kamatero-1","proof":{"card":"KD-000001","certificate":"3fa9",'
    b'"person":"R000001","signature":"MEUCIQDf"},"version":1}'
)


def statement(**other: object) -> Statement:
    said = {
        "municipality": "testtown",
        "kind": "technicians.deed",
        "act": ID,
        "person": "R000001",
        "booth": "kamatero-1",
        "at": AT,
        "body": BODY,
    }
    return Statement(**said | other)


def word(**other: object) -> CardProof:
    said = {"card": "KD-000001", "certificate": "3fa9", "person": "R000001", "signature": "MEUCIQDf"}
    return CardProof(**said | other)


def head(**other: object) -> Head:
    return Head(**{"booth": "kamatero-1", "at": AT, "proof": word()} | other)


# What is signed


def test_a_card_signs_these_bytes_and_no_others() -> None:
    assert ACT.text() == TEXT and hashlib.sha256(TEXT.encode()).hexdigest() == BODY
    assert statement().signed() == SIGNED
    assert ACT_CONTEXT == b"municipal-atm act v1\x00"


def test_letters_that_are_not_latin_are_signed_as_they_are() -> None:
    assert '"municipality":"Άγιοι Ανάργυροι"'.encode() in statement(municipality="Άγιοι Ανάργυροι").signed()


@pytest.mark.parametrize(
    ("field", "other"),
    [
        ("municipality", "othertown"),
        ("kind", "technicians.left"),
        ("act", "019aa5b1-7a18-7c3e-9f00-1f2e3d4c5b6b"),
        ("person", ""),
        ("booth", "kamatero-2"),
        ("at", AT + timedelta(seconds=1)),
        ("body", "0" * 64),
    ],
)
def test_each_field_is_under_the_signature(field: str, other: object) -> None:
    signed = json.loads(statement(**{field: other}).signed())
    assert {name for name, value in json.loads(SIGNED).items() if signed[name] != value} == {field}


def test_a_statement_has_these_fields_and_all_of_them() -> None:
    whole = json.loads(SIGNED) | {"at": AT}
    assert Statement(**whole) == statement()
    for field in whole:
        with pytest.raises((TypeError, ValueError), match=field):
            Statement(**{name: value for name, value in whole.items() if name != field})
    with pytest.raises((TypeError, ValueError), match="card"):
        statement(card="KD-000001")


# Instants


@pytest.mark.parametrize(
    "same",
    [
        AT.replace(microsecond=999_999),
        AT.astimezone(timezone(timedelta(hours=2))),
        AT.astimezone(timezone(timedelta(hours=-11, minutes=-30))),
    ],
)
def test_an_instant_is_spelled_in_one_way_however_it_is_given(same: datetime) -> None:
    assert statement(at=same).signed() == SIGNED
    assert head(at=same).text().encode() == HEAD


@pytest.mark.parametrize(
    "spelling",
    [
        "2026-11-21T10:42:07+02:00",
        "2026-11-21T08:42:07+00:00",
        "2026-11-21T08:42:07.000Z",
        "2026-11-21T08:42:07z",
        "2026-11-21 08:42:07Z",
        "2026-11-21T08:42Z",
        "2026-11-21T08:42:07",
        "2026-11-21T08:42:07Z\\n",
        " 2026-11-21T08:42:07Z",
        "2026-11-21",
        "2026-13-21T08:42:07Z",
        "0000-11-21T08:42:07Z",
        "0001-01-01T00:00:00+05:00",
        "9999-12-31T23:59:59-05:00",
        "٢٠٢٦-11-21T08:42:07Z",
        "yesterday",
        "",
    ],
)
def test_no_other_spelling_of_an_instant_is_read(spelling: str) -> None:
    with pytest.raises(MessageRefused, match=r"^Head: at$"):
        Head.read(HEAD.replace(b"2026-11-21T08:42:07Z", spelling.encode()))


@pytest.mark.parametrize("number", ["1795250527", "-62135596800", "1795250527.5", "true", "null", '["2026-11-21"]'])
def test_no_number_is_an_instant(number: str) -> None:
    """Seconds since 1970 would be a second spelling of the same."""
    with pytest.raises(MessageRefused, match=r"^Head: at$"):
        Head.read(HEAD.replace(b'"2026-11-21T08:42:07Z"', number.encode()))


@pytest.mark.parametrize("far", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"])
def test_the_first_and_the_last_instant_are_said_as_they_were_read(far: str) -> None:
    read = Head.read(HEAD.replace(b"2026-11-21T08:42:07Z", far.encode()))
    assert f'"at":"{far}"' in read.text() and f'"at":"{far}"'.encode() in statement(at=read.at).signed()


def test_an_instant_without_its_zone_is_none() -> None:
    with pytest.raises(ValidationError):
        head(at=AT.replace(tzinfo=None))


# Under the seal


def test_what_is_sealed_is_two_lines() -> None:
    assert head().with_act(TEXT) == HEAD + b"\n" + TEXT.encode()


def test_without_a_card_the_head_says_so() -> None:
    assert head(proof=None).text() == '{"at":"2026-11-21T08:42:07Z","booth":"kamatero-1","proof":null,"version":1}'


@pytest.mark.parametrize("proof", [word(), None])
def test_both_lines_come_apart_as_they_were(proof: CardProof | None) -> None:
    made = head(proof=proof)
    assert Head.apart(made.with_act(TEXT)) == (made, TEXT.encode())


def test_the_act_is_handed_on_unread_from_the_first_line_feed_on() -> None:
    for act in (b"", b"\n", b"{}\n{}", b"\xff no text at all ", TEXT.encode() + b"  "):
        assert Head.apart(HEAD + b"\n" + act) == (head(), act)


def test_no_act_has_a_line_feed_of_its_own() -> None:
    """Or a value of an act could begin another."""
    act = TechnicianAct(what="settings.saved", about="one\ntwo\r\u2028three\x00")
    made = head()
    sealed = made.with_act(act.text())
    assert sealed.count(b"\n") == 1
    assert TechnicianAct.read(Head.apart(sealed)[1]) == act


@pytest.mark.parametrize(
    ("sealed", "fault"),
    [
        (b"", "no act behind it"),
        (HEAD, "no act behind it"),
        (TEXT.encode(), "no act behind it"),
        (b"\n" + TEXT.encode(), "text"),
        (b"\n" + HEAD + b"\n" + TEXT.encode(), "text"),
        (b"null\n" + TEXT.encode(), "text"),
        (b"[]\n" + TEXT.encode(), "text"),
        (b"\xff\n" + TEXT.encode(), "text"),
        (HEAD + HEAD + b"\n" + TEXT.encode(), "text"),
        (b"{}\n" + TEXT.encode(), "booth, at"),
        (TEXT.encode() + b"\n" + HEAD, "booth, at, about, after, before, kind, what"),
        (HEAD[:-1] + b',"person":"R000001"}\n' + TEXT.encode(), "person"),
        (HEAD.replace(b'"card"', b'"crad"') + b"\n" + TEXT.encode(), "proof.card, proof.crad"),
        (HEAD.replace(b'"version":1', b'"version":2') + b"\n" + TEXT.encode(), "version"),
        (HEAD.replace(b'"kamatero-1"', b"7") + b"\n" + TEXT.encode(), "booth"),
    ],
)
def test_what_is_no_head_is_refused_by_its_fields_alone(sealed: bytes, fault: str) -> None:
    with pytest.raises(MessageRefused) as refused:
        Head.apart(sealed)
    assert str(refused.value) == f"Head: {fault}"
    assert refused.value.__cause__ is None and refused.value.__context__ is None  # which would hold the whole act


# Limits


@pytest.mark.parametrize(
    ("field", "inside", "outside"),
    [
        ("card", ["a", "KD-000001", "x" * 32], ["", "x" * 33, "KD 1", "KD_1", "ΚΔ-1", "KD-1\n"]),
        ("certificate", ["1", "f", "10", "f" * 40], ["", "0", "01", "f" * 41, "F", "-1", "0x1", "g", "1\n"]),
        ("person", ["", "R000001", "x" * 64], ["x" * 65]),
        ("signature", ["x" * 8, "x" * 400], ["", "x" * 7, "x" * 401]),
    ],
)
def test_a_cards_word_within_its_limits_and_just_outside(field: str, inside: list[str], outside: list[str]) -> None:
    for value in inside:
        made = head(proof=word(**{field: value}))
        assert Head.apart(made.with_act(TEXT))[0] == made
    for value in outside:
        with pytest.raises(ValidationError):
            word(**{field: value})
        spelt = json.loads(HEAD)
        spelt["proof"][field] = value
        with pytest.raises(MessageRefused, match=rf"^Head: proof\.{field}$"):
            Head.read(json.dumps(spelt))


def test_a_heads_booth_within_its_limit_and_just_outside() -> None:
    assert Head.read(head(booth="b" * 64).text()).booth == "b" * 64
    with pytest.raises(ValidationError):
        head(booth="b" * 65)


def test_the_largest_serial_of_a_certificate_fits() -> None:
    """RFC 5280 4.1.2.2: 20 bytes, the first bit of them zero."""
    assert word(certificate=f"{2**159 - 1:x}").certificate == "7" + "f" * 39


def test_an_rsa_signature_fits_and_none_is_printed() -> None:
    made = word(signature="A" * 344)  # base64 of 256 bytes
    assert "AAAA" not in repr(made) and "AAAA" not in repr(head(proof=made))
