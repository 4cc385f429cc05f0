"""Who works at the town hall, as far as the rules care: what each role may do. Never a name or a password."""

from enum import StrEnum

# Stands in the certificate of a technician's card beside its ordinary purpose. Under 2.25, the arc of UUIDs (X.667).
TECHNICIAN_ROLE = "2.25.264305011342618467382907540318257906517"


class Role(StrEnum):
    """What an officer may do at the centre. One person may hold several; two pairs of eyes means two persons."""

    REGISTRAR = "registrar"
    CONSULTATION_OFFICER = "consultation_officer"
    TECHNICIAN = "technician"
    AUDITOR = "auditor"
