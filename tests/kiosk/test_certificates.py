"""Certificates: numbers never given twice, one transaction, a print job that never lies, a cut resolved as void."""

import hashlib
from dataclasses import replace
from datetime import timedelta

import pytest
import small_town as st
from cards import Ill, PulledAt
from lobby_house import of_kind
from sqlalchemy import text
from technicians import letters, proof_of

from assets.texts import LANGUAGES
from kiosk.counter.presenting.presenters import present
from kiosk.desk.blocks import Fact, House, Paragraph, Person, Told
from kiosk.desk.conversation import Asked, Talk
from kiosk.desk.pages import Review
from kiosk.identity.signing_in import PinTooOld
from kiosk.matters.certificates import desk as lines
from kiosk.matters.certificates import service as certificates
from kiosk.matters.certificates.papers import certificate
from kiosk.store import journal
from municipality.failures import BoothCode, Code
from municipality.log_lines import fields_of
from municipality.matters.certificates.failures import CertificateCode
from municipality.matters.certificates.kinds import AT_THE_OFFICE, KINDS, of
from municipality.matters.certificates.messages import PAPER_ACT, VOID_ACT, CertificateAct, VoidAct
from municipality.register import FAILURES
from municipality.residents import Capacity
from municipality.town.contact import Contact, Said
from printing import Certificate, NotPrinted, Office, Printed, Unknown
from sync import check_chain

(KIND, *_) = KINDS


def quiet(_stage: str) -> None:
    pass


def acts(desk) -> list[CertificateAct | VoidAct]:
    """What the town hall reads of papers and of voids, in its order."""
    forms = {PAPER_ACT: CertificateAct, VOID_ACT: VoidAct}
    return [forms[one.kind].read(st.told(desk.town, one)[1]) for one in letters(desk)]


def void_of(act: CertificateAct | VoidAct) -> VoidAct:
    return VoidAct(number=act.number, document=act.document, digest=act.digest)


def journalled(desk) -> list[tuple[str, str]]:
    with desk.booth.store.reading() as connection:
        return [(what, detail) for _, what, detail in journal.lines(connection)]


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
    assert isinstance(act, CertificateAct)
    assert hashlib.sha256(paper.read_bytes()).hexdigest() == act.digest == sealed.issued.digest
    assert (act.number, act.code, act.document) == (sealed.number, sealed.code, KIND.document)
    assert sealed.check_url == f"{session.settings.public_url}/v/{sealed.code}"
    (letter,) = letters(desk)
    head, _text = st.told(desk.town, letter)
    assert (head.booth, head.at) == (st.BOOTH, sealed.issued.issued_at)
    proof = proof_of(desk.town, letter, desk.town.cards[st.ANNA])
    assert (proof.card, proof.person) == (st.ANNA, session.dossier.resident)
    assert journalled(desk) == [("certificate issued", sealed.number), ("certificate printed", sealed.number)]


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
    issued, void = acts(desk)
    assert isinstance(issued, CertificateAct) and void == void_of(issued)
    assert [st.told(desk.town, one)[0].proof is None for one in letters(desk)] == [False, True]
    assert journalled(desk)[1:] == [("certificate void", f"{sealed.number} {outcome.why}")]


def test_after_a_power_cut_a_sealed_number_is_void_and_never_given_again(open_desk) -> None:
    with open_desk() as desk:
        desk.fill()
        cut = certificates.issue(desk.booth, desk.sign_in(st.ANNA), KIND, quiet)
    with open_desk() as desk:
        assert certificates.resolve_after_restart(desk.booth) == [cut.number]
        assert certificates.resolve_after_restart(desk.booth) == []
        following = certificates.issue(desk.booth, desk.sign_in(st.ANNA), KIND, quiet)
        assert fates(desk) == {cut.number: "void", following.number: "sealed"}


