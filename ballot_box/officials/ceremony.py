"""How trustees make one key of which some of them, and no fewer, open a count: Belenios' six steps (specification,
2.2.2: Pedersen's distributed key generation), and how all officials come to stand in one record.

Odd steps are a trustee's, on a machine of their own; even ones are anybody's, from public matter alone.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ballot_box import belenios
from ballot_box.draft import make_setup, new_uuid
from ballot_box.election import Question, trustee_keys_in
from ballot_box.hidden import Hidden
from ballot_box.officials import signing
from ballot_box.officials.body import (
    LEAST_THRESHOLD,
    Office,
    Official,
    Officials,
    read_officials,
    read_record,
    record_of,
)
from ballot_box.officials.home import OFFICIALS, Home, Passphrase
from ballot_box.officials.signing import BadRecord, Signature, canonical, typed, with_keys
from ballot_box.seal import scratch_board

_CERTS, _POLYNOMIALS = "certs.jsons", "polynomials.jsons"
_PROPOSED, _ACCEPTED = "proposed", "accepted"


@dataclass(frozen=True)
class Seat:
    """Where a trustee sits: which one of how many (`place` counts from 1), and how many open a vote. Fixed before any
    key is made, because Belenios writes it into the certificates from 2.5.1 on; whoever is asked for less later has
    been asked by somebody else's trustees. Raises BadRecord for what is no seat."""

    place: int
    threshold: int
    of: int

    def __post_init__(self) -> None:
        if not (1 <= self.place <= self.of and self.of < 2 * self.threshold <= 2 * self.of):
            raise BadRecord(
                f"seat {self.place} of {self.of} trustees, {self.threshold} of whom open a vote: there is none such "
                "(a vote is opened by more than half of them)"
            )


@dataclass(frozen=True)
class Card:
    """What the others are told of an official, once they have keys: public. Of a trustee: `cert`, of step 1, their
    `seat`, and the `tool` that made it (the versions do not take each other's)."""

    name: str
    roles: tuple[Office, ...]
    key: str
    cert: str = ""
    seat: Seat | None = None
    tool: str = ""

    @property
    def id(self) -> str:
        return signing.key_id(signing.read_pem(self.key))

    def text(self) -> str:
        seat = self.seat and [self.seat.place, self.seat.threshold, self.seat.of]
        plain = {"cert": self.cert, "key": self.key, "kind": CARD_KIND, "name": self.name, "seat": seat}
        return canonical({**plain, "roles": sorted(self.roles), "tool": self.tool})

    def officials(self) -> list[Official]:
        return [Official(self.name, role, self.key) for role in self.roles]


@dataclass(frozen=True)
class Said:
    """What a trustee tells in one of the steps, or is told. `trustee`: the key's id."""

    kind: str
    trustee: str
    text: str

    def file(self) -> str:
        return canonical({"kind": self.kind, "text": self.text, "trustee": self.trustee})


CARD_KIND, KEY_KIND = "officials.card", "officials.key"
PROPOSAL, TOLD, ACCEPTED = "officials.proposal", "officials.told", "officials.accepted"


def read_card(text: str) -> Card:
    """Raises BadRecord."""
    what = "card of an official"
    known = ("cert", "key", "kind", "name", "roles", "seat", "tool")
    value = with_keys(signing.read_canonical(text, what), known, what)
    roles = typed(value, "roles", list, what)
    if value["kind"] != CARD_KIND or not roles or not all(role in list(Office) for role in roles):
        raise BadRecord(f"{what}: not of this kind, or of a role that is none")
    name, key, cert, tool = (typed(value, one, str, what) for one in ("name", "key", "cert", "tool"))
    _ = signing.read_pem(key)
    if {Office.TRUSTEE in roles} != {bool(cert), bool(value["seat"]), bool(tool)}:
        raise BadRecord(f"{what}: a trustee has a certificate and a seat, and nobody else")
    return Card(name, tuple(Office(role) for role in roles), key, cert, _read_seat(value["seat"], what), tool)


def _read_seat(plain: object, what: str) -> Seat | None:
    if plain is None:
        return None
    if not isinstance(plain, list) or len(plain) != 3 or not all(type(one) is int for one in plain):
        raise BadRecord(f"{what}: its seat is none")
    return Seat(*plain)


