"""Of a binding referendum, which is held on paper: what is asked, when, how, and to an elector where. Off line, too.

Never: a choice, or a page that could be taken for a ballot.
"""

from dataclasses import dataclass
from typing import Final

from kiosk.desk.blocks import Block, Fact, Notice, Paragraph, Row, Told
from kiosk.desk.conversation import Conversation, ask, look
from kiosk.desk.pages import List, Problem, Read
from kiosk.matters.votes.notices import News, news
from municipality.greek import ATHENS
from municipality.matters.votes.failures import VoteCode
from municipality.matters.votes.referendum import LABEL, SAID, Phase, Referendum
from municipality.messages import Dossier
from municipality.residents import Capacity, Polling


def _(message: str) -> str:
    return message


WHERE, QUESTION, HOW = "where", "question", "how"
_LABEL: Final = Told(LABEL)


@dataclass(frozen=True, repr=False)
class Holder:
    """Whose card is in, as far as it matters here."""

    elector: bool
    polling: Polling | None = None

    @classmethod
    def of(cls, dossier: Dossier) -> "Holder":
        return cls(Capacity.ELECTOR in dossier.capacities, dossier.person.polling)


def tell(holder: Holder | None = None, only: str = "") -> Conversation:
    """`holder`: whose card is in; None: nobody's. `only`: one of them, by its id."""
    found = yield from look(news)
    told = [one for one in found if only in ("", one.referendum.referendum)]
    if not told:
        return Problem(VoteCode.NO_REFERENDUM)
    chosen = (yield from ask(several_page(told))) if len(told) > 1 else told[0].referendum.referendum
    of = next(one for one in told if one.referendum.referendum == chosen)
    asked = yield from ask(first_page(of, holder))
    # From these there is only the way back.
    if asked == WHERE:
        yield from ask(where_page(of, holder))
    else:
        yield from ask(question_page(of) if asked == QUESTION else how_page(of))
    return None


def several_page(told: list[News]) -> List:
    rows = tuple(Row(one.referendum.title, _when(one.referendum), key=one.referendum.referendum) for one in told)
    return List(
        "referendums", Told(_("Local referendums")), Told(SAID), rows=rows, icon="building-community", stamp=_LABEL
    )


def _when(one: Referendum) -> Told:
    """The day and its hours; two moments where it is not one day's."""
    opens, closes = one.opens.astimezone(ATHENS), one.closes.astimezone(ATHENS)
    end = f"{closes:%H:%M}" if opens.date() == closes.date() else closes
    return Told(_("{start} to {end}"), {"start": opens, "end": end})


def first_page(of: News, holder: Holder | None) -> List:
    one = of.referendum
    question = Row(Told(_("The question")), Told(_("What is asked, and the answers on the paper")), key=QUESTION)
    how = Row(Told(_("How it is held")), Told(_("Who votes, how one votes, and when the result holds")), key=HOW)
    where = Row(Told(_("Where I vote")), _where_line(holder), key=WHERE)
    return List(
        "referendum",
        one.title,
        Told(SAID),
        rows=(question, how) if of.phase is Phase.HELD else (where, question, how),
        above=(*_remarks(of), Fact(Told(_("When")), _when(one)), *_known_since(of)),
        icon="building-community",
        stamp=_LABEL,
        office=of.old or of.in_doubt,
        help=(
            Told(_("Touch a line to read more. Nothing is recorded about you here.")),
            Told(_("To vote, go to your polling place on the day, with your identity card.")),
        ),
    )


def _where_line(holder: Holder | None) -> Told:
    if holder is None:
        return Told(_("With your citizen card the booth shows your polling place"))
    if not holder.elector:
        return Told(_("You are not on the electoral roll of this municipality"))
    return Told(_("Your polling place, as the roll has it"))


