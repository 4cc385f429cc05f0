"""Certificates at the town hall."""

from central.matter import CentreMatter
from central.matters.certificates import public, staff
from central.services.matter import BackOffice
from municipality.matters.certificates import MATTER

CENTRE = CentreMatter(MATTER, back=BackOffice(MATTER), public=public.add, words=staff.WORDS)
