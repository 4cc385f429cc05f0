"""Technicians at the town hall."""

from central.matter import CentreMatter
from central.matters.technicians import staff
from central.services.matter import BackOffice
from municipality.matters.technicians import MATTER

CENTRE = CentreMatter(MATTER, back=BackOffice(MATTER), words=staff.WORDS)
