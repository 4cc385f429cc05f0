"""Every matter at the booth, in the order of `municipality.matters`."""

from kiosk.desk.matter import BoothMatter
from kiosk.matters import cards, certificates, technicians, votes

MATTERS: tuple[BoothMatter, ...] = (
    votes.BOOTH,
    certificates.BOOTH,
    cards.BOOTH,
    technicians.BOOTH,
)
