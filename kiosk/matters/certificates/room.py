"""Certificates as residents meet them."""

from kiosk.desk.matter import BoothMatter
from kiosk.matters.certificates import errand
from kiosk.matters.certificates.back import BACK

BOOTH = BoothMatter(BACK, prepare=errand.prepare)
