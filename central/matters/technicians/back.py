"""What the kernel asks of technicians at the town hall."""

from central.kernel.matter import BackOffice, storable, taking
from central.matters.technicians.intake import keep_all
from municipality.matters.technicians import MATTER
from municipality.matters.technicians.messages import TechnicianAct

BACK = BackOffice(
    MATTER,
    takes=(taking(TechnicianAct, TechnicianAct, storable, keep_all),),
)