def test_each_kind_goes_the_whole_way_and_is_void_under_its_own_name(open_desk) -> None:
    """The booth keeps which document it was: the town hall knows the number under that one alone."""
    with open_desk() as desk:
        desk.fill()
        session = desk.sign_in(st.ANNA)
        cut = [certificates.issue(desk.booth, session, kind, quiet) for kind in KINDS]
        assert all(isinstance(sealed, certificates.Sealed) for sealed in cut)
    with open_desk() as desk:
        assert certificates.resolve_after_restart(desk.booth) == [sealed.number for sealed in cut]
        session = desk.sign_in(st.ANNA)
        whole = [certificates.issue(desk.booth, session, kind, quiet) for kind in KINDS]
        for sealed in whole:
            assert isinstance(sealed, certificates.Sealed)
            assert certificates.print_out(desk.booth, sealed, quiet) == certificates.OnPaper()
        told = acts(desk)
        papers = [act for act in told if isinstance(act, CertificateAct)]
        assert [(act.document, act.number) for act in papers] == [
            (kind.document, sealed.number) for some in (cut, whole) for kind, sealed in zip(KINDS, some, strict=True)
        ]
        assert all((act.version, act.about) == (1, None) for act in papers), "of one's own: as ever"
        assert [act for act in told if isinstance(act, VoidAct)] == [
            VoidAct(number=sealed.number, document=kind.document, digest=sealed.issued.digest)
            for kind, sealed in zip(KINDS, cut, strict=True)
        ]


def test_after_a_cut_each_void_names_its_own_paper_and_follows_in_the_chain(open_desk) -> None:
    """Papers of two kinds lie sealed: none may be taken for another, and none comes before its paper."""
    kinds = (*KINDS[:2], *reversed(KINDS[:2]))
    with open_desk() as desk:
        desk.fill()
        session = desk.sign_in(st.ANNA)
        cut = [certificates.issue(desk.booth, session, kind, quiet) for kind in kinds]
        assert all(isinstance(sealed, certificates.Sealed) for sealed in cut)
        assert len({sealed.issued.digest for sealed in cut}) == len(cut)
        whole = certificates.issue(desk.booth, session, KIND, quiet)
        assert certificates.print_out(desk.booth, whole, quiet) == certificates.OnPaper()
    with open_desk() as desk:
        assert certificates.resolve_after_restart(desk.booth) == [sealed.number for sealed in cut]
        told = acts(desk)
        assert [act.number for act in told[: len(cut) + 1]] == [*(sealed.number for sealed in cut), whole.number]
        assert told[len(cut) + 1 :] == [void_of(act) for act in told[: len(cut)]]
        assert [act.document for act in told[len(cut) + 1 :]] == [kind.document for kind in kinds]
        check_chain(letters(desk), "")
        assert fates(desk) == {**{sealed.number: "void" for sealed in cut}, whole.number: "printed"}


def test_a_kind_for_others_is_a_closed_line_and_is_not_issued(desk) -> None:
    kind = replace(KIND, who=Capacity.STAFF)
    session = desk.sign_in(st.ANNA)
    refused = certificates.NotIssued(CertificateCode.CERTIFICATE_NOT_FOR_YOU)
    assert certificates.issue(desk.booth, session, kind, quiet) == refused
    assert fates(desk) == {} and acts(desk) == []


