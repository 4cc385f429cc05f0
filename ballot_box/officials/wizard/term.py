"""The keys of a term, by visits: a trustee comes three times, everybody else once, and all of them once more to sign.

The stick goes round; whoever sits down with it does what can be done by then. Even steps are anybody's, so the guide of
whoever is there does them.
"""

from __future__ import annotations

from collections.abc import Sequence

from ballot_box.officials import ceremony, consent, signing
from ballot_box.officials.body import LEAST_TRUSTEES, Office, Officials, read_officials, read_record
from ballot_box.officials.ceremony import ACCEPTED, CARD_KIND, KEY_KIND, PROPOSAL, Card, Said, Seat
from ballot_box.officials.home import Home
from ballot_box.officials.signing import Signature, canonical
from ballot_box.officials.wizard import stick as lying
from ballot_box.officials.wizard.desk import Desk
from ballot_box.officials.wizard.talk import ask, choose, say, shown
from ballot_box.officials.wizard.words import greek

_ROLES = (
    ("Επίτροπος: κρατώ ένα μέρος του κλειδιού που ανοίγει τις ψηφοφορίες", (Office.TRUSTEE,)),
    ("Υπεύθυνος μητρώου: φτιάχνω τα ψηφοδέλτια για τις κάρτες", (Office.REGISTRAR,)),
    ("Και τα δύο (μόνο σε μικρό δήμο)", (Office.REGISTRAR, Office.TRUSTEE)),
    ("Υπάλληλος που δηλώνει, με έναν ακόμη, τι έγινε με ό,τι λείπει", (Office.OFFICER,)),
)
# More would only make the round longer: two of three, or three of five, is what towns use.
_MOST_TRUSTEES = 7
_CARDS = "the-cards.json"  # of those with whom this trustee makes the key


def new_keys(desk: Desk) -> None:
    """The next visit of this official, whichever it is."""
    card = desk.card or _first_visit(desk)
    desk.hand_out(f"card-{card.id[:8]}.json", card.text())
    if Office.TRUSTEE not in card.roles:
        say("", "Τελειώσατε με τα κλειδιά. Δώστε το στικάκι στους επιτρόπους.")
        say("Όταν τελειώσουν κι εκείνοι, θα ξανάρθετε για την υπογραφή του καταλόγου (επιλογή 2).")
    elif (cards := _cards(desk, card)) and _second_visit(desk, card, cards) and _third_visit(desk, card, cards):
        _combine(desk, cards)


def next_visit(desk: Desk, card: Card) -> int:
    """2 or 3, whichever this trustee has not been at; 0 after the last."""
    return next((step for step in (2, 3) if desk.kept(_step(step, card)) is None), 0)


def _step(number: int, card: Card) -> str:
    return f"step-{number}-{card.id[:8]}.json"


def _first_visit(desk: Desk) -> Card:
    say("", "ΕΠΙΣΚΕΨΗ 1: τα δικά σας κλειδιά.", "Γίνονται μία φορά στη θητεία και μένουν σε αυτόν τον υπολογιστή.")
    roles = _ROLES[choose("Τι θα είστε;", [text for text, _ in _ROLES])][1]
    seat = _seat(desk) if Office.TRUSTEE in roles else None
    name = ask("Πώς θα γράφεστε δημόσια; Γράψτε την ιδιότητα, π.χ. «Διευθυντής 2ου Δημοτικού Σχολείου»")
    return ceremony.make_card(desk.home, name, roles, seat)


