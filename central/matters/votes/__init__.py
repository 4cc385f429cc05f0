"""Votes at the town hall."""

from central.matter import CentreMatter
from central.matters.votes import public, staff
from central.services.matter import BackOffice
from municipality.matters.votes import MATTER

CENTRE = CentreMatter(MATTER, back=BackOffice(MATTER), staff=staff.add, public=public.add, words=staff.WORDS)