def read_said(text: str, kind: str) -> Said:
    """Raises BadRecord."""
    what = kind.replace("officials.", "a trustee's step, ")
    value = with_keys(signing.read_canonical(text, what), ("kind", "text", "trustee"), what)
    if value["kind"] != kind:
        raise BadRecord(f"{what}: it is {value['kind']!r}")
    said, trustee = (typed(value, key, str, what) for key in ("text", "trustee"))
    return Said(kind, trustee, said)


def trustees_of(cards: Sequence[Card]) -> list[Card]:
    """In the one order that all of them use, whatever the order of the files: as they sit."""
    return sorted(
        (card for card in cards if card.seat), key=lambda card: (card.seat.place if card.seat else 0, card.key)
    )


def certs_of(cards: Sequence[Card]) -> list[str]:
    """Of all trustees, in order. Raises BadRecord where they are not exactly those who sit together."""
    trustees = trustees_of(cards)
    if fault := seats_fault(trustees):
        raise BadRecord(fault)
    return [card.cert for card in trustees]


def seats_fault(trustees: Sequence[Card]) -> str:
    """Why these can make no key together, in plain words; "" if they can."""
    seats = [card.seat for card in trustees if card.seat]
    if not seats:
        return "no trustee's card is here"
    if len({(seat.threshold, seat.of) for seat in seats}) > 1:
        return "the trustees do not agree on how many they are, or how many of them open a vote"
    if len({card.tool for card in trustees}) > 1:
        return "the trustees' keys are made by different versions of belenios-tool: all use the same one"
    places = [seat.place for seat in seats]
    for place in range(1, seats[0].of + 1):
        if place not in places:
            return f"seat {place} of the {seats[0].of} trustees is empty"
        if places.count(place) > 1:
            return f"seat {place} of the {seats[0].of} trustees is taken twice"
    return ""


def of_each(cards: Sequence[Card], said: Sequence[Said]) -> list[Said]:
    """One of each trustee, in their order. Raises BadRecord if one is missing, there twice, or of somebody else."""
    by = {one.trustee: one for one in said}
    trustees = trustees_of(cards)
    for card in trustees:
        if card.id not in by:
            raise BadRecord(f"nothing is here from {card.name}")
    if len(said) != len(trustees):
        raise BadRecord("more is here than one from each trustee")
    return [by[card.id] for card in trustees]


@contextmanager
def _table(certs: Sequence[str] = (), polynomials: Sequence[str] = ()) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="ballot-box-") as name:
        folder = Path(name)
        for file, lines in ((_CERTS, certs), (_POLYNOMIALS, polynomials)):
            (folder / file).write_text("".join(line.strip() + "\n" for line in lines), encoding="ascii")
        yield folder


def certify(home: Home, seat: Seat) -> str:
    """Step 1: a trustee's private key, kept in their folder, and the certificate that the others need."""
    # The tool writes files only; this folder is inside the trustee's own, where the key is going to live anyway.
    with tempfile.TemporaryDirectory(prefix=".key-", dir=home.path) as name:
        belenios.threshold_certificate(Path(name), seat.place, seat.threshold, seat.of)
        (private,), (certificate,) = Path(name).glob("*.key"), Path(name).glob("*.cert")
        home.keep_part(Hidden(private.read_text(encoding="ascii").strip()))
        return certificate.read_text(encoding="ascii").strip()


def propose(home: Home, cards: Sequence[Card]) -> str:
    """Step 3: what this trustee tells each of the others, sealed to them, as one public text. Raises BadRecord where
    the cards are not of all who sit together."""
    certs = certs_of(cards)
    threshold = next(card.seat.threshold for card in cards if card.seat)
    with _table(certs) as folder:
        belenios.threshold_step(folder, 2, "--certs", _CERTS)
        options = ("--certs", _CERTS, "--threshold", str(threshold))
        said = belenios.threshold_step(folder, 3, *options, key=home.part())
    home.remember(_PROPOSED, certs=_ids(certs))
    return said


def distribute(certs: Sequence[str], polynomials: Sequence[str]) -> list[str]:
    """Step 4: for each trustee, in the order of the certificates, what the others told them."""
    with _table(certs, polynomials) as folder:
        belenios.threshold_step(folder, 4, "--certs", _CERTS, "--polynomials", _POLYNOMIALS)
        return [(folder / f"{one}.vinput").read_text(encoding="ascii").strip() for one in _ids(certs)]


def accept(home: Home, certs: Sequence[str], told: str) -> str:
    """Step 5: the trustee has checked what the others told; public, with their key for opening sealed to themselves."""
    with _table(certs) as folder:
        said = belenios.threshold_step(folder, 5, "--certs", _CERTS, key=home.part(), stdin=told + "\n")
    home.remember(_ACCEPTED, certs=_ids(certs), key=json.loads(said)["public_key"]["public_key"])
    return said


