"""The card reader: waits for a card, speaks PIV to it, and judges whether it is one that the municipality issued.
It must never know of a resident, keep a PIN, or show one in a log or an exception.
The door is lazy: naming a type loads no driver; only `PcscReader` and `list_readers` load pyscard.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from card_reader.apdu import CardFault as CardFault
    from card_reader.contexts import CARD_CHECK_CONTEXT as CARD_CHECK_CONTEXT
    from card_reader.contexts import SIGN_IN_CONTEXT as SIGN_IN_CONTEXT
    from card_reader.image import CardImage as CardImage
    from card_reader.pcsc import PcscReader as PcscReader
    from card_reader.pcsc import list_readers as list_readers
    from card_reader.personalise import Authority as Authority
    from card_reader.personalise import certify as certify
    from card_reader.personalise import make_card_authority as make_card_authority
    from card_reader.personalise import make_card_image as make_card_image
    from card_reader.personalise import make_crl as make_crl
    from card_reader.personalise import make_root as make_root
    from card_reader.pin import Pin as Pin
    from card_reader.pin import UnfitPin as UnfitPin
    from card_reader.pin import read_pin as read_pin
    from card_reader.piv import CardKey as CardKey
    from card_reader.piv import ChangeOutcome as ChangeOutcome
    from card_reader.piv import PinBlocked as PinBlocked
    from card_reader.piv import PinChanged as PinChanged
    from card_reader.piv import PinRefused as PinRefused
    from card_reader.piv import PivCard as PivCard
    from card_reader.piv import Slot as Slot
    from card_reader.piv import Verified as Verified
    from card_reader.piv import VerifyOutcome as VerifyOutcome
    from card_reader.piv import WrongPin as WrongPin
    from card_reader.profile import card_number as card_number
    from card_reader.redact import redact as redact
    from card_reader.redact import redact_answer as redact_answer
    from card_reader.states import CardGone as CardGone
    from card_reader.states import Connection as Connection
    from card_reader.states import Empty as Empty
    from card_reader.states import Listener as Listener
    from card_reader.states import NoReader as NoReader
    from card_reader.states import NoService as NoService
    from card_reader.states import Present as Present
    from card_reader.states import Reader as Reader
    from card_reader.states import ReaderState as ReaderState
    from card_reader.states import Unreadable as Unreadable
    from card_reader.states import Watch as Watch
    from card_reader.trust import Anchors as Anchors
    from card_reader.trust import CardBlocked as CardBlocked
    from card_reader.trust import CardExpired as CardExpired
    from card_reader.trust import CardNotYetValid as CardNotYetValid
    from card_reader.trust import CardRevoked as CardRevoked
    from card_reader.trust import Counterfeit as Counterfeit
    from card_reader.trust import Examination as Examination
    from card_reader.trust import Genuine as Genuine
    from card_reader.trust import NotACitizenCard as NotACitizenCard
    from card_reader.trust import NotOurs as NotOurs
    from card_reader.trust import RevocationListMissing as RevocationListMissing
    from card_reader.trust import RevocationListTooOld as RevocationListTooOld
    from card_reader.trust import examine as examine
    from card_reader.trust import prove_presence as prove_presence
    from card_reader.trust import signature_holds as signature_holds
    from card_reader.virtual import VirtualCard as VirtualCard
    from card_reader.virtual_reader import VirtualReader as VirtualReader
    from card_reader.vpicc import Vpicc as Vpicc

_ROOMS = {
    "apdu": ["CardFault"],
    "contexts": ["CARD_CHECK_CONTEXT", "SIGN_IN_CONTEXT"],
    "image": ["CardImage"],
    "pcsc": ["PcscReader", "list_readers"],
    "personalise": ["Authority", "certify", "make_card_authority", "make_card_image", "make_crl", "make_root"],
    "pin": ["Pin", "UnfitPin", "read_pin"],
    "piv": [
        "CardKey",
        "ChangeOutcome",
        "PinBlocked",
        "PinChanged",
        "PinRefused",
        "PivCard",
        "Slot",
        "Verified",
        "VerifyOutcome",
        "WrongPin",
    ],
    "profile": ["card_number"],
    "redact": ["redact", "redact_answer"],
    "states": [
        "CardGone",
        "Connection",
        "Empty",
        "Listener",
        "NoReader",
        "NoService",
        "Present",
        "Reader",
        "ReaderState",
        "Unreadable",
        "Watch",
    ],
    "trust": [
        "Anchors",
        "CardBlocked",
        "CardExpired",
        "CardNotYetValid",
        "CardRevoked",
        "Counterfeit",
        "Examination",
        "Genuine",
        "NotACitizenCard",
        "NotOurs",
        "RevocationListMissing",
        "RevocationListTooOld",
        "examine",
        "prove_presence",
        "signature_holds",
    ],
    "virtual": ["VirtualCard"],
    "virtual_reader": ["VirtualReader"],
    "vpicc": ["Vpicc"],
}
_MODULE_OF = {name: module for module, names in _ROOMS.items() for name in names}

__all__ = sorted(_MODULE_OF)


def __getattr__(name: str) -> object:
    module = _MODULE_OF.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(import_module(f"{__name__}.{module}"), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return __all__
