"""Certificates in the console and on the site."""

from central.matter import CentreMatter
from central.matters.certificates import public
from central.matters.certificates.back import BACK

CENTRE = CentreMatter(
    BACK,
    public=public.add,
)
