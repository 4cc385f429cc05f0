"""An official puts their name to something: they are shown all of it, it is compared with what they know themselves,
and what they have signed once is not signed again in another form.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from assets.pictures import Shown
from ballot_box.officials import ceremony, registration, signing
from ballot_box.officials.body import Office, Officials
from ballot_box.officials.home import Home, HomeRefused
from ballot_box.officials.records import Declaration, Extension, Final, Setup, officials_fault
from ballot_box.officials.records.auditors import Finding, Found
from ballot_box.officials.signing import Signature

Agree = Callable[[tuple[str, ...]], bool]
_SIGNED = "signed"
_GREECE = ZoneInfo("Europe/Athens")
_AUDIENCE = {
    "resident": "οι κάτοικοι",
    "elector": "οι εκλογείς",
    "staff": "οι εργαζόμενοι του δήμου",
    "administration": "η διοίκηση του δήμου",
}
_OFFICES = {
    Office.REGISTRAR: "Υπεύθυνος μητρώου",
    Office.TRUSTEE: "Επίτροπος",
    Office.OFFICER: "Υπάλληλος που δηλώνει",
}


@dataclass(frozen=True)
class Refusal:
    """Why this official's tool does not sign, in plain words."""

    why: str


def sign_officials(home: Home, found: Officials, agree: Agree) -> Signature | Refusal:
    """Everybody's who stands there, and of those before them, who vouch for them."""
    ours = [_OFFICES[role] for role in sorted(_roles(home, found))]
    try:
        before = bool(found.previous) and found.previous == home.officials().fingerprint
    except HomeRefused:
        before = False
    if not ours and not before:
        return Refusal("you are none of these officials, nor of those before them")
    if fault := ceremony.not_ours(home, found):
        return Refusal(fault)
    told = [
        f"{found.municipality}, θητεία {found.term}",
        f"Αποτύπωμα: {found.fingerprint}",
        *(f"{_OFFICES[one.role]}: {one.name}" for one in found.officials),
        f"Μια ψηφοφορία την ανοίγουν {found.threshold} επίτροποι μαζί.",
        f"Εσείς: {', '.join(ours)}" if ours else "Εσείς: από τους προηγούμενους, που εγγυώνται για αυτούς",
        f"Οι προηγούμενοι έχουν αποτύπωμα {found.previous}" if found.previous else "Δεν υπάρχουν προηγούμενοι.",
    ]
    if not agree(plainly(told)):
        return Refusal(_NO)
    return ceremony.sign_officials(home, found.text)


def sign_setup(home: Home, setup: Setup, now: datetime, agree: Agree) -> Signature | Refusal:
    """The registrar's or a trustee's. `agree` is shown the vote as its voters will see it."""
    officials = home.officials()
    roles = _roles(home, officials)
    if not roles & {Office.REGISTRAR, Office.TRUSTEE}:
        return Refusal("a set-up is signed by the registrar and the trustees")
    why = officials_fault(setup, officials)
    if not why and Office.REGISTRAR in roles:
        why = registration.made_otherwise(home, setup)
    if not why and now >= setup.closes:
        why = "it would have closed already"
    return Refusal(why) if why else _sign(home, signing.SETUP, setup.election, setup.text, shown(setup), agree)


def sign_extension(home: Home, extension: Extension, setup: Setup, agree: Agree) -> Signature | Refusal:
    """As of a set-up; what was said when it was longer is no obstacle, because a vote is only ever lengthened."""
    if extension.setup != setup.digest or extension.closes <= setup.closes:
        return Refusal("it is not a later end of this vote")
    officials = home.officials()
    if not _roles(home, officials) & {Office.REGISTRAR, Office.TRUSTEE}:
        return Refusal("an extension is signed by the registrar and the trustees")
    if why := officials_fault(setup, officials):
        return Refusal(why)
    told = (
        f"«{setup.plain['title']['el']}»",
        f"Κλείνει αργότερα: {_hour(extension.closes)} αντί {_hour(setup.closes)}",
        f"Αιτιολογία: {extension.reason['el']}",
    )
    what = f"{setup.election} {extension.closes.isoformat()}"
    return _sign(home, signing.EXTENSION, what, extension.text, told, agree)


