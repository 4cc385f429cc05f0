"""Certificates at the town hall."""

from central.matter import CentreMatter
from central.matters.certificates import public, staff, store
from central.matters.certificates.intake import judge, keep_all
from central.services.matter import BackOffice, Purge, taking
from central.services.retention import by_age
from municipality.matters.certificates import MATTER
from municipality.messages import CertificateAct
from municipality.retention import Thing

CENTRE = CentreMatter(
    MATTER,
    back=BackOffice(
        MATTER,
        takes=(taking(CertificateAct, CertificateAct, judge, keep_all),),
        purges=(Purge(Thing.CERTIFICATES, by_age(Thing.CERTIFICATES, store.unname)),),
        highest_serial=store.highest_serial,
    ),
    public=public.add,
    words=staff.WORDS,
)
