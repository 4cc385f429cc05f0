"""Votes as residents meet them."""

from kiosk.desk.matter import BoothMatter
from kiosk.matters.votes import desk
from kiosk.matters.votes.back import BACK

BOOTH = BoothMatter(BACK, prepare=desk.prepare)
