"""What the console calls whatever of votes is said in it: states, steps, deeds, what is missing, what was refused."""

from __future__ import annotations

from central.matters.votes.words import STATES
from central.staff.words import Chip, Words


def _(message: str) -> str:
    return message


_ACTS = {
    "election.open": _("Vote drawn up"),
    "election.board": _("Board grown"),
    "election.close": _("Close the vote"),
    "election.close.propose": _("Closing of the vote proposed"),
    "election.close.confirm": _("Closing of the vote confirmed"),
    "election.close.failed": _("Closing of the vote failed"),
    "election.close.withdraw": _("Closing of the vote taken back"),
    "election.tally": _("Count the vote"),
    "election.tally.propose": _("Count proposed"),
    "election.tally.confirm": _("Count confirmed"),
    "election.tally.failed": _("Count failed"),
    "election.tally.withdraw": _("Count taken back"),
    "election.publish": _("Publish the result"),
    "election.publish.propose": _("Publication proposed"),
    "election.publish.confirm": _("Publication confirmed"),
    "election.publish.failed": _("Publication failed"),
    "election.publish.withdraw": _("Publication taken back"),
    "election.package": _("Vote handed to its trustees"),
    "election.share": _("A trustee's share taken in"),
    "election.end": _("A trustee's word for the end taken in"),
    "election.declare": _("Two officers' declaration taken in"),
    "election.declaration": _("Declaration about what is missing of a vote written"),
    "election.play": _("Vote of an invented town played through"),
    "election.extension": _("Extension of a vote written"),
    "election.extend": _("Signature of a vote's extension taken in"),
    "officials.adopt": _("Officials of votes adopted"),
    "vote.links_destroyed": _("Links between cards and ballots destroyed"),
    "draft.begin": _("Draft of a vote begun"),
    "draft.save": _("Draft of a vote changed"),
    "draft.discard": _("Draft of a vote set aside"),
    "draft.approve": _("Approve the draft and freeze the roll"),
    "draft.approve.propose": _("Draft of a vote put to a second person"),
    "draft.approve.confirm": _("Draft of a vote approved, roll frozen"),
    "draft.approve.failed": _("Approval of a vote's draft failed"),
    "draft.approve.withdraw": _("Draft of a vote taken back"),
    "draft.roll": _("Roll of a vote taken for the registrar"),
    "draft.registered": _("Registrar's folder of a vote taken in"),
    "draft.sign": _("Official's signature of a vote taken in"),
}
_DONE = {
    "board": _("The public board now holds what was waiting."),
    "draft-saved": _("Kept."),
    "draft-discarded": _("The draft is set aside."),
    "draft-removed": _("Taken out."),
    "draft-registered": _("The registrar's folder answers the roll, card for card. Now the officials sign."),
    "draft-signed": _("The signature is kept."),
    "draft-rehearsed": _("The rehearsal's officials have answered."),
    "draft-announced": _("Announced. Booths learn of it when they next ask, and open and close it by themselves."),
    "vote-declared": _("The declaration of the two officers is kept."),
    "vote-share": _("The trustee's share is kept."),
    "vote-counted": _("The share is kept: there are enough of them, and the vote is counted."),
    "vote-end": _("The trustee's signature of the end is kept."),
    "vote-extension": _("The extension is written. It holds when the officials have signed it."),
    "vote-extension-signed": _("The signature is kept. More are needed."),
    "vote-extended": _("The vote is extended. Booths learn of it when they next ask."),
}
_REFUSED = {
    "tool-failed": _("The counting tool did not answer. Nothing was changed. Try again later."),
    "draft-decided": _("This draft is no longer at this step. Look at its page again."),
    "draft-proposed": _("A second person is being asked about this draft. Take it back first, then change it."),
    "draft-changed": _("Somebody has changed this draft since you opened its page. Look at it again."),
    "draft-faults": _("Something is missing in this draft. Its page says what."),
    "draft-full": _("There are as many of these as there may be."),
    "draft-too-late": _("The vote would be over already. Set this draft aside and make a new one."),
    "registrar-folder": _(
        "This is not the registrar's folder as a zip: slips.json, public_credentials.json and roll_digest.json."
    ),
    "registrar-other-vote": _("This folder belongs to another vote."),
    "registrar-other-roll": _("This folder does not answer the roll that was asked for, card for card."),
    "registrar-not-sound": _("No vote can be made of this folder. Ask the registrar to look at it."),
    "no-signature": _("This is no signature file of an official's tool."),
    "not-their-signature": _("This is not a signature of one of this town's officials under this record."),
    "not-signed-yet": _("Not enough officials have signed yet."),
    "other-officials": _("The town's officials have changed. Set this draft aside and make a new one."),
    "no-such-vote": _("There is no such vote."),
    "no-reason": _("Write a reason first: it is published."),
    "no-declaration": _("This is not a declaration about this vote with the signatures of two officers."),
    "no-verdict": _(
        "Say of each ballot that waits whether it counts, and why. If you did, another one has come: "
        "load the page again."
    ),
    "too-many-verdicts": _("More ballots wait than this page can hold. Write the declaration by the command line."),
    "still-to-come": _("Something may still come from the booths. Wait until the hour that the page says."),
    "no-share": _("This is no share of a trustee of this vote."),
    "no-end": _("This is not the end of this vote as it stands, signed by one of its trustees."),
    "not-later": _("Give a day and hour after the present end."),
    "vote-not-open": _("This vote is not open."),
}
_FAULTS = {
    "missing": _("Fill this in."),
    "too-long": _("At most {most} letters fit here. Now there are {has}."),
    "hidden-letters": _("There are letters here that nobody sees. Type it again instead of pasting it."),
    "no-question": _("Add at least one question."),
    "no-moment": _("Give a day and an hour."),
    "hour-twice": _("In this night the clocks go back and this hour comes twice. Choose another hour."),
    "hour-never": _("In this night the clocks go forward and this hour does not come. Choose another hour."),
    "opens-in-the-past": _("Choose an opening that is still to come."),
    "closes-before-it-opens": _("Choose an end after the opening."),
    "floor-too-low": _("At least {most}: fewer ballots would tell who chose what."),
    "too-few-electors": _("Only {has} could vote today, and with fewer than {most} ballots the vote is never opened."),
    "grace-hours": _("Give 0 to {most} hours."),
    "percent": _("Give 1 to 100, or nothing."),
    "answers": _("Write 2 to {most} answers, each on its own line."),
    "other-lines": _("There are {most} lines in Greek and {has} in English. Write as many in both."),
    "other-paragraphs": _("There are {most} paragraphs in Greek and {has} in English. Write as many in both."),
    "notes-in-one-language": _("An explanation after a bar stands in one language only. Write it in both."),
    "same-answer-twice": _("The same answer stands there twice."),
    "minimum": _("Give a number from 1 upwards."),
    "maximum": _("Give at least 2 and not fewer than the least, and no more than there are answers."),
    "too-many": _("At most {most}. Now there are {has}."),
    "row-without-value": _("Write what it costs after a bar, on every line."),
    "whole-too-long": _("The whole vote may have {most} letters. Now it has {has}: shorten the proposal."),
    "empty-section": _("Write a paragraph or a row, or take the section out."),
}
_FIELDS = {
    "title_el": _("Title, Greek"),
    "title_en": _("Title, English"),
    "introduction_el": _("Introduction, Greek"),
    "introduction_en": _("Introduction, English"),
    "audience": _("Who votes"),
    "opens_day": _("Opening"),
    "closes_day": _("End"),
    "floor": _("Fewest ballots"),
    "grace_hours": _("Hours for late letters"),
    "quorum_percent": _("Quorum"),
    "kind": _("Kind"),
    "text_el": _("Question, Greek"),
    "text_en": _("Question, English"),
    "note_el": _("Hint, Greek"),
    "note_en": _("Hint, English"),
    "answers_el": _("Answers, Greek"),
    "answers_en": _("Answers, English"),
    "minimum": _("At least"),
    "maximum": _("At most"),
    "heading_el": _("Heading, Greek"),
    "heading_en": _("Heading, English"),
    "paragraphs_el": _("Paragraphs, Greek"),
    "paragraphs_en": _("Paragraphs, English"),
    "rows_el": _("Rows, Greek"),
    "rows_en": _("Rows, English"),
}

