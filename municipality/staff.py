"""Who works at the town hall, as far as the rules care: what each role may do. Never a name or a password."""

from enum import StrEnum


class Role(StrEnum):
    """What an officer may do at the centre. One person may hold several; two pairs of eyes means two persons."""

    REGISTRAR = "registrar"
    CONSULTATION_OFFICER = "consultation_officer"
    TECHNICIAN = "technician"
    AUDITOR = "auditor"
