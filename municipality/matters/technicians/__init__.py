"""Technicians: who may open a booth's pages, and what they did there."""

from municipality.matter import Act, Item, Matter
from municipality.matters.technicians.refusals import REFUSALS
from municipality.messages import ActKind, ItemKind, TechnicianAct, Technicians


def _(message: str) -> str:
    return message


MATTER = Matter(
    "technicians",
    title=_("Technicians"),
    acts=(Act(ActKind.TECHNICIAN, TechnicianAct, title=_("Technician's act")),),
    items=(Item(ItemKind.TECHNICIANS, Technicians, first=True),),
    refusals=REFUSALS,
)
