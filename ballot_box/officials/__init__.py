"""Who stands against the town hall's own administrator: registrar, trustees, officers; what they sign, and what their
tools check before they do. See docs/officials.md. Booths and the centre come in by this door.

Public matter and their own keys only: no voter, no credential, no choice.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ballot_box.officials.audit import publication
    from ballot_box.officials.body import Office, Officials, follows, read_officials
    from ballot_box.officials.ceremony import rehearse
    from ballot_box.officials.codes import FINGERPRINT_BYTES, CodeRefused, code_of, read_code
    from ballot_box.officials.files import read_signed
    from ballot_box.officials.opening import declaration_fault
    from ballot_box.officials.records import (
        Decided,
        Declaration,
        Extension,
        Final,
        Lost,
        closing,
        declaration_of,
        extension_of,
        final_of,
        lacking,
        officials_fault,
        read_declaration,
        read_extension,
        read_final,
        read_setup,
        unsigned,
    )
    from ballot_box.officials.records.auditors import (
        LEAST_AUDITED,
        Finding,
        Listed,
        committed,
        deposits_fault,
        listed_fault,
        read_deposits,
        read_listed,
    )
    from ballot_box.officials.signing import (
        BOOTH_KEY,
        STATEMENT,
        BadRecord,
        KeySigner,
        Signature,
        holds,
        key_id,
        pem_of,
        read_pem,
        read_signatures,
        typed,
        with_keys,
    )
    from ballot_box.officials.statement import (
        Endorsement,
        Stated,
        endorsement_of,
        read_endorsement,
        read_stated,
        read_statement,
        stated_fault,
        statement_of,
    )
    from ballot_box.officials.trustee import Audited, audit_of, shares_in

_ROOMS = {
    "body": ("Office", "Officials", "follows", "read_officials"),
    "ceremony": ("rehearse",),
    "codes": ("FINGERPRINT_BYTES", "CodeRefused", "code_of", "read_code"),
    "files": ("read_signed",),
    "opening": ("declaration_fault",),
    "records": (
        "Decided",
        "Declaration",
        "Extension",
        "Final",
        "Lost",
        "closing",
        "declaration_of",
        "extension_of",
        "final_of",
        "lacking",
        "officials_fault",
        "read_declaration",
        "read_extension",
        "read_final",
        "read_setup",
        "unsigned",
    ),
    "records.auditors": (
        "LEAST_AUDITED",
        "Finding",
        "Listed",
        "committed",
        "deposits_fault",
        "listed_fault",
        "read_deposits",
        "read_listed",
    ),
    "signing": (
        "BOOTH_KEY",
        "STATEMENT",
        "BadRecord",
        "KeySigner",
        "Signature",
        "holds",
        "key_id",
        "pem_of",
        "read_pem",
        "read_signatures",
        "typed",
        "with_keys",
    ),
    "statement": (
        "Endorsement",
        "Stated",
        "endorsement_of",
        "read_endorsement",
        "read_stated",
        "read_statement",
        "stated_fault",
        "statement_of",
    ),
    "trustee": ("Audited", "audit_of", "shares_in"),
}
_HOME = {name: room for room, names in _ROOMS.items() for name in names}

__all__ = [
    "BOOTH_KEY",
    "FINGERPRINT_BYTES",
    "LEAST_AUDITED",
    "STATEMENT",
    "Audited",
    "BadRecord",
    "CodeRefused",
    "Decided",
    "Declaration",
    "Endorsement",
    "Extension",
    "Final",
    "Finding",
    "KeySigner",
    "Listed",
    "Lost",
    "Office",
    "Officials",
    "Signature",
    "Stated",
    "audit_of",
    "closing",
    "code_of",
    "committed",
    "declaration_fault",
    "declaration_of",
    "deposits_fault",
    "endorsement_of",
    "extension_of",
    "final_of",
    "follows",
    "holds",
    "key_id",
    "lacking",
    "listed_fault",
    "officials_fault",
    "pem_of",
    "publication",
    "read_code",
    "read_declaration",
    "read_deposits",
    "read_endorsement",
    "read_extension",
    "read_final",
    "read_listed",
    "read_officials",
    "read_pem",
    "read_setup",
    "read_signatures",
    "read_signed",
    "read_stated",
    "read_statement",
    "rehearse",
    "shares_in",
    "stated_fault",
    "statement_of",
    "typed",
    "unsigned",
    "with_keys",
]


def __getattr__(name: str) -> object:
    if name == "publication":
        return import_module("ballot_box.officials.audit.publication")
    room = _HOME.get(name)
    if room is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"ballot_box.officials.{room}"), name)