@dataclass(frozen=True)
class BallotKey:
    """`trustees`: Belenios' trustees.json. `opened_by`: by trustee, in order, what that one's private key opens."""

    trustees: str
    opened_by: tuple[str, ...]

    @property
    def threshold(self) -> int:
        return int(json.loads(self.trustees)[0][1]["threshold"])

    def file(self) -> str:
        return canonical({"kind": KEY_KIND, "opened_by": list(self.opened_by), "trustees": self.trustees})


def read_key(text: str) -> BallotKey:
    """Raises BadRecord."""
    what = "key for ballots"
    value = with_keys(signing.read_canonical(text, what), ("kind", "opened_by", "trustees"), what)
    opened_by = typed(value, "opened_by", list, what)
    if value["kind"] != KEY_KIND or not all(isinstance(one, str) and one.isascii() for one in opened_by):
        raise BadRecord(f"{what}: not of this kind")
    return BallotKey(typed(value, "trustees", str, what), tuple(opened_by))


def combine(certs: Sequence[str], polynomials: Sequence[str], accepted: Sequence[str]) -> BallotKey:
    """Step 6: the key under which ballots are sealed."""
    with _table(certs, polynomials) as folder:
        options = ("--certs", _CERTS, "--polynomials", _POLYNOMIALS)
        threshold = belenios.threshold_step(folder, 6, *options, stdin="".join(one + "\n" for one in accepted))
        opened_by = tuple((folder / f"{one}.dkey").read_text(encoding="ascii").strip() for one in _ids(certs))
        (folder / "threshold.json").write_text(threshold, encoding="ascii")
        (folder / "public_keys.jsons").write_text("", encoding="ascii")
        belenios.make_trustees(folder)
        return BallotKey((folder / "trustees.json").read_text(encoding="utf-8").rstrip("\n"), opened_by)


def _ids(certs: Sequence[str]) -> list[str]:
    """As the tool names the files of each: by the hash of what the certificate says."""
    return [hashlib.sha256(json.loads(one)["message"].encode()).hexdigest() for one in certs]


def sign_officials(home: Home, text: str) -> Signature:
    """This official's word for a whole record of officials. Raises BadRecord for a trustee whose key it is not."""
    if fault := not_ours(home, read_record(text)):
        raise BadRecord(f"officials: {fault}")
    return home.signer.sign(signing.OFFICIALS, text)


def not_ours(home: Home, found: Officials) -> str:
    """Why a trustee may not sign these officials, in plain words; "" if nothing speaks against it.

    Whoever carries the files could hold a round with each trustee alone, play the others, and know the whole key. It
    shows here: all trustees sign one record, and each compares its certificates with those that they spoke to.
    """
    places = [one.id for one in found.of(Office.TRUSTEE)]
    if home.id not in places:
        return ""
    try:
        (_, group), *_ = json.loads(found.trustees)
        certs = _ids([canonical(one) for one in group["certs"]])
    except (ValueError, TypeError, KeyError, AttributeError):
        return "the key for ballots cannot be read"
    ours = {"certs": certs, "key": trustee_keys_in(found.trustees)[places.index(home.id)]}
    if list(home.remembered(_PROPOSED))[-1:] != [{"what": _PROPOSED, "certs": ours["certs"]}]:
        return "the key for ballots is not of the trustees whose cards you were given"
    if list(home.remembered(_ACCEPTED))[-1:] != [{"what": _ACCEPTED, **ours}]:
        return "your part of the key for ballots is not the one that you accepted"
    return "" if _proved(found.trustees) else "the key for ballots is not made of what each trustee has signed"


def _proved(trustees: str) -> bool:
    """What belenios-tool says of the key's own proofs, by an election that nobody votes in: those whose certificates
    are right could still stand beside somebody else's polynomials."""
    question = Question(text="?", answers=("1", "2"), minimum=1, maximum=1, blank=False)
    try:
        with scratch_board(make_setup(new_uuid(), "-", [question], trustees, []), "[]") as folder:
            belenios.verify(folder)
    except belenios.ToolUnavailable:
        raise
    except belenios.ToolFailed:
        return False
    return True


