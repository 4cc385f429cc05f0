"""Technicians as residents meet them."""

from kiosk.desk.matter import BoothMatter
from kiosk.matters.technicians.back import BACK

BOOTH = BoothMatter(BACK)
