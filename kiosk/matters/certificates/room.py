"""Certificates as residents meet them."""

from kiosk.desk.matter import BoothMatter
from kiosk.matters.certificates import errand
from kiosk.matters.certificates.back import BACK
from municipality.matters.certificates import MATTER

BOOTH = BoothMatter(MATTER, back=BACK, prepare=errand.prepare)