WORDS = Words(
    said={
        "vote": STATES,
        "step": {
            "close": _("Propose to close the vote"),
            "tally": _("Propose to count"),
            "publish": _("Propose to publish the result"),
        },
        "act": _ACTS,
        "done": _DONE,
        "refused": _REFUSED,
        "warning": {
            "credential-of-another-card": _(
                "Two cards have voted with one credential. The vote that came first counts. Ask the registrar of the"
                " vote how that can be."
            ),
            "two-statements": _(
                "It has made two different closing statements of one vote. Two may hold its identity: it is suspended."
            ),
        },
        "draft": {
            "draft": _("Being written"),
            "proposed": _("Waits for a second person"),
            "approved": _("Waits for the registrar"),
            "signing": _("Waits for signatures"),
            "announced": _("Announced"),
            "discarded": _("Given up"),
        },
        "fault": _FAULTS,
        "field": _FIELDS,
        "audience": {
            "resident": _("Residents"),
            "elector": _("Electors"),
            "staff": _("Staff of the municipality"),
            "administration": _("Administration"),
        },
        "question": {
            "yes-no": _("Yes, no or blank"),
            "one": _("One answer of several"),
            "several": _("Several answers"),
        },
        "office": {"registrar": _("Registrar of votes"), "trustee": _("Trustee")},
    },
    chips={
        "draft": Chip("calm", "clock"),
        "open": Chip("good", "circle-check"),
        "closed": Chip("calm", "lock"),
        "tallied": Chip("calm", "calendar"),
        "published": Chip("good", "check"),
        "not_opened": Chip("watch", "lock"),
        "proposed": Chip("watch", "users"),
        "approved": Chip("calm", "users"),
        "signing": Chip("calm", "pencil"),
        "announced": Chip("good", "check"),
    },
)
