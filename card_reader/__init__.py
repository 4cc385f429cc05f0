"""The card reader: waits for a card, speaks PIV to it, and judges whether it is one that the municipality issued.
It must never know of a resident, keep a PIN, or show one in a log or an exception.
The door is lazy: naming a type loads no driver; only `PcscReader` and the functions beside it load pyscard.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from card_reader.apdu import CardFault as CardFault
    from card_reader.authority import Authority as Authority
    from card_reader.authority import certify as certify
    from card_reader.authority import make_card_authority as make_card_authority
    from card_reader.authority import make_crl as make_crl
    from card_reader.authority import make_root as make_root
    from card_reader.block_code import block_code_hash as block_code_hash
    from card_reader.block_code import block_code_holds as block_code_holds
    from card_reader.block_code import new_block_code as new_block_code
    from card_reader.block_code import read_block_code as read_block_code
    from card_reader.contexts import CARD_CHECK_CONTEXT as CARD_CHECK_CONTEXT
    from card_reader.contexts import SIGN_IN_CONTEXT as SIGN_IN_CONTEXT
    from card_reader.faults import in_words as in_words
    from card_reader.image import CardImage as CardImage
    from card_reader.keys import BadKey as BadKey
    from card_reader.keys import fingerprint as fingerprint
    from card_reader.keys import modulus as modulus
    from card_reader.keys import shares_a_prime as shares_a_prime
    from card_reader.look import Seen as Seen
    from card_reader.look import look_at as look_at
    from card_reader.management import FACTORY_KEY as FACTORY_KEY
    from card_reader.management import CardManagement as CardManagement
    from card_reader.management import FalseCard as FalseCard
    from card_reader.management import Managed as Managed
    from card_reader.management import ManagementAlgorithm as ManagementAlgorithm
    from card_reader.management import ManagementKey as ManagementKey
    from card_reader.management import WrongManagementKey as WrongManagementKey
    from card_reader.pcsc import PcscReader as PcscReader
    from card_reader.pcsc import has_pinpad as has_pinpad
    from card_reader.pcsc import list_readers as list_readers
    from card_reader.pcsc import with_cards as with_cards
    from card_reader.personalise import CardMade as CardMade
    from card_reader.personalise import CardOrder as CardOrder
    from card_reader.personalise import CardRefused as CardRefused
    from card_reader.personalise import NotBlank as NotBlank
    from card_reader.personalise import NotPiv as NotPiv
    from card_reader.personalise import Personalised as Personalised
    from card_reader.personalise import WrongPuk as WrongPuk
    from card_reader.personalise import make_card_image as make_card_image
    from card_reader.personalise import personalise_card as personalise_card
    from card_reader.personalise import wipe as wipe
    from card_reader.pin import Pin as Pin
    from card_reader.pin import UnfitPin as UnfitPin
    from card_reader.pin import WeakPin as WeakPin
    from card_reader.pin import is_transport as is_transport
    from card_reader.pin import own_pin as own_pin
    from card_reader.pin import read_pin as read_pin
    from card_reader.pin import spellings as spellings
    from card_reader.piv import Algorithm as Algorithm
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
    from card_reader.revocation import CardRevoked as CardRevoked
    from card_reader.revocation import ListOlder as ListOlder
    from card_reader.revocation import ListTaken as ListTaken
    from card_reader.revocation import RevocationListMissing as RevocationListMissing
    from card_reader.revocation import RevocationListTooOld as RevocationListTooOld
    from card_reader.revocation import accept_list as accept_list
    from card_reader.revocation import authority_id as authority_id
    from card_reader.revocation import list_number as list_number
    from card_reader.sign_in import BadAnchors as BadAnchors
    from card_reader.sign_in import CardRemoved as CardRemoved
    from card_reader.sign_in import SignedIn as SignedIn
    from card_reader.sign_in import read_anchors as read_anchors
    from card_reader.slots import slots_of as slots_of
    from card_reader.states import CardGone as CardGone
    from card_reader.states import CardInUse as CardInUse
    from card_reader.states import Connection as Connection
    from card_reader.states import Empty as Empty
    from card_reader.states import Foreign as Foreign
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
    from card_reader.trust import Counterfeit as Counterfeit
    from card_reader.trust import Examination as Examination
    from card_reader.trust import Genuine as Genuine
    from card_reader.trust import NotACitizenCard as NotACitizenCard
    from card_reader.trust import NotOurs as NotOurs
    from card_reader.trust import ReadError as ReadError
    from card_reader.trust import challenge as challenge
    from card_reader.trust import demand_presence as demand_presence
    from card_reader.trust import examine as examine
    from card_reader.trust import prove_presence as prove_presence
    from card_reader.trust import signature_holds as signature_holds
    from card_reader.virtual import OtherCard as OtherCard
    from card_reader.virtual import VirtualCard as VirtualCard
    from card_reader.virtual_reader import VirtualReader as VirtualReader
    from card_reader.vpicc import Vpicc as Vpicc

_ROOMS = {
    "apdu": ["CardFault"],
    "block_code": ["block_code_hash", "block_code_holds", "new_block_code", "read_block_code"],
    "contexts": ["CARD_CHECK_CONTEXT", "SIGN_IN_CONTEXT"],
    "faults": ["in_words"],
    "image": ["CardImage"],
    "keys": ["BadKey", "fingerprint", "modulus", "shares_a_prime"],
    "look": ["Seen", "look_at"],
    "management": [
        "CardManagement",
        "FACTORY_KEY",
        "FalseCard",
        "Managed",
        "ManagementAlgorithm",
        "ManagementKey",
        "WrongManagementKey",
    ],
    "pcsc": ["PcscReader", "has_pinpad", "list_readers", "with_cards"],
    "authority": ["Authority", "certify", "make_card_authority", "make_crl", "make_root"],
    "personalise": [
        "CardMade",
        "CardOrder",
        "CardRefused",
        "NotBlank",
        "NotPiv",
        "Personalised",
        "WrongPuk",
        "make_card_image",
        "personalise_card",
        "wipe",
    ],
    "pin": ["Pin", "UnfitPin", "WeakPin", "is_transport", "own_pin", "read_pin", "spellings"],
    "piv": [
        "Algorithm",
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
    "revocation": [
        "CardRevoked",
        "ListOlder",
        "ListTaken",
        "RevocationListMissing",
        "RevocationListTooOld",
        "accept_list",
        "authority_id",
        "list_number",
    ],
    "sign_in": ["BadAnchors", "CardRemoved", "SignedIn", "read_anchors"],
    "slots": ["slots_of"],
    "states": [
        "CardGone",
        "CardInUse",
        "Connection",
        "Empty",
        "Foreign",
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
        "Counterfeit",
        "Examination",
        "Genuine",
        "NotACitizenCard",
        "NotOurs",
        "ReadError",
        "challenge",
        "demand_presence",
        "examine",
        "prove_presence",
        "signature_holds",
    ],
    "virtual": ["OtherCard", "VirtualCard"],
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
