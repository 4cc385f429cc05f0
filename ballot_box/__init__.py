"""The ballot box: seals, checks and counts ballots with Belenios, so that anybody can verify the count.

It must never hear of a voter, and never let a credential or a choice out of memory: a pipe to belenios-tool is all.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ballot_box import tracker
    from ballot_box.archive import BadArchive
    from ballot_box.belenios import ToolFailed, ToolUnavailable, ask_version, tool_version
    from ballot_box.board import Board, NotAppended, NotVerified, Verified
    from ballot_box.choice import BLANK, Blank, Choice, ChoiceDoesNotFit
    from ballot_box.credential import Credential, is_on_list, public_part
    from ballot_box.draft import make_setup, new_uuid
    from ballot_box.election import ElectionSetup, Question
    from ballot_box.listing import credential_in, list_digest, part_of, split, with_only
    from ballot_box.practice import practise
    from ballot_box.registrar import SlipRefused, read_slip
    from ballot_box.seal import Ballot, seal_ballot
    from ballot_box.strict import BallotOk, BallotRefused, check_ballot, check_ballots
    from ballot_box.tally import (
        RecountAgrees,
        RecountDiffers,
        TallyResult,
        add_partial_decryption,
        close,
        decrypt,
        encrypted_tally,
        published_result,
        recount,
        result,
        verify,
    )

_ROOMS = {
    "archive": ("BadArchive",),
    "belenios": ("ToolFailed", "ToolUnavailable", "ask_version", "tool_version"),
    "board": ("Board", "NotAppended", "NotVerified", "Verified"),
    "choice": ("BLANK", "Blank", "Choice", "ChoiceDoesNotFit"),
    "credential": ("Credential", "is_on_list", "public_part"),
    "draft": ("make_setup", "new_uuid"),
    "election": ("ElectionSetup", "Question"),
    "listing": ("credential_in", "list_digest", "part_of", "split", "with_only"),
    "practice": ("practise",),
    "registrar": ("SlipRefused", "read_slip"),
    "seal": ("Ballot", "seal_ballot"),
    "strict": ("BallotOk", "BallotRefused", "check_ballot", "check_ballots"),
    "tally": (
        "RecountAgrees",
        "RecountDiffers",
        "TallyResult",
        "add_partial_decryption",
        "close",
        "decrypt",
        "encrypted_tally",
        "published_result",
        "recount",
        "result",
        "verify",
    ),
}
_HOME = {name: room for room, names in _ROOMS.items() for name in names}

__all__ = [
    "BLANK",
    "BadArchive",
    "Ballot",
    "BallotOk",
    "BallotRefused",
    "Blank",
    "Board",
    "Choice",
    "ChoiceDoesNotFit",
    "Credential",
    "ElectionSetup",
    "NotAppended",
    "NotVerified",
    "Question",
    "RecountAgrees",
    "RecountDiffers",
    "SlipRefused",
    "TallyResult",
    "ToolFailed",
    "ToolUnavailable",
    "Verified",
    "add_partial_decryption",
    "ask_version",
    "check_ballot",
    "check_ballots",
    "close",
    "credential_in",
    "decrypt",
    "encrypted_tally",
    "is_on_list",
    "list_digest",
    "make_setup",
    "new_uuid",
    "part_of",
    "practise",
    "public_part",
    "published_result",
    "read_slip",
    "recount",
    "result",
    "seal_ballot",
    "split",
    "tool_version",
    "tracker",
    "verify",
    "with_only",
]


def __getattr__(name: str) -> object:
    if name == "tracker":
        return import_module("ballot_box.tracker")
    room = _HOME.get(name)
    if room is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"ballot_box.{room}"), name)
