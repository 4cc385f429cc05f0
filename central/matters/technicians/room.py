"""Technicians in the console and on the site."""

from central.matter import CentreMatter
from central.matters.technicians import staff
from central.matters.technicians.back import BACK

CENTRE = CentreMatter(
    BACK,
    words=staff.WORDS,
)
