"""The record of processing activities (GDPR art. 30), made from the kinds of message and the periods of retention.

docs/retention.md is `kiosk-central processing`, word for word; a kind that nobody has described here stops it.
"""

from dataclasses import dataclass

from municipality import messages
from municipality.messages import Message
from municipality.retention import RULES, Rule, Thing


@dataclass(frozen=True)
class Carried:
    """What one kind of message carries: whose data, who gets them, and which rules of retention apply."""

    of_whom: str
    recipients: str
    things: tuple[Thing, ...]


_NOBODY = "nobody: public matter"
_CENTRE_ONLY = "the centre alone; sealed to its key on the way"

CARRIED: dict[str, Carried] = {
    "Settings": Carried(_NOBODY, "every booth", ()),
    "Revocations": Carried(
        "holders of revoked cards, by serial number of the certificate", "every booth", (Thing.CARDS,)
    ),
    "Election": Carried(
        "nobody: public matter; where a card was left out of the vote, its number",
        "every booth, the public",
        (Thing.BALLOTS,),
    ),
    "Credentials": Carried(
        "electors, as numbers that nobody can link to them but the holder of the card",
        "every booth, the public",
        (Thing.VOTING_SLIPS,),
    ),
    "Dossier": Carried(
        "residents and their families: identity, numbers, address, family record, capacities",
        "every booth, sealed to the resident's card: readable only with card and PIN",
        (Thing.DOSSIERS, Thing.BOOTH_DOSSIERS),
    ),
    "Slip": Carried("electors: their voting credential", "every booth, sealed to the card", (Thing.VOTING_SLIPS,)),
    "BallotAct": Carried(
        "voters: encrypted ballot, the card's certificate and signature",
        _CENTRE_ONLY,
        (Thing.OUTBOX, Thing.VOTE_LINKS, Thing.BALLOTS),
    ),
    "CertificateAct": Carried(
        "residents: card number, which certificate, when and where",
        _CENTRE_ONLY,
        (Thing.OUTBOX, Thing.ENVELOPES, Thing.CERTIFICATES),
    ),
    "BoothStatus": Carried("nobody: counts and conditions of a booth", _CENTRE_ONLY, (Thing.METRICS,)),
    "BlockCodes": Carried("holders of cards: card number, slow hash of its block code", "every booth", (Thing.CARDS,)),
    "CardBlockAct": Carried(
        "holders of lost cards: card number, when and where it was reported",
        _CENTRE_ONLY,
        (Thing.OUTBOX, Thing.ENVELOPES, Thing.CARDS),
    ),
    "Technicians": Carried("technicians: number of their card, what they may do", "every booth", (Thing.CARDS,)),
    "TechnicianAct": Carried(
        "technicians: number of their card, what they did", _CENTRE_ONLY, (Thing.OUTBOX, Thing.AUDIT)
    ),
}

_HEAD = """# What is kept, how long, and the record of processing

Made by `kiosk-central processing` from the kinds of message (`municipality/messages.py`) and the periods
(`municipality/retention.py`); a test compares. To change a period, change it there. `kiosk-central purge` obeys them,
500 rows in a transaction, and may be killed and run again at any time; a timer is to run it every night.

**Controller**: the municipality. **Legal bases**: GDPR art. 6 (1)(e) with ν. 3463/2006 and ν. 3852/2010 (service of
residents, consultation), art. 6 (1)(c) with ν. 4483/2017 art. 118 (the roll), art. 32 (security). The periods are
proposals where no law names one: the data protection officer confirms them. Nothing is sent to a third country;
no processor but whoever hosts the centre. **Security measures**: docs/threats.md.
"""

_STAYING = """
## After a purge

- An envelope that comes again is known by its id and digest, and is answered `duplicate`: digests stay.
- An envelope under a known id with other bytes is still a conflict.
- A ballot's link to a card is in two places: the table of links, and the body of its envelope. Both go in the same
  transaction, 30 days after the result was published; the record of acts says how many. Backups older than that must go
  too: a backup keeps links for as long as it is kept itself, so keep none longer than the links.
- A certificate's code can still be verified: number, digest and fate stay, the card's number goes.
- The record of the staff's acts is chained and stays whole. It holds no resident's name or number but ids of cards.

## A person's own copy

`kiosk-central person export --card NUMBER --out FILE` (art. 15 and 20) writes what is held on the holder of a card as
JSON, and a page to read in Greek beside it, both readable by their owner only. It says how many ballots came from the
person's cards while that is still known. It never says which ciphertext is theirs: nobody could learn a choice from it,
but whoever presses a voter could ask for the paper and watch the board. Voters have the tracker from the booth.

The export is itself written down as an act of the staff. What the staff did is in it by time, role and act, not by who.
"""


def record() -> str:
    """The page, in Markdown. ValueError names a kind of message that has no description here."""
    lines = [_HEAD, "## Periods at the centre", "", *_periods([rule for rule in RULES if not rule.at_the_booth])]
    lines += ["", "## Periods at a booth", "", *_periods([rule for rule in RULES if rule.at_the_booth]), _STAYING]
    lines += ["## Kinds of message", ""]
    lines += ["| kind | fields | whose data | who gets them | kept as |", "|---|---|---|---|---|"]
    for name, fields in sorted(kinds().items()):
        if name not in CARRIED:
            raise ValueError(f"{name} is not described in municipality/processing.py")
        carried = CARRIED[name]
        things = ", ".join(thing.value for thing in carried.things) or "-"
        lines.append(f"| {name} | {', '.join(fields)} | {carried.of_whom} | {carried.recipients} | {things} |")
    return "\n".join(lines) + "\n"


def kinds() -> dict[str, tuple[str, ...]]:
    """Every kind of message that travels, with its fields."""
    found: dict[str, tuple[str, ...]] = {}
    for value in vars(messages).values():
        if isinstance(value, type) and issubclass(value, Message) and value is not Message:
            found[value.__name__] = tuple(name for name in value.model_fields if name not in ("kind", "version"))
    return found


def _periods(rules: list[Rule]) -> list[str]:
    lines = ["| thing | what | what for | by what law | days | counted from | stays |", "|---|---|---|---|---|---|---|"]
    for rule in rules:
        days = "-" if rule.days is None else str(rule.days)
        cells = (rule.what, rule.purpose, rule.counted_from, rule.stays)
        what, purpose, since, stays = (f"{words.el} / {words.en}" for words in cells)
        lines.append(f"| {rule.thing.value} | {what} | {purpose} | {rule.ground} | {days} | {since} | {stays} |")
    return lines
