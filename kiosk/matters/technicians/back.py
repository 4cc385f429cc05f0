"""What the kernel asks of technicians at the booth."""

from kiosk.kernel.matter import BackOffice
from municipality.matters.technicians import MATTER

BACK = BackOffice(MATTER)
