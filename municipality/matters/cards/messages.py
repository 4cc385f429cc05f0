"""What travels of cards: which are good no more, how a block code is known, and that a card was reported lost."""

from enum import StrEnum
from typing import Annotated, Final, Literal

from pydantic import Field

from municipality.messages import Message

BLOCK_ACT: Final = "cards.block"


class CardItem(StrEnum):
    """What a booth pulls of cards. Keys: the kind itself; "000" upwards of block codes."""

    REVOCATIONS = "cards.revocations"
    BLOCK_CODES = "cards.block_codes"


class Revocations(Message):
    """The card authority's revocation list (RFC 5280, DER, base64)."""

    kind: Literal["cards.revocations"] = "cards.revocations"
    version: Literal[1] = 1
    crl: str


LARGEST_BLOCK_CODES = 2_000


class BlockCodes(Message):
    """For some of the cards in use, by card number, what tells whether a block code is theirs: a slow hash, as
    `card_reader.block_code_hash` writes it. Items have the keys "000" upwards."""

    kind: Literal["cards.block_codes"] = "cards.block_codes"
    version: Literal[1] = 1
    entries: dict[
        Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{1,32}$")],
        # One cost for all: no list can make a booth work longer over a code, or make the code cheaper to guess.
        Annotated[str, Field(pattern=r"^scrypt\$14\$8\$1\$[A-Za-z0-9_-]{22}\$[A-Za-z0-9_-]{43}$")],
    ] = Field(max_length=LARGEST_BLOCK_CODES)


class CardBlockAct(Message):
    """Body of the envelope of a card block: whoever had the card number and its block code reported the card lost.

    `card` is the lost one. Undone only at the counter.
    """

    kind: Literal["cards.block"] = "cards.block"
    version: Literal[1] = 1
    card: str = Field(pattern=r"^[A-Za-z0-9-]{1,32}$")
    by: Literal["block_code"] = "block_code"
