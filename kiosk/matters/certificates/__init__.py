"""Certificates at the booth."""

from kiosk.flows.matter import BoothMatter
from kiosk.matters.certificates import errand, service
from kiosk.services.matter import BackOffice
from municipality.matters.certificates import MATTER

BOOTH = BoothMatter(
    MATTER,
    back=BackOffice(MATTER, restarted=service.resolve_after_restart, visit_over=service.clear_away),
    prepare=errand.prepare,
)
