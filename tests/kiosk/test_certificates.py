"""Certificates: numbers never given twice, one transaction, a print job that never lies, a cut resolved as void."""

import hashlib
from dataclasses import replace
from datetime import timedelta

import pytest
import small_town as st
from sqlalchemy import text

from assets.texts import LANGUAGES
from kiosk.counter.presenters import present
from kiosk.identity.signing_in import PinTooOld
from kiosk.matters.certificates import errand
from kiosk.matters.certificates import service as certificates
from kiosk.store import journal
from municipality.failures import BoothCode, Code
from municipality.matters.certificates.failures import CertificateCode
from municipality.matters.certificates.kinds import KINDS, Kind, of
from municipality.matters.certificates.messages import PAPER_ACT, CertificateAct
from municipality.residents import Capacity
from printing import NotPrinted, Printed, Unknown
from sync import agree_with, open_sealed, outbox

(KIND, *_) = KINDS


def quiet(_stage: str) -> None:
    pass


def acts(desk) -> list[CertificateAct]:
    with desk.booth.store.reading() as connection:
        waiting = outbox.pending(connection, 50)
    key = agree_with(desk.town.sealing_key)
    return [CertificateAct.read(open_sealed(e.body, key, kid="centre")) for e in waiting if e.kind == PAPER_ACT]


def fates(desk) -> dict[str, str]:
    with desk.booth.store.reading() as connection:
        rows = connection.execute(text("SELECT number, fate FROM certificates"))
        return {row.number: row.fate for row in rows}


def test_a_certificate_is_sealed_stored_printed_and_journalled(desk) -> None:
    session = desk.sign_in(st.ANNA)
    sealed = certificates.issue(desk.booth, session, KIND, quiet)
    assert isinstance(sealed, certificates.Sealed)
    year = desk.booth.clock().year
    assert sealed.number == f"ΔΟΚ1/{year}/000001"
    assert fates(desk) == {sealed.number: "sealed"}
    assert certificates.print_out(desk.booth, sealed, quiet) == certificates.OnPaper()
    assert fates(desk) == {sealed.number: "printed"}
    (paper,) = (desk.home / "papers").glob("*.pdf")
    (act,) = acts(desk)
    assert hashlib.sha256(paper.read_bytes()).hexdigest() == act.digest
    assert (act.number, act.code, act.card, act.fate.value) == (sealed.number, sealed.code, st.ANNA, "issued")
    with desk.booth.store.reading() as connection:
        assert [(what, detail) for _, what, detail in journal.lines(connection)] == [
            ("certificate issued", sealed.number),
            ("certificate printed", sealed.number),
        ]


def test_numbers_follow_each_other(desk) -> None:
    session = desk.sign_in(st.ANNA)
    serials = [certificates.issue(desk.booth, session, KIND, quiet).number[-6:] for _ in range(3)]
    assert serials == ["000001", "000002", "000003"]


@pytest.mark.parametrize(
    ("outcome", "code"),
    [(NotPrinted("jam"), CertificateCode.PAPER_NOT_PRINTED), (Unknown("line-lost"), CertificateCode.PAPER_NOT_SURE)],
)
def test_what_may_not_be_on_paper_is_void_here_and_at_the_centre(desk, outcome, code: Code) -> None:
    session = desk.sign_in(st.ANNA)
    sealed = certificates.issue(desk.booth, session, KIND, quiet)
    assert isinstance(sealed, certificates.Sealed)
    object.__setattr__(desk.booth, "printer", Saying(outcome))
    assert certificates.print_out(desk.booth, sealed, quiet) == certificates.Void(code)
    assert fates(desk) == {sealed.number: "void"}
    assert [act.fate.value for act in acts(desk)] == ["issued", "void"]
    with desk.booth.store.reading() as connection:
        assert [(what, detail) for _, what, detail in journal.lines(connection)][1:] == [
            ("certificate void", f"{sealed.number} {outcome.why}")
        ]


def test_after_a_power_cut_a_sealed_number_is_void_and_never_given_again(open_desk) -> None:
    with open_desk() as desk:
        desk.fill()
        cut = certificates.issue(desk.booth, desk.sign_in(st.ANNA), KIND, quiet)
    with open_desk() as desk:
        assert certificates.resolve_after_restart(desk.booth) == [cut.number]
        assert certificates.resolve_after_restart(desk.booth) == []
        following = certificates.issue(desk.booth, desk.sign_in(st.ANNA), KIND, quiet)
        assert fates(desk) == {cut.number: "void", following.number: "sealed"}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.document)
