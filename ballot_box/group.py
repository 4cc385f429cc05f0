"""The group BELENIOS-2048 (specification of Belenios 2.0, section 5.1) and how its numbers are written.

Public constants only. Nothing here may ever take part in encrypting: that is belenios-tool's work.
"""

from __future__ import annotations

import re

NAME = "BELENIOS-2048"

P = int(
    "a3ef2d011fefb1b6e39e568fccdffb0fb7dc7ef3a791b6862791811d21fc35f21e6d36856b428030421f514ed40bfd4c"
    "06e092a495af8d79a2f85e0fb11c0ede07dd973f9c53e50930c6e82ac36de1ae3fb8c3aabfff12ce27a5022ddd8912d1"
    "07435012768a2cdd0a4091d8fa447f6c7ebc15a349fa318a6b4fe17d8d47e843a3e14dfa9b2162f4d7229abe93a188b4"
    "6b006517d6f6747ebbb29c9ec3099b607f18fb1a8bc858279aa8599411d998d3e3fada9e010840d082d8c31911acdd4a"
    "0e7992d0f18cc759cb5de0acf66a3882555bc810941e021b6a4ccfa04ee4008f878affa2375e2999b44f6cef17d70730"
    "1e59e0e6351e051ed9cec4157646e64f",
    16,
)
G = int(
    "1307c1ab5f295885d7caa3a78a42415e31fd1c5807b61fb1e781878a52230a51988b98c259597f9c5a9dfd001d26ba31"
    "d9d8976f01d95a1c8262ee68a0e92cea541e5219e0d0d094301b894236823fe1d4bc04e29f3748aefd4f10d5b1a356a8"
    "643e673fd9d215fc8fe5fb9cf9fdb8ea88fdb1a3381a697fdf9c2458570b06d26aef1be365fdd90165f397c6b870df8c"
    "1b9e519edcee8bb0f74b7a1615a274ba60a7ea574a61f552d2dde0ce514e0927c4ff49b1964c4a913731ae4268d60d7f"
    "22127b6cbba44d453ac8b72fd04e0991b7aeff04867d8724ac638f5f34100d2d47aa680d43771902743d663f42d853c0"
    "41e1c91fe3823f4bcf284308f1d7e653",
    16,
)
Q = int("adb6066a73522565f4daa0f2579db7f2f0fa90c2168bc709e20263387d55c491", 16)

_NUMBER = re.compile(r"0|[1-9][0-9]{0,639}", re.ASCII)


def is_number(value: object) -> bool:
    """A number as Belenios writes it: a JSON string, base 10, no sign, no leading zero, at most 640 digits."""
    return isinstance(value, str) and _NUMBER.fullmatch(value) is not None


def is_exponent(value: object) -> bool:
    """A number below the order q of the group: a challenge or a response of a proof."""
    return isinstance(value, str) and is_number(value) and int(value) < Q


def is_element(value: object) -> bool:
    """A number between 1 and p - 1. Membership in the group proper is belenios-tool's check."""
    return isinstance(value, str) and is_number(value) and 0 < int(value) < P
