"""What the office itself calls its codes: booths, cards, the roll, what came in, why something was not done.

A matter's own words lie with it (`central.staff.words.Words`).
"""

from __future__ import annotations

from collections.abc import Mapping

from central.staff.words.record import ACT
from central.staff.words.vocabulary import Chip, Words
from municipality.register import REFUSALS


def _(message: str) -> str:
    return message


CHIPS: Mapping[str, Chip] = {
    "active": Chip("good", "circle-check"),
    "invited": Chip("calm", "mail"),
    "suspended": Chip("watch", "player-pause"),
    "revoked": Chip("bad", "ban"),
    "quarantined": Chip("bad", "shield-x"),
    "silent": Chip("watch", "wifi-off"),
    "accepted": Chip("good", "circle-check"),
    "rejected": Chip("bad", "circle-x"),
    "conflict": Chip("bad", "alert-triangle"),
    "blocked": Chip("bad", "ban"),
    "ordered": Chip("calm", "clock"),
    "personalised": Chip("calm", "clock"),
    "handed_over": Chip("good", "circle-check"),
    "replaced": Chip("watch", "ban"),
    "expired": Chip("watch", "clock"),
    "disabled": Chip("watch", "ban"),
    "previewed": Chip("watch", "eye"),
    "applied": Chip("good", "check"),
    "discarded": Chip("calm", "circle-x"),
    "ready": Chip("good", "printer"),
    "low": Chip("watch", "printer"),
    "empty": Chip("bad", "printer"),
    "fault": Chip("bad", "printer"),
    "unknown": Chip("calm", "help-circle"),
}

