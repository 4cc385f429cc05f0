"""What the kernel asks of certificates at the town hall."""

from central.kernel.matter import BackOffice, Purge, taking
from central.kernel.retention import by_age
from central.matters.certificates import store
from central.matters.certificates.intake import judge, keep_all, uses_since
from municipality.matters.certificates import MATTER
from municipality.matters.certificates.keeps import CertificateThing
from municipality.matters.certificates.messages import CertificateAct

BACK = BackOffice(
    MATTER,
    takes=(taking(CertificateAct, CertificateAct, judge, keep_all),),
    purges=(Purge(CertificateThing.CERTIFICATES, by_age(CertificateThing.CERTIFICATES, store.unname)),),
    hears=uses_since,
    highest_serial=store.highest_serial,
)
