"""What the kernel asks of cards at the booth."""

from kiosk.kernel.matter import BackOffice
from kiosk.matters.cards import service
from municipality.matters.cards import MATTER

BACK = BackOffice(
    MATTER,
    judge=service.judge,
    taken=service.taken_by_centre,
    answered=service.taken_by_stick,
    round_over=service.drop_settled,
    facts=service.what_is_known,
)
