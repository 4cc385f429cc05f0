"""`kiosk-central elections …` and `kiosk-central officials …`: the life of a vote by hand, and what passes between the
town hall and its officials as files.

Never: a count before the end, or which booth a ballot came from, but in the package that trustees are handed.
"""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime, timedelta
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from central.kernel.centre import Centre
    from central.matters.votes.service import Plan
    from central.matters.votes.standings import VoteStanding

Answer = dict[str, object]
Open = Callable[[argparse.Namespace], "AbstractContextManager[Centre]"]
AddHome = Callable[[argparse.ArgumentParser], None]


def add_elections(
    parser: argparse.ArgumentParser, opened: Open, add_home: AddHome, plan: Callable[[datetime, int], Plan]
) -> None:
    """`plan`: the demo's, for a vote that opens then and lasts so many days."""
    steps = parser.add_subparsers(required=True, metavar="STEP")

    def step(name: str, words: str, work: Callable[[Centre, argparse.Namespace], Answer]) -> argparse.ArgumentParser:
        added = steps.add_parser(name, help=words)
        add_home(added)

        def run(arguments: argparse.Namespace) -> Answer:
            with opened(arguments) as centre:
                return work(centre, arguments)

        added.set_defaults(run=run)
        return added

    opening = step("open", "draw up and open a vote, with a rehearsal's officials", partial(_open, plan))
    opening.add_argument("--title-from", choices=["demo"], required=True, help="whose questions: the demo's")
    opening.add_argument("--days", type=int, default=5, choices=range(1, 31), metavar="N")
    step("list", "every vote and where it stands", _list)
    board = step("board", "append what came since yesterday to the public board", _board)
    close = step("close", "end a vote whose time is over", _close)
    close.add_argument("--lost", metavar="WHY", help="in a rehearsal: its officers declare lost what has not come")
    rest = step("outstanding", "what stands between a vote and its end", _outstanding)
    tally = step("tally", "count a closed vote, with a rehearsal's trustees", _tally)
    publish = step("publish", "verify the count and show it", _publish)
    archive = step("archive", "copy the public record, and what its officials signed, beside each other", _archive)
    package = step("package", "what trustees are handed of a closed vote", _package)
    share = step("share", "take in a trustee's share; enough of them open the vote", _share)
    deposits = step("deposits", "take in what auditors had deposited, from the registrar", _deposits)
    end = step("end", "take in a trustee's word for the end", _end)
    declare = step("declaration", "what two officers have to sign for a vote to end as it stands", _declaration)
    declare.add_argument("--why", required=True, help="published beside each booth and ballot that has not come")
    for word, what in (("--admit", "counts"), ("--refuse", "does not count")):
        help = f"this ballot, which waits for two officers, {what}; `outstanding` names it"
        declare.add_argument(word, nargs=2, action="append", default=[], metavar=("TRACKER", "WHY"), help=help)
    declared = step("declare", "take in two officers' declaration", _declare)
    declared.add_argument("--signatures", type=Path, nargs="+", required=True, metavar="FILE")
    for one in (board, close, rest, tally, publish, archive, package, share, deposits, end, declare, declared):
        one.add_argument("--election", required=True, metavar="UUID")
    for one in (archive, package, declare):
        one.add_argument("--out", type=Path, required=True, metavar="FILE")
    for one in (share, deposits, end, declared):
        one.add_argument("file", type=Path)


def add_officials(parser: argparse.ArgumentParser, opened: Open, add_home: AddHome) -> None:
    steps = parser.add_subparsers(required=True, metavar="STEP")
    adopt = steps.add_parser("adopt", help="make the officials in a file those of this town, and tell booths")
    adopt.add_argument("file", type=Path, metavar="FILE")
    show = steps.add_parser("show", help="who they are today, and their fingerprint")

    def run(work: Callable[[Centre, argparse.Namespace], Answer]) -> Callable[[argparse.Namespace], Answer]:
        def running(arguments: argparse.Namespace) -> Answer:
            with opened(arguments) as centre:
                return work(centre, arguments)

        return running

    for one, work in ((adopt, _adopt), (show, _show)):
        add_home(one)
        one.set_defaults(run=run(work))


