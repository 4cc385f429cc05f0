"""Technicians: who may open a booth's pages, and what they did there."""

from municipality.matter import CENTRE_ONLY, EVERY_BOOTH, Act, Carried, Item, Matter
from municipality.matters.technicians.failures import FAILURES
from municipality.matters.technicians.messages import (
    DEED_ACT,
    LEFT_ACT,
    TECHNICIANS_ITEM,
    LeftAct,
    TechnicianAct,
    Technicians,
)
from municipality.matters.technicians.refusals import REFUSALS
from municipality.proof import Proof
from municipality.retention import HouseThing


def _(message: str) -> str:
    return message


MATTER = Matter(
    "technicians",
    title=_("Technicians"),
    acts=(
        Act(
            DEED_ACT,
            _("Technician's act"),
            TechnicianAct,
            Carried(
                "technicians: number of their card, what they did",
                CENTRE_ONLY,
                (HouseThing.OUTBOX, HouseThing.AUDIT),
            ),
            proof=Proof.CARD,
        ),
        Act(
            LEFT_ACT,
            _("Technician's leaving"),
            LeftAct,
            Carried("technicians: number of their card, when they left", CENTRE_ONLY, (HouseThing.AUDIT,)),
            # Their card is out by then.
            proof=Proof.BOOTH,
        ),
    ),
    items=(
        Item(
            TECHNICIANS_ITEM,
            Technicians,
            Carried("technicians: number of their card, what they may do", EVERY_BOOTH, (HouseThing.AUDIT,)),
            first=True,
        ),
    ),
    failures=FAILURES,
    refusals=REFUSALS,
)
