"""Command line of the ballot box: for an auditor (verify, show), the registrar and the trustees.

Prints public matter only.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from assets import typed
from ballot_box import belenios, registrar, tally, tracker, trustee
from ballot_box.archive import BadArchive
from ballot_box.board import Board, NotVerified, Verified


def _verify(arguments: argparse.Namespace) -> int:
    board = Board(arguments.board)
    head = arguments.head and (typed.read(arguments.head, typed.HEX) or arguments.head)
    match tally.verify(board, head):
        case NotVerified(why):
            print(f"NOT VERIFIED: {why}")
            return 1
        case Verified(summary):
            for line in summary:
                print(f"- {line}")
            print(f"Head: {board.head()}")
            if arguments.head is None:
                print("Without --head nothing shows whether the end of the record was cut off: compare the head above")
                print("with the one published elsewhere.")
            print("VERIFIED")
            return 0


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


_LEFT_OUT = {
    registrar.KEY_TWICE: "another card on the roll has its key, and could open its slip",
    registrar.NO_KEY: "its key is no public key of P-256 or RSA-2048",
    registrar.CARD_TWICE: "it stands on the roll with two keys",
}


def _registrar(arguments: argparse.Namespace) -> int:
    roll = registrar.read_roll(Path(arguments.roll).read_text(encoding="utf-8"))
    made = registrar.register(roll, arguments.election)
    registrar.write_out(arguments.out, made)
    for card, why in made.left_out:
        print(f"ballot_box: card {card} is left out, the others vote: {_LEFT_OUT[why]}", file=sys.stderr)
    summary = {
        "credentials": len(made.credentials),
        "election": made.election,
        "left_out": [{"card": card, "why": why} for card, why in made.left_out],
        "roll": {"sha256": made.roll_sha256, "size": made.roll_size},
        "slips": len(made.slips),
    }
    print(json.dumps(summary, sort_keys=True))
    return 0


def _trustee_make(arguments: argparse.Namespace) -> int:
    key = trustee.make_key(arguments.out)
    print(json.dumps({"private": str(key.private_path), "public": str(key.public_path)}))
    return 0


def _trustee_decrypt(arguments: argparse.Namespace) -> int:
    key = Path(arguments.key)
    share = tally.decrypt(Board(arguments.board), key / trustee.PRIVATE if key.is_dir() else key)
    Path(arguments.out).write_text(share, encoding="ascii")
    print(json.dumps({"share": arguments.out}))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m ballot_box", description=__doc__)
    commands = parser.add_subparsers(required=True)

    verify = commands.add_parser("verify", help="check a board and recount it; exit 0 only if all is well")
    verify.add_argument("board", metavar="FILE.bel")
    verify.add_argument("--head", metavar="HASH", help="a head published earlier, to notice a cut tail")
    verify.set_defaults(run=_verify)

    show = commands.add_parser("show", help="print questions, trackers and result")
    show.add_argument("board", metavar="FILE.bel")
    show.set_defaults(run=_show)

    register = commands.add_parser("registrar", help="make and seal the voting slips of an election")
    register.add_argument("--roll", required=True, metavar="ROLL.json")
    register.add_argument("--election", required=True, metavar="UUID")
    register.add_argument("--out", required=True, metavar="DIR")
    register.set_defaults(run=_registrar)

    holders = commands.add_parser("trustee", help="a trustee's key and decryption").add_subparsers(required=True)
    make = holders.add_parser("make", help="make a key pair")
    make.add_argument("--out", required=True, metavar="DIR")
    make.set_defaults(run=_trustee_make)
    decrypt = holders.add_parser("decrypt", help="decrypt the tally of a closed board in part")
    decrypt.add_argument("--board", required=True, metavar="FILE.bel")
    decrypt.add_argument("--key", required=True, metavar="DIR", help="the folder of trustee make, or the key file")
    decrypt.add_argument("--out", required=True, metavar="FILE")
    decrypt.set_defaults(run=_trustee_decrypt)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    arguments = _parser().parse_args(argv)
    try:
        return int(arguments.run(arguments))
    except (BadArchive, registrar.BadRoll, belenios.ToolFailed, OSError, ValueError) as trouble:
        print(f"ballot_box: {trouble}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