def _adopt(centre: Centre, arguments: argparse.Namespace) -> Answer:
    from central.matters.votes.life.elections import adopt
    from central.office.accounts import officers

    centre.clock()
    found = adopt(centre, _text(arguments.file))
    officers.note_by_hand(centre, "officials.adopt", found.fingerprint)
    return {"fingerprint": found.fingerprint, "term": found.term}


def _show(centre: Centre, _arguments: argparse.Namespace) -> Answer:
    from central.matters.votes.life.elections import town_officials

    found = town_officials(centre)
    if found is None:
        return {"fingerprint": None}
    listed = [{"name": one.name, "role": one.role.value} for one in found.officials]
    return {"fingerprint": found.fingerprint, "term": found.term, "threshold": found.threshold, "officials": listed}


def _open(plan: Callable[[datetime, int], Plan], centre: Centre, arguments: argparse.Namespace) -> Answer:
    from central.matters.votes import service as elections
    from central.matters.votes import standings
    from central.office.accounts import officers
    from central.office.roll import registry

    registry.refresh(centre)
    opens = centre.clock().replace(minute=0, second=0, microsecond=0) - timedelta(hours=1)
    election = elections.draw_up(centre, plan(opens, arguments.days))
    elections.open_vote(centre, election)
    officers.note_by_hand(centre, "election.open", election)
    return shown(standings.standing(centre, election))


def _list(centre: Centre, _arguments: argparse.Namespace) -> Answer:
    from central.matters.votes import standings

    return {"elections": [shown(one) for one in standings.all_standings(centre)]}


@contextmanager
def _by_hand(centre: Centre, arguments: argparse.Namespace, what: str) -> Iterator[None]:
    """A step of a vote, and its line in the record: refused before it is taken where that could not be written."""
    from central.office.accounts import officers

    centre.clock()
    yield
    officers.note_by_hand(centre, what, arguments.election)


def _board(centre: Centre, arguments: argparse.Namespace) -> Answer:
    from central.matters.votes import service as elections
    from central.matters.votes import standings

    with _by_hand(centre, arguments, "election.board"):
        appended = elections.grow_board(centre, arguments.election)
    return shown(standings.standing(centre, arguments.election)) | {"appended": appended}


def _close(centre: Centre, arguments: argparse.Namespace) -> Answer:
    from central.matters.votes import service as elections
    from central.matters.votes import standings

    if arguments.lost:
        with _by_hand(centre, arguments, "election.declare"):
            elections.give_up_waiting(centre, arguments.election, arguments.lost)
    with _by_hand(centre, arguments, "election.close"):
        appended = elections.close(centre, arguments.election)
    return shown(standings.standing(centre, arguments.election)) | {"appended": appended}


def _outstanding(centre: Centre, arguments: argparse.Namespace) -> Answer:
    from central.matters.votes.life import closing

    rest = closing.outstanding(centre, arguments.election)
    return {
        "silent": list(rest.silent),
        "missing": len(rest.missing),
        "unstated": len(rest.unstated),
        "pending": list(rest.pending),
        "until": rest.until.isoformat(),
    }


def _tally(centre: Centre, arguments: argparse.Namespace) -> Answer:
    from central.matters.votes import service as elections
    from central.matters.votes import standings

    with _by_hand(centre, arguments, "election.tally"):
        elections.tally(centre, arguments.election)
    return shown(standings.standing(centre, arguments.election))


def _publish(centre: Centre, arguments: argparse.Namespace) -> Answer:
    from central.kernel.centre import signed_settings
    from central.matters.votes import service as elections
    from central.matters.votes import standings

    with _by_hand(centre, arguments, "election.publish"):
        elections.publish(centre, arguments.election)
    settings = signed_settings(centre)
    page = f"{settings.public_url if settings else ''}/votes/{arguments.election}"
    return shown(standings.standing(centre, arguments.election)) | {"page": page}


