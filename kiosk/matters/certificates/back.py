"""What the kernel asks of certificates at the booth."""

from kiosk.kernel.matter import BackOffice
from kiosk.matters.certificates import service
from municipality.matters.certificates import MATTER

BACK = BackOffice(MATTER, restarted=service.resolve_after_restart, visit_over=service.clear_away)