def test_each_kind_is_a_line_with_its_offer_or_with_why_not(desk, monkeypatch: pytest.MonkeyPatch) -> None:
    closed = replace(KIND, document="staff_card", who=Capacity.STAFF)
    monkeypatch.setattr(lines, "KINDS", (*KINDS, closed))
    monkeypatch.setattr(lines, "kind_of", lambda key: closed if key == "staff_card" else of(key))
    papers = lines.prepare(desk.booth, desk.sign_in(st.ANNA))
    why = Told(FAILURES[CertificateCode.CERTIFICATE_NOT_FOR_YOU].title)
    assert [(row.key, row.name, row.text, row.closed) for row in papers.entries(None)] == [
        *((f"certificates:{kind.document}", House(kind.title), House(kind.note), False) for kind in KINDS),
        ("certificates:staff_card", House(closed.title), why, True),
        *((f"certificates:office:{one.name}", House(one.title), House(one.note), False) for one in AT_THE_OFFICE),
    ]
    for one in AT_THE_OFFICE:
        assert papers.open(f"certificates:office:{one.name}") is CertificateCode.CERTIFICATE_AT_THE_OFFICE
    assert papers.open("certificates:office:nothing") is None
    assert papers.open("certificates:staff_card") is CertificateCode.CERTIFICATE_NOT_FOR_YOU
    assert papers.open("certificates:nothing") is None and papers.open("votes:family_status") is None
    for kind in KINDS:
        script = papers.open(f"certificates:{kind.document}")
        assert callable(script)
        asked = Talk(script).wish()
        assert isinstance(asked, Asked) and isinstance(asked.page, Review)
        offer = asked.page
        dossier = papers.session.dossier
        assert (offer.name, offer.title) == (kind.document, House(kind.title))
        heading, *rest = offer.blocks
        assert isinstance(heading, Paragraph) and heading.heading
        facts, members = of_kind(rest, Fact), of_kind(rest, Person)
        assert [(fact.name, fact.value) for fact in facts] == [(House(name), v) for name, v in kind.rows(dossier)]
        assert len(members) == (len(dossier.family.members) if kind.family else 0)
        assert len(facts) + len(members) == len(rest) and all(one.personal for one in offer.blocks)
        for language in LANGUAGES:
            shown = present(offer, language)
            values = [one["value"] for one in shown["blocks"] if one["block"] == "fact"]
            assert values == [value for _label, value in kind.rows(dossier)]
            assert shown["blocks"][0]["text"] and (shown["title"] == kind.title.el) == (language == "el")
    shut = papers.entries(BoothCode.PRINTER_NOT_READY)
    assert all(row.closed is not row.key.startswith("certificates:office:") for row in shut)


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


@pytest.mark.parametrize("odd", ["Μαρία 王", "Μαρία\x07"], ids=["of another script", "a control character"])
def test_a_letter_that_paper_cannot_show_spends_no_number_and_the_log_names_the_field(desk, caplog, odd: str) -> None:
    session = desk.sign_in(st.ANNA)
    whole = session.dossier
    others = [one.model_copy(update={"given": odd}) for one in whole.family.members if one != whole.member]
    family = whole.family.model_copy(update={"members": (whole.member, *others)})
    session = replace(session, dossier=whole.model_copy(update={"family": family}))
    assert certificates.issue(desk.booth, session, KIND, quiet) == certificates.NotIssued(
        CertificateCode.LETTER_NOT_PRINTABLE
    )
    assert fates(desk) == {} and acts(desk) == [] and journalled(desk) == []
    (line,) = [one for one in caplog.records if one.msg == "paper"]
    assert fields_of(line) == {"state": "not-made", "reason": "letters", "what": "Επώνυμο / Όνομα"}
    assert odd not in caplog.text
    following = certificates.issue(desk.booth, desk.sign_in(st.ANNA), KIND, quiet)
    assert isinstance(following, certificates.Sealed) and following.number.endswith("/000001")


