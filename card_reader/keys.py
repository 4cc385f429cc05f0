"""Whether a card's new public keys may be certified: none that is weak, none twice; and by what two keys are one.

It must never compare how a key is written down: two spellings of one key are one key.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from cryptography.hazmat.primitives.asymmetric import rsa

from card_reader.piv import Algorithm, CardKey, Slot

_EXPONENT = 65537  # the only one that SP 800-78-4 (table 3-2) lets a card have
_SMALL_PRIMES = [number for number in range(3, 1000, 2) if all(number % by for by in range(3, 32, 2) if by < number)]
# CVE-2017-15361 (ROCA): the moduli of one maker's chips are powers of 65537 modulo each of these primes, all at once.
# By chance that is so for one good modulus in some hundred millions.
_ROCA = [prime for prime in _SMALL_PRIMES if prime <= 167]


@dataclass(frozen=True, slots=True)
class BadKey:
    """Keys that a card has made and that nobody certifies; nothing was certified.

    `weak`: not one that a sound generator makes; `twice`: two slots of this card have the same; `known`: other cards
    (`cards`, by number) have it too. `slots`: where it stands on this card.
    """

    why: Literal["weak", "twice", "known"]
    slots: tuple[Slot, ...]
    cards: tuple[str, ...] = ()


def fingerprint(key: CardKey) -> str:
    """Hex SHA-256 by which two public keys are the same secret: of a point's x on its curve (the point below it belongs
    to the negated secret, and agrees on the same), of an RSA modulus whatever its exponent."""
    match key.public_numbers():
        case rsa.RSAPublicNumbers() as numbers:
            said = f"rsa {numbers.n:x}"
        case point:
            said = f"{point.curve.name} {point.x:x}"
    return hashlib.sha256(said.encode("ascii")).hexdigest()


def modulus(key: CardKey) -> int | None:
    """Of an RSA key; None for others."""
    return key.public_numbers().n if isinstance(key, rsa.RSAPublicKey) else None


def is_weak(key: CardKey) -> bool:
    """Whether a key is none that a sound generator makes: another kind or size, another exponent, small factors, primes
    beside each other, the pattern of ROCA. That a point lies on its curve has been checked where it was read."""
    if Algorithm.of(key) is None:
        return True
    if not isinstance(key, rsa.RSAPublicKey):
        return False
    numbers = key.public_numbers()
    n = numbers.n
    return (
        numbers.e != _EXPONENT
        or n % 2 == 0
        or any(n % prime == 0 for prime in _SMALL_PRIMES)
        or _factors_are_neighbours(n)
        or all(n % prime in _powers(prime) for prime in _ROCA)
    )


def shares_a_prime(one: int, others: Iterable[int]) -> list[int]:
    """The places of those moduli that have a factor in common with `one`: whoever knows both can open both."""
    return [place for place, other in enumerate(others) if math.gcd(one, other) != 1]


def refuse(keys: Mapping[Slot, CardKey]) -> BadKey | None:
    """What forbids certifying these keys of one card, as far as the card alone shows it."""
    if weak := tuple(slot for slot, key in keys.items() if is_weak(key)):
        return BadKey("weak", weak)
    held = list(keys.items())
    for place, (slot, key) in enumerate(held):
        same = [other for other, its in held[place + 1 :] if _are_one(key, its)]
        if same:
            return BadKey("twice", (slot, *same))
    return None


def _are_one(key: CardKey, other: CardKey) -> bool:
    if fingerprint(key) == fingerprint(other):
        return True
    mine, its = modulus(key), modulus(other)
    return mine is not None and its is not None and bool(shares_a_prime(mine, [its]))


def _factors_are_neighbours(n: int) -> bool:
    """Fermat's way, some steps: it finds primes that a bad generator took one after the other (CVE-2022-26320)."""
    middle = math.isqrt(n - 1) + 1  # n itself may be a square: one prime twice
    return any(math.isqrt(rest := step * step - n) ** 2 == rest for step in range(middle, middle + 100))


def _powers(prime: int) -> set[int]:
    return {pow(_EXPONENT, power, prime) for power in range(prime)}
