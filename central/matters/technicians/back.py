"""What the kernel asks of technicians at the town hall."""

from central.kernel.matter import BackOffice, storable, taking
from central.matters.technicians.intake import keep_deeds, keep_leavings
from municipality.matters.technicians import MATTER
from municipality.matters.technicians.messages import LeftAct, TechnicianAct

BACK = BackOffice(
    MATTER,
    takes=(
        taking(TechnicianAct, TechnicianAct, storable, keep_deeds),
        taking(LeftAct, LeftAct, storable, keep_leavings),
    ),
)
