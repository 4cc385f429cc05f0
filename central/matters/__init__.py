"""Every matter at the town hall, in the order of `municipality.matters`."""

from central.matter import CentreMatter
from central.matters import cards, certificates, technicians, votes

MATTERS: tuple[CentreMatter, ...] = (
    votes.CENTRE,
    certificates.CENTRE,
    cards.CENTRE,
    technicians.CENTRE,
)