def test_each_kind_goes_the_whole_way_and_is_void_under_its_own_name(open_desk, kind: Kind) -> None:
    """The booth keeps which document it was: the town hall knows the number under that one alone."""
    with open_desk() as desk:
        desk.fill()
        cut = certificates.issue(desk.booth, desk.sign_in(st.ANNA), kind, quiet)
        assert isinstance(cut, certificates.Sealed)
    with open_desk() as desk:
        assert certificates.resolve_after_restart(desk.booth) == [cut.number]
        whole = certificates.issue(desk.booth, desk.sign_in(st.ANNA), kind, quiet)
        assert isinstance(whole, certificates.Sealed)
        assert certificates.print_out(desk.booth, whole, quiet) == certificates.OnPaper()
        assert [(act.document, act.number, act.fate.value) for act in acts(desk)] == [
            (kind.document, cut.number, "issued"),
            (kind.document, cut.number, "void"),
            (kind.document, whole.number, "issued"),
        ]


def test_a_kind_for_others_is_a_closed_line_and_is_not_issued(desk) -> None:
    kind = replace(KIND, who=Capacity.STAFF)
    session = desk.sign_in(st.ANNA)
    refused = certificates.NotIssued(CertificateCode.CERTIFICATE_NOT_FOR_YOU)
    assert certificates.issue(desk.booth, session, kind, quiet) == refused
    assert fates(desk) == {} and acts(desk) == []


def test_each_kind_is_a_line_with_its_offer_or_with_why_not(desk, monkeypatch: pytest.MonkeyPatch) -> None:
    closed = replace(KIND, document="staff_card", who=Capacity.STAFF)
    monkeypatch.setattr(errand, "KINDS", (*KINDS, closed))
    monkeypatch.setattr(errand, "kind_of", lambda key: closed if key == "staff_card" else of(key))
    papers = errand.prepare(desk.booth, desk.sign_in(st.ANNA))
    assert [(entry.key, entry.title, entry.available) for entry in papers.entries(None)] == [
        *((f"certificates:{kind.document}", kind.title, True) for kind in KINDS),
        ("certificates:staff_card", closed.title, False),
    ]
    assert papers.open("certificates:staff_card") is CertificateCode.CERTIFICATE_NOT_FOR_YOU
    assert papers.open("certificates:nothing") is None and papers.open("votes:family_status") is None
    for kind in KINDS:
        issuing = papers.open(f"certificates:{kind.document}")
        assert isinstance(issuing, errand.Issuing)
        offer = issuing.view()
        dossier = papers.session.dossier
        assert (offer.title, offer.facts, bool(offer.members)) == (kind.title, kind.rows(dossier), kind.family)
        for language in LANGUAGES:
            shown = present(offer, language)
            assert [fact["value"] for fact in shown["content"]] == [value for _label, value in kind.rows(dossier)]
            assert shown["contentTitle"] and (shown["title"] == kind.title.el) == (language == "el")
    assert not any(entry.available for entry in papers.entries(BoothCode.PRINTER_NOT_READY))


def test_a_printer_that_is_not_ready_spends_no_number(desk) -> None:
    session = desk.sign_in(st.ANNA)
    (desk.home / "papers").rmdir()
    assert certificates.issue(desk.booth, session, KIND, quiet) == certificates.NotIssued(BoothCode.PRINTER_NOT_READY)
    assert fates(desk) == {} and acts(desk) == []


def test_a_seal_that_cannot_be_used_spends_no_number(desk) -> None:
    session = desk.sign_in(st.ANNA)
    desk.booth.settings.keys.seal.write_bytes(b"not a seal")
    assert certificates.issue(desk.booth, session, KIND, quiet) == certificates.NotIssued(
        CertificateCode.CERTIFICATE_NOT_MADE
    )
    assert fates(desk) == {} and acts(desk) == []


def test_an_old_pin_is_asked_again(desk) -> None:
    session = desk.sign_in(st.ANNA)
    object.__setattr__(session, "pin_at", session.pin_at - timedelta(seconds=61))
    assert certificates.issue(desk.booth, session, KIND, quiet) == PinTooOld()


def test_a_clock_before_the_dossier_issues_nothing(desk) -> None:
    session = desk.sign_in(st.ANNA)
    clock = desk.booth.clock
    object.__setattr__(desk.booth, "clock", lambda: clock() - timedelta(days=1))
    assert certificates.issue(desk.booth, session, KIND, quiet) == certificates.NotIssued(BoothCode.CLOCK_IN_DOUBT)


class Saying:
    """A printer that gives one outcome."""

    def __init__(self, outcome: Printed | NotPrinted | Unknown) -> None:
        self.outcome = outcome

    def print(self, *_: object, **__: object) -> Printed | NotPrinted | Unknown:
        return self.outcome
