"""A roll with cards that can be given no slip of their own: they are named and left out, and the others vote."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from ballot_box import registrar
from ballot_box.__main__ import main
from ballot_box.officials import registration
from ballot_box.registrar import CARD_TWICE, KEY_TWICE, NO_KEY, BadRoll, read_roll

UUID = "JG8ziBqh3wBAZg"
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # of P-256


def pem(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> str:
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


@pytest.fixture(scope="module")
def one() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


@pytest.fixture(scope="module")
def two() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


def compressed(key: ec.EllipticCurvePrivateKey) -> str:
    """The same key as another program may write it: a compressed point in the same structure."""
    point = key.public_key().public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
    head = bytes.fromhex("3039301306072a8648ce3d020106082a8648ce3d030107032200")
    import base64

    return f"-----BEGIN PUBLIC KEY-----\n{base64.b64encode(head + point).decode()}\n-----END PUBLIC KEY-----\n"


def negated(key: ec.EllipticCurvePrivateKey) -> str:
    """The other point with this x: its secret is the negated one, and agrees on the same."""
    return pem(ec.derive_private_key(ORDER - key.private_numbers().private_value, ec.SECP256R1()))


def other_exponent(key: rsa.RSAPrivateKey) -> str:
    made = rsa.RSAPublicNumbers(3, key.public_key().public_numbers().n).public_key()
    return made.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def roll_of(*entries: tuple[str, str]) -> str:
    return json.dumps([{"card": card, "key": key} for card, key in entries])


def others() -> list[tuple[str, str]]:
    return [(f"GR-{place}", pem(ec.generate_private_key(ec.SECP256R1()))) for place in (5, 6)]


@pytest.mark.parametrize(
    "again",
    [
        lambda one, two: (pem(one), pem(one)),
        lambda one, two: (pem(one), f"\n{pem(one)}  \n"),
        lambda one, two: (pem(one), compressed(one)),
        lambda one, two: (pem(one), negated(one)),
        lambda one, two: (pem(two), pem(two)),
        lambda one, two: (pem(two), other_exponent(two)),
    ],
    ids=["same", "spaces", "compressed", "negated", "RSA", "another exponent"],
)
def test_two_cards_with_one_key_are_left_out_however_it_is_written(one, two, again) -> None:
    first, second = again(one, two)
    good = others()
    roll = read_roll(roll_of(("GR-2", second), *good, ("GR-1", first)))
    assert [entry.card for entry in roll] == ["GR-5", "GR-6"]
    assert roll.left_out == (("GR-1", KEY_TWICE), ("GR-2", KEY_TWICE))
    made = registrar.register(roll, UUID, one)
    assert (len(made.slips), made.roll_size, made.left_out) == (2, 2, roll.left_out)
    assert made.roll_sha256 == registrar.roll_digest([registrar.RollEntry(*entry) for entry in good])


def test_a_card_with_no_key_or_with_two(one, two) -> None:
    bad = [("GR-1", "nonsense"), ("GR-2", pem(ec.generate_private_key(ec.SECP384R1())))]
    double = [("GR-3", pem(one)), ("GR-3", pem(two))]
    roll = read_roll(roll_of(*bad, *double, *others()))
    assert roll.left_out == (("GR-1", NO_KEY), ("GR-2", NO_KEY), ("GR-3", CARD_TWICE))
    assert [entry.card for entry in roll] == ["GR-5", "GR-6"]
    # Two keys, and one of them another card's: both cards are out.
    roll = read_roll(roll_of(*double, ("GR-4", pem(two)), *others()))
    assert roll.left_out == (("GR-3", KEY_TWICE), ("GR-4", KEY_TWICE))


def test_a_card_said_twice_is_one_card(one) -> None:
    roll = read_roll(roll_of(("GR-1", pem(one)), ("GR-1", pem(one)), ("GR-1", compressed(one)), *others()))
    assert [entry.card for entry in roll] == ["GR-1", "GR-5", "GR-6"] and roll.left_out == ()


def test_a_roll_on_which_nobody_is_left(one) -> None:
    with pytest.raises(BadRoll, match="no card is left on this roll: key-twice 2"):
        read_roll(roll_of(("GR-1", pem(one)), ("GR-2", pem(one))))


def test_the_command_names_them_and_goes_on(
    one, town: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    listed = [("GR-1", pem(one)), ("GR-2", compressed(one)), *others()]
    request = registration.request_of(UUID, "Δήμος Δοκιμής", [(card, key, "νέα") for card, key in listed])
    (tmp_path / "roll.json").write_text(request)
    command = ["registrar", "--home", str(town / "registrar"), "--rehearsal", "--request", str(tmp_path / "roll.json")]
    assert main([*command, "--out", str(tmp_path / "out")]) == 0
    done = capsys.readouterr()
    named = [{"card": "GR-1", "why": "key-twice"}, {"card": "GR-2", "why": "key-twice"}]
    assert json.loads(done.out)["left_out"] == named
    assert json.loads((tmp_path / "out" / "left_out.json").read_text()) == named
    assert [line for line in done.err.splitlines() if line.startswith("ballot_box: ")] == [
        f"ballot_box: card {card} is left out, the others vote: another card on the roll has its key, and could open"
        " its slip"
        for card in ("GR-1", "GR-2")
    ]
    slips = json.loads((tmp_path / "out" / "slips.json").read_text())["slips"]
    assert [slip["card"] for slip in slips] == ["GR-5", "GR-6"]
