"""A whole sign-in at one go, for technicians and for programs of others: examined, PIN once, presence proved.

It must never ask for the PIN of a card that is not ours, and never send it twice.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeAlias

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from card_reader.apdu import CardFault
from card_reader.contexts import SIGN_IN_CONTEXT
from card_reader.pin import Pin, UnfitPin, is_transport
from card_reader.piv import PinBlocked, PivCard, Verified, WrongPin
from card_reader.states import CardGone, Connection
from card_reader.trust import Anchors, Counterfeit, Examination, Genuine, ReadError, demand_presence, examine


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The card is ours, its holder knows the PIN, and its keys answer. `transport`: the PIN is still the letter's."""

    number: str
    transport: bool


@dataclass(frozen=True, slots=True)
class CardRemoved:
    """Pulled before the end; no session."""


SignIn: TypeAlias = SignedIn | Examination | UnfitPin | WrongPin | PinBlocked | CardRemoved
AskPin: TypeAlias = Callable[[int], Pin | UnfitPin]


class BadAnchors(Exception):
    """A folder or file that was said to hold certificates or a list holds none that can be read."""


def sign_in(connection: Connection, anchors: Anchors, ask: AskPin, now: datetime, booth: str) -> SignIn:
    """One sign-in. `ask(tries left)` gives the PIN; it is called at most once, for a genuine card. A pulled card is an
    outcome here, too. The connection stays open.
    """
    card = PivCard(connection)
    try:
        found = examine(card, anchors, now)
        if not isinstance(found, Genuine):
            return found
        pin = ask(found.tries_left)
        if isinstance(pin, UnfitPin):
            return pin
        transport = is_transport(pin)
        verified = card.verify(pin)
        pin.wipe()
        if not isinstance(verified, Verified):
            return verified
        here = demand_presence(card, found, SIGN_IN_CONTEXT, booth, secrets.token_hex(16))
        return SignedIn(found.number, transport) if here else Counterfeit()
    except CardGone:
        return CardRemoved()
    except CardFault as fault:
        return ReadError(fault.doing, fault.status)


def read_anchors(folder: Path, crls: list[Path], grace: timedelta = timedelta(0)) -> Anchors:
    """What a folder of PEM certificates holds: those signed by themselves are roots, the others card authorities. Lists
    in PEM or DER. Raises BadAnchors.
    """
    roots: list[x509.Certificate] = []
    authorities: list[x509.Certificate] = []
    try:
        for file in sorted(folder.glob("*.pem")):
            text = file.read_bytes()
            if b"BEGIN CERTIFICATE" in text:
                for one in x509.load_pem_x509_certificates(text):
                    (roots if one.issuer == one.subject else authorities).append(one)
        lists = [_der(file.read_bytes()) for file in crls]
    except (OSError, ValueError) as error:
        raise BadAnchors(str(error)) from error
    if not roots or not authorities:
        raise BadAnchors(f"{folder} holds no root, or no card authority under one, in *.pem")
    return Anchors(tuple(roots), tuple(authorities), lists[0] if lists else None, grace, tuple(lists[1:]))


def _der(content: bytes) -> bytes:
    if b"-----BEGIN" not in content:
        return content
    return x509.load_pem_x509_crl(content).public_bytes(Encoding.DER)