def _archive(centre: Centre, arguments: argparse.Namespace) -> Answer:
    from central.matters.votes import standings
    from central.matters.votes.life import counting

    source = standings.archive(centre, arguments.election)
    out: Path = arguments.out.absolute()
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".archive-", dir=out.parent) as aside:
        copy = Path(aside) / "election.bel"
        shutil.copyfile(source, copy)
        digest = sha256(copy.read_bytes()).hexdigest()
        copy.replace(out)
    beside = counting.signed_files(centre, standings.vote(centre, arguments.election).notice)
    for name, text in beside.items():
        (out.parent / name).write_text(text, encoding="utf-8")
    if theirs := counting.published_auditors(centre, arguments.election):
        shutil.copyfile(theirs, out.parent / theirs.name)
    return {"election": arguments.election, "file": str(arguments.out), "sha256": digest, "beside": sorted(beside)}


def _package(centre: Centre, arguments: argparse.Namespace) -> Answer:
    from central.matters.votes.life import closing, counting

    with _by_hand(centre, arguments, "election.package"):
        opened = counting.seal_product(centre, arguments.election)
        if opened:
            arguments.out.write_bytes(closing.package(centre, arguments.election))
    return {"election": arguments.election, "file": str(arguments.out) if opened else None}


def _share(centre: Centre, arguments: argparse.Namespace) -> Answer:
    from central.matters.votes import standings
    from central.matters.votes.life import counting

    with _by_hand(centre, arguments, "election.share"):
        counting.add_share(centre, arguments.election, arguments.file.read_text(encoding="utf-8"))
    return shown(standings.standing(centre, arguments.election))


def _deposits(centre: Centre, arguments: argparse.Namespace) -> Answer:
    from central.matters.votes import standings
    from central.matters.votes.life import closing

    with _by_hand(centre, arguments, "election.deposits"):
        closing.take_deposits(centre, arguments.election, _text(arguments.file))
    return shown(standings.standing(centre, arguments.election))


def _end(centre: Centre, arguments: argparse.Namespace) -> Answer:
    from ballot_box.officials import read_signed
    from central.matters.votes import standings
    from central.matters.votes.life import counting

    with _by_hand(centre, arguments, "election.end"):
        counting.add_end(centre, arguments.election, *read_signed(_text(arguments.file), "final record"))
    return shown(standings.standing(centre, arguments.election))


def _declaration(centre: Centre, arguments: argparse.Namespace) -> Answer:
    from central.matters.votes.life import closing

    verdicts = {tracker: closing.Verdict(True, why) for tracker, why in arguments.admit}
    verdicts |= {tracker: closing.Verdict(False, why) for tracker, why in arguments.refuse}
    found = closing.draft_declaration(centre, arguments.election, {}, arguments.why, verdicts)
    arguments.out.write_text(found.text, encoding="utf-8")
    lost = [one.booth for one in found.lost]
    return {"file": str(arguments.out), "lost": lost, "decided": len(found.decided)}


def _declare(centre: Centre, arguments: argparse.Namespace) -> Answer:
    from ballot_box.officials import read_signatures
    from central.matters.votes import standings
    from central.matters.votes.life import closing

    signed = [read_signatures([json.loads(_text(path))], path.name)[0] for path in arguments.signatures]
    with _by_hand(centre, arguments, "election.declare"):
        closing.declare(centre, arguments.election, _text(arguments.file), signed)
    return shown(standings.standing(centre, arguments.election))


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8").strip()


def shown(standing: VoteStanding) -> Answer:
    """Where a vote stands, for a line of JSON."""
    result = standing.result
    return {
        "election": standing.election,
        "state": standing.state,
        "title": standing.notice.title.el,
        "opens": standing.opens.isoformat(),
        "closes": standing.closes.isoformat(),
        "roll": standing.notice.electors,
        "auditors": standing.notice.audit.cards if standing.notice.audit else 0,
        "left_out": standing.notice.left_out,
        "ballots": standing.ballots,
        "waiting": standing.waiting,
        "superseded": standing.superseded,
        "pending": standing.pending,
        "head": standing.head,
        "result": result and {"counts": result.counts, "blanks": result.blanks, "ballots": result.ballots},
    }
