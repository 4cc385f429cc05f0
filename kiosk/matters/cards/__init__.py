"""Cards at the booth. Whoever signs in or has lost their card meets the desk itself (kiosk.identity.signing_in,
kiosk.identity.lost_card): without a card there is no other matter."""

from kiosk.desk.matter import BoothMatter
from kiosk.kernel.matter import BackOffice
from kiosk.matters.cards import service
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
