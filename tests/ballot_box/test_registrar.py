"""The registrar: slips that only the card opens, and nothing that links a card to a credential."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import usage
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

from ballot_box import Credential, SlipRefused, read_slip, registrar
from ballot_box.credential import public_part_in
from ballot_box.officials import registration
from ballot_box.officials.body import Office, read_officials
from ballot_box.officials.ceremony import PASSPHRASE_FILE

ROOT = Path(__file__).parents[2]
UUID = "JG8ziBqh3wBAZg"
RSA_CARD = "GR-0003"
SIGNING = ec.generate_private_key(ec.SECP256R1())
Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


def algorithms(key: Key) -> list[str]:
    return ["RSA-OAEP-256" if isinstance(key, rsa.RSAPrivateKey) else "ECDH-ES+A256KW", "A256GCM"]


def pem(key: Key) -> str:
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return key.public_key().public_bytes(serialization.Encoding.PEM, form).decode()


@pytest.fixture(scope="module")
def keys() -> dict[str, Key]:
    # Not in order, of different lengths, and of both kinds.
    made: dict[str, Key] = {RSA_CARD: rsa.generate_private_key(65537, 2048)}
    return made | {card: ec.generate_private_key(ec.SECP256R1()) for card in ("GR-0007", "GR-12", "GR-100000")}


@pytest.fixture(scope="module")
def made(keys, rehearsed, tmp_path_factory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    home = tmp_path_factory.mktemp("registrar")
    (home / "tmp").mkdir()
    shutil.copytree(rehearsed / "registrar", home / "own")
    roll = [(card, pem(key), "νέα κάρτα") for card, key in keys.items()]
    (home / "roll.json").write_text(registration.request_of(UUID, "Δήμος Δοκιμής", roll))
    command = [sys.executable, "-m", "ballot_box", "registrar", "--home", str(home / "own"), "--rehearsal"]
    options = ["--request", str(home / "roll.json"), "--out", str(home / "out")]
    environment = {**os.environ, "TMPDIR": str(home / "tmp")}
    done = subprocess.run(
        [*command, *options], capture_output=True, text=True, cwd=ROOT, timeout=100, check=True, env=environment
    )
    return home, done


def load(home: Path, name: str):
    return json.loads((home / "out" / name).read_text())


def opened(slip: str, key: Key) -> bytes:
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    form = RSAKey if isinstance(key, rsa.RSAPrivateKey) else ECKey
    plaintext = jwe.decrypt_compact(slip, form.import_key(private), algorithms=algorithms(key)).plaintext
    assert plaintext is not None
    return plaintext


def registrar_of(rehearsed: Path) -> ec.EllipticCurvePublicKey:
    return read_officials((rehearsed / "officials.json").read_text()).keys(Office.REGISTRAR)[0]


def test_each_card_opens_its_slip_and_its_credential_is_on_the_list(made, keys, rehearsed):
    home, _ = made
    public = registrar_of(rehearsed)
    slips, listed = load(home, "slips.json"), load(home, "public_credentials.json")
    assert slips["election"] == UUID
    found = set()
    for one in slips["slips"]:
        plaintext = opened(one["slip"], keys[one["card"]])
        credential = read_slip(plaintext, card=one["card"], election=UUID, registrar=public)
        found.add(public_part_in(UUID, credential))
        assert plaintext.rstrip(b" ") == registrar.canonical(json.loads(plaintext))
    assert found == set(listed) and len(listed) == len(keys)


def test_no_other_card_opens_it(made, keys):
    for slip in load(made[0], "slips.json")["slips"]:
        kind = type(keys[slip["card"]])
        others = [key for card, key in keys.items() if card != slip["card"] and isinstance(key, kind)]
        for stranger in others or [rsa.generate_private_key(65537, 2048)]:
            with pytest.raises((JoseError, ValueError)):
                opened(slip["slip"], stranger)


def test_every_plaintext_has_one_size(made, keys):
    slips = load(made[0], "slips.json")["slips"]
    assert {len(opened(one["slip"], keys[one["card"]])) for one in slips} == {256}
    assert len({len(one["slip"].split(".")[3]) for one in slips}) == 1
    # The whole token tells the kind of the card's key, beside the length of its number, and nothing else.
    rest = {(one["card"] == RSA_CARD, len(one["slip"]) - len(one["slip"].split(".")[0])) for one in slips}
    assert len(rest) == 2


def test_the_header_names_algorithms_and_card(made, keys):
    for one in load(made[0], "slips.json")["slips"]:
        header = json.loads(base64.urlsafe_b64decode(one["slip"].split(".")[0] + "=="))
        assert (header["alg"], header["enc"], header["kid"]) == (*algorithms(keys[one["card"]]), one["card"])
        assert "zip" not in header


def test_no_order_tells_anything(made):
    """Slips stand by card, public credentials by number: neither order depends on the roll's or on the making."""
    slips, listed = load(made[0], "slips.json")["slips"], load(made[0], "public_credentials.json")
    assert [one["card"] for one in slips] == sorted(one["card"] for one in slips)
    assert listed == sorted(listed, key=int)


