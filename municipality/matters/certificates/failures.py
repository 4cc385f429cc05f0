"""What somebody who wants a certificate can meet."""

from municipality.failures import Code, Failure


def _(message: str) -> str:
    return message


class CertificateCode(Code):
    """P: of a paper."""

    PAPER_NOT_PRINTED = "P02"
    PAPER_NOT_SURE = "P03"
    CERTIFICATE_NOT_MADE = "P04"
    CERTIFICATE_NOT_FOR_YOU = "P05"
    CERTIFICATE_FACT_MISSING = "P06"
    CERTIFICATE_AT_THE_OFFICE = "P07"
    LETTER_NOT_PRINTABLE = "P08"


# Said of the whole matter, where nobody gets it here now.
CLOSED = _("No certificates can be printed here now.")

FAILURES: tuple[Failure, ...] = (
    Failure(
        CertificateCode.PAPER_NOT_PRINTED,
        _("The certificate was not printed"),
        _("Its number is now void and can never be used. You may try again."),
        ends_visit=False,
    ),
    Failure(
        CertificateCode.PAPER_NOT_SURE,
        _("We cannot say whether your certificate came out whole"),
        _("If you hold a sheet, do not use it: its number is now void. You may take a new one."),
        ends_visit=False,
    ),
    Failure(
        CertificateCode.CERTIFICATE_NOT_MADE,
        _("The certificate could not be made"),
        _("No number was used for a paper. Please try again, or ask at the municipal office."),
        ends_visit=False,
    ),
    Failure(
        CertificateCode.CERTIFICATE_NOT_FOR_YOU,
        _("You cannot have this certificate here"),
        _("Your file does not show that you may have it. The municipal office can look at it with you."),
        ends_visit=False,
    ),
    Failure(
        CertificateCode.CERTIFICATE_FACT_MISSING,
        _("The records do not say all that it needs"),
        _("It cannot be made here, and no number was used. The municipal office can complete your records."),
        ends_visit=False,
    ),
    Failure(
        CertificateCode.CERTIFICATE_AT_THE_OFFICE,
        _("Only from the municipal office"),
        _("An official has to look at papers: the booth cannot print it. Please ask at the municipal office."),
        ends_visit=False,
    ),
    Failure(
        CertificateCode.LETTER_NOT_PRINTABLE,
        _("This certificate cannot be printed here"),
        _("Your file has a letter that we cannot print. No number was used. Please ask at the municipal office."),
        ends_visit=False,
    ),
)
