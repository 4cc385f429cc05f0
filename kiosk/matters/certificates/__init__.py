"""Certificates at the booth."""

from kiosk.desk.matter import BoothMatter
from kiosk.kernel.matter import BackOffice
from kiosk.matters.certificates import errand, service
from municipality.matters.certificates import MATTER

BOOTH = BoothMatter(
    MATTER,
    back=BackOffice(MATTER, restarted=service.resolve_after_restart, visit_over=service.clear_away),
    prepare=errand.prepare,
)