BOOTH = {
    "invited": _("Invited"),
    "active": _("In service"),
    "suspended": _("Suspended"),
    "revoked": _("Withdrawn"),
    "quarantined": _("In quarantine"),
    "silent": _("Not heard of"),
}
TROUBLE = {
    "silent": _("not heard of for more than a day"),
    "paper-low": _("paper is running low"),
    "paper-empty": _("no paper"),
    "paper-fault": _("the printer does not work"),
    "clock": _("the clock is wrong"),
    "disk": _("the disk is nearly full"),
    "refused": _("acts were refused or set aside"),
    "services-off": _("services are switched off"),
    "alarms": _("the booth reports faults"),
    "certificate": _("its certificate ends soon"),
    "warnings": _("somebody must look at it"),
}
WARNING = {
    "old-key": _("Somebody signed with a key that this booth gave up. Two may hold its identity."),
    "token-used-twice": _("Its invitation was used by two."),
    "chain-forked": _("Its acts follow two different lines. Two may hold its identity."),
    "old-token": _("Somebody tried an invitation that has ended."),
    "token-of-another-booth": _("Somebody tried the invitation of another booth."),
    "rejected-later": _("acts were refused or set aside"),
    "barred-key": _("Somebody still signs with a key that was barred."),
    "too-much-refused": _("So much of it was refused today that no more is taken. Look at what is set aside."),
    "quarantine-full": _("No more of what it sends fits into its quarantine. Decide what becomes of it."),
    "booth-ahead": _(
        "This booth knows more than our database: an old copy may have been put back. Ask whoever runs the server."
    ),
    "card-unreadable": _(
        "What is kept of this card or its holder cannot be read: its dossier or its block waits. Have the rows mended."
    ),
    "card-key-doubled": _(
        "A key of this card is in a second place, too: another card could act as this one. Block and replace it now."
    ),
    "section-too-large": _(
        "A service has more to tell than fits into its part of a card's news: that part stays empty. Have it mended."
    ),
    "card-unsealable": _("Nothing can be sealed to this card's key, so it opens nothing at a booth. Replace it."),
}
PAPER = {
    "ready": _("Paper is there"),
    "low": _("Running low"),
    "empty": _("No paper"),
    "unknown": _("Not known"),
    "fault": _("Printer fault"),
}
OUTCOME = {"accepted": _("Taken in"), "rejected": _("Refused"), "conflict": _("Two forms")}
KIND = {"": _("Not known")}
REASON = {
    **REFUSALS,
    "unknown-kind": _("A kind of act that is not known here"),
    "unknown-version": _("A version that is not known here"),
}
CARD = {
    "ordered": _("Ordered"),
    "personalised": _("Made, not handed over"),
    "handed_over": _("Handed over, not used yet"),
    "active": _("In force"),
    "blocked": _("Blocked"),
    "replaced": _("Replaced by another card"),
    "expired": _("Expired"),
}
ROLL = {"previewed": _("Waits for a decision"), "applied": _("Applied"), "discarded": _("Set aside")}
CHANGE = {
    "new": _("New"),
    "changed": _("Changed"),
    "moved": _("Moved house"),
    "left": _("Left"),
    "deceased": _("Deceased"),
    "merged": _("Two entries made one"),
    "unmerged": _("Two entries again"),
    "unchanged": _("Unchanged"),
}
WEIGHT = {
    "cards": _("Cards that will be blocked"),
    "gone": _("Persons who leave the roll"),
    "renumbered": _("Persons under another number"),
    "replaced": _("Numbers that become another person's"),
    "emptied": _("Persons who lose this"),
    "changed": _("Persons for whom this changes"),
    "new": _("New persons"),
}
STEP = {
    "suspend": _("Suspend"),
    "resume": _("Take back into service"),
    "stolen": _("Report as stolen"),
    "revoke": _("Withdraw for good"),
}
ROLE = {
    "registrar": _("Registrar"),
    "consultation_officer": _("Consultation officer"),
    "technician": _("Technician"),
    "auditor": _("Auditor"),
    "": _("Needs no role"),
    "system": _("By itself"),
}
DONE = {
    "out": _("You have signed out."),
    "password": _("Your password is changed. Your other sessions have ended."),
    "language": _("Your language is kept."),
    "proposed": _("Proposed. Another person with the same role now confirms it."),
    "confirmed": _("Confirmed and done."),
    "withdrawn": _("Taken back."),
    "blocked": _("The card is blocked. Booths learn of it when they next ask."),
    "remark": _("Your note is kept."),
    "taken-in": _("Judged again: it is taken in now."),
    "suspended": _("The booth is suspended."),
    "resumed": _("The booth is in service again."),
    "revoked": _("The booth is withdrawn for good."),
    "stolen": _("The booth is reported stolen. If it comes back, it goes into quarantine."),
    "seen": _("The warning is marked as seen."),
    "previewed": _("Checked. Another registrar can now apply it."),
    "roll-confirmed": _("Your count is kept. Another registrar now types it too, and applies the import."),
    "quarantine-proposed": _("Proposed. Now a person in the other role confirms it."),
    "quarantine-released": _("Released: each act was judged as if it came today."),
    "quarantine-discarded": _("Discarded. The bytes stay as evidence."),
    "applied": _("The import is applied. Booths get the changes when they next ask."),
    "discarded": _("The import is set aside. Nothing was changed."),
}
REFUSED = {
    "proposed-already": _("Somebody has proposed this already."),
    "not-open-any-more": _("This is decided already."),
    "another-person": _("This needs another person than the one who proposed it."),
    "proposer-gone": _("The person who proposed this no longer has the role. Take it back and propose it anew."),
    "not-now": _("This step is not possible now. Nothing was changed."),
    "no-such-card": _("There is no such card."),
    "blocked-already": _("This card is blocked already."),
    "nothing-written": _("Nothing was written."),
    "no-such-booth": _("There is no such booth."),
    "no-such-letter": _("There is no such letter."),
    "still-refused": _("Judged again: the reason still stands."),
    "unknown-booth": _("There is no such booth."),
    "not-your-role": _("This is for another role."),
    "two-hold-it": _("Two may hold this booth's identity. Look at the booth first, then accept its key."),
    "invited": _("The booth is not enrolled yet."),
    "active": _("The booth is in service."),
    "suspended": _("The booth is suspended."),
    "revoked": _("The booth is withdrawn for good."),
    "quarantined": _("The booth is in quarantine."),
    "unknown-key": _("No key of this booth begins like that."),
    "booth-exists": _("There is a booth of this name already."),
    "prefix-taken": _("Another booth has this prefix."),
    "nothing-there": _("Nothing waits in quarantine."),
    "same-person": _("This needs another person than the one who proposed it."),
    "same-role": _("This needs a person in the other role."),
    "other-decision": _("The first person proposed the opposite. Nothing was done, and both may propose anew."),
    "unknown-import": _("There is no such import."),
    "decided-already": _("This is decided already."),
    "a-second-officer-must-decide": _("Another registrar than the one who brought the file applies it."),
    "the-roll-has-changed-since": _("The roll has changed since this check. Check the file again."),
    "the-cards-have-changed-since": _("As many cards as you confirmed would not be blocked now. Check the file again."),
    "first-person-has-not-confirmed": _("Who brought the file has to type the count first."),
    "only-who-brought-it-confirms": _("Only who brought the file confirms its count here."),
    "another-count": _("That is not the count. Nothing was changed. Look at the file once more."),
    "nothing-to-confirm": _("There is no count to confirm."),
    "no-file": _("No file was chosen."),
    "form": _("This form was too old, or came from elsewhere. Go back, load the page again and repeat."),
    "too-large": _("That was too large."),
    "bad-input": _("Something in the form is not as it should be. Check it, please."),
}

OFFICE = Words(
    said={
        "booth": BOOTH,
        "trouble": TROUBLE,
        "paper": PAPER,
        "outcome": OUTCOME,
        "kind": KIND,
        "reason": REASON,
        "card": CARD,
        "roll": ROLL,
        "role": ROLE,
        "warning": WARNING,
        "change": CHANGE,
        "weight": WEIGHT,
        "step": STEP,
        "act": ACT,
        "done": DONE,
        "refused": REFUSED,
    },
    chips=CHIPS,
)
