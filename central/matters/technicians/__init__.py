"""Technicians at the town hall."""

from central.kernel.matter import BackOffice, storable, taking
from central.matter import CentreMatter
from central.matters.technicians import staff
from central.matters.technicians.intake import keep_all
from municipality.matters.technicians import MATTER
from municipality.matters.technicians.messages import TechnicianAct

CENTRE = CentreMatter(
    MATTER,
    back=BackOffice(
        MATTER,
        takes=(taking(TechnicianAct, TechnicianAct, storable, keep_all),),
    ),
    words=staff.WORDS,
)
