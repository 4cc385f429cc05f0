"""A vote's outcome for a person to read: plain text, 80 columns, Greek or English. What was asked, what came out, what
was checked, who signed, and what no such report can tell.

Must never show a number of a record that does not verify, or leave unsaid what was not checked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from fractions import Fraction
from textwrap import wrap
from typing import Any
from zoneinfo import ZoneInfo

from assets.pictures import Shown
from assets.texts import catalogue
from ballot_box import belenios, tally
from ballot_box.board import NotVerified
from ballot_box.election import Question
from ballot_box.officials import signing
from ballot_box.officials.audit.publication import Publication, check, names, quorum
from ballot_box.officials.body import Office
from ballot_box.officials.records import Declaration, Setup
from ballot_box.officials.records.auditors import Finding, Found
from ballot_box.tally import TallyResult

_WIDTH = 80
_ATHENS = ZoneInfo("Europe/Athens")


def report(
    found: Publication, language: str = "el", *, fingerprint: str | None = None, head: str | None = None
) -> tuple[bool, str]:
    """Whether all of it verifies, and the report. Raises KeyError for a language without words."""
    checked = check(found, fingerprint, head)
    if isinstance(checked, NotVerified):
        return False, "\n".join(_refused(catalogue(language).gettext, checked.why)) + "\n"
    came_out = _CameOut(found, language)
    grounds = _Grounds(found, language, known=fingerprint is not None, whole=head is not None)
    return True, "\n".join((*came_out.lines(), *grounds.lines())) + "\n"


def _refused(_: Callable[[str], str], why: str) -> Iterator[str]:
    yield from _headed(_("This vote does not verify"), "=")
    yield from _paragraph(_("No result is told, because something in these files is not as it must be."))
    yield from _paragraph(_("What the check says: {why}").format(why=_plain(why)))


class _Part:
    """Some of the report, and how it says things."""

    def __init__(self, found: Publication, language: str) -> None:
        self._found, self._language = found, language
        self._: Callable[[str], str] = catalogue(language).gettext

    @property
    def _plain_setup(self) -> Mapping[str, Any] | None:
        return self._found.setup[0].plain if self._found.setup else None

    @property
    def _result(self) -> TallyResult | None:
        return tally.published_result(self._found.board)

    def _said(self, words: Mapping[str, str]) -> str:
        return str(words[self._language] or words["el"])

    def _number(self, value: int) -> str:
        grouped = f"{value:,}"
        return grouped.replace(",", ".") if self._language == "el" else grouped

    def _percent(self, part: int, whole: int) -> str:
        """To a tenth, halves to the even one, as the public page rounds."""
        tenths = round(Fraction(1000 * part, whole)) if whole else 0
        point = "," if self._language == "el" else "."
        return f"{self._number(tenths // 10)}{point}{tenths % 10} %"


class _CameOut(_Part):
    """What was asked, what came out, and how many took part."""

    def lines(self) -> Iterator[str]:
        _ = self._
        yield from _headed(_("Report of a vote"), "=")
        yield from self._what_it_was()
        yield ""
        yield from _headed(_("What was asked, and what came out"))
        yield from self._outcome()
        yield ""
        yield from _headed(_("Turnout"))
        yield from self._turnout()
        if self._found.setup:
            yield ""
            yield from _headed(_("Test of the booths"))
            yield from self._audit(self._found.setup[0])

    def _what_it_was(self) -> Iterator[str]:
        _, counted, signed = self._, self._found.board.setup(), self._plain_setup
        title, said = (counted.name, counted.description)
        if signed:
            title, said = self._said(signed["title"]), self._said(signed["introduction"])
        yield from _paragraph(title)
        if said.strip():
            yield from _paragraph(said)
        yield from _paragraph(_("An advisory vote: it binds nobody."))
        if self._found.setup:
            setup, _signatures, extensions = self._found.setup
            closes = max([setup.closes, *(one.closes for one, _by in extensions)])
            when = _("Votes were taken from {start} to {end}, time in Greece.")
            yield from _paragraph(when.format(start=_moment(setup.opens), end=_moment(closes)))
        yield from _paragraph(_("Number of the vote: {number}").format(number=counted.uuid))

    def _outcome(self) -> Iterator[str]:
        _, result, board = self._, self._result, self._found.board
        if result is None:
            yield from _paragraph(self._no_result())
        for number, question in enumerate(board.setup().questions):
            text, answers = question.text, list(question.answers)
            pictured: list[Mapping[str, Any]] = []
            if signed := self._plain_setup:
                text = self._said(signed["questions"][number]["text"])
                answers = [self._said(one["text"]) for one in signed["questions"][number]["answers"]]
                pictured = [signed["questions"][number], *signed["questions"][number]["answers"]]
            if number:
                yield ""
            yield from _paragraph(f"{number + 1}. {text}")
            yield from self._pictures(pictured)
            if result is None:
                yield from _items([*answers, *([_("Blank")] if question.blank else [])])
            else:
                yield from self._counts(question, answers, result, number)

    def _pictures(self, shown: Sequence[Mapping[str, Any]]) -> Iterator[str]:
        """Of a question and its answers what each picture shows, and by what it is known for the same."""
        found = [(self._said(one["text"]), one["picture"]) for one in shown if "picture" in one]
        if not found:
            return
        yield from _paragraph(self._("Its pictures, as the officials signed them:"))
        for text, one in found:
            alt, digest = self._said(one["alt"]), Shown("", **one).digest
            yield from _items([self._("{of}: {alt} (SHA-256 {digest})").format(of=text, alt=alt, digest=digest)])

    def _no_result(self) -> str:
        """Why there is none."""
        _, board = self._, self._found.board
        setup = self._found.setup[0] if self._found.setup else None
        if not board.archive().has("EndBallots"):
            return _("The vote has not ended. Nothing can be said of its result, and nobody knows it.")
        if setup and len(board.counted()) < setup.floor:
            few = _("It was not opened: fewer than {floor} have voted, and so few votes could be told apart.")
            return few.format(floor=self._number(setup.floor))
        return _("The vote has ended and is not counted yet.")

    def _counts(self, question: Question, answers: Sequence[str], result: TallyResult, number: int) -> Iterator[str]:
        _ = self._
        yield _row("", _("Votes"), _("Share"))
        for answer, votes in zip(answers, result.counts[number], strict=True):
            yield from self._counted(answer, votes, result.ballots)
        if question.blank:
            yield from self._counted(_("Blank"), result.blanks[number], result.ballots)
        yield from self._counted(_("Ballots that count"), result.ballots, result.ballots)
        if question.maximum > 1:
            many = _("A ballot could name up to {n} answers: shares may add up to more than 100 %.")
            yield from _paragraph(many.format(n=question.maximum))

    def _counted(self, name: str, votes: int, whole: int) -> Iterator[str]:
        first, *more = wrap(_plain(name), 52) or [""]
        yield _row(first, self._number(votes), self._percent(votes, whole))
        yield from (_row(one, "", "").rstrip() for one in more)

    def _turnout(self) -> Iterator[str]:
        _, board = self._, self._found.board
        setup = self._found.setup[0] if self._found.setup else None
        roll = setup.electors if setup else len(board.setup().credentials)
        counted = len(board.counted())
        on_roll = _("On the roll: {roll}. Ballots that count: {ballots}, or {share} of the roll.")
        figures = {"roll": self._number(roll), "ballots": self._number(counted), "share": self._percent(counted, roll)}
        if board.archive().has("EndBallots"):
            yield from _paragraph(on_roll.format(**figures))
        else:
            so_far = _("On the roll: {roll}. Ballots on the public record so far: {ballots}.")
            yield from _paragraph(so_far.format(roll=figures["roll"], ballots=figures["ballots"]))
        yield from _paragraph(self._quorum(counted, roll))

    def _audit(self, setup: Setup) -> Iterator[str]:
        _, found = self._, self._found.final[0].audit if self._found.final else None
        if setup.audit is None:
            yield from _paragraph(
                _(
                    "No auditors' cards took part in this vote. Whether a booth changed votes before it sealed them "
                    "was not tested."
                )
            )
            return
        cards = _(
            "Among the cards were {cards} of auditors, which no booth can tell from others. Their votes never count. "
            "What they were going to choose was fixed before the vote opened."
        )
        yield from _paragraph(cards.format(cards=self._number(setup.audit.cards)))
        if found:
            yield from _paragraph(self._finding(found))
            if found.found is Found.DIFFERS:
                yield from self._differences(found)

    def _finding(self, found: Finding) -> str:
        _ = self._
        said = {
            Found.AGREES: _("{n} auditors' votes were opened, all together: exactly what had been deposited."),
            Found.DIFFERS: _(
                "FINDING: {n} auditors' votes were opened, all together, and they are NOT what had been deposited. A "
                "booth may have changed votes. Do not rely on the result above before it has been looked into."
            ),
            Found.FEW: _("Only {n} auditors' votes came. So few are never opened, and no booth was tested."),
            Found.NOT_DEPOSITED: _(
                "FINDING: {n} auditors voted, but the choices that they had deposited beforehand were not handed in."
            ),
        }
        return said[found.found].format(n=self._number(found.ballots))

    def _differences(self, found: Finding) -> Iterator[str]:
        _ = self._
        for number, question in enumerate(self._found.board.setup().questions):
            yield _row(f"{number + 1}.", _("Deposited"), _("Found"))
            names = [*question.answers, *([_("Blank")] if question.blank else [])]
            due = [*found.expected_counts[number], *([found.expected_blanks[number]] if question.blank else [])]
            got = [*found.counts[number], *([found.blanks[number]] if question.blank else [])]
            for name, one, other in zip(names, due, got, strict=True):
                first, *more = wrap(_plain(name), 52) or [""]
                yield _row(first, self._number(one), self._number(other))
                yield from (_row(rest, "", "").rstrip() for rest in more)

    def _quorum(self, counted: int, roll: int) -> str:
        _ = self._
        if (signed := self._plain_setup) is None:
            return _("Whether a quorum was asked for is in setup.json, which is not here.")
        percent = signed["quorum_percent"]
        if percent is None:
            return _("No quorum was asked for.")
        needed = quorum(percent, roll)
        asked = _("A quorum of {percent} % of the roll was asked for: {needed} ballots.").format(
            percent=percent, needed=self._number(needed)
        )
        if not self._found.board.archive().has("EndBallots"):
            return asked
        met = _("It was reached.") if counted >= needed else _("It was not reached.")
        return f"{asked} {met}"


class _Grounds(_Part):
    """Why it may be believed, and how far. `known`: the fingerprint of the officials was compared; `whole`: an earlier
    head was."""

    def __init__(self, found: Publication, language: str, *, known: bool, whole: bool) -> None:
        super().__init__(found, language)
        self._known, self._whole = known, whole

    def lines(self) -> Iterator[str]:
        _ = self._
        yield ""
        yield from _headed(_("What was checked for this report"))
        yield from _items(self._checked())
        yield ""
        yield from _headed(_("Who signed"))
        yield from _items(self._signed())
        yield ""
        yield from _headed(_("What this report cannot tell"))
        yield from _items(self._cannot())

    def _checked(self) -> Iterator[str]:
        _, found = self._, self._found
        record = found.board.archive()
        yield _("The record is unbroken: each of its {events} entries names the one before it.").format(
            events=self._number(len(record.events))
        )
        sound = _(
            "Each of its {ballots} ballots has the form that the questions ask for, and its proofs hold: so says "
            "belenios-tool {version}, a program that is not ours."
        )
        ballots = len(record.payloads("Ballot"))
        yield sound.format(ballots=self._number(ballots), version=belenios.tool_version())
        if record.has("EncryptedTally"):
            yield _("We multiplied the ballots once more: all that count were counted, and nothing else.")
        if self._result is not None:
            yield _("The result is one that so many ballots can give.")
        if found.officials:
            yield _("Questions, roll, key and booths are those that the officials signed for.")
        if found.final:
            yield _("The result and the whole record are those that the trustees signed at the end.")
        if found.audited.board and found.final:
            yield _(
                "The auditors' cards are those that the set-up commits to; their ballots are on a board of their own."
            )
        if found.declaration:
            yield _("What was declared lost or decided bears the signatures of two officers.")
        if self._known:
            yield _("The officials are those whose fingerprint was given to this check.")
        if self._whole:
            yield _("The head that was given to this check stands in the record: nothing before it was cut off.")
        yield _("Head of the record: {head}").format(head=record.head)

    def _signed(self) -> Iterator[str]:
        _, found, officials = self._, self._found, self._found.officials
        if officials is None or found.setup is None:
            yield _("officials.json and setup.json are not here: nobody's signature was looked at.")
            return
        setup, signatures, _extensions = found.setup
        registrar = names(signatures, signing.SETUP, setup.text, officials, Office.REGISTRAR)
        trustees = names(signatures, signing.SETUP, setup.text, officials, Office.TRUSTEE)
        yield _("Before the vote: {names}").format(names=_listed(*registrar, *trustees))
        if found.final:
            ended = names(found.final[1], signing.FINAL, found.final[0].text, officials, Office.TRUSTEE)
            yield _("At the end: {names}").format(names=_listed(*ended))
        elif self._result is not None:
            yield _("At the end: final.json is not here, so nobody.")
        if found.declaration:
            declared, by = found.declaration
            officers = names(by, signing.DECLARATION, declared.text, officials, Office.OFFICER)
            yield _("What was declared: {names}").format(names=_listed(*officers))
            yield from self._declared(declared)
        yield _("Fingerprint of the officials: {fingerprint}").format(fingerprint=officials.fingerprint)

    def _declared(self, declared: Declaration) -> Iterator[str]:
        _ = self._
        for lost in declared.lost:
            yield _("Booth {booth} was declared lost: {reason}").format(booth=lost.booth, reason=lost.reason)
        decided: dict[tuple[bool, str], int] = {}
        for one in declared.decided:
            decided[one.counts, one.reason] = decided.get((one.counts, one.reason), 0) + 1
        for (counts, reason), number in sorted(decided.items()):
            said = _("Ballots that count by decision: {number}. {reason}") if counts else _(
                "Ballots that do not count by decision: {number}. {reason}"
            )  # fmt: skip
            yield said.format(number=self._number(number), reason=reason)

    def _cannot(self) -> Iterator[str]:
        _, found = self._, self._found
        yield _("Who voted, and what anybody chose: no ballot is ever opened alone.")
        yield _(
            "Whether a booth sealed the choice that its voter made. By its tracker a voter can see that a ballot is on "
            "the record, and not what is in it."
        )
        yield _("Whether the roll was right: the registrar answers for it.")
        yield _("Turnout by municipal unit: it is on the municipality's page, and the officials have not signed it.")
        if found.officials is None:
            yield _("Whether this is the municipality's vote at all: for that, check the whole zip from its page.")
        elif not self._known:
            yield _(
                "Whose officials these are. Compare the fingerprint above with the one on Diavgeia, or give it with "
                "--fingerprint."
            )
        if not (self._whole or found.final):
            yield _("Whether the end of the record was cut off. Compare its head with one that others have noted.")


def _row(name: str, votes: str, share: str) -> str:
    return f"   {name:<54}{votes:>11}{share:>12}"


def _headed(text: str, line: str = "-") -> Iterator[str]:
    yield text
    yield line * len(text)


def _paragraph(text: str) -> list[str]:
    return wrap(_plain(text), _WIDTH, break_on_hyphens=False)


def _items(texts: Iterator[str] | Sequence[str]) -> Iterator[str]:
    for text in texts:
        yield from wrap(_plain(text), _WIDTH, initial_indent="- ", subsequent_indent="  ", break_on_hyphens=False)


def _listed(*names: str) -> str:
    return ", ".join(names)


def _plain(text: str) -> str:
    """What stands in a file, as nothing but words: it must not move a terminal's hand, or hide a line."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


def _moment(at: datetime) -> str:
    here = at.astimezone(_ATHENS)
    return f"{here.day}/{here.month}/{here.year}, {here:%H:%M}"