def test_the_paper_has_what_the_town_hall_said_of_itself_and_makes_nothing_up(desk) -> None:
    session = desk.sign_in(st.ANNA)
    town, now = session.settings, desk.booth.clock()

    def paper(settings) -> Certificate:
        said = replace(session, settings=settings)
        about, url = said.dossier.member, "https://example.org/v/0"
        return certificate(desk.booth, said, KIND, about, "Α/2026/000001", "0", url, now)

    bare = paper(town.telling(None, ""))
    unit = f"Δημοτική Ενότητα {session.dossier.family.unit}"
    assert (bare.office, bare.crest, bare.protocol, bare.signatory) == (Office(unit), "", "", ())
    terms = [(label.el, label.en, value) for label, value in bare.terms]
    assert terms == [(label.el, label.en, value) for label, value in KIND.terms(session.dossier)] != []
    contact = Contact(telephone="2132023700", address=Said.both("Λεωφόρος 61", "61 Leoforos"))
    crest = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9v9z"/></svg>'
    full = paper(town.telling(contact, crest))
    assert full.office == Office(unit, "Λεωφόρος 61", "2132023700")
    assert full.crest.startswith("<svg ") and 'd="M0 0h9v9z"' in full.crest
    assert paper(town.telling(contact, crest.replace("path", "script"))).crest == "", "one that is refused is none"
    assert replace(full, office=bare.office, crest="") == bare


@pytest.mark.parametrize("during", [False, True], ids=["before", "while it signs"])
def test_without_the_cards_word_there_is_no_paper_and_its_number_is_given_back(desk, during: bool) -> None:
    session = desk.sign_in(st.ANNA)
    line = PulledAt(session.connection, 0, desk.reader.remove, during=during)
    session.card._connection = line
    assert certificates.issue(desk.booth, session, KIND, quiet) == certificates.NotIssued(
        CertificateCode.CERTIFICATE_NOT_MADE
    )
    assert 0x87 in line.said, "it was asked to sign"
    assert fates(desk) == {} and acts(desk) == [] and journalled(desk) == []
    assert list((desk.home / "papers").iterdir()) == []
    following = certificates.issue(desk.booth, desk.sign_in(st.ANNA), KIND, quiet)
    assert isinstance(following, certificates.Sealed) and following.number.endswith("/000001")


def test_a_card_that_went_before_is_not_asked_and_nothing_is_issued(desk) -> None:
    session = desk.sign_in(st.ANNA)
    desk.reader.remove()
    assert certificates.issue(desk.booth, session, KIND, quiet) == certificates.NotIssued(
        CertificateCode.CERTIFICATE_NOT_MADE
    )
    assert fates(desk) == {} and acts(desk) == [] and journalled(desk) == []


def test_a_card_that_answers_nonsense_when_it_is_to_sign_issues_nothing(desk) -> None:
    session = desk.sign_in(st.ANNA)
    session.card._connection = Ill(session.connection, b"\x00\x87", b"\x6f\x00", once=False)
    assert certificates.issue(desk.booth, session, KIND, quiet) == certificates.NotIssued(
        CertificateCode.CERTIFICATE_NOT_MADE
    )
    assert fates(desk) == {} and acts(desk) == [] and journalled(desk) == []


def test_a_card_pulled_once_it_has_signed_has_its_paper(desk) -> None:
    """The printing waits for no card: the act is proved and stored."""
    session = desk.sign_in(st.ANNA)

    def pull(stage: str) -> None:
        if stage == "storing":
            desk.reader.remove()

    sealed = certificates.issue(desk.booth, session, KIND, pull)
    assert isinstance(sealed, certificates.Sealed)
    assert certificates.print_out(desk.booth, sealed, quiet) == certificates.OnPaper()
    assert proof_of(desk.town, letters(desk)[0], desk.town.cards[st.ANNA]).card == st.ANNA


def test_what_the_booth_keeps_of_a_paper_leads_to_nobody(desk) -> None:
    sealed = certificates.issue(desk.booth, desk.sign_in(st.ANNA), KIND, quiet)
    assert isinstance(sealed, certificates.Sealed)
    with desk.booth.store.reading() as connection:
        (row,) = connection.execute(text("SELECT * FROM certificates")).mappings()
    assert dict(row) == {
        "number": sealed.number,
        "year": desk.booth.clock().year,
        "serial": 1,
        "digest": hashlib.sha256(sealed.pdf).hexdigest(),
        "issued_at": sealed.issued.issued_at.isoformat(),
        "fate": "sealed",
        "document": KIND.document,
    }


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