def sign_declaration(home: Home, declaration: Declaration, setup: Setup, agree: Agree) -> Signature | Refusal:
    """An officer's. May be signed again: until the vote is opened more may come to light."""
    officials = home.officials()
    if Office.OFFICER not in _roles(home, officials):
        return Refusal("a declaration is signed by two officers")
    if declaration.setup != setup.digest:
        return Refusal("it is about another vote")
    if why := officials_fault(setup, officials):
        return Refusal(why)
    told = [f"«{setup.plain['title']['el']}»"]
    told += [f"Το σημείο {one.booth} χάθηκε: {one.reason}" for one in declaration.lost]
    for one in declaration.decided:
        verb = "μετρά" if one.counts else "δεν μετρά"
        told.append(f"Η ψήφος με κωδικό παρακολούθησης {one.tracker[:16]}… {verb}: {one.reason}")
    return home.signer.sign(signing.DECLARATION, declaration.text) if agree(plainly(told)) else Refusal(_NO)


_NO = "you did not agree"


def _roles(home: Home, officials: Officials) -> frozenset[Office]:
    return frozenset(one.role for one in officials.officials if one.id == home.id)


def _sign(home: Home, typ: str, what: str, text: str, told: tuple[str, ...], agree: Agree) -> Signature | Refusal:
    digest = signing.digest_of(text)
    before = {line["digest"] for line in home.remembered(_SIGNED) if (line["kind"], line["about"]) == (typ, what)}
    if before - {digest}:
        return Refusal("you have signed this vote before, with something else in it")
    if not agree(plainly(told)):
        return Refusal(_NO)
    if not before:
        home.remember(_SIGNED, kind=typ, about=what, digest=digest)
    return home.signer.sign(typ, text)


def plainly(lines: Iterable[str]) -> tuple[str, ...]:
    """As a terminal may print them: what the town hall wrote must not clear, colour or reverse what the official reads,
    nor look like a line of ours."""
    return tuple("".join(letter if letter.isprintable() else "\ufffd" for letter in line) for line in lines)


def shown(setup: Setup) -> tuple[str, ...]:
    """The whole set-up for whoever is to sign it, in Greek, with the English words beside them."""
    plain = setup.plain
    lines = [
        f"Ψηφοφορία: {_both(plain['title'])}",
        f"Ανοίγει: {_hour(setup.opens)}   Κλείνει: {_hour(setup.closes)}",
        f"Περιθώριο για καθυστερημένες: {plain['grace_hours']} ώρες",
        f"Ψηφίζουν: {_AUDIENCE.get(plain['audience'], plain['audience'])}, {setup.electors} κάρτες",
        _auditors(setup),
        f"Κατάλογος: SHA-256 {setup.roll_digest}",
        f"Διαπιστευτήρια: SHA-256 {setup.credentials_digest}",
        f"Δεν ανοίγεται με λιγότερες από {setup.floor} ψήφους",
        f"Απαρτία: {_quorum(plain['quorum_percent'])}",
        f"Σημεία που συμμετέχουν ({len(setup.booths)}): {', '.join(sorted(setup.booths))}",
        f"Κάρτες χωρίς ψηφοδέλτιο ({len(plain['left_out'])}): {', '.join(sorted(plain['left_out']))}",
        f"Εισαγωγή: {_both(plain['introduction'])}",
    ]
    for number, question in enumerate(plain["questions"], start=1):
        lines += _question(number, question)
    for section in plain["article"]:
        lines.append(f"Εισήγηση: {_both(section['heading'])}")
        lines += [f"   {_both(words)}" for words in section["paragraphs"]]
        lines += [f"   {_both(row['what'])}: {_both(row['value'])}" for row in section["rows"]]
    lines.append(f"Αποτύπωμα αυτής της ψηφοφορίας: {setup.digest}")
    return tuple(lines)


def _auditors(setup: Setup) -> str:
    if setup.audit is None:
        return "Κάρτες ελέγχου: καμία. Αν κάποιο σημείο αλλάζει τις ψήφους πριν τις σφραγίσει, δεν θα φανεί."
    return f"Κάρτες ελέγχου: άλλες {setup.audit.cards}, που δεν μετρούν. Δέσμευση: SHA-256 {setup.audit.listed}"


