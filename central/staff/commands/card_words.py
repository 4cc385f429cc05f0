"""What the card office says when a card was not made: what happened, that nothing is lost, and what to do.

Must never show how the program calls a thing; a status word stands in hex, with its meaning, for the technician alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

if TYPE_CHECKING:
    from card_reader import BadKey, Slot
    from central.office.cards.making import Failed
    from central.office.cards.wiping import Spared

_BATCH = (
    "Nothing was certified. Put this card and its batch aside, tell its maker, and go on with a card of another batch"
)


def said(failed: Failed, card: str, *, wiped: bool, renewing: bool = False) -> str:
    """`card`: the number that was to be made. `wiped`: with `--wipe`. `renewing`: its letter, not the card itself."""
    from card_reader import (
        BadKey,
        CardFault,
        CardGone,
        CardMade,
        CardRefused,
        FalseCard,
        NotBlank,
        NotPiv,
        WrongManagementKey,
        WrongPuk,
    )
    from central.office.cards.letters import LetterFailed
    from central.office.cards.wiping import Spared

    match failed.outcome:
        case CardGone():
            return "the card was taken out or the reader does not answer; put it in and run this again"
        case CardFault(doing=doing, status=status) | CardRefused(step=doing, status=status):
            return _fault(doing, status)
        case LetterFailed() as letter:
            return str(letter)
        case NotPiv():
            return "the card in the reader is no PIV card; nothing was done"
        case NotBlank(number=found) if renewing:
            return f"another card lies in the reader{f', {found}' if found else ''}; nothing was done"
        case NotBlank(number=found):
            return f"the card in the reader is not blank{f': it is {found}' if found else ''}; nothing was done"
        case WrongManagementKey():
            return "the card has another management key: give it with --management-key"
        case FalseCard():
            return "the card takes any management key and knows none itself: throw it away"
        case WrongPuk(left=left) if renewing:
            return f"the card has another PUK than this office's key file makes ({left} tries left): replace the card"
        case WrongPuk(left=left):
            return _other_puk(left, wiped=wiped)
        case BadKey() as bad:
            return _bad_key(bad, card)
        case Spared() as spared:
            return _spared(spared)
        case CardMade():
            raise AssertionError("a card that was made has not failed")
        case other:
            assert_never(other)


def _fault(doing: str, status: int | None) -> str:
    from card_reader import in_words

    technical = doing if status is None else f"{doing}: {in_words(status)}"
    return (
        "read error: the card did not do a step right. Put it in again and run this again; if it happens a second time,"
        f" take another card. For the technician: {technical}"
    )


def _other_puk(left: int, *, wiped: bool) -> str:
    if wiped:
        return "the card has a PUK of another attempt, and no command to be emptied: throw it away"
    return f"the card has a PUK of another attempt ({left} tries left): run this again with --wipe"


def _bad_key(bad: BadKey, card: str) -> str:
    places = _listed([_slot(slot) for slot in bad.slots])
    others = [one for one in bad.cards if one != card]
    match bad.why:
        case "weak":
            return f"the key that this blank card made in {places} is weak. {_BATCH}"
        case "twice":
            return f"this blank card made one and the same key in {places}. {_BATCH}"
        case "known" if others:
            return (
                f"the key that this blank card made in {places} was certified before, for {_listed(others)}: whoever"
                f" has this blank card could act as that one. {_BATCH}. Block and replace {_listed(others)}"
            )
        case "known":
            return f"the key that this blank card made in {places} was certified before. {_BATCH}"


def _spared(spared: Spared) -> str:
    from central.office.cards.wiping import Why

    match spared.why:
        case Why.SOMEBODYS:
            return (
                f"the card in the reader is {spared.card}, and {_STANDS[spared.state or '']}: it was not touched. Put"
                " it back where it belongs. If it is to be emptied, block it first (cards block)"
            )
        case Why.NOT_OURS:
            return (
                "the card in the reader holds certificates that this office did not issue: it was not touched. It may"
                " be in use somewhere else"
            )
        case Why.NOT_ON_RECORD:
            return (
                f"the card in the reader says that it is {spared.card}, and the record knows nothing of these"
                " certificates: it was not touched"
            )


_STANDS = {
    "": "somebody's",
    "ordered": "is being made",
    "personalised": "is finished and waits for its holder",
    "handed_over": "is in its holder's hands",
    "active": "is in its holder's hands and in use",
}


def _slot(slot: Slot) -> str:
    return f"{slot.value:02X}"


def _listed(names: list[str]) -> str:
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))
