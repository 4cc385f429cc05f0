"""Command line of the ballot box: for an auditor (verify, show) and for the officials of a vote.

Prints public matter only.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from assets import typed
from ballot_box import belenios, tally, tracker
from ballot_box.archive import BadArchive
from ballot_box.board import Board, NotVerified, Verified
from ballot_box.officials import audit, files
from ballot_box.officials import commands as officials_commands
from ballot_box.officials.body import read_officials
from ballot_box.officials.wizard import main as wizard


def _verify(arguments: argparse.Namespace) -> int:
    board = Board(arguments.board)
    head = arguments.head and (typed.read(arguments.head, typed.HEX) or arguments.head)
    match _judged(arguments, board, head):
        case NotVerified(why):
            print(f"NOT VERIFIED: {why}")
            return 1
        case Verified(summary):
            for line in summary:
                print(f"- {line}")
            print(f"Head: {board.head()}")
            if arguments.officials is None:
                print("Without --officials nothing shows who made the roll and holds the key: see docs/officials.md.")
            elif arguments.fingerprint is None:
                print("Without --fingerprint these could be anybody's officials: compare it with the one that was")
                print("published elsewhere: " + read_officials(_text(arguments.officials)).fingerprint)
            if arguments.head is None:
                print("Without --head nothing shows whether the end of the record was cut off: compare the head above")
                print("with the one published elsewhere.")
            print("VERIFIED")
            return 0


def _judged(arguments: argparse.Namespace, board: Board, head: str | None) -> Verified | NotVerified:
    if arguments.officials is None:
        return tally.verify(board, head)
    if arguments.setup is None:
        return NotVerified("--setup is missing: what the officials signed is compared with the board")
    officials = read_officials(_text(arguments.officials))
    final = files.read_final_file(_text(arguments.final)) if arguments.final else None
    return audit.verify(
        board, officials, files.read_setup_file(_text(arguments.setup)), final, arguments.fingerprint, head
    )


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8").strip()


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

    verify = commands.add_parser("verify", help="check a board and recount it; exit 0 only if all is well")
    verify.add_argument("board", metavar="FILE.bel")
    verify.add_argument("--head", metavar="HASH", help="a head published earlier, to notice a cut tail")
    verify.add_argument("--officials", type=Path, metavar="FILE", help="officials.json: who had to sign for this vote")
    verify.add_argument("--setup", type=Path, metavar="FILE", help="with --officials: setup.json, what they signed")
    verify.add_argument("--final", type=Path, metavar="FILE", help="with --officials: final.json, the end they signed")
    verify.add_argument("--fingerprint", metavar="CODE", help="of the officials, as it was published elsewhere")
    verify.set_defaults(run=_verify)

    show = commands.add_parser("show", help="print questions, trackers and result")
    show.add_argument("board", metavar="FILE.bel")
    show.set_defaults(run=_show)

    officials_commands.add_to(commands)
    wizard.add_to(commands)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    arguments = _parser().parse_args(argv)
    try:
        done = arguments.run(arguments)
        if isinstance(done, int):
            return done
        print(json.dumps(done, ensure_ascii=False, sort_keys=True))
        return 0
    except (BadArchive, belenios.ToolFailed, officials_commands.NotDone, OSError, ValueError) as trouble:
        print(f"ballot_box: {trouble}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
