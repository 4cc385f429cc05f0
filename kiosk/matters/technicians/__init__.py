"""Technicians at the booth."""

from kiosk.desk.matter import BoothMatter
from kiosk.kernel.matter import BackOffice
from municipality.matters.technicians import MATTER

BOOTH = BoothMatter(MATTER, back=BackOffice(MATTER))
