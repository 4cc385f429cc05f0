"""Command line of the ballot box: for an auditor (verify, report, show) and for the officials of a vote.

Prints public matter only.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from assets import typed
from ballot_box import belenios, tally, tracker
from ballot_box.archive import BadArchive
from ballot_box.board import Board, NotVerified, Verified
from ballot_box.officials import commands as officials_commands
from ballot_box.officials import files
from ballot_box.officials.audit import publication
from ballot_box.officials.audit.publication import Publication
from ballot_box.officials.commands.terminal import NotDone
from ballot_box.officials.signing import BadRecord
from ballot_box.officials.wizard import main as wizard


@contextmanager
def _at_hand(arguments: argparse.Namespace) -> Iterator[Publication]:
    """The vote that was named: one zip, or a board with what else was named. Raises BadRecord, OSError."""
    signed = {name: getattr(arguments, name.removesuffix(".json")) for name in publication.SIGNED}
    texts = {name: path.read_text(encoding="utf-8") for name, path in signed.items() if path is not None}
    if not (arguments.file.exists() and publication.is_zip(arguments.file)):
        yield publication.read(arguments.file, texts, arguments.auditors_board)
    elif texts or arguments.auditors_board:
        raise BadRecord(f"{arguments.file.name} has its own {', '.join(texts) or files.AUDITORS}: name the zip alone")
    else:
        with tempfile.TemporaryDirectory(prefix="ballot-box-") as folder:
            yield publication.unpack(arguments.file, Path(folder))


def _head(arguments: argparse.Namespace) -> str | None:
    return arguments.head and (typed.read(arguments.head, typed.HEX) or arguments.head)


def _verify(arguments: argparse.Namespace) -> int:
    with _at_hand(arguments) as found:
        match publication.check(found, arguments.fingerprint, _head(arguments)):
            case NotVerified(why):
                print(f"NOT VERIFIED: {why}")
                return 1
            case Verified(summary):
                for line in summary:
                    print(f"- {line}")
                _warn(found, arguments)
                print("VERIFIED")
                return 0


def _warn(found: Publication, arguments: argparse.Namespace) -> None:
    """What this check does not show."""
    print(f"Head: {found.board.head()}")
    if found.officials is None:
        print("Without --officials nothing shows who made the roll and holds the key: see docs/officials.md.")
    elif arguments.fingerprint is None:
        print("Without --fingerprint these could be anybody's officials: compare it with the one that was")
        print("published elsewhere: " + found.officials.fingerprint)
    if arguments.head is None:
        print("Without --head nothing shows whether the end of the record was cut off: compare the head above")
        print("with the one published elsewhere.")


def _report(arguments: argparse.Namespace) -> int:
    try:
        from ballot_box.officials.audit.report import report
    except ModuleNotFoundError:  # the officials' one file carries no catalogue
        raise NotDone("the words of a report are not in this file: make it in a checkout") from None
    with _at_hand(arguments) as found:
        holds, text = report(found, arguments.lang, fingerprint=arguments.fingerprint, head=_head(arguments))
    print(text, end="")
    return 0 if holds else 1


def _show(arguments: argparse.Namespace) -> int:
    board = Board(arguments.board)
    record = board.archive()
    setup, counted = record.setup(), set(board.counted())
    print(f"{setup.name} ({setup.uuid})")
    print(f"{len(setup.credentials)} may vote; head {record.head}")
    result = tally.published_result(board)
    for number, question in enumerate(setup.questions):
        print(f"\n{number + 1}. {question.text} ({question.minimum}-{question.maximum} answers)")
        for index, answer in enumerate(question.answers):
            print(f"   {answer}" + (f": {result.counts[number][index]}" if result else ""))
        if question.blank:
            print("   (blank)" + (f": {result.blanks[number]}" if result else ""))
    trackers = record.payloads("Ballot")
    print(f"\n{len(trackers)} ballots, {len(counted)} count:")
    for one in trackers:
        note = "" if one in counted else "   superseded by a later one"
        print(f"   {tracker.shown(one).replace(chr(10), ' ')}{note}")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m ballot_box", description=__doc__)
    commands = parser.add_subparsers(required=True)

    verify = commands.add_parser("verify", help="check a vote and recount it; exit 0 only if all is well")
    verify.set_defaults(run=_verify)
    told = commands.add_parser("report", help="the same check, and the outcome for a person to read; exit as of verify")
    told.add_argument("--lang", choices=["el", "en"], default="el")
    told.set_defaults(run=_report)
    for one in (verify, told):
        _name_a_vote(one)

    show = commands.add_parser("show", help="print questions, trackers and result")
    show.add_argument("board", metavar="FILE.bel")
    show.set_defaults(run=_show)

    officials_commands.add_to(commands)
    wizard.add_to(commands)
    return parser


def _name_a_vote(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help="ELECTION.zip from its page, or its board alone (.bel)")
    parser.add_argument("--fingerprint", metavar="CODE", help="of the officials, as it was published elsewhere")
    parser.add_argument("--head", metavar="HASH", help="a head published earlier, to notice a cut tail")
    beside = parser.add_argument_group("beside a .bel, what the zip holds")
    beside.add_argument("--officials", type=Path, metavar="FILE", help="officials.json: who had to sign for this vote")
    beside.add_argument("--setup", type=Path, metavar="FILE", help="setup.json: what they signed before it")
    beside.add_argument("--final", type=Path, metavar="FILE", help="final.json: the end that they signed")
    beside.add_argument("--declaration", type=Path, metavar="FILE", help="declaration.json: what is missing, and why")
    beside.add_argument("--auditors", type=Path, metavar="FILE", help="auditors.json: which cards were auditors'")
    beside.add_argument("--auditors-board", type=Path, metavar="FILE", help="auditors.bel: their ballots")
    beside.add_argument("--deposits", type=Path, metavar="FILE", help="deposits.json: what they were to choose")


def main(argv: Sequence[str] | None = None) -> int:
    arguments = _parser().parse_args(argv)
    try:
        done = arguments.run(arguments)
        if isinstance(done, int):
            return done
        print(json.dumps(done, ensure_ascii=False, sort_keys=True))
        return 0
    except (BadArchive, belenios.ToolFailed, NotDone, OSError, ValueError) as trouble:
        print(f"ballot_box: {trouble}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
