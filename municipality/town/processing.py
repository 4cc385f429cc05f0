"""The record of processing activities (GDPR art. 30), made from the kinds of message and the periods of retention.

docs/retention.md is `kiosk-central processing`, word for word.
"""

from municipality.messages import BoothStatus, Message
from municipality.register import ACTS, CARRIED, ITEMS, RULES, SECTIONS
from municipality.retention import Rule

_HEAD = """# What is kept, how long, and the record of processing

Made by `kiosk-central processing` from what every matter says of its messages and of what it keeps
(`municipality/matters/`, `municipality/retention.py`); a test compares. To change a period, change it there.
`kiosk-central purge` obeys them, 500 rows in a transaction, and may be killed and run again at any time; a timer is to
run it every night.

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
    """The page, in Markdown."""
    lines = [_HEAD, "## Periods at the centre", "", *_periods([rule for rule in RULES if not rule.at_the_booth])]
    lines += ["", "## Periods at a booth", "", *_periods([rule for rule in RULES if rule.at_the_booth]), _STAYING]
    lines += ["## Kinds of message", ""]
    lines += ["| kind | fields | whose data | who gets them | kept as |", "|---|---|---|---|---|"]
    for name, fields in sorted(kinds().items()):
        carried = CARRIED[name]
        things = ", ".join(thing.value for thing in carried.things) or "-"
        lines.append(f"| {name} | {', '.join(fields)} | {carried.of_whom} | {carried.recipients} | {things} |")
    return "\n".join(lines) + "\n"


def kinds() -> dict[str, tuple[str, ...]]:
    """Every kind of message that travels, with its fields."""
    forms: list[type[Message]] = [
        BoothStatus,
        *(one.form for one in ITEMS.values()),
        *(act.form for _, act in ACTS.values()),
        *(section.form for section in SECTIONS),
    ]
    return {
        form.__name__: tuple(name for name in form.model_fields if name not in ("kind", "version")) for form in forms
    }


def _periods(rules: list[Rule]) -> list[str]:
    lines = ["| thing | what | what for | by what law | days | counted from | stays |", "|---|---|---|---|---|---|---|"]
    for rule in rules:
        days = "-" if rule.days is None else str(rule.days)
        cells = (rule.what, rule.purpose, rule.counted_from, rule.stays)
        what, purpose, since, stays = (f"{words.el} / {words.en}" for words in cells)
        lines.append(f"| {rule.thing.value} | {what} | {purpose} | {rule.ground} | {days} | {since} | {stays} |")
    return lines
