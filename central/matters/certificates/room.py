"""Certificates in the console and on the site."""

from central.matter import CentreMatter
from central.matters.certificates import public
from central.matters.certificates.back import BACK
from municipality.matters.certificates import MATTER

CENTRE = CentreMatter(
    MATTER,
    back=BACK,
    public=public.add,
)
