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
    "election.deposits": _("What auditors had deposited taken in"),
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
    "referendum.begin": _("Draft on a referendum begun"),
    "referendum.save": _("Draft on a referendum changed"),
    "referendum.discard": _("Draft on a referendum set aside"),
    "referendum.publish": _("Tell booths and site of a referendum"),
    "referendum.publish.propose": _("Telling of a referendum proposed"),
    "referendum.publish.confirm": _("Telling of a referendum confirmed"),
    "referendum.publish.failed": _("Telling of a referendum failed"),
    "referendum.publish.withdraw": _("Proposal to tell of a referendum taken back"),
    "referendum.recall": _("Take back what is told of a referendum"),
    "referendum.recall.propose": _("Taking back a referendum's information proposed"),
    "referendum.recall.confirm": _("Taking back a referendum's information confirmed"),
    "referendum.recall.failed": _("Taking back a referendum's information failed"),
    "referendum.recall.withdraw": _("Proposal to take back a referendum's information given up"),
}
_DONE = {
    "board": _("The public board now holds what was waiting."),
    "draft-saved": _("Kept."),
    "draft-picture": _("The picture is kept. Look at it below: it is as booths will show it."),
    "draft-discarded": _("The draft is set aside."),
    "draft-removed": _("Taken out."),
    "draft-registered": _("The registrar's folder answers the roll, card for card. Now the officials sign."),
    "draft-signed": _("The signature is kept."),
    "draft-rehearsed": _("The rehearsal's officials have answered."),
    "draft-announced": _("Announced. Booths learn of it when they next ask, and open and close it by themselves."),
    "vote-declared": _("The declaration of the two officers is kept."),
    "vote-share": _("The trustee's share is kept."),
    "vote-counted": _("The share is kept: there are enough of them, and the vote is counted."),
    "vote-deposits": _("These are the choices that the set-up commits to. They are kept."),
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
    "no-deposits": _("These are not the choices that this vote's auditors had deposited, or it is too late for them."),
    "no-signature": _("This is no signature file of an official's tool."),
    "not-their-signature": _("This is not a signature of one of this town's officials under this record."),
    "not-signed-yet": _("Not enough officials have signed yet."),
    "other-officials": _("The town's officials have changed. Set this draft aside and make a new one."),
    "no-such-vote": _("There is no such vote."),
    "no-such-referendum": _("There is no such referendum."),
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
_PICTURES = {
    "picture-no-file": _("Choose a picture first."),
    "picture-of-no-answer": _("This question has no such answer any more. Choose one of those that it has."),
    "picture-without-words": _(
        "Say in Greek and in English what the picture shows: whoever does not see it votes by that."
    ),
    "picture-words-too-long": _("What the picture shows is said in 250 letters at most, in each language."),
    "picture-words-hidden": _("What the picture shows is one line, with no letters that nobody sees. Type it again."),
    "pictures-too-heavy": _("All pictures of a vote together have 256 KB at most. Take one out, or make some simpler."),
    "picture-too-large": _("The drawing is larger than 64 KB. Save it as a plain, simplified SVG."),
    "picture-too-many": _("The drawing has more than 1,000 parts. Save it as a plain, simplified SVG."),
    "picture-too-deep": _(
        "The parts of the drawing lie too deep in one another. Dissolve its groups and save it again."
    ),
    "picture-long-value": _("An outline of the drawing is too long. Simplify its paths, or divide them."),
    "picture-not-xml": _("This is no whole SVG file in UTF-8, nor a PNG or JPEG."),
    "picture-not-svg": _("This is no SVG drawing, nor a PNG or JPEG."),
    "picture-doctype": _("The drawing declares a DOCTYPE or entities. Save it as a plain SVG, without them."),
    "picture-instruction": _("The drawing carries an instruction to programs. Save it as a plain SVG."),
    "picture-script": _(
        "The drawing carries a script, or moves or reacts to something. A picture of a vote only draws."
    ),
    "picture-style-sheet": _(
        "The drawing carries a style sheet. Save it with “presentation attributes” instead of CSS."
    ),
    "picture-outside": _("The drawing has another file in it, or fetches one. All that it shows must be drawn in it."),
    "picture-unknown-part": _(
        "The drawing has something that is no plain outline ({what}). Turn it into outlines and save it again."
    ),
    "picture-reference": _("A reference in the drawing leads nowhere, to another reference, or to two places."),
    "picture-numbers": _("A number in the drawing is no number, or far too large."),
    "picture-colour": _("Programs read a colour of the drawing in two ways ({what}). Write it as #rrggbb."),
    "picture-no-view-box": _("The drawing does not say how large it was drawn: its viewBox is missing or empty."),
    "picture-too-long": _("The picture is more than three times as long as it is wide, or the other way round."),
    "picture-broken": _("This PNG or JPEG cannot be read. Save it again and try once more."),
    "picture-too-many-points": _("The picture has more than 24 million points. Save it smaller."),
    "picture-too-heavy": _(
        "Even at the size of a booth this picture is too heavy. Use a drawing (SVG), or a plainer picture."
    ),
}
_FAULTS = {
    "picture-of-no-answer": _(
        "A picture belongs to an answer that is gone. Take it out, and give it to the answer that it shows."
    ),
    "pictures-too-heavy": _(
        "All pictures of a vote together have {most} KB at most. Take one out, or make some simpler."
    ),
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
    "answers-on-paper": _("Below each question write 2 to {most} answers. One has {has}."),
    "no-ada": _("This is no ΑΔΑ: letters and digits, a hyphen, and three more, such as ΨΛ4ΠΩ6Μ-7ΤΡ."),
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
    "questions_el": _("Questions, Greek"),
    "questions_en": _("Questions, English"),
    "day": _("Day"),
    "opens_hour": _("The ballot boxes open"),
    "closes_hour": _("The ballot boxes close"),
    "conditions_el": _("Who votes and when it holds, Greek"),
    "conditions_en": _("Who votes and when it holds, English"),
    "held_el": _("How one votes, Greek"),
    "held_en": _("How one votes, English"),
    "results_el": _("Where the result is announced, Greek"),
    "results_en": _("Where the result is announced, English"),
    "ada": _("ΑΔΑ of the proclamation"),
    "rows_el": _("Rows, Greek"),
    "rows_en": _("Rows, English"),
    "pictures": _("Pictures"),
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
        "picture": _PICTURES,
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
        "referendum": {
            "draft": _("Being written"),
            "proposed": _("Waits for a second person"),
            "published": _("Told at booths and on the site"),
            "recalled": _("Taken back"),
            "over": _("It was held"),
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
        "recalled": Chip("watch", "circle-x"),
        "over": Chip("calm", "check"),
    },
)