def test_the_roll_is_published_as_size_and_digest(made, keys):
    home, done = made
    canonical = json.dumps(
        sorted(({"card": card, "key": pem(key)} for card, key in keys.items()), key=lambda one: one["card"]),
        sort_keys=True,
        separators=(",", ":"),
    )
    expected = {"election": UUID, "sha256": hashlib.sha256(canonical.encode()).hexdigest(), "size": 4}
    assert load(home, "roll_digest.json") == expected
    summary = json.loads(done.stdout)
    assert summary["roll"] == {"sha256": expected["sha256"], "size": 4}
    assert (summary["slips"], summary["credentials"]) == (4, 4) and done.stdout.count("\n") == 1


def test_no_file_links_a_card_to_a_credential(made, keys):
    home, done = made
    private = [
        json.loads(opened(one["slip"], keys[one["card"]]))["credential"] for one in load(home, "slips.json")["slips"]
    ]
    written = {path: path.read_bytes() for path in home.rglob("*") if path.is_file()}
    handed_over = {"slips.json", "public_credentials.json", "roll_digest.json"}
    kept = {"card.json", "identity.p12", "memory.jsonl", "officials.json", PASSPHRASE_FILE}
    assert {path.name for path in written} == {"roll.json", *handed_over, *kept}
    for content in (*written.values(), done.stdout.encode(), done.stderr.encode()):
        assert not any(one.encode() in content for one in private)
    listed = load(home, "public_credentials.json")
    holding = [path.name for path, content in written.items() if any(one.encode() in content for one in listed)]
    assert holding == ["public_credentials.json"]
    assert list((home / "tmp").iterdir()) == []


def test_there_is_one_set_of_slips_per_election(made):
    home, _ = made
    before = (home / "out" / "slips.json").read_bytes()
    roll = registration.read_request((home / "roll.json").read_text()).roll
    with pytest.raises(FileExistsError):
        registrar.write_out(home / "out", registrar.register(roll, UUID, SIGNING))
    assert (home / "out" / "slips.json").read_bytes() == before


def test_slips_stand_by_card_whatever_the_order_of_the_roll(keys):
    roll = [registrar.RollEntry(card, pem(key)) for card, key in keys.items()]
    assert [card for card, _ in registrar.register(roll, UUID, SIGNING).slips] == sorted(keys)


def test_the_digest_does_not_depend_on_the_order_of_the_roll(keys):
    roll = [registrar.RollEntry(card, pem(key)) for card, key in keys.items()]
    assert registrar.roll_digest(roll) == registrar.roll_digest(roll[::-1])
    assert registrar.roll_digest(roll) != registrar.roll_digest(roll[1:])


ENTRY = {"card": "1", "key": "K"}


@pytest.mark.parametrize(
    "roll",
    [
        None,
        {},
        [],
        [1],
        [{"card": "1"}],
        [{**ENTRY, "name": "ψ"}],
        [{"card": "", "key": "K"}],
        [{"card": 1, "key": "K"}],
        [ENTRY, {"card": "1", "key": "L"}],
        [ENTRY, {"card": "2", "key": "K"}],
    ],
)
def test_what_is_no_roll_is_refused(roll):
    with pytest.raises(registrar.BadRoll):
        registrar.read_roll(json.dumps(roll))


def test_another_key_than_p256_and_rsa2048_is_refused_and_not_quoted():
    on_p384 = pem(ec.generate_private_key(ec.SECP384R1()))
    short = pem(rsa.generate_private_key(65537, 1024))
    private = ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    for key in ("nonsense", "κλειδί", on_p384, short, private.decode()):
        with pytest.raises(registrar.BadRoll, match=r"^the key of entry 1 is no public key of") as caught:
            registrar.register([registrar.RollEntry("GR-0001", key)], UUID, SIGNING)
        assert "GR-0001" not in str(caught.value)


def test_a_slip_of_another_card_or_election_is_refused():
    credential = Credential.generate()
    slip = registrar.slip_plaintext("GR-1", credential, UUID, SIGNING)
    public = SIGNING.public_key()
    assert read_slip(slip, card="GR-1", election=UUID, registrar=public) == credential
    wrong = [
        (slip, "GR-2", UUID),
        (slip, "GR-1", "JG8ziBqh3wBAZh"),
        (slip.replace(b'"version":2', b'"version":3'), "GR-1", UUID),
        (slip.replace(b'{"card', b'{"more":1,"card'), "GR-1", UUID),
        (slip.replace(credential.reveal().encode(), b"111-111-111-111-112"), "GR-1", UUID),
        (b"", "GR-1", UUID),
        (b"\xff\xff", "GR-1", UUID),
        (b"[]", "GR-1", UUID),
    ]
    for plaintext, card, election in wrong:
        with pytest.raises(SlipRefused) as caught:
            read_slip(plaintext, card=card, election=election, registrar=public)
        assert credential.reveal() not in str(caught.value)


def test_a_slip_that_another_than_the_registrar_made_is_refused():
    """Whoever made it knows the credential in it, and could vote with it."""
    stranger = ec.generate_private_key(ec.SECP256R1())
    slip = registrar.slip_plaintext("GR-1", Credential.generate(), UUID, stranger)
    with pytest.raises(SlipRefused):
        read_slip(slip, card="GR-1", election=UUID, registrar=SIGNING.public_key())


def test_a_hundred_entries_take_a_second_or_two(keys):
    roll = [registrar.RollEntry(f"GR-{number:06}", pem(keys["GR-12"])) for number in range(100)]
    begun = usage.work(os.getpid())
    assert len(registrar.register(roll, UUID, SIGNING).slips) == 100
    assert usage.work(os.getpid()) - begun < 5
