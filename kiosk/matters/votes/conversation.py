"""A vote, from the first question to the tracker. What was marked is on its tape, and only there: it goes with the
visit.
"""

from kiosk.desk.blocks import Answer, Code, Notice, Paragraph, Picture, Text, Told
from kiosk.desk.conversation import Acting, Conversation, ask, commit, stages
from kiosk.desk.matter import Doing
from kiosk.desk.pages import Choice, Done, Option, Problem, Read, Review, Step
from kiosk.desk.work import Lane
from kiosk.identity.signing_in import PinTooOld
from kiosk.kernel.activity import Activity
from kiosk.matters.votes import service
from municipality.matters.votes.failures import VoteCode
from municipality.matters.votes.messages import Election, Pictured, Question, Row
from municipality.matters.votes.rules import Marks
from municipality.messages import Words


def _(message: str) -> str:
    return message


def cast(doing: Doing, election: Election, marks: tuple[Marks, ...]) -> service.Cast | service.NotCast | PinTooOld:
    """The work of «confirm»: sealed, checked, signed, stored."""
    return service.cast(doing.booth, doing.session, election, marks, doing.tell)


CAST = Acting(
    cast,
    Lane.CARD,
    # What the resident sees go by between «confirm» and the tracker.
    (Activity.SEALING, Activity.CHECKING, Activity.SIGNING, Activity.STORING),
    outcomes=(service.Cast, service.NotCast),
    not_begun=VoteCode.VOTE_NOT_CAST,
    not_sure=VoteCode.VOTE_NOT_SURE,
)


def vote(election: Election, public_url: str) -> Conversation:
    """`public_url`: of the site, where anybody checks a tracker."""
    questions = election.questions
    *steps, at_review, at_end = stages(len(questions) + 2)
    marks: tuple[Marks, ...] = ()
    for place, (question, step) in enumerate(zip(questions, steps, strict=True)):
        picked = yield from ask(question_page(election, place, question, step))
        marks += (Marks(picked.options, picked.none),)
    yield from ask(review_page(election, marks, at_review))
    match (yield from commit(CAST, election, marks)):
        case service.Cast(tracker):
            return stored_page(election, tracker, public_url, at_end)
        case service.NotCast(code):
            return Problem(code)
    return None


def question_page(election: Election, place: int, question: Question, step: Step) -> Choice:
    last = place + 1 == len(election.questions)
    return Choice(
        _name(place),
        question.text,
        tuple(Option(answer.text, answer.note, _picture(answer)) for answer in question.answers),
        least=question.minimum,
        most=question.maximum,
        none=Option(Told(_("Blank")), Told(_("I choose none of these"))) if question.blank else None,
        note=question.note,
        picture=_picture(question),
        until=Told(_("Open until {moment}"), {"moment": election.ends}),
        more=_article(election),
        more_words=Told(_("The proposal")),
        way_on=Told(_("Review your vote")) if last else Told(_("Next question")),
        step=step,
        of=(place + 1, len(election.questions)),
        about=election.title,
        advisory=True,
        help=(
            Told(_("Touch the answer that you choose. To change it, touch another one.")),
            Told(_("Your vote is cast only after you have seen it whole and confirmed it.")),
        ),
    )


def _picture(shown: Pictured) -> Picture | None:
    one = shown.picture
    return Picture(one.kind, one.data, one.alt) if one is not None else None


def _name(place: int) -> str:
    return f"question {place + 1}"


def _article(election: Election) -> Read | None:
    paragraphs = [Paragraph(election.introduction)] if election.introduction.el else []
    for section in election.article:
        paragraphs.append(Paragraph(section.heading, heading=True))
        paragraphs += [Paragraph(text) for text in section.paragraphs]
        paragraphs += [Paragraph(_line(row)) for row in section.rows]
    return Read("article", election.title, tuple(paragraphs), advisory=True) if paragraphs else None


def _line(row: Row) -> Words:
    """A line of a table as it is read aloud: what, then how much."""
    return Words(el=f"{row.what.el}: {row.value.el}", en=f"{row.what.en}: {row.value.en}")


def review_page(election: Election, marks: tuple[Marks, ...], step: Step) -> Review:
    return Review(
        "review",
        Told(_("Check your vote")),
        about=election.title,
        advisory=True,
        step=step,
        lead=(
            Notice(
                Told(
                    _("Your vote is secret: it is locked before it leaves this booth and nobody sees what you chose.")
                ),
                icon="lock",
                accompanies=True,
            ),
        ),
        blocks=tuple(
            Answer(
                question.text,
                _chosen(question, mark),
                change=_name(place),
                pictures=_pictures(question, mark),
                personal=True,
            )
            for place, (question, mark) in enumerate(zip(election.questions, marks, strict=True))
        ),
        confirm=Told(_("Confirm and vote")),
        icon="lock",
        unseen=Told(_("You have not seen your whole vote yet.")),
        seen=Told(_("You have seen your whole vote.")),
        help=(
            Told(_("Check that these are your answers. To change one, touch “Change”.")),
            Told(_("Your vote is secret: it is locked before it leaves this booth.")),
        ),
    )


def _chosen(question: Question, mark: Marks) -> tuple[Text, ...]:
    if mark.blank:
        return (Told(_("Blank")),)
    return tuple(question.answers[index].text for index in sorted(mark.answers))


def _pictures(question: Question, mark: Marks) -> tuple[Picture | None, ...]:
    found = tuple(_picture(question.answers[index]) for index in sorted(mark.answers))
    return found if any(found) else ()


# What of the tracker is enough to find it: four groups of four, 64 bits.
_ENOUGH = 16


def stored_page(election: Election, tracker: str, public_url: str, step: Step) -> Done:
    board = f"{public_url}/t"
    shown = tracker[:_ENOUGH].upper()
    return Done(
        "voted",
        Told(_("Your vote has been stored")),
        Told(
            _(
                "Thank you for taking part. With the tracking code you check that your vote was counted; "
                "it does not say what you chose."
            )
        ),
        blocks=(
            Code(
                Told(_("Tracking code: please keep it")),
                tuple(shown[at : at + 4] for at in range(0, _ENOUGH, 4)),
                hear=Told(_("Hear the tracking code")),
                note=Told(_("These four groups are enough to find your vote.")),
                qr=f"{board}?tracker={tracker}",
                qr_note=Told(_("Scan the square: it keeps the whole code.")),
                site=board.partition("://")[2],
                site_note=Told(_("Type the address and the four groups:")),
                personal=True,
                receipt=True,
            ),
            Notice(
                Told(_("You may vote again until {moment}. Only your last vote counts."), {"moment": election.ends}),
                icon="refresh",
            ),
        ),
        card_out=Told(
            _("Your card came out early, but nothing was lost: your vote has been stored and will be counted.")
        ),
        step=step,
        about=election.title,
        advisory=True,
        help=(Told(_("Your vote is stored. With the tracking code you check later that it was counted.")),),
    )
