"""The booth's key in a token, and the settings that name it. Enrolment as a whole: tests/journeys/test_new_booth.py."""

import contextlib
import copy
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pkcs11
import pytest
import small_town
import softhsm
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from kiosk import settings, wiring
from kiosk.devices import keys
from kiosk.settings import SettingsRefused
from sync import sign_envelope, sign_with, verify_envelope

SHA256 = ec.ECDSA(hashes.SHA256())


@pytest.fixture(scope="module")
def token(tmp_path_factory: pytest.TempPathFactory) -> Iterator[softhsm.Token]:
    with softhsm.token(tmp_path_factory.mktemp("softhsm")) as made:
        yield made


def test_the_key_is_made_once_and_does_not_come_out(token: softhsm.Token) -> None:
    uri = token.uri("once")
    with pytest.raises(keys.KeyRefused, match="no key 'once'"):
        keys.token_key(uri, token.pin)
    key = keys.make_token_key(uri, token.pin)
    assert keys.make_token_key(uri, token.pin).public_key() == key.public_key()
    assert keys.token_key(uri, token.pin).public_key() == key.public_key()
    session = pkcs11.lib(softhsm.MODULE).get_token(token_label="booth").open()
    found = list(session.get_objects({pkcs11.Attribute.LABEL: "once"}))
    assert len(found) == 2
    private = next(one for one in found if one.object_class == pkcs11.ObjectClass.PRIVATE_KEY)
    assert private[pkcs11.Attribute.SENSITIVE] and not private[pkcs11.Attribute.EXTRACTABLE]
    with pytest.raises(pkcs11.AttributeSensitive):
        private[pkcs11.Attribute.VALUE]
    for ask in (
        lambda: key.private_numbers(),
        lambda: key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
        lambda: key.exchange(ec.ECDH(), key.public_key()),
        lambda: key.sign(b"x", ec.ECDSA(hashes.SHA1())),
    ):
        with pytest.raises(UnsupportedAlgorithm):
            ask()
    assert copy.deepcopy(key) is key


def test_it_signs_envelopes_from_any_thread_and_after_its_session_is_gone(token: softhsm.Token) -> None:
    key = keys.make_token_key(token.uri(), token.pin)

    def one(number: int) -> None:
        message = b"%d" % number
        key.public_key().verify(key.sign(message, SHA256), message, SHA256)
        if number % 7 == 0:
            # Not while another thread signs: the token goes away between two signatures, maybe twice before the next.
            with key._token._lock, contextlib.suppress(pkcs11.PKCS11Error):
                if key._token._session is not None:
                    key._token._session.close()

    with ThreadPoolExecutor(4) as several:
        list(several.map(one, range(40)))
    envelope = sign_envelope(
        kind="votes.ballot",
        version=1,
        booth="b-1",
        made_at=small_town.datetime.now(small_town.UTC),
        previous="",
        body="x",
        sign=sign_with(key),
        ballot=True,
    )
    verify_envelope(envelope, key.public_key())


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda uri: uri.replace("token=booth", "token=elsewhere"), "'elsewhere': it is not there"),
        (lambda uri: uri.replace(softhsm.MODULE, "/nowhere.so"), "/nowhere.so cannot be loaded"),
        (lambda uri: uri + "&pin-value=864209", "the PIN in a file of its own"),
        (lambda uri: uri.replace(";object=signing", ""), "token, object and module-path"),
        (lambda uri: uri.replace("pkcs11:", "pkcs12:"), "expected pkcs11:"),
    ],
)
def test_what_is_wrong_is_named_and_never_the_pin(token: softhsm.Token, change, words: str) -> None:
    with pytest.raises(keys.KeyRefused) as caught:
        keys.make_token_key(change(token.uri()), token.pin)
    assert words in str(caught.value)
    assert token.pin not in str(caught.value)


def test_a_wrong_pin(tmp_path: Path) -> None:
    with softhsm.token(tmp_path, "other") as other:
        with pytest.raises(keys.KeyRefused, match="the PIN is wrong") as caught:
            keys.make_token_key(other.uri(), "111111")
        assert "111111" not in str(caught.value)
    with pytest.raises(keys.KeyRefused, match="pin_file is missing"):
        keys.read_pin(None)
    with pytest.raises(keys.KeyRefused, match="cannot be read"):
        keys.read_pin(tmp_path / "nowhere")


def test_kiosk_toml_names_a_file_or_a_token(town, tmp_path: Path) -> None:
    home = Path(shutil.copytree(town.home, tmp_path / "booth"))
    file = home / "kiosk.toml"
    text = file.read_text(encoding="utf-8")
    assert settings.load(file).keys.signing == home / "signing.pem"
    uri = "pkcs11:token=elsewhere;object=signing?module-path=/usr/lib/softhsm/libsofthsm2.so"
    file.write_text(text.replace('signing = "signing.pem"', f'signing = "{uri}"'), encoding="utf-8")
    loaded = settings.load(file)
    assert loaded.keys.signing == uri
    with pytest.raises(SettingsRefused, match=r"keys\.signing: keys\.pin_file is missing"), wiring.open_booth(loaded):
        pass
