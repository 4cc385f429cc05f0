"""Cards: which are good, and a card that is reported lost without it."""

from municipality.matter import CENTRE_ONLY, EVERY_BOOTH, Act, Carried, Item, Matter
from municipality.matters.cards.failures import FAILURES
from municipality.matters.cards.keeps import KEEPS, CardThing
from municipality.matters.cards.messages import BLOCK_ACT, BlockCodes, CardBlockAct, CardItem, Revocations
from municipality.proof import Proof
from municipality.retention import HouseThing


def _(message: str) -> str:
    return message


MATTER = Matter(
    "cards",
    title=_("Cards"),
    acts=(
        # A lost card must stop working everywhere tonight, whatever else waits.
        Act(
            BLOCK_ACT,
            _("Card block"),
            CardBlockAct,
            Carried(
                "holders of lost cards: card number, when and where it was reported",
                CENTRE_ONLY,
                (HouseThing.OUTBOX, HouseThing.ENVELOPES, CardThing.CARDS),
            ),
            # Without the card: that is the point. Whoever knew its block code has shown that to the booth.
            proof=Proof.BOOTH,
            urgent=True,
        ),
    ),
    items=(
        Item(
            # Cannot be withdrawn: without a list no card is taken.
            CardItem.REVOCATIONS,
            Revocations,
            Carried("holders of revoked cards, by serial number of the certificate", EVERY_BOOTH, (CardThing.CARDS,)),
            first=True,
        ),
        Item(
            CardItem.BLOCK_CODES,
            BlockCodes,
            Carried("holders of cards: card number, slow hash of its block code", EVERY_BOOTH, (CardThing.CARDS,)),
            may_be_withdrawn=True,
        ),
    ),
    failures=FAILURES,
    keeps=KEEPS,
)
