"""Cards at the booth."""

from kiosk.flows.matter import BoothMatter
from kiosk.services.matter import BackOffice
from municipality.matters.cards import MATTER

BOOTH = BoothMatter(MATTER, back=BackOffice(MATTER))