def _seat(desk: Desk) -> Seat:
    """The first free one, as the trustees before them have said; who is first says how many they will be."""
    seated = [card.seat for card in ceremony.trustees_of(_all_cards(desk)) if card.seat]
    if seated:
        first = seated[0]
        free = [place for place in range(1, first.of + 1) if place not in {seat.place for seat in seated}]
        said = f"{first.of} επίτροποι, και μια ψηφοφορία την ανοίγουν {first.threshold} από αυτούς."
        say("", f"Οι προηγούμενοι όρισαν: {said}")
        if free:
            say(f"Εσείς είστε ο επίτροπος με αριθμό {free[0]} από τους {first.of}.")
            return Seat(free[0], first.threshold, first.of)
        say("Στο στικάκι είναι ήδη οι κάρτες όλων. Αν κάποιος αντικαθίσταται, ξεκινήστε όλοι με άδειο στικάκι.")
    say("", "Είστε ο πρώτος επίτροπος με αυτό το στικάκι: ορίζετε πόσοι θα είστε.")
    sizes = range(LEAST_TRUSTEES, _MOST_TRUSTEES + 1)
    of = sizes[choose("Πόσοι θα είναι οι επίτροποι;", [*map(str, sizes)])]
    numbers = range(of // 2 + 1, of + 1)  # as records of officials ask for
    threshold = numbers[choose(f"Πόσοι από τους {of} θα ανοίγουν μια ψηφοφορία;", [*map(str, numbers)])]
    return Seat(1, threshold, of)


def _cards(desk: Desk, own: Card) -> list[Card]:
    """Everybody's, as they stood when this trustee said that these are all; none while it is too early."""
    if (kept := desk.kept(_CARDS)) is not None:
        return [ceremony.read_card(one) for one in kept.split("\n")]
    trustees = ceremony.trustees_of(_all_cards(desk))
    say("", "Κάρτες επιτρόπων στο στικάκι:", *(f"  {_placed(card)}" for card in trustees))
    assert own.seat is not None
    if own not in trustees or len(trustees) < own.seat.of:
        say(f"Χρειάζονται {own.seat.of}. Δώστε το στικάκι στον επόμενο επίτροπο: εσείς τελειώσατε για σήμερα.")
        say("Όταν περάσουν όλοι, ξανανοίξτε τον οδηγό με το στικάκι (επίσκεψη 2).")
        return []
    if fault := ceremony.seats_fault(trustees):
        say("", greek(fault))
        return []
    lying.sent(desk.path, _CARDS, lambda: "\n".join(card.text() for card in trustees))
    return trustees


def _second_visit(desk: Desk, own: Card, cards: Sequence[Card]) -> bool:
    """Whether the proposals of all lie there."""
    name = _step(2, own)
    if (kept := desk.kept(name)) is None:
        say("", "ΕΠΙΣΚΕΨΗ 2: μιλάτε, κλειδωμένα, στους άλλους επιτρόπους.")
        kept = Said(PROPOSAL, own.id, ceremony.propose(desk.home, cards)).file()
    desk.hand_out(name, kept)
    return not _missing(desk, cards, PROPOSAL, "επίσκεψη 3")


def _placed(card: Card) -> str:
    return f"{card.seat.place if card.seat else '–'}. {shown(card.name)}"


def _third_visit(desk: Desk, own: Card, cards: Sequence[Card]) -> bool:
    """Whether all have accepted."""
    name = _step(3, own)
    if (kept := desk.kept(name)) is None:
        say("", "ΕΠΙΣΚΕΨΗ 3: ελέγχετε όσα σας είπαν οι άλλοι.")
        place = [card.id for card in cards].index(own.id)
        told = ceremony.distribute(ceremony.certs_of(cards), _texts(desk, cards, PROPOSAL))[place]
        kept = Said(ACCEPTED, own.id, ceremony.accept(desk.home, ceremony.certs_of(cards), told)).file()
    desk.hand_out(name, kept)
    return not _missing(desk, cards, ACCEPTED, "υπογραφή του καταλόγου (επιλογή 2)")


def _all_cards(desk: Desk) -> list[Card]:
    """A file that was copied twice onto the stick is one card."""
    return [ceremony.read_card(text) for text in sorted({found.text for found in desk.stick.of(CARD_KIND)})]


def _said(desk: Desk, cards: Sequence[Card], kind: str) -> list[Said]:
    """By these trustees; each text once."""
    said = [ceremony.read_said(text, kind) for text in sorted({found.text for found in desk.stick.of(kind)})]
    return [one for one in said if one.trustee in {card.id for card in cards}]


def _texts(desk: Desk, cards: Sequence[Card], kind: str) -> list[str]:
    return [one.text for one in ceremony.of_each(cards, _said(desk, cards, kind))]


def _missing(desk: Desk, cards: Sequence[Card], kind: str, following: str) -> bool:
    there = {one.trustee for one in _said(desk, cards, kind)}
    missing = [shown(card.name) for card in cards if card.id not in there]
    if missing:
        say("", "Εσείς τελειώσατε για σήμερα. Δώστε το στικάκι σε:", *(f"  {name}" for name in missing))
        say(f"Όταν περάσουν, ξανανοίξτε τον οδηγό για το επόμενο: {following}.")
    return bool(missing)


def _combine(desk: Desk, cards: Sequence[Card]) -> None:
    if not desk.stick.of(KEY_KIND):
        key = ceremony.combine(ceremony.certs_of(cards), _texts(desk, cards, PROPOSAL), _texts(desk, cards, ACCEPTED))
        desk.stick.write("the-key.json", key.file())
    say("", "Το κοινό κλειδί είναι έτοιμο. Μένει η υπογραφή του καταλόγου (επιλογή 2).")


def sign_officials(desk: Desk) -> None:
    """Draw the record up if nobody has, sign it, and once all have signed belong to it."""
    record = _record(desk)
    name = f"signature-{desk.home.id[:8]}.json"
    if (kept := desk.kept(name)) is None or not _under(kept, record, desk.home):
        signed = consent.sign_officials(desk.home, read_record(record), desk.agree)
        if isinstance(signed, consent.Refusal):
            say("", greek(signed.why))
            return
        (desk.path / "sent" / name).unlink(missing_ok=True)  # of a record that was never finished
        kept = canonical(signed.plain())
    desk.hand_out(name, kept)
    if (found := _complete(desk, read_record(record))) is not None:
        _join(desk, found)


def _under(text: str, record: str, home: Home) -> bool:
    (signature,) = signing.read_signatures([signing.read_canonical(text, "signature")], "signature")
    return signing.holds(signature, signing.OFFICIALS, record, home.signer.public)


def _record(desk: Desk) -> str:
    if not desk.stick.of(lying.RECORD) and (keys := desk.stick.of(KEY_KIND)):
        say("", "Κάνω τον κατάλογο των υπευθύνων, από τις κάρτες που είναι στο στικάκι.")
        cards = _all_cards(desk)
        say(*(f"  {shown(card.name)}" for card in cards))
        municipality, term = ask("Ποιος δήμος; (π.χ. Δήμος Θέρμης)"), ask("Ποια θητεία; (π.χ. 2024-2028)")
        key = ceremony.read_key(keys[0].text)
        desk.stick.write("the-officials.json", ceremony.record_with(cards, key, municipality, term, _previous(desk)))
    return desk.stick.pick(lying.NAMES[lying.RECORD], lying.RECORD).text


def _previous(desk: Desk) -> str:
    """The fingerprint of those before, whose file is then on the stick."""
    if choose("Υπήρχαν υπεύθυνοι και πριν από αυτούς;", ["Όχι, είναι οι πρώτοι", "Ναι, και το αρχείο τους είναι εδώ"]):
        return read_officials(desk.stick.pick("οι προηγούμενοι υπεύθυνοι", lying.OFFICIALS).text).fingerprint
    return ""


def _signatures(desk: Desk, record: Officials) -> list[Signature]:
    """Those on the stick that are under this record, by its own people and by those before them."""
    texts = sorted({one.text for one in desk.stick.of(lying.SIGNATURE)})
    found = [signing.read_canonical(one, "signature") for one in texts]
    others = [read_officials(one.text) for one in desk.stick.of(lying.OFFICIALS)]
    before = [one for body in others if body.fingerprint == record.previous for one in body.officials]
    keys = {one.id: one.public for one in (*record.officials, *before)}
    return [
        one
        for one in signing.read_signatures(found, "signatures")
        if one.by in keys and signing.holds(one, signing.OFFICIALS, record.text, keys[one.by])
    ]


def _complete(desk: Desk, record: Officials) -> Officials | None:
    """With all signatures; None, and it is said whose is missing."""
    signatures = _signatures(desk, record)
    there = {one.by for one in signatures}
    if missing := {one.id: one.name for one in record.officials if one.id not in there}:
        say("", "Δεν έχουν υπογράψει ακόμη:", *(f"  {shown(name)}" for name in missing.values()))
        say("Δώστε τους το στικάκι. Όταν υπογράψουν όλοι, ξανάρθετε μια φορά εδώ (επιλογή 2).")
        return None
    return ceremony.signed_officials(record.text, signatures)


def _join(desk: Desk, found: Officials) -> None:
    desk.stick.write(name := f"officials-{found.fingerprint[:4]}.json", found.file())
    if desk.home.id not in {one.id for one in found.officials}:
        say("", "Εγγυηθήκατε για τους επόμενους. Τελειώσατε: ευχαριστούμε.")
        return
    key = None
    if desk.home.id in {one.id for one in found.of(Office.TRUSTEE)}:
        key = ceremony.read_key(desk.stick.pick(lying.NAMES[KEY_KIND], KEY_KIND).text)
    ceremony.join(desk.home, found, key)
    say(
        "",
        "Έχουν υπογράψει όλοι. Κρατώ τον κατάλογο στον φάκελό σας.",
        "Το αποτύπωμά του:",
        "",
        f"  {found.fingerprint}",
        "",
    )
    say("Γράψτε το σε χαρτί με την υπογραφή σας και δώστε το στον τεχνικό, που το πληκτρολογεί σε κάθε σημείο.")
    say(f"Να δημοσιευθεί και στη Διαύγεια. Το αρχείο {name} πηγαίνει στο δημαρχείο.")
