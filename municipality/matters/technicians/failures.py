"""What a technician can meet at the door."""

from municipality.failures import Code, Failure


def _(message: str) -> str:
    return message


class TechnicianCode(Code):
    """T: the technician's door."""

    NOT_A_TECHNICIAN = "T01"


FAILURES: tuple[Failure, ...] = (
    Failure(
        TechnicianCode.NOT_A_TECHNICIAN,
        _("This card does not open the technician's pages"),
        _("The town hall has not listed it for this booth. Please take it."),
    ),
)
