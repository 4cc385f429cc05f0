"""Keys that are never certified: weak ones, and two that are one however they are written."""

from __future__ import annotations

import math
import secrets

import cards
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from card_reader import BadKey, CardMade, PivCard, Slot, VirtualReader, certify, fingerprint, keys, personalise_card

A, D, E = Slot.AUTHENTICATION, Slot.KEY_MANAGEMENT, Slot.CARD_AUTHENTICATION


def p256():
    return ec.generate_private_key(ec.SECP256R1())


@pytest.fixture(scope="module")
def sound():
    return rsa.generate_private_key(65537, 2048)


def numbers(n, e=65537):
    return rsa.RSAPublicNumbers(e, n).public_key()


def without_small_factors(make):
    return next(
        n for n in iter(make, None) if n.bit_length() == 2048 and all(n % prime for prime in keys._SMALL_PRIMES)
    )


def neighbours():
    """Two odd numbers beside each other; that they are primes is no part of how they are found."""

    def make():
        start = secrets.randbits(1024) | 3 << 1022 | 1
        return start * (start + 2 * secrets.randbelow(1000))

    return without_small_factors(make)


def roca():
    """As those chips made it: a power of 65537 modulo a product of small primes."""
    product = 2 * math.prod(keys._ROCA)

    def make():
        room = 2048 - product.bit_length()
        return (secrets.randbits(room) | 1 << (room - 1)) * product + pow(65537, secrets.randbits(60), product)

    return without_small_factors(make)


def test_sound_keys_are_sound(sound):
    assert not any(keys.is_weak(p256().public_key()) for _ in range(20))
    assert not keys.is_weak(sound.public_key())


@pytest.mark.parametrize("exponent", [3, 5, 17, 257, 65539])
def test_another_exponent(sound, exponent):
    assert keys.is_weak(numbers(sound.public_key().public_numbers().n, exponent))


@pytest.mark.parametrize("factor", [3, 5, 997])
def test_small_factors(factor):
    n = factor * (secrets.randbits(2047 - factor.bit_length()) | 1)
    while n.bit_length() != 2048:
        n = factor * (secrets.randbits(2049 - factor.bit_length()) | 1)
    assert keys.is_weak(numbers(n))


def test_two_primes_beside_each_other():
    assert keys.is_weak(numbers(neighbours()))


def test_one_prime_twice():
    def square():
        start = secrets.randbits(1024) | 3 << 1022 | 1
        return start * start

    assert keys.is_weak(numbers(without_small_factors(square)))


def test_the_pattern_of_a_bad_chip():
    n = roca()
    assert keys.is_weak(numbers(n))
    step = 2 * math.prod(keys._ROCA) // 37  # one prime of the pattern missed, and it is none
    off = (n + times * step for times in range(1, 400))
    near = next(one for one in off if one % 37 not in keys._powers(37) and all(one % p for p in keys._SMALL_PRIMES))
    assert not keys.is_weak(numbers(near))


@pytest.mark.parametrize(
    "key", [ec.generate_private_key(ec.SECP384R1()), rsa.generate_private_key(65537, 1024)], ids=["P-384", "RSA-1024"]
)
def test_other_kinds(key):
    assert keys.is_weak(key.public_key())


def test_a_weak_key_is_not_certified(office, sound):
    weak = numbers(sound.public_key().public_numbers().n, 3)
    with pytest.raises(ValueError, match="stand in"):
        certify(office.authority, "KD-1", A, weak, office.now, office.now)


def test_spellings_are_one_key(sound):
    key = p256()
    assert fingerprint(key.public_key()) == fingerprint(cards.negated(key).public_key())
    assert fingerprint(key.public_key()) != fingerprint(p256().public_key())
    n = sound.public_key().public_numbers().n
    assert fingerprint(numbers(n, 3)) == fingerprint(sound.public_key())


def made_of(office, given, **kind):
    reader = VirtualReader()
    card = cards.Batch(given, compressed=kind.pop("compressed", False))
    reader.insert(card)
    return card, reader, personalise_card(reader.connect(), cards.order(office, **kind))


class TestOnOneCard:
    @pytest.mark.parametrize("pair", [(A, E), (A, D), (E, D)], ids=lambda pair: "".join(slot.name for slot in pair))
    @pytest.mark.parametrize("spelling", ["same", "compressed", "negated"])
    def test_one_key_in_two_slots(self, office, pair, spelling):
        key = p256()
        given = {pair[0]: key, pair[1]: cards.negated(key) if spelling == "negated" else key}
        asked = []
        card, reader, made = made_of(
            office, given, compressed=spelling == "compressed", admit=lambda told: asked.append(told)
        )
        assert made == BadKey("twice", pair) and not asked
        assert not card.image().certs and 0x5FC102 not in card.objects, "blank to every booth"
        assert isinstance(personalise_card(reconnected(reader), cards.order(office)), BadKey)

    def test_in_all_three(self, office):
        key = p256()
        assert made_of(office, dict.fromkeys(Slot, key))[2] == BadKey("twice", (A, E, D))

    def test_one_modulus_or_one_prime_in_two(self, office, sound):
        given = {A: sound, D: sound}
        assert made_of(office, given, rsa_keys=True)[2] == BadKey("twice", (A, D))
        p, q = sound.private_numbers().p, sound.private_numbers().q
        other = rsa.generate_private_key(65537, 2048).private_numbers().p
        assert keys.refuse({A: numbers(p * q), D: numbers(p * other)}) == BadKey("twice", (A, D))

    def test_a_weak_one(self, office, sound):
        bad = rsa.generate_private_key(3, 2048)
        assert made_of(office, {D: bad, A: sound}, rsa_keys=True)[2] == BadKey("weak", (D,))

    def test_what_the_record_knows_is_asked_before_anything_is_certified(self, office):
        known = BadKey("known", (D,), ("KD-000012",))
        order = cards.order(office, admit=lambda told: known if set(told) == set(Slot) else None)
        issued = []
        object.__setattr__(order, "issue", lambda key, slot: issued.append(slot))
        reader = VirtualReader()
        reader.insert(cards.Batch({}))
        assert personalise_card(reader.connect(), order) == known and not issued

    def test_a_good_card_is_made(self, office):
        _, reader, made = made_of(office, {}, compressed=True)
        assert isinstance(made, CardMade)
        cards.sign_in(PivCard(reconnected(reader)), office, cards.TRANSPORT_PIN)


def reconnected(reader):
    reader.insert(reader._card)
    return reader.connect()
