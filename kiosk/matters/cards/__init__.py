"""Cards at the booth. Whoever signs in or has lost their card meets the desk itself (kiosk.services.signing_in,
kiosk.services.lost_card): without a card there is no other matter."""

from kiosk.flows.matter import BoothMatter
from kiosk.matters.cards import service
from kiosk.services.matter import BackOffice
from municipality.matters.cards import MATTER

BOOTH = BoothMatter(
    MATTER,
    back=BackOffice(
        MATTER,
        judge=service.judge,
        taken=service.taken_by_centre,
        answered=service.taken_by_stick,
        round_over=service.drop_settled,
        facts=service.what_is_known,
    ),
)
