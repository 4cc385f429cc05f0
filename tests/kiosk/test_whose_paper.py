"""A certificate about a child, and one that lacks something: played page by page, then sealed by a booth."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
import small_town as st
from playing import play
from sqlalchemy import text
from technicians import letters

from assets.texts import LANGUAGES
from kiosk.counter.presenting.presenters import present
from kiosk.desk.actions import Choose
from kiosk.desk.blocks import Fact, House, Person, Told
from kiosk.desk.pages import Done, Given, List, Problem, Review
from kiosk.identity.signing_in import Session
from kiosk.matters.certificates import conversation, service
from kiosk.matters.certificates.conversation import ISSUE, Finished
from municipality.failures import BoothCode
from municipality.matters.certificates.failures import CertificateCode
from municipality.matters.certificates.fields import FIELDS
from municipality.matters.certificates.kinds import KINDS, of
from municipality.matters.certificates.messages import CertificateAct
from municipality.matters.certificates.rules import subjects
from municipality.messages import Dossier
from municipality.residents import Capacity, FamilyMember, Marital, Sex

NOW = datetime(2026, 11, 30, 10, 0, tzinfo=UTC)
BIRTH = of("birth") or KINDS[0]
ENDED = Finished("K1/2026/000001", "7F3K-92QD-1M8X-0A4T", "https://x.gr/v/7F3K", service.OnPaper())
CHILD = 3


def with_child(dossier: Dossier, **changes: object) -> Dossier:
    """The small town's family, whose child is under age, and Anna's by the register."""
    young = {"born": date(2015, 9, 9), "registered": date(2015, 9, 30), "parents": ("R000001",), **changes}
    members = tuple(
        FamilyMember(**{**dict(one), **young}) if one.entry == CHILD else one for one in dossier.family.members
    )
    return dossier.model_copy(update={"family": dossier.family.model_copy(update={"members": members})})


def annas(**changes: object) -> Dossier:
    return with_child(st.dossier(st.ANNA, 1, tuple(Capacity), NOW), **changes)


def script(dossier: Dossier):
    return lambda: conversation.certificate(BIRTH, dossier, subjects(BIRTH, dossier, NOW), True)


def test_a_parent_is_asked_for_whom_and_the_paper_is_the_childs() -> None:
    dossier = annas()
    played = play(script(dossier), str(CHILD), True, outcomes={ISSUE: ENDED})
    whose, offer = played.pages
    assert isinstance(whose, List) and isinstance(offer, Review)
    assert [(row.key, row.name, row.text) for row in whose.rows] == [
        ("1", f"{st.SURNAME} {st.GIVEN}", Told("You")),
        ("3", "Ζωγραφόπουλος Πέτρος", Told("Son")),
    ]
    assert all(row.personal for row in whose.rows), "names are spoken into headphones alone"
    said = {one.name: one.value for one in offer.blocks if isinstance(one, Fact)}
    assert said[House(FIELDS["given"].label)] == "Πέτρος" and said[House(FIELDS["born"].label)] == "9/9/2015"
    assert [page.step.number for page in played.pages] == [1, 2] and offer.step.of == 3
    assert played.done == [(ISSUE, BIRTH, CHILD)]
    assert isinstance(played.end, Done) and played.end.step.number == 3


@pytest.mark.parametrize("key", ["2", "4", "99", "", "certificates:birth"])
def test_a_name_that_is_not_on_the_page_is_no_answer(key: str) -> None:
    (page,) = play(script(annas())).pages
    assert page.taken(Choose(key)) is None
    assert page.taken(Choose("3")) == Given("3")


def test_who_has_nobody_to_ask_for_is_not_asked() -> None:
    (page,) = play(script(annas(parents=("R000002",)))).pages
    assert isinstance(page, Review) and page.step.of == 2


def test_what_is_missing_is_named_before_anything_is_offered() -> None:
    played = play(script(annas(birth_act=None)), str(CHILD))
    missing = House(FIELDS["birth_act"].label)
    assert played.end == Problem(CertificateCode.CERTIFICATE_FACT_MISSING, (missing,))
    assert len(played.pages) == 1 and played.done == []
    for language in LANGUAGES:
        shown = present(played.end, language)
        name = missing.words.el if language == "el" else {"en": missing.words.en}.get(language, "Akti i lindjes")
        assert name in shown["text"] and shown["code"] == "P06" and shown["office"]
    assert present(played.end, "el")["text"] == (
        "Λείπει από το μητρώο: Ληξιαρχική πράξη γέννησης. Δεν μπορεί να βγει εδώ και δεν χρησιμοποιήθηκε αριθμός. "
        "Το γραφείο του Δήμου μπορεί να συμπληρώσει τα στοιχεία σας."
    )


def test_the_offer_says_validity_and_fee() -> None:
    dossier = annas()
    family, residence = of("family_status"), of("permanent_residence")
    for kind, facts in ((family, [("Valid for", 6), ("Fee", None)]), (residence, [("Fee", None)])):
        assert kind is not None
        page = conversation.offer_page(kind, dossier, dossier.member, False, conversation.stages(2)[0])
        told = [one for one in page.lead if isinstance(one, Fact) and not one.personal]
        assert [(one.name.id, one.value.values.get("count")) for one in told] == facts  # type: ignore[union-attr]
    dear = replace(BIRTH, fee=305)
    page = conversation.offer_page(dear, dossier, dossier.member, False, conversation.stages(2)[0])
    assert Fact(Told("Fee"), "3,05 €") in page.lead


def test_a_partner_and_two_mothers_are_called_what_they_are() -> None:
    dossier = annas(father="", mother2="Ζωή")
    partner = dossier.family.members[1].model_copy(update={"marital": Marital.PARTNERED, "sex": Sex.FEMALE})
    members = (dossier.family.members[0], partner, dossier.family.members[2])
    changed = dossier.model_copy(update={"family": dossier.family.model_copy(update={"members": members})})
    family = of("family_status")
    assert family is not None
    page = conversation.offer_page(family, changed, changed.member, False, conversation.stages(2)[0])
    people = [one for one in page.blocks if isinstance(one, Person)]
    assert people[1].relation == Told("Partner in a civil partnership")
    assert people[2].says[1:] == (
        Told("Mother: {name}", {"name": "Ελένη"}), Told("Mother: {name}", {"name": "Ζωή"})
    )  # fmt: skip


# -- sealed by a booth


def quiet(_stage: object) -> None:
    pass


def annas_session(desk, **changes: object) -> Session:
    session = desk.sign_in(st.ANNA)
    object.__setattr__(session, "dossier", with_child(session.dossier, **changes))
    return session


def spent(desk) -> int:
    with desk.booth.store.reading() as connection:
        return int(connection.execute(text("SELECT count(*) FROM certificates")).scalar_one())


def test_a_childs_certificate_is_sealed_and_its_act_says_whose(desk) -> None:
    sealed = service.issue(desk.booth, annas_session(desk), BIRTH, quiet, CHILD)
    assert isinstance(sealed, service.Sealed)
    (letter,) = letters(desk)
    act = CertificateAct.read(st.told(desk.town, letter)[1])
    assert (act.version, act.about, act.document, act.number) == (2, CHILD, "birth", sealed.number)


def test_whom_the_rules_refuse_and_what_is_missing_spend_no_number(desk) -> None:
    """The window is another process, and the lane's work looks again: at the very last moment, by the booth's clock."""
    refused = service.NotIssued(CertificateCode.CERTIFICATE_NOT_FOR_YOU)
    for about, changes in ((2, {}), (CHILD, {"parents": ()}), (CHILD, {"born": date(2008, 9, 9)}), (99, {})):
        assert service.issue(desk.booth, annas_session(desk, **changes), BIRTH, quiet, about) == refused
    missing = service.NotIssued(CertificateCode.CERTIFICATE_FACT_MISSING)
    assert service.issue(desk.booth, annas_session(desk, birth_act=None), BIRTH, quiet, CHILD) == missing
    day = desk.booth.clock().date()
    later = day + timedelta(days=1)
    born = date(later.year - 18, later.month, 28 if (later.month, later.day) == (2, 29) else later.day)
    session = annas_session(desk, born=born, registered=born)
    clock = desk.booth.clock
    object.__setattr__(desk.booth, "clock", lambda: clock() + timedelta(days=2))
    object.__setattr__(session, "pin_at", desk.booth.clock())
    late = service.issue(desk.booth, session, BIRTH, quiet, CHILD)
    assert late == refused, "they came of age while the page stood there"
    assert spent(desk) == 0 and letters(desk) == []
    assert late != service.NotIssued(BoothCode.CLOCK_IN_DOUBT)
