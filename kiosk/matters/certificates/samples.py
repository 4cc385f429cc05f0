"""A certificate with example values, page by page, for the pictures and for tests. Invented people."""

from datetime import date

from kiosk.desk.blocks import House, Row, Told
from kiosk.desk.conversation import stages
from kiosk.desk.pages import List, Problem, Review
from kiosk.desk.views import TITLES, View
from kiosk.matters.certificates import conversation
from municipality.failures import BoothCode
from municipality.matter import Category
from municipality.matters.certificates.failures import CertificateCode
from municipality.matters.certificates.fields import FIELDS
from municipality.matters.certificates.kinds import AT_THE_OFFICE, KINDS, Kind
from municipality.messages import Dossier
from municipality.register import FAILURES
from municipality.residents import CivilAct, FamilyMember, FamilyShare, Person, Relation, Sex


def members(count: int) -> tuple[FamilyMember, ...]:
    """A family of `count`: two parents and their children."""
    parents = (
        _member(1, Relation.HOLDER, Sex.MALE, "Παπαδόπουλος", "Γεώργιος", "Νικόλαος", "Ελένη", date(1971, 5, 3)),
        _member(2, Relation.SPOUSE, Sex.FEMALE, "Παπαδοπούλου", "Μαρία", "Ιωάννης", "Σοφία", date(1974, 11, 21)),
    )
    names = (("Ελένη", Sex.FEMALE), ("Νικόλαος", Sex.MALE), ("Αικατερίνη", Sex.FEMALE), ("Ιωάννης", Sex.MALE),
             ("Σοφία", Sex.FEMALE))  # fmt: skip
    children = tuple(
        _member(
            place + 3,
            Relation.CHILD,
            names[place % 5][1],
            "Παπαδόπουλος" if names[place % 5][1] is Sex.MALE else "Παπαδοπούλου",
            names[place % 5][0],
            "Γεώργιος",
            "Μαρία",
            date(1999 + place, 1 + place % 12, 14),
        )
        for place in range(max(0, count - 2))
    )
    return (*parents, *children)[:count]


def _member(
    entry: int, relation: Relation, sex: Sex, surname: str, given: str, father: str, mother: str, born: date
) -> FamilyMember:
    act = CivilAct(registry="Αγίων Αναργύρων", number=str(210 + entry), year=born.year)
    return FamilyMember(
        entry=entry, relation=relation, sex=sex, surname=surname, given=given, father=father, mother=mother, born=born,
        birthplace="Άγιοι Ανάργυροι", number=str(48210 + entry), registered=born, birth_act=act,
    )  # fmt: skip


def dossier(count: int) -> Dossier:
    family = FamilyShare(number="10482/3", unit="Αγίων Αναργύρων", as_of=date(2026, 11, 20), members=members(count))
    person = Person(entry=2, afm="", amka="", street="Άγιοι Πάντες 12", postcode="13451")
    return Dossier.model_construct(  # type: ignore[call-arg]  # what no page shows is left out
        person=person, family=family
    )


def offer(count: int = 4, kind: Kind = KINDS[0]) -> Review:
    resident = dossier(count)
    return conversation.offer_page(kind, resident, resident.member, True, stages(2)[0])


def samples() -> dict[str, View]:
    """By a name fit for a file."""
    facts = next(kind for kind in KINDS if kind.facts)
    whose = dossier(5).family.members[1:]
    code, check = "7F3K-92QD-1M8X-0A4T", "https://kiosk.example.gr/v/7F3K92QD1M8X0A4T"
    printed = conversation.printed_page("K1/2026/000042", code, check, stages(2)[1])
    return {
        "category-no-paper": _no_paper(),
        "category-papers": _category(rows(None)),
        "certificate": offer(),
        "certificate-facts": offer(kind=facts),
        "certificate-large": offer(12),
        "certificate-missing": Problem(CertificateCode.CERTIFICATE_FACT_MISSING, (House(FIELDS["birth_act"].label),)),
        "certificate-whose": conversation.whose_page(facts, whose, stages(3)[0]),
        "certificate-done": printed,
        "certificate-done-card-out": printed.without_card(),
    }


def _no_paper() -> List:
    return _category(rows(Told(FAILURES[BoothCode.PRINTER_NOT_READY].title)))


def rows(why: Told | None) -> tuple[Row, ...]:
    """What stands in the category: each kind, open or closed with its reason, and what only the office has."""
    here = (
        Row(House(kind.title), why or House(kind.note), key=f"certificates:{kind.document}", closed=why is not None)
        for kind in KINDS
    )
    return (*here, *(Row(House(one.title), House(one.note), key=one.name) for one in AT_THE_OFFICE))


def _category(rows: tuple[Row, ...]) -> List:
    category = Category.DOCUMENTS
    text = Told(_("Touch what you want."))
    return List(category.value, Told(TITLES[category]), text, rows=rows, category=category)


def _(message: str) -> str:
    return message
