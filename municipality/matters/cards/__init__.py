"""Cards: which are good, and a card that is reported lost without it."""

from municipality.matter import Act, Item, Matter
from municipality.messages import ActKind, BlockCodes, CardBlockAct, ItemKind, Revocations
from municipality.retention import Thing


def _(message: str) -> str:
    return message


MATTER = Matter(
    "cards",
    title=_("Cards"),
    # A lost card must stop working everywhere tonight, whatever else waits.
    acts=(Act(ActKind.CARD_BLOCK, CardBlockAct, title=_("Card block"), urgent=True),),
    items=(
        Item(ItemKind.REVOCATIONS, Revocations, first=True),
        Item(ItemKind.BLOCK_CODES, BlockCodes, may_be_withdrawn=True),
    ),
    keeps=(Thing.CARDS,),
)