def record_with(cards: Sequence[Card], key: BallotKey, municipality: str, term: str, previous: str = "") -> str:
    """The record of all officials, to be signed. Raises BadRecord where they may not be."""
    listed = [one for card in cards for one in card.officials() if one.role is not Office.TRUSTEE]
    holders = [Official(card.name, Office.TRUSTEE, card.key) for card in trustees_of(cards)]
    whole = [*sorted(listed, key=lambda one: (one.role is Office.OFFICER, one.name, one.id)), *holders]
    return record_of(municipality, term, key.threshold, key.trustees, whole, previous)


def signed_officials(text: str, signatures: Sequence[Signature]) -> Officials:
    """The record with those of the signatures that are under it, of them and of those before. Raises BadRecord if one
    of theirs is missing."""
    file = {"record": signing.read_canonical(text, "officials"), "signatures": [one.plain() for one in signatures]}
    return read_officials(canonical(file))


def join(home: Home, found: Officials, key: BallotKey | None) -> None:
    """Belong to them from now on. Raises BadRecord for who is none of them, and for a trustee without the key."""
    places = [one.id for one in found.of(Office.TRUSTEE)]
    if home.id not in {one.id for one in found.officials}:
        raise BadRecord("officials: you are none of them")
    if home.id in places:
        if key is None or key.trustees != found.trustees or len(key.opened_by) != len(places):
            raise BadRecord("officials: a trustee joins with the key that these trustees have made")
        home.keep_opened_by(key.opened_by[places.index(home.id)])
    home.keep_officials(found)


PASSPHRASE_FILE = "passphrase.txt"  # noqa: S105 (a name)
_PLAYED = {
    "registrar": (Office.REGISTRAR, "Υπεύθυνος μητρώου (πρόβα)"),
    "trustee-1": (Office.TRUSTEE, "Επίτροπος 1 (πρόβα)"),
    "trustee-2": (Office.TRUSTEE, "Επίτροπος 2 (πρόβα)"),
    "trustee-3": (Office.TRUSTEE, "Επίτροπος 3 (πρόβα)"),
    "officer-1": (Office.OFFICER, "Υπάλληλος 1 (πρόβα)"),
    "officer-2": (Office.OFFICER, "Υπάλληλος 2 (πρόβα)"),
}


def rehearse(folder: Path, municipality: str, term: str) -> Officials:
    """Plays all of them on one machine, two of three trustees: a folder for each below `folder`, with its passphrase
    beside its keys. For demos, tests and practice: whoever has the folder is everybody."""
    homes: dict[str, Home] = {}
    cards: dict[str, Card] = {}
    for name, (role, title) in _PLAYED.items():
        words = f"rehearsal of {name}"
        homes[name] = Home.make(folder / name, Passphrase.new(words), rounds=1)
        (folder / name / PASSPHRASE_FILE).write_text(words + "\n", encoding="utf-8")
        (folder / name / PASSPHRASE_FILE).chmod(0o600)
        seat = Seat(len(cards), LEAST_THRESHOLD, 3) if role is Office.TRUSTEE else None
        cards[name] = make_card(homes[name], title, [role], seat)
    everybody = list(cards.values())
    key = make_key({homes[name].id: homes[name] for name in homes}, everybody)
    text = record_with(everybody, key, municipality, term)
    found = signed_officials(text, [sign_officials(home, text) for home in homes.values()])
    for home in homes.values():
        join(home, found, key)
    (folder / OFFICIALS).write_text(found.file(), encoding="utf-8")
    return found


def make_card(home: Home, name: str, roles: Sequence[Office], seat: Seat | None = None) -> Card:
    """With new keys, or what a cut left of them, and kept there. Raises BadRecord for a trustee without a seat, and a
    seat without a trustee."""
    if (Office.TRUSTEE in roles) != (seat is not None):
        raise BadRecord("a trustee has a seat, and nobody else")
    cert, tool = (certify(home, seat), belenios.tool_version()) if seat else ("", "")
    card = Card(name, tuple(roles), signing.pem_of(home.signer.public), cert, seat, tool)
    home.keep_card(card.text())
    return card


def make_key(homes: Mapping[str, Home], cards: Sequence[Card]) -> BallotKey:
    """All steps by one hand, in a rehearsal. `homes`: by key id."""
    certs, holders = certs_of(cards), [homes[card.id] for card in trustees_of(cards)]
    polynomials = [propose(home, cards) for home in holders]
    told = distribute(certs, polynomials)
    return combine(certs, polynomials, [accept(home, certs, one) for home, one in zip(holders, told, strict=True)])
