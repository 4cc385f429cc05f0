"""How long what a certificate leaves behind is kept."""

from municipality.messages import Words
from municipality.retention import LEGAL_DUTY, Rule, Thing


class CertificateThing(Thing):
    """At the centre."""

    CERTIFICATES = "certificates"


KEEPS: tuple[Rule, ...] = (
    Rule(
        CertificateThing.CERTIFICATES,
        Words.both("αριθμοί και κωδικοί πιστοποιητικών, με κάρτα", "numbers and codes of certificates, with the card"),
        Words.both("επαλήθευση, έλεγχος έκδοσης", "verification, control of issue"),
        LEGAL_DUTY,
        5 * 365,
        Words.both("έκδοση", "issue"),
        Words.both("αριθμός, κωδικός, αποτύπωμα, χωρίς κάρτα", "number, code, digest, without the card"),
    ),
)
