"""Certificates as residents meet them."""

from kiosk.desk.matter import BoothMatter
from kiosk.matters.certificates import desk
from kiosk.matters.certificates.back import BACK

BOOTH = BoothMatter(BACK, prepare=desk.prepare)
