"""Technicians as residents meet them."""

from kiosk.desk.matter import BoothMatter
from kiosk.matters.technicians.back import BACK
from municipality.matters.technicians import MATTER

BOOTH = BoothMatter(MATTER, back=BACK)
