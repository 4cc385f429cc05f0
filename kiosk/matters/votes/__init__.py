"""Votes at the booth."""

from kiosk.flows.matter import BoothMatter
from kiosk.services.matter import BackOffice
from municipality.matters.votes import MATTER

BOOTH = BoothMatter(MATTER, back=BackOffice(MATTER))
