"""Cards at the town hall."""

from central.matter import CentreMatter
from central.matters.cards import staff
from central.services.matter import BackOffice
from municipality.matters.cards import MATTER

CENTRE = CentreMatter(MATTER, back=BackOffice(MATTER), words=staff.WORDS)
