"""What the kernel asks of certificates at the town hall."""

from central.kernel.matter import BackOffice, Purge, taking
from central.kernel.retention import by_age
from central.matters.certificates import store
from central.matters.certificates.intake import judge_papers, judge_voids, keep_papers, keep_voids, uses_since
from municipality.matters.certificates import MATTER
from municipality.matters.certificates.keeps import CertificateThing
from municipality.matters.certificates.messages import CertificateAct, VoidAct

BACK = BackOffice(
    MATTER,
    takes=(
        taking(CertificateAct, CertificateAct, judge_papers, keep_papers),
        taking(VoidAct, VoidAct, judge_voids, keep_voids),
    ),
    purges=(Purge(CertificateThing.CERTIFICATES, by_age(CertificateThing.CERTIFICATES, store.unname)),),
    hears=uses_since,
    highest_serial=store.highest_serial,
)
