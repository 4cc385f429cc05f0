"""Votes in the console and on the site."""

from central.matter import CentreMatter
from central.matters.votes import public, staff
from central.matters.votes.back import BACK

CENTRE = CentreMatter(
    BACK,
    staff=staff.add,
    public=public.add,
    words=staff.WORDS,
)
