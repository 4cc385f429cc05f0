"""Votes as residents meet them."""

from kiosk.desk.matter import BoothMatter
from kiosk.matters.votes import errand
from kiosk.matters.votes.back import BACK
from municipality.matters.votes import MATTER

BOOTH = BoothMatter(MATTER, back=BACK, prepare=errand.prepare)