def _hour(moment: datetime) -> str:
    return f"{moment.astimezone(_GREECE):%d/%m/%Y %H:%M} (ώρα Ελλάδας)"


def _both(words: Mapping[str, str]) -> str:
    return f"«{words['el']}» / “{words['en']}”"


def _quorum(percent: int | None) -> str:
    return "δεν ζητείται" if percent is None else f"{percent} %"


def _question(number: int, question: Mapping[str, Any]) -> list[str]:
    blank = ", ή λευκό" if question["blank"] else ""
    lines = [f"{number}. {_both(question['text'])}: από {question['minimum']} έως {question['maximum']}{blank}"]
    lines += [*_note(question), *_picture(f"{number}", question)]
    for place, answer in enumerate(question["answers"], start=1):
        lines += [f"   {place}) {_both(answer['text'])}", *_note(answer), *_picture(f"{number}-{place}", answer)]
    return lines


def _picture(place: str, shown: Mapping[str, Any]) -> list[str]:
    """What it shows is the town hall's word: whoever signs compares it with the file that lies beside."""
    if "picture" not in shown:
        return []
    one = Shown(place, **shown["picture"])
    return [f"   Εικόνα {one.name}: {_both(one.alt)}", f"      SHA-256 {one.digest}"]


def _note(noted: Mapping[str, Any]) -> list[str]:
    return [f"   Σημείωση: {_both(noted['note'])}"] if any(noted["note"].values()) else []


def shown_end(setup: Setup, final: Final) -> tuple[str, ...]:
    """The counted vote, for the trustee who is to sign its end."""
    lines = [f"Ψηφοφορία: {_both(setup.plain['title'])}", f"Ψήφοι που μετρούν: {final.ballots}"]
    for number, (question, counts) in enumerate(zip(setup.plain["questions"], final.counts, strict=True)):
        lines.append(f"{number + 1}. {_both(question['text'])}")
        lines += [
            f"   {_both(answer['text'])}: {count}" for answer, count in zip(question["answers"], counts, strict=True)
        ]
        lines += [f"   Λευκά: {final.blanks[number]}"] if question["blank"] else []
    lines += _finding(setup, final.audit)
    lines.append(f"Κεφαλή του πίνακα: {final.head}")
    return plainly(lines)


_FOUND = {
    Found.AGREES: "Ο έλεγχος των σημείων: {n} ψήφοι ελέγχου, ακριβώς όσες επιλογές είχαν κατατεθεί.",
    Found.DIFFERS: "ΠΡΟΣΟΧΗ, ΕΥΡΗΜΑ: οι {n} ψήφοι ελέγχου ΔΕΝ είναι οι επιλογές που είχαν κατατεθεί.",
    Found.FEW: "Ο έλεγχος των σημείων δεν έγινε: ήρθαν μόνο {n} ψήφοι ελέγχου, και τόσο λίγες δεν ανοίγονται.",
    Found.NOT_DEPOSITED: "ΠΡΟΣΟΧΗ, ΕΥΡΗΜΑ: δεν παραδόθηκαν οι επιλογές που είχαν κατατεθεί για τις {n} ψήφους ελέγχου.",
}


def _finding(setup: Setup, found: Finding | None) -> list[str]:
    """What the auditors' ballots came to, number by number where it is not what it should be."""
    if found is None:
        return ["Κάρτες ελέγχου δεν υπήρχαν: τα σημεία δεν ελέγχθηκαν."]
    lines = [_FOUND[found.found].format(n=found.ballots)]
    if found.found is not Found.DIFFERS:
        return lines
    rows = zip(setup.plain["questions"], found.expected_counts, found.counts, strict=True)
    for number, (question, expected, counts) in enumerate(rows):
        lines += [
            f"   {number + 1}. {_both(answer['text'])}: κατατέθηκαν {due}, βρέθηκαν {got}"
            for answer, due, got in zip(question["answers"], expected, counts, strict=True)
        ]
        if question["blank"]:
            due, got = found.expected_blanks[number], found.blanks[number]
            lines.append(f"   {number + 1}. Λευκά: κατατέθηκαν {due}, βρέθηκαν {got}")
    return lines