def _remarks(of: News) -> tuple[Block, ...]:
    """What must not be missed, before anything else."""
    found: list[Block] = []
    if of.phase is Phase.HELD:
        found.append(Notice(Told(_("This referendum has been held.")), icon="check", first=True))
        found.append(Fact(Told(_("Where the result is announced")), of.referendum.results))
    elif of.phase is Phase.OPEN:
        until = f"{of.referendum.closes.astimezone(ATHENS):%H:%M}"
        found.append(Notice(Told(_("It is today: the ballot boxes are open until {end}."), {"end": until}), first=True))
    if of.in_doubt:
        doubt = _("The clock of this booth may be wrong. Go by the day and the hours that stand here.")
        found.append(Notice(Told(doubt), kind="warning", first=True))
    if of.old:
        old = _("This booth has heard nothing new for some days. Before you go, please ask at the municipal office.")
        found.append(Notice(Told(old), kind="warning", first=True))
    return tuple(found)


def _known_since(of: News) -> tuple[Block, ...]:
    """As of when the booth knows it; where it has never been told when it was, since the town hall wrote it."""
    return (Fact(Told(_("News from the town hall up to")), of.heard or of.referendum.told_at),)


def question_page(of: News) -> Read:
    paragraphs: list[Paragraph] = []
    for one in of.referendum.questions:
        paragraphs.append(Paragraph(one.text, heading=True))
        paragraphs += [Paragraph(answer) for answer in one.answers]
    return _read(of, QUESTION, Told(_("The question")), paragraphs)


def how_page(of: News) -> Read:
    one = of.referendum
    paragraphs = [
        Paragraph(Told(SAID)),
        Paragraph(Told(_("How one votes")), heading=True),
        *(Paragraph(text) for text in one.held),
        Paragraph(Told(_("Who votes, and when the result holds")), heading=True),
        *(Paragraph(text) for text in one.conditions),
        Paragraph(Told(_("Where the result is announced")), heading=True),
        Paragraph(one.results),
        Paragraph(Told(_("The proclamation, in Diavgeia: {ada}"), {"ada": one.ada})),
    ]
    return _read(of, HOW, Told(_("How it is held")), paragraphs)


def _read(of: News, name: str, title: Told, paragraphs: list[Paragraph]) -> Read:
    return Read(name, title, tuple(paragraphs), about=of.referendum.title, stamp=_LABEL)


def where_page(of: News, holder: Holder | None) -> List:
    """To an elector the place of the roll; to everybody else why there is none here, and where to ask."""
    title, about = Told(_("Where I vote")), of.referendum.title
    place = None if holder is None or not holder.elector else holder.polling
    if place is None or not (place.section or place.voter_number):
        return List("no-place", title, about=about, stamp=_LABEL, empty=_no_place(holder), icon="map-pin")
    blocks, office = tuple(_place(place)), not place.section
    return List("place", title, about=about, stamp=_LABEL, above=blocks, icon="map-pin", office=office)


def _no_place(holder: Holder | None) -> tuple[Told, Told]:
    ask = Told(_("At the municipal office they look for you on the electoral roll. Bring your identity card."))
    if holder is None:
        return Told(
            _("Put in your citizen card, and the booth shows the polling place that the roll has for you.")
        ), ask
    if not holder.elector:
        return Told(_("You are not on the electoral roll of this municipality, so you do not vote in it.")), ask
    return Told(_("The roll does not say yet where you vote. Polling places are fixed some days before.")), ask


def _place(place: Polling) -> list[Block]:
    lines = (
        (_("Electoral section"), place.section),
        (_("Building"), place.building),
        (_("Its address"), place.street),
        (_("Room"), place.room),
        (_("Special electoral number"), place.voter_number),
    )
    found: list[Block] = [Fact(Told(name), value, personal=True) for name, value in lines if value]
    if not place.section:
        found.append(Notice(Told(_("The roll does not say yet where you vote. Please ask at the municipal office."))))
    found.append(Notice(Told(_("On the day, bring your identity card. The citizen card is not asked for there."))))
    return found
